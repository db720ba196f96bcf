"""One Wix site: the wire to it, and what is true of it for the length of a run."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tap_wix.api import catalog_version
from tap_wix.api.transport import WixTransport

if TYPE_CHECKING:
    from tap_wix.api.catalog_version import CatalogVersion
    from tap_wix.api.settings import Connection


class WixSite:
    """A site, shared by all streams or sinks of a run.

    Attributes:
        transport: the wire, with its one rate governor.
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
        """Nothing is asked of Wix yet."""
        self.transport = transport or WixTransport(connection, user_agent=user_agent)
        self.site_id = connection.identity
        self.v1_reads = ""
        self.v1_sort = ""

    @cached_property
    def catalog_version(self) -> CatalogVersion:
        """Return the catalog of the site, asked for when first needed: contacts never need it."""
        return catalog_version.detect(self.transport)
