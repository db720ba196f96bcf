"""The base stream: hooks of the SDK on one side, `tap_wix.api` on the other.

The private names of singer-sdk that the streams rely on are here and in `tap_wix.fed`, each with its
reason, and each with a test in `tests/tap/test_sdk_hooks.py`.
"""

from __future__ import annotations

import abc
import contextlib
import sys
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream, metrics
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.singerlib.catalog import REPLICATION_INCREMENTAL

from tap_wix.api import times
from tap_wix.api.errors import AnswerError, StoresNotInstalledError, WixError
from tap_wix.bookmarks import KEY, VALUE, Bookmark, leave_elsewhere, millisecond
from tap_wix.progress import Progress

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk.helpers.types import Context, Record

    from tap_wix.api.site import WixSite
    from tap_wix.fed import FedStream
    from tap_wix.tap import TapWix

    Row = dict[str, Any]


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
        self._known_fields = frozenset(self.schema["properties"])
        self._named_unknown: set[str] = set()
        self._bookmark = Bookmark(saved=None, run_started="")
        self._since: str | None = None
        self._progress = Progress(self.logger, self.name)
        self._timer = super().get_sync_timer()

    # -- what a stream says of itself -----------------------------------------------------------

    @abc.abstractmethod
    def read(self, since: str | None) -> Iterable[Row]:
        """Return the rows that changed at or after a moment, all of them if it is None."""

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
            self._tap.failures.add(self.name, error)
            self._timer.tags[metrics.Tag.STATUS] = metrics.Status.FAILED
            self.logger.warning("Stream %s was not read to its end.", self.name)
        else:
            self._tap.failures.add_success(self.name)

    def _rows(self, fed: list[FedStream]) -> Iterator[Row]:
        taking: list[WixStream] = [*([self] if self.selected else []), *fed]
        origin = self.origin()
        for stream in taking:
            stream.begin(origin)
        starts = [stream.since for stream in taking]
        since = None if None in starts else min(start for start in starts if start is not None)
        with contextlib.ExitStack() as stack:
            for stream in fed:
                stack.enter_context(stream.counting())
            for count, raw in enumerate(self.read(since), start=1):
                row = self.normalised(raw, origin)
                for stream in fed:
                    stream.take(row, origin, resumable=self.resumable)
                if self.selected and self.covers(row):
                    self._progress.count(row.get(self.replication_key or ""))
                    yield row
                if count == self.ABORT_AT_RECORD_COUNT:  # the SDK would log an error at the next
                    return
        for stream in taking:
            stream.finish()

    def normalised(self, row: Row, origin: dict[str, str]) -> Row:
        """Return a row as it is emitted."""
        row.update(origin)
        moment = row.get("updatedDate")
        if isinstance(moment, str):
            try:
                row["updatedDate"] = times.canonical(moment)
            except ValueError as error:
                raise AnswerError(f"Wix sent a date that is none ({error}).") from None
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
                ", ".join(sorted(new)),
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
        started = self._tap.started
        if self.replication_method != REPLICATION_INCREMENTAL:
            self._bookmark, self._since = Bookmark(saved=None, run_started=started), None
            return
        state = self.stream_state
        if notice := leave_elsewhere(state, origin):
            self.logger.warning("Stream %s: %s", self.name, notice)
        saved = state.get(VALUE) if state.get(KEY) == self.replication_key else None
        saved = times.canonical(saved) if saved else None
        self._bookmark = Bookmark(saved=saved, run_started=started)
        if saved and saved > started:
            self.logger.warning(
                "Stream %s: the state says %s, which is yet to come by the clock of this machine;"
                " nothing older is read.",
                self.name,
                saved,
            )
        back = times.earlier(saved, minutes=self._tap.lookback_minutes) if saved else None
        starts = [start for start in (back, self._tap.start_date) if start]
        self._since = max(starts, default=None)

    def _save_bookmark(self, moment: str | None) -> None:
        if moment:
            self.stream_state[KEY] = self.replication_key
            self.stream_state[VALUE] = moment

    def finish(self) -> None:
        """The stream was read to its end: what was seen holds, sorted or not."""
        if self.replication_method == REPLICATION_INCREMENTAL:
            self._save_bookmark(self._bookmark.value)
        self._progress.finish()

    def note_written(self, row: Row, *, resumable: bool) -> None:
        """Move the bookmark past a row that was written."""
        moment = row.get(self.replication_key or "")
        if moment and self.replication_method == REPLICATION_INCREMENTAL:
            self._bookmark.see(moment)
            if resumable:
                self._save_bookmark(self._bookmark.resume_at)

    # -- the SDK's own names ---------------------------------------------------------------------

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
