"""Catalog V1 as the products sink sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import NotFoundError, RefusedError
from tap_wix.api.stores_v1.products_write import delete_product
from target_wix.pipeline.refusals import rejection_of
from target_wix.products.v1 import category_items
from target_wix.products.v1.as_stored import as_stored
from target_wix.products.v1.creator import Creator
from target_wix.products.v1.pictures import Pictures
from target_wix.products.v1.reader import Reader
from target_wix.products.v1.stock import Stock
from target_wix.products.v1.unfinished import is_unfinished
from target_wix.products.v1.updater import Updater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.pipeline.other_sites import Category
    from target_wix.products.catalog import (
        Catalog,
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
    from target_wix.runtime.dropped_data import DroppedData
    from target_wix.runtime.outcomes import Rejection


def open_catalog(site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> Catalog:
    """Return the catalog of a V1 site."""
    return CatalogV1(site, dropped, sleep)


class CatalogV1:
    """A shop on Catalog V1. There is no revision: the last writer wins (wix-api stores-v1 2.4)."""

    version = CatalogVersion.V1

    def __init__(self, site: WixSite, dropped: DroppedData, sleep: Callable[[float], None]) -> None:
        """Nothing is asked yet."""
        self._site = site
        self.reader = Reader(site)
        self._stock = Stock(site, dropped)
        pictures = Pictures(site, self.reader.get, sleep)
        self._creator = Creator(site, self.reader, pictures, self._stock, sleep)
        self._updater = Updater(site, self.reader, pictures)

    def get(self, product_id: str) -> Product | None:
        """Return one product as it is this moment."""
        return self.reader.get(product_id)

    def is_unfinished(self, product: Product) -> bool:
        """Whether a run began to make this product and did not finish it."""
        return is_unfinished(product)

    def as_stored(
        self, desired: Product, current: Product | None, drop: Callable[[str], None]
    ) -> Product:
        """Return what V1 would give back, see `as_stored`."""
        return as_stored(desired, current, drop)

    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Make products, one after another."""
        for creation in creations:
            yield creation, self._creator.make(creation)

    def update(
        self, changes: Sequence[Change]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        """Change products, one after another."""
        for change in changes:
            yield change, self._updater.change(change)

    def delete(self, ids: Sequence[str]) -> Iterator[tuple[str, Rejection | None]]:
        """Delete products, one after another."""
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

    def stock_of(self, products: Sequence[Product]) -> dict[str, dict[str, StockState]]:
        """Return stock by product id and variant id."""
        return self._stock.of(products)

    def set_stock(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """Write stock, one request a product."""
        for change, outcome in self._stock.write(changes):
            self.reader.wrote(change.product_id)
            yield change, outcome

    def categories(self) -> Iterable[Category]:
        """Return the collections but All Products."""
        return category_items.categories(self._site)

    def change_category_items(
        self, category_id: str, add: Sequence[str], remove: Sequence[str]
    ) -> dict[str, Rejection]:
        """Put products into a collection and take others out."""
        failed = category_items.change_category_items(self._site, category_id, add, remove)
        for product_id in (*add, *remove):
            self.reader.wrote(product_id)
        return failed
