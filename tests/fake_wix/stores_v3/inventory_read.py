"""Inventory items and locations: query, search, GET (stores-v3 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.query import QuerySpec, declare
from tests.fake_wix.stores_v3.asking import OPERATORS, RANGES, TEXTS, query_page, search_page
from tests.fake_wix.stores_v3.derived import categories_of, denormalised, in_stock, variants_of

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

READ = "STORES.INVENTORY_ITEM_READ"
SPEC = QuerySpec(
    {
        "createdDate": declare(RANGES, sort=True, kind="date"),
        "updatedDate": declare(RANGES, sort=True, kind="date"),
        "quantity": declare(RANGES, sort=True, kind="number"),
        "inStock": declare(OPERATORS, sort=True, kind="bool"),
        "trackQuantity": declare(OPERATORS, sort=True, kind="bool"),
        "availabilityStatus": declare(OPERATORS, sort=True),
        "preorderInfo.enabled": declare(OPERATORS, sort=True, kind="bool"),
        "productId": declare(OPERATORS, sort=True),
        "product.name": declare(TEXTS, sort=True),
        "product.variantName": declare(TEXTS, sort=True),
        "product.variantSku": declare(TEXTS, sort=True),
        "product.variantBarcode": declare(TEXTS, sort=True),
        "id": declare(OPERATORS),
        "locationId": declare(OPERATORS),
        "variantId": declare(OPERATORS),
        "product.directCategoryIds": declare("hasSome hasAll isEmpty"),
    },
    api="v3.inventory.query",
    max_limit=1000,
    offset_paging=True,
)
SEARCH_SPEC = replace(SPEC, api="v3.inventory.search", max_limit=100)
LOCATIONS_SPEC = QuerySpec(
    {
        "id": declare(OPERATORS),
        "wixLocationId": declare(OPERATORS),
        "defaultLocation": declare(OPERATORS, sort=True, kind="bool"),
        "locationType": declare(OPERATORS, sort=True),
        "createdDate": declare(RANGES, sort=True, kind="date"),
        "updatedDate": declare(RANGES, sort=True, kind="date"),
        "name": declare(TEXTS, sort=True),
    },
    api="v3.locations",
)


def item_view(v3: CatalogV3, item: Json) -> Json:
    """An item with what it repeats of its product, and what follows from its quantity (4.3)."""
    product = v3.products.get(item["productId"])
    tracked = item.get("quantity") is not None
    stocked = in_stock(item)
    ahead = bool((item.get("preorderInfo") or {}).get("enabled"))
    view = {
        **item,
        "trackQuantity": tracked,
        # A reply may carry both, though only one may be sent.
        "inStock": stocked,
        "availabilityStatus": "IN_STOCK" if stocked else "PREORDER" if ahead else "OUT_OF_STOCK",
        "preorderInfo": item.get("preorderInfo") or {"enabled": False},
    }
    for variant in variants_of(product or {}):
        if product is not None and variant["id"] == item["variantId"]:
            view["product"] = denormalised(product, variant, categories_of(v3, product["id"]))
    return view


def _wanted(filters: Any) -> set[str] | None:
    condition = filters.get("productId") if isinstance(filters, dict) else None
    if isinstance(condition, str):
        return {condition}
    named = condition.get("$in") if isinstance(condition, dict) else None
    return {key for key in named if isinstance(key, str)} if isinstance(named, list) else None


def _rows(v3: CatalogV3, filters: Any) -> list[Json]:
    wanted = _wanted(filters)
    return [
        item_view(v3, item)
        for item in v3.inventory.all_indexed()
        if wanted is None or item["productId"] in wanted
    ]


@route("POST", "/stores/v3/inventory-items/query", needs=READ, catalog=V3)
def query_inventory(site: Site, request: Request) -> Json:
    # The typing of the reply has no `hasNext` (4.2).
    spec = replace(SPEC, has_next=site.v3.switches.inventory_has_next)
    rows = _rows(site.v3, request.part("query").get("filter"))
    page, paging = query_page(site, request, rows, spec)
    return {"inventoryItems": page, "pagingMetadata": paging}


@route("POST", "/stores/v3/inventory-items/search", needs=READ, catalog=V3)
def search_inventory(site: Site, request: Request) -> Json:
    rows = _rows(site.v3, request.part("search").get("filter"))
    page, paging = search_page(
        site.v3, request, rows, SEARCH_SPEC, {"product.name": "product.name"}
    )
    return {"inventoryItems": page, "pagingMetadata": paging}


@route("GET", "/stores/v3/inventory-items/{item_id}", needs=READ, catalog=V3)
def get_inventory_item(site: Site, request: Request, item_id: str) -> Json:
    item = site.v3.inventory.get(item_id)
    if item is None:
        raise application_error(404, "NOT_FOUND", "Inventory item not found")
    return {"inventoryItem": item_view(site.v3, item)}


@route("POST", "/stores/v3/locations/query", needs="STORES.LOCATION_READ", catalog=V3)
def query_locations(site: Site, request: Request) -> Json:
    page, paging = query_page(site, request, site.v3.locations.all_indexed(), LOCATIONS_SPEC)
    return {"storesLocations": page, "pagingMetadata": paging}


@route("GET", "/stores/v3/locations/{location_id}", needs="STORES.LOCATION_READ", catalog=V3)
def get_location(site: Site, request: Request, location_id: str) -> Json:
    key = site.v3.default_location if location_id == "default" else location_id
    location = site.v3.locations.get(key)
    if location is None:
        raise application_error(404, "LOCATION_NOT_FOUND", "Location not found")
    return {"storesLocation": location}
