"""What a site and its account say of themselves (wix-api platform 2.3, 7, 8)."""

from __future__ import annotations

from tap_wix.api.business import BUSINESS_LOCATIONS, CURRENCIES, SITE_PROPERTIES, SITES
from tap_wix.client import WixStream
from tap_wix.schemas.source import SITE, column, schema_of, wix_schema


class CurrenciesStream(WixStream):
    """All currencies that Wix knows, withdrawn ones too, with their symbols."""

    name = "currencies"
    primary_keys = ("siteId", "code")
    schema = wix_schema("currencies", keys=primary_keys, own=SITE)
    resource = CURRENCIES


class SitePropertiesStream(WixStream):
    """One row: name, language, time zone, currency, address and opening hours of the site."""

    name = "site_properties"
    primary_keys = ("siteId",)
    selected_by_default = False
    schema = wix_schema(
        "site_properties",
        keys=primary_keys,
        own={**SITE, "version": column("string", "Grows with every change of a property.")},
    )
    resource = SITE_PROPERTIES


class BusinessLocationsStream(WixStream):
    """The places of the business, archived ones too; not the stores' locations of stock."""

    name = "business_locations"
    selected_by_default = False
    schema = wix_schema("business_locations", own=SITE)
    resource = BUSINESS_LOCATIONS


class SweepsStream(WixStream):
    """One row for each stream of a site that was just read whole: what is older is gone from Wix.

    Wix has no list of what was deleted. A row of a stream that a loader got before the begin of
    that stream's last sweep was not there any more.
    """

    name = "sweeps"
    primary_keys = ("siteId", "stream")
    schema = schema_of(
        {
            **SITE,
            "stream": column("string", "Name of the stream that was read whole."),
            "startedAt": column("date-time", "When its reading began, by the tap's clock."),
            "finishedAt": column("date-time", "When its reading ended, by the tap's clock."),
            "rows": column("integer", "How many rows there were."),
        },
        primary_keys,
    )


class SitesStream(WixStream):
    """All sites of the account, those in the trash too; needs account_id and a key for it."""

    name = "sites"
    selected_by_default = False
    of_account = True
    schema = wix_schema("sites", own=SITE)
    resource = SITES
