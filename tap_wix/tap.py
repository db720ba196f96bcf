"""The tap: its settings, its streams, and how a run ends."""

from __future__ import annotations

import functools
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from singer_sdk.plugin_base import PluginBase
from singer_sdk.singerlib import Catalog
from singer_sdk.tap_base import CliTestOptionValue
from typing_extensions import override

from tap_wix.api import times
from tap_wix.api.business import SITES
from tap_wix.api.connection import (
    ALL_SITES,
    CONNECTION_PROPERTIES,
    LOGINS,
    is_guid,
    read_connections,
)
from tap_wix.api.site import WixSite
from tap_wix.bookmarks import usable_bookmarks
from tap_wix.check import Check
from tap_wix.client import is_catalog_stream
from tap_wix.config import (
    DEFAULT_LOOKBACK_MINUTES,
    DEFAULT_PARALLEL_SITES,
    TAP_PROPERTIES,
    check_settings,
    json_object,
)
from tap_wix.failures import Failures, RunFailedError, exit_on_error
from tap_wix.plugin import WixPlugin
from tap_wix.signals import say_beside
from tap_wix.streams import STREAMS
from tap_wix.sync import Sync
from tap_wix.writing import OutputError, WholeLineWriter, abandon_output

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import FrameType

    from singer_sdk import Stream
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_wix.api.connection import Connection
    from tap_wix.api.paging import Row
    from tap_wix.client import WixStream

_SIGNAL_EXIT = 128
_ROWS_PER_STATE = 10
"""So many bytes of rows for one of STATE: a thousand sites must not write gigabytes of it."""


class TapWix(WixPlugin, Tap):
    """Singer tap for Wix: everything that a Wix business keeps, in Singer records."""

    name = "tap-wix"
    package_name = "tap-wix"
    message_writer_class = WholeLineWriter

    own_properties = TAP_PROPERTIES
    config_jsonschema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {**CONNECTION_PROPERTIES, **TAP_PROPERTIES},
        "dependentRequired": LOGINS,
    }

    # Neither BATCH, which gains nothing behind a rate limit, nor ACTIVATE_VERSION, which goes out
    # before it is known whether a stream can be read.
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._ready = self._leaving = False
        self.failures = Failures()
        self.state_lock = threading.RLock()
        self._warned: set[tuple[object, ...]] = set()
        self._swept: dict[str, set[str]] = {}
        super().__init__(*args, **kwargs)
        self._ready = True

    @override
    def discover_streams(self) -> list[WixStream]:
        return [stream(self) for stream in STREAMS]

    @override
    def setup_mapper(self) -> None:
        """Prepare the maps of the streams that a catalog selects.

        The SDK prepares those of all streams, from the catalog as it is: it may be written with
        the other names of columns, and to walk through all schemas takes half of the setup.
        """
        streams = self.streams  # once they are there, they have named the columns of the catalog
        if self.input_catalog is None:
            super().setup_mapper()
            return
        PluginBase.setup_mapper(self)
        self.mapper.register_raw_streams_from_catalog(
            Catalog(
                (name, entry)
                for name, entry in self.input_catalog.items()
                if name in streams and streams[name].selected
            )
        )

    # -- what a run shares ------------------------------------------------------------------------

    @functools.cached_property
    def site(self) -> WixSite:
        """The site that the settings name, the first one of several."""
        return self._open(read_connections(self.config)[0])

    def _open(self, connection: Connection) -> WixSite:
        return WixSite(connection, user_agent=f"{self.name}/{self.plugin_version}")

    @property
    def wix_streams(self) -> list[WixStream]:
        """All streams of the catalog."""
        return cast("list[WixStream]", list(self.streams.values()))

    def sites(self) -> list[WixSite]:
        """Return the sites to read; where all of an account are wanted, Wix lists them."""
        first, *others = read_connections(self.config)
        if first.site_id != ALL_SITES:
            return [self.site, *map(self._open, others)]
        rows = [row for row in SITES.rows(self.site) if not row.get("trashedDate")]
        ids = dict.fromkeys(row["id"] for row in rows if is_guid(row.get("id")))
        self.logger.info("The account has %d sites that are not in the trash.", len(ids))
        return [self._open(replace(first, site_id=site_id)) for site_id in ids]

    @property
    def parallel_sites(self) -> int:
        """How many sites are read side by side."""
        return self.config.get("parallel_sites") or DEFAULT_PARALLEL_SITES

    @functools.cached_property
    def began(self) -> datetime:
        """The moment at which the run began, by the clock of this machine."""
        return datetime.fromtimestamp(self.initialized_at / 1000, tz=UTC)

    @property
    def started(self) -> str:
        """The same, canonical."""
        return times.canonical(self.began.isoformat())

    @property
    def start_date(self) -> str | None:
        """The moment before which nobody wants rows, None if all are wanted."""
        start_date = self.config.get("start_date")
        return times.canonical(start_date) if start_date else None

    @property
    def lookback_minutes(self) -> int:
        """How far an incremental run reaches back behind its bookmark."""
        minutes = self.config.get("lookback_minutes")
        return DEFAULT_LOOKBACK_MINUTES if minutes is None else int(minutes)

    def warn_once(self, text: str, *args: object) -> None:
        """Log a warning, once a run."""
        if (text, *args) not in self._warned:
            self._warned.add((text, *args))
            self.logger.warning(text, *args)

    def warn_stores_not_installed(self, site: WixSite) -> None:
        """Say once a site, however many streams find out, that there is no shop on it."""
        names = [name for name, one in self.streams.items() if is_catalog_stream(one)]
        self.warn_once(
            "Wix Stores is not installed on site %s: %s stay empty.",
            site.site_id,
            ", ".join(name for name in names if self.streams[name].selected),
        )

    def now(self) -> str:
        """Return the present moment, by the clock of this machine."""
        return times.canonical(datetime.now(UTC).isoformat())

    def note_sweep(self, site: WixSite, stream: str, sweep: Row) -> None:
        """Write that a stream of a site was read whole.

        Args:
            site: the site.
            stream: name of the stream.
            sweep: a row of the stream `sweeps`, without the site.
        """
        self._swept.setdefault(stream, set()).add(site.site_id)
        sweeps = self.streams.get("sweeps")
        if sweeps is not None and sweeps.selected:
            cast("WixStream", sweeps).write_record({"siteId": site.site_id, **sweep})

    def activate_versions(self, sites: Sequence[WixSite]) -> None:
        """Tell loaders to drop what was not read, of streams that were read whole on all sites."""
        for stream in self.wix_streams:
            due = 1 if stream.of_account else len(sites)
            if stream.selected and len(self._swept.get(stream.name, ())) == due:
                stream.activate_version()

    def flush(self) -> None:
        """Write the rows that were held back to be written at once."""
        if isinstance(self.message_writer, WholeLineWriter):
            self.message_writer.flush()

    def may_write_state(self) -> bool:
        """Tell whether STATE lines are few beside the rows: they hold all sites each time."""
        writer = self.message_writer
        if not isinstance(writer, WholeLineWriter):
            return True
        states = writer.state_bytes + writer.last_state_bytes
        return states * _ROWS_PER_STATE <= writer.record_bytes

    def write_state(self) -> None:
        """Write the STATE message of what was read so far."""
        with self.state_lock:
            self.state_writer.write_state(self.state)

    # -- settings and state -----------------------------------------------------------------------

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        """Refuse a state that cannot be gone on from."""
        bookmarks, errors = usable_bookmarks(state)
        if errors:
            raise ConfigValidationError("State validation failed", errors=errors)
        super().load_state({**state, "bookmarks": bookmarks})

    @classmethod
    @override
    def check_settings(cls, config: Mapping[str, Any]) -> None:
        check_settings(config)

    # -- the end of a run -------------------------------------------------------------------------

    def sync_all(self) -> None:  # type: ignore[misc]
        """Read all streams, then fail if one of them could not be read.

        The SDK marks the method as final. It reads one stream after another, stops at the first
        that is refused, and has no hook at the end of a run.

        Raises:
            RunFailedError: something was left unread.
        """
        Sync(self, self.wix_streams).run()
        if self.config.get("skip_unavailable_streams"):
            for message in self.failures.take_unavailable():
                self.logger.warning("%s", message)
        if messages := self.failures.messages():
            raise RunFailedError(messages)

    def run_sync_dry_run(  # type: ignore[misc]
        self, dry_run_record_limit: int | None = 1, streams: Iterable[Stream] | None = None
    ) -> bool:
        """Read a few rows of each stream, as the SDK's own tests do; final there as well.

        Args:
            dry_run_record_limit: rows of each stream at most; all of them if it is None.
            streams: to read; all if it is None.

        Raises:
            RunFailedError: a stream could not be read.
        """
        for stream in self.streams.values() if streams is None else streams:
            stream.selected = True
        Sync(self, self.wix_streams, rows_at_most=dry_run_record_limit).run()
        if messages := self.failures.messages():
            raise RunFailedError(messages)
        return True

    @classmethod
    @override
    def invoke(cls, **kwargs: Any) -> None:
        with exit_on_error(cls.logger):
            for option in ("state", "catalog"):
                if kwargs.get(option):
                    kwargs[option] = json_object(option, kwargs[option])
            super().invoke(**kwargs)

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Check what can be read and say it in plain words; the SDK would print the shop's data."""
        if value != CliTestOptionValue.All.value:
            super().cb_test(ctx, param, value)
            return
        with exit_on_error(cls.logger):
            config = ctx.params.get("config")
            try:
                tap = (
                    cls(config=config.config, parse_env_config=config.parse_env)
                    if config
                    else cls()
                )
            except ConfigValidationError as error:
                raise RunFailedError(error.errors) from None
            check = Check(tap, tap.wix_streams)
            for line in check.lines():
                click.echo(line)
            ctx.exit(int(check.failed))

    @classmethod
    @override
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:
        with exit_on_error(cls.logger):
            super().cb_discover(ctx, param, value)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """Write the state and exit with 143 for SIGTERM, 130 for SIGINT.

        The SDK's own handler, private and without another way to it, exits with 0: Meltano would
        take half a run for a whole one. It also writes into the middle of a line.
        """
        if not self._ready or self._leaving:
            sys.exit(_SIGNAL_EXIT + signum)
        self._leaving = True
        leave = functools.partial(self._leave, signum)
        if isinstance(self.message_writer, WholeLineWriter):
            self.message_writer.between_lines(leave)
        else:
            leave()

    def _leave(self, signum: int) -> None:
        text = "Stopped by signal %d; the state of what was read is kept."
        say_beside(functools.partial(self.logger.warning, text, signum))
        try:
            self.write_state()
        except OutputError as error:
            self.logger.error("%s", error)  # noqa: TRY400
            abandon_output()
        sys.exit(_SIGNAL_EXIT + signum)


if __name__ == "__main__":
    TapWix.cli()
