"""Records of which one key means this item, and another key another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.inventory import NO_LOCATION
from tap_wix.api.foreign_text import quoted
from target_wix.inventory.items import NO_VARIANT, Match
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from target_wix.inventory.items import Inventory, VariantRef
    from target_wix.inventory.patch import InventoryRecord
    from target_wix.inventory.record_locations import RecordLocations

CONTRADICTION = "CONTRADICTING_KEYS"


class Contradictions:
    """Compares what was found by ids with the other keys of a record."""

    def __init__(
        self,
        inventory: Inventory,
        locations: RecordLocations,
        variants_with: Callable[[Mapping[str, set[str]]], Mapping[str, list[VariantRef]]],
    ) -> None:
        """Compare in a shop.

        Args:
            inventory: the shop's stock.
            locations: which location a record means.
            variants_with: returns the variants that have skus, by sku.
        """
        self._inventory = inventory
        self._locations = locations
        self._variants_with = variants_with

    def refused(
        self, found: Mapping[InventoryRecord, Match | Rejection]
    ) -> dict[InventoryRecord, Rejection]:
        """Return the records of which one key means this item and another key another one.

        A sku that no variant has is no contradiction: the variant was given another one since the
        record was made. Rows of another site have only their sku here.
        """
        own = {
            record: match
            for record, match in found.items()
            if isinstance(match, Match) and not record.foreign_site
        }
        refused = {
            record: refusal
            for record, match in own.items()
            if (refusal := self._other_item(record, match)) is not None
        }
        asking = {
            record: match.key.variant
            for record, match in own.items()
            if record.patch.sku and match.by_id and record not in refused
        }
        skus = self._skus_of({record: own[record] for record in asking})
        other = {record: ref for record, ref in asking.items() if skus.get(ref) != record.patch.sku}
        wanted: dict[str, set[str]] = {}
        for record in other:
            wanted.setdefault(record.patch.sku, set()).update(record.patch.sku_texts)
        known = self._variants_with(wanted) if wanted else {}
        for record, ref in other.items():
            refs = known[record.patch.sku]
            if refs and ref not in refs:
                refused[record] = _contradiction(
                    f"The variant that its ids mean has another sku, and"
                    f" {quoted(record.patch.sku, limit=80)} is the sku of another one:"
                    f" {refs[0].variant_id} of product {refs[0].product_id}.",
                    "sku",
                )
        return refused

    def _skus_of(self, matches: Mapping[InventoryRecord, Match]) -> dict[VariantRef, str]:
        """Return the skus of variants; those that came along with their stock cost nothing."""
        known: dict[VariantRef, str] = {}
        unknown: set[str] = set()
        for match in matches.values():
            if match.item is not None and match.item.sku is not None:
                known[match.key.variant] = match.item.sku
            else:
                unknown.add(match.key.product_id)
        if unknown:
            for rows in self._inventory.variants_of(sorted(unknown)).values():
                known |= {row.ref: row.sku for row in rows}
        return known

    def _other_item(self, record: InventoryRecord, match: Match) -> Rejection | None:
        """Return why an item that was found is not the one, by the record's other ids."""
        patch, key = record.patch, match.key
        by_item_id = match.item is not None and patch.item_id == match.item.id
        if not by_item_id or not patch.item_id:
            return None
        if patch.product_id not in ("", key.product_id):
            return _contradiction("The item with its id is of another product.", "productId")
        is_one = self._inventory.has_revisions
        if is_one and patch.variant_id not in ("", NO_VARIANT, key.variant_id):
            return _contradiction("The item with its id is of another variant.", "variantId")
        if is_one and self._is_elsewhere(record, key.location_id):
            return _contradiction("The item with its id is at another location.", "locationId")
        return None

    def _is_elsewhere(self, record: InventoryRecord, location_id: str) -> bool:
        """Tell whether a record names another location; an unknown one may have been this."""
        patch = record.patch
        if not patch.location and patch.location_id in ("", NO_LOCATION):
            return False
        try:
            return self._locations.of(record) not in ("", location_id)
        except Rejection:
            return False


def _contradiction(reason: str, field: str) -> Rejection:
    return Rejection(CONTRADICTION, reason, field)
