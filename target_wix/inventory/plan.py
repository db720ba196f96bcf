"""What is written of the records that mean one item: nothing that the shop has already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.pipeline.cross_stream import OTHER_AMOUNT, StockLevel
from target_wix.pipeline.rounds import Rejected, Settled
from target_wix.pipeline.staleness import stale_record
from target_wix.products.changes import stock_change
from target_wix.products.fields.stock import change_of, merged_stock
from target_wix.products.fields.writable import PREORDER
from target_wix.runtime.outcomes import Changes, Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_wix.config import TargetSettings
    from target_wix.inventory.items import Inventory, ItemKey, Match
    from target_wix.inventory.parse import InventoryRecord
    from target_wix.pipeline.cross_stream import ProductsOfRun
    from target_wix.pipeline.rounds import Result
    from target_wix.pipeline.staleness import OwnWrites
    from target_wix.products.catalog import StockChange, StockPatch

NO_STOCK_YET = "pre-order settings of variants without stock"
ONE_FOR_ALL = (
    "pre-order settings that differ within a product (Catalog V1 has one for all variants)"
)
REPEATED = "quantities of earlier rows for the same stock (the last row counts)"
_REMEMBERED = 50_000
_STREAM = "inventory_items"


Dropped = tuple[str, str]
"""What a record loses: the reason, and which one, ready for a log."""


@dataclass(frozen=True)
class ItemGroup:
    """The records of a batch that mean one item, in their order.

    Attributes:
        match: the item.
        records: the records.
        by_id: those that name the item by ids of this site.
    """

    match: Match
    records: tuple[InventoryRecord, ...] = ()
    by_id: frozenset[InventoryRecord] = frozenset()

    def with_record(self, record: InventoryRecord, *, by_id: bool) -> ItemGroup:
        """Return the group with one more record."""
        named = self.by_id | {record} if by_id else self.by_id
        return replace(self, records=(*self.records, record), by_id=named)


@dataclass(frozen=True)
class ItemPlan:
    """What is to be written of one item.

    Attributes:
        group: the records that ask for it.
        change: what to write.
        fields: the names of what differs.
        dropped: what records lose although they are written, reasons for the summary.
    """

    group: ItemGroup
    change: StockChange
    fields: tuple[str, ...]
    dropped: Mapping[InventoryRecord, tuple[Dropped, ...]]

    @property
    def is_new(self) -> bool:
        """Whether the item is to be made."""
        return self.change.state is None

    def settled(self) -> Iterator[Settled[InventoryRecord]]:
        """Yield that all records of the item are written."""
        made = self.is_new
        for record in self.group.records:
            outcome = Outcome.CREATED if made else Outcome.UPDATED
            yield Settled(
                record,
                outcome,
                self.fields,
                self.dropped[record],
                partial(self._changes_of, record),
            )
            made = False

    def _changes_of(self, record: InventoryRecord) -> Changes:
        """Return the stock before and after, for a report."""
        sku = next(iter(record.patch.sku_texts), "")
        return Changes(
            id="" if self.group.match.item is None else self.group.match.item.id,
            fields=(stock_change(self.change.state, self.change, sku),),
        )


class Planner:
    """Merges, compares and checks; sends nothing."""

    def __init__(
        self,
        settings: TargetSettings,
        own: OwnWrites,
        inventory: Inventory,
        products: ProductsOfRun,
    ) -> None:
        """Plan with the settings of the run.

        Args:
            settings: of the target.
            own: what the run itself wrote.
            inventory: the shop's stock, for its locations.
            products: what products of the run say of stock.
        """
        self._settings = settings
        self._inventory = inventory
        self._products = products
        self._own = own
        self._first_said: FIFOCache[ItemKey, tuple[int, StockPatch]] = FIFOCache(_REMEMBERED)

    def plan(self, group: ItemGroup) -> Iterator[ItemPlan | Result[InventoryRecord]]:
        """Yield what to write so that an item has the stock its records ask for.

        Records that cannot be written are rejected; if nothing differs, the others are settled.
        """
        kept: list[InventoryRecord] = []
        dropped: dict[InventoryRecord, tuple[Dropped, ...]] = {}
        merged: StockPatch | None = None
        for record in group.records:
            stock = record.patch.stock
            try:
                change, left_out = self._change(group.match, stock)
                if change is not None:
                    self._refuse_stale(group, record, change)
            except Rejection as rejection:
                yield Rejected(record, rejection)
                continue
            kept.append(record)
            reasons = (*record.patch.dropped, *left_out, *self._replaced(group, record))
            dropped[record] = (
                *((reason, "") for reason in reasons),
                *self._other_amount(group.match, stock),
            )
            merged = merged_stock(merged, stock)
        if merged is None:
            return
        change, _ = self._change(group.match, merged)
        if change is not None:
            yield ItemPlan(replace(group, records=tuple(kept)), change, _fields(change), dropped)
        else:
            for record in kept:
                yield _as_it_is(record, dropped[record])

    def _replaced(self, group: ItemGroup, record: InventoryRecord) -> tuple[str, ...]:
        """Return that a record says another amount than an earlier one of the run, if it does.

        Rows of two warehouses that name no location come so: only one of them can be written.
        """
        stock, position = record.patch.stock, record.pending.position
        if stock.quantity is None and stock.in_stock is None:
            return ()
        first, said = self._first_said.setdefault(group.match.key, (position, stock))
        amounts = (said.quantity, stock.quantity), (said.in_stock, stock.in_stock)
        differs = any(None not in pair and pair[0] != pair[1] for pair in amounts)
        return (REPEATED,) if differs and first < position else ()

    def _other_amount(self, match: Match, stock: StockPatch) -> tuple[Dropped, ...]:
        """Return that products of the run have another amount, if they do."""
        key = match.key
        if stock.quantity is None and stock.in_stock is None:
            return ()
        if key.location_id not in ("", self._inventory.locations.default):
            return ()
        said = StockLevel(_STREAM, stock.quantity, stock.in_stock)
        other = self._products.note_level(key.product_id, key.variant_id, said)
        return () if other is None else ((OTHER_AMOUNT, other.product),)

    def _change(
        self, match: Match, stock: StockPatch
    ) -> tuple[StockChange | None, tuple[str, ...]]:
        change, left_out = change_of(
            match.key.product_id,
            match.key.variant_id,
            None if match.item is None else match.item.state,
            stock,
            track_quantity=self._settings.track_quantity,
            takes_idle_limit=not self._inventory.has_revisions,
        )
        if change is not None:
            change = replace(change, location_id=match.key.location_id)
        elif match.item is None and PREORDER.normalize(stock.preorder) is not None:
            left_out = (NO_STOCK_YET,)
        return change, left_out

    def _refuse_stale(self, group: ItemGroup, record: InventoryRecord, change: StockChange) -> None:
        """Refuse a record that was made from an older version of its item than the shop has.

        On V3 the revision says so. V1 has none, there it is the date, which counts only where the
        record names the item by its ids: it may be any date otherwise.

        Raises:
            Rejection: it was.
        """
        item, patch = group.match.item, record.patch
        if item is None or record.foreign_site or self._settings.stale_records == "overwrite":
            return
        if item.revision:
            is_old = self._own.is_older(item.id, patch.revision, item.revision)
        else:
            is_dated = record in group.by_id
            is_old = is_dated and self._own.is_earlier(item.id, patch.updated, item.updated)
        if is_old:
            raise stale_record(_fields(change))


def with_one_preorder(groups: Sequence[ItemGroup]) -> list[ItemGroup]:
    """Return the items of a product so that one record says what its pre-order shall be: the last.

    Catalog V1 has one pre-order for all variants (wix-api stores-v1 5.5). Written for one variant
    after another, rows that differ would change it in every run.
    """
    said = [
        record
        for group in groups
        for record in group.records
        if record.patch.stock.preorder is not None
    ]
    last = max(said, key=lambda record: record.pending.position, default=None)
    if last is None or len(said) == 1:
        return list(groups)
    return [_without_preorders(group, last) for group in groups]


def _without_preorders(group: ItemGroup, last: InventoryRecord) -> ItemGroup:
    changed = {
        record: _without_preorder(record, last)
        for record in group.records
        if record is not last and record.patch.stock.preorder is not None
    }
    return replace(
        group,
        records=tuple(changed.get(record, record) for record in group.records),
        by_id=frozenset(changed.get(record, record) for record in group.by_id),
    )


def _without_preorder(record: InventoryRecord, last: InventoryRecord) -> InventoryRecord:
    patch, wanted = record.patch, last.patch.stock.preorder
    differs = PREORDER.normalize(patch.stock.preorder) != PREORDER.normalize(wanted)
    dropped = (*patch.dropped, ONE_FOR_ALL) if differs else patch.dropped
    stock = replace(patch.stock, preorder=None)
    return replace(record, patch=replace(patch, stock=stock, dropped=dropped))


def _as_it_is(record: InventoryRecord, dropped: tuple[Dropped, ...]) -> Settled[InventoryRecord]:
    """Return what became of a record whose item has what it asks for: by what was sent, if it was."""
    attempt = record.attempt
    if attempt is None:
        return Settled(record, Outcome.UNCHANGED, (), dropped)
    outcome = Outcome.CREATED if attempt.is_new else Outcome.UPDATED
    return Settled(record, outcome, attempt.fields, dropped)


def _fields(change: StockChange) -> tuple[str, ...]:
    """The names of what differs."""
    values = {
        "quantity": change.quantity,
        "inStock": change.in_stock,
        "preorderInfo": change.preorder,
    }
    return tuple(name for name, value in values.items() if value is not None)
