"""What a site and its account say of themselves (wix-api platform 2.3, 7, 8)."""

from __future__ import annotations

from tap_wix.api.business import BUSINESS_LOCATIONS, CURRENCIES, SITE_PROPERTIES, SITES
from tap_wix.client import WixStream
from tap_wix.schemas.source import SITE, column, wix_schema


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


class SitesStream(WixStream):
    """All sites of the account, those in the trash too; needs account_id and a key for it."""

    name = "sites"
    selected_by_default = False
    schema = wix_schema("sites", own=SITE)
    resource = SITES
