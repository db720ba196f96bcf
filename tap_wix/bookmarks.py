"""How far a stream has come, in moments that compare as text (`tap_wix.api.times`)."""

from __future__ import annotations

from typing import Any

from tap_wix.api.times import is_moment

KEY, VALUE, MISSING = "replication_key", "replication_key_value", "missing_parts"
_OF_THE_SDK = ("partitions", "progress_markers", "starting_replication_value")
_TO_THE_MILLISECOND = len("2026-01-31T08:00:00.000")


def usable_bookmarks(state: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the bookmarks of a state by stream, and what is wrong with them.

    A bookmark that is no moment is a mistake: ignoring it would read everything, unasked. What is
    left over from other programs does no harm, but the SDK fails on it where it is malformed.
    """
    found = state.get("bookmarks") or {}
    if not isinstance(found, dict):
        return {}, ["The state holds no bookmarks by stream."]
    if not found and any(isinstance(part, dict) and "bookmarks" in part for part in state.values()):
        return {}, ['The bookmarks are too deep in the state: it must begin with {"bookmarks":.']
    bookmarks = {
        name: {key: part for key, part in value.items() if key not in _OF_THE_SDK}
        for name, value in found.items()
        if isinstance(value, dict)
    }
    return bookmarks, [
        f"The state of stream {name} holds no date and time."
        for name, value in bookmarks.items()
        if (moment := value.get(VALUE)) and not is_moment(moment)
    ]


def missing_parts(state: dict[str, Any]) -> dict[str, str | None]:
    """Return the optional parts that Wix refused to earlier runs of a stream.

    Returns:
        For each part the bookmark of the first run that had to do without it, None if that run
        read everything: what changed since then lacks the part. Malformed entries count as None.
    """
    found = state.get(MISSING)
    parts = found if isinstance(found, dict) else {}
    return {name: moment if is_moment(moment) else None for name, moment in parts.items()}


def leave_elsewhere(state: dict[str, Any], origin: dict[str, str]) -> str | None:
    """Note in the state of a stream where its rows come from; say so if they came from elsewhere.

    Then the bookmark goes at once: an interrupted run must not leave the old one behind.
    """
    moved = {name: new for name, new in origin.items() if state.get(name, new) != new}
    notice = None
    if moved:
        state.pop(MISSING, None)
    if moved and state.get(VALUE):
        del state[VALUE]
        state.pop(KEY, None)
        old = ", ".join(f"{name} {state[name]}" for name in moved)
        new = ", ".join(f"{name} {value}" for name, value in moved.items())
        notice = f"the state is of {old}, the site is now {new}. The stream is read whole once."
    state.update(origin)
    return notice


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
        self.saved = self._value = saved
        self._ceiling = run_started

    @property
    def value(self) -> str | None:
        """Return where to go on from, None if nothing was read yet."""
        return self._value

    @property
    def resume_at(self) -> str | None:
        """Return where to go on from while rows of the same millisecond may be unread."""
        if self._value is None or self._value == self.saved:
            return self._value
        return max(self.saved or "", millisecond(self._value))

    def limit(self, moment: str) -> None:
        """Never pass this moment either."""
        self._ceiling = min(self._ceiling, moment)

    def see(self, moment: str) -> None:
        """Take note that a row of this moment was written."""
        capped = min(moment, self._ceiling)
        if self._value is None or capped > self._value:
            self._value = capped
