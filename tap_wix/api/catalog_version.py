"""Which Stores catalog a site has: read in each run, never configured (wix-api stores-v3 2)."""

from __future__ import annotations

import logging
from enum import Enum
from typing import TYPE_CHECKING

from tap_wix.api.errors import (
    AccessError,
    AnswerError,
    RefusedError,
    StoresNotInstalledError,
    WrongCatalogError,
)

if TYPE_CHECKING:
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

VERSION_PATH = "/stores/v3/provision/version"
_PROBE_PATH = "/stores/v3/products/query"
_VERSION_PERMISSION = "Wix Stores, SCOPE.STORES.CATALOG_READ_LIMITED"
_PROBE_PERMISSION = "Wix Stores, SCOPE.STORES.PRODUCT_READ or SCOPE.DC-STORES.READ-PRODUCTS"


class CatalogVersion(Enum):
    """The catalog of a site; the values are Wix's words."""

    V1 = "V1_CATALOG"
    V3 = "V3_CATALOG"
    NOT_INSTALLED = "STORES_NOT_INSTALLED"


def detect(transport: WixTransport) -> CatalogVersion:
    """Ask Wix for the catalog version of the site.

    The endpoint needs a permission of its own, and one report has it missing altogether; then a
    query of one row says it by succeeding or by its refusal.
    """
    try:
        answer = transport.call("GET", VERSION_PATH, permission=_VERSION_PERMISSION)
        version = CatalogVersion(answer.get("catalogVersion"))
    except StoresNotInstalledError:
        version = CatalogVersion.NOT_INSTALLED
    except (AccessError, AnswerError, RefusedError, WrongCatalogError, ValueError) as error:
        logger.info("Wix does not tell the catalog version (%s); a query will.", error)
        version = _probe(transport)
    if version is CatalogVersion.V3:
        transport.v3_confirmed = True
    logger.info("Catalog version of the site: %s.", version.value)
    return version


def _probe(transport: WixTransport) -> CatalogVersion:
    # A V1 query would prove nothing: some of them answer 200 on V3 sites as well.
    body = {"query": {"cursorPaging": {"limit": 1}}}
    try:
        transport.call("POST", _PROBE_PATH, body, permission=_PROBE_PERMISSION)
    except WrongCatalogError:
        return CatalogVersion.V1
    except StoresNotInstalledError:
        return CatalogVersion.NOT_INSTALLED
    return CatalogVersion.V3
