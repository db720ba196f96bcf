"""The tap: its settings, its streams, and how a run ends."""

from __future__ import annotations

import functools
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from typing_extensions import override

from tap_wix import streams
from tap_wix.api import times
from tap_wix.api.settings import read_connection
from tap_wix.api.site import WixSite
from tap_wix.bookmarks import usable_bookmarks
from tap_wix.failures import Failures, RunFailedError, told_without_traceback
from tap_wix.options import (
    DEFAULT_LOOKBACK_MINUTES,
    PROPERTIES,
    bad_values_in_environment,
    json_object,
    mistakes_in,
    without_values,
)
from tap_wix.writing import OutputError, WholeLineWriter, abandon_output

if TYPE_CHECKING:
    from types import FrameType

    import click
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_wix.client import WixStream

_SIGNAL_EXIT = 128


class TapWix(Tap):
    """Singer tap for Wix: products, variants, collections and contacts of a site."""

    name = "tap-wix"
    package_name = "tap-wix"
    message_writer_class = WholeLineWriter

    config_jsonschema: ClassVar[dict[str, Any]] = {"type": "object", "properties": {**PROPERTIES}}

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
        self._missing_stores_said = False
        self._clock_lead: timedelta | None = None
        try:
            super().__init__(*args, **kwargs)
        except ValueError:
            # The SDK turns environment variables into numbers and JSON without asking whether
            # they are such.
            if not (mistakes := bad_values_in_environment(self.config_jsonschema)):
                raise
            raise ConfigValidationError("Config validation failed", errors=mistakes) from None
        unknown = self.config.keys() - self.config_jsonschema["properties"].keys()
        if unknown:
            self.logger.warning("Settings that do not exist: %s.", ", ".join(sorted(unknown)))
        self._ready = True

    @override
    def discover_streams(self) -> list[WixStream]:
        return [
            streams.ProductsStream(self),
            streams.ProductVariantsStream(self),
            streams.CollectionsStream(self),
            streams.ContactsStream(self),
        ]

    # -- what the streams share -------------------------------------------------------------------

    @functools.cached_property
    def site(self) -> WixSite:
        """The site that the settings name."""
        return WixSite(
            read_connection(self.config), user_agent=f"{self.name}/{self.plugin_version}"
        )

    @functools.cached_property
    def started(self) -> str:
        """The moment at which the run began, by the clock of this machine."""
        return _canonical(self._began)

    @property
    def started_by_wix(self) -> str:
        """The moment at which the run began, by Wix's clock if it is known."""
        return _canonical(self._began - self._lead())

    @property
    def now_by_wix(self) -> str:
        """The present moment, by Wix's clock if it is known."""
        return _canonical(datetime.now(UTC) - self._lead())

    @property
    def _began(self) -> datetime:
        return datetime.fromtimestamp(self.initialized_at / 1000, tz=UTC)

    def _lead(self) -> timedelta:
        """Return how far the clock of this machine is ahead of Wix's, rather too much than too little.

        Wix's answers carry a `Date`, of whole seconds, that is as old as the way back took.
        """
        date = self.site.transport.server_time
        if self._clock_lead is None and date is not None:
            self._clock_lead = datetime.now(UTC) - date
        return self._clock_lead or timedelta()

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

    def say_stores_are_missing(self) -> None:
        """Say so once, however many streams find out."""
        if not self._missing_stores_said:
            self._missing_stores_said = True
            self.logger.warning(
                "Wix Stores is not installed on this site: products, product_variants and"
                " collections stay empty."
            )

    # -- settings and state -----------------------------------------------------------------------

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        """Refuse a state that cannot be gone on from."""
        bookmarks, errors = usable_bookmarks(state)
        if errors:
            raise ConfigValidationError("State validation failed", errors=errors)
        super().load_state({**state, "bookmarks": bookmarks})

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check our own settings first, in words made for the person who fills them in.

        The SDK has no public hook between reading the settings and checking them, and its check
        quotes the value that is wrong, which can be the key.
        """
        if raise_errors and (mistakes := mistakes_in(self.config)):
            raise ConfigValidationError("Config validation failed", errors=mistakes)
        errors = without_values(super()._validate_config(raise_errors=False))
        if raise_errors and errors:
            raise ConfigValidationError("Config validation failed", errors=errors)
        return errors

    # -- the end of a run -------------------------------------------------------------------------

    def sync_all(self) -> None:  # type: ignore[misc]
        """Read all streams, then fail if one of them could not be read.

        The SDK marks the method as final and has no hook at the end of a run; without it a run
        would have to stop at the first stream that is refused.

        Raises:
            RunFailedError: something was left unread.
        """
        super().sync_all()
        if messages := self.failures.messages():
            raise RunFailedError(messages)

    @classmethod
    @override
    def invoke(cls, **kwargs: Any) -> None:
        with told_without_traceback(cls.logger):
            for option in ("state", "catalog"):
                if kwargs.get(option):
                    kwargs[option] = json_object(option, kwargs[option])
            super().invoke(**kwargs)

    @classmethod
    @override
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        with told_without_traceback(cls.logger):
            try:
                super().cb_test(ctx, param, value)
            except ConfigValidationError as error:
                raise RunFailedError(error.errors) from None

    @classmethod
    @override
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:
        with told_without_traceback(cls.logger):
            super().cb_discover(ctx, param, value)

    @classmethod
    @override
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        try:
            return super().cb_config(ctx, param, value)
        except (OSError, ValueError, TypeError) as error:
            cls.logger.error("The settings file cannot be read: %s", error)  # noqa: TRY400
            ctx.exit(1)

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
        self.logger.warning("Stopped by signal %d; the state of what was read is kept.", signum)
        try:
            self.state_writer.write_state(self.state)
        except OutputError as error:
            self.logger.error("%s", error)  # noqa: TRY400
            abandon_output()
        sys.exit(_SIGNAL_EXIT + signum)


def _canonical(moment: datetime) -> str:
    return times.canonical(moment.isoformat())


if __name__ == "__main__":
    TapWix.cli()
