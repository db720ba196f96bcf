"""The order of things for the products of a batch, from match to outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.products.catalog import Change, Created, Creation, Existing, Stale, Updated
from target_wix.products.category_items import CategoryItems
from target_wix.products.deletions import Deleter
from target_wix.products.fields.variants import variants_of
from target_wix.products.groups import Group, NewGroups, ProductRecord, taken
from target_wix.products.plan import Planner, choices_key
from target_wix.products.repeated_rows import RefusedRows, incomplete
from target_wix.products.stock_writer import StockWriter
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Catalog
    from target_wix.products.matcher import Matcher

TRIES = 5
"""How often a product is read again because somebody changes it at the same time."""

GONE, TOO_BUSY = "NOT_FOUND", "INVALID_REVISION"


MOST_SUSPECTS = 20
"""Records of one product that are left out in turn to find the one that Wix refuses."""


class _RefusedError(Exception):
    """Records that are tried are refused."""


class ProductWriter:
    """Writes the records of a batch and tells the sink what became of each."""

    def __init__(self, context: StreamContext, catalog: Catalog, matcher: Matcher) -> None:
        """Write to a shop on behalf of records."""
        self._context = context
        self._catalog = catalog
        self._matcher = matcher
        self._trying = False
        self._planner = Planner(catalog, context.settings, context.dropped)
        self._stock = StockWriter(
            catalog, self._planner, context.settings, context.dropped, context.sleep
        )
        self._category_items = CategoryItems(catalog, self._planner, context.dropped)
        self._deleter = Deleter(context, catalog, matcher, self._planner)
        self._refused = RefusedRows()

    def write(self, records: Sequence[ProductRecord], refused: RefusedRows | None = None) -> None:
        """Write records, all of them deletions or none.

        Args:
            records: the records.
            refused: rows of the same batch that could not be read.
        """
        if records[0].patch.deleted:
            self._deleter.delete(records)
        else:
            self._refused = refused or RefusedRows()
            self._upsert(records)

    # -- grouping -----------------------------------------------------------------------------

    def _upsert(self, records: Sequence[ProductRecord]) -> None:
        groups = self._grouped(records)
        known = [group for group in groups if group.product_id]
        products = self._catalog.reader.by_ids([group.product_id for group in known])
        for group in known:
            current = products.get(group.product_id)
            if current is None:
                self._reject_all(group, Rejection(GONE, "The product is gone from the shop."))
            else:
                group.current = current
                self._take_up(group)
        for group in groups:
            if not group.product_id and self._refused.concern(group.records):
                self._reject_all(group, incomplete())
        for group in groups:
            if group.records:
                self._plan(group)
        groups = [group for group in groups if group.records]
        if not self._context.dry_run:
            self._update([group for group in groups if group.product_id])
            self._create([group for group in groups if not group.product_id])
        done = [group for group in groups if group.records]
        self._stock.write(done, dry_run=self._context.dry_run)
        self._category_items.write(done, dry_run=self._context.dry_run)
        for group in done:
            self._settle(group)

    def _grouped(self, records: Sequence[ProductRecord]) -> list[Group]:
        """Records by the product they mean; new ones by the keys they share."""
        known: dict[str, Group] = {}
        new = NewGroups(self._matcher.names, self._matcher.keys)
        groups: list[Group] = []
        for record, match in zip(records, self._matcher.match(records), strict=True):
            if isinstance(match, Rejection):
                self._context.reject(record.pending, match)
                continue
            group = known.get(match) if match else new.find(record)
            if isinstance(group, Rejection):
                self._context.reject(record.pending, group)
                continue
            if group is None:
                if not match and record.patch.id and self._context.settings.unknown_id == "reject":
                    self._context.reject(record.pending, _unknown_id())
                    continue
                group = Group([], match)
                groups.append(group)
            group.records.append(record)
            if match:
                known[match] = group
            else:
                new.add(group, record)
        return groups

    def _take_up(self, group: Group) -> None:
        """Let a product that an earlier run did not finish be made by records that have it whole.

        A record with the id of the product was read from this shop: it says what the shop has.
        """
        records = group.records
        if not self._catalog.is_unfinished(group.current) or any(
            record.by == "id" for record in records
        ):
            return
        if any(record.patch.fields.get("name") for record in records) and any(
            map(_has_price, records)
        ):
            group.begun, group.current, group.product_id = group.current, {}, ""

    def _plan(self, group: Group) -> None:
        try:
            self._planner.plan(group, self._reject)
        except Rejection as rejection:
            group.planned = False
            self._refuse(group, rejection)

    # -- writing ------------------------------------------------------------------------------

    def _update(self, groups: Iterable[Group]) -> None:
        pending = [group for group in groups if group.changed]
        for _ in range(TRIES + 1):
            if not pending:
                return
            changes = [Change(one.current, one.desired, one.changed, tag=one) for one in pending]
            pending = []
            for change, outcome in self._catalog.update(changes):
                group: Group = change.tag
                group.written = True
                if isinstance(outcome, Stale):
                    self._read_again(group)
                    if group.records and group.changed:
                        pending.append(group)
                elif isinstance(outcome, Updated):
                    _forget_dropped(group, change.changed)
                    if change.changed:
                        self._updated(group, outcome)
                else:
                    self._refuse(group, outcome)
        for group in pending:
            self._refuse(group, Rejection(TOO_BUSY, "Somebody changes the product all the time."))

    def _read_again(self, group: Group) -> None:
        current = self._catalog.get(group.product_id)
        if current is None:
            self._reject_all(group, Rejection(GONE, "The product is gone from the shop."))
            return
        before = {record: record.changed for record in group.records}
        group.current = current
        self._plan(group)
        for record in group.records:
            # A write whose answer was lost may have been done: then nothing differs any more.
            record.changed = record.changed or before[record]

    def _updated(self, group: Group, outcome: Updated) -> None:
        self._planner.wrote(group.current, outcome.revision, more=int("media" in group.changed))
        for record in group.records:
            self._matcher.changed(group.product_id, record)
        if "slug" in group.changed:
            self._matcher.renamed(group.product_id, str(group.current.get("slug") or ""))
        if outcome.rejection is not None:
            group.records[-1].rejection = outcome.rejection
        known = {row.get("id") for row in variants_of(group.current)}
        new = [row for row in variants_of(group.desired) if row.get("id") not in known]
        if new:
            group.stock = {**group.opening, **group.stock}
            group.current = outcome.product or self._catalog.get(group.product_id) or {}
        else:
            group.current = {**group.current, "variantsInfo": group.desired.get("variantsInfo")}

    def _create(self, groups: Sequence[Group]) -> None:
        creations = []
        for group in groups:
            places = {
                choices_key(row, group.desired): place
                for place, row in enumerate(variants_of(group.desired))
            }
            stock = {places[key]: patch for key, patch in group.stock.items() if key in places}
            creations.append(Creation(group.desired, stock, group.begun, tag=group))
        for creation, outcome in self._catalog.create(creations) if creations else ():
            group = creation.tag
            if isinstance(outcome, Created):
                self._created(group, outcome)
            elif isinstance(outcome, Existing):
                self._found(group, outcome.product_id)
            else:
                self._refuse(group, outcome)

    def _created(self, group: Group, outcome: Created) -> None:
        group.created, group.stock = True, {}
        group.product_id = str(outcome.product["id"])
        group.current = outcome.product
        self._planner.wrote(outcome.product, more=1)
        for record in group.records:
            self._matcher.made(outcome.product, record)
        if outcome.stock is not None:
            stocked = [record for record in group.records if record.has_stock] or group.records
            stocked[-1].rejection = outcome.stock

    def _found(self, group: Group, product_id: str) -> None:
        """Update a product that turned out to be there: a query did not know it yet."""
        current = self._catalog.get(product_id)
        by = next((name for name in ("handle", "slug") if name in self._matcher.keys), "")
        if current is None or not by:
            reason = "Another product has this slug already, and records are not matched by it."
            self._refuse(group, Rejection("DUPLICATE_SLUG_ERROR", reason, "slug"))
            return
        if not all(self._matcher.is_open_to(product_id, record) for record in group.records):
            self._refuse(group, taken(by))
            return
        group.product_id, group.current = product_id, current
        for record in group.records:
            record.by = record.by or by
        if group.begun is None:
            self._take_up(group)
        self._plan(group)
        if group.records and group.product_id:
            self._update([group])
        elif group.records:
            self._create([group])

    # -- outcomes -----------------------------------------------------------------------------

    def _reject(self, record: ProductRecord, rejection: Rejection) -> None:
        self._context.reject(record.pending, rejection)

    def _reject_all(self, group: Group, rejection: Rejection) -> None:
        for record in group.records:
            self._reject(record, rejection)
        group.records = []

    def _refuse(self, group: Group, rejection: Rejection) -> None:
        """Set a record aside; of several, the one that the others are taken without.

        Written one after another, records that differ would be written over each other in every
        run. That is done only where no one of them is to blame, or too many could be.
        """
        if self._trying:
            raise _RefusedError(rejection)
        if len(group.records) == 1:
            self._reject_all(group, rejection)
            return
        records, group.records = group.records, []
        if len(records) <= MOST_SUSPECTS and group.planned:
            for record in reversed(records):
                if self._goes_without(records, record):
                    self._reject(record, rejection)
                    return
        for record in records:
            self._upsert([record])

    def _goes_without(self, records: Sequence[ProductRecord], record: ProductRecord) -> bool:
        """Write the records but for one; return whether Wix takes them so."""
        self._trying = True
        try:
            self._upsert([one for one in records if one is not record])
        except _RefusedError:
            return False
        finally:
            self._trying = False
        return True

    def _settle(self, group: Group) -> None:
        new = self._context.dry_run and not group.product_id
        for place, record in enumerate(group.records):
            if record.rejection is not None:
                self._context.reject(record.pending, record.rejection)
            elif (group.created or new) and place == 0:
                self._context.set_outcome(record.pending, Outcome.CREATED, record.changed)
            elif record.changed:
                self._context.set_outcome(record.pending, Outcome.UPDATED, record.changed)
            else:
                self._context.set_outcome(record.pending, Outcome.UNCHANGED)


def _forget_dropped(group: Group, written: Sequence[str]) -> None:
    """Take from the records' changes what the catalog left out of them."""
    dropped = set(group.changed) - set(written)
    for record in group.records if dropped else ():
        record.changed = [name for name in record.changed if name not in dropped]


def _has_price(record: ProductRecord) -> bool:
    """Whether a record has a price for every variant that it names."""
    patch = record.patch
    if patch.variants:
        return all(one.fields.get("price") for one in patch.variants)
    return patch.row is not None and bool(patch.row.variant.get("price"))


def _unknown_id() -> Rejection:
    return Rejection(
        "UNKNOWN_ID",
        "The shop has no product with this id, and none with its keys. If such products are to be"
        " made, set unknown_id to create.",
        "id",
    )
