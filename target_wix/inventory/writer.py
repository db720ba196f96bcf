"""Sends what is planned: all of it in bulk on V3, a product at a time on V1."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from target_wix.inventory.lookup import as_simulated
from target_wix.inventory.parse import Attempt
from target_wix.inventory.plan import ItemPlan
from target_wix.pipeline.rounds import Rejected, Retry
from target_wix.products.catalog import Stale
from target_wix.products.fields.stock import simulate_stock
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.inventory.items import Inventory
    from target_wix.inventory.parse import InventoryRecord
    from target_wix.inventory.plan import Planner
    from target_wix.pipeline.context import StreamContext
    from target_wix.pipeline.rounds import Result
    from target_wix.pipeline.staleness import OwnWrites


class InventoryWriter:
    """Writes the stock of a shop."""

    def __init__(
        self, inventory: Inventory, context: StreamContext, planner: Planner, own: OwnWrites
    ) -> None:
        """Write to a shop.

        Args:
            inventory: the shop's stock.
            context: whether the run is a dry one, and whether it is to stop.
            planner: plans again what was read again.
            own: where own writes are noted.
        """
        self._inventory = inventory
        self._context = context
        self._planner = planner
        self._own = own

    def write(self, plans: Iterable[ItemPlan]) -> Iterator[Result[InventoryRecord]]:
        """Send plans; yield what became of each record."""
        if self._inventory.has_revisions:
            yield from self._send(list(plans))
            return
        for _, some in groupby(plans, key=lambda plan: plan.change.product_id):
            self._context.raise_if_interrupted()
            ripe: list[ItemPlan] = []
            for stage in self._planned_again(list(some)):
                if isinstance(stage, ItemPlan):
                    ripe.append(stage)
                else:
                    yield stage
            yield from self._send(ripe)

    def _planned_again(
        self, plans: Sequence[ItemPlan]
    ) -> Iterator[ItemPlan | Result[InventoryRecord]]:
        """Plan the items of a product by the newest reading, where an older one may hide a change.

        Where Wix keeps no revisions, only the date of the last change tells that something was
        sold since a record was made.
        """
        items = [plan.group.match.item for plan in plans if plan.group.match.item is not None]
        if not items or not any(map(_is_dated, plans)):
            yield from plans
            return
        latest = self._inventory.latest(items)
        for plan in plans:
            match = replace(plan.group.match, item=latest.get(plan.group.match.key))
            if self._context.dry_run:
                match = as_simulated(match, self._inventory, self._context)
            yield from self._planner.plan(replace(plan.group, match=match))

    def _send(self, plans: Sequence[ItemPlan]) -> Iterator[Result[InventoryRecord]]:
        if self._context.dry_run:
            for plan in plans:
                self._simulate(plan)
                yield from plan.settled()
            return
        by_change = {id(plan.change): plan for plan in plans}
        changes = [plan.change for plan in plans]
        for change, result in self._inventory.write(changes) if changes else ():
            plan = by_change[id(change)]
            if isinstance(result, Stale):
                yield from map(_again, plan.group.records, [plan] * len(plan.group.records))
            elif isinstance(result, Rejection):
                for record in plan.group.records:
                    yield Rejected(record, result)
            else:
                if (item := plan.group.match.item) is not None:
                    self._own.note(item.id, item.revision, moment=item.updated)
                yield from plan.settled()

    def _simulate(self, plan: ItemPlan) -> None:
        """Note what a run would have written, for the records after it."""
        change = plan.change
        place = change.location_id
        is_default = place in ("", self._inventory.locations.default)
        simulate_stock(change, "" if is_default else place, self._context.products_of_run)


def _is_dated(plan: ItemPlan) -> bool:
    return any(record.patch.updated for record in plan.group.by_id)


def _again(record: InventoryRecord, plan: ItemPlan) -> Retry[InventoryRecord]:
    """Return that a record goes into the next round: somebody changed the item meanwhile."""
    before = record.attempt
    attempt = Attempt(
        match=replace(plan.group.match, by_id=record in plan.group.by_id),
        fields=tuple(dict.fromkeys((*(before.fields if before else ()), *plan.fields))),
        is_new=plan.is_new or (before is not None and before.is_new),
        number=before.number + 1 if before else 1,
    )
    reason = "Its stock changes all the time; send the record again."
    return Retry(replace(record, attempt=attempt), Rejection("INVALID_REVISION", reason))
