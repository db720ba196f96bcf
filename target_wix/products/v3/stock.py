"""Stock on Catalog V3: inventory items of the default location (wix-api stores-v3 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from tap_wix.api.errors import AnswerError, RefusedError
from tap_wix.api.stores_v3.bulk import STALE_CODE
from tap_wix.api.stores_v3.inventory import (
    EXISTS_CODE,
    MOST_ITEMS,
    create_items,
    default_location,
    items_of,
    update_items,
)
from target_wix.pipeline.halving import send_in_halves
from target_wix.pipeline.refusals import rejection_of
from target_wix.products.catalog import Product, Stale, StockChange, StockPatch, StockState
from target_wix.products.v3.bodies import stock_body
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_wix.api.stores_v3.bulk import BulkRow
    from tap_wix.api.transport import WixTransport

NOT_WRITTEN = "STOCK_NOT_WRITTEN"
_WAITS = (0.0, 10.0, 20.0)
"""Seconds before each try: the index of the inventory lags behind what was written."""

_REMEMBERED = 20_000
"""Products whose stock was written in this run."""


@dataclass(frozen=True)
class Ref:
    """What changing an item takes."""

    id: str
    revision: str


class Stock:
    """Reads and writes stock."""

    def __init__(self, transport: WixTransport, sleep: Callable[[float], None]) -> None:
        """Know no location yet."""
        self._transport = transport
        self._sleep = sleep
        self._location: str | None = None
        self._own: FIFOCache[str, dict[str, Json]] = FIFOCache(_REMEMBERED)

    def of(self, product_ids: Sequence[str]) -> dict[str, dict[str, StockState]]:
        """Return the stock at the default location by product and variant."""
        found: dict[str, dict[str, StockState]] = {key: {} for key in product_ids}
        newest = {key: dict(self._own.get(key, {})) for key in found}
        for row in items_of(self._transport, product_ids):
            if self._is_default(row):
                key, variant = str(row["productId"]), str(row.get("variantId"))
                own = newest[key].get(variant)
                if own is None or _revision(own) <= _revision(row):
                    newest[key][variant] = row
        for key, rows in newest.items():
            found[key] = {variant: _state(row) for variant, row in rows.items()}
        return found

    def _remember(self, change: StockChange, item: Json) -> None:
        """Keep what Wix answered to an own write: the index knows it later."""
        if _revision(item) and item.get("id"):
            rows = self._own.get(change.product_id, {})
            self._own[change.product_id] = {**rows, change.variant_id: item}

    def _is_default(self, row: Json) -> bool:
        """Whether an item is at the location that orders take their stock from."""
        if self._location is None and row.get("locationId"):
            self._location = default_location(self._transport)
        return not self._location or row.get("locationId") == self._location

    def set(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """Write stock; see `Catalog.set_stock`."""
        for send, body, chosen in (
            (create_items, _create_row, [one for one in changes if one.state is None]),
            (update_items, _update_row, [one for one in changes if one.state is not None]),
        ):
            for start in range(0, len(chosen), MOST_ITEMS):
                yield from self._send(send, body, chosen[start : start + MOST_ITEMS])

    def _send(
        self,
        send: Callable[[WixTransport, Sequence[Json]], Mapping[int, BulkRow]],
        body: Callable[[StockChange], Json],
        changes: Sequence[StockChange],
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        def call(some: Sequence[StockChange]) -> Mapping[int, BulkRow]:
            try:
                return send(self._transport, [body(change) for change in some])
            except AnswerError:
                return {}  # an answer without results: reading the items again will tell

        for some, rows in send_in_halves(changes, call):
            if isinstance(rows, RefusedError):
                yield some[0], _refused(rows)
            else:
                yield from self._sorted_out(some, rows)

    def _sorted_out(
        self, changes: Sequence[StockChange], rows: Mapping[int, BulkRow]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        for place, change in enumerate(changes):
            row = rows.get(place)
            if row is None:
                yield change, Stale()  # reading it again will tell
            elif row.error is not None:
                yield change, _refused(row.error)
            else:
                self._remember(change, row.item or {})
                yield change, None

    def complete(
        self, products: Sequence[tuple[Product, Mapping[str, StockPatch]]]
    ) -> dict[str, Rejection]:
        """Make the opening stock that is missing; return the failures by product id."""
        failed: dict[str, Rejection] = {}
        left = {product["id"]: dict(patches) for product, patches in products if patches}
        for wait in _WAITS:
            if not left:
                return failed
            if wait:
                self._sleep(wait)
            there = self.of(list(left))
            changes = [
                _opening(key, variant, patch)
                for key, patches in left.items()
                for variant, patch in patches.items()
                if variant not in there.get(key, {})
            ]
            left = {}
            for change, outcome in self.set(changes):
                if isinstance(outcome, Rejection):
                    failed[change.product_id] = _not_written(outcome)
                elif outcome is not None:
                    patch = StockPatch(change.quantity, change.in_stock, change.preorder)
                    left.setdefault(change.product_id, {})[change.variant_id] = patch
        for key in left:
            failed[key] = _not_written(Rejection(NOT_WRITTEN, "Wix did not say why not."))
        return failed


def _revision(row: Json) -> int:
    text = str(row.get("revision") or "")
    return int(text) if text.isdigit() else 0


def _state(row: Json) -> StockState:
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
    return {"productId": change.product_id, "variantId": change.variant_id, **stock_body(patch)}


def _update_row(change: StockChange) -> Json:
    ref: Ref = change.state.ref if change.state else Ref("", "")
    row: Json = {"id": ref.id, "revision": ref.revision}
    if change.quantity is not None:
        row["quantity"] = change.quantity
    elif change.in_stock is not None:
        row["inStock"] = change.in_stock
    if change.preorder is not None:
        row["preorderInfo"] = change.preorder
    return row


def _refused(error: RefusedError) -> Stale | Rejection:
    """An item that is there by now, or that changed, is to be read again."""
    return Stale() if error.code in {STALE_CODE, EXISTS_CODE} else rejection_of(error)


def _not_written(rejection: Rejection) -> Rejection:
    return Rejection(
        NOT_WRITTEN,
        f"The product was made, its stock was not: {rejection.code}: {rejection.reason}",
        rejection.field or "inventoryItem",
        rejection.request_id,
    )
