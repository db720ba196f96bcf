"""The two generations of Stores catalogs behind one protocol."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, cast

from tap_wix.api.catalog_version import CatalogVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Catalog
    from target_wix.runtime.dropped_data import DroppedData

_MODULES = {
    CatalogVersion.V1: "target_wix.products.v1.catalog",
    CatalogVersion.V3: "target_wix.products.v3.catalog",
}


def open_catalog(
    site: WixSite, dropped: DroppedData, sleep: Callable[[float], None] = time.sleep
) -> Catalog:
    """Return the catalog of a site that has one.

    Args:
        site: whose catalog version is asked for here, if it was not yet.
        dropped: where a catalog says what it leaves out.
        sleep: how to wait for an index to catch up.
    """
    module = importlib.import_module(_MODULES[site.catalog_version])
    return cast("Catalog", module.open_catalog(site, dropped, sleep))
