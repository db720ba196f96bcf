"""How long to wait for Wix, and when to give up."""

from __future__ import annotations

import math
import random
import time
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING

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


THROTTLE_SECONDS = 20 * 60.0
"""Wix has blocked a site for about 15 minutes after sustained sweeps (wix-api stores-v3 1)."""

_PROVISIONING_SECONDS = 100.0
_TRIES = {RetryReason.SILENT_403: 3, RetryReason.DOUBTFUL: 1, RetryReason.FAILING: 7}
_LONGEST_STEP = 60.0
_LONGEST_STEP_FAILING = 30.0
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
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Start counting now."""
        self._clock = clock
        self._jitter = jitter
        self._tries = dict.fromkeys(RetryReason, 0)
        self._since: dict[RetryReason, float] = {}

    def next_wait(self, trouble: RetryReason, retry_after: float | None = None) -> float | None:
        """Return the seconds to wait before the next try, or None to give up.

        Args:
            trouble: what happened.
            retry_after: seconds the answer asked for. They make our own step longer, never
                shorter, and never longer than is sensible.
        """
        self._tries[trouble] += 1
        tries = self._tries[trouble]
        now = self._clock()
        waited = now - self._since.setdefault(trouble, now)
        if trouble is RetryReason.THROTTLED:
            left = THROTTLE_SECONDS - waited
            if left <= 0:
                return None
            return min(self._step(tries, retry_after, _LONGEST_STEP), max(left, 1.0))
        if trouble is RetryReason.PROVISIONING:
            return None if waited >= _PROVISIONING_SECONDS else self._step(tries, retry_after, 15.0)
        if tries > _TRIES[trouble]:
            return None
        return self._step(tries, retry_after, _LONGEST_STEP_FAILING)

    def _step(self, tries: int, retry_after: float | None, longest: float) -> float:
        # Between two thirds and all of the doubled step: never so short that the eight tries of
        # a fault would be over within a minute, never in step with other clients.
        step = min(2.0 ** min(tries - 1, 10), longest) * (2 + self._jitter()) / 3
        return max(step, min(retry_after or 0.0, _LONGEST_RETRY_AFTER))


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
