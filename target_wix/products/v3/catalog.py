"""Catalog V3 behind the protocol of the products sink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, inside
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import AnswerError, RefusedError
from tap_wix.api.optional_fields import MERCHANT_DATA
from tap_wix.api.stores_v3 import category_items
from tap_wix.api.stores_v3.bulk import STALE_CODE
from tap_wix.api.stores_v3.categories import V3_CATEGORIES
from tap_wix.api.stores_v3.lookup import ProductLookup
from target_wix.pipeline.refusals import rejection_of
from target_wix.pipeline.site_categories import Category
from target_wix.products.catalog import (
    Change,
    Created,
    Creation,
    Existing,
    Product,
    Stale,
    StockChange,
    StockState,
    Updated,
)
from target_wix.products.compare import check, differences
from target_wix.products.fields.descriptions import for_v3
from target_wix.products.fields.variants import variants_of
from target_wix.products.v3.creator import Creator
from target_wix.products.v3.key_lookup import KeyLookup
from target_wix.products.v3.references import References
from target_wix.products.v3.stock import Stock
from target_wix.products.v3.updater import Updater
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tap_wix.api.site import WixSite
    from tap_wix.api.stores_v3.bulk import BulkRow
    from tap_wix.api.transport import WixTransport
    from target_wix.runtime.dropped_data import DroppedData

_ALREADY = ("ALREADY", "ITEM_NOT_IN_CATEGORY")
"""In the codes of what is done already; that of an item to add is not published (stores-v3 6.6)."""
_TRIES = 5


def open_catalog(site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> CatalogV3:
    """Return the Catalog V3 of a site."""
    return CatalogV3(site, dropped, sleep)


class CatalogV3:
    """One shop's products on Catalog V3."""

    version = CatalogVersion.V3

    def __init__(self, site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> None:
        """Read nothing yet."""
        self._site = site
        self._transport = site.transport
        self._dropped = dropped
        self._lookup = ProductLookup(site.transport)
        self.reader = KeyLookup(self._lookup)
        self._stock = Stock(site.transport, sleep)
        references = References(site.transport, dropped)
        self._creator = Creator(
            site.transport, self._lookup, self.reader, references, self._stock, sleep
        )
        self._updater = Updater(site.transport, self.reader, references)

    def get(self, product_id: str) -> Product | None:
        """See `Catalog.get`."""
        return self._lookup.by_id(product_id)

    def is_unfinished(self, product: Product) -> bool:  # noqa: ARG002 - never so here
        """See `Catalog.is_unfinished`: V3 makes a product in one request, or does not."""
        return False

    # -- what it can hold ---------------------------------------------------------------------

    def as_stored(
        self,
        desired: Product,
        current: Product | None,
        drop: Callable[[str], None],  # noqa: ARG002 - V3 has a place for everything
    ) -> Product:
        """See `Catalog.as_stored`."""
        as_stored = _of_its_type({name: desired[name] for name in desired if name != "v1"})
        as_stored = for_v3(as_stored)
        before = current or {}
        changed = differences(before, as_stored)
        check(as_stored, before, changed)
        if current is not None and {"variantsInfo", "options"} & set(changed):
            self._require_whole(current)
        return as_stored

    def _require_whole(self, current: Product) -> None:
        """Refuse to replace variants of which this key sees only a part.

        Variants are replaced whole: what the key may not read would be erased (stores-v3 3.5).
        """
        count = inside(current, "variantSummary", "variantCount")
        hidden = isinstance(count, int) and count > len(variants_of(current))
        if hidden or MERCHANT_DATA in self._lookup.fields.refused:
            raise Rejection(
                "MISSING_PERMISSION",
                "Wix replaces all variants at once, and this key may not read hidden ones and"
                " costs, which would be lost. Permission needed: Wix Stores,"
                " SCOPE.STORES.PRODUCT_READ_ADMIN.",
                "variantsInfo",
            )

    # -- writing ------------------------------------------------------------------------------

    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """See `Catalog.create`."""
        for creation, outcome in self._creator.create(creations):
            if isinstance(outcome, Created):
                self.reader.wrote(outcome.product["id"])
                handle = creation.product.get("handle")
                if handle and outcome.product.get("handle") != handle:
                    self._dropped.add("handles, which Wix did not take (slugs serve instead)")
            yield creation, outcome

    def update(
        self, changes: Sequence[Change]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        """See `Catalog.update`."""
        return self._updater.update(changes)

    def delete(self, ids: Sequence[str]) -> Iterator[tuple[str, Rejection | None]]:
        """See `Catalog.delete`."""
        return self._updater.delete(ids)

    # -- stock --------------------------------------------------------------------------------

    def stock_of(self, products: Sequence[Product]) -> dict[str, dict[str, StockState]]:
        """See `Catalog.stock_of`."""
        return self._stock.of([product["id"] for product in products])

    def set_stock(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """See `Catalog.set_stock`."""
        for change, outcome in self._stock.set(changes):
            self.reader.wrote(change.product_id)
            yield change, outcome

    # -- memberships --------------------------------------------------------------------------

    def categories(self) -> Iterable[Category]:
        """See `Catalog.categories`."""
        everything = self._lookup.all_products()
        for row in V3_CATEGORIES.rows(self._site):
            if row["id"] != everything:
                yield Category(row["id"], str(row.get("name") or ""), str(row.get("slug") or ""))

    def change_category_items(
        self, category_id: str, add: Sequence[str], remove: Sequence[str]
    ) -> dict[str, Rejection]:
        """See `Catalog.change_category_items`."""
        failed: dict[str, Rejection] = {}
        for call, ids in ((category_items.add_items, add), (category_items.remove_items, remove)):
            for start in range(0, len(ids), category_items.MOST_ITEMS):
                failed |= self._change(
                    call, category_id, ids[start : start + category_items.MOST_ITEMS]
                )
        for key in (*add, *remove):
            self.reader.wrote(key)
        return failed

    def _change(
        self,
        call: Callable[[WixTransport, str, Sequence[str]], Mapping[int, BulkRow]],
        category_id: str,
        ids: Sequence[str],
        tries: int = _TRIES,
    ) -> dict[str, Rejection]:
        """Change one category; what collides with somebody else's change is tried again (6.4)."""
        rows: Mapping[int, BulkRow] = {}
        try:
            rows = call(self._transport, category_id, ids)
        except AnswerError:
            pass  # an answer without results: what is done already does no harm twice
        except RefusedError as error:
            if error.code == STALE_CODE and tries > 1:
                return self._change(call, category_id, ids, tries - 1)
            return dict.fromkeys(ids, rejection_of(error))
        failed: dict[str, Rejection] = {}
        again = []
        for place, key in enumerate(ids):
            row = rows.get(place)
            error_code = row.error.code if row is not None and row.error is not None else ""
            if row is None or error_code == STALE_CODE:
                again.append(key)
            elif row.error is not None and not any(word in error_code for word in _ALREADY):
                failed[key] = rejection_of(row.error)
        if again and tries > 1:
            failed |= self._change(call, category_id, again, tries - 1)
        elif again:
            failed |= dict.fromkeys(again, Rejection("UNDETAILED_FAILURE", "Wix did not say why."))
        return failed


def _of_its_type(product: Product) -> Product:
    """A product without the properties of the other type: Wix refuses them (stores-v3 3.4)."""
    digital = product.get("productType") == "DIGITAL"
    other = "physicalProperties" if digital else "digitalProperties"
    rows = variants_of(product)
    if any(other in row for row in rows):
        kept = [{name: row[name] for name in row if name != other} for row in rows]
        info = as_object(product["variantsInfo"])
        product = {**product, "variantsInfo": {**info, "variants": kept}}
    if digital and product.get("physicalProperties") is not None:
        product = {name: product[name] for name in product if name != "physicalProperties"}
    return product
