"""The target: which sink for which stream, which state may go out, and how a run ends."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from functools import partial
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast

from singer_sdk import Target
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities
from typing_extensions import override

from tap_wix.api.foreign_text import shown
from tap_wix.api.site import WixSite
from tap_wix.api.transport import WixTransport
from tap_wix.plugin import WixPlugin
from tap_wix.signals import say_beside
from target_wix.config import CONFIG_JSONSCHEMA, TARGET_PROPERTIES, read_settings
from target_wix.inventory.locations import STREAM as LOCATIONS
from target_wix.inventory.locations import LocationsSink
from target_wix.pipeline.context import RunContext
from target_wix.pipeline.ignored_sink import IgnoringSink
from target_wix.report.entries import Ending
from target_wix.runtime.exceptions import RunStoppedError, UnknownStreamError, fault
from target_wix.runtime.line_reader import LineReader
from target_wix.runtime.logs import WarnOnce, guard_logs
from target_wix.runtime.message_loop import MessageLoop
from target_wix.runtime.outcomes import RunOutcomes
from target_wix.runtime.rejected_file import RejectedFile
from target_wix.runtime.signals import SIGNAL_EXIT, DeferredSignal, InterruptedRunError
from target_wix.runtime.sink import TargetSink
from target_wix.runtime.site_lock import site_lock
from target_wix.runtime.state_gate import StateGate
from target_wix.sinks import SINKS
from target_wix.streams import SAME_AS, WRITTEN, reason_to_ignore, unknown_stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from types import FrameType

    from singer_sdk.helpers.capabilities import CapabilitiesEnum
    from singer_sdk.sinks import Sink

    from target_wix.report.run_report import RunReport
    from target_wix.runtime.outcomes import Rejection
    from target_wix.runtime.pending import PendingRecord


_VARIANTS = "variantsInfo"
"""What tells products with all their variants from flat rows."""


class TargetWix(WixPlugin, MessageLoop):
    """Singer target for Wix: writes products, stock, collections and contacts, only what differs."""

    name = "target-wix"
    package_name = "tap-wix"
    message_reader_class = LineReader
    own_properties = TARGET_PROPERTIES
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG_JSONSCHEMA
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        guard_logs()
        self._signal = DeferredSignal(self._stop, self.logger.warning)
        self._reasons: dict[str, None] = {}
        self._finished = False
        self._drained_at = time.monotonic()
        super().__init__(*args, **kwargs)
        self.max_parallelism = 1  # one quota for the site: two sinks at once would only wait
        self.connection, self.settings = read_settings(self.config)
        self.reader = cast("LineReader", self.message_reader)
        self.outcomes = RunOutcomes(self.logger, dry_run=self.settings.dry_run)
        self.warn_once = WarnOnce(self.logger)
        self.context = RunContext(
            self.settings,
            self._open_site,
            self.outcomes,
            self.sleep,
            self._signal.raise_if_interrupted,
            self.warn_once,
            self._keep_rejected,
            self.drain_stream,
        )
        self._rejected = self._open_rejected()
        self.context.report = self._open_report()
        self._gate = StateGate(
            dry_run=self.settings.dry_run, refused_are_kept=self._rejected is not None
        )

    # -- what the sinks share -----------------------------------------------------------------

    @override
    def get_sink_class(self, stream_name: str) -> type[Sink]:
        if stream_name in WRITTEN:
            return SINKS[stream_name]
        if stream_name == LOCATIONS and self.settings.copy_stock:
            return LocationsSink
        known = reason_to_ignore(stream_name) is not None
        if not known and self.settings.unknown_streams == "error":
            raise UnknownStreamError(unknown_stream(stream_name))
        return IgnoringSink

    @override
    def sink_name(self, stream: str, record: dict[str, Any] | None = None) -> str:
        """Take rows of `skus` for products, but those of a shop that is copied whole.

        Its products come with all their variants, and a row of one sku makes no product of several.
        """
        if stream in SAME_AS and record is not None and self._copies_products(record):
            return stream
        return SAME_AS.get(stream, stream)

    def _copies_products(self, record: dict[str, Any]) -> bool:
        site, own = record.get("siteId"), self.connection.identity.lower()
        if not isinstance(site, str) or site.lower() in ("", own):
            return False
        maps = [one for some in self.mapper.stream_maps.values() for one in some]
        return any(
            one.stream_alias == "products" and _VARIANTS in one.transformed_schema["properties"]
            for one in maps
        )

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the grace that a signal leaves."""
        self._signal.sleep(seconds)

    def _open_site(self) -> WixSite:
        agent = f"{self.name}/{self.plugin_version}"
        transport = WixTransport(self.connection, user_agent=agent, sleep=self.sleep)
        return WixSite(self.connection, transport=transport)

    def _keep_rejected(self, record: PendingRecord, rejection: Rejection) -> None:
        """Put a rejected record into its file, or hold the state back before it.

        Raises:
            OSError: it cannot be written.
        """
        self._gate.refused(record.position)
        if self._rejected is not None:
            origin = self.mapper.stream_maps[record.stream][0]
            self._rejected.add(
                record.stream,
                origin.raw_schema,
                origin.raw_key_properties,
                record.wire,
                record.position,
                rejection,
            )

    # -- settings -----------------------------------------------------------------------------

    @classmethod
    @override
    def check_settings(cls, config: Mapping[str, Any]) -> None:
        read_settings(config)

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
            message = f"rejected_dir cannot be used: {shown(str(error), numbers=True)}."
            raise ConfigValidationError("Settings", errors=[message]) from None

    def _open_report(self) -> RunReport | None:
        """Return the report, if one is wanted: a run without one does not load what makes it."""
        folder = self.settings.report_dir
        if folder is None:
            return None
        from target_wix.report.run_report import RunReport  # noqa: PLC0415

        try:
            return RunReport(folder, self.logger, dry_run=self.settings.dry_run)
        except OSError as error:
            message = f"report_dir cannot be used: {shown(str(error), numbers=True)}."
            raise ConfigValidationError("Settings", errors=[message]) from None

    @override
    def process_endofpipe(self) -> None:
        with self._signal:
            self.context.is_at_end = True
            self._drain(at_end=True)
            self._release_state()
            self._finish()

    def _finish(self) -> None:
        """Say, once, what became of the run."""
        if self._finished:
            return
        self._finished = True
        for columns in self.context.unknown_columns.values():
            columns.log(at_end=True)
        self.outcomes.log_summary()
        for stream, deferred in self.context.deferred.items():
            if deferred:
                self.logger.warning(
                    "%s: %d records still wait for what comes after them. The state stays before"
                    " them, so that the next run sends them again.",
                    stream,
                    len(deferred),
                )
        for sink in (*self._sinks_to_clear, *self._sinks_active.values()):
            unfinished = sink.unfinished if isinstance(sink, TargetSink) else 0
            if unfinished and not self.settings.dry_run:
                self.logger.warning(
                    "%s: %d records are not done: what they ask for is written in part or not at"
                    " all. The state stays before them, so that the next run sends them again.",
                    sink.stream_name,
                    unfinished,
                )
        if not self.outcomes.rejected:
            return
        if self._rejected is not None:
            self._rejected.close()
            path = shown(str(self._rejected.path), limit=1000, numbers=True)
            self.logger.warning("Rejected records are in %s.", path)
        elif not self.settings.dry_run:
            self.logger.error(
                "The state stays before the first rejected record (line %d of the input), so that"
                " the next run sends it again. Set rejected_dir to keep such records in a file.",
                self._gate.first_refused,
            )

    # -- the end of a run ---------------------------------------------------------------------

    def run(self, file_input: IO[str] | None = None) -> int:
        """Take in all messages and return the exit code; the report says how the run ended."""
        code: int | None = None
        try:
            self._begin_report()
            with self._lock():
                code = self._run(file_input)
        except RunStoppedError as error:
            self._log_stopped(error)
            code = 1
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else None
            raise
        finally:
            self._end_report(code)
        return code

    def _begin_report(self) -> None:
        if (report := self.context.report) is None:
            return
        tool = f"{self.name} {self.plugin_version}"
        try:
            report.open(self.outcomes.tallies, tool=tool, site=self.connection.identity)
        except OSError as error:
            why = shown(str(error), numbers=True)
            raise RunStoppedError(f"report_dir cannot be used: {why}.") from None

    def _end_report(self, code: int | None) -> None:
        if (report := self.context.report) is None:
            return
        refused = self._rejected is not None and self.outcomes.rejected
        path = str(self._rejected.path) if self._rejected is not None and refused else ""
        # What was asked for already is heard no second time; what comes now has to wait.
        asked = self._signal.signum
        with self._signal if asked is None else contextlib.nullcontext():
            report.close(Ending(code, tuple(self._reasons), asked, path))

    def _run(self, file_input: IO[str] | None) -> int:
        try:
            self.listen(file_input)
        except InterruptedRunError as error:
            self.logger.warning("Stopped in the middle of a batch; the next run sends the rest.")
            self._release_state()
            self._finish()
            return SIGNAL_EXIT + error.signum
        except RunStoppedError as error:
            return self._ended_by(error)
        except Exception as error:  # noqa: BLE001 - what was read is written, whatever it is
            return self._ended_by(RunStoppedError(f"The run stops: {fault(error)}"))
        allowed = 0 if self._rejected is None else self.settings.max_rejected
        return int(self.outcomes.rejected > allowed)

    def _ended_by(self, error: RunStoppedError) -> int:
        self._log_stopped(error)
        try:
            with self._signal:
                self._write_the_rest(others=error.others_go_on)
        except InterruptedRunError as interrupted:
            self._release_state()
            self._finish()
            return SIGNAL_EXIT + interrupted.signum
        return 1

    def _lock(self) -> AbstractContextManager[None]:
        """Return what keeps a second run from writing to the same site."""
        if self.settings.dry_run:
            return contextlib.nullcontext()
        site = f"{self.connection.api_url} {self.connection.identity.lower()}"
        return site_lock(site, self.logger)

    def _write_the_rest(self, *, others: bool = True) -> None:
        """Write and acknowledge what came before the end that nobody planned.

        Args:
            others: False leaves unwritten what was read, and acknowledges what is written.
        """
        if self._finished:
            return
        sinks = [*self._sinks_to_clear, *self._sinks_active.values()]
        while others and sinks:
            others = self._drained_or_logged(sinks.pop(0))
        try:
            self._release_state()
        except RunStoppedError as error:
            self._log_stopped(error)
        self._finish()

    def _drained_or_logged(self, sink: Sink) -> bool:
        """Write what a sink holds, say what is in the way, and tell whether others go on."""
        try:
            self.drain_one(sink)
        except RunStoppedError as error:
            self._log_stopped(error)
            return error.others_go_on
        except Exception as error:  # noqa: BLE001 - the other streams go on all the same
            self._log_stopped(RunStoppedError(f"{sink.stream_name}: {fault(error)}"))
        return True

    def _log_stopped(self, error: RunStoppedError) -> None:
        """Say why the run stops, once for each reason; a person can do without a traceback."""
        if (text := str(error)) not in self._reasons:
            self._reasons[text] = None
            self.logger.error("%s", text)

    def _stop(self, signum: int) -> None:
        text = "Signal %d: writing what was read, then stopping."
        say_beside(partial(self.logger.warning, text, signum))
        self._write_the_rest()

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Stop between two messages, with 143 for SIGTERM and 130 for SIGINT.

        The SDK's own handler, private and without another way to it, drains in the middle of a
        batch and exits with 0: Meltano would take half a run for a whole one.
        """
        self._signal.handle(signum)

    @classmethod
    @override
    def invoke(cls, *, about: bool = False, about_format: str | None = None, **kwargs: Any) -> None:
        """Run from the command line; the exit code tells whether every record was written."""
        super(Target, cls).invoke(about=about, about_format=about_format)
        logging.raiseExceptions = False  # a log that cannot be written must not end in tracebacks
        cls.print_version(print_fn=cls.logger.info)
        config = kwargs["config"]
        target = cls(config=config.config, parse_env_config=config.parse_env)
        sys.exit(target.run(kwargs.get("file_input")))
