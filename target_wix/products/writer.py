"""The writer of products: changed, made, stocked, put into categories, or deleted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.rounds import Rejected, Result, Retry, Settled, Waiting
from target_wix.products.catalog import Change, Created, Creation, Existing, Stale
from target_wix.products.category_items import CategoryItems
from target_wix.products.fields.media import current_items
from target_wix.products.fields.variants import choices_key, variants_of
from target_wix.products.groups import row_pictures, taken
from target_wix.products.progress import Progress
from target_wix.products.records import DeletionGroup, Match, refused
from target_wix.products.simulated import made_up_id
from target_wix.products.simulated_writes import SimulatedWrites
from target_wix.products.stock_writer import StockWriter, tell_stock
from target_wix.runtime.outcomes import Changes, Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.products.catalog import Updated
    from target_wix.products.plan import ProductPlan
    from target_wix.products.records import ProductRecord
    from target_wix.products.run import ProductsRun

_TRIES = 6
"""How often a product is sent while somebody changes it at the same time."""

_TOO_BUSY = Rejection("INVALID_REVISION", "Somebody changes the product all the time.")

OTHER_CURRENCY = "currencies other than the shop's (the numbers are taken as they are)"
_PICTURES_MISSING = (
    "%s has %d of the %d pictures of its record, so that all of them are sent. If that comes in every"
    " run, Wix cannot fetch one of them: each address must open in a browser without a login."
)


class ProductWriter:
    """Sends what is planned for the products of a round, each kind of request in bulk."""

    def __init__(self, run: ProductsRun) -> None:
        self._run = run
        self._context = run.context
        self._writes = SimulatedWrites(run) if run.context.dry_run else run.catalog
        self._said_pictures_are_missing = False
        self._stock = StockWriter(run)
        self._category_items = CategoryItems(run)

    def write(
        self, plans: Iterable[ProductPlan | DeletionGroup]
    ) -> Iterator[Result[ProductRecord]]:
        """Send what is planned; yield a result for each record."""
        every = list(plans)
        yield from self._deleted([plan for plan in every if isinstance(plan, DeletionGroup)])
        begun = [Progress(plan) for plan in every if not isinstance(plan, DeletionGroup)]
        for one in begun:
            if one.product_id and one.plan.row_sku:
                self._run.rows.note_sku(one.product_id, one.plan.row_sku)
        yield from self._upsert(begun)
        done = [one for one in begun if not one.is_open]
        self._stock.write(done)
        self._category_items.write(done)
        for one in done:
            self._note_pictures(one)
        tell_stock(done, self._context)
        if self._context.dry_run:
            for one in done:
                if not one.is_new:
                    self._simulate(one)
        for one in done:
            self._name_other_currencies(one)
            yield from one.results()

    def _name_other_currencies(self, one: Progress) -> None:
        """Say which records have prices in another currency: a shop has one, and takes no other."""
        currency = one.product.get("currency")
        for record in one.plan.records if currency else ():
            said = record.patch.currency
            if said and said != currency:
                self._context.dropped.add(OTHER_CURRENCY, name=said, key=record.pending.key)

    def _note_pictures(self, one: Progress) -> None:
        """Note the pictures that rows have for a product: those of a later batch do not unite."""
        pictures = row_pictures(record.patch for record in one.plan.records)
        self._run.rows.note_pictures(
            one.product_id or made_up_id(one.plan.desired, self._context.products_of_run), pictures
        )

    def _simulate(self, one: Progress) -> None:
        """Note what a run would have made of a product, for the batches after this one."""
        plan = one.plan
        if plan.group.begun is not None:
            return
        if one.is_new:
            product = self._run.simulated.made(plan.desired, {**plan.opening, **plan.stock})
            for record in plan.records:
                self._run.matcher.made(product, record)
        elif set(plan.changed) - one.left_out:
            kept = {name: plan.group.current.get(name) for name in one.left_out}
            self._run.simulated.changed({**plan.desired, **kept})
            self._note_keys(one)

    def _note_keys(self, one: Progress) -> None:
        """Note the keys that a product was given."""
        for record in one.plan.records:
            self._run.matcher.changed(one.product_id, record)
        if "slug" in one.plan.changed:
            self._run.matcher.renamed(one.product_id, str(one.plan.group.current.get("slug") or ""))

    def _say_pictures_are_missing(self, begun: Sequence[Progress]) -> None:
        """Say that a product lost pictures, or never got them.

        Wix fetches them later and tells nobody if it cannot (wix-api stores-v1 2.6): then they are
        sent in every run.
        """
        for one in begun:
            there, wanted = current_items(one.product), current_items(one.plan.desired)
            lacks = "media" in one.plan.changed and len(there) < len(wanted)
            if lacks and not self._said_pictures_are_missing:
                self._said_pictures_are_missing = True
                key = one.last_record.pending.key
                self._context.warn_once(_PICTURES_MISSING, key, len(there), len(wanted))

    def _upsert(self, begun: Sequence[Progress]) -> Iterator[Result[ProductRecord]]:
        """Change and make products; yield what is open or refused, and note it as open."""
        changes = [one for one in begun if one.product_id and one.plan.changed]
        if self._run.catalog.version is CatalogVersion.V1:
            self._say_pictures_are_missing(changes)
        creations = [one for one in begun if not one.product_id]
        is_open = False
        for result in self._update(changes):
            is_open = is_open or isinstance(result, Retry)
            yield result
        if not is_open:
            yield from self._create(creations)
            return
        for one in creations:
            # A name that is free after the next round is not taken before it.
            one.is_open = True
            yield from map(Waiting, one.plan.open_records)

    def _refused(self, one: Progress, refusal: Rejection) -> Iterator[Result[ProductRecord]]:
        return refused(one.plan.group, one.plan.records, refusal)

    # -- products that exist ------------------------------------------------------------------

    def _update(self, begun: Iterable[Progress]) -> Iterator[Result[ProductRecord]]:
        changes = [
            Change(one.product, one.plan.desired, one.plan.changed, tag=one) for one in begun
        ]
        for change, outcome in self._writes.update(changes) if changes else ():
            one: Progress = change.tag
            if isinstance(outcome, Stale):
                one.is_open = True
                for part in one.plan.parts:
                    yield self._again(part.record, one.product_id, tried=part.names)
                if one.plan.group.suspect is not None:
                    yield self._again(one.plan.group.suspect, one.product_id)
            elif isinstance(outcome, Rejection):
                one.is_open = True
                yield from self._refused(one, outcome)
            else:
                one.leave_out(outcome.left_out)
                if outcome.rejection is not None:
                    one.reject(one.last_record, outcome.rejection)
                if not set(one.plan.changed) - one.left_out:
                    continue
                if self._context.dry_run:
                    self._simulate_new_variants(one)
                else:
                    self._updated(one, outcome)

    @staticmethod
    def _again(
        record: ProductRecord, product_id: str, by: str = "", *, tried: tuple[str, ...] = ()
    ) -> Result[ProductRecord]:
        """Return that a record is planned anew from the product as it is then."""
        match = Match(product_id, record.by or by)
        tried = tried or record.tried
        return Retry(replace(record, match=match, is_sure=True, tried=tried), _TOO_BUSY, _TRIES)

    def _updated(self, one: Progress, outcome: Updated) -> None:
        plan, before = one.plan, one.product
        newest, more = int(outcome.revision or 0), int("media" in plan.changed)
        self._run.own_writes.note_row(before, newest, more=more)
        self._note_keys(one)
        if _adds_variants(plan):
            one.stock = {**plan.opening, **plan.stock}
            one.product = self._run.catalog.reader.get(one.product_id) or before
        else:
            one.product = {**before, "variantsInfo": plan.desired.get("variantsInfo")}

    def _simulate_new_variants(self, one: Progress) -> None:
        """Give a product its new variants at once, if it would have any: they would have stock."""
        if _adds_variants(one.plan):
            self._simulate(one)
            one.stock = {**one.plan.opening, **one.plan.stock}
            one.product = self._run.simulated.get(one.product_id) or one.product

    # -- products that do not exist -----------------------------------------------------------

    def _create(self, begun: Iterable[Progress]) -> Iterator[Result[ProductRecord]]:
        creations = []
        for one in begun:
            desired = one.plan.desired
            places = {choices_key(row, desired): at for at, row in enumerate(variants_of(desired))}
            stock = {places[key]: patch for key, patch in one.stock.items() if key in places}
            creations.append(Creation(desired, stock, one.plan.group.begun, tag=one))
        for creation, outcome in self._writes.create(creations) if creations else ():
            one = creation.tag
            if isinstance(outcome, Created):
                self._created(one, outcome)
                continue
            one.is_open = True
            if isinstance(outcome, Existing):
                yield from self._found(one, outcome.product_id)
            else:
                yield from self._refused(one, outcome)

    def _created(self, one: Progress, outcome: Created) -> None:
        one.is_new = True
        if self._context.dry_run:
            # At once: it has its keys before the next one is made.
            self._simulate(one)
            return
        one.stock, one.product = {}, outcome.product
        self._run.own_writes.note_row(outcome.product)
        for record in one.plan.records:
            self._run.matcher.made(outcome.product, record)
        if outcome.stock is not None:
            one.reject(one.asking_for_stock, outcome.stock)

    def _found(self, one: Progress, product_id: str) -> Iterator[Result[ProductRecord]]:
        """Yield that a product turned out to be there: a query did not know it yet."""
        records = one.plan.records
        by = next((name for name in ("handle", "slug") if name in self._run.matcher.keys), "")
        if not by:
            reason = "Another product has this slug or handle already, and records are not matched by it."
            yield from self._refused(one, Rejection("DUPLICATE_SLUG_ERROR", reason, "slug"))
        elif not all(self._run.matcher.is_open_to(product_id, record) for record in records):
            yield from self._refused(one, taken(by))
        else:
            for record in one.plan.open_records:
                yield self._again(record, product_id, by)

    # -- deletions ----------------------------------------------------------------------------

    def _deleted(self, groups: Sequence[DeletionGroup]) -> Iterator[Result[ProductRecord]]:
        """Delete products.

        Raises:
            TooManyDeletesError: before a deletion that `max_deletes` does not allow.
        """
        records = {group.product_id: group.records for group in groups}
        names = {group.product_id: group.name for group in groups}
        for some in records.values():
            self._context.allow_delete(some[0].pending)
        gone = [(product_id, None) for product_id in records]
        is_dry = self._context.dry_run or not records
        if self._context.dry_run:
            self._context.products_of_run.gone.update(dict.fromkeys(records))
        for product_id, refusal in gone if is_dry else self._run.catalog.delete(list(records)):
            if refusal is None:
                self._run.matcher.gone(product_id)
                self._run.simulated.gone(product_id)
            for place, record in enumerate(records[product_id]):
                if refusal is not None:
                    yield Rejected(record, refusal)
                else:
                    outcome = Outcome.UNCHANGED if place else Outcome.DELETED
                    described = partial(Changes, names[product_id], product_id)
                    yield Settled(record, outcome, changes=described)


def _adds_variants(plan: ProductPlan) -> bool:
    """Tell whether a product of the shop gets variants that it has not."""
    known = {row.get("id") for row in variants_of(plan.group.current)}
    return any(row.get("id") not in known for row in variants_of(plan.desired))
