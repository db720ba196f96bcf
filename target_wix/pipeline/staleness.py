"""Which records are too old to be written: the entity in the shop was changed since, by others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cachetools import FIFOCache

from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable

STALE = "STALE_RECORD"
_REMEMBERED = 50_000


def stale_record(differs: Iterable[str]) -> Rejection:
    """Return why a record is not written that the shop's version is newer than.

    Args:
        differs: names of the fields in which they differ.
    """
    reason = (
        "The shop's version is newer than the one this record was made from, and they differ in"
        f" {', '.join(differs)}."
    )
    return Rejection(STALE, reason, "revision")


class _Own(NamedTuple):
    first: int
    newest: int


class OwnRevisions:
    """What a run did to entities, so that its own writes make none of its records look old."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._own: FIFOCache[str, _Own] = FIFOCache(_REMEMBERED)

    def before_us(self, key: str, revision: int) -> int:
        """Return the revision that a record must be made from at least, so that it is not old.

        It is the one before the first write of the run, unless somebody else wrote after the run.

        Args:
            key: id of the entity.
            revision: the entity's as the shop has it.
        """
        own = self._own.get(key)
        return own.first if own is not None and revision <= own.newest else revision

    def note(self, key: str, before: int, newest: int | None = None) -> None:
        """Note an own write.

        Args:
            key: id of the entity.
            before: the revision that was written over.
            newest: the one that came of it; one more than is known if not given.
        """
        own = self._own.get(key) or _Own(before, before)
        after = max(own.newest, before) + 1 if newest is None else max(own.newest, newest)
        # Who wrote between two writes of ours, wrote before the second was planned.
        self._own[key] = _Own(self.before_us(key, before), after)
