"""What a site says of itself: properties, business locations, currencies (wix-api platform 7, 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import Request, route
from tests.fake_wix.query import QuerySpec, declare, run_query
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
SETTINGS, LOCATIONS = "SITE_SETTINGS.VIEW", "LOCATIONS.READ"
CURRENCIES = "CURRENCY_CONVERTER.READ_CURRENCIES"
CURRENCIES_PATH = "/currency_converter/v1/currencies"
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
    cursor_paging=False,
    offset_paging=True,
    default_sort=(),
)


class Business:
    """Properties and places of a site."""

    def __init__(self, site: Site) -> None:
        """A site that nobody filled in much."""
        self.site = site
        self.version = 207
        self.properties: Json = {
            "language": "en",
            "paymentCurrency": site.currency,
            "timeZone": "Europe/Berlin",
            "siteDisplayName": "A shop",
            "email": "",
        }
        self.locations = Store(site)
        self.currencies_for_all = True
        """Whether the list of currencies comes without any credential, as browsers get it (platform 8)."""
        self.currencies: list[Json] = [
            {"code": code, "symbol": symbol} for code, symbol in CURRENCY_ROWS
        ]

    def add_location(self, location: Json) -> Json:
        """A place of business; what it lacks is filled in."""
        filled = {
            "id": self.site.new_id(),
            "revision": "1",
            "name": "Studio",
            "default": len(self.locations) == 0,
            "archived": False,
            **location,
        }
        self.locations.put(filled, indexed=True)
        return filled


@route("GET", "/site-properties/v4/properties", needs=SETTINGS)
def site_properties(site: Site, request: Request) -> Json:
    """The properties, without the id of the site; `fields` chooses some of the top level (platform 7)."""
    names = [name for text in request.params.get("fields", []) for name in text.split(",")]
    names += request.params.get("fields.paths", [])
    properties = {
        name: value
        for name, value in site.business.properties.items()
        if not names or name in names
    }
    return {"version": str(site.business.version), "properties": properties}


def _page(rows: list[Json], query: Json, spec: QuerySpec, *, archived: bool) -> Json:
    found = [row for row in rows if archived or not row.get("archived")]
    page, paging = run_query(found, query, spec)
    more = paging["offset"] + paging["count"] < paging["total"]
    block = {"count": paging["count"], "offset": paging["offset"], "hasNext": more}
    return {"locations": page, "pagingMetadata": block}


@route("GET", "/locations/v1/locations", needs=LOCATIONS)
def list_locations(site: Site, request: Request) -> Json:
    """Business locations; archived ones only with the flag (platform 7.1)."""
    paging = {
        name: int(value) if value.lstrip("-").isdigit() else value
        for name in ("limit", "offset")
        if (value := request.param(f"paging.{name}")) is not None
    }
    archived = request.param("includeArchived") == "true"
    rows = site.business.locations.all()
    return _page(rows, {"paging": paging}, replace(_SPEC, inside=""), archived=archived)


@route("POST", "/locations/v1/locations/query", needs=LOCATIONS)
def query_locations(site: Site, request: Request) -> Json:
    """The same by filter; a filter that names `archived` decides about archived ones."""
    query = request.part("query")
    rows = site.business.locations.all_indexed()
    return _page(rows, query, _SPEC, archived="archived" in (query.get("filter") or {}))


@route("GET", "/locations/v1/locations/{location_id}", needs=LOCATIONS)
def get_location(site: Site, request: Request, location_id: str) -> Json:
    """One of them."""
    location = site.business.locations.get(location_id)
    if location is None:
        raise application_error(404, "LOCATION_NOT_FOUND", "Location not found")
    return {"location": location}


@route("GET", CURRENCIES_PATH, needs=CURRENCIES)
def list_currencies(site: Site, request: Request) -> Json:
    """All currencies, withdrawn ones too; no paging (platform 8)."""
    return {"currencies": site.business.currencies}
