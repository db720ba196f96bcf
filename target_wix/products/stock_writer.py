"""Stock of the products of a batch: read once, written where it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.products.catalog import Stale
from target_wix.products.fields.stock import change_of
from target_wix.products.fields.variants import variants_of
from target_wix.products.plan import choices_key
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.config import TargetSettings
    from target_wix.products.catalog import Catalog, Product, StockChange, StockState
    from target_wix.products.groups import Group, ProductRecord
    from target_wix.products.plan import Planner
    from target_wix.runtime.dropped_data import DroppedData

FIELD = "stock"
_WAITS = (0.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before each try: stock is read from an index, which lags behind what was written."""


class StockWriter:
    """Writes what records say of stock."""

    def __init__(
        self,
        catalog: Catalog,
        planner: Planner,
        settings: TargetSettings,
        dropped: DroppedData,
        sleep: Callable[[float], None],
    ) -> None:
        """Write to a shop."""
        self._catalog = catalog
        self._sleep = sleep
        self._planner = planner
        self._track = settings.track_quantity
        self._dropped = dropped

    def write(self, groups: Sequence[Group], *, dry_run: bool) -> None:
        """Bring the stock of products to what their records say; nothing is read for the others."""
        left = {
            one.product_id: one for one in groups if one.product_id and (one.stock or one.missing)
        }
        for wait in _WAITS:
            if not left:
                return
            if wait:
                self._sleep(wait)
            changes = self._changes(left)
            if dry_run:
                return
            stale: dict[str, Group] = {}
            for change, outcome in self._catalog.set_stock(changes) if changes else ():
                group = left[change.product_id]
                if isinstance(outcome, Rejection):
                    _blame(group, outcome)
                elif isinstance(outcome, Stale):
                    stale[change.product_id] = group
                else:
                    self._planner.wrote(group.current)
            left = stale
        for group in left.values():
            _blame(
                group,
                Rejection(
                    "INVALID_REVISION",
                    "Its stock changes all the time; send the record again.",
                    FIELD,
                ),
            )

    def _changes(self, groups: dict[str, Group]) -> list[StockChange]:
        states = self._catalog.stock_of([one.current for one in groups.values()])
        found: list[StockChange] = []
        for key, group in groups.items():
            there = states.get(key, {})
            for row in variants_of(group.current):
                change = self._change(group, row, there.get(str(row.get("id"))))
                if change is not None:
                    found.append(change)
                    record = _asking(group)
                    if FIELD not in record.changed:
                        record.changed = [*record.changed, FIELD]
        return found

    def _change(self, group: Group, row: Product, state: StockState | None) -> StockChange | None:
        """What to write for one variant; None if nothing differs, or it cannot be written."""
        choices = choices_key(row, group.current)
        patch = group.stock.get(choices)
        if patch is None and state is None:
            # Where there is no stock at all, nothing was sold either: it is still to be opened.
            patch = group.missing.get(choices)
        if patch is None or not row.get("id"):
            return None
        variant = str(row["id"])
        try:
            change, dropped = change_of(
                group.product_id, variant, state, patch, track_quantity=self._track
            )
        except Rejection as rejection:
            _blame(group, rejection)
            return None
        if dropped and variant not in group.counted:
            group.counted.add(variant)
            self._dropped.add(dropped)
        return change


def _asking(group: Group) -> ProductRecord:
    """The last record that says what the stock shall be."""
    return next(
        (record for record in reversed(group.records) if record.has_stock), group.records[-1]
    )


def _blame(group: Group, rejection: Rejection) -> None:
    _asking(group).rejection = rejection
