"""Records that wait for what comes later in the run: a parent, or a product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from target_wix.runtime.pending import PendingRecord

MOST_HELD = 10_000
MOST_HELD_BYTES = 16_000_000
"""What waits is in memory, and the state stays before it."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldRecord:
    """A record that waits.

    Attributes:
        pending: the record, which has no outcome yet.
        rejection: why it is rejected if what it waits for does not come.
        keys: what it waits for; none if nobody can say.
    """

    pending: PendingRecord
    rejection: Rejection
    keys: frozenset[str] = frozenset()

    @property
    def too_many(self) -> Rejection:
        """Why it is rejected where too many records wait."""
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
        self._bytes = 0
        self._waiting_for: dict[str, set[PendingRecord]] = {}
        self._ripe: set[PendingRecord] = set()

    def __len__(self) -> int:
        """Return how many records wait."""
        return len(self._held)

    @property
    def oldest(self) -> int | None:
        """Line of the first record that waits."""
        return min((one.position for one in self._held), default=None)

    def add(self, held: HeldRecord) -> None:
        """Let a record wait."""
        self._held[held.pending] = held
        self._bytes += len(held.pending.wire)
        for key in held.keys:
            self._waiting_for.setdefault(key, set()).add(held.pending)
        if not held.keys:
            self._ripe.add(held.pending)

    def came(self, keys: Iterable[str]) -> None:
        """Note what has come: who waits for it is tried again along with the next records."""
        if self._waiting_for:
            for key in keys:
                self._ripe |= self._waiting_for.get(key, set())

    def take(self, *, everything: bool = False) -> list[PendingRecord]:
        """Return the records to try again, which do not wait any more."""
        taken = [*self._held] if everything else [one for one in self._held if one in self._ripe]
        for pending in taken:
            self._remove(pending)
        return taken

    def overflow(self) -> Iterator[HeldRecord]:
        """Yield the records that have waited longest, as many as there is no room for."""
        while len(self._held) > MOST_HELD or self._bytes > MOST_HELD_BYTES:
            yield self._remove(min(self._held, key=lambda one: one.position))

    def _remove(self, pending: PendingRecord) -> HeldRecord:
        held = self._held.pop(pending)
        self._bytes -= len(pending.wire)
        self._ripe.discard(pending)
        for key in held.keys:
            some = self._waiting_for[key]
            some.discard(pending)
            if not some:
                del self._waiting_for[key]
        return held
