"""What a shop keeps, read from whichever catalog it is on."""

from __future__ import annotations

from tap_wix.api.resources import ByCatalog, CursorPages, Endpoint
from tap_wix.api.stores_v1.collections import V1_COLLECTIONS
from tap_wix.api.stores_v1.inventory import V1_INVENTORY_ITEMS
from tap_wix.api.stores_v1.products import V1_PRODUCTS
from tap_wix.api.stores_v3.categories import V3_CATEGORIES
from tap_wix.api.stores_v3.products import V3_PRODUCTS
from tap_wix.api.sweep import Sweep

_COUNT = ("ASSIGNED_PRODUCTS_COUNT",)

PRODUCTS = ByCatalog("products", V1_PRODUCTS, V3_PRODUCTS)
COLLECTIONS = ByCatalog("collections", V1_COLLECTIONS, V3_CATEGORIES)
INVENTORY_ITEMS = ByCatalog(
    "inventory items",
    V1_INVENTORY_ITEMS,
    Sweep(
        Endpoint(
            "/stores/v3/inventory-items/query",
            "inventoryItems",
            limit=1000,
            permission="Wix Stores, WIX_STORES.INVENTORY_READ",
        )
    ),
)


def _v3_only(path: str, key: str, permission: str, fields: tuple[str, ...]) -> ByCatalog:
    """Return a small list of Catalog V3; V1 has the names in its products (stores-v3 7)."""
    endpoint = Endpoint(
        f"/stores/v3/{path}/query", key, permission=f"Wix Stores, {permission}", fields=fields
    )
    return ByCatalog(path, None, Sweep(endpoint))


BRANDS = _v3_only("brands", "brands", "WIX_STORES.BRAND_READ", _COUNT)
RIBBONS = _v3_only("ribbons", "ribbons", "WIX_STORES.RIBBON_READ", ("ASSIGNED_PRODUCT_COUNT",))
INFO_SECTIONS = _v3_only("info-sections", "infoSections", "WIX_STORES.INFO_SECTION_READ", _COUNT)
CUSTOMIZATIONS = _v3_only(
    "customizations", "customizations", "WIX_STORES.CUSTOMIZATION_READ", _COUNT
)
LOCATIONS = ByCatalog(
    "locations",
    None,
    CursorPages(
        Endpoint(
            "/stores/v3/locations/query",
            "storesLocations",
            permission="Wix Stores, WIX_STORES.STORES_LOCATION_READ",
        )
    ),
)
