"""Which records are too old to be written: the entity in the shop was changed since, by others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cachetools import FIFOCache

from tap_wix.api.times import canonical
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_wix.api.catalog_conversion.json_access import Json

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


def revision_of(row: Json) -> int | None:
    """Return the revision of an entity of Wix, a number or the text of one; None without any."""
    text = str(row.get("revision") or "")
    return int(text) if text.isdigit() else None


def moment_of(row: Json, name: str = "updatedDate") -> str:
    """Return when an entity of Wix last changed, canonical; empty if it does not say."""
    try:
        return canonical(str(row.get(name) or ""))
    except ValueError:
        return ""


class _Own(NamedTuple):
    revision: int
    moment: str
    newest: int


class OwnWrites:
    """What a run did to entities, so that its own writes make none of its records look old."""

    def __init__(self) -> None:
        self._own: FIFOCache[str, _Own] = FIFOCache(_REMEMBERED)

    def is_older(self, key: str, revision: int | None, shop: int | None) -> bool:
        """Tell whether a record was made from an older revision than the shop has.

        Args:
            key: id of the entity.
            revision: that the record was made from, None if it does not say: then it is not old.
            shop: the entity's as the shop has it, None if it has none.
        """
        if revision is None or shop is None:
            return False
        return revision < self.revision_before(key, shop)

    def revision_before(self, key: str, shop: int) -> int:
        """Return the revision of an entity before the run wrote to it.

        If somebody else wrote after the run, the one that the shop has.
        """
        own = self._own.get(key)
        return own.revision if own is not None and shop <= own.newest else shop

    def is_earlier(self, key: str, moment: str, shop: str) -> bool:
        """Tell the same by the moments of the last change, where there are no revisions."""
        own = self._own.get(key)
        shop = shop if own is None else own.moment
        return bool(moment and shop and moment < shop)

    def note(
        self, key: str, before: int, newest: int = 0, *, moment: str = "", more: int = 0
    ) -> None:
        """Note an own write.

        Args:
            key: id of the entity.
            before: the revision that was written over, 0 where there are none.
            newest: the one that came of it; 0 for one more than is known.
            moment: of the last change before it.
            more: how many revisions follow that one by themselves.
        """
        own = self._own.get(key)
        if own is None or before > own.newest:
            # Who wrote between two writes of ours, wrote before the second was planned.
            own = _Own(before, moment, before)
        after = own.newest + 1 if not newest else max(own.newest, newest) + more
        self._own[key] = own._replace(newest=after)

    def note_row(self, row: Json, newest: int = 0, *, more: int = 0) -> None:
        """Note an own write to an entity as it was before that, see `note`."""
        moment = moment_of(row)
        self.note(str(row["id"]), revision_of(row) or 0, newest, moment=moment, more=more)
