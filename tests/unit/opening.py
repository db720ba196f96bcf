"""Opens a site of the fake Wix as the tap and the target do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest import mock

from tap_wix.api.connection import read_connection
from tap_wix.api.site import WixSite
from tap_wix.api.transport import WixTransport

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import ModuleType

    from tests.fake_wix import FakeWix, Site


def open_site(wix: FakeWix, site: Site | None = None) -> WixSite:
    """A site to read from; waits pass at once."""
    connection = read_connection((site or wix.site).settings(wix.url))
    transport = WixTransport(connection, user_agent="tap-wix tests", sleep=lambda _: None)
    return WixSite(connection, transport=transport)


def ids(rows: Any) -> list[str]:
    """The ids of rows, in their order."""
    return [row["id"] for row in rows]


def small_pages(module: ModuleType, endpoint: str, limit: int) -> AbstractContextManager[object]:
    """Let an endpoint of a module give pages of so many rows."""
    return mock.patch.object(module, endpoint, replace(getattr(module, endpoint), limit=limit))
