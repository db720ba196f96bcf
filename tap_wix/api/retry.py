"""How long to wait for Wix, and when to give up."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

import backoff

from tap_wix.api import times

if TYPE_CHECKING:
    from collections.abc import Callable


class RetryReason(Enum):
    """A kind of failure that passes by itself; the value is its name in the log."""

    THROTTLED = "too many requests (429)"
    SILENT_403 = "an empty 403, as in a burst of requests"
    PROVISIONING = "the new store is still being set up (428)"
    DOUBTFUL = "an answer that is asked for once more"
    FAILING = "a failure on Wix's side or on the way"
    FAILING_ROWS = "rows that failed on Wix's side"


THROTTLE_SECONDS = 20 * 60.0
"""Wix has blocked a site for about 15 minutes after sustained sweeps (wix-api stores-v3 1)."""

_LONGEST_WAIT = {RetryReason.THROTTLED: THROTTLE_SECONDS, RetryReason.PROVISIONING: 100.0}
_TRIES = {
    RetryReason.SILENT_403: 3,
    RetryReason.DOUBTFUL: 1,
    RetryReason.FAILING: 7,
    RetryReason.FAILING_ROWS: 5,
}
_LONGEST_STEP = {
    RetryReason.THROTTLED: 60.0,
    RetryReason.PROVISIONING: 15.0,
    RetryReason.SILENT_403: 30.0,
    RetryReason.DOUBTFUL: 30.0,
    RetryReason.FAILING: 30.0,
    RetryReason.FAILING_ROWS: 30.0,
}
_LONGEST_RETRY_AFTER = 120.0
"""Beyond that no Retry-After is believed (wix-api platform 6)."""


class RetryPolicy:
    """The waits of one call: one object a call, asked after each failure.

    Failures are counted by kind, so that a throttled minute does not eat the tries of a fault.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[float], float] = backoff.full_jitter,
    ) -> None:
        """Start counting now.

        Args:
            clock: seconds.
            jitter: what becomes of the last third of a step.
        """
        self._clock = clock
        self._jitter = jitter
        self._tries = dict.fromkeys(RetryReason, 0)
        self._since: dict[RetryReason, float] = {}
        self._steps = {
            reason: backoff.expo(max_value=longest) for reason, longest in _LONGEST_STEP.items()
        }
        for steps in self._steps.values():
            next(steps)  # python-backoff's generators are sent something before their first value

    def next_wait(self, reason: RetryReason, retry_after: float | None = None) -> float | None:
        """Return the seconds to wait before the next try, or None to give up.

        Args:
            reason: what happened.
            retry_after: seconds the answer asked for. They make our own step longer, never
                shorter, and never longer than is sensible.
        """
        self._tries[reason] += 1
        now = self._clock()
        waited = now - self._since.setdefault(reason, now)
        if reason in _TRIES and self._tries[reason] > _TRIES[reason]:
            return None
        if reason in _LONGEST_WAIT and waited >= _LONGEST_WAIT[reason]:
            return None
        wait = max(self._step(reason), min(retry_after or 0.0, _LONGEST_RETRY_AFTER))
        if reason is RetryReason.THROTTLED:
            return min(wait, max(THROTTLE_SECONDS - waited, 1.0))
        return wait

    def _step(self, reason: RetryReason) -> float:
        # Between two thirds and all of the doubled step: never so short that the eight tries of
        # a fault would be over within a minute, never in step with other clients.
        step = next(self._steps[reason])
        return step * 2 / 3 + self._jitter(step / 3)


def retry_after_seconds(value: str | None, date: str | None = None) -> float | None:
    """Read `Retry-After`: seconds or an HTTP date; nonsense counts as absent.

    Wix documents none, its own migration tool honours one (wix-api platform 6).

    Args:
        value: of the header.
        date: the answer's own `Date`: the clock of this machine may be off.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment = times.http_date(value)
        if moment is None:
            return None
        now = times.http_date(date) or datetime.now(UTC)
        seconds = (moment - now).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None
