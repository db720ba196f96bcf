"""The one loop that reads all streams of all sites side by side, and writes what comes.

Readers run in threads, one a stream and site, and send pages through one inbox; at most two pages
of each wait there, so memory stays flat. A stream that comes after another one is read after it.
Everything that touches the SDK, the state and stdout runs in the main thread: it takes the next
page of whichever stream has one, writes its rows, moves the bookmarks, and writes STATE now and
then.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from tap_wix.api.ahead import PAGES_AT_ONCE, in_order
from tap_wix.api.errors import AnswerError, StoresNotInstalledError, WixError
from tap_wix.site_stream import ODD_SHAPES, SiteStream, where

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import ByParentIds, Rows
    from tap_wix.api.site import WixSite
    from tap_wix.client import WixStream
    from tap_wix.context import RunContext

_PAGES_WAITING = 2
_STATE_EVERY_ROWS = 1_000
_STATE_EVERY_SECONDS = 10.0


class EmbeddedFailure(NamedTuple):
    """What embedded streams need and Wix refuses; the stream they are embedded in goes on."""

    streams: Sequence[SiteStream]
    error: WixError


class Fetched(NamedTuple):
    """A page with what was read for the streams that are parts of it.

    Attributes:
        rows: the page.
        requested: by resource, the rows that were asked for by the ids of the page's rows.
    """

    rows: Rows
    requested: Mapping[ByParentIds, Mapping[str, Row]]


class Reader:
    """Reads one stream of one site in a thread of its own, and what its embedded streams need."""

    def __init__(
        self,
        inbox: Inbox,
        site: WixSite,
        main: SiteStream,
        embedded: Sequence[SiteStream],
    ) -> None:
        """Read nothing yet.

        Args:
            inbox: where to send what comes, and at the end None or what went wrong.
            site: to read from.
            main: the stream that is read, be it selected or not.
            embedded: selected streams whose rows are parts of its rows.
        """
        self._inbox = inbox
        self.site = site
        self.main = main
        self.embedded = [*embedded]
        self.started = self.finished = False
        self._slots = threading.Semaphore(_PAGES_WAITING)

    @property
    def written(self) -> list[SiteStream]:
        """Return the streams that rows are written of."""
        return [*([self.main] if self.main.stream.selected else []), *self.embedded]

    def start(self) -> None:
        """Begin to read."""
        self.started = True
        name = f"{self.main.stream.name} of {self.site.site_id}"
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def taken(self) -> None:
        """Let one more page come."""
        self._slots.release()

    def _run(self) -> None:
        end: Exception | None = None
        try:
            for fetched in self._fetch():
                self._slots.acquire()
                self._inbox.put((self, fetched))
        except ODD_SHAPES as error:
            end = AnswerError(
                f"Wix answered for {self.main.stream.name} with something that is not understood"
                f" ({where(error)})."
            )
            end.__cause__ = error
        except Exception as error:  # noqa: BLE001 - the main thread decides what becomes of it
            end = error
        self._inbox.put((self, end))

    def _fetch(self) -> Iterator[Fetched]:
        self.main.find_source(*self.embedded)
        for stream in self.written:
            stream.begin()
        # The main thread takes streams that fail out of its own list, whenever it hears of them.
        wanted = [*self.embedded]
        for stream in self.embedded[:]:
            try:
                stream.prepared = stream.stream.prepare(self.site)
            except WixError as error:
                self._give_up([stream], error, wanted)
        users: dict[ByParentIds, list[SiteStream]] = {}
        for stream in wanted:
            if stream.stream.requested is not None:
                users.setdefault(stream.stream.requested, []).append(stream)
        for fetched, refused in self._with_requested(self._pages(wanted), users):
            for resource in refused.keys() & users.keys():
                self._give_up(users.pop(resource), refused[resource], wanted)
            if not wanted and not self.main.stream.selected:
                return
            yield fetched

    def _with_requested(
        self, pages: Iterator[Rows], resources: Collection[ByParentIds]
    ) -> Iterator[tuple[Fetched, Mapping[ByParentIds, WixError]]]:
        """Yield pages with what is asked for by their ids, while the next ones come.

        Args:
            pages: of the stream.
            resources: what to ask for; those that are refused are taken out meanwhile.
        """

        def ask(rows: Rows) -> tuple[Fetched, Mapping[ByParentIds, WixError]]:
            ids = [row["id"] for row in rows.rows if isinstance(row.get("id"), str)]
            found: dict[ByParentIds, Mapping[str, Row]] = {}
            refused: dict[ByParentIds, WixError] = {}
            for resource in [*resources] if ids else ():
                try:
                    found[resource] = resource.fetch(self.site, ids)
                except WixError as error:
                    refused[resource] = error
            return Fetched(rows, found), refused

        if not resources:
            return ((Fetched(rows, {}), {}) for rows in pages)
        return in_order(ask, pages, PAGES_AT_ONCE)

    def _give_up(
        self, streams: Sequence[SiteStream], error: WixError, wanted: list[SiteStream]
    ) -> None:
        """Go on without embedded streams that cannot be read."""
        for stream in streams:
            wanted.remove(stream)
        self._inbox.put((self, EmbeddedFailure(streams, error)))

    def _pages(self, embedded: Sequence[SiteStream]) -> Iterator[Rows]:
        """Read from where the stream that wants most begins.

        Only the first answer tells the time by Wix's clock, and which optional parts it refuses: a
        part that is back moves the beginning to where it first was missing.
        """
        since, resource = self._since(), self.main.stream.resource
        if resource is None:
            return
        while True:
            pages = iter(resource.pages(self.site, since))
            first = next(pages, None)
            for stream in self.written:
                stream.check_start()
                if first is not None:
                    stream.compare_parts(first.parts)
            earlier = self._since()
            if first is None or earlier == since:
                break
            since = earlier
        if first is not None:
            yield first
            yield from pages
        if since is not None and embedded:
            yield from self.main.stream.more_pages(self.site)

    def _since(self) -> str | None:
        starts = [stream.since for stream in self.written]
        return None if None in starts else min(start for start in starts if start is not None)


Message = Fetched | EmbeddedFailure | Exception | None
Inbox = queue.SimpleQueue[tuple[Reader, Message]]


class Sync:
    """One run over all selected streams of all sites."""

    def __init__(
        self, run: RunContext, streams: Sequence[WixStream], *, rows_at_most: int | None = None
    ) -> None:
        """Read nothing yet.

        Args:
            run: with its settings, its state and its sites.
            streams: all streams of the catalog.
            rows_at_most: rows of each stream, to see whether it can be read; None for all.
        """
        self._run = run
        self._streams = streams
        self._rows_at_most = rows_at_most
        self._inbox: Inbox = queue.SimpleQueue()
        self._rows_since_state = 0
        self._state_written = time.monotonic()

    def run(self) -> None:
        """Read everything; what cannot be read is noted in the tap's failures."""
        selected = [stream for stream in self._streams if stream.selected]
        versions = bool(self._run.config.get("activate_versions"))
        for stream in selected:
            stream.write_schema()
            if versions:
                stream.begin_version(self._run.initialized_at)
        sites = self._run.sites()
        waiting = deque(sites)
        active: list[Reader] = []
        with ExitStack() as stack:
            for stream in selected:
                stack.enter_context(stream.counter)
            while waiting or active:
                while waiting and len({r.site.site_id for r in active}) < self._run.parallel_sites:
                    site = waiting.popleft()
                    active += self._readers(site, first=site is sites[0])
                if not active:
                    continue
                _start(active)
                reader, message = self._inbox.get()
                self._take(reader, message)
                if reader.finished and reader in active:
                    active.remove(reader)
        if versions:
            self._run.activate_versions(sites)
        self._run.write_state()

    def _readers(self, site: WixSite, *, first: bool) -> list[Reader]:
        """Return the readers of a site; with the first one, those of the account."""
        readers = []
        for stream in self._streams:
            if stream.parent_stream_type is not None or (stream.of_account and not first):
                continue
            embedded = [
                child
                for child in self._streams
                if child.selected and child.parent_stream_type is type(stream)
            ]
            if stream.selected or embedded:
                main = SiteStream(self._run, site, stream)
                parts = [SiteStream(self._run, site, child) for child in embedded]
                readers.append(Reader(self._inbox, site, main, parts))
        return readers

    def _take(self, reader: Reader, message: Message) -> None:
        """Write what a reader sent."""
        if reader.finished:
            return
        if isinstance(message, Fetched):
            self._write(reader, message)
            reader.taken()
        elif isinstance(message, EmbeddedFailure):
            for stream in message.streams:
                stream.fail(message.error)
                reader.embedded.remove(stream)
        else:
            self._end(reader, message)

    def _write(self, reader: Reader, fetched: Fetched) -> None:
        """Write the rows of a page, and of what is embedded in them."""
        again = fetched.rows.embedded_only
        main, written = reader.main, reader.written
        selected, furthest = main.stream.selected, ""
        for entity in fetched.rows.rows:
            row = main.row_of(entity, *reader.embedded)
            if row is None:
                continue
            if self._rows_at_most is not None and self._has_enough(reader):
                reader.finished = True
                return
            for embedded in reader.embedded:
                resource = embedded.stream.requested
                answer = fetched.requested.get(resource, {}) if resource else {}
                self._rows_since_state += embedded.write_embedded(
                    row, answer.get(row["id"], {}), again=again
                )
            if again:
                continue
            if selected:
                self._rows_since_state += main.write(row)
            furthest = max(furthest, row.get(main.stream.moment) or "")
            if self._rows_since_state >= _STATE_EVERY_ROWS:
                self._advance(written, furthest, in_order=fetched.rows.in_order)
        self._advance(written, furthest, in_order=fetched.rows.in_order)
        for stream in written:
            stream.note_page(fetched.rows)
        self._run.flush()

    def _advance(self, streams: Sequence[SiteStream], furthest: str, *, in_order: bool) -> None:
        """Move bookmarks and write STATE: once a page, unless it has thousands of rows."""
        for stream in streams:
            stream.advance_bookmark(furthest, in_order=in_order)
        self._write_state_if_due()

    def _has_enough(self, reader: Reader) -> bool:
        return self._rows_at_most is not None and all(
            stream.rows >= self._rows_at_most for stream in reader.written
        )

    def _write_state_if_due(self) -> None:
        overdue = time.monotonic() - self._state_written >= _STATE_EVERY_SECONDS
        if not (self._rows_since_state >= _STATE_EVERY_ROWS or overdue):
            return
        if not self._run.may_write_state():
            return
        self._run.write_state()
        self._rows_since_state, self._state_written = 0, time.monotonic()

    def _end(self, reader: Reader, error: Exception | None) -> None:
        """Note how the reading of a stream ended."""
        reader.finished = True
        if error is None:
            for stream in reader.written:
                stream.finish()
        elif isinstance(error, StoresNotInstalledError):
            self._run.warn_stores_not_installed(reader.site)
        elif isinstance(error, WixError):
            for stream in reader.written:
                stream.fail(error)
        else:
            raise error


def _start(readers: Sequence[Reader]) -> None:
    """Start the readers that come after none of the others.

    One that waited with pages in its hands would go on with a cursor of which nobody knows how long
    it lives (wix-api platform 4.5), and with rows that are old by then.
    """
    open_streams = {(one.site.site_id, one.main.stream.name) for one in readers}
    for one in readers:
        after = one.main.stream.written_after
        if not one.started and open_streams.isdisjoint((one.site.site_id, name) for name in after):
            one.start()
