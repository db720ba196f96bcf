"""Catalog V1 as the products sink sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import ALL_PRODUCTS_ID, text
from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import NotFoundError, RefusedError
from tap_wix.api.stores_v1.collections import (
    MOST_MEMBERS,
    V1_COLLECTIONS,
    add_products,
    has_collection,
    remove_products,
)
from tap_wix.api.stores_v1.products_write import (
    delete_product,
    remove_name,
    update_product,
    update_variants,
)
from target_wix.pipeline.refusals import halves, refusals, rejection_of, send_in_halves
from target_wix.products.catalog import Catalog, Updated
from target_wix.products.fields.options import choices_of
from target_wix.products.fields.variants import replace_variants, variants_of
from target_wix.products.v1.as_stored import as_stored, keeps_sale, without_unrequested
from target_wix.products.v1.bodies import is_unfinished, removals, unmanaging_bodies, update_body
from target_wix.products.v1.creator import Creator
from target_wix.products.v1.pictures import Pictures
from target_wix.products.v1.reader import Reader
from target_wix.products.v1.stock import Stock
from target_wix.products.v1.variants import combinations, is_split, variant_updates
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import (
        Change,
        Created,
        Creation,
        Existing,
        Product,
        Stale,
    )
    from target_wix.runtime.dropped_data import DroppedData

_OF_VARIANTS = frozenset({"variantsInfo", "options", "modifiers"})


class CatalogV1(Catalog):
    """A shop on Catalog V1. There is no revision: the last writer wins (wix-api stores-v1 2.4)."""

    version = CatalogVersion.V1
    rows_of_categories = V1_COLLECTIONS
    slug_is_taken = "SLUG_TAKEN"
    most_category_items = MOST_MEMBERS

    reader: Reader
    stock: Stock

    @override
    def __init__(self, site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> None:
        super().__init__(site, Reader(site), Stock(site, dropped))
        self._pictures = Pictures(site, self.reader.get, sleep)
        self._creator = Creator(site, self.reader, self._pictures, self.stock, sleep)

    @override
    def is_unfinished(self, product: Product) -> bool:
        return is_unfinished(product)

    @override
    def as_stored(
        self, desired: Product, current: Product | None, drop: Callable[[str], None]
    ) -> Product:
        return as_stored(desired, current, drop)

    @override
    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        for creation in creations:
            yield creation, self._creator.make(creation)

    @override
    def update(
        self, changes: Sequence[Change]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        for change in changes:
            yield change, self._updated(change)

    def _updated(self, change: Change) -> Updated | Rejection:
        """Change one product: itself, then its variants, then its pictures.

        Each call only if something differs, and each with absolute values: broken off in the
        middle, the next run finds what is still different and goes on from there.
        """
        product_id = change.current["id"]
        desired = without_unrequested(change.desired)
        begun: list[str] = []
        try:
            self._change(product_id, desired, change, begun)
        except Rejection as rejection:
            if not begun:
                return rejection
            self.reader.wrote(product_id)
            return Updated(rejection=rejection)
        self.reader.wrote(product_id)
        return Updated()

    def _change(self, product_id: str, desired: Product, change: Change, begun: list[str]) -> None:
        """Make the calls; note in `begun` that one of them went through."""
        current, changed = change.current, change.changed
        keep = keeps_sale(desired, current)
        with refusals():
            for body in unmanaging_bodies(desired, current):
                update_product(self._site, product_id, body)
                begun.append("options")
            row: Row = {}
            if body := update_body(changed, desired, current, keep_sale=keep):
                row = update_product(self._site, product_id, body)
                begun.append("product")
            for name in removals(changed, desired, current):
                remove_name(self._site, product_id, name)
                begun.append(name)
            if is_split(desired) and _OF_VARIANTS & set(changed):
                shop = self._as_it_is(product_id, desired, current, row)
                entries = variant_updates(desired, shop, keep_sale=keep)
                if entries:
                    update_variants(self._site, product_id, entries)
                    begun.append("variants")
        if "media" in changed:
            self._pictures.sync(product_id, desired, current)
            begun.append("media")
        slug = text(desired.get("slug"))
        if "slug" in changed and row and row.get("slug") != slug:
            raise Rejection(
                self.slug_is_taken, f"Another product has it; it is {row['slug']}.", "slug"
            )

    def _as_it_is(self, product_id: str, desired: Product, current: Product, row: Row) -> Product:
        """The product with the variants it has after its options were written."""
        if not row:
            return current
        product = upgrade_product(row)
        if len(variants_of(product)) >= combinations(desired):
            return _with_costs(product, current)
        if is_split(current) and _choices(current) == _choices(desired):
            return current
        return self.reader.get(product_id) or current

    @override
    def delete(self, ids: Sequence[str]) -> Iterator[tuple[str, Rejection | None]]:
        for product_id in ids:
            outcome = None
            try:
                delete_product(self._site, product_id)
            except NotFoundError:
                pass
            except RefusedError as error:
                outcome = rejection_of(error)
            self.reader.wrote(product_id)
            yield product_id, outcome

    @override
    def all_products_id(self) -> str:
        return ALL_PRODUCTS_ID

    @override
    def _send_category_items(
        self, category_id: str, ids: Sequence[str], *, is_in: bool
    ) -> dict[str, Rejection]:
        """Make a call, in halves if it is refused; return those that failed.

        One unknown product is a refusal of all of them, and so is an unknown collection.
        """
        call = add_products if is_in else remove_products
        try:
            call(self._site, category_id, ids)
        except RefusedError as error:
            if len(ids) == 1 or not has_collection(self._site, category_id):
                return dict.fromkeys(ids, rejection_of(error))
        else:
            return {}
        return {
            one[0]: rejection_of(answer)
            for half in halves(ids)
            for one, answer in send_in_halves(
                half, lambda some: call(self._site, category_id, some)
            )
            if isinstance(answer, RefusedError)
        }


def _choices(product: Product) -> list[tuple[object, list[object]]]:
    """Options and choices by name: variants stay what they are while these do."""
    return [
        (option.get("name"), [choice.get("name") for choice in choices_of(option)])
        for option in product["options"]
    ]


def _with_costs(product: Product, current: Product) -> Product:
    """The answer of a write has no merchant data: the costs are those that were read before."""
    known = {row.get("id"): row.get("revenueDetails") for row in variants_of(current)}
    rows = [
        row
        if row.get("revenueDetails") or not known.get(row.get("id"))
        else {**row, "revenueDetails": known[row.get("id")]}
        for row in variants_of(product)
    ]
    return replace_variants(product, rows)
