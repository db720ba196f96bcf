"""Records without an outcome yet: those in hand, and those deferred to what comes later in the run."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


DELETED_AT = "_sdc_deleted_at"
"""The column that Singer's loaders give a row that is gone from its source."""

_METADATA = "_sdc_"
MOST_DEFERRED = 10_000
MOST_DEFERRED_BYTES = 16_000_000
"""Records of a stream that wait at most, and their bytes: they are in memory, and STATE waits, too."""

_MOST_GONE = 1000
"""Records that wait no more, and whose lines are still kept, before these are forgotten."""


@dataclass(slots=True, eq=False)
class PendingRecord:
    """One record without an outcome yet; equal only to itself.

    Attributes:
        data: the record after stream maps, without `_sdc_*` columns but `_sdc_deleted_at`.
        position: its line in the input, counted from 1.
        stream: the stream it came from, before stream maps.
        wire: the record as it came, for the file of rejected records.
        unreadable: why the record is rejected before anybody looks at it.
        key: what its sink calls it in logs, never an e-mail.
        dropped: what it loses, reasons and names, counted when it is settled and not rejected.
    """

    data: dict[str, Any]
    position: int
    stream: str = ""
    wire: bytes = field(default=b"", repr=False)
    unreadable: Rejection | None = None
    key: str = ""
    dropped: list[tuple[str, str]] = field(default_factory=list)


def without_metadata(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a record without what loaders and an earlier rejection added to it.

    `_sdc_deleted_at` stays, also as Snowflake writes it: the sinks decide by `delete_mode`.
    """
    kept: dict[str, Any] = {}
    for name, value in record.items():
        if name[:5].lower() != _METADATA:
            kept[name] = value
        elif name.lower() == DELETED_AT:
            kept[DELETED_AT] = value if kept.get(DELETED_AT) is None else kept[DELETED_AT]
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class DeferredRecord:
    """A record that waits.

    Attributes:
        pending: the record, which has no outcome yet.
        rejection: why it is rejected if what it waits for does not come.
        keys: ids or skus of what it waits for, any of them; none if nobody can say.
    """

    pending: PendingRecord
    rejection: Rejection
    keys: frozenset[str] = frozenset()

    @property
    def without_room(self) -> Rejection:
        """Why it is rejected before the end of the run: too many records wait."""
        why = self.rejection
        reason = (
            f"{why.reason} Too many records wait for what comes after them: send that before them."
            " By the next run, what has come is in the shop."
        )
        return Rejection(why.code, reason, why.field)


class DeferredRecords:
    """The records of one stream that wait for what comes later in the run: a parent, or a product.

    Such a record leaves its batch without an outcome. It comes into a later batch when the run has
    written what it waits for, or with the next one if nobody can say what that is; at the end of the
    run all come that are left, and are written or rejected. STATE stays before the first record that
    waits: a run that ends early loses none. No more wait than the limits allow.
    """

    def __init__(self) -> None:
        self._records: dict[PendingRecord, DeferredRecord] = {}
        # Stream maps can make several records of a stream of one line.
        self._by_position: dict[int, list[PendingRecord]] = {}
        self._positions: list[int] = []  # a heap, also of records that wait no more
        self._bytes = 0
        self._by_key: dict[str, set[PendingRecord]] = {}
        self._released: set[PendingRecord] = set()

    def __len__(self) -> int:
        """Return how many records wait."""
        return len(self._records)

    @property
    def oldest(self) -> int | None:
        """Line of the first record that waits."""
        while self._positions and self._positions[0] not in self._by_position:
            heapq.heappop(self._positions)
        return self._positions[0] if self._positions else None

    def add(self, deferred: DeferredRecord) -> None:
        """Let a record wait."""
        self._records[deferred.pending] = deferred
        self._by_position.setdefault(deferred.pending.position, []).append(deferred.pending)
        heapq.heappush(self._positions, deferred.pending.position)
        if len(self._positions) > 2 * len(self._by_position) + _MOST_GONE:
            self._positions = sorted(self._by_position)
        self._bytes += len(deferred.pending.wire)
        for key in deferred.keys:
            self._by_key.setdefault(key, set()).add(deferred.pending)
        if not deferred.keys:
            self._released.add(deferred.pending)

    def release(self, keys: Iterable[str]) -> None:
        """Let the records that wait for one of these keys go into the next batch."""
        if self._by_key:
            for key in keys:
                self._released |= self._by_key.get(key, set())

    def take(self, *, everything: bool = False) -> list[PendingRecord]:
        """Return the records to try again, in any order, which do not wait any more.

        Args:
            everything: whether all are tried, as at the end of the run.
        """
        taken = [*(self._records if everything else self._released)]
        for pending in taken:
            self._remove(pending)
        return taken

    def overflow(self) -> Iterator[DeferredRecord]:
        """Yield the records that have waited longest, as many as there is no room for."""
        while len(self._records) > MOST_DEFERRED or self._bytes > MOST_DEFERRED_BYTES:
            oldest = self.oldest
            if oldest is None:
                return
            yield self._remove(self._by_position[oldest][0])

    def _remove(self, pending: PendingRecord) -> DeferredRecord:
        deferred = self._records.pop(pending)
        of_line = self._by_position[pending.position]
        of_line.remove(pending)
        if not of_line:
            del self._by_position[pending.position]
        self._bytes -= len(pending.wire)
        self._released.discard(pending)
        for key in deferred.keys:
            some = self._by_key[key]
            some.discard(pending)
            if not some:
                del self._by_key[key]
        return deferred
