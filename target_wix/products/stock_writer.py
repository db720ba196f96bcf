"""Stock of the products of a round: read once, written where it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.products.catalog import Stale
from target_wix.products.changes import stock_change, variant_name
from target_wix.products.fields.stock import change_of
from target_wix.products.fields.variants import choices_key, variants_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Catalog, Product, StockChange, StockState
    from target_wix.products.own_writes import OwnWrites
    from target_wix.products.progress import Progress

FIELD = "stock"
_WAITS = (0.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before each try: stock is read from an index, which lags behind what was written."""

_TOO_BUSY = Rejection(
    "INVALID_REVISION", "Its stock changes all the time; send the record again.", FIELD
)


class StockWriter:
    """Writes what records say of stock."""

    def __init__(self, context: StreamContext, catalog: Catalog, own_writes: OwnWrites) -> None:
        """Write to a shop."""
        self._context = context
        self._catalog = catalog
        self._own_writes = own_writes

    def write(self, begun: Sequence[Progress]) -> None:
        """Bring the stock of products to what their records say; nothing is read for the others."""
        left = {
            one.product_id: one
            for one in begun
            if one.product_id and (one.stock or one.plan.missing)
        }
        for wait in _WAITS:
            if not left:
                return
            if wait:
                self._context.sleep(wait)
            changes = self._changes(left)
            if self._context.dry_run:
                return
            stale: dict[str, Progress] = {}
            for change, outcome in self._catalog.set_stock(changes) if changes else ():
                one = left[change.product_id]
                if isinstance(outcome, Rejection):
                    one.reject(one.asking_for_stock, outcome)
                elif isinstance(outcome, Stale):
                    stale[change.product_id] = one
                else:
                    self._own_writes.note(one.product)
            left = stale
        for one in left.values():
            one.reject(one.asking_for_stock, _TOO_BUSY)

    def _changes(self, begun: dict[str, Progress]) -> list[StockChange]:
        states = self._catalog.stock_of([one.product for one in begun.values()])
        found: list[StockChange] = []
        for key, one in begun.items():
            there = states.get(key, {})
            for row in variants_of(one.product):
                change = self._change(one, row, there.get(str(row.get("id"))))
                if change is not None:
                    found.append(change)
                    state = there.get(str(row.get("id")))
                    named = variant_name(row, one.product)
                    one.add_name(one.asking_for_stock, FIELD, stock_change(state, change, named))
        return found

    def _change(self, one: Progress, row: Product, state: StockState | None) -> StockChange | None:
        """What to write for one variant; None if nothing differs, or it cannot be written."""
        choices = choices_key(row, one.product)
        patch = one.stock.get(choices)
        if patch is None and state is None:
            # Where there is no stock at all, nothing was sold either: it is still to be opened.
            patch = one.plan.missing.get(choices)
        if patch is None or not row.get("id"):
            return None
        variant, tracks = str(row["id"]), self._context.settings.track_quantity
        try:
            change, dropped = change_of(
                one.product_id, variant, state, patch, track_quantity=tracks
            )
        except Rejection as rejection:
            one.reject(one.asking_for_stock, rejection)
            return None
        if dropped and variant not in one.losses:
            one.losses.add(variant)
            self._context.dropped.add(dropped, key=one.asking_for_stock.pending.key)
        return change
