"""Opens a site of the fake Wix as the tap and the target do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_wix.api.settings import read_connection
from tap_wix.api.site import WixSite
from tap_wix.api.transport import WixTransport

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix, Site


def open_site(wix: FakeWix, site: Site | None = None) -> WixSite:
    """A site to read from; waits pass at once."""
    connection = read_connection((site or wix.site).settings(wix.url))
    transport = WixTransport(connection, user_agent="tap-wix tests", sleep=lambda _: None)
    return WixSite(connection, transport=transport)


def ids(rows: Any) -> list[str]:
    """The ids of rows, in their order."""
    return [row["id"] for row in rows]
