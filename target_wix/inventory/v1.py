"""Stock of a Catalog V1 shop: one item a product, all its variants inside (wix-api stores-v1 5)."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from cachetools import FIFOCache, TTLCache

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, text
from tap_wix.api.errors import NotFoundError
from tap_wix.api.stores_v1.inventory import item_of, read_items
from tap_wix.api.stores_v1.lookup import MOST_VALUES
from tap_wix.api.stores_v1.products import read_v1_products
from target_wix.inventory.items import (
    NO_VARIANT,
    InventoryItem,
    ItemKey,
    Locations,
    Variant,
    VariantRef,
)
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.staleness import moment_of
from target_wix.products.v1.reader import Reader
from target_wix.products.v1.stock import Stock, states_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Stale, StockChange
    from target_wix.runtime.dropped_data import DroppedData
    from target_wix.runtime.outcomes import Rejection

_MOST_WRITTEN = 20_000
"""Products whose stock this run wrote: read one by one, since the index knows it later."""

_MOST_KEPT = 2000
_KEPT_SECONDS = 60.0
"""A look-up brings whole products: which stock is theirs need not be asked for again at once."""


class InventoryV1:
    """One shop's stock on Catalog V1, where the last writer wins."""

    has_revisions = False
    locations = Locations()

    def __init__(self, site: WixSite, dropped: DroppedData) -> None:
        self._site = site
        self._stock = Stock(site, dropped)
        self._reader = Reader(site)
        self._lookup = self._reader.lookup
        self._products: TTLCache[str, Json] = TTLCache(_MOST_KEPT, _KEPT_SECONDS)
        self._written: FIFOCache[str, None] = FIFOCache(_MOST_WRITTEN)

    # -- variants -----------------------------------------------------------------------------

    def lookup_cost(self, skus: int) -> int:
        """See `Inventory.lookup_cost`: products and variants have skus, in two indexes."""
        return 2 * ceil(skus / MOST_VALUES)

    def index_cost(self) -> int:
        """See `Inventory.index_cost`."""
        return self._reader.index_cost()

    def forget_products(self) -> None:
        """See `Inventory.forget_products`."""
        self._products.clear()

    def variants_with(self, skus: Collection[str]) -> list[Variant] | None:
        """See `Inventory.variants_with`."""
        hits = self._lookup.variants_with(skus)
        if hits is None:
            return None
        products = {row["id"]: row for row in self._lookup.where("sku", skus)}
        missing = {key for key, _ in hits} - products.keys()
        products |= {row["id"]: row for row in self._lookup.where("id", missing)}
        self._products.update(products)
        asked = set(map(key_text, skus))
        return [
            one for product in products.values() for one in _variants(product) if one.sku in asked
        ]

    def all_variants(self) -> Iterator[Variant]:
        """See `Inventory.all_variants`."""
        for page in read_v1_products(self._site):
            for product in page.rows:
                self._products[product["id"]] = product
                yield from _variants(product)

    def variants_of(self, product_ids: Sequence[str]) -> dict[str, list[Variant]]:
        """See `Inventory.variants_of`."""
        products = self._read(product_ids)
        return {key: _variants(products[key]) for key in product_ids if key in products}

    def _read(self, product_ids: Sequence[str]) -> dict[str, Json]:
        """Return products, those of the last look-up without asking again."""
        kept = {key: self._products.get(key) for key in product_ids}
        missing = [key for key, row in kept.items() if row is None]
        read = {str(row["id"]): row for row in self._lookup.where("id", missing)}
        self._products.update(read)
        return {**{key: row for key, row in kept.items() if row is not None}, **read}

    # -- items --------------------------------------------------------------------------------

    def items_by_id(self, item_ids: Sequence[str]) -> dict[str, list[InventoryItem]]:
        """See `Inventory.items_by_id`."""
        return {row["id"]: _items(row) for row in read_items(self._site, item_ids)}

    def items_of(self, product_ids: Sequence[str]) -> dict[ItemKey, InventoryItem]:
        """See `Inventory.items_of`: `productId` finds one item at a time, item ids a hundred."""
        products = self._read(product_ids)
        by_item = {
            text(row.get("inventoryItemId")): key
            for key, row in products.items()
            if key not in self._written
        }
        by_item.pop(None, None)
        rows = {row["productId"]: row for row in read_items(self._site, list(map(str, by_item)))}
        for key in products:
            if key not in rows and (row := self._item(key)) is not None:
                rows[key] = row
        return {one.key: one for row in rows.values() for one in _items(row)}

    def latest(self, items: Sequence[InventoryItem]) -> dict[ItemKey, InventoryItem]:
        """See `Inventory.latest`."""
        keys = dict.fromkeys(one.key.product_id for one in items)
        rows = filter(None, map(self._item, keys))
        return {one.key: one for row in rows for one in _items(row)}

    def _item(self, product_id: str) -> Json | None:
        try:
            return item_of(self._site, product_id)
        except NotFoundError:
            return None

    def write(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """See `Inventory.write`."""
        for change, outcome in self._stock.write(changes):
            self._written[change.product_id] = None
            yield change, outcome


def _items(row: Json) -> list[InventoryItem]:
    product_id = str(row.get("productId") or "")
    return [
        InventoryItem(
            ItemKey(product_id, variant),
            state,
            str(row.get("id") or ""),
            0,
            moment_of(row, "lastUpdated"),
        )
        for variant, state in states_of(row).items()
    ]


def _variants(product: Json) -> list[Variant]:
    """Return what stock is counted of: variants that are managed, else the product as a whole."""
    key, rows = str(product["id"]), as_objects(product.get("variants"))
    if product.get("manageVariants") is True and rows:
        return [
            Variant(
                VariantRef(key, str(row.get("id"))),
                key_text(as_object(row.get("variant")).get("sku")),
            )
            for row in rows
        ]
    others = frozenset(str(row.get("id")) for row in rows) - {NO_VARIANT}
    return [Variant(VariantRef(key, NO_VARIANT), key_text(product.get("sku")), others)]
