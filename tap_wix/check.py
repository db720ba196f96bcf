"""`--test`: a check in plain words for the owner of a shop. It prints no data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tap_wix.api.business import SITE_PROPERTIES
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import AccessError, StoresNotInstalledError, WixError
from tap_wix.api.foreign_text import shown
from tap_wix.api.resources import Rows
from tap_wix.site_stream import ODD_SHAPES, where

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.site import WixSite
    from tap_wix.client import WixStream
    from tap_wix.context import RunContext

_WIDTH = 26


class Check:
    """Asks for one page of each stream, and says what can be read and what is missing.

    Attributes:
        failed: whether a selected stream cannot be read.
    """

    def __init__(self, run: RunContext, streams: Sequence[WixStream]) -> None:
        self.failed = False
        self._run = run
        self._streams = streams
        self._requests = 0
        self._pages: dict[tuple[str, str], Rows | WixError] = {}
        self._complete = True

    def lines(self) -> Iterator[str]:
        """Yield the report line by line, as the answers come."""
        for site in self._run.sites():
            yield from self._of_site(site)
            yield ""
        yield self._duration()

    def _of_site(self, site: WixSite) -> Iterator[str]:
        yield f"Site {site.site_id}{self._name(site)}"
        yield f"Catalog: {self._catalog(site)}"
        for stream in self._streams:
            said = self._stream(site, stream)
            chosen = "" if stream.selected else " (not selected)"
            yield f"  {stream.name:{_WIDTH}} {said}{chosen}"

    def _name(self, site: WixSite) -> str:
        """Return the name of the site; a key may well not be allowed to see it."""
        try:
            properties = next(SITE_PROPERTIES.rows(site), {})
        except WixError:
            return ""
        name = properties.get("siteDisplayName") or properties.get("businessName")
        return f": {shown(name, limit=80)}" if name else ""

    def _catalog(self, site: WixSite) -> str:
        try:
            version = site.catalog_version
        except WixError as error:
            return f"unknown. {error}"
        if version is CatalogVersion.NOT_INSTALLED:
            return "none, Wix Stores is not installed."
        return f"{version.value}."

    def _stream(self, site: WixSite, stream: WixStream) -> str:
        try:
            return self._readable(site, stream)
        except StoresNotInstalledError:
            return "empty: Wix Stores is not installed"
        except WixError as error:
            self.failed = self.failed or stream.selected
            kind = "REFUSED" if isinstance(error, AccessError) else "FAILED"
            return f"{kind}. {error}"
        except ODD_SHAPES as error:
            self.failed = self.failed or stream.selected
            return f"FAILED. Wix answered with something that is not understood ({where(error)})."

    def _readable(self, site: WixSite, stream: WixStream) -> str:
        """Read a page of a stream, or what an embedded one needs besides its parent."""
        if stream.parent_stream_type is not None:
            parent = self._parent_of(stream)
            page = self._first_page(site, parent)
            stream.prepare(site)
            if stream.requested is not None:
                stream.requested.fetch(site, [row["id"] for row in page.rows[:1]])
            return f"can be read, with {parent.name}"
        if stream.resource is None:
            return "can be written"
        if stream.resource.of_site(site) is None:
            return "empty: Catalog V1 has nothing of the kind"
        parts = self._first_page(site, stream).parts
        missing = [name for name, given in parts.items() if not given]
        self._count(site, stream)
        return f"can be read, but without {', '.join(missing)}" if missing else "can be read"

    def _parent_of(self, stream: WixStream) -> WixStream:
        return next(one for one in self._streams if type(one) is stream.parent_stream_type)

    def _first_page(self, site: WixSite, stream: WixStream) -> Rows:
        """Return the first page of a stream, which is asked for once.

        Raises:
            WixError: it cannot be read; the same as the first time.
        """
        key = site.site_id, stream.name
        if key not in self._pages:
            try:
                pages = stream.resource.pages(site) if stream.resource else iter(())
                self._pages[key] = next(pages, None) or Rows([])
            except WixError as error:
                self._pages[key] = error
        found = self._pages[key]
        if isinstance(found, WixError):
            raise found
        return found

    def _count(self, site: WixSite, stream: WixStream) -> None:
        """Add up the requests of a full run, as far as Wix tells how many rows there are."""
        resource = stream.resource.of_site(site) if stream.resource else None
        embedded = [
            one for one in self._streams if one.parent_stream_type is type(stream) and one.selected
        ]
        if resource is None or not (stream.selected or embedded):
            return
        rows, size = len(self._first_page(site, stream).rows), resource.page_size
        total = rows if rows < size else resource.count(site)
        self._complete = self._complete and total is not None
        for_each_page = 1 + len({one.requested for one in embedded if one.requested is not None})
        self._requests += max(math.ceil((total or rows) / size), 1) * for_each_page

    def _duration(self) -> str:
        rate = self._run.site.requests_per_minute
        minutes = math.ceil(self._requests / rate)
        least = "about" if self._complete else "at least"
        return (
            f"A full run takes {least} {self._requests} requests: {least} {minutes}"
            f" minute{'' if minutes == 1 else 's'} at {rate} requests a minute."
        )
