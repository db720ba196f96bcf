"""Stock of a Catalog V3 shop: an item for each variant and location (wix-api stores-v3 4)."""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from tap_wix.api.errors import AnswerError
from tap_wix.api.paging import chunks
from tap_wix.api.stores_v3.inventory import is_default, locations
from tap_wix.api.stores_v3.lookup import MOST_VALUES, ProductLookup
from target_wix.inventory.items import (
    InventoryItem,
    ItemKey,
    Location,
    Locations,
    Variant,
    VariantRef,
)
from target_wix.inventory.lookup import WORTH_ASKING
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.staleness import revision_of
from target_wix.products.v3.reader import Reader
from target_wix.products.v3.stock import Stock, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Stale, StockChange
    from target_wix.runtime.outcomes import Rejection


class InventoryV3:
    """One shop's inventory items on Catalog V3."""

    has_revisions = True

    def __init__(self, site: WixSite, sleep: Callable[[float], None]) -> None:
        self._transport = site.transport
        self._stock = Stock(site.transport, sleep)
        self._lookup = ProductLookup(site.transport)
        self._keys = Reader(self._lookup)

    @cached_property
    def locations(self) -> Locations:
        """See `Inventory.locations`."""
        rows = locations(self._transport)
        if rows is None:
            return Locations(are_known=False)
        return Locations(
            [
                Location(
                    str(row.get("id") or ""),
                    str(row.get("name") or ""),
                    str(row.get("wixLocationId") or ""),
                    is_default(row),
                )
                for row in rows
            ]
        )

    # -- variants -----------------------------------------------------------------------------

    def lookup_cost(self, skus: int) -> int:
        """See `Inventory.lookup_cost`."""
        return ceil(skus / MOST_VALUES)

    def index_cost(self) -> int:
        """See `Inventory.index_cost`."""
        return self._keys.index_cost()

    def forget_products(self) -> None:
        """See `Inventory.forget_products`: nothing is kept."""

    def variants_with(self, skus: Collection[str]) -> Iterator[Variant]:
        """See `Inventory.variants_with`."""
        for some in chunks(sorted(skus), MOST_VALUES):
            yield from map(_variant, self._lookup.by_skus(some))

    def all_variants(self) -> Iterator[Variant]:
        """See `Inventory.all_variants`."""
        return map(_variant, self._lookup.all_variants())

    def variants_of(self, product_ids: Sequence[str]) -> dict[str, list[Variant]]:
        """See `Inventory.variants_of`."""
        found: dict[str, dict[VariantRef, Variant]] = {key: {} for key in product_ids}
        for row in self._lookup.variants_of(product_ids):
            variant = _variant(row)
            # Wix has ignored filters with 200 (wix-api stores-v3 3.3).
            if variant.ref.product_id in found:
                found[variant.ref.product_id][variant.ref] = variant
        return {key: list(rows.values()) for key, rows in found.items() if rows}

    # -- items --------------------------------------------------------------------------------

    def items_by_id(self, item_ids: Sequence[str]) -> dict[str, list[InventoryItem]]:
        """See `Inventory.items_by_id`."""
        rows = self._stock.items_by_id(item_ids, read_all=self._is_all_cheaper(len(item_ids)))
        return {str(row["id"]): [_item(row)] for row in rows}

    def items_of(self, product_ids: Sequence[str]) -> dict[ItemKey, InventoryItem]:
        """See `Inventory.items_of`."""
        read_all = self._is_all_cheaper(len(product_ids))
        rows = self._stock.items_of(product_ids, read_all=read_all)
        return {one.key: one for one in map(_item, rows)}

    def _is_all_cheaper(self, values: int) -> bool:
        """Tell whether reading all items is fewer requests than asking for so many of them."""
        cost = self.lookup_cost(values)
        return cost > WORTH_ASKING and cost > self.index_cost()

    def latest(self, items: Sequence[InventoryItem]) -> dict[ItemKey, InventoryItem]:
        """See `Inventory.latest`."""
        rows = [self._stock.item(one.id) for one in items]
        return {one.key: one for one in map(_item, filter(None, rows))}

    def write(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """See `Inventory.write`."""
        return self._stock.write(changes)


def _item(row: Json) -> InventoryItem:
    key = ItemKey(
        str(row.get("productId") or ""),
        str(row.get("variantId") or ""),
        str(row.get("locationId") or ""),
    )
    updated = str(row.get("updatedDate") or "")
    product = row.get("product")
    sku = key_text(product.get("variantSku")) if isinstance(product, dict) else None
    return InventoryItem(key, state_of(row), str(row["id"]), revision_of(row) or 0, updated, sku)


def _variant(row: Json) -> Variant:
    """Return a row of the variants API.

    Raises:
        AnswerError: it does not say whose variant it is.
    """
    product = as_object(row.get("productData")).get("productId")
    variant = row.get("variantId") or row.get("id")
    if not product or not variant:
        raise AnswerError("Wix answered with a variant that names no product.")
    return Variant(VariantRef(str(product), str(variant)), key_text(row.get("sku")))
