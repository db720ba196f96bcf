"""Products of a Catalog V1 shop, found and read in the shape of V3."""

from __future__ import annotations

import time
from math import ceil
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from tap_wix.api.stores_v1.lookup import MOST_VALUES, ProductLookup
from tap_wix.api.stores_v1.products import read_v1_products
from tap_wix.api.stores_v1.reading import LARGEST_PAGE
from target_wix.pipeline.keys import key_text
from target_wix.products.catalog import KeyRow, Keys
from target_wix.products.fields.variants import variants_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Product

_KEPT_SECONDS = 60.0
_MOST_KEPT = 2000
_MOST_WRITTEN = 20_000
"""Written products that are read one by one: the index has caught up by the time of the next."""

_UNKNOWN_COST = 1_000_000


class Reader:
    """Looks products up, and hands out what a look-up brought anyway without asking again."""

    def __init__(self, site: WixSite) -> None:
        self.lookup = ProductLookup(site)
        self._site = site
        self._kept: FIFOCache[str, tuple[float, Product]] = FIFOCache(_MOST_KEPT)
        self._written: FIFOCache[str, None] = FIFOCache(_MOST_WRITTEN)
        self._skus: dict[str, set[str]] | None = None
        self._index_cost: int | None = None

    def lookup_cost(self, keys: Keys) -> int:
        """Return how many requests `find` would take."""
        skus = ceil(len(keys.skus) / MOST_VALUES)
        slugs = ceil(len(keys.slugs) / MOST_VALUES)
        return ceil(len(keys.ids) / MOST_VALUES) + slugs + 2 * skus

    def index_cost(self) -> int:
        """Return how many requests `index` would take: pages, and the empty one at the end."""
        if self._index_cost is None:
            count = self.lookup.count()
            self._index_cost = (
                _UNKNOWN_COST if count is None else ceil(count / LARGEST_PAGE) + bool(count)
            )
        return self._index_cost

    def index(self) -> Iterator[KeyRow]:
        """Yield the keys of all products."""
        for row in (row for page in read_v1_products(self._site) for row in page.rows):
            yield _keys_of(self._keep(row))

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

    def by_ids(self, ids: Collection[str]) -> dict[str, Product]:
        """Return products by id.

        What this run wrote is read one by one: the index may not have it yet (stores-v1 1.8).
        """
        found: dict[str, Product] = {}
        wanted = list(dict.fromkeys(ids))
        for product_id in wanted:
            when, product = self._kept.pop(product_id, (0.0, None))
            if product_id in self._written:
                product = self.get(product_id)
            elif time.monotonic() - when > _KEPT_SECONDS:
                product = None
            if product is not None:
                found[product_id] = product
        missing = [one for one in wanted if one not in found and one not in self._written]
        for row in self.lookup.where("id", missing):
            found[row["id"]] = upgrade_product(row)
        return {product_id: found[product_id] for product_id in wanted if product_id in found}

    def get(self, product_id: str) -> Product | None:
        """Return one product as it is this moment."""
        row = self.lookup.one(product_id)
        return None if row is None else upgrade_product(row)

    def wrote(self, product_id: str) -> None:
        """Remember that a product was written: what is known of it holds no longer."""
        self._written[product_id] = None
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
