"""Which catalog a site has, and what the other catalog's endpoints say there (wix-api stores-v3 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error, bare, plain
from tests.fake_wix.http.routes import NOT_INSTALLED, V3, Request, Route, route

if TYPE_CHECKING:
    from tests.fake_wix.site import Site


@route("GET", "/stores/v3/provision/version", needs="STORES.CATALOG_READ_LIMITED")
def catalog_version(site: Site, request: Request) -> dict[str, Any]:
    """The version; one report has this endpoint missing."""
    if site.version_endpoint_missing:
        raise bare(404)
    return {"catalogVersion": site.catalog_version}


def check_catalog(site: Site, entry: Route) -> None:
    """Refuse an endpoint that belongs to another catalog version than the site has."""
    if entry.catalog is not None:
        check_catalog_is(site, entry.catalog)


def check_catalog_is(site: Site, wanted: str) -> None:
    """Refuse what only exists on a site with the wanted catalog version."""
    if wanted == site.catalog_version:
        return
    if site.catalog_version == NOT_INSTALLED:
        raise application_error(428, "REQUIRED_APP_NOT_INSTALLED", "Required app is not installed")
    if wanted == V3:
        raise application_error(
            428, "CATALOG_V1_SITE_CALLING_CATALOG_V3_API", "Site is on Catalog V1"
        )
    message = "Endpoint belongs to CATALOG_V1, but your site is using CATALOG_V3"
    if site.wrong_catalog_status != 428:
        raise plain(site.wrong_catalog_status, message)
    raise application_error(428, site.wrong_catalog_code, message)
