"""Which location the record of an inventory item means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.inventory import NO_LOCATION
from target_wix.inventory.locations import UNKNOWN_LOCATION
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from target_wix.inventory.items import Inventory
    from target_wix.inventory.patch import InventoryRecord


class RecordLocations:
    """Which location a record means."""

    def __init__(self, inventory: Inventory) -> None:
        """Look into the locations of a shop."""
        self._inventory = inventory
        self._homes: dict[str, str] = {}

    def of(self, record: InventoryRecord) -> str:
        """Return the location of a record; of another site's, only one is the default here.

        Raises:
            Rejection: there is no such location.
        """
        patch, site = record.patch, record.foreign_site
        key = "" if site else patch.location_id
        location = self._inventory.locations.find(key, patch.location)
        if site and not patch.location and patch.location_id not in ("", NO_LOCATION):
            home = self._homes.setdefault(site, patch.location_id)
            if home != patch.location_id:
                raise Rejection(
                    UNKNOWN_LOCATION,
                    "The other site keeps stock at several locations, and another one has become"
                    " the default location of this one. Name the location in location_name.",
                    "locationId",
                )
        return location
