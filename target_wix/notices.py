"""What is left out of many records for one reason: said once a run, with a count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging


class Notices:
    """Things left out of records, by kind.

    The first one of a kind is said at once, so that a person sees it while there is time to stop;
    all are said with their count at the end of the run.
    """

    def __init__(self, logger: logging.Logger) -> None:
        """Nothing was left out yet."""
        self._logger = logger
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """How many records each kind was left out of."""
        return dict(self._counts)

    def left_out(self, kind: str, count: int = 1) -> None:
        """Count something that was left out; `kind` is a phrase such as `tags of another site`."""
        if kind not in self._counts:
            self._logger.warning("Left out: %s (counted at the end of the run).", kind)
        self._counts[kind] += count

    def say_all(self) -> None:
        """Say each kind with its count, and start anew."""
        for kind, count in self._counts.most_common():
            self._logger.warning("Left out of %d records: %s.", count, kind)
        self._counts.clear()
