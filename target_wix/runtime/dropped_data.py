"""What is left out of records that are written all the same, and how often that is said."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from tap_wix.api.foreign_text import quoted

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterable, Iterator

_MOST_NAMES = 1000
_MOST_COLUMNS = 50
_LONGEST_COLUMN = 60


class DroppedData:
    """Things left out of records, counted by reason for the summary of the run.

    The first one of a reason is said at once, so that a person sees it while there is time to
    stop.
    """

    def __init__(
        self,
        logger: logging.Logger,
        counts: Counter[str] | None = None,
        on_add: Callable[[str, int, str, str], None] | None = None,
    ) -> None:
        """Start with what was counted before.

        Args:
            logger: where the first thing of a reason is said.
            counts: the stream's own counters; `DroppedData` of one stream share them.
            on_add: is told of everything: the reason, how many, which one and the record.
        """
        self._logger = logger
        self.counts: Counter[str] = Counter() if counts is None else counts
        self._names: set[tuple[str, str]] = set()
        self._key = ""
        self._on_add = on_add

    @contextlib.contextmanager
    def about(self, key: str) -> Iterator[None]:
        """Name the record that what is left out meanwhile belongs to."""
        before, self._key = self._key, key
        try:
            yield
        finally:
            self._key = before

    def add(self, kind: str, count: int = 1, *, name: str = "", key: str = "") -> None:
        """Count things that were left out.

        Args:
            kind: the reason, a phrase such as `unknown collections`; a run has few of them.
            count: how many things.
            name: which one, ready for a log; each is said once.
            key: the record that lost it, ready for a log; else the one of `about`.
        """
        is_new = kind not in self.counts
        self.counts[kind] += count
        if self._on_add is not None:
            self._on_add(kind, count, name, key or self._key)
        if name and (kind, name) not in self._names and len(self._names) < _MOST_NAMES:
            self._names.add((kind, name))
            is_new = True
        if is_new:
            which = f" ({name})" if name else ""
            where = f", first in {key or self._key}" if key or self._key else ""
            self._logger.warning(
                "Left out: %s%s%s; the summary at the end has the count.", kind, which, where
            )


class UnknownColumns:
    """Columns of one stream that mean nothing here: two lines a run at most.

    The first line comes with the first batch that has some, the second at the end of the run.
    """

    def __init__(self, stream: str, logger: logging.Logger) -> None:
        self._stream = stream
        self._logger = logger
        self._known: set[str] = set()
        self._unlogged: list[str] = []
        self._count = 0
        self._was_logged = False

    def add(self, names: Iterable[str]) -> None:
        """Note columns of one record."""
        for name in names:
            if name not in self._known and len(self._known) < _MOST_NAMES:
                self._known.add(name)
                self._count += 1
                if len(self._unlogged) < _MOST_COLUMNS:
                    self._unlogged.append(name)

    def log(self, *, at_end: bool = False) -> None:
        """Name what was not named yet, once a run and once more at its end."""
        if not self._unlogged or (self._was_logged and not at_end):
            return
        names = ", ".join(_as_name(name) for name in self._unlogged)
        more = f" and {rest} more" if (rest := self._count - len(self._unlogged)) else ""
        further = "Further unknown" if self._was_logged else "Unknown"
        self._logger.warning("%s: %s columns ignored: %s%s.", self._stream, further, names, more)
        self._unlogged, self._count, self._was_logged = [], 0, True


def _as_name(name: str) -> str:
    """Return a column's name for a log: in quotes where it is more than a word."""
    text = quoted(name, limit=_LONGEST_COLUMN)
    return name if name.replace(".", "_").isidentifier() and text == f'"{name}"' else text
