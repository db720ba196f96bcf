"""Which revisions of entities are this run's own, so that its writes make no record look old."""

from __future__ import annotations

from typing import NamedTuple

from cachetools import FIFOCache

_REMEMBERED = 50_000


class _Own(NamedTuple):
    first: int
    newest: int


class OwnRevisions:
    """What a run did to entities, by their ids."""

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
