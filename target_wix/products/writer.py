"""The order of things for the products of a batch, from match to outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.products.catalog import Change, Created, Creation, Existing, Stale, Updated
from target_wix.products.category_items import Members
from target_wix.products.deletions import Deleter
from target_wix.products.fields.variants import variants_of
from target_wix.products.groups import Ask, Group, NewGroups, taken
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


class Writing:
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
        self._members = Members(catalog, self._planner, context.dropped)
        self._deleter = Deleter(context, catalog, matcher, self._planner)
        self._refused = RefusedRows()

    def write(self, asks: Sequence[Ask], refused: RefusedRows | None = None) -> None:
        """Write records, all of them deletions or none.

        Args:
            asks: the records.
            refused: rows of the same batch that could not be read.
        """
        if asks[0].wish.deleted:
            self._deleter.delete(asks)
        else:
            self._refused = refused or RefusedRows()
            self._upsert(asks)

    # -- grouping -----------------------------------------------------------------------------

    def _upsert(self, asks: Sequence[Ask]) -> None:
        groups = self._grouped(asks)
        known = [group for group in groups if group.product_id]
        products = self._catalog.by_ids([group.product_id for group in known])
        for group in known:
            current = products.get(group.product_id)
            if current is None:
                self._reject_all(group, Rejection(GONE, "The product is gone from the shop."))
            else:
                group.current = current
                self._take_up(group)
        for group in groups:
            if not group.product_id and self._refused.concern(group.asks):
                self._reject_all(group, incomplete())
        for group in groups:
            if group.asks:
                self._plan(group)
        groups = [group for group in groups if group.asks]
        if not self._context.dry_run:
            self._update([group for group in groups if group.product_id])
            self._create([group for group in groups if not group.product_id])
        done = [group for group in groups if group.asks]
        self._stock.write(done, dry_run=self._context.dry_run)
        self._members.write(done, dry_run=self._context.dry_run)
        for group in done:
            self._settle(group)

    def _grouped(self, asks: Sequence[Ask]) -> list[Group]:
        """Records by the product they mean; new ones by the keys they share."""
        known: dict[str, Group] = {}
        new = NewGroups(self._matcher.names, self._matcher.keys)
        groups: list[Group] = []
        for ask, match in zip(asks, self._matcher.match(asks), strict=True):
            if isinstance(match, Rejection):
                self._context.reject(ask.incoming, match)
                continue
            group = known.get(match) if match else new.find(ask)
            if isinstance(group, Rejection):
                self._context.reject(ask.incoming, group)
                continue
            if group is None:
                if not match and ask.wish.id and self._context.settings.unknown_id == "reject":
                    self._context.reject(ask.incoming, _unknown_id())
                    continue
                group = Group([], match)
                groups.append(group)
            group.asks.append(ask)
            if match:
                known[match] = group
            else:
                new.add(group, ask)
        return groups

    def _take_up(self, group: Group) -> None:
        """Let a product that an earlier run did not finish be made by records that have it whole.

        A record with the id of the product was read from this shop: it says what the shop has.
        """
        asks = group.asks
        if not self._catalog.is_unfinished(group.current) or any(ask.by == "id" for ask in asks):
            return
        if any(ask.wish.fields.get("name") for ask in asks) and any(map(_has_price, asks)):
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
                    if group.asks and group.changed:
                        pending.append(group)
                elif isinstance(outcome, Updated):
                    _forget_left_out(group, change.changed)
                    if change.changed:
                        self._updated(group, outcome)
                else:
                    self._refuse(group, outcome)
        for group in pending:
            self._refuse(group, Rejection(TOO_BUSY, "Somebody changes the product all the time."))

    def _read_again(self, group: Group) -> None:
        current = self._catalog.fresh(group.product_id)
        if current is None:
            self._reject_all(group, Rejection(GONE, "The product is gone from the shop."))
            return
        before = {ask: ask.changed for ask in group.asks}
        group.current = current
        self._plan(group)
        for ask in group.asks:
            # A write whose answer was lost may have been done: then nothing differs any more.
            ask.changed = ask.changed or before[ask]

    def _updated(self, group: Group, outcome: Updated) -> None:
        self._planner.wrote(group.current, outcome.revision, more=int("media" in group.changed))
        for ask in group.asks:
            self._matcher.changed(group.product_id, ask)
        if "slug" in group.changed:
            self._matcher.renamed(group.product_id, str(group.current.get("slug") or ""))
        if outcome.rejection is not None:
            group.asks[-1].rejection = outcome.rejection
        known = {row.get("id") for row in variants_of(group.current)}
        new = [row for row in variants_of(group.desired) if row.get("id") not in known]
        if new:
            group.stock = {**group.opening, **group.stock}
            group.current = outcome.product or self._catalog.fresh(group.product_id) or {}
        else:
            group.current = {**group.current, "variantsInfo": group.desired.get("variantsInfo")}

    def _create(self, groups: Sequence[Group]) -> None:
        creations = []
        for group in groups:
            places = {
                choices_key(row, group.desired): place
                for place, row in enumerate(variants_of(group.desired))
            }
            stock = {places[key]: wish for key, wish in group.stock.items() if key in places}
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
        for ask in group.asks:
            self._matcher.made(outcome.product, ask)
        if outcome.stock is not None:
            stocked = [ask for ask in group.asks if ask.has_stock] or group.asks
            stocked[-1].rejection = outcome.stock

    def _found(self, group: Group, product_id: str) -> None:
        """Update a product that turned out to be there: a query did not know it yet."""
        current = self._catalog.fresh(product_id)
        by = next((name for name in ("handle", "slug") if name in self._matcher.keys), "")
        if current is None or not by:
            reason = "Another product has this slug already, and records are not matched by it."
            self._refuse(group, Rejection("DUPLICATE_SLUG_ERROR", reason, "slug"))
            return
        if not all(self._matcher.is_open_to(product_id, ask) for ask in group.asks):
            self._refuse(group, taken(by))
            return
        group.product_id, group.current = product_id, current
        for ask in group.asks:
            ask.by = ask.by or by
        if group.begun is None:
            self._take_up(group)
        self._plan(group)
        if group.asks and group.product_id:
            self._update([group])
        elif group.asks:
            self._create([group])

    # -- outcomes -----------------------------------------------------------------------------

    def _reject(self, ask: Ask, rejection: Rejection) -> None:
        self._context.reject(ask.incoming, rejection)

    def _reject_all(self, group: Group, rejection: Rejection) -> None:
        for ask in group.asks:
            self._reject(ask, rejection)
        group.asks = []

    def _refuse(self, group: Group, rejection: Rejection) -> None:
        """Set a record aside; of several, the one that the others are taken without.

        Written one after another, records that differ would be written over each other in every
        run. That is done only where no one of them is to blame, or too many could be.
        """
        if self._trying:
            raise _RefusedError(rejection)
        if len(group.asks) == 1:
            self._reject_all(group, rejection)
            return
        asks, group.asks = group.asks, []
        if len(asks) <= MOST_SUSPECTS and group.planned:
            for ask in reversed(asks):
                if self._goes_without(asks, ask):
                    self._reject(ask, rejection)
                    return
        for ask in asks:
            self._upsert([ask])

    def _goes_without(self, asks: Sequence[Ask], ask: Ask) -> bool:
        """Write the records but for one; return whether Wix takes them so."""
        self._trying = True
        try:
            self._upsert([one for one in asks if one is not ask])
        except _RefusedError:
            return False
        finally:
            self._trying = False
        return True

    def _settle(self, group: Group) -> None:
        new = self._context.dry_run and not group.product_id
        for place, ask in enumerate(group.asks):
            if ask.rejection is not None:
                self._context.reject(ask.incoming, ask.rejection)
            elif (group.created or new) and place == 0:
                self._context.set_outcome(ask.incoming, Outcome.CREATED, ask.changed)
            elif ask.changed:
                self._context.set_outcome(ask.incoming, Outcome.UPDATED, ask.changed)
            else:
                self._context.set_outcome(ask.incoming, Outcome.UNCHANGED)


def _forget_left_out(group: Group, written: Sequence[str]) -> None:
    """Take from the records' changes what the catalog left out of them."""
    left_out = set(group.changed) - set(written)
    for ask in group.asks if left_out else ():
        ask.changed = [name for name in ask.changed if name not in left_out]


def _has_price(ask: Ask) -> bool:
    """Whether a record has a price for every variant that it names."""
    wish = ask.wish
    if wish.variants:
        return all(one.fields.get("price") for one in wish.variants)
    return wish.row is not None and bool(wish.row.variant.get("price"))


def _unknown_id() -> Rejection:
    return Rejection(
        "UNKNOWN_ID",
        "The shop has no product with this id, and none with its keys. If such products are to be"
        " made, set unknown_id to create.",
        "id",
    )
