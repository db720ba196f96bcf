"""The sink of collections: what Catalog V3 calls categories."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.collections.run import CollectionsRun
from target_wix.collections.steps import CollectionSteps
from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.rounds import Pipeline
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import loggable_key

if TYPE_CHECKING:
    from target_wix.runtime.pending import PendingRecord

_LARGEST_TREE = 2000
"""Records of a batch: a tree of a thousand with room to spare, so that no parent comes too late."""

_SHOWN = ("id", "slug", "name")


class CollectionsSink(WixSink):
    """Brings collections into the shop, whichever catalog it is on."""

    @cached_property
    def run(self) -> CollectionsRun:
        """What the sinks of this stream know together."""
        return self.context.shared(lambda: CollectionsRun(self.context))

    @property
    @override
    def max_size(self) -> int:
        return _LARGEST_TREE

    @override
    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return the first key that a collection has."""
        row, _ = coerce.named(record, _SHOWN)
        shown = next(filter(None, (key_text(row.get(name)) for name in _SHOWN)), "")
        return loggable_key(shown or None, position, numbers=True)

    @override
    def write(self, pending: list[PendingRecord]) -> None:
        Pipeline(self.context, CollectionSteps(self.context, self.run)).write(pending)
