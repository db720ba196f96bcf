"""One Wix site: the wire to it, and what is true of it for the length of a run."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from tap_wix.api import catalog_version, times
from tap_wix.api.transport import WixTransport

if TYPE_CHECKING:
    from tap_wix.api.catalog_version import CatalogVersion
    from tap_wix.api.connection import Connection


class WixSite:
    """A site, shared by all streams or sinks of a run.

    Attributes:
        transport: the transport, with its one rate limiter.
        site_id: the id that records carry; with an app's login, which names no site, the id of
            the app's installation on it.
        v1_reads: the prefix under which Catalog V1 answered reads, empty until it did.
        v1_sort: the form of sorting that Catalog V1 took, empty until it did.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        user_agent: str = "tap-wix",
        transport: WixTransport | None = None,
    ) -> None:
        self.transport = transport or WixTransport(connection, user_agent=user_agent)
        self.site_id = connection.identity
        self.v1_reads = ""
        self.v1_sort = ""
        self._connection = connection
        self._user_agent = user_agent
        self._lock = threading.RLock()
        self._catalog_version: CatalogVersion | None = None
        self._lead: timedelta | None = None

    @property
    def catalog_version(self) -> CatalogVersion:
        """The catalog of the site, asked for when first needed: contacts never need it."""
        with self._lock:
            if self._catalog_version is None:
                self._catalog_version = catalog_version.detect(self.transport)
            return self._catalog_version

    @property
    def requests_per_minute(self) -> int:
        """The most requests that are sent in a minute."""
        return self._connection.requests_per_minute

    @cached_property
    def account(self) -> WixTransport:
        """The wire to the account that owns the site, for calls that are about no single site."""
        return WixTransport(self._connection.of_account(), user_agent=self._user_agent)

    # -- Wix's clock ----------------------------------------------------------------------------

    def now(self) -> str:
        """Return the present moment, by Wix's clock if it is known."""
        return self.by_wix(datetime.now(UTC))

    def by_wix(self, moment: datetime) -> str:
        """Return a moment of this machine's clock as Wix's clock shows it.

        Wix's answers carry a `Date`, of whole seconds, that is as old as the way back took: this
        machine counts as ahead by rather too much than too little.
        """
        date = self.transport.server_time
        if self._lead is None and date is not None:
            self._lead = datetime.now(UTC) - date
        return times.canonical((moment - (self._lead or timedelta())).isoformat())
