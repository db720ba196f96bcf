"""Query Sites: the sites of an account (wix-api platform 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.query import Cursors, QuerySpec, declare, run_query
from tests.fake_wix.refusals import bare, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fake_wix.routes import Request
    from tests.fake_wix.site import Site

Json = dict[str, Any]
PATH = "/site-list/v2/sites/query"
_SPEC = QuerySpec(
    {
        "id": declare("eq in"),
        "namespace": declare("eq ne in"),
        "displayName": declare("eq in startsWith", sort=True),
        **{
            name: declare("", sort=True, kind="date")
            for name in ("createdDate", "updatedDate", "trashedDate")
        },
    },
    api="sites",
)


class SiteList:
    """The list of the sites of one address, each under its account."""

    def __init__(self) -> None:
        """Nobody may ask but with a key of the whole account."""
        self.account_keys: set[str] = set()
        self.cursors = Cursors()

    def query(self, request: Request, sites: Iterable[Site]) -> Json:
        """A page of sites; headless ones come only when the filter names them."""
        if request.headers.get("authorization", "") not in self.account_keys:
            raise bare(401, body=True)
        account = request.headers.get("wix-account-id")
        if not account or request.headers.get("wix-site-id"):
            raise plain(400, "wix-account-id is needed, and wix-site-id cannot be sent with it")
        query = request.part("query")
        cursor = (query.get("cursorPaging") or {}).get("cursor")
        place = self.cursors.places.get(cursor) if isinstance(cursor, str) else None
        asked = (place.filter if place else query.get("filter")) or {}
        rows = [row_of(site) for site in sites if site.account_id == account]
        if "namespace" not in asked:
            rows = [row for row in rows if row["namespace"] != "HEADLESS"]
        page, paging = run_query(rows, query, _SPEC, self.cursors)
        return {"sites": page, "metadata": paging}


def row_of(site: Site) -> Json:
    """A site as the list shows it; what `listing` holds wins."""
    return {
        "id": site.site_id,
        "name": f"site-{site.site_id[:8]}",
        "displayName": "A shop",
        "createdDate": "2024-01-01T00:00:00.000Z",
        "updatedDate": "2026-01-01T00:00:00.000Z",
        "published": True,
        "premium": True,
        "viewUrl": "",
        "ownerAccountId": site.account_id,
        "contributorAccountIds": [],
        "editorType": "STUDIO",
        "blocked": False,
        "namespace": "WIX",
        "domainConnected": False,
        "parentChildRole": "NONE",
        **site.listing,
    }
