"""Records that wait for what comes later in the run: a category's parent, or the product of stock.

Such a record leaves its batch without an outcome (`rounds.Held`, `StreamContext.hold`). It comes into
a later batch when the run has written what it waits for (`StreamContext.release`), or with the next
one if nobody can say what that is; at the end of the run all come that are left, and are written or
rejected. STATE stays before the first record that waits: a run that ends early loses none.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from target_wix.runtime.pending import PendingRecord

MOST_HELD = 10_000
MOST_HELD_BYTES = 16_000_000
"""Records of a stream that wait at most, and their bytes: they are in memory, and STATE waits, too."""

_MOST_GONE = 1000
"""Records that wait no more, and whose lines are still kept, before these are forgotten."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldRecord:
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


class HeldRecords:
    """The records of one stream that wait, in no more memory than the limits allow."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._held: dict[PendingRecord, HeldRecord] = {}
        self._by_position: dict[int, PendingRecord] = {}
        self._positions: list[int] = []  # a heap, also of records that wait no more
        self._bytes = 0
        self._by_key: dict[str, set[PendingRecord]] = {}
        self._released: set[PendingRecord] = set()

    def __len__(self) -> int:
        """Return how many records wait."""
        return len(self._held)

    @property
    def oldest(self) -> int | None:
        """Line of the first record that waits."""
        while self._positions and self._positions[0] not in self._by_position:
            heapq.heappop(self._positions)
        return self._positions[0] if self._positions else None

    def add(self, held: HeldRecord) -> None:
        """Let a record wait."""
        self._held[held.pending] = held
        self._by_position[held.pending.position] = held.pending
        heapq.heappush(self._positions, held.pending.position)
        if len(self._positions) > 2 * len(self._by_position) + _MOST_GONE:
            self._positions = sorted(self._by_position)
        self._bytes += len(held.pending.wire)
        for key in held.keys:
            self._by_key.setdefault(key, set()).add(held.pending)
        if not held.keys:
            self._released.add(held.pending)

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
        taken = [*(self._held if everything else self._released)]
        for pending in taken:
            self._remove(pending)
        return taken

    def overflow(self) -> Iterator[HeldRecord]:
        """Yield the records that have waited longest, as many as there is no room for."""
        while len(self._held) > MOST_HELD or self._bytes > MOST_HELD_BYTES:
            oldest = self.oldest
            if oldest is None:
                return
            yield self._remove(self._by_position[oldest])

    def _remove(self, pending: PendingRecord) -> HeldRecord:
        held = self._held.pop(pending)
        del self._by_position[pending.position]
        self._bytes -= len(pending.wire)
        self._released.discard(pending)
        for key in held.keys:
            some = self._by_key[key]
            some.discard(pending)
            if not some:
                del self._by_key[key]
        return held
