"""Stock on Catalog V3: inventory items, one a variant and location (wix-api stores-v3 4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from tap_wix.api.errors import RefusedError
from tap_wix.api.paging import chunks
from tap_wix.api.stores_v3.bulk import STALE_CODE
from tap_wix.api.stores_v3.inventory import (
    EXISTS_CODE,
    MOST_ITEMS,
    all_items,
    create_items,
    default_location,
    item,
    items_by_id,
    items_of,
    update_items,
)
from target_wix.pipeline.refusals import rejection_of, send_rows
from target_wix.pipeline.staleness import revision_of
from target_wix.products.catalog import Product, Stale, StockChange, StockPatch, StockState
from target_wix.products.fields.writable import PREORDER
from target_wix.products.v3.bodies import stock_body
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_wix.api.stores_v3.bulk import BulkRow
    from tap_wix.api.transport import WixTransport

NOT_WRITTEN = "STOCK_NOT_WRITTEN"
_GONE = "NOT_FOUND"
_WAITS = (0.0, 10.0, 20.0)
"""Seconds before each try: the index of the inventory lags behind what was written."""

_REMEMBERED = 50_000
"""Items that were written in this run."""

_KEPT = (
    *("id", "revision", "updatedDate", "productId", "variantId", "locationId"),
    *("quantity", "inStock", "trackQuantity", "preorderInfo"),
)
"""What is kept of an item that was written."""


@dataclass(frozen=True)
class Ref:
    """What changing an item takes."""

    id: str
    revision: str


class Stock:
    """Reads and writes stock."""

    def __init__(self, transport: WixTransport, sleep: Callable[[float], None]) -> None:
        self._transport = transport
        self._sleep = sleep
        self._location: str | None = None
        self._own: FIFOCache[str, dict[str, Json]] = FIFOCache(_REMEMBERED, getsizeof=len)

    def of(self, products: Sequence[Product]) -> dict[str, dict[str, StockState]]:
        """Return the stock at the default location by product and variant."""
        found: dict[str, dict[str, StockState]] = {product["id"]: {} for product in products}
        for row in self.items_of(list(found)):
            if self._is_default(row):
                found[str(row["productId"])][str(row.get("variantId"))] = state_of(row)
        return found

    def items_of(self, product_ids: Sequence[str], *, read_all: bool = False) -> list[Json]:
        """Return the items of products at all locations, as the index or this run knows them.

        Args:
            product_ids: of the products.
            read_all: whether to read all items of the shop, which can be fewer requests.
        """
        newest = {key: dict(self._own.get(key, {})) for key in product_ids}
        found = all_items(self._transport) if read_all else items_of(self._transport, list(newest))
        for row in found:
            rows = newest.get(str(row.get("productId")))
            if rows is not None:
                rows[str(row["id"])] = _newer(rows.get(str(row["id"])), row)
        return [row for rows in newest.values() for row in rows.values()]

    def items_by_id(self, item_ids: Sequence[str], *, read_all: bool = False) -> list[Json]:
        """Return items by their own ids; see `items_of`."""
        wanted = set(item_ids)
        found = all_items(self._transport) if read_all else items_by_id(self._transport, item_ids)
        return [
            _newer(self._own.get(str(row.get("productId")), {}).get(str(row["id"])), row)
            for row in found
            if row["id"] in wanted
        ]

    def item(self, item_id: str) -> Json | None:
        """Return an item as it is this moment, None if there is none."""
        return item(self._transport, item_id)

    def _remember(self, change: StockChange, row: Json) -> None:
        """Keep what Wix answered to an own write: the index knows it later."""
        if revision_of(row) and row.get("id"):
            rows = self._own.get(change.product_id, {})
            row = {"productId": change.product_id, "variantId": change.variant_id, **row}
            kept = {name: row[name] for name in _KEPT if name in row}
            self._own[change.product_id] = {**rows, str(row["id"]): kept}

    def _is_default(self, row: Json) -> bool:
        """Whether an item is at the location that orders take their stock from."""
        if self._location is None and row.get("locationId"):
            self._location = default_location(self._transport)
        return not self._location or row.get("locationId") == self._location

    def write(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """Write stock; see `CatalogStock.write`."""
        for send, body, chosen in (
            (create_items, _create_row, [one for one in changes if one.state is None]),
            (update_items, _update_row, [one for one in changes if one.state is not None]),
        ):
            for some in chunks(chosen, MOST_ITEMS):
                for change, row in send_rows(some, partial(self._send, send, body)):
                    if row is None:
                        yield change, Stale()  # reading it again will tell
                    elif isinstance(row, RefusedError):
                        yield change, _refused(row, change)
                    else:
                        self._remember(change, row.item or {})
                        yield change, None

    def _send(
        self,
        send: Callable[[WixTransport, Sequence[Json]], Mapping[int, BulkRow]],
        body: Callable[[StockChange], Json],
        changes: Sequence[StockChange],
    ) -> Mapping[int, BulkRow]:
        return send(self._transport, [body(change) for change in changes])

    def complete(
        self, products: Sequence[tuple[Product, Mapping[str, StockPatch]]]
    ) -> dict[str, Rejection]:
        """Make the opening stock that is missing; return the failures by product id."""
        failed: dict[str, Rejection] = {}
        left = {product["id"]: dict(patches) for product, patches in products if patches}
        known = {product["id"]: product for product, _ in products}
        for wait in _WAITS:
            if not left:
                return failed
            if wait:
                self._sleep(wait)
            there = self.of([known[key] for key in left])
            changes = [
                _opening(key, variant, patch)
                for key, patches in left.items()
                for variant, patch in patches.items()
                if variant not in there.get(key, {})
            ]
            left = {}
            for change, outcome in self.write(changes):
                if isinstance(outcome, Rejection):
                    failed[change.product_id] = _not_written(outcome)
                elif outcome is not None:
                    patch = StockPatch(change.quantity, change.in_stock, change.preorder)
                    left.setdefault(change.product_id, {})[change.variant_id] = patch
        for key in left:
            failed[key] = _not_written(Rejection(NOT_WRITTEN, "Wix did not say why not."))
        return failed


def _newer(own: Json | None, row: Json) -> Json:
    return row if own is None or (revision_of(own) or 0) <= (revision_of(row) or 0) else own


def state_of(row: Json) -> StockState:
    """Return the stock that an inventory item says."""
    quantity = row.get("quantity")
    tracked = row.get("trackQuantity")
    if not isinstance(tracked, bool):
        tracked = isinstance(quantity, int)
    in_stock = row.get("inStock")
    if not isinstance(in_stock, bool):
        in_stock = isinstance(quantity, int) and quantity > 0
    return StockState(
        tracked=tracked,
        quantity=quantity if tracked and isinstance(quantity, int) else None,
        in_stock=in_stock,
        preorder=as_object(row.get("preorderInfo")) or None,
        ref=Ref(str(row["id"]), str(row.get("revision"))),
    )


def _opening(product_id: str, variant_id: str, patch: StockPatch) -> StockChange:
    in_stock = None if patch.quantity is not None else bool(patch.in_stock)
    return StockChange(product_id, variant_id, None, patch.quantity, in_stock, patch.preorder)


def _create_row(change: StockChange) -> Json:
    patch = StockPatch(change.quantity, change.in_stock, change.preorder)
    where = {"locationId": change.location_id} if change.location_id else {}
    return {
        "productId": change.product_id,
        "variantId": change.variant_id,
        **where,
        **stock_body(patch),
    }


def _update_row(change: StockChange) -> Json:
    ref: Ref = change.state.ref if change.state else Ref("", "")
    row: Json = {"id": ref.id, "revision": ref.revision}
    if change.quantity is not None:
        row["quantity"] = change.quantity
    elif change.in_stock is not None:
        row["inStock"] = change.in_stock
    if change.preorder is not None:
        # Whether Wix merges the object or replaces it is not known: sent whole, both are the same.
        old = as_object(change.state.preorder) if change.state else {}
        kept = {name: old[name] for name in PREORDER.fields if old.get(name) is not None}
        row["preorderInfo"] = {**kept, **change.preorder}
        is_counted = change.state is not None and change.state.tracked
        if change.quantity is None and (change.in_stock is not None or not is_counted):
            row["preorderInfo"].pop("limit", None)  # refused for what is not counted (4.3)
    return row


def _refused(error: RefusedError, change: StockChange) -> Stale | Rejection:
    """An item that is there by now, that changed or that somebody deleted is to be read again."""
    is_changed = error.code == STALE_CODE or EXISTS_CODE in error.code
    is_gone = error.code == _GONE and change.state is not None
    return Stale() if is_changed or is_gone else rejection_of(error)


def _not_written(rejection: Rejection) -> Rejection:
    return Rejection(
        NOT_WRITTEN,
        f"The product was made, its stock was not: {rejection.code}: {rejection.reason}",
        rejection.field or "inventoryItem",
        rejection.request_id,
    )
