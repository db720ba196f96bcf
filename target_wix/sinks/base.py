"""What all sinks that write have in common: batches in, exactly one outcome a record out."""

from __future__ import annotations

import abc
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from singer_sdk import metrics
from singer_sdk.sinks import BatchSink, Sink

from tap_wix.api.errors import UnavailableError, WixError
from tap_wix.api.foreign_text import shown
from target_wix.notices import Notices, UnknownColumns
from target_wix.results import Outcome, Rejection, loggable_key
from target_wix.stops import (
    RunStoppedError,
    StoppedAtRecordError,
    TooManyDeletesError,
    fault,
)

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from singer_sdk import Target

    from tap_wix.api.site import WixSite
    from target_wix.settings import TargetSettings
    from target_wix.target import TargetWix

T = TypeVar("T")

INDEX_LAG_SECONDS = 10.0
"""How long Wix's indexes may lag behind a write (wix-api platform 3)."""

_MOST_VALUES = 500
_LONGEST_VALUE = 200

BATCH_RECORDS = 500
"""Enough to fill five bulk requests of Wix and its largest look-ups, and little memory."""


@dataclass(slots=True, eq=False)
class Incoming:
    """One record on its way into the shop; equal only to itself.

    Attributes:
        record: the record after stream maps, without `_sdc_*` columns but `_sdc_deleted_at`.
        position: its line in the input, counted from 1.
        key: what to call it in logs, never an e-mail.
        stream: the stream it came from, before stream maps.
        wire: the record as it came, for the file of refused records.
        unreadable: why the record is refused before anybody looks at it.
    """

    record: dict[str, Any]
    position: int
    key: str
    stream: str = ""
    wire: bytes = field(default=b"", repr=False)
    unreadable: Rejection | None = None


class OutcomeError(RuntimeError):
    """A sink forgot a record, or gave it two outcomes: a fault of the program."""


class QuietTimer(metrics.Timer):
    """A timer that tells nobody: the SDK logs one line a batch, and the summary has the time."""

    @override
    def __exit__(self, *args: object) -> None:
        """Log nothing."""


class TargetSink(Sink):
    """What a sink of this target does the same whether it writes or not."""

    @override
    def __init__(
        self,
        target: Target,
        stream_name: str,
        schema: dict[str, Any],
        key_properties: Sequence[str] | None,
    ) -> None:
        self._target = cast("TargetWix", target)
        super().__init__(target, stream_name, schema, key_properties)

    @abc.abstractmethod
    def take(
        self,
        record: dict[str, Any],
        position: int,
        stream: str,
        wire: bytes,
        unreadable: Rejection | None = None,
    ) -> None:
        """Take in one record, see `Incoming` for what is known of it."""

    @property
    @abc.abstractmethod
    def oldest_open(self) -> int | None:
        """Line of the first record without an outcome."""

    @property
    @override
    def include_sdc_metadata_properties(self) -> bool:
        """Add no columns: they are nothing that Wix knows."""
        return False

    @override
    def get_validator(self) -> None:
        """Check nothing against the incoming schema.

        Warehouses send nulls, text for numbers and JSON as text; the mapping can read them.
        """

    @override
    def get_batch_processing_timer(self) -> metrics.Timer:
        tags = {metrics.Tag.STREAM: self.stream_name}
        return QuietTimer(metrics.Metric.BATCH_PROCESSING_TIME, tags)


class WixSink(TargetSink, BatchSink):
    """A stream that is written. Subclasses implement `write`.

    Attributes:
        settings: all options of the target.
        dry_run: read and compare only; outcomes are what would happen.
        notices: where to count what a record loses that is written all the same.
        is_personal: whether values of a record are nobody's business in a log.
    """

    is_personal = False

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings: TargetSettings = self._target.settings
        self.dry_run = self.settings.dry_run
        self._pending: list[Incoming] = []
        self._open: set[Incoming] = set()
        self._failed = False
        tally = self._target.results.tally(self.stream_name)
        self.notices = Notices(self.logger, tally.left_out)
        self._columns = self._target.unknown_columns.setdefault(
            self.stream_name, UnknownColumns(self.stream_name, self.logger)
        )

    @abc.abstractmethod
    def write(self, records: list[Incoming]) -> None:
        """Bring up to 500 records into the shop, in their order.

        Each must be passed to `settle` or `reject` exactly once. One entity may occur several
        times. A `WixError` that leaves this method stops the run.
        """

    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return what to call a record in logs: its id, else its line, never an e-mail."""
        return loggable_key(record.get("id"), position)

    @property
    def site(self) -> WixSite:
        """The site, shared by all sinks of the run."""
        return self._target.site

    def shared(self, make: Callable[[], T]) -> T:
        """Return what the sinks of this stream have in common over a run, made when first needed.

        A SCHEMA that changes brings another sink, and what is known of the shop must outlast it.
        """
        if self.stream_name not in self._target.shared:
            self._target.shared[self.stream_name] = make()
        kept: T = self._target.shared[self.stream_name]
        return kept

    def settle(self, incoming: Incoming, outcome: Outcome, fields: Sequence[str] = ()) -> None:
        """Note what became of a record; `fields` are the names of what differed."""
        self._close(incoming)
        self._target.results.record(self.stream_name, outcome, incoming.key, fields)

    def reject(self, incoming: Incoming, rejection: Rejection) -> None:
        """Set a record aside, with the reason.

        Raises:
            RunStoppedError: nothing but refusals so far, or the record could not be kept.
        """
        self._close(incoming)
        try:
            self._target.keep_refused(incoming, rejection)
        except OSError as error:
            self._open.add(incoming)
            why = shown(str(error), numbers=True)
            raise StoppedAtRecordError(
                f"A refused record could not be kept: {why}.", incoming.position
            ) from error
        self._target.results.record(
            self.stream_name,
            Outcome.REJECTED,
            incoming.key,
            rejection=rejection,
            hide=_texts_in(incoming.record) if self.is_personal else (),
            numbers=not self.is_personal,
        )
        # A batch is refused in steps: what its earlier records come to may still give hope.
        if self._target.results.hopeless and not any(
            one.position < incoming.position for one in self._open
        ):
            raise RunStoppedError(
                "The first records were all refused, so that the rest would be too: the run stops."
                " Is it the right site, and do the columns mean what target-wix takes them for?",
                others_go_on=False,
            )

    def may_delete(self, incoming: Incoming) -> None:
        """Ask before an entity is deleted on behalf of a record, once the entity was found.

        To be called for each deletion that is about to be sent, before the first of a bulk is. A
        dry run lists them all.

        Raises:
            TooManyDeletesError: `max_deletes` is reached; not to be caught by sinks.
        """
        allowed = self._target.deletes
        if incoming.position in allowed:
            return
        limit = self.settings.max_deletes
        if len(allowed) < limit:
            allowed.add(incoming.position)
        elif not self.dry_run:
            raise TooManyDeletesError(limit, incoming.position)
        else:
            self._target.say_once("A real run would stop before it deletes more than %d.", limit)

    def sleep(self, seconds: float) -> None:
        """Wait for Wix, but not beyond the grace that a signal leaves."""
        self._target.sleep(seconds)

    def breathe(self) -> None:
        """Stop here if a signal asks for it; to be called between the requests of a long batch."""
        self._target.breathe()

    def say_once(self, text: str, *args: object) -> None:
        """Log a warning once a run for this stream, such as for a column that nobody knows."""
        self._target.say_once(f"%s: {text}", self.stream_name, *args)

    def ignore_columns(self, names: Iterable[str]) -> None:
        """Note columns that mean nothing here; the run names each of them once."""
        self._columns.add(names)

    @property
    @override
    def oldest_open(self) -> int | None:
        return min((one.position for one in (*self._open, *self._pending)), default=None)

    # -- what the SDK calls -------------------------------------------------------------------

    @property
    @override
    def max_size(self) -> int:
        return BATCH_RECORDS

    @override
    def take(
        self,
        record: dict[str, Any],
        position: int,
        stream: str,
        wire: bytes,
        unreadable: Rejection | None = None,
    ) -> None:
        key = self.key_of(record, position)
        self._pending.append(Incoming(record, position, key, stream, wire, unreadable))
        self.tally_record_read()
        self.record_counter_metric.increment()

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        batch, self._pending = self._pending, []
        self._open.update(batch)
        if self._failed or not batch:
            return
        tally = self._target.results.tally(self.stream_name)
        transport = self.site.transport
        sent, started = transport.requests_sent, time.monotonic()
        self._failed = True  # until the batch is through: whatever ends it, its records stay open
        try:
            self._write(batch)
        except WixError as error:
            raise RunStoppedError(
                f"{self.stream_name}: {shown(str(error), limit=500)}",
                others_go_on=not isinstance(error, UnavailableError),
            ) from error
        finally:
            self._columns.say()
            tally.requests += transport.requests_sent - sent
            tally.seconds += time.monotonic() - started
        if self._open:
            raise OutcomeError(f"{len(self._open)} records were left without an outcome")
        self._failed = False

    def _write(self, batch: list[Incoming]) -> None:
        """Write a batch, whatever is wrong with one record of it.

        Where a record ends the run, what stands before it is written first. Where the program has
        a fault, each record is tried by itself, and the one that brings it up is refused.
        """
        sent = self.site.transport.requests_sent
        try:
            self._write_at_once(batch)
        except StoppedAtRecordError as error:
            self._write([one for one in self._in_order() if one.position < error.position])
            raise
        except (WixError, RunStoppedError, OutcomeError):
            raise
        except MemoryError as error:
            raise RunStoppedError(f"{self.stream_name}: {fault(error)}") from None
        except Exception as error:  # noqa: BLE001 - it must not cost the records before it
            if len(batch) == 1:
                self.reject(batch[0], Rejection("PROGRAM_FAULT", fault(error)))
                return
            if self.site.transport.requests_sent > sent:
                self.sleep(INDEX_LAG_SECONDS)
            for one in self._in_order():
                self._write([one])

    def _write_at_once(self, batch: list[Incoming]) -> None:
        for one in batch:
            if one.unreadable is not None:
                self.reject(one, one.unreadable)
        if readable := [one for one in batch if one.unreadable is None]:
            self.write(readable)

    def _in_order(self) -> list[Incoming]:
        return sorted(self._open, key=lambda one: one.position)

    def _close(self, incoming: Incoming) -> None:
        if incoming not in self._open:
            raise OutcomeError(f"{incoming.key} was given a second outcome")
        self._open.remove(incoming)


def _texts_in(record: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of a record, so many as a log line could quote."""
    left: list[Any] = [record]
    for _ in range(_MOST_VALUES):
        if not left:
            return
        value = left.pop()
        if isinstance(value, str):
            yield value[:_LONGEST_VALUE]
        elif isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield str(value)[:_LONGEST_VALUE]
