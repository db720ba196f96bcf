"""Query Sites: the sites of an account (wix-api platform 2.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import bare, plain
from tests.fake_wix.http.routes import object_in
from tests.fake_wix.query import Cursors, QuerySpec, declare, matching, run_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

Json = dict[str, Any]
PATH = "/site-list/v2/sites"
_FLAGS = ("published", "premium", "domainConnected")
_SPEC = QuerySpec(
    {
        "id": declare("eq in"),
        "folderId": declare("eq exists"),
        "editorType": declare("eq in"),
        "namespace": declare("eq ne in"),
        "state": declare("eq in", read=lambda row: "TRASHED" if "trashedDate" in row else "ACTIVE"),
        **{name: declare("eq", kind="bool") for name in _FLAGS},
        "displayName": declare("", sort=True),
        **{
            name: declare("", sort=True, kind="date")
            for name in ("createdDate", "updatedDate", "trashedDate")
        },
    },
    api="sites",
    offset_paging=True,
    max_offset=1_000,
)
_COUNT_SPEC = replace(
    _SPEC, fields={name: field for name, field in _SPEC.fields.items() if name != "premium"}
)


class SiteList:
    """The list of the sites of one address, each under its account."""

    def __init__(self) -> None:
        """Nobody may ask but with a key of the whole account."""
        self.account_keys: set[str] = set()
        self.may_read = True
        """Whether those keys have the permission `SITE_LIST.READ`."""
        self.cursors = Cursors()
        self.endpoints: dict[str, Callable[[Request, Iterable[Site]], Json]] = {
            f"{PATH}/query": self.query,
            f"{PATH}/count": self.count,
        }

    def query(self, request: Request, sites: Iterable[Site]) -> Json:
        """A page of sites; headless ones come only when the filter names them."""
        query = request.part("query")
        place = self.cursors.place_of(query)
        asked = place.filter if place else query.get("filter")
        rows = self._rows(request, sites, asked)
        page, paging = run_query(rows, query, _SPEC, self.cursors)
        return {"sites": page, "metadata": paging}

    def count(self, request: Request, sites: Iterable[Site]) -> Json:
        """How many there are, by the same rule."""
        asked = object_in(request.object(), "filter")
        return {"count": len(matching(self._rows(request, sites, asked), asked, _COUNT_SPEC))}

    def _rows(self, request: Request, sites: Iterable[Site], asked: Any) -> list[Json]:
        """The sites of the account that the request names, if its key may ask."""
        if request.headers.get("authorization", "") not in self.account_keys:
            raise bare(401, body=True)
        account = request.headers.get("wix-account-id")
        if not account or request.headers.get("wix-site-id"):
            raise plain(400, "wix-account-id is needed, and wix-site-id cannot be sent with it")
        if not self.may_read:
            raise bare(403, body=True)
        rows = [row_of(site) for site in sites if site.account_id == account]
        if isinstance(asked, dict) and "namespace" in asked:
            return rows
        return [row for row in rows if row["namespace"] != "HEADLESS"]


def row_of(site: Site) -> Json:
    """A site as the list shows it; what `listing` holds wins."""
    headless = site.listing.get("namespace") == "HEADLESS"
    name = f"headless-{site.site_id}" if headless else f"site-{site.site_id[:8]}"
    published = site.listing.get("published", True)
    return {
        "id": site.site_id,
        "htmlAppId": site.instance_id,
        "name": name,
        "displayName": "A shop",
        "createdDate": "2024-01-01T00:00:00.000Z",
        "updatedDate": "2026-01-01T00:00:00.000Z",
        "published": True,
        "premium": True,
        "viewUrl": f"https://{name}.example.com" if published else "",
        "editUrl": f"https://manage.wix.com/edit/{site.site_id}",
        "thumbnail": "",
        "ownerAccountId": site.account_id,
        "contributorAccountIds": [],
        "editorType": "EDITORLESS" if headless else "STUDIO",
        "blocked": False,
        "namespace": "WIX",
        "domainConnected": False,
        "parentChildRole": "NONE",
        **site.listing,
    }
