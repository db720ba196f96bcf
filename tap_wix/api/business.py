"""What a site and its account say of themselves (wix-api platform 2.3, 7, 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, AnswerError, SettingsError
from tap_wix.api.paging import cursor_pages, list_in
from tap_wix.api.resources import OffsetPages, Resource, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.site import WixSite

_CURRENCIES = "/currency_converter/v1/currencies"
_PROPERTIES = "/site-properties/v4/properties"
_SITES = "/site-list/v2/sites/query"


@dataclass(frozen=True)
class Currencies(Resource):
    """All currencies in one answer; public, though a permission for them is documented."""

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the currencies; where the key is refused, without it (wix-api platform 8)."""
        del since
        permission = "Manage Currencies, CURRENCY_CONVERTER.READ_CURRENCIES"
        try:
            answer = site.transport.call("GET", _CURRENCIES, permission=permission)
        except AccessError:
            answer = site.transport.call(
                "GET", _CURRENCIES, permission=permission, authenticated=False
            )
        yield Rows(list_in(answer, "currencies", _CURRENCIES))


@dataclass(frozen=True)
class SiteProperties(Resource):
    """One row; it has no id and no dates, only a version that grows."""

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the row."""
        del since
        answer = site.transport.call(
            "GET",
            _PROPERTIES,
            permission="Read site, business, and email details, SITE_SETTINGS.VIEW",
        )
        properties = answer.get("properties")
        if not isinstance(properties, dict):
            raise AnswerError(f"Wix answered {_PROPERTIES} without properties.", path=_PROPERTIES)
        yield Rows([{**properties, "version": answer.get("version")}])


@dataclass(frozen=True)
class Sites(Resource):
    """All sites of the account, headless ones too, as a key of the account sees them."""

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the sites, each under its own id."""
        del since
        body = {
            "query": {
                "filter": {"namespace": {"$in": ["WIX", "HEADLESS"]}},
                "sort": [{"fieldName": "createdDate", "order": "ASC"}],
                "cursorPaging": {"limit": 100},
            }
        }
        permission = "an API key of the whole account with Read Site Data, SITE_LIST.READ"
        try:
            transport = site.account
        except SettingsError as error:
            raise AccessError(str(error)) from None
        for page in cursor_pages(transport, _SITES, body, "sites", permission=permission):
            yield Rows([{**row, "siteId": row.get("id")} for row in page.rows])


CURRENCIES, SITE_PROPERTIES, SITES = Currencies(), SiteProperties(), Sites()
BUSINESS_LOCATIONS = OffsetPages(
    "/locations/v1/locations",
    "locations",
    limit=50,
    permission="Manage Locations, SCOPE.DC-MULTILOCATION.MANAGE-LOCATIONS",
    beside={"includeArchived": "true"},
)
