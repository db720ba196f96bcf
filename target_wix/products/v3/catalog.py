"""Catalog V3 as the products sink sees it; products are changed in bulk (wix-api stores-v3 3.5, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import inside, without
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import AnswerError, NotFoundError, RefusedError
from tap_wix.api.optional_fields import MERCHANT_DATA
from tap_wix.api.paging import chunks
from tap_wix.api.stores_v3 import categories
from tap_wix.api.stores_v3.bulk import STALE_CODE
from tap_wix.api.stores_v3.categories import V3_CATEGORIES
from tap_wix.api.stores_v3.lookup import ProductLookup
from tap_wix.api.stores_v3.products_write import MOST_PRODUCTS, delete_products, update_products
from target_wix.pipeline.refusals import rejection_of, send_rows
from target_wix.products.catalog import (
    Catalog,
    Change,
    Created,
    Creation,
    Existing,
    Product,
    Stale,
    Updated,
)
from target_wix.products.compare import check, differences
from target_wix.products.fields.descriptions import for_v3
from target_wix.products.fields.variants import replace_variants, variants_of
from target_wix.products.v3.bodies import requests_of, update_body
from target_wix.products.v3.creator import Creator
from target_wix.products.v3.reader import Reader
from target_wix.products.v3.references import References, refused_part
from target_wix.products.v3.stock import Stock
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.site import WixSite
    from tap_wix.api.stores_v3.bulk import BulkRow
    from target_wix.runtime.dropped_data import DroppedData

_ALREADY = ("ALREADY", "ITEM_NOT_IN_CATEGORY")
"""In the codes of what is done already; that of an item to add is not published (stores-v3 6.6)."""
_TRIES = 5
_GONE = frozenset({"NOT_FOUND", "PRODUCT_NOT_FOUND", "404"})


@dataclass
class PendingUpdate:
    """A change on its way to Wix.

    Attributes:
        change: what was asked for.
        body: its row.
        left_out: the fields that cannot be written.
    """

    change: Change
    body: Json
    left_out: list[str]

    def updated(self, revision: str = "") -> Updated:
        """Return that it is written, as far as it can be."""
        return Updated(revision=revision, left_out=tuple(self.left_out))


class CatalogV3(Catalog):
    """A shop on Catalog V3."""

    version = CatalogVersion.V3
    rows_of_categories = V3_CATEGORIES
    slug_is_taken = "DUPLICATE_SLUG_ERROR"
    most_category_items = categories.MOST_ITEMS

    reader: Reader
    stock: Stock

    @override
    def __init__(self, site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> None:
        transport = site.transport
        super().__init__(site, Reader(ProductLookup(transport)), Stock(transport, sleep))
        self._dropped = dropped
        self._references = References(transport, dropped)
        self._creator = Creator(transport, self.reader, self._references, self.stock, sleep)

    @override
    def as_stored(
        self, desired: Product, current: Product | None, drop: Callable[[str], None]
    ) -> Product:
        as_stored = _of_its_type(without(desired, "v1"))
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
        if hidden or MERCHANT_DATA in self.reader.lookup.fields.refused:
            raise Rejection(
                "MISSING_PERMISSION",
                "Wix replaces all variants at once, and this key may not read hidden ones and"
                " costs, which would be lost. Permission needed: Wix Stores,"
                " SCOPE.STORES.PRODUCT_READ_ADMIN.",
                "variantsInfo",
            )

    @override
    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        for creation, outcome in self._creator.create(creations):
            if isinstance(outcome, Created):
                self.reader.wrote(outcome.product["id"])
                handle = creation.product.get("handle")
                if handle and outcome.product.get("handle") != handle:
                    self._dropped.add("handles, which Wix did not take (slugs serve instead)")
            yield creation, outcome

    @override
    def update(
        self, changes: Sequence[Change]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        self._references.prepare(changes)
        ready = []
        for change in changes:
            replaced, left_out = self._references.replaced(change.desired, change.changed)
            changed = [name for name in change.changed if name not in left_out]
            body = update_body(change.current, change.desired, changed, replaced)
            entry = PendingUpdate(change, body, left_out)
            if changed:
                ready.append(entry)
            else:
                yield change, entry.updated()
        for batch in requests_of(ready):
            yield from self._send_updates(batch)

    def _send_updates(
        self, entries: Sequence[PendingUpdate]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        def send(some: Sequence[PendingUpdate]) -> Mapping[int, BulkRow]:
            return update_products(self._site.transport, [entry.body for entry in some])

        for entry, row in send_rows(entries, send):
            self.reader.wrote(entry.change.current["id"])
            if row is None:
                yield entry.change, Stale()  # reading it again will tell
            elif isinstance(row, RefusedError):
                yield from self._refused_update(entry, row)
            else:
                product = row.item or {}
                self._leave_out_kept(entry, product)
                yield entry.change, entry.updated(str(product.get("revision") or ""))

    def _leave_out_kept(self, entry: PendingUpdate, product: Product) -> None:
        """Say which fields Wix kept: that null clears a field is inferred (wix-api stores-v3 3.5)."""
        for name, value in entry.body.items():
            if value is None and product.get(name):
                entry.left_out.append(name)
                self._dropped.add("nulls of fields that Wix does not clear", name=name)

    def _refused_update(
        self, entry: PendingUpdate, error: RefusedError
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        change = entry.change
        part = refused_part(error, entry.body)
        if error.code == STALE_CODE or "revision" in error.text.lower():
            yield change, Stale()
        elif part:
            self._references.drop_field(part, error)
            del entry.body[part]
            entry.left_out.append(part)
            if set(change.changed) - set(entry.left_out):
                yield from self._send_updates([entry])
            else:
                yield change, entry.updated()
        else:
            yield change, rejection_of(error)

    @override
    def foresee_left_out(self, products: Sequence[Product], *, are_new: bool) -> list[list[str]]:
        return self._references.foresee(products, are_new=are_new)

    @override
    def delete(self, ids: Sequence[str]) -> Iterator[tuple[str, Rejection | None]]:
        unknown = []
        for batch in chunks(ids, MOST_PRODUCTS):
            for key, row in send_rows(batch, partial(delete_products, self._site.transport)):
                self.reader.wrote(key)
                if row is None:
                    unknown.append(key)
                else:
                    yield key, _kept(row) if isinstance(row, RefusedError) else None
        left = self.reader.by_ids(unknown)
        for key in unknown:
            reason = Rejection("UNDETAILED_FAILURE", "Wix did not delete it, nor say why.")
            yield key, reason if key in left else None

    @override
    def all_products_id(self) -> str:
        return self.reader.lookup.all_products()

    @override
    def _send_category_items(
        self, category_id: str, ids: Sequence[str], *, is_in: bool, tries: int = _TRIES
    ) -> dict[str, Rejection]:
        """Change one category; what collides with somebody else's change is tried again (6.4)."""
        call = categories.add_items if is_in else categories.remove_items
        rows: Mapping[int, BulkRow] = {}
        try:
            rows = call(self._site.transport, category_id, ids)
        except AnswerError:
            pass  # an answer without results: what is done already does no harm twice
        except RefusedError as error:
            if error.code == STALE_CODE and tries > 1:
                return self._send_category_items(category_id, ids, is_in=is_in, tries=tries - 1)
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
            failed |= self._send_category_items(category_id, again, is_in=is_in, tries=tries - 1)
        elif again:
            failed |= dict.fromkeys(again, Rejection("UNDETAILED_FAILURE", "Wix did not say why."))
        return failed


def _kept(error: RefusedError) -> Rejection | None:
    """Return why a product was not deleted, None if it is gone anyway."""
    is_gone = isinstance(error, NotFoundError) or error.code in _GONE
    return None if is_gone else rejection_of(error)


def _of_its_type(product: Product) -> Product:
    """A product without the properties of the other type: Wix refuses them (stores-v3 3.4)."""
    digital = product.get("productType") == "DIGITAL"
    other = "physicalProperties" if digital else "digitalProperties"
    rows = variants_of(product)
    if any(other in row for row in rows):
        kept = [without(row, other) for row in rows]
        product = replace_variants(product, kept)
    if digital and product.get("physicalProperties") is not None:
        product = without(product, "physicalProperties")
    return product
