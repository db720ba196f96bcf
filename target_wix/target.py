"""The target: which sink for which stream, which state may go out, and how a run ends."""

from __future__ import annotations

import copy
import sys
import time
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast

from singer_sdk import Target
from singer_sdk.exceptions import ConfigValidationError, MappingError
from singer_sdk.helpers.capabilities import PluginCapabilities
from singer_sdk.mapper import RemoveRecordTransform, SameRecordTransform

from tap_wix.api.errors import SettingsError
from tap_wix.api.site import WixSite
from target_wix.lines import LineReader
from target_wix.rejected import RejectedFile
from target_wix.results import Results
from target_wix.settings import CONFIG_JSONSCHEMA, read_settings
from target_wix.signals import Deferral
from target_wix.sinks import SINKS
from target_wix.sinks.ignored import IgnoringSink
from target_wix.state import StateGate
from target_wix.stops import (
    InputError,
    RecordBeforeSchemaError,
    RunStoppedError,
    UnknownStreamError,
)
from target_wix.streams import WRITTEN, reason_to_ignore, unknown_stream

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

    import click
    from singer_sdk.helpers.capabilities import CapabilitiesEnum
    from singer_sdk.sinks import Sink

    from target_wix.results import Rejection
    from target_wix.sinks.base import Incoming, WixSink

_STATE_EVERY_RECORDS = 1000
_STATE_EVERY_SECONDS = 10.0
_DELETED_AT = "_sdc_deleted_at"


class TargetWix(Target):
    """Singer target for Wix: writes products and contacts, only what differs."""

    name = "target-wix"
    package_name = "tap-wix"
    message_reader_class = LineReader
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_JSONSCHEMA
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._deferral = Deferral(self._stop)
        self._said: set[tuple[object, ...]] = set()
        self._finished = False
        self._since_drain = 0
        self._drained_at = time.monotonic()
        try:
            super().__init__(*args, **kwargs)
        except MappingError as error:
            raise ConfigValidationError("Config", errors=[f"stream_maps: {error}"]) from None
        self.max_parallelism = 1  # one quota for the site: two sinks at once would only wait
        self.connection, self.settings = read_settings(self.config)
        self.reader = cast("LineReader", self.message_reader)
        self.results = Results(self.logger, dry_run=self.settings.dry_run)
        self._rejected = self._open_rejected()
        self._gate = StateGate(
            dry_run=self.settings.dry_run, refused_are_kept=self._rejected is not None
        )
        unknown = self.config.keys() - self.config_jsonschema["properties"].keys()
        if unknown:
            self.logger.warning("Settings that do not exist: %s.", ", ".join(sorted(unknown)))

    # -- what the sinks share -----------------------------------------------------------------

    @cached_property
    def site(self) -> WixSite:
        """The site that the settings name."""
        return WixSite(self.connection, user_agent=f"{self.name}/{self.plugin_version}")

    def say_once(self, text: str, *args: object) -> None:
        """Log a warning, once a run."""
        if (text, *args) not in self._said:
            self._said.add((text, *args))
            self.logger.warning(text, *args)

    def keep_refused(self, incoming: Incoming, rejection: Rejection) -> None:
        """Put a refused record into its file, or hold the state back before it.

        Raises:
            OSError: it cannot be written.
        """
        self._gate.refused(incoming.position)
        if self._rejected is not None:
            origin = self.mapper.stream_maps[incoming.stream][0]
            self._rejected.add(
                incoming.stream,
                origin.raw_schema,
                origin.raw_key_properties,
                incoming.wire,
                incoming.position,
                rejection,
            )

    # -- settings -----------------------------------------------------------------------------

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check our own settings first, in words made for the person who fills them in.

        The SDK has no public hook between reading the settings and checking them, and its check
        quotes the value that is wrong, which can be the key.
        """
        if raise_errors:
            try:
                read_settings(self.config)
            except SettingsError as error:
                raise ConfigValidationError("Settings", errors=error.messages) from None
        return super()._validate_config(raise_errors=raise_errors)

    @classmethod
    @override
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Offer what is honoured: no load method, batch size or metadata columns."""
        super(Target, cls).append_builtin_config(config_jsonschema)

    def _open_rejected(self) -> RejectedFile | None:
        folder = self.settings.rejected_dir
        try:
            return None if folder is None else RejectedFile(folder)
        except OSError as error:
            message = f"rejected_dir cannot be used: {error}."
            raise ConfigValidationError("Settings", errors=[message]) from None

    # -- messages -----------------------------------------------------------------------------

    @override
    def get_sink_class(self, stream_name: str) -> type[Sink]:
        if stream_name in WRITTEN:
            return SINKS[stream_name]
        known = reason_to_ignore(stream_name) is not None
        if not known and self.settings.unknown_streams == "error":
            raise UnknownStreamError(unknown_stream(stream_name))
        return IgnoringSink

    @override
    def get_sink(
        self,
        stream_name: str,
        *,
        record: dict[str, Any] | None = None,
        schema: dict[str, Any] | None = None,
        key_properties: Sequence[str] | None = None,
    ) -> Sink:
        """Write what came under the old SCHEMA first: a Singer stream is a history."""
        if schema is not None and (old := self._sinks_active.get(stream_name)):
            self.drain_one(old)
        return super().get_sink(
            stream_name, record=record, schema=schema, key_properties=key_properties
        )

    @override
    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        with self._deferral:
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
        try:
            self.mapper.register_raw_stream_schema(stream, schema, keys)
        except MappingError as error:
            raise InputError(f"stream_maps do not fit stream {stream!r}: {error}") from None
        maps = self.mapper.stream_maps[stream]
        self.reader.skips.pop(stream, None)
        kept = [one for one in maps if not isinstance(one, RemoveRecordTransform)]
        sinks = [
            self.get_sink(
                one.stream_alias,
                schema=one.transformed_schema,
                key_properties=one.transformed_key_properties,
            )
            for one in kept
        ]
        if not sinks:
            self.reader.skips[stream] = _pass_by
        elif isinstance(sinks[0], IgnoringSink) and type(kept[0]) is SameRecordTransform:
            if len(sinks) == 1:
                self.reader.skips[stream] = sinks[0].skip

    @override
    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        with self._deferral:
            stream = message_dict["stream"]
            maps = self.mapper.stream_maps.get(stream)
            if maps is None:
                raise RecordBeforeSchemaError(f"a record of {stream!r} before its SCHEMA.")
            for one in maps:
                record = without_metadata(message_dict["record"])
                try:
                    mapped = one.transform(record)
                except MappingError as error:
                    raise InputError(f"stream_maps: {error}") from None
                if mapped is None:
                    continue
                sink = cast("WixSink | IgnoringSink", self.get_sink(one.stream_alias))
                sink.take(mapped, self.reader.line, stream, self.reader.record)
                if sink.is_full:
                    self.drain_one(sink)
                    self._release_state()
            self._since_drain += 1

    @override
    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        with self._deferral:
            self._gate.arrived(self.reader.line, message_dict["value"])
            if self._oldest_open() is not None and (
                self._since_drain >= _STATE_EVERY_RECORDS
                or len(self._gate) >= _STATE_EVERY_RECORDS
                or time.monotonic() - self._drained_at >= _STATE_EVERY_SECONDS
            ):
                self._drain()
            self._release_state()

    @override
    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        self.say_once(
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

    def _oldest_open(self) -> int | None:
        sinks = cast("list[WixSink | IgnoringSink]", list(self._sinks_active.values()))
        return min((one.oldest_open for one in sinks if one.oldest_open is not None), default=None)

    def _drain(self, *, at_end: bool = False) -> None:
        self.drain_all(is_endofpipe=at_end)
        self._since_drain, self._drained_at = 0, time.monotonic()

    def _release_state(self) -> None:
        state = self._gate.release(self._oldest_open())
        if state is not None:
            sys.stdout.write(state.decode() + "\n")
            sys.stdout.flush()

    @override
    def process_endofpipe(self) -> None:
        with self._deferral:
            self._drain(at_end=True)
            self._release_state()
            self._finish()

    def _finish(self) -> None:
        """Say, once, what became of the run."""
        if self._finished:
            return
        self._finished = True
        self.results.say_summary()
        if not self.results.rejected:
            return
        if self._rejected is not None:
            self._rejected.close()
            self.logger.warning("Rejected records are in %s.", self._rejected.path)
        elif not self.settings.dry_run:
            self.logger.error(
                "The state stays before the first rejected record (line %d of the input), so that"
                " the next run sends it again. Set rejected_dir to keep such records in a file.",
                self._gate.first_refused,
            )

    # -- the end of a run ---------------------------------------------------------------------

    def run(self, file_input: IO[str] | None = None) -> int:
        """Take in all messages and return the exit code."""
        try:
            self.listen(file_input)
        except InputError as error:
            self.logger.error("%s", error)  # noqa: TRY400 - the person can do without a traceback
            self._write_the_rest()
            return 1
        except RunStoppedError as error:
            self.logger.error("%s", error)  # noqa: TRY400
            self._release_state()
            self._finish()
            return 1
        allowed = 0 if self._rejected is None else self.settings.max_rejected
        return int(self.results.rejected > allowed)

    def _write_the_rest(self) -> None:
        """Write and acknowledge what came before the end that nobody planned."""
        try:
            with self._deferral:
                self._drain(at_end=True)
        except RunStoppedError as error:
            self.logger.error("%s", error)  # noqa: TRY400
        self._release_state()
        self._finish()

    def _stop(self, signum: int) -> None:
        self.logger.warning("Signal %d: writing what was read, then stopping.", signum)
        self._write_the_rest()

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop between two messages, with 143 for SIGTERM and 130 for SIGINT.

        The SDK's own handler, private and without another way to it, drains in the middle of a
        batch and exits with 0: Meltano would take half a run for a whole one.
        """
        self._deferral.handle(signum)

    @classmethod
    @override
    def invoke(
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: Any = None,
        file_input: IO[str] | None = None,
    ) -> None:
        """Run from the command line; the exit code tells whether every record was written."""
        super(Target, cls).invoke(about=about, about_format=about_format)
        cls.print_version(print_fn=cls.logger.info)
        given = {} if config is None else {"config": config.config}
        target = cls(**given, parse_env_config=config is not None and config.parse_env)
        sys.exit(target.run(file_input))

    @classmethod
    @override
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        try:
            return super().cb_config(ctx, param, value)
        except (OSError, ValueError, TypeError) as error:
            cls.logger.error("The settings file cannot be read: %s.", error)  # noqa: TRY400
            ctx.exit(1)


def without_metadata(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a record without what loaders and an earlier refusal added to it.

    `_sdc_deleted_at` stays: the sinks decide by `delete_mode`.
    """
    return {
        name: value
        for name, value in record.items()
        if not name.startswith("_sdc_") or name == _DELETED_AT
    }


def _pass_by(record: bytes) -> None:
    """Leave out a record whose stream a map removes."""


