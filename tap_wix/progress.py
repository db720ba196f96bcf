"""One line a minute that says what, how many, how fast and how far."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

_LOG_EVERY_SECONDS = 60.0


class Progress:
    """Counts the rows of one stream."""

    def __init__(
        self, logger: logging.Logger, stream: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._stream = stream
        self._clock = clock
        self._started = self._logged = clock()
        self._furthest = ""
        self.rows = 0

    def log_if_due(self, moment: str = "") -> None:
        """Log the progress once a minute; to look at the clock for each row takes too long.

        Args:
            moment: how far the stream came, empty if it does not say.
        """
        self._furthest = moment or self._furthest
        now = self._clock()
        if now - self._logged >= _LOG_EVERY_SECONDS:
            self._logged = now
            self._log("so far", now)

    def finish(self) -> None:
        """Say how many there were."""
        self._log("in all", self._clock())

    def _log(self, extent: str, now: float) -> None:
        seconds = max(now - self._started, 0.001)
        self._logger.info(
            "Stream %s: %d rows %s in %.0f s, %.0f a second%s.",
            self._stream,
            self.rows,
            extent,
            seconds,
            self.rows / seconds,
            f", at {self._furthest}" if self._furthest else "",
        )
