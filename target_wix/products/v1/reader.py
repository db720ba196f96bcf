"""Products of a Catalog V1 shop, found and read in the shape of V3."""

from __future__ import annotations

import time
from math import ceil
from typing import TYPE_CHECKING

from cachetools import FIFOCache
from typing_extensions import override

from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from tap_wix.api.stores_v1.calls import LARGEST_PAGE
from tap_wix.api.stores_v1.lookup import MOST_VALUES, ProductLookup
from tap_wix.api.stores_v1.products import read_v1_products
from target_wix.pipeline.keys import key_text
from target_wix.products.catalog import CatalogReader, KeyRow, Keys
from target_wix.products.fields.variants import variants_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Product

_KEPT_SECONDS = 60.0
_MOST_KEPT = 2000

_UNKNOWN_COST = 1_000_000


class Reader(CatalogReader):
    """Looks products up, and hands out what a look-up brought anyway without asking again."""

    def __init__(self, site: WixSite) -> None:
        super().__init__()
        self.lookup = ProductLookup(site)
        self._site = site
        self._kept: FIFOCache[str, tuple[float, Product]] = FIFOCache(_MOST_KEPT)
        self._skus: dict[str, set[str]] | None = None
        self._index_cost: int | None = None

    @override
    def lookup_cost(self, keys: Keys) -> int:
        skus = ceil(len(keys.skus) / MOST_VALUES)
        slugs = ceil(len(keys.slugs) / MOST_VALUES)
        return ceil(len(keys.ids) / MOST_VALUES) + slugs + 2 * skus

    @override
    def index_cost(self) -> int:
        """Return how many requests `index` would take: pages, and the empty one at the end."""
        if self._index_cost is None:
            count = self.lookup.count()
            self._index_cost = (
                _UNKNOWN_COST if count is None else ceil(count / LARGEST_PAGE) + bool(count)
            )
        return self._index_cost

    @override
    def index(self) -> Iterator[KeyRow]:
        for row in (row for page in read_v1_products(self._site) for row in page.rows):
            yield _keys_of(self._keep(row))

    @override
    def find(self, keys: Keys) -> Iterator[KeyRow]:
        """Yield the keys of the products that have any of these keys; V1 has no handles."""
        found: dict[str, KeyRow] = {}
        for row in self._by_own_keys(keys):
            found[row["id"]] = _keys_of(self._keep(row))
        for product_id, sku in self._by_variant_skus(keys.skus):
            known = found.get(product_id, KeyRow(product_id))
            found[product_id] = KeyRow(
                product_id, known.handle, known.slug, known.skus | frozenset({sku})
            )
        yield from found.values()

    @override
    def _read(self, ids: Sequence[str]) -> dict[str, Product]:
        found: dict[str, Product] = {}
        for product_id in ids:
            when, product = self._kept.pop(product_id, (0.0, None))
            if product is not None and time.monotonic() - when <= _KEPT_SECONDS:
                found[product_id] = product
        for row in self.lookup.where("id", [one for one in ids if one not in found]):
            found[row["id"]] = upgrade_product(row)
        return found

    @override
    def get(self, product_id: str) -> Product | None:
        row = self.lookup.one(product_id)
        return None if row is None else upgrade_product(row)

    @override
    def wrote(self, product_id: str) -> None:
        super().wrote(product_id)
        self._kept.pop(product_id, None)

    def _keep(self, row: Row) -> Product:
        product = upgrade_product(row)
        if row["id"] not in self._written:
            self._kept[row["id"]] = (time.monotonic(), product)
        return product

    def _by_own_keys(self, keys: Keys) -> Iterator[Row]:
        yield from self.lookup.where("id", keys.ids)
        yield from self.lookup.where("slug", keys.slugs)
        yield from self.lookup.where("sku", keys.skus)

    def _by_variant_skus(self, skus: Collection[str]) -> Iterable[tuple[str, str]]:
        """Product id and sku of every variant that has one of the skus.

        Where Wix cannot be asked for them, all products are read, once a run.
        """
        if not skus:
            return ()
        if self._skus is None:
            hits = self.lookup.variants_with(skus)
            if hits is not None:
                return hits
            self._skus = {}
            for row in self.index():
                for sku in row.skus:
                    self._skus.setdefault(key_text(sku), set()).add(row.id)
        return [
            (product_id, sku) for sku in skus for product_id in self._skus.get(key_text(sku), ())
        ]


def _keys_of(product: Product) -> KeyRow:
    skus = frozenset(str(row["sku"]) for row in variants_of(product) if row.get("sku"))
    return KeyRow(product["id"], "", str(product.get("slug") or ""), skus)
