"""What is written of the records that mean one item: nothing that the shop has already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.products.fields.stock import PREORDER, change_of, merged_stock
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_wix.config import TargetSettings
    from target_wix.inventory.items import InventoryItem, ItemKey
    from target_wix.inventory.patch import InventoryRecord
    from target_wix.products.catalog import StockChange, StockPatch

STALE = "STALE_RECORD"
NO_STOCK_YET = "pre-order settings of variants without stock"
ONE_FOR_ALL = (
    "pre-order settings that differ within a product (Catalog V1 has one for all variants)"
)
_REMEMBERED = 50_000


@dataclass(frozen=True)
class ItemRecords:
    """The records of a batch that mean one item, in their order.

    Attributes:
        key: whose stock it is.
        records: the records.
        by_id: those that name the item by ids of this site.
    """

    key: ItemKey
    records: tuple[InventoryRecord, ...]
    by_id: frozenset[InventoryRecord] = frozenset()


@dataclass(frozen=True)
class ItemPlan:
    """What is to be done about one item.

    Attributes:
        change: what to write, None if nothing differs.
        fields: the names of what differs.
        rejected: records that cannot be written, and why.
        dropped: what records lose although they are written, reasons for the summary.
    """

    change: StockChange | None
    fields: tuple[str, ...]
    rejected: Mapping[InventoryRecord, Rejection]
    dropped: Mapping[InventoryRecord, tuple[str, ...]]


@dataclass(frozen=True)
class _OwnWrite:
    """What this run did to an item: the version before its first write, and its newest revision."""

    revision: int
    updated: str
    newest: int


class Versions:
    """Tells old records from new ones; what this run wrote makes no record old."""

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._own: FIFOCache[str, _OwnWrite] = FIFOCache(_REMEMBERED)

    def is_older(self, record: InventoryRecord, item: InventoryItem, *, by_id: bool) -> bool:
        """Tell whether the shop's item is newer than the one that a record was made from.

        On V3 the revision says so. V1 has none, there it is the date, which counts only where the
        record names the item by its ids: it may be any date otherwise.
        """
        own = self._own.get(item.id)
        patch = record.patch
        if record.foreign_site:
            return False
        if item.revision:
            shop = own.revision if own and item.revision <= own.newest else item.revision
            return patch.revision is not None and patch.revision < shop
        updated = own.updated if own else item.updated
        return bool(by_id and patch.updated and updated and patch.updated < updated)

    def note_written(self, item: InventoryItem) -> None:
        """Note that this run has changed an item, by one revision."""
        own = self._own.get(item.id) or _OwnWrite(item.revision, item.updated, item.revision)
        newest = max(own.newest, item.revision + 1)
        # Who changed it between two writes of ours, changed it before the second was planned.
        known = own.revision if item.revision <= own.newest else item.revision
        self._own[item.id] = replace(own, revision=known, newest=newest)


class Planner:
    """Merges, compares and checks; sends nothing."""

    def __init__(self, settings: TargetSettings, versions: Versions) -> None:
        """Plan with the settings of the run."""
        self._settings = settings
        self._versions = versions

    def plan(self, group: ItemRecords, item: InventoryItem | None) -> ItemPlan:
        """Return what to write so that an item has the stock its records ask for.

        Args:
            group: the records.
            item: as the shop has it, None if it is to be made.
        """
        rejected: dict[InventoryRecord, Rejection] = {}
        dropped: dict[InventoryRecord, tuple[str, ...]] = {}
        merged: StockPatch | None = None
        for record in group.records:
            stock = record.patch.stock
            try:
                change, left_out = self._change(group.key, item, stock)
            except Rejection as rejection:
                rejected[record] = rejection
                continue
            if change is not None and item is not None and self._is_stale(group, record, item):
                rejected[record] = _stale(change)
                continue
            dropped[record] = (*record.patch.dropped, *left_out)
            merged = merged_stock(merged, stock)
        if merged is None:
            return ItemPlan(None, (), rejected, dropped)
        change, _ = self._change(group.key, item, merged)
        return ItemPlan(change, _fields(change), rejected, dropped)

    def _change(
        self, key: ItemKey, item: InventoryItem | None, stock: StockPatch
    ) -> tuple[StockChange | None, tuple[str, ...]]:
        state = None if item is None else item.state
        change, left_out = change_of(
            key.product_id,
            key.variant_id,
            state,
            stock,
            track_quantity=self._settings.track_quantity,
        )
        if change is not None:
            return replace(change, location_id=key.location_id), (left_out,) if left_out else ()
        if item is None and PREORDER.normalize(stock.preorder) is not None:
            left_out = NO_STOCK_YET
        return None, (left_out,) if left_out else ()

    def _is_stale(self, group: ItemRecords, record: InventoryRecord, item: InventoryItem) -> bool:
        if self._settings.stale_records == "overwrite":
            return False
        return self._versions.is_older(record, item, by_id=record in group.by_id)


def with_one_preorder(groups: Sequence[ItemRecords]) -> list[ItemRecords]:
    """Return the records of a product so that one alone says what its pre-order shall be: the last.

    Catalog V1 has one pre-order for all variants (wix-api stores-v1 5.5). Written for one variant
    after another, rows that differ would change it in every run.
    """
    said = [
        record
        for group in groups
        for record in group.records
        if record.patch.stock.preorder is not None
    ]
    if len(said) < 2:  # noqa: PLR2004
        return list(groups)
    last = max(said, key=lambda record: record.pending.position)
    return [_without_preorders(group, last) for group in groups]


def _without_preorders(group: ItemRecords, last: InventoryRecord) -> ItemRecords:
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
    patch = record.patch
    differs = PREORDER.normalize(patch.stock.preorder) != PREORDER.normalize(
        last.patch.stock.preorder
    )
    dropped = (*patch.dropped, ONE_FOR_ALL) if differs else patch.dropped
    stock = replace(patch.stock, preorder=None)
    return replace(record, patch=replace(patch, stock=stock, dropped=dropped))


def _fields(change: StockChange | None) -> tuple[str, ...]:
    """The names of what differs."""
    if change is None:
        return ()
    values = {
        "quantity": change.quantity,
        "inStock": change.in_stock,
        "preorderInfo": change.preorder,
    }
    return tuple(name for name, value in values.items() if value is not None)


def _stale(change: StockChange) -> Rejection:
    return Rejection(
        STALE,
        "The shop's version is newer than the one this record was made from, and they differ in"
        f" {', '.join(_fields(change))}.",
        "revision",
    )
