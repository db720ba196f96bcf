"""Catalog V1 as the products sink sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import ALL_PRODUCTS_ID
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import NotFoundError, RefusedError
from tap_wix.api.stores_v1.category_items import MOST_MEMBERS, add_products, remove_products
from tap_wix.api.stores_v1.collections import V1_COLLECTIONS, has_collection
from tap_wix.api.stores_v1.products_write import delete_product
from target_wix.pipeline.refusals import halves, rejection_of, send_in_halves
from target_wix.products.catalog import Catalog
from target_wix.products.v1.as_stored import as_stored
from target_wix.products.v1.bodies import is_unfinished
from target_wix.products.v1.creator import Creator
from target_wix.products.v1.reader import Reader
from target_wix.products.v1.stock import Stock
from target_wix.products.v1.updater import Pictures, Updater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import (
        Change,
        Created,
        Creation,
        Existing,
        Product,
        Stale,
        Updated,
    )
    from target_wix.runtime.dropped_data import DroppedData
    from target_wix.runtime.outcomes import Rejection


class CatalogV1(Catalog):
    """A shop on Catalog V1. There is no revision: the last writer wins (wix-api stores-v1 2.4)."""

    version = CatalogVersion.V1
    rows_of_categories = V1_COLLECTIONS
    most_category_items = MOST_MEMBERS

    reader: Reader
    stock: Stock

    @override
    def __init__(self, site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> None:
        super().__init__(site, Reader(site), Stock(site, dropped))
        pictures = Pictures(site, self.reader.get, sleep)
        self._creator = Creator(site, self.reader, pictures, self.stock, sleep)
        self._updater = Updater(site, self.reader, pictures)

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
            yield change, self._updater.change(change)

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
