"""What is done with each Singer message, and when a STATE may go out."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import IO, TYPE_CHECKING, Any, cast

from singer_sdk import Target
from singer_sdk.exceptions import MappingError
from singer_sdk.mapper import RemoveRecordTransform, SameRecordTransform
from typing_extensions import override

from tap_wix.api.foreign_text import quoted, shown
from target_wix.runtime.exceptions import (
    InputError,
    RecordBeforeSchemaError,
    RunStoppedError,
)
from target_wix.runtime.outcomes import Rejection
from target_wix.runtime.pending import PendingRecord, without_metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.mapper import StreamMap
    from singer_sdk.sinks import Sink

    from target_wix.runtime.line_reader import Flaw, LineReader
    from target_wix.runtime.logs import WarnOnce
    from target_wix.runtime.signals import DeferredSignal
    from target_wix.runtime.sink import TargetSink
    from target_wix.runtime.state_gate import StateGate

_STATE_EVERY_RECORDS = 1000
_STATE_EVERY_SECONDS = 10.0


class MessageLoop(Target):
    """A target that writes in batches and acknowledges only what is written.

    The handlers of the messages are private in the SDK, which has no public hook that says at
    which line the input is, drains an old sink before a new one, or holds a state back.
    """

    reader: LineReader
    warn_once: WarnOnce
    _signal: DeferredSignal
    _gate: StateGate
    _stdout_is_gone = False
    _since_drain = _states_since_drain = 0
    _drained_at = 0.0

    @override
    def get_sink(
        self,
        stream_name: str,
        *,
        record: dict[str, Any] | None = None,
        schema: dict[str, Any] | None = None,
        key_properties: Sequence[str] | None = None,
    ) -> Sink:
        """Write what came under the old SCHEMA of another stream with the same alias, too."""
        if schema is not None and (old := self._sinks_active.get(stream_name)):
            self.drain_one(old)
        return super().get_sink(
            stream_name, record=record, schema=schema, key_properties=key_properties
        )

    def drain_stream(self, stream: str) -> None:
        """Write what was read of a stream, for a sink that has to write after it."""
        if sink := self._sinks_active.get(stream):
            self.drain_one(sink)

    def sink_name(self, stream: str, record: dict[str, Any] | None = None) -> str:
        """Return the stream whose sink takes a record of a stream, or most of them."""
        del record
        return stream

    @override
    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        with self._signal:
            stream, schema = message_dict.get("stream"), message_dict.get("schema")
            properties = schema.get("properties") if isinstance(schema, dict) else None
            if not isinstance(stream, str) or not isinstance(properties, dict):
                raise InputError("a SCHEMA message without a stream or without properties.")
            keys = message_dict.get("key_properties")
            if not isinstance(keys, list | None):
                raise InputError("a SCHEMA message whose key_properties are no list.")
            self._register(stream, cast("dict[str, Any]", schema), keys)

    def _register(self, stream: str, schema: dict[str, Any], keys: list[str] | None) -> None:
        """Set up maps and sinks of a stream; a stream that a map removes gets no sink.

        The SDK makes a sink for such a stream too, and then an unknown one could not be mapped
        away.
        """
        maps = self.mapper.stream_maps.get(stream)
        if maps and maps[0].raw_schema == schema and maps[0].raw_key_properties == keys:
            return
        # What came under the old SCHEMA is written first: a Singer stream is a history.
        for one in maps or ():
            if old := self._sinks_active.get(self.sink_name(one.stream_alias)):
                self.drain_one(old)
        try:
            self.mapper.register_raw_stream_schema(stream, schema, keys)
        except Exception as error:  # noqa: BLE001 - the SDK raises whatever comes out of a map
            what = "stream_maps do not fit" if self.config.get("stream_maps") else "unusable is"
            raise InputError(f"{what} stream {quoted(stream)}: {_why(error)}") from None
        maps = self.mapper.stream_maps[stream]
        self.reader.skips.pop(stream, None)
        kept = [one for one in maps if not isinstance(one, RemoveRecordTransform)]
        sinks = [
            cast(
                "TargetSink",
                self.get_sink(
                    self.sink_name(one.stream_alias),
                    schema=one.transformed_schema,
                    key_properties=one.transformed_key_properties,
                ),
            )
            for one in kept
        ]
        if not sinks:
            self.reader.skips[stream] = _pass_by
        untouched = len(kept) == 1 and type(kept[0]) is SameRecordTransform
        if untouched and (skip := sinks[0].skip) is not None:
            self.reader.skips[stream] = skip

    @override
    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        with self._signal:
            stream = message_dict["stream"]
            maps = self.mapper.stream_maps.get(stream)
            if maps is None:
                raise RecordBeforeSchemaError(f"a record of {quoted(stream)} before its SCHEMA.")
            for one in maps:
                record = without_metadata(message_dict["record"])
                mapped, rejection = self._mapped(one, record, message_dict.get("flaw"))
                if mapped is None:
                    continue
                sink = self._sink_of(one, mapped)
                reader = self.reader
                sink.take(PendingRecord(mapped, reader.line, stream, reader.record, rejection))
                self._since_drain += 1
                if sink.is_full:
                    self.drain_one(sink)
                    if self._oldest_unsettled() is None:
                        self._note_drained()
                    self._release_state()

    def _sink_of(self, one: StreamMap, record: dict[str, Any]) -> TargetSink:
        name = self.sink_name(one.stream_alias, record)
        sink = self._sinks_active.get(name) or self.get_sink(
            name, schema=one.transformed_schema, key_properties=one.transformed_key_properties
        )
        return cast("TargetSink", sink)

    def _mapped(
        self, one: StreamMap, record: dict[str, Any], flaw: Flaw | None
    ) -> tuple[dict[str, Any] | None, Rejection | None]:
        """Return a record after its stream map, and why it is refused if it cannot be read."""
        rejection = None
        if flaw is not None:
            reason = f"Line {self.reader.line} of the input: {flaw.reason}."
            rejection = Rejection("BAD_VALUE", reason, flaw.field)
        try:
            return one.transform(dict(record)), rejection
        except RunStoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - an expression can raise anything
            if isinstance(one, RemoveRecordTransform):
                return None, None
            reason = f"stream_maps cannot be applied to it: {_why(error)}"
            return record, rejection or Rejection("STREAM_MAP", reason)

    @override
    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        with self._signal:
            self._gate.arrived(self.reader.line, message_dict["value"])
            self._states_since_drain += 1
            if self._oldest_unsettled() is not None and (
                self._since_drain >= _STATE_EVERY_RECORDS
                or self._states_since_drain >= _STATE_EVERY_RECORDS
                or time.monotonic() - self._drained_at >= _STATE_EVERY_SECONDS
            ):
                self._drain()
            self._release_state()

    @override
    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        self.warn_once(
            "ACTIVATE_VERSION messages are ignored: what is missing in a run is never deleted from"
            " the shop. See delete_mode for records that are marked as deleted."
        )

    @override
    def _process_batch_message(self, message_dict: dict[str, Any]) -> None:
        raise InputError(
            "a BATCH message: records in files are not read. Switch batches off in the tap"
            " (batch_config)."
        )

    # -- writing and acknowledging ------------------------------------------------------------

    def _oldest_unsettled(self) -> int | None:
        sinks = cast("list[TargetSink]", list(self._sinks_active.values()))
        return min(
            (one.oldest_unsettled for one in sinks if one.oldest_unsettled is not None),
            default=None,
        )

    def _drain(self, *, at_end: bool = False) -> None:
        self.drain_all(is_endofpipe=at_end)
        self._note_drained()

    def _note_drained(self) -> None:
        self._since_drain = self._states_since_drain = 0
        self._drained_at = time.monotonic()

    def _release_state(self) -> None:
        state = self._gate.release(self._oldest_unsettled())
        if state is not None and not self._stdout_is_gone:
            try:
                sys.stdout.write(state.decode() + "\n")
                sys.stdout.flush()
            except (AttributeError, OSError, ValueError) as error:
                self._stdout_is_gone = True
                _silence(sys.stdout)
                raise RunStoppedError(
                    "The state cannot be handed on: standard output is closed or full"
                    f" ({shown(str(error))}). The next run sends again what this one wrote.",
                    others_go_on=False,
                ) from None


def _why(error: Exception) -> str:
    """Return the SDK's words for what is wrong with a map, else the kind of error."""
    said = str(error) if isinstance(error, MappingError) else ""
    return shown(said or type(error).__name__, limit=300)


def _silence(file: IO[str] | None) -> None:
    """Let what is left in a stream that is gone go nowhere, so that Python's exit is quiet."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, cast("IO[str]", file).fileno())
        os.close(nowhere)


def _pass_by(record: bytes) -> None:
    """Leave out a record whose stream a map removes."""
