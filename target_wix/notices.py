"""What is left out of records that are written all the same: said at once, counted by reason."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

_MOST_NAMES = 1000


class Notices:
    """Things left out of records, counted by reason for the summary of the run.

    The first one of a reason is said at once, so that a person sees it while there is time to
    stop.
    """

    def __init__(self, logger: logging.Logger, counts: Counter[str] | None = None) -> None:
        """Start with what was counted before.

        Args:
            logger: where the first thing of a reason is said.
            counts: the stream's own counters; `Notices` of one stream share them.
        """
        self._logger = logger
        self.counts: Counter[str] = Counter() if counts is None else counts
        self._names: set[tuple[str, str]] = set()
        self._key = ""

    @contextlib.contextmanager
    def about(self, key: str) -> Iterator[None]:
        """Name the record that what is left out meanwhile belongs to."""
        before, self._key = self._key, key
        try:
            yield
        finally:
            self._key = before

    def left_out(self, kind: str, count: int = 1, *, name: str = "", key: str = "") -> None:
        """Count things that were left out.

        Args:
            kind: the reason, a phrase such as `unknown collections`; a run has few of them.
            count: how many things.
            name: which one, ready for a log; each is said once.
            key: the record that lost it, ready for a log; else the one of `about`.
        """
        is_new = kind not in self.counts
        self.counts[kind] += count
        if name and (kind, name) not in self._names and len(self._names) < _MOST_NAMES:
            self._names.add((kind, name))
            is_new = True
        if is_new:
            which = f" ({name})" if name else ""
            where = f", first in {key or self._key}" if key or self._key else ""
            self._logger.warning(
                "Left out: %s%s%s; the summary at the end has the count.", kind, which, where
            )
