"""What all sinks that write have in common: batches in, exactly one outcome a record out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.sinks import BatchSink
from typing_extensions import override

from tap_wix.api.errors import UnavailableError, WixError
from tap_wix.api.foreign_text import shown
from target_wix.pipeline import coerce
from target_wix.pipeline.context import OutcomeError, StreamContext, context_of
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.refusals import INDEX_LAG_SECONDS
from target_wix.pipeline.rounds import Pipeline, Steps
from target_wix.runtime.exceptions import RunStoppedError, StoppedAtRecordError, fault
from target_wix.runtime.outcomes import Rejection, loggable_key
from target_wix.runtime.sink import TargetSink

if TYPE_CHECKING:
    from singer_sdk import Target

    from target_wix.runtime.pending import PendingRecord

BATCH_RECORDS = 500
"""Enough to fill five bulk requests of Wix and its largest look-ups, and little memory."""


class WixSink(TargetSink, BatchSink):
    """A stream that is written.

    Attributes:
        steps: what the stream brings to the pipeline.
        is_personal: whether no log may show values of a record.
        written_after: streams whose records have to be in the shop before those of this one.
        named_by: columns that a record is called by in logs, in the spelling of Wix. The first that
            says something does; rows of an ERP or a table have no id of Wix.
        context: what writing the stream needs.
    """

    is_personal = False
    steps: ClassVar[type[Steps[Any, Any, Any]]]
    written_after: ClassVar[tuple[str, ...]] = ()
    named_by: ClassVar[tuple[str, ...]] = ()

    @override
    def __init__(self, target: Target, *args: Any, **kwargs: Any) -> None:
        super().__init__(target, *args, **kwargs)
        run = context_of(target)
        self.context = StreamContext(
            run,
            self.stream_name,
            self.logger,
            is_personal=self.is_personal,
            title_of=self.title_of,
        )
        self._pending: list[PendingRecord] = []
        self._failed = False

    def write(self, pending: list[PendingRecord]) -> None:
        """Bring up to `max_size` records into the shop, in their order.

        Each must be passed to `set_outcome` or `reject` of the context exactly once. One entity
        may occur several times. A `WixError` that leaves this method stops the run.
        """
        steps = self.context.shared(lambda: self.steps(self.context))
        try:
            Pipeline(self.context, steps).write(pending)
        finally:
            steps.end_batch()

    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return what to call a record in logs: see `named_by`, else its line, never an e-mail."""
        if not self.named_by:
            return loggable_key(record.get("id"), position)
        row, _ = coerce.named(record, self.named_by)
        key = next(filter(None, (key_text(row.get(name)) for name in self.named_by)), None)
        return loggable_key(key, position, numbers=True)

    def title_of(self, record: dict[str, Any]) -> str:
        """Return what the owner of a record calls it, for the report alone: its name."""
        name = record.get("name")
        return name if isinstance(name, str) else ""

    @property
    @override
    def oldest_unsettled(self) -> int | None:
        records = (*self.context.unsettled[:1], *self._pending)
        positions = [one.position for one in records]
        if (oldest := self.context.deferred.oldest) is not None:
            positions.append(oldest)
        return min(positions, default=None)

    @property
    @override
    def unfinished(self) -> int:
        return len(self.context.unsettled) + len(self._pending)

    @property
    @override
    def current_size(self) -> int:
        """As many as there are to write: at the end of the run those that wait, too."""
        waiting = len(self.context.deferred) if self.context.is_at_end else 0
        return super().current_size + waiting

    # -- what the SDK calls -------------------------------------------------------------------

    @property
    @override
    def max_size(self) -> int:
        return BATCH_RECORDS

    @override
    def take(self, record: PendingRecord) -> None:
        record.key = self.key_of(record.data, record.position)
        self._pending.append(record)
        self.tally_record_read()
        self.record_counter_metric.increment()

    @override
    def process_batch(self, context: dict[str, Any]) -> None:
        for stream in self.written_after if self.current_size and not self._failed else ():
            self.context.drain_stream(stream)
        batch, self._pending = self._pending, []
        if not self._failed:
            batch += self.context.deferred.take(everything=self.context.is_at_end)
            batch.sort(key=lambda one: one.position)
        self.context.expect(batch)
        if self._failed or not batch:
            return
        tally, transport = self.context.tally, self.context.site.transport
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
            self.context.columns.log()
            tally.requests += transport.requests_sent - sent
            tally.seconds += time.monotonic() - started
        if left := self.context.unsettled:
            raise OutcomeError(f"{len(left)} records were left without an outcome")
        self._failed = False

    def _write(self, batch: list[PendingRecord]) -> None:
        """Write a batch, whatever is wrong with one record of it.

        Where a record ends the run, what stands before it is written first. Where the program has
        a fault, each record is tried by itself, and the one that brings it up is rejected.
        """
        transport = self.context.site.transport
        sent = transport.requests_sent
        try:
            self._write_at_once(batch)
        except StoppedAtRecordError as error:
            self._write([one for one in self.context.unsettled if one.position < error.position])
            raise
        except (WixError, RunStoppedError, OutcomeError):
            raise
        except MemoryError as error:
            raise RunStoppedError(f"{self.stream_name}: {fault(error)}") from None
        except Exception as error:  # noqa: BLE001 - it must not cost the records before it
            if len(batch) == 1:
                self.context.reject(batch[0], Rejection("PROGRAM_FAULT", fault(error)))
                return
            if transport.requests_sent > sent:
                self.context.sleep(INDEX_LAG_SECONDS)
            for one in self.context.unsettled:
                self._write([one])

    def _write_at_once(self, batch: list[PendingRecord]) -> None:
        for one in batch:
            if one.unreadable is not None:
                self.context.reject(one, one.unreadable)
        if readable := [one for one in batch if one.unreadable is None]:
            self.write(readable)
