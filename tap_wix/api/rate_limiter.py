"""Keep a process within Wix's quota of requests a minute."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_SECONDS = 61.0
"""A second more than the minute Wix counts: clocks and queues between here and there differ."""

_SLOWER = 0.75
_RECOVERY_SECONDS = 300.0


class RateLimiter:
    """Let at most a number of requests pass in any 61 seconds, freely below it.

    Wix documents 200 requests a minute per installation without saying which kind of window it
    counts in (wix-api platform 6), so the strictest reading holds: any window. A 429 lowers the
    limit by a quarter; it recovers over five quiet minutes.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start with an unused window; clock and sleep can be replaced in tests."""
        self._limit = per_minute
        self._reduced = float(per_minute)
        self._reduced_at = 0.0
        self._sent: deque[float] = deque()
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    def acquire(self) -> None:
        """Return when one more request may be sent, and count it."""
        with self._lock:
            while True:
                now = self._clock()
                while self._sent and now - self._sent[0] >= WINDOW_SECONDS:
                    self._sent.popleft()
                excess = len(self._sent) - self._allowed(now)
                if excess < 0:
                    self._sent.append(now)
                    return
                self._sleep(max(self._sent[excess] + WINDOW_SECONDS - now, 0.001))

    def slow_down(self) -> None:
        """Lower the limit: Wix just said that it was too much."""
        with self._lock:
            now = self._clock()
            self._reduced = max(self._allowed(now) * _SLOWER, self._limit / 10)
            self._reduced_at = now

    def _allowed(self, now: float) -> int:
        recovered = (now - self._reduced_at) / _RECOVERY_SECONDS
        allowed = self._reduced + (self._limit - self._reduced) * min(recovered, 1.0)
        return max(1, int(allowed))
