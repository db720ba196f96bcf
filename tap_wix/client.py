"""The base stream: hooks of the SDK on one side, `tap_wix.api` on the other.

The private names of singer-sdk that the streams rely on are here and in `tap_wix.fed`, each with its
reason, and each with a test in `tests/tap/test_sdk_hooks.py`.
"""

from __future__ import annotations

import abc
import contextlib
import itertools
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream, metrics
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL
from typing_extensions import override

from tap_wix.api import times
from tap_wix.api.errors import AnswerError, StoresNotInstalledError, WixError
from tap_wix.api.foreign_text import shown
from tap_wix.bookmarks import (
    KEY,
    MISSING,
    VALUE,
    Bookmark,
    leave_elsewhere,
    millisecond,
    missing_parts,
)
from tap_wix.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from singer_sdk.helpers.types import Context, Record

    from tap_wix.api.site import WixSite
    from tap_wix.fed import FedStream
    from tap_wix.tap import TapWix

    Row = dict[str, Any]


ODD_SHAPES = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What Python raises where a value has another type than all that Wix documents."""

MOST_NAMES = 50
_FUTURE_MINUTES = 60


def where(error: BaseException) -> str:
    """Return what went wrong and where in this program, without any value."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _understood(rows: Iterable[Row], stream: str) -> Iterator[Row]:
    """Yield rows; where an answer has a shape that nobody foresaw, say so in one line."""
    reading = iter(rows)
    while True:
        try:
            row = next(reading)
        except StopIteration:
            return
        except ODD_SHAPES as error:
            raise AnswerError(
                f"Wix answered for {stream} with something that is not understood ({where(error)})."
            ) from error
        yield row


def _earliest(streams: list[WixStream]) -> str | None:
    starts = [stream.since for stream in streams]
    return None if None in starts else min(start for start in starts if start is not None)


class WixStream(Stream, abc.ABC):
    """Rows of one kind, as the readers of `tap_wix.api` give them."""

    # Wix sends JSON: there is nothing to convert, and looking at every nested value costs ten
    # times as much as all the rest. NONE would let fields out that the catalog does not have.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.ROOT_ONLY
    # The SDK's 10,000 is a hundred requests of work.
    STATE_MSG_FREQUENCY = 1_000

    _tap: TapWix

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known_fields = self.schema["properties"].keys() - {"additionalFields"}
        self._dates = [
            name
            for name, field in self.schema["properties"].items()
            if field.get("format") == "date-time"
        ]
        self._named_unknown: set[str] = set()
        self._bookmark = Bookmark(saved=None, run_started="")
        self._since: str | None = None
        self._held = False
        self._parts_back: list[str] = []
        self._left_out = 0
        self._first_left_out = ""
        self._progress = Progress(self.logger, self.name)
        self._timer = super().get_sync_timer()

    # -- what a stream says of itself -----------------------------------------------------------

    @abc.abstractmethod
    def read(self, since: str | None) -> Iterable[Row]:
        """Return the rows that changed at or after a moment, all of them if it is None."""

    def shaped(self, row: Row) -> Row:
        """Return a row as `read` gives it in the shape of the schema."""
        return row

    def optional_parts(self) -> Mapping[str, bool]:
        """Return which optional parts Wix gives; known once the first row is there."""
        return {}

    @property
    def resumable(self) -> bool:
        """Tell whether everything older than the row just read has been read."""
        return False

    def origin(self) -> dict[str, str]:
        """Return where the rows come from: written into each row and remembered in the state."""
        return {"siteId": self.site.site_id}

    def fed(self) -> list[FedStream]:
        """Return the streams whose rows are parts of the rows of this one."""
        return []

    @property
    def site(self) -> WixSite:
        """Return the site, shared by all streams of the run."""
        return self._tap.site

    # -- reading ---------------------------------------------------------------------------------

    @override
    def get_records(self, context: Context | None) -> Iterator[Row]:
        """Read the stream; what goes wrong is noted, and the run goes on with the next stream."""
        fed = [stream for stream in self.fed() if stream.selected]
        for stream in fed:
            stream.announce()
        if self._tap.failures.stopped:
            return
        try:
            yield from self._rows(fed)
        except StoresNotInstalledError:
            self._tap.say_stores_are_missing()
        except WixError as error:
            if self.ABORT_AT_RECORD_COUNT is not None:  # --test: the first failure is the answer
                raise
            self._fail(error)
        else:
            if not self._left_out:
                self._tap.failures.add_success(self.name)

    def _fail(self, error: WixError) -> None:
        self._tap.failures.add(self.name, error)
        self._timer.tags[metrics.Tag.STATUS] = metrics.Status.FAILED
        self.logger.warning("Stream %s was not read to its end.", self.name)

    def _rows(self, fed: list[FedStream]) -> Iterator[Row]:
        taking: list[WixStream] = [*([self] if self.selected else []), *fed]
        origin = self.origin()
        for stream in taking:
            stream.begin(origin)
        with contextlib.ExitStack() as stack:
            for stream in fed:
                stack.enter_context(stream.counting())
            for count, raw in enumerate(self._read(taking), start=1):
                row = self.row_of(self.shaped, raw, origin)
                if row is not None:
                    for stream in fed:
                        stream.take(row, origin, resumable=self.resumable)
                    if self.selected and self.covers(row):
                        self._progress.count(row.get(self.replication_key or ""))
                        yield row
                if count == self.ABORT_AT_RECORD_COUNT:  # the SDK would log an error at the next
                    for stream in taking:
                        stream.check_complete()
                    return
        for stream in taking:
            stream.finish()

    def _read(self, taking: list[WixStream]) -> Iterator[Row]:
        """Read from where the stream that wants most begins.

        Only the first answer tells the time by Wix's clock, and which optional parts it refuses: a
        part that is back moves the beginning to where it first was missing.
        """
        since = _earliest(taking)
        while True:
            rows = _understood(self.read(since), self.name)
            first = list(itertools.islice(rows, 1))
            for stream in taking:
                stream.check_start()
                stream.compare_parts(self.optional_parts())
            earlier = _earliest(taking)
            if earlier == since:
                break
            since = earlier
        yield from first
        yield from rows

    def row_of(self, shape: Callable[[Row], Row], raw: Row, origin: dict[str, str]) -> Row | None:
        """Return a row as it is emitted, None if it is left out, which fails the stream."""
        try:
            row = shape(raw)
        except ODD_SHAPES as error:
            self.leave_out(raw, f"it is not understood ({where(error)})")
            return None
        row = self.normalised(row, origin)
        if mistake := self._mistake_in(row):
            self.leave_out(row, mistake)
            return None
        return row

    def leave_out(self, row: Row, why: str) -> None:
        """Leave out a row that no loader could take; the first one is named at the end."""
        self._left_out += 1
        if self._left_out == 1:
            names = [name for name in self.primary_keys if name != "siteId"]
            key = ", ".join(f"{name} {shown(row.get(name), limit=60)}" for name in names)
            self._first_left_out = f"{key}: {why}"

    def _mistake_in(self, row: Row) -> str | None:
        """Return what is wrong with the key or a date of a row, and make texts of dates alike."""
        for name in self.primary_keys:
            if not isinstance(row.get(name), str) or not row[name]:
                return f"{name} is {shown(row.get(name), limit=60)}, where an id was expected"
        for name in self._dates:
            value = row.get(name)
            if not value:  # older APIs send "" for what is not set (wix-api platform 3)
                row.update({name: None} if value == "" else {})
                continue
            try:
                moment = times.canonical(value)
            except ODD_SHAPES:
                said = shown(value, limit=60)
                return f"{name} is {said}, where a date and time was expected"
            if name == self.replication_key:
                row[name] = moment
        return None

    def normalised(self, row: Row, origin: dict[str, str]) -> Row:
        """Return a row with where it comes from, and fields that nobody knows put aside."""
        row.update(origin)
        unknown = row.keys() - self._known_fields
        if unknown:
            row["additionalFields"] = {name: row.pop(name) for name in sorted(unknown)}
            self._name_once(unknown)
        return row

    def _name_once(self, unknown: set[str]) -> None:
        new = unknown - self._named_unknown
        if new:
            self._named_unknown |= new
            self.logger.warning(
                "Stream %s: Wix sends fields that this version does not know: %s. They are in the"
                " column additionalFields.",
                self.name,
                ", ".join(shown(name, limit=60) for name in sorted(new)[:MOST_NAMES]),
            )

    @override
    def get_sync_timer(self) -> metrics.Timer:
        self._timer = super().get_sync_timer()
        return self._timer

    # -- bookmarks -------------------------------------------------------------------------------

    @property
    def since(self) -> str | None:
        """Return the moment from which on this stream wants rows, None for all of them."""
        return self._since

    def covers(self, row: Row) -> bool:
        """Tell whether a row is new enough: a stream it shares its reading with may want older."""
        moment = row.get("updatedDate")
        if self._since is None or not moment:
            return True
        return bool(millisecond(moment) >= millisecond(self._since))

    def begin(self, origin: dict[str, str]) -> None:
        """Find out where to start, and remember where the rows come from."""
        self._progress = Progress(self.logger, self.name)
        self._left_out, self._first_left_out = 0, ""
        self._held, self._parts_back = False, []
        self._bookmark, self._since = Bookmark(saved=None, run_started=self._tap.started), None
        if not self._incremental:
            return
        state = self.stream_state
        if notice := leave_elsewhere(state, origin):
            self.logger.warning("Stream %s: %s", self.name, notice)
        saved = state.get(VALUE) if state.get(KEY) == self.replication_key else None
        saved = times.canonical(saved) if saved else None
        self._bookmark = Bookmark(saved=saved, run_started=self._tap.started)
        self._since = self._start_from(saved)

    @property
    def _incremental(self) -> bool:
        return bool(self.replication_method == REPLICATION_INCREMENTAL)

    def _start_from(self, bookmark: str | None) -> str | None:
        back = times.earlier(bookmark, minutes=self._tap.lookback_minutes) if bookmark else None
        starts = [start for start in (back, self._tap.start_date) if start]
        return max(starts, default=None)

    def check_start(self) -> None:
        """Have the bookmark respect Wix's clock, as soon as it is known.

        Raises:
            WixError: the start lies in the future: nothing would be read, run after run.
        """
        if not self._incremental:
            return
        now, saved = self._tap.now_by_wix, self._bookmark.saved
        self._bookmark.limit(self._tap.started_by_wix)
        latest = times.earlier(now, minutes=-_FUTURE_MINUTES)
        for name, start in (
            ("the state", saved),
            ("start_date", self._tap.start_date),
        ):
            if start and start > latest:
                raise WixError(
                    f"{name} lies in the future: it says {start}, and for Wix it is {now}. Nothing"
                    " would be read. Correct it, or read everything anew with --full-refresh."
                )
        if saved and saved > now:
            self._since = self._start_from(now)

    def compare_parts(self, parts: Mapping[str, bool]) -> None:
        """Compare the optional parts that Wix gives with those that it gave before.

        A part that is missing for the first time holds the bookmark for this run: it may have been
        a passing trouble, and no later run would read the rows again. A part that is back has all
        rows read again that lack it.

        Args:
            parts: by name whether Wix gives them; those that were not asked for are absent.
        """
        if not self._incremental:
            return
        known = missing_parts(self.stream_state)
        new = sorted(name for name, given in parts.items() if not given and name not in known)
        self._parts_back = [name for name in known if parts.get(name)]
        if new:
            self._held = True
            self.stream_state[MISSING] = {**known, **dict.fromkeys(new, self._bookmark.saved)}
            self.logger.warning(
                "Stream %s: Wix refuses for the first time: %s. The bookmark stays where it was, so"
                " that the next run reads the same rows again.",
                self.name,
                ", ".join(new),
            )
        for name in self._parts_back:
            start = self._start_from(known[name])
            if self._since is not None and (start is None or start < self._since):
                self._since = start
                self.logger.warning(
                    "Stream %s: Wix gives %s again. What was read without it is read once more.",
                    self.name,
                    name,
                )

    def _save_bookmark(self, moment: str | None) -> None:
        if moment and not self._held and not self._left_out:
            self.stream_state[KEY] = self.replication_key
            self.stream_state[VALUE] = moment

    def finish(self) -> None:
        """The stream was read to its end: what was seen holds, sorted or not."""
        self._progress.finish()
        try:
            self.check_complete()
        except AnswerError as error:
            self._fail(error)
            return
        if self._incremental:
            self._save_bookmark(self._bookmark.value)
            self._forget_parts_that_are_back()

    def check_complete(self) -> None:
        """Fail if a row was left out.

        Raises:
            AnswerError: with the first of these rows.
        """
        if self._left_out:
            rows = "1 row was" if self._left_out == 1 else f"{self._left_out} rows were"
            raise AnswerError(
                f"{rows} left out, because Wix sent what cannot be read. The first:"
                f" {self._first_left_out}."
            )

    def _forget_parts_that_are_back(self) -> None:
        known = missing_parts(self.stream_state)
        left = {name: start for name, start in known.items() if name not in self._parts_back}
        if left:
            self.stream_state[MISSING] = left
        else:
            self.stream_state.pop(MISSING, None)

    def note_written(self, row: Row, *, resumable: bool) -> None:
        """Move the bookmark past a row that was written."""
        moment = row.get(self.replication_key or "")
        if moment and self._incremental:
            self._bookmark.see(moment)
            if resumable:
                self._save_bookmark(self._bookmark.resume_at)

    # -- the SDK's own names ---------------------------------------------------------------------

    @override
    def _write_record_message(self, record: Record) -> None:
        """Leave out what is nested so deeply that it cannot be written."""
        try:
            super()._write_record_message(record)
        except RecursionError:
            self.leave_out(record, "it is nested too deeply")

    @override
    def _increment_stream_state(
        self, latest_record: Record, *, context: Context | None = None
    ) -> None:
        """Use our bookmark: the SDK's follows a look-back backwards, and compares spellings."""
        self.note_written(latest_record, resumable=self.resumable)

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        """Have none: the SDK honours it for unsorted streams only, our bookmark always."""

    @override
    def compare_start_date(self, value: str, start_date_value: str) -> str:
        """Return the later moment; the SDK's way cannot read nine fractional digits everywhere."""
        return max(times.canonical(value), times.canonical(start_date_value))

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        """Never: they go out before it is known whether the stream can be read at all."""
        return False

    @override
    def generate_child_contexts(
        self, record: Record, context: Context | None
    ) -> Iterable[Context | None]:
        """Have none: children are fed in `get_records`.

        The SDK would write one SCHEMA and two log lines for each parent row, and put the row into
        a log line.
        """
        return ()
