"""What streams and the sync loop need of the run that they belong to, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tap_wix.api.site import WixSite
    from tap_wix.failures import Failures

Row = dict[str, Any]


class RunContext(Protocol):
    """A run of the tap, as the streams and the sync loop see it."""

    failures: Failures

    @property
    def state_lock(self) -> AbstractContextManager[Any]:
        """Held by whoever changes or writes the state."""

    @property
    def message_writer(self) -> object:
        """What writes messages to the loader."""

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings."""

    @property
    def state(self) -> Mapping[str, Any]:
        """The state, to be changed with the lock held."""

    @property
    def initialized_at(self) -> int:
        """When the run began, in milliseconds since 1970."""

    @property
    def site(self) -> WixSite:
        """The first site."""

    @property
    def parallel_sites(self) -> int:
        """How many sites are read side by side."""

    @property
    def began(self) -> datetime:
        """The moment at which the run began, by the clock of this machine."""

    @property
    def started(self) -> str:
        """The same, canonical."""

    @property
    def start_date(self) -> str | None:
        """The moment before which nobody wants rows, None if all are wanted."""

    @property
    def lookback_minutes(self) -> int:
        """How far an incremental run reaches back behind its bookmark."""

    def sites(self) -> Sequence[WixSite]:
        """Return the sites to read."""

    def now(self) -> str:
        """Return the present moment, by the clock of this machine."""

    def warn_once(self, text: str, *args: object) -> None:
        """Log a warning, once a run."""

    def warn_stores_not_installed(self, site: WixSite) -> None:
        """Say once a site that there is no shop on it."""

    def note_sweep(self, site: WixSite, stream: str, sweep: Row) -> None:
        """Write that a stream of a site was read whole."""

    def activate_versions(self, sites: Sequence[WixSite]) -> None:
        """Tell loaders to drop what was not read, of streams that were read whole on all sites."""

    def flush(self) -> None:
        """Write the rows that were held back to be written at once."""

    def may_write_state(self) -> bool:
        """Tell whether STATE lines are few beside the rows: they hold all sites each time."""

    def write_state(self) -> None:
        """Write the STATE message of what was read so far."""
