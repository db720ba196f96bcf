"""The sink of collections, which Catalog V3 calls categories, and the steps of their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.collections.matcher import Matcher
from target_wix.collections.parse import CollectionRecord, read_collection
from target_wix.collections.plan import Group, Plan, Planner
from target_wix.collections.tree import Tree, blocked
from target_wix.collections.v1 import V1Collections
from target_wix.collections.v3 import V3Categories
from target_wix.collections.writer import CollectionWriter, gone
from target_wix.pipeline.rounds import Parsed, Rejected, Result, Settled, Steps, Waiting
from target_wix.pipeline.sink import WixSink
from target_wix.pipeline.staleness import OwnWrites
from target_wix.runtime.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.collections.catalog import CollectionCatalog
    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.pending import PendingRecord

_LARGEST_TREE = 2000
"""Records of a batch: a tree of a thousand with room to spare, so that no parent comes too late."""

ALL_PRODUCTS = (
    "rows that are called All Products are ignored: Wix keeps this collection, and all products are"
    " in it."
)
ODD_ID = "ids that are no ids of Wix are not used to find collections."


class CollectionSteps(Steps[CollectionRecord, Group, Plan]):
    """What collections bring to the pipeline: parents before children, what is deleted at last."""

    @override
    def __init__(self, context: StreamContext) -> None:
        """Read what the shop has.

        Raises:
            RunStoppedError: the site has no shop.
        """
        site, settings = context.site, context.settings
        is_v1 = context.stores_catalog("collections") is CatalogVersion.V1
        self._context = context
        self._catalog: CollectionCatalog = (
            V1Collections(site, context.sleep) if is_v1 else V3Categories(site, context.sleep)
        )
        self._tree = Tree(self._catalog.all_products())
        self._tree.add(self._catalog.rows())
        own, fields, has_tree = OwnWrites(), self._catalog.fields, self._catalog.has_tree
        self._matcher = Matcher(self._catalog, self._tree, context)
        self._planner = Planner(self._tree, fields, settings, own, has_tree=has_tree)
        self._writer = CollectionWriter(context, self._catalog, self._tree, self._matcher, own)

    def parse(self, pending: PendingRecord) -> Parsed[CollectionRecord]:
        """See `Steps.parse`."""
        nulls = self._context.settings.null_clears
        patch, unknown = read_collection(pending.data, null_clears=nulls)
        warnings = [ODD_ID] if patch.odd_id else []
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
        found = list(self._matcher.written(to_write, left))
        if all(isinstance(one, Waiting) for one in found):
            if to_delete:
                found += self._matcher.deleted(to_delete)
                to_delete = []
            elif found:
                found = list(self._matcher.written(to_write, left, in_tree=True))
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
        for key in sorted(self._tree.unsure & keys):
            self._tree.unsure.discard(key)
            row = self._catalog.get(key)
            if row is None:
                self._tree.remove(key)
            else:
                self._tree.put(row)

    def plan(self, group: Group) -> Iterator[Plan | Result[CollectionRecord]]:
        """See `Steps.plan`."""
        if group.key in self._tree.unsure:
            yield from (Waiting(one.record) for one in group.placed)
            return
        if group.key and group.key not in self._tree:
            yield from (gone(one.record) for one in group.placed)
            return
        for planned in self._planner.plan(group):
            if isinstance(planned, Rejected) or planned.deletes or planned.changed:
                yield planned
                continue
            self._writer.note(planned, group.key)
            for part in planned.parts:
                outcome = Outcome.UPDATED if part.record.written else Outcome.UNCHANGED
                yield Settled(part.record, outcome, part.record.written, part.dropped)

    def write(self, plans: Iterable[Plan]) -> Iterator[Result[CollectionRecord]]:
        """See `Steps.write`; each plan is made of what the ones before it came to."""
        for plan in plans:
            yield from self._writer.write(plan)


class CollectionsSink(WixSink):
    """Brings collections into the shop, whichever catalog it is on."""

    steps = CollectionSteps
    named_by = ("id", "slug", "name")

    @property
    @override
    def max_size(self) -> int:
        return _LARGEST_TREE
