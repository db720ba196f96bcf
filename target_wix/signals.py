"""Termination signals, acted on between two messages and never within one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import NoReturn

_SIGNAL_EXIT = 128


class Deferral:
    """Holds a signal back while a message is handled.

    The SDK acts at once, in the middle of a batch, and then acknowledges what the batch has not
    written (meltano/sdk#3775). While the target waits for input nothing is held back.
    """

    def __init__(self, stop: Callable[[int], None]) -> None:
        """Take what to do about a signal; it is expected to end the process."""
        self._stop = stop
        self._asked: list[int] = []
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

    def handle(self, signum: int) -> None:
        """Take a signal; one that is repeated means at once, with the state left where it was."""
        if signum in self._asked:
            raise SystemExit(_SIGNAL_EXIT + signum)
        self._asked.append(signum)
        if not self._busy:
            self._act(signum)

    def _act(self, signum: int) -> NoReturn:
        self._busy = self._stopping = True
        self._stop(signum)
        raise SystemExit(_SIGNAL_EXIT + signum)
