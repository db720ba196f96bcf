"""How far a stream has come, in moments that compare as text (`tap_wix.api.times`)."""

from __future__ import annotations

from typing import Any

from tap_wix.api.times import is_moment

KEY, VALUE, MISSING = "replication_key", "replication_key_value", "missing_parts"
_OF_THE_SDK = ("progress_markers", "starting_replication_value")
_TO_THE_MILLISECOND = len("2026-01-31T08:00:00.000")

State = dict[str, Any]


def usable_bookmarks(state: State) -> tuple[State, list[str]]:
    """Return the bookmarks of a state by stream, and what is wrong with them.

    A bookmark that is not a moment is a mistake: ignoring it would read everything, unasked. What
    is left over from other programs does no harm, but the SDK fails on it where it is malformed.
    """
    found = state.get("bookmarks") or {}
    if not isinstance(found, dict):
        return {}, ["The state holds no bookmarks by stream."]
    if not found and any(isinstance(part, dict) and "bookmarks" in part for part in state.values()):
        return {}, ['The bookmarks are too deep in the state: it must begin with {"bookmarks":.']
    bookmarks = {
        name: {"partitions": _partitions(value)}
        for name, value in found.items()
        if isinstance(value, dict)
    }
    return bookmarks, [
        f"The state of stream {name} holds no date and time."
        for name, value in bookmarks.items()
        for part in value["partitions"]
        if (moment := part.get(VALUE)) and not is_moment(moment)
    ]


def _partitions(value: State) -> list[State]:
    """Return the state of a stream in parts, one a site.

    A state of the time before there were several sites is one part; it names its site, or none.
    """
    parts = value.get("partitions")
    found = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    whole = {name: one for name, one in value.items() if name != "partitions"}
    if whole.get(VALUE) or whole.get("siteId"):
        context = {"siteId": whole["siteId"]} if isinstance(whole.get("siteId"), str) else {}
        found.append({"context": context, **whole})
    return [
        {name: one for name, one in part.items() if name not in (*_OF_THE_SDK, "siteId")}
        for part in found
    ]


def partition_of(state: State, stream: str, site_id: str) -> State:
    """Return the part of a state that is about one stream of one site, made if there is none.

    The part of no site is from a state that names none; the first site that asks takes it over.
    """
    bookmarks = state.setdefault("bookmarks", {})
    parts: list[State] = bookmarks.setdefault(stream, {}).setdefault("partitions", [])
    for wanted in ({"siteId": site_id}, {}):
        for part in parts:
            context = part.get("context")
            if (context if isinstance(context, dict) else {}) == wanted:
                part["context"] = {"siteId": site_id}
                return part
    parts.append({"context": {"siteId": site_id}})
    return parts[-1]


def missing_parts(state: dict[str, Any]) -> dict[str, str | None]:
    """Return the optional parts that Wix refused to earlier runs of a stream.

    Returns:
        For each part the bookmark of the first run that had to do without it, None if that run
        read everything: what changed since then lacks the part. Malformed entries count as None.
    """
    found = state.get(MISSING)
    parts = found if isinstance(found, dict) else {}
    return {name: moment if is_moment(moment) else None for name, moment in parts.items()}


def reset_if_source_changed(state: State, source: dict[str, str]) -> str | None:
    """Note in the state of a stream where its rows come from; say so if they came from elsewhere.

    Then the bookmark goes at once: an interrupted run must not leave the old one behind.

    Args:
        state: of one stream of one site.
        source: what the rows come from besides the site, such as the version of its catalog.
    """
    moved = {name: new for name, new in source.items() if state.get(name, new) != new}
    notice = None
    if moved:
        state.pop(MISSING, None)
    if moved and state.get(VALUE):
        del state[VALUE]
        state.pop(KEY, None)
        old = ", ".join(f"{name} {state[name]}" for name in moved)
        new = ", ".join(f"{name} {value}" for name, value in moved.items())
        notice = f"the state is of {old}, the site is now {new}. The stream is read whole once."
    state.update(source)
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
