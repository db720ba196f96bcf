"""Which location the record of an inventory item means, and what `locations` tells of other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix.api.catalog_conversion.inventory import NO_LOCATION
from tap_wix.api.foreign_text import quoted
from target_wix.inventory.items import AMBIGUOUS, UNKNOWN_LOCATION
from target_wix.inventory.parse import site_of
from target_wix.pipeline import coerce
from target_wix.pipeline.context import context_of
from target_wix.pipeline.cross_stream import SiteLocation
from target_wix.pipeline.ignored_sink import IgnoringSink
from target_wix.pipeline.keys import guid_of, key_text, name_key
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from singer_sdk import Target

    from target_wix.inventory.items import Inventory
    from target_wix.inventory.parse import InventoryRecord
    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.pending import PendingRecord

STREAM = "locations"
_COLUMNS = ("id", "name", "defaultLocation", "default")
_FIELD = "locationId"
_SEVERAL = ""
_NAME_IT = "name the location in location_name"


class LocationsSink(IgnoringSink):
    """Ignores the records, and notes what they tell of locations: stock may wait for that."""

    @override
    def __init__(self, target: Target, *args: Any, **kwargs: Any) -> None:
        super().__init__(target, *args, **kwargs)
        self._run = context_of(target)
        self._run.site_locations.are_expected = True

    @property
    @override
    def skip(self) -> None:
        """Skip none: each is looked at."""

    @override
    def take(self, record: PendingRecord) -> None:
        super().take(record)
        if record.unreadable is None:
            self._note(record.data)

    def _note(self, record: dict[str, Any]) -> None:
        row, _ = coerce.named(record, _COLUMNS)
        if not (key := guid_of(key_text(row.get("id")))):
            return
        name = row.get("name")
        location = SiteLocation(
            name if isinstance(name, str) else "",
            _is_true(row.get("defaultLocation")) or _is_true(row.get("default")),
        )
        self._run.site_locations.note(site_of(record), key, location)
        self._run.release([key])


def _is_true(value: object) -> bool:
    try:
        return coerce.as_flag(value, "defaultLocation") is True
    except Rejection:
        return False


class RecordLocations:
    """Which location a record means: of another site's, the default one is the default here."""

    def __init__(self, inventory: Inventory, context: StreamContext) -> None:
        """Look into the locations of a shop, and what the run tells of those of other sites."""
        self._inventory = inventory
        self._context = context
        self._assumed: dict[str, str] = {}

    def waits(self, record: InventoryRecord) -> Rejection | None:
        """Return why a record has to wait: what its location is there comes later in the run."""
        known, is_over = self._context.site_locations, self._context.is_at_end
        if is_over or not known.are_expected or not _is_of_site_alone(record):
            return None
        if record.patch.location_id in known.of_site(record.foreign_site):
            return None
        return Rejection(
            UNKNOWN_LOCATION,
            "The stream locations has not told yet which location of the other site it is.",
            _FIELD,
        )

    def meet(self, records: Iterable[InventoryRecord]) -> None:
        """Look at the records of a batch, where nothing tells of the locations of their site.

        One location alone is taken for the default. Of several, nobody knows which one is.
        """
        met: dict[str, set[str]] = {}
        for record in records:
            site = record.foreign_site
            if _is_of_site_alone(record) and not self._context.site_locations.of_site(site):
                met.setdefault(site, set()).add(record.patch.location_id)
        for site, ids in met.items():
            self._assumed.setdefault(site, next(iter(ids)) if len(ids) == 1 else _SEVERAL)

    def of(self, record: InventoryRecord) -> str:
        """Return the location of a record, empty if that is not to be known.

        Raises:
            Rejection: there is no such location here, or nobody knows which one it is.
        """
        patch, site = record.patch, record.foreign_site
        if not _is_of_site_alone(record):
            key = "" if site else patch.location_id
            return self._inventory.locations.find(key, patch.location)
        known = self._context.site_locations.of_site(site)
        if known:
            return self._like(patch.location_id, known)
        return self._guessed(site, patch.location_id)

    def _guessed(self, site: str, key: str) -> str:
        """Return the default location for what is assumed to be that of the other site.

        Raises:
            Rejection: another one is, or several could be.
        """
        assumed = self._assumed.get(site, key)
        if assumed == key:
            return self._inventory.locations.find("", "")
        if assumed == _SEVERAL:
            why = "and nothing tells which one is its default"
        else:
            why = (
                f"and this is another one than {assumed}, which came first: that was taken for its"
                " default, and its stock is at the default location here"
            )
        reason = (
            f"The other site keeps stock at several locations, {why}. Send the stream locations of"
            f" that site, too, or {_NAME_IT}."
        )
        raise Rejection(UNKNOWN_LOCATION, reason, _FIELD)

    def _like(self, key: str, known: Mapping[str, SiteLocation]) -> str:
        """Return what a location of another site is here: the default one, or one by its name.

        Args:
            key: its id there.
            known: the locations of the other site.

        Raises:
            Rejection: there is none here, or the other site has two for one here.
        """
        there, here = known.get(key), self._inventory.locations
        if there is None:
            reason = f"The stream locations has no such location of the other site: {_NAME_IT}."
            raise Rejection(UNKNOWN_LOCATION, reason, _FIELD)
        if there.is_default:
            return here.find("", "")
        shown, name = quoted(there.name, limit=60), name_key(there.name)
        if here.are_known and not here.rows:
            reason = (
                "This shop (Catalog V1) has no locations: it gets the stock of the other site's"
                f" default location, and this is of its location {shown}."
            )
            raise Rejection(UNKNOWN_LOCATION, reason, _FIELD)
        others = [one for one in known.values() if one is not there]
        if not name or any(name_key(one.name) == name and not one.is_default for one in others):
            what = f"the name {shown}" if name else "no name"
            reason = f"Not this location alone has {what} on the other site: {_NAME_IT}."
            raise Rejection(AMBIGUOUS, reason, _FIELD)
        try:
            found = here.find("", there.name)
        except Rejection as rejection:
            if rejection.code != UNKNOWN_LOCATION:
                raise
            reason = (
                f"{rejection.reason} The other site keeps this stock there: open a location of that"
                f" name, or {_NAME_IT}."
            )
            raise Rejection(UNKNOWN_LOCATION, reason, _FIELD) from None
        if found == here.default and any(one.is_default for one in others):
            reason = (
                f"The default location here is called {shown}, as this one is on the other site,"
                f" and has the stock of the default one there. Rename one of them, or {_NAME_IT}."
            )
            raise Rejection(AMBIGUOUS, reason, _FIELD)
        return found


def _is_of_site_alone(record: InventoryRecord) -> bool:
    """Whether nothing but an id of another site tells which location a record means."""
    patch = record.patch
    is_named = bool(patch.location) or patch.location_id in ("", NO_LOCATION)
    return bool(record.foreign_site) and not is_named
