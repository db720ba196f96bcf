"""The steps of a collection's record: parse, match, plan, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.collections.grouping import Grouping
from target_wix.collections.matcher import Matcher, blocked
from target_wix.collections.parse import has_odd_id, read_collection
from target_wix.collections.patch import CollectionRecord
from target_wix.collections.plan import Group, Plan, Planner
from target_wix.collections.writer import CollectionWriter, gone
from target_wix.pipeline.rounds import Parsed, Rejected, Result, Settled, Waiting
from target_wix.runtime.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.collections.run import CollectionsRun
    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.pending import PendingRecord

ALL_PRODUCTS = (
    "rows that are called All Products are ignored: Wix keeps this collection, and all products are"
    " in it."
)
ODD_ID = "ids that are no ids of Wix are not used to find collections."


class CollectionSteps:
    """Brings collections into a shop: parents before children, and what is deleted at last."""

    def __init__(self, context: StreamContext, run: CollectionsRun) -> None:
        """Write to a shop on behalf of records."""
        self._context = context
        self._run = run
        self._tree = run.tree
        matcher = Matcher(run, context.categories, context.site.site_id)
        self._grouping = Grouping(run, matcher, context.settings)
        self._planner = Planner(
            run.tree,
            run.catalog.fields,
            context.settings,
            run.own_revisions,
            has_tree=run.catalog.has_tree,
        )
        self._writer = CollectionWriter(context, run, matcher)

    def parse(self, pending: PendingRecord) -> Parsed[CollectionRecord]:
        """See `Steps.parse`."""
        nulls = self._context.settings.null_clears
        patch, unknown = read_collection(pending.data, null_clears=nulls)
        warnings = [ODD_ID] if has_odd_id(pending.data, patch) else []
        return Parsed(CollectionRecord(pending, patch), unknown, warnings, patch.deleted)

    def match(
        self, records: Sequence[CollectionRecord]
    ) -> Iterator[Group | Result[CollectionRecord]]:
        """See `Steps.match`; what is deleted waits for what is written."""
        left = []
        for record in records:
            if self._is_built_in(record):
                yield Settled(record, Outcome.IGNORED)
            else:
                left.append(record)
        waiting = blocked(left)
        ready = [one for one in left if one not in waiting]
        to_write = [one for one in ready if not one.patch.deleted]
        to_delete = [one for one in ready if one.patch.deleted]
        found = list(self._grouping.written(to_write, left))
        if all(isinstance(one, Waiting) for one in found):
            if to_delete:
                found += self._grouping.deleted(to_delete)
                to_delete = []
            elif found:
                found = list(self._grouping.written(to_write, left, in_tree=True))
        self._read_unsure({one.key for one in found if isinstance(one, Group)})
        yield from found
        yield from (Waiting(one) for one in left if one in waiting or one in to_delete)

    def _is_built_in(self, record: CollectionRecord) -> bool:
        """Tell whether a record is about All Products, which nobody writes."""
        patch = record.patch
        found = patch.built_in or patch.id in self._tree.built_in
        if found and not patch.id:
            self._context.warn_once(ALL_PRODUCTS)
        if found and patch.id and patch.id not in self._tree.built_in:
            self._context.categories.became(patch.site_id, patch.id, "")
        return found

    def _read_unsure(self, keys: set[str]) -> None:
        """Read what changed along with something else, before records are compared with it."""
        for key in sorted(self._run.unsure & keys):
            self._run.unsure.discard(key)
            row = self._run.catalog.get(key)
            if row is None:
                self._tree.remove(key)
            else:
                self._tree.put(row)

    def plan(self, group: Group) -> Iterator[Plan | Result[CollectionRecord]]:
        """See `Steps.plan`."""
        if group.key in self._run.unsure:
            yield from (Waiting(one.record) for one in group.placed)
            return
        if group.key and group.key not in self._tree:
            yield from (gone(one.record) for one in group.placed)
            return
        plan = self._planner.plan_deletion if group.deletes else self._planner.plan
        planned = plan(group)
        for record, rejection in planned.rejected:
            yield Rejected(record, rejection)
        if planned.plan is None:
            return
        if planned.plan.deletes or planned.plan.changed:
            yield planned.plan
            return
        self._writer.note(planned.plan, group.key)
        for part in planned.plan.parts:
            outcome = Outcome.UPDATED if part.record.written else Outcome.UNCHANGED
            yield Settled(part.record, outcome, part.record.written, part.dropped)

    def write(self, plans: Iterable[Plan]) -> Iterator[Result[CollectionRecord]]:
        """See `Steps.write`; each plan is made of what the ones before it came to."""
        for plan in plans:
            yield from self._writer.write(plan)
