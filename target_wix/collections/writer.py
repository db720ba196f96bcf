"""Sends what is planned for collections, and notes what the shop has then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from target_wix.collections.catalog import Gone, Made, Overtaken, Taken
from target_wix.collections.fields import PARENT, changes_of, parent_of
from target_wix.pipeline.rounds import Rejected, Result, Retry, Settled
from target_wix.pipeline.staleness import revision_of
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.collections.catalog import CollectionCatalog
    from target_wix.collections.matcher import Matcher
    from target_wix.collections.parse import CollectionRecord
    from target_wix.collections.plan import Plan
    from target_wix.collections.tree import Tree
    from target_wix.pipeline.context import StreamContext
    from target_wix.pipeline.staleness import OwnWrites
    from target_wix.runtime.outcomes import Changes

BUSY, GONE = "INVALID_REVISION", "NOT_FOUND"
TOO_DEEP = "CATEGORY_DEPTH_LIMIT_EXCEEDED"
MOST_LEVELS = 5
"""Of a tree (wix-api stores-v3 6.2); Wix itself refuses what is deeper."""
SLUG_REFUSED = "slugs of collections that Wix refused"


def gone(record: CollectionRecord) -> Result[CollectionRecord]:
    """Return what becomes of a record whose collection is not there any more."""
    if record.patch.deleted:
        return Settled(record, Outcome.UNCHANGED)
    return Rejected(record, Rejection(GONE, "The collection is gone from the shop."))


class CollectionWriter:
    """Writes collections one after the other: a tree has one revision (wix-api stores-v3 6.4)."""

    def __init__(
        self,
        context: StreamContext,
        catalog: CollectionCatalog,
        tree: Tree,
        matcher: Matcher,
        own: OwnWrites,
    ) -> None:
        """Write to a shop.

        Args:
            context: whether the run is a dry one, and whether it is to stop.
            catalog: the shop.
            tree: its collections, which follow what is written.
            matcher: where it is noted what records mean.
            own: where own writes are noted.
        """
        self._context = context
        self._catalog = catalog
        self._tree = tree
        self._matcher = matcher
        self._own = own
        self._made_up = 0

    def write(self, plan: Plan) -> Iterator[Result[CollectionRecord]]:
        """Send a plan, or in a dry run what it comes to; yield a result for each record."""
        self._context.raise_if_interrupted()
        if plan.deletes:
            return self._delete(plan)
        return self._create(plan) if plan.current is None else self._change(plan, plan.current)

    def note(self, plan: Plan, key: str) -> None:
        """Tell later records, and later products, what the records of a plan mean here."""
        if plan.changed:
            row = self._tree.get(key) or {}
            name, slug = str(row.get("name") or ""), str(row.get("slug") or "")
            self._context.categories.wrote(key, name, slug)
        for part in plan.parts:
            self._matcher.note(key, part.record)

    def _create(self, plan: Plan) -> Iterator[Result[CollectionRecord]]:
        if self._context.dry_run:
            self._made_up += 1
            made: Made | Taken | Rejection = Made({**plan.desired, "id": f"new {self._made_up}"})
            if self._is_too_deep(plan):
                made = Rejection(TOO_DEEP, "", PARENT)
        else:
            made = self._catalog.create(plan.desired, self._tree.ids())
        if isinstance(made, Rejection):
            yield from (Rejected(part.record, self._explained(made, plan)) for part in plan.parts)
            return
        if isinstance(made, Taken):
            if made.row is not None:
                self._tree.put(made.row)
            yield from (Retry(part.record, made.rejection) for part in plan.parts)
            return
        self._tree.put(made.row)
        self.note(plan, str(made.row["id"]))
        for place, part in enumerate(plan.parts):
            dropped = part.dropped
            if made.slug_was_refused and not place:
                dropped = (*dropped, (SLUG_REFUSED, ""))
            outcome = Outcome.UPDATED if place and part.changed else Outcome.UNCHANGED
            outcome = Outcome.CREATED if not place else outcome
            yield Settled(
                part.record, outcome, part.changed, dropped, self._seen({}, made.row, part.changed)
            )

    def _change(self, plan: Plan, current: Json) -> Iterator[Result[CollectionRecord]]:
        key = str(current["id"])
        if self._context.dry_run:
            done: Json | Overtaken | Gone | Rejection = plan.desired
            if self._is_too_deep(plan):
                done = Rejection(TOO_DEEP, "", PARENT)
        else:
            done = self._catalog.change(current, plan.desired, plan.changed)
        if isinstance(done, Rejection):
            self._tree.unsure.add(key)  # some of it may be written
            # Other moves of the batch may make room.
            is_too_deep = done.code == TOO_DEEP and PARENT in plan.changed
            done = self._explained(done, plan)
            for part in plan.parts:
                yield Retry(part.record, done, 3) if is_too_deep else Rejected(part.record, done)
        elif isinstance(done, Gone):
            self._tree.remove(key)
            yield from (gone(part.record) for part in plan.parts)
        elif isinstance(done, Overtaken):
            self._tree.put(done.row)
            busy = Rejection(BUSY, "Somebody changes the collection all the time.")
            for part in plan.parts:
                written = part.changed or part.record.written
                yield Retry(replace(part.record, written=written), busy)
        else:
            self._changed(plan, current, done)
            for part in plan.parts:
                names = part.changed or part.record.written
                outcome = Outcome.UPDATED if names else Outcome.UNCHANGED
                seen = self._seen(current, done, part.changed)
                yield Settled(part.record, outcome, names, part.dropped, seen)

    def _is_too_deep(self, plan: Plan) -> bool:
        """Tell whether a dry run would put a collection on a level that Wix does not have."""
        parent = parent_of(plan.desired)
        if PARENT not in plan.changed or not parent:
            return False
        height = self._tree.height(str(plan.current["id"])) if plan.current else 1
        return len([parent, *self._tree.above(parent)]) + height > MOST_LEVELS

    def _explained(self, rejection: Rejection, plan: Plan) -> Rejection:
        """Return a refusal of Wix in words that say what to do, where it has but a code."""
        if rejection.code != TOO_DEEP:
            return rejection
        path = self._tree.path(parent_of(plan.desired))
        reason = f"Wix has categories on {MOST_LEVELS} levels at most; its parent is {path}."
        return Rejection(TOO_DEEP, reason, "parent", rejection.request_id)

    def _seen(self, before: Json, after: Json, names: Sequence[str]) -> Callable[[], Changes]:
        return lambda: changes_of(before, after, names, self._tree.name)

    def _changed(self, plan: Plan, before: Json, row: Json) -> None:
        """Note what a collection is now, and what may have changed along with it."""
        key = str(row["id"])
        self._tree.put(row)
        old, new = revision_of(before), revision_of(row)
        if old is not None and new is not None:
            self._own.note(key, old, new)
        self.note(plan, key)
        if {"visible", PARENT} & set(plan.changed) and not self._context.dry_run:
            for one in self._tree.below(key):
                self._tree.unsure.add(one)
                if (revision := revision_of(self._tree.get(one) or {})) is not None:
                    self._own.note(one, revision)

    def _delete(self, plan: Plan) -> Iterator[Result[CollectionRecord]]:
        key = str((plan.current or {})["id"])
        self._context.allow_delete(plan.parts[0].record.pending)
        rejection = None if self._context.dry_run else self._catalog.delete(key)
        if rejection is not None:
            yield from (Rejected(part.record, rejection) for part in plan.parts)
            return
        self._tree.remove(key)
        self._context.categories.deleted(key)
        for place, part in enumerate(plan.parts):
            outcome = Outcome.UNCHANGED if place else Outcome.DELETED
            seen = self._seen({}, plan.current or {}, ())
            yield Settled(part.record, outcome, (), part.dropped, seen)
