"""Stock on Catalog V1: one item a product, counted for all its variants or for none."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside, text
from tap_wix.api.errors import NotFoundError
from tap_wix.api.stores_v1.inventory import item_of, read_items, set_stock
from target_wix.pipeline.refusals import refusals, rejection_of, send_in_halves
from target_wix.products.catalog import StockChange, StockState
from target_wix.products.fields.stock import COUNTED
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Product, StockPatch
    from target_wix.runtime.dropped_data import DroppedData

_ONE_FOR_ALL = "V1 counts the stock of all variants of a product or of none"


class Stock:
    """Reads and writes inventory items."""

    def __init__(self, site: WixSite, dropped: DroppedData) -> None:
        self._site = site
        self._dropped = dropped

    def of(self, products: Sequence[Product]) -> dict[str, dict[str, StockState]]:
        """Return the stock of products, by product and by variant."""
        return {
            product_id: states_of(item)
            for product_id, item in self._items(products).items()
            if item
        }

    def _items(self, products: Sequence[Product]) -> dict[str, Row]:
        """Return the inventory items of products; those that the index lacks one by one."""
        by_item = {
            str(name): product["id"]
            for product in products
            if (name := text(inside(product, "v1", "inventoryItemId")))
        }
        found = {by_item[row["id"]]: row for row in read_items(self._site, list(by_item))}
        for product in products:
            if product["id"] not in found:
                try:
                    found[product["id"]] = item_of(self._site, product["id"])
                except NotFoundError:
                    continue
        return found

    def write(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Rejection | None]]:
        """Write stock, one request a product."""
        ordered = sorted(changes, key=lambda one: one.product_id)
        for product_id, some in groupby(ordered, key=lambda one: one.product_id):
            group = list(some)
            tracked = any(one.quantity is not None for one in group) or any(
                one.in_stock is None and one.state is not None and one.state.tracked
                for one in group
            )
            beside = [one for one in group if tracked and one.in_stock is not None]
            written = [one for one in group if one not in beside]
            for one in beside:
                self._dropped.add(COUNTED)
                yield one, None
            if written:
                self._log_uncounted(written, tracked=tracked)
                yield from self._write(product_id, written, tracked=tracked)

    def _write(
        self, product_id: str, changes: list[StockChange], *, tracked: bool
    ) -> Iterator[tuple[StockChange, Rejection | None]]:
        def send(some: Sequence[StockChange]) -> None:
            preorder = next((one.preorder for one in some if one.preorder is not None), None)
            old = next((one.state.preorder for one in some if one.state is not None), None)
            if preorder is not None:
                preorder = {**as_object(old), **preorder}
            rows = _rows(some, tracked=tracked)
            set_stock(self._site, product_id, tracked=tracked, variants=rows, preorder=preorder)

        for some, refusal in send_in_halves(changes, send):
            outcome = None if refusal is None else rejection_of(refusal)
            for one in some:
                yield one, outcome

    def _log_uncounted(self, changes: list[StockChange], *, tracked: bool) -> None:
        """Say if counting begins for variants whose quantity nobody gave: they are at none."""
        states = [one.state for one in changes if one.state is not None]
        begins = tracked and any(not state.tracked for state in states)
        siblings = max((state.ref or 1 for state in states), default=1)
        if begins and siblings > len(_rows(changes, tracked=tracked)):
            self._dropped.add(f"quantities of further variants ({_ONE_FOR_ALL})")

    def open(self, product: Product, wanted: Mapping[str, StockPatch]) -> Rejection | None:
        """Give a product that was just made its opening stock; return why it could not be.

        Args:
            product: as Wix answered.
            wanted: by the ids of its variants.
        """
        tracked = any(patch.quantity is not None for patch in wanted.values())
        flags = [name for name, patch in wanted.items() if patch.quantity is None]
        preorder = next((patch.preorder for patch in wanted.values() if patch.preorder), None)
        if not tracked and preorder is None and _has_already(product, wanted):
            return None
        key = product["id"]
        changes = [
            StockChange(key, name, None, patch.quantity, patch.in_stock)
            for name, patch in wanted.items()
            if name not in flags or not tracked
        ]
        rows = _rows(changes, tracked=tracked)
        try:
            with refusals():
                set_stock(self._site, key, tracked=tracked, variants=rows, preorder=preorder)
        except Rejection as rejection:
            return rejection
        if tracked and any(wanted[name].in_stock for name in flags):
            self._dropped.add(COUNTED)
        return None


def _rows(changes: Sequence[StockChange], *, tracked: bool) -> list[Row]:
    """The rows of variants in a request: quantities if they are counted, else flags."""
    return [
        {"variantId": one.variant_id, "quantity": one.quantity}
        if tracked and one.quantity is not None
        else {"variantId": one.variant_id, "inStock": one.in_stock}
        for one in changes
        if one.in_stock is not None or (tracked and one.quantity is not None)
    ]


def is_sold_at_once(patch: StockPatch) -> bool:
    """Whether the requested stock is what V1 does by itself: a new product is in stock and not counted."""
    return patch.quantity is None and patch.in_stock is not False and not patch.preorder


def _has_already(product: Product, wanted: Mapping[str, StockPatch]) -> bool:
    """Whether a new product is sold as requested: not counted, and in stock, unless Wix says else."""
    stock = as_object(inside(product, "v1", "stock"))
    states = _stock_rows(product)
    if stock.get("trackInventory") is not False:
        return False
    return all(
        patch.in_stock is None or states.get(name, stock.get("inStock")) is patch.in_stock
        for name, patch in wanted.items()
    )


def _stock_rows(product: Product) -> dict[str, object]:
    return {
        str(row.get("id")): inside(row, "stock", "inStock")
        for row in as_objects(inside(product, "v1", "variants"))
    }


def states_of(item: Row) -> dict[str, StockState]:
    """Return the stock of all variants of an inventory item."""
    rows: Iterable[Json] = as_objects(item.get("variants"))
    tracked = item.get("trackQuantity") is True
    siblings = len(as_objects(item.get("variants")))
    return {
        str(row.get("variantId")): StockState(
            tracked=tracked,
            quantity=row.get("quantity") if tracked else None,
            in_stock=row.get("inStock"),
            preorder=as_object(item.get("preorderInfo")) or None,
            ref=siblings,
        )
        for row in rows
    }
