"""What a site says of itself: properties, business locations, currencies (wix-api platform 7, 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.query import QuerySpec, declare, run_query
from tests.fake_wix.refusals import application_error
from tests.fake_wix.routes import Request, route
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
SETTINGS, LOCATIONS, CURRENCIES = "SITE_SETTINGS.VIEW", "LOCATION.READ", "CURRENCIES.MANAGE"
CURRENCY_ROWS = (
    ("EUR", "€"),
    ("USD", "$"),
    ("JPY", "¥"),
    ("CHF", "CHF"),
    ("AED", "د.إ"),
    ("ROL", "ROL"),
    ("TMM", "m/="),
    ("CNY", "¥"),
)
_SPEC = QuerySpec(
    {
        "id": declare("eq in"),
        "name": declare("eq in startsWith", sort=True),
        "archived": declare("eq ne", kind="bool"),
        "default": declare("eq ne", kind="bool"),
    },
    default_limit=50,
    max_limit=1000,
    cursor_paging=False,
    offset_paging=True,
    default_sort=(),
    with_total=False,
)


class Business:
    """Properties and places of a site."""

    def __init__(self, site: Site) -> None:
        """A site that nobody filled in much."""
        self.version = 207
        self.properties: Json = {
            "language": "en",
            "paymentCurrency": site.currency,
            "timeZone": "Europe/Berlin",
            "siteDisplayName": "A shop",
            "email": "",
        }
        self.locations = Store(site)
        self.currencies: list[Json] = [
            {"code": code, "symbol": symbol} for code, symbol in CURRENCY_ROWS
        ]


@route("GET", "/site-properties/v4/properties", needs=SETTINGS)
def site_properties(site: Site, request: Request) -> Json:
    """The properties, without the id of the site (platform 7)."""
    return {"version": str(site.business.version), "properties": site.business.properties}


def _page(site: Site, query: Json, *, archived: bool) -> Json:
    rows = [row for row in site.business.locations.all() if archived or not row.get("archived")]
    page, paging = run_query(rows, query, _SPEC)
    start = paging["offset"] + paging["count"]
    block = {"count": paging["count"], "offset": paging["offset"], "hasNext": start < len(rows)}
    return {"locations": page, "pagingMetadata": block}


@route("GET", "/locations/v1/locations", needs=LOCATIONS)
def list_locations(site: Site, request: Request) -> Json:
    """Business locations; archived ones only with the flag (platform 7.1)."""
    paging = {
        name: int(value)
        for name in ("limit", "offset")
        if (value := request.param(f"paging.{name}") or "").isdigit()
    }
    return _page(site, {"paging": paging}, archived=request.param("includeArchived") == "true")


@route("POST", "/locations/v1/locations/query", needs=LOCATIONS)
def query_locations(site: Site, request: Request) -> Json:
    """The same by filter; a filter that names `archived` decides about archived ones."""
    query = request.part("query")
    return _page(site, query, archived="archived" in (query.get("filter") or {}))


@route("GET", "/locations/v1/locations/{location_id}", needs=LOCATIONS)
def get_location(site: Site, request: Request, location_id: str) -> Json:
    """One of them."""
    location = site.business.locations.get(location_id)
    if location is None:
        raise application_error(404, "LOCATION_NOT_FOUND", "Location not found")
    return {"location": location}


@route("GET", "/currency_converter/v1/currencies", needs=CURRENCIES)
def list_currencies(site: Site, request: Request) -> Json:
    """All currencies, withdrawn ones too; no paging (platform 8)."""
    return {"currencies": site.business.currencies}
