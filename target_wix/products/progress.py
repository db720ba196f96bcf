"""How far the plan of a product is written: what only its writers know and change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from target_wix.pipeline.rounds import Rejected, Settled
from target_wix.products.changes import product_changes, stock_changes
from target_wix.products.records import cleared
from target_wix.products.simulated import is_made_up
from target_wix.runtime.outcomes import Changes, Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from target_wix.pipeline.rounds import Result
    from target_wix.products.catalog import Product, StockPatch
    from target_wix.products.fields.variants import Choices
    from target_wix.products.overlay import Part
    from target_wix.products.plan import ProductPlan
    from target_wix.products.records import ProductRecord
    from target_wix.runtime.outcomes import Change, Rejection


class Progress:
    """What a plan came to so far.

    Attributes:
        plan: the plan.
        product: as it is by now, `{}` if it is to be made.
        is_new: whether this run made it, or would.
        is_open: whether its records go on in the next round, or are settled already.
        stock: the stock that is still to be written, by the choices of the variant.
        left_out: the fields that could not be written.
        losses: what of it was counted as left out, by the id of the variant.
    """

    def __init__(self, plan: ProductPlan) -> None:
        self.plan = plan
        self.product: Product = plan.group.current
        self.is_new = self.is_open = False
        self.stock: dict[Choices, StockPatch] = dict(plan.stock)
        self.left_out: set[str] = set()
        self.losses: set[str] = set()
        self._names = {part.record: list(part.names) for part in plan.parts}
        self._rejections: dict[ProductRecord, Rejection] = {}
        self._changes: dict[ProductRecord, dict[tuple[str, str], Change]] = {}

    @property
    def product_id(self) -> str:
        """The id of the product, empty if it is to be made."""
        return str(self.product.get("id") or "")

    # -- what its records come to -------------------------------------------------------------

    def add_name(self, record: ProductRecord, name: str, change: Change) -> None:
        """Note a field that was written on behalf of a record, and from what to what."""
        if name not in self._names[record]:
            self._names[record].append(name)
        self._changes.setdefault(record, {})[change.field, change.of] = change

    def leave_out(self, names: Collection[str]) -> None:
        """Note fields that were left out after all."""
        self.left_out |= set(names)
        for record, some in self._names.items():
            self._names[record] = [name for name in some if name not in names]

    def reject(self, record: ProductRecord, rejection: Rejection) -> None:
        """Note what of a record could not be written although the rest was."""
        self._rejections[record] = rejection

    @property
    def last_record(self) -> ProductRecord:
        """The last record of all."""
        return self.plan.parts[-1].record

    @property
    def asking_for_stock(self) -> ProductRecord:
        """The last record that says what the stock shall be."""
        asking = (part.record for part in reversed(self.plan.parts) if part.stock)
        return next(asking, self.last_record)

    @property
    def naming_categories(self) -> ProductRecord:
        """The last record that says which categories the product is in."""
        naming = (
            part.record
            for part in reversed(self.plan.parts)
            if part.collections is not None or part.copied is not None
        )
        return next(naming, self.last_record)

    def results(self) -> Iterator[Result[ProductRecord]]:
        """Yield what became of its records, now that all is written."""
        for place, part in enumerate(self.plan.parts):
            record, names = part.record, self._names[part.record]
            is_first = self.is_new and place == 0
            changes = partial(self._described, part, names, is_first=is_first)
            rejection = self._rejections.get(record)
            if rejection is not None:
                yield Rejected(record, rejection)
            elif is_first:
                yield Settled(record, Outcome.CREATED, names, part.dropped, changes)
            else:
                outcome = Outcome.UPDATED if names else Outcome.UNCHANGED
                yield Settled(record, outcome, names, part.dropped, changes)
        yield from cleared(self.plan.group)

    def _described(self, part: Part, names: Collection[str], *, is_first: bool) -> Changes:
        """Return what a record changed, in the words of the shop's owner."""
        more = self._changes.get(part.record, {}).values()
        if is_first:
            opening = stock_changes(self.plan.desired, self.plan.stock)
            found = (*product_changes({}, part.after), *opening, *more)
        else:
            found = (*product_changes(part.before, part.after, names), *more)
        name = part.before.get("name") or self.product.get("name") or part.after.get("name")
        product_id = "" if is_made_up(self.product_id) else self.product_id
        return Changes(str(name or ""), product_id, found)
