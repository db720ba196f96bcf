"""One stream of one site in one run: where it begins, what its rows are, how far it came."""

from __future__ import annotations

import traceback
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_wix.api import times
from tap_wix.api.errors import AnswerError, WixError
from tap_wix.api.foreign_text import shown
from tap_wix.bookmarks import (
    KEY,
    MISSING,
    VALUE,
    Bookmark,
    millisecond,
    missing_parts,
    partition_of,
    reset_if_source_changed,
)
from tap_wix.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite
    from tap_wix.client import EmbeddedStream, WixStream
    from tap_wix.context import RunContext

ODD_SHAPES = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What Python raises where a value has another type than all that Wix documents."""

_MOST_NAMES = 50
_FUTURE_MINUTES = 60
_KEY_LENGTH = 60


def where(error: BaseException) -> str:
    """Return what went wrong and where in this program, without any value."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


class SiteStream:
    """Writes the rows of one stream of one site, and keeps its bookmark.

    Attributes:
        stream: the stream.
        site: the site.
        since: the moment from which on rows are wanted, None for all of them.
        prepared: what an embedded stream read once before its first row.
    """

    def __init__(self, run: RunContext, site: WixSite, stream: WixStream) -> None:
        self.stream = stream
        self.site = site
        self.since: str | None = None
        self.prepared: Any = None
        self._run = run
        self._source: dict[str, str] = {}
        self._state: dict[str, Any] = {}
        self._bookmark = Bookmark(saved=None, run_started="")
        self._held = False
        self._parts_back: list[str] = []
        self._whole = True
        self._left_out = 0
        self._first_left_out = ""
        self._progress = Progress(stream.logger, stream.name)
        self._began = ""

    # -- where to begin, in the reader's thread -----------------------------------------------------

    def find_source(self, *embedded: SiteStream) -> None:
        """Find out where the rows come from, such as from which catalog; so do embedded ones."""
        self._source = self.stream.source_columns(self.site)
        for stream in embedded:
            stream._source = self._source  # noqa: SLF001 - of its own class

    def begin(self) -> None:
        """Find out where to start, and remember where the rows come from."""
        stream, run = self.stream, self._run
        self._began = run.now()
        self._bookmark = Bookmark(saved=None, run_started=run.started)
        if not self._incremental:
            return
        with run.state_lock:
            self._state = partition_of(
                cast("dict[str, Any]", run.state), stream.name, self.site.site_id
            )
            source = {name: one for name, one in self._source.items() if name != "siteId"}
            notice = reset_if_source_changed(self._state, source)
        if notice:
            stream.logger.warning("Stream %s: %s", stream.name, notice)
        saved = self._state.get(VALUE) if self._state.get(KEY) == stream.replication_field else None
        saved = times.canonical(saved) if saved else None
        self._bookmark = Bookmark(saved=saved, run_started=run.started)
        self.since = self._start_from(saved)

    @cached_property
    def _incremental(self) -> bool:
        return bool(self.stream.replication_method == REPLICATION_INCREMENTAL)

    def _start_from(self, bookmark: str | None) -> str | None:
        back = times.earlier(bookmark, minutes=self._run.lookback_minutes) if bookmark else None
        starts = [start for start in (back, self._run.start_date) if start]
        return max(starts, default=None)

    def check_start(self) -> None:
        """Have the bookmark respect Wix's clock, as soon as an answer has told it.

        Raises:
            WixError: the start lies in the future: nothing would be read, run after run.
        """
        if not self._incremental:
            return
        now, saved = self.site.now(), self._bookmark.saved
        self._bookmark.limit(self.site.by_wix(self._run.began))
        latest = times.earlier(now, minutes=-_FUTURE_MINUTES)
        for name, start in (("the state", saved), ("start_date", self._run.start_date)):
            if start and start > latest:
                raise WixError(
                    f"{name} lies in the future: it says {start}, and for Wix it is {now}. Nothing"
                    " would be read. Correct it, or read everything anew with --full-refresh."
                )
        if saved and saved > now:
            self.since = self._start_from(now)

    def compare_parts(self, parts: Mapping[str, bool]) -> None:
        """Compare the optional parts that Wix gives with those that it gave before.

        A part that is missing for the first time holds the bookmark for this run: it may have been
        a passing trouble, and no later run would read the rows again. A part that is back has all
        rows read again that lack it.

        Args:
            parts: by name whether Wix gives them; those that were not asked for are absent.
        """
        self._whole = self._whole and all(parts.values())
        if not self._incremental:
            return
        logger, name = self.stream.logger, self.stream.name
        known = missing_parts(self._state)
        new = sorted(part for part, given in parts.items() if not given and part not in known)
        self._parts_back = [part for part in known if parts.get(part)]
        if new:
            self._held = True
            with self._run.state_lock:
                self._state[MISSING] = {**known, **dict.fromkeys(new, self._bookmark.saved)}
            logger.warning(
                "Stream %s: Wix refuses for the first time: %s. The bookmark stays where it was, so"
                " that the next run reads the same rows again.",
                name,
                ", ".join(new),
            )
        for part in self._parts_back:
            start = self._start_from(known[part])
            if self.since is not None and (start is None or start < self.since):
                self.since = start
                logger.warning(
                    "Stream %s: Wix gives %s again. What was read without it is read once more.",
                    name,
                    part,
                )

    # -- rows, in the main thread --------------------------------------------------------------------

    def row_of(self, entity: Row, *embedded: SiteStream) -> Row | None:
        """Return an entity as the row that is written, None if it is left out.

        What is left out fails the stream, and with it those that are embedded in its rows.
        """
        row = {**entity}
        for name, value in self._source.items():
            row.setdefault(name, value)
        if not row.keys() <= self.stream.known_fields:
            unknown = row.keys() - self.stream.known_fields
            row["additionalFields"] = {name: row.pop(name) for name in sorted(unknown)}
            self._run.warn_once(
                "Stream %s: Wix sends fields that this version does not know: %s. They are in the"
                " column additionalFields.",
                self.stream.name,
                ", ".join(shown(name, limit=_KEY_LENGTH) for name in sorted(unknown)[:_MOST_NAMES]),
            )
        if mistake := self._mistake_in(row):
            for stream in (self, *embedded):
                stream.leave_out(row, mistake)
            return None
        return row

    def _mistake_in(self, row: Row) -> str | None:
        """Return what is wrong with the key or a date of a row, and spell its dates alike."""
        stream = self.stream
        for name in stream.key_fields:
            if not isinstance(row.get(name), str) or not row[name]:
                said = shown(row.get(name), limit=_KEY_LENGTH)
                return f"{name} is {said}, where an id was expected"
        for name in stream.date_fields:
            value = row.get(name)
            if not value:  # older APIs send "" for what is not set (wix-api platform 3)
                row.update({name: None} if value == "" else {})
                continue
            try:
                moment = times.canonical(value)
            except ODD_SHAPES:
                said = shown(value, limit=_KEY_LENGTH)
                return f"{name} is {said}, where a date and time was expected"
            if name == stream.replication_field:
                row[name] = moment
        return None

    def leave_out(self, row: Row, why: str) -> None:
        """Leave out a row that no loader could take; the first one is named at the end.

        Args:
            row: of this stream, or of the one that it is embedded in.
            why: what is wrong with it.
        """
        self._left_out += 1
        if self._left_out == 1:
            names = [name for name in ("id", "key", "code") if name in row] or ["id"]
            key = ", ".join(f"{name} {shown(row.get(name), limit=_KEY_LENGTH)}" for name in names)
            self._first_left_out = f"{key}: {why}"

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return self._progress.rows

    def write(self, row: Row) -> int:
        """Write a row if it is new enough; return how many were written."""
        return self._write(row) if self._is_new_enough(row) else 0

    def write_embedded(self, parent: Row, requested: Row, *, again: bool = False) -> int:
        """Write the rows within a row of the parent; return how many there were.

        Args:
            parent: a row of the stream that this one is embedded in.
            requested: what was asked for by the id of that row; empty if nothing is.
            again: whether rows are wanted however old the parent's row is.
        """
        if not again and not self._is_new_enough(parent):
            return 0
        stream: EmbeddedStream = self.stream  # type: ignore[assignment]
        try:
            children = list(stream.child_records(parent, self.prepared, requested))
        except ODD_SHAPES as error:
            self.leave_out(parent, f"its {stream.name} are not understood ({where(error)})")
            return 0
        rows = [row for child in children if (row := self.row_of(child)) is not None]
        return sum(map(self._write, rows))

    def _write(self, row: Row) -> int:
        try:
            self.stream.write_record(row)
        except RecursionError:
            self.leave_out(row, "it is nested too deeply to be written")
            return 0
        self._progress.rows += 1
        return 1

    def _is_new_enough(self, row: Row) -> bool:
        """Tell whether a row is wanted: a stream it shares its reading with may want older ones."""
        moment = row.get(self.stream.moment)
        if self.since is None or not moment:
            return True
        return bool(millisecond(moment) >= millisecond(self.since))

    # -- how far it came -----------------------------------------------------------------------------

    def advance_bookmark(self, furthest: str, *, in_order: bool) -> None:
        """Move the bookmark past rows that were written, or whose parts were.

        Args:
            furthest: the latest moment of these rows, empty if they have none.
            in_order: whether everything older has been read.
        """
        self._progress.log_if_due(furthest)
        self.stream.counter.increment(0)
        if furthest and self._incremental:
            self._bookmark.see(furthest)
            if in_order:
                self._save_bookmark(self._bookmark.resume_at)

    def note_page(self, page: Rows) -> None:
        """Take note of what a page says of the reading, after its rows were written."""
        self._whole = self._whole and page.whole
        if page.until and self._incremental:
            self._bookmark.see(page.until)

    def _save_bookmark(self, moment: str | None) -> None:
        if moment and not self._held and not self._left_out:
            with self._run.state_lock:
                self._state[KEY] = self.stream.replication_field
                self._state[VALUE] = moment

    def finish(self) -> None:
        """Note that the stream was read to its end: what was seen holds, sorted or not."""
        self._progress.finish()
        if self._left_out:
            rows = "1 row was" if self._left_out == 1 else f"{self._left_out} rows were"
            self.fail(
                AnswerError(
                    f"{rows} left out, because Wix sent what cannot be read. The first:"
                    f" {self._first_left_out}."
                )
            )
            return
        if self._incremental:
            self._save_bookmark(self._bookmark.value)
            known = missing_parts(self._state)
            left = {part: start for part, start in known.items() if part not in self._parts_back}
            with self._run.state_lock:
                self._state.pop(MISSING, None)
                if left:
                    self._state[MISSING] = left
        if self.stream.resource is not None or self.stream.parent_stream_type is not None:
            self._run.failures.add_success(self.stream.name, self.site.site_id)
        if self.since is None and self._whole and self._can_have_rows():
            sweep = {
                "stream": self.stream.name,
                "startedAt": self._began,
                "finishedAt": self._run.now(),
                "rows": self.rows,
            }
            self._run.note_sweep(self.site, self.stream.name, sweep)

    def _can_have_rows(self) -> bool:
        resource = self.stream.resource
        if resource is None:
            return self.stream.parent_stream_type is not None
        return resource.of_site(self.site) is not None

    def fail(self, error: WixError) -> None:
        """Note that the stream was not read to its end."""
        self._run.failures.add(self.stream.name, self.site.site_id, error)
        self.stream.logger.warning("Stream %s was not read to its end.", self.stream.name)
