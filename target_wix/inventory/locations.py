"""Which location a record means: by id, by name, or the one that orders take their stock from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.inventory import NO_LOCATION
from tap_wix.api.foreign_text import quoted
from target_wix.pipeline import keys
from target_wix.pipeline.keys import guid_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN_LOCATION, AMBIGUOUS = "UNKNOWN_LOCATION", "AMBIGUOUS"
_MOST_NAMED = 5


@dataclass(frozen=True)
class Location:
    """Where stock is kept.

    Attributes:
        id: of the location in Wix Stores.
        name: as its owner calls it.
        business_id: of the location of the business that it is, empty if it is none.
        is_default: whether orders take their stock from it.
    """

    id: str
    name: str = ""
    business_id: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class Locations:
    """The locations of a shop.

    Attributes:
        rows: all of them; none on Catalog V1, which has no locations.
        are_known: whether this key may read them.
    """

    rows: Sequence[Location] = ()
    are_known: bool = True

    @property
    def default(self) -> str:
        """Id of the location that orders take their stock from, empty if it is not known."""
        found = [one for one in self.rows if one.is_default] or self.rows
        return found[0].id if len(found) == 1 else ""

    def find(self, key: str, name: str) -> str:
        """Return the id of the location that a record means, empty if that is not to be known.

        Args:
            key: its id on this site; empty or all zeros if the record names none.
            name: its name or id as a person wrote it, empty likewise.

        Raises:
            Rejection: there is no such location, or several have its name.
        """
        key = "" if key == NO_LOCATION else key
        if key and (not self.are_known or any(one.id == key for one in self.rows)):
            return key
        if name:
            return self._called(name)
        if key:
            raise self._unknown(key)
        return self.default

    def _called(self, text: str) -> str:
        """Return the id of the location with this id or name."""
        guid, name = guid_of(keys.trimmed(text)), _folded(text)
        found = [one.id for one in self.rows if guid and guid in (one.id, one.business_id)]
        found = found or [one.id for one in self.rows if _folded(one.name) == name]
        if len(found) > 1:
            both = " and ".join(sorted(found)[:2])
            raise Rejection(AMBIGUOUS, f"Several locations have this name: {both}.", "location")
        if not found and guid and not self.are_known:
            return guid
        if not found:
            raise self._unknown(text)
        return found[0]

    def _unknown(self, text: str) -> Rejection:
        if not self.are_known:
            reason = (
                "The key may not read the locations of the shop. Permission needed: Wix Stores,"
                " SCOPE.STORES.LOCATION_READ."
            )
            return Rejection("MISSING_PERMISSION", reason, "location")
        if not self.rows:
            reason = "This shop (Catalog V1) has no locations: leave the column out."
            return Rejection(UNKNOWN_LOCATION, reason, "location")
        known = sorted(one.name for one in self.rows)
        names = ", ".join(quoted(name, limit=60) for name in known[:_MOST_NAMED])
        more = ", ..." if len(self.rows) > _MOST_NAMED else ""
        reason = f"The shop has no location {quoted(text, limit=60)}; it has {names}{more}."
        return Rejection(UNKNOWN_LOCATION, reason, "location")


def _folded(name: str) -> str:
    """Return a name to compare by, see `name_key`."""
    return keys.name_key(name)
