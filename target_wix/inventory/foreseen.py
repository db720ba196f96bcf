"""Stock of products that a dry run does not make, and the run would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.inventory.items import InventoryItem, ItemKey, Match, VariantRef, item_at
from target_wix.inventory.refusals import (
    UNKNOWN_SKU,
    NotThere,
    several_have,
    several_variants,
)
from target_wix.pipeline.keys import guid_of
from target_wix.products.catalog import StockState
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from target_wix.inventory.items import Inventory
    from target_wix.inventory.patch import InventoryRecord
    from target_wix.inventory.record_locations import RecordLocations
    from target_wix.pipeline.context import StreamContext
    from target_wix.pipeline.products_of_run import ForeseenVariant


class Foreseen:
    """Matches records of a dry run with what its products would be."""

    def __init__(
        self, inventory: Inventory, context: StreamContext, locations: RecordLocations
    ) -> None:
        """Look into what the products of the run come to."""
        self._inventory = inventory
        self._context = context
        self._locations = locations

    def without_gone(self, match: Match | Rejection) -> Match | Rejection:
        """Return a match, but none with a product that the run would have deleted."""
        gone = self._context.products_of_run.gone
        if isinstance(match, Rejection) or match.key.product_id not in gone:
            return match
        reason = f"The run would have deleted its product {match.key.product_id}."
        return NotThere(UNKNOWN_SKU, reason, "sku")

    def match(self, record: InventoryRecord, here: InventoryRecord) -> Match | Rejection | None:
        """Return the item that a record would mean in a run, None if there would be none.

        Args:
            record: the record.
            here: the same with ids of this site.
        """
        products, patch = self._context.products_of_run, record.patch
        variant = products.foreseen_variant(here.patch.variant_id)
        refs: tuple[ForeseenVariant, ...] = () if variant is None else (variant,)
        if not refs and here.patch.sku:
            refs = products.foreseen(here.patch.sku)
        if not refs and record.foreign_site:
            refs = products.foreseen(patch.product_id)
        if len(refs) > 1:
            found = [VariantRef(one.product_id, one.variant_id) for one in refs]
            return several_have(here.patch.sku, found) if here.patch.sku else several_variants()
        if not refs:
            return None
        try:
            location = self._locations.of(record)
        except Rejection as rejection:
            return rejection
        ref = VariantRef(refs[0].product_id, refs[0].variant_id)
        at_default = location == self._inventory.locations.default
        state = self._opening(refs[0]) if at_default else None
        there = self._inventory.items_of([ref.product_id]) if _is_made(ref.product_id) else {}
        key = ItemKey(*ref, location)
        item = item_at(there, key)
        if item is None and state is not None:
            item = InventoryItem(key, state)
        return Match(key, item)

    def _opening(self, variant: ForeseenVariant) -> StockState | None:
        """Return the stock that a variant would be made with, None if it would have none."""
        if variant.quantity is not None:
            return StockState(
                tracked=True, quantity=variant.quantity, in_stock=variant.quantity > 0
            )
        if variant.in_stock is None and self._inventory.has_revisions:
            return None
        return StockState(tracked=False, in_stock=variant.in_stock is not False)


def _is_made(product_id: str) -> bool:
    """Whether a product is in the shop; ids that a dry run makes up are none of Wix."""
    return bool(guid_of(product_id))
