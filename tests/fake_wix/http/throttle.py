"""The rate limit of a site: a sliding window, off unless a test or the demo switches it on."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle:
    """At most ``limit`` requests in ``window`` seconds (wix-api platform 6), then 429 until the window has moved on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin switched off."""
        self.enabled = False
        self.limit = 200
        self.window = 60.0
        # One service of Wix answers a burst with an empty 403 instead (wix-api platform 6).
        self.status = 429
        self.retry_after: int | str | None = None
        self.body: dict[str, object] | None = None
        self.refused = 0
        self._clock = clock
        self._recent: deque[float] = deque()
        self._blocked_until = 0.0
        self._served: list[float] = []

    def block(self, seconds: float) -> None:
        """Refuse everything for a while, as Wix does after sustained sweeps (wix-api stores-v3 1)."""
        self.enabled = True
        self._blocked_until = self._clock() + seconds

    def check(self) -> Refusal | None:
        """Count a request; the refusal to answer with if it is one too many."""
        now = self._clock()
        self._served.append(now)
        if not self.enabled:
            return None
        while self._recent and self._recent[0] <= now - self.window:
            self._recent.popleft()
        if now < self._blocked_until or len(self._recent) >= self.limit:
            self.refused += 1
            return Refusal(self.status, self.body)
        self._recent.append(now)
        return None

    def busiest(self, window: float = 61.0) -> int:
        """The largest number of requests that came within any ``window`` seconds."""
        most, first = 0, 0
        for last, moment in enumerate(self._served):
            while self._served[first] <= moment - window:
                first += 1
            most = max(most, last - first + 1)
        return most
