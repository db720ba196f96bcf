"""How far a stream has come, in moments that compare as text (`tap_wix.api.times`)."""

from __future__ import annotations

_TO_THE_MILLISECOND = len("2026-01-31T08:00:00.000")


def millisecond(moment: str) -> str:
    """Return the millisecond that a canonical moment is in, canonical itself.

    It is not known whether Wix compares the nine digits it can send or only three: within one
    millisecond no order is to be relied on.
    """
    return moment[:_TO_THE_MILLISECOND] + "000000Z"


class Bookmark:
    """The moment an incremental stream can go on from next time.

    It never moves backwards, although a look-back reads rows older than it again; and it never
    passes the start of the run, because a row that changes while the run goes on may have been
    read before its change.
    """

    def __init__(self, *, saved: str | None, run_started: str) -> None:
        """Start at what the state holds.

        Args:
            saved: canonical moment in the state, None if there is none.
            run_started: canonical moment at which this run began.
        """
        self._saved = self._value = saved
        self._ceiling = run_started

    @property
    def value(self) -> str | None:
        """Return where to go on from, None if nothing was read yet."""
        return self._value

    @property
    def resume_at(self) -> str | None:
        """Return where to go on from while rows of the same millisecond may be unread."""
        if self._value is None or self._value == self._saved:
            return self._value
        return max(self._saved or "", millisecond(self._value))

    def see(self, moment: str) -> None:
        """Take note that a row of this moment was written."""
        capped = min(moment, self._ceiling)
        if self._value is None or capped > self._value:
            self._value = capped
