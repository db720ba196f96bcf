"""The order of things for the records of a batch, from match to outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.inventory.items import item_at
from target_wix.inventory.match import Matcher
from target_wix.inventory.plan import ItemRecords, Planner, Versions, with_one_preorder
from target_wix.products.catalog import Stale
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_wix.inventory.items import Inventory, InventoryItem, ItemKey
    from target_wix.inventory.patch import InventoryRecord
    from target_wix.inventory.plan import ItemPlan
    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import StockChange

_WAITS = (0.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before items are read again: what somebody wrote is in the index a while later."""

_FEW = 20
"""Items that are read one by one, as they are this moment; of more the index is asked."""

_REMEMBERED = 20_000


@dataclass(frozen=True)
class OpenItem:
    """An item whose records are not settled.

    Attributes:
        group: its records.
        item: as the shop has it, None if it has none.
        sent: the names of what was sent for it, whatever became known of that.
        was_made: whether it was sent to be made.
    """

    group: ItemRecords
    item: InventoryItem | None
    sent: tuple[str, ...] = ()
    was_made: bool = False


class InventoryWriter:
    """Writes the records of a batch and tells the sink what became of each."""

    def __init__(self, inventory: Inventory, context: StreamContext) -> None:
        """Write to a shop on behalf of records."""
        self._inventory = inventory
        self._context = context
        self._matcher = Matcher(inventory, context)
        self._versions = Versions()
        self._planner = Planner(context.settings, self._versions)
        self._written: FIFOCache[str, None] = FIFOCache(_REMEMBERED)

    def write(self, records: Sequence[InventoryRecord]) -> None:
        """Bring the stock of the shop to what records say."""
        items = self._matched(records)
        for keys in self._inventory.portions(list(items)):
            self._context.raise_if_interrupted()
            self._write([items[key] for key in keys])

    def _matched(self, records: Sequence[InventoryRecord]) -> dict[ItemKey, OpenItem]:
        """Return the items that records mean, with their records in order."""
        items: dict[ItemKey, OpenItem] = {}
        for record, match in zip(records, self._matcher.match(records), strict=True):
            if isinstance(match, Rejection):
                self._context.reject(record.pending, match)
                continue
            one = items.get(match.key) or OpenItem(ItemRecords(match.key, ()), match.item)
            by_id = one.group.by_id | ({record} if match.by_id else set())
            group = replace(one.group, records=(*one.group.records, record), by_id=by_id)
            items[match.key] = replace(one, group=group)
        return items

    def _write(self, items: Sequence[OpenItem]) -> None:
        """Write items in rounds: what was changed meanwhile is read and compared again."""
        if not self._inventory.has_revisions:
            groups = with_one_preorder([one.group for one in items])
            items = [replace(one, group=group) for one, group in zip(items, groups, strict=True)]
        for wait in _WAITS:
            ripe = self._planned(items)
            if self._context.dry_run:
                for one, plan in ripe:
                    self._settle(_as_sent(one, plan), plan)
                return
            unsure = list(self._sent(ripe))
            if not unsure:
                return
            items = self._read_again(unsure, wait)
        for one in items:
            reason = "Its stock changes all the time; send the record again."
            self._reject_all(one, Rejection("INVALID_REVISION", reason))

    # -- planning -----------------------------------------------------------------------------

    def _planned(self, items: Sequence[OpenItem]) -> list[tuple[OpenItem, ItemPlan]]:
        """Return what is to be written; what needs no writing is settled."""
        plans = [(one, self._planner.plan(one.group, one.item)) for one in items]
        if not self._inventory.has_revisions:
            plans = self._with_latest(plans)
        ripe = []
        for one, plan in plans:
            for record, rejection in plan.rejected.items():
                self._context.reject(record.pending, rejection)
            left = tuple(record for record in one.group.records if record not in plan.rejected)
            rest = replace(one, group=replace(one.group, records=left))
            if plan.change is not None:
                ripe.append((rest, plan))
            else:
                self._settle(rest, plan)
        return ripe

    def _with_latest(
        self, plans: Sequence[tuple[OpenItem, ItemPlan]]
    ) -> list[tuple[OpenItem, ItemPlan]]:
        """Plan again by the newest reading where an older one may hide a change.

        Where Wix keeps no revisions, only the date of the last change tells that something was
        sold since a record was made, and what this run wrote is in the index later.
        """
        doubtful = {
            one.group.key: one.item
            for one, plan in plans
            if plan.change is not None and one.item is not None and self._is_doubtful(one)
        }
        if not doubtful:
            return list(plans)
        latest = self._inventory.latest(list(doubtful.values()))
        again = [
            replace(one, item=latest.get(one.group.key)) if one.group.key in doubtful else one
            for one, _ in plans
        ]
        return [(one, self._planner.plan(one.group, one.item)) for one in again]

    def _is_doubtful(self, one: OpenItem) -> bool:
        is_dated = any(record.patch.updated for record in one.group.by_id)
        return is_dated or one.group.key.product_id in self._written

    # -- writing ------------------------------------------------------------------------------

    def _sent(self, ripe: Sequence[tuple[OpenItem, ItemPlan]]) -> Iterator[OpenItem]:
        """Write changes and settle them; yield the items of which nobody knows what they are."""
        by_change: dict[int, tuple[OpenItem, ItemPlan]] = {}
        changes: list[StockChange] = []
        for one, plan in ripe:
            if plan.change is not None:
                by_change[id(plan.change)] = (_as_sent(one, plan), plan)
                changes.append(plan.change)
        for change, result in self._inventory.write(changes) if changes else ():
            one, plan = by_change[id(change)]
            self._written[change.product_id] = None
            if isinstance(result, Stale):
                yield one
            elif isinstance(result, Rejection):
                self._reject_all(one, result)
            else:
                if one.item is not None:
                    self._versions.note_written(one.item)
                self._settle(one, plan)

    def _read_again(self, items: Sequence[OpenItem], wait: float) -> list[OpenItem]:
        """Return items as they are by now."""
        known = [one.item for one in items if one.item is not None]
        by_query = [one for one in items if one.item is None or len(known) > _FEW]
        found = self._inventory.latest(known) if len(known) <= _FEW else {}
        if by_query:
            self._context.sleep(wait)
            products = sorted({one.group.key.product_id for one in by_query})
            found = {**self._inventory.items_of(products), **found}
        return [replace(one, item=item_at(found, one.group.key)) for one in items]

    # -- outcomes -----------------------------------------------------------------------------

    def _settle(self, one: OpenItem, plan: ItemPlan) -> None:
        """Tell what became of the records of an item: what was sent for it has come to be."""
        for place, record in enumerate(one.group.records):
            record.pending.dropped += [(reason, "") for reason in plan.dropped.get(record, ())]
            outcome = Outcome.UPDATED if one.sent else Outcome.UNCHANGED
            if one.was_made and not place:
                outcome = Outcome.CREATED
            self._context.set_outcome(record.pending, outcome, one.sent)

    def _reject_all(self, one: OpenItem, rejection: Rejection) -> None:
        for record in one.group.records:
            self._context.reject(record.pending, rejection)


def _as_sent(one: OpenItem, plan: ItemPlan) -> OpenItem:
    """Return an item for which a plan is carried out, with the names of all that is sent for it."""
    names = tuple(dict.fromkeys((*one.sent, *plan.fields)))
    made = one.was_made or (plan.change is not None and plan.change.state is None)
    return replace(one, sent=names, was_made=made)
