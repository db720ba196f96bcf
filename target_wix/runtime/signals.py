"""Termination signals, acted on between two messages and never within one."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from tap_wix.signals import MOMENT_SECONDS, say_beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import NoReturn

SIGNAL_EXIT = 128
GRACE_SECONDS = 10.0
"""How long the message that is being handled may take to end after a signal.

A batch of one request a record can take minutes, and an orchestrator kills after some ten seconds.
"""

_STEP_SECONDS = 0.2


_WAITING = (
    "Signal %d: what is being written may end within %.0f s, and a request on its way is waited for."
    " Signal %d once more stops at once; what was not acknowledged then is sent by the next run."
)
_AT_ONCE = "Signal %d once more: stopped at once, the state stays where it was."


class InterruptedRunError(BaseException):
    """The grace after a signal is over: stop where it is, acknowledge nothing unwritten.

    Not an `Exception`: nothing that handles the failure of a record may take it for one.
    """

    def __init__(self, signum: int) -> None:
        """Remember which signal it was."""
        super().__init__(signum)
        self.signum = signum


class DeferredSignal:
    """Holds a signal back while a message is handled.

    The SDK acts at once, in the middle of a batch, and then acknowledges what the batch has not
    written (meltano/sdk#3775). While the target waits for input nothing is held back.
    """

    def __init__(self, stop: Callable[[int], None], say: Callable[..., None]) -> None:
        """Wait for a signal.

        Args:
            stop: what to do about one; it is expected to end the process.
            say: logs what a person waits for.
        """
        self._stop = stop
        self._say = say
        self._asked: list[int] = []
        self._asked_at = 0.0
        self._busy = False
        self._stopping = False

    def __enter__(self) -> None:
        """From here on a signal has to wait."""
        self._busy = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Act on a signal that came meanwhile, unless the run ends for another reason anyway."""
        self._busy = self._stopping
        if self._asked and error is None and not self._stopping:
            self._act(self._asked[0])

    @property
    def signum(self) -> int | None:
        """The signal that came, if one did."""
        return self._asked[0] if self._asked else None

    def handle(self, signum: int) -> None:
        """Take a signal; one that is repeated means at once, with the state left where it was."""
        if signum in self._asked:
            say_beside(partial(self._say, _AT_ONCE, signum))
            raise SystemExit(SIGNAL_EXIT + signum)
        if not self._asked:
            self._asked_at = time.monotonic()
        self._asked.append(signum)
        if not self._busy:
            self._act(signum)
        elif len(self._asked) == 1:
            say_beside(partial(self._say, _WAITING, signum, GRACE_SECONDS, signum))

    def raise_if_interrupted(self) -> None:
        """Raise if a signal came and its grace is over; safe between two requests of a batch.

        Raises:
            InterruptedRunError: it is over.
        """
        if self._asked and time.monotonic() - self._asked_at >= GRACE_SECONDS:
            raise InterruptedRunError(self._asked[0])

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than a moment once a signal came.

        A short wait between two requests goes on, so that a batch can end within the grace.

        Raises:
            InterruptedRunError: a signal came, and there is more than a moment left to wait.
        """
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.raise_if_interrupted()
            if self._asked and left > MOMENT_SECONDS:
                raise InterruptedRunError(self._asked[0])
            time.sleep(min(left, _STEP_SECONDS))

    def _act(self, signum: int) -> NoReturn:
        self._busy = self._stopping = True
        self._stop(signum)
        raise SystemExit(SIGNAL_EXIT + signum)
