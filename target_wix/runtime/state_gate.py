"""Which STATE may be printed: never one that stands behind something unwritten."""

from __future__ import annotations

from collections import deque

MOST_WAITING = 2000
"""States that wait. Of more, every second is dropped: a newer or an older one stands for it."""


class StateGate:
    """Keeps states in the order of the input until all that came before them is settled.

    Meltano keeps every state line it saw, even if the target exits with 1 afterwards, so that
    holding a state back is the only thing that protects a record (design: outcome of a run).
    Positions are line numbers of the input.
    """

    def __init__(self, *, dry_run: bool, refused_are_kept: bool) -> None:
        """Start open.

        Args:
            dry_run: no state at all: nothing was written.
            refused_are_kept: refused records are in a file of their own, so that state may pass
                them; otherwise only the next run can bring them back.
        """
        self._closed = dry_run
        self._refused_are_kept = refused_are_kept
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._last = b""
        self.first_refused: int | None = None

    def __len__(self) -> int:
        """Return how many states wait."""
        return len(self._waiting)

    def arrived(self, position: int, state: bytes) -> None:
        """Take in a state, unless it can never be printed."""
        held = self.first_refused is not None and not self._refused_are_kept
        # An empty state would wipe the bookmarks of the runs before (meltano/sdk#3000).
        if not self._closed and not held and state not in (b"{}", b"null"):
            self._waiting.append((position, state))
        if len(self._waiting) > MOST_WAITING:
            newest_first = list(self._waiting)[::-2]
            self._waiting = deque(reversed(newest_first))

    def refused(self, position: int) -> None:
        """Note that the record of this line was refused."""
        self.first_refused = min(position, self.first_refused or position)

    def release(self, oldest_unsettled: int | None) -> bytes | None:
        """Return the newest state that may be printed now, None if there is no new one.

        Args:
            oldest_unsettled: line of the first record that is not settled, None if all are.
        """
        limits = [] if oldest_unsettled is None else [oldest_unsettled]
        if self.first_refused is not None and not self._refused_are_kept:
            limits.append(self.first_refused)
        limit = min(limits, default=None)
        state = b""
        while self._waiting and (limit is None or self._waiting[0][0] < limit):
            state = self._waiting.popleft()[1]
        if not state or state == self._last:
            return None
        self._last = state
        return state
