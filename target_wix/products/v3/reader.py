"""Products of a Catalog V3 shop, found and read in as few requests as it takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from tap_wix.api.errors import AnswerError
from tap_wix.api.paging import chunks
from tap_wix.api.stores_v3.lookup import MOST_VALUES
from tap_wix.api.stores_v3.variants import LARGEST_PAGE as LARGEST_VARIANTS_PAGE
from target_wix.products.catalog import CatalogReader, KeyRow, Keys, Product

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.stores_v3.lookup import ProductLookup

_VARIANTS_EACH = 2
"""How many variants a product is thought to have, when the cost of reading all is weighed."""

_MANY = 10_000_000
"""Variants of a shop whose size Wix does not tell: never worth reading whole."""


class Reader(CatalogReader):
    """Finds products; rows that a look-up brought are kept for the reading that follows it."""

    def __init__(self, lookup: ProductLookup) -> None:
        super().__init__()
        self.lookup = lookup
        self._rows: dict[str, Json] = {}
        self._index_cost: int | None = None

    @override
    def lookup_cost(self, keys: Keys) -> int:
        either = max(len(keys.ids), len(keys.handles), len(keys.slugs))
        return math.ceil(either / MOST_VALUES) + math.ceil(len(keys.skus) / MOST_VALUES)

    @override
    def index_cost(self) -> int:
        if self._index_cost is None:
            count = self.lookup.count()
            variants = _MANY if count is None else count * _VARIANTS_EACH
            self._index_cost = math.ceil(variants / LARGEST_VARIANTS_PAGE)
        return self._index_cost

    @override
    def index(self) -> Iterator[KeyRow]:
        """Yield the keys of all products: every product has a variant, and variants name them."""
        found: dict[str, tuple[str, str, set[str]]] = {}
        for row in self.lookup.all_variants():
            key, data = _product_of(row)
            handle, slug = str(data.get("handle") or ""), str(data.get("slug") or "")
            entry = found.setdefault(key, (handle, slug, set()))
            if row.get("sku"):
                entry[2].add(str(row["sku"]))
        for key, (handle, slug, skus) in found.items():
            yield KeyRow(key, handle, slug, frozenset(skus))

    @override
    def find(self, keys: Keys) -> Iterator[KeyRow]:
        found: dict[str, KeyRow] = {}
        columns = [sorted(keys.ids), sorted(keys.handles), sorted(keys.slugs)]
        for start in range(0, max(map(len, columns)), MOST_VALUES):
            ids, handles, slugs = (one[start : start + MOST_VALUES] for one in columns)
            for row in self.lookup.by_keys({"id": ids, "handle": handles, "slug": slugs}):
                key = str(row["id"])
                self._rows[key] = row
                found[key] = KeyRow(key, str(row.get("handle") or ""), str(row.get("slug") or ""))
        for some in chunks(sorted(keys.skus), MOST_VALUES):
            for variant in self.lookup.by_skus(some):
                key, data = _product_of(variant)
                before = found.get(key, KeyRow(key))
                found[key] = KeyRow(
                    key,
                    before.handle or str(data.get("handle") or ""),
                    before.slug or str(data.get("slug") or ""),
                    before.skus | {str(variant["sku"])},
                )
        yield from found.values()

    @override
    def _read(self, ids: Sequence[str]) -> dict[str, Product]:
        missing = [key for key in ids if key not in self._rows]
        for some in chunks(missing, MOST_VALUES):
            for row in self.lookup.by_keys({"id": some}):
                self._rows[str(row["id"])] = row
        rows = [self._rows[key] for key in ids if key in self._rows]
        self._rows.clear()
        return {str(one["id"]): one for one in self.lookup.with_variants(rows)}

    @override
    def get(self, product_id: str) -> Product | None:
        return self.lookup.by_id(product_id)

    @override
    def wrote(self, product_id: str) -> None:
        super().wrote(product_id)
        self._rows.pop(product_id, None)


def _product_of(variant: Json) -> tuple[str, Json]:
    """Return the id of a variant's product, and what the variant says of it.

    Raises:
        AnswerError: it names none. Passed over, its product would be taken for missing and made
            again.
    """
    data = as_object(variant.get("productData"))
    key = str(data.get("productId") or "")
    if not key:
        raise AnswerError("Wix answered with a variant that names no product.")
    return key, data
