"""The read-only variants API: an index of its own, fed from products (stores-v3 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.query import QuerySpec, declare
from tests.fake_wix.stores_v3.asking import OPERATORS, RANGES, TEXTS, query_page, search_page
from tests.fake_wix.stores_v3.derived import categories_of, variants_of
from tests.fake_wix.stores_v3.products_read import READ
from tests.fake_wix.stores_v3.view import checked_fields, money, require_merchant_right, revenue

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

FIELDS = frozenset(
    {"CURRENCY", "MERCHANT_DATA", "SUBSCRIPTION_PRICES_INFO", "WEIGHT_MEASUREMENT_UNIT_INFO"},
)
BY_KEY = (("productData.productId", False), ("variantId", False))
KEYS = "eq ne in nin"
QUERY_SPEC = QuerySpec(
    {
        "productData.productId": declare(KEYS, sort=True),
        "variantId": declare(KEYS, sort=True),
        "id": declare(KEYS, sort=True),
    },
    api="v3.variants.query",
    max_limit=1000,
    default_sort=BY_KEY,
    key="key",
)
SEARCH_SPEC = QuerySpec(
    {
        "sku": declare(TEXTS, sort=True),
        "barcode": declare(TEXTS, sort=True),
        "visible": declare(OPERATORS, sort=True, kind="bool"),
        "variantId": declare(KEYS, sort=True),
        "price.actualPrice.amount": declare(RANGES, sort=True, kind="number"),
        "price.compareAtPrice.amount": declare(RANGES, sort=True, kind="number"),
        "inventoryStatus.inStock": declare(OPERATORS, sort=True, kind="bool"),
        "inventoryStatus.preorderEnabled": declare(OPERATORS, sort=True, kind="bool"),
        "productData.productId": declare(OPERATORS, sort=True),
        "productData.name": declare(TEXTS, sort=True),
        "productData.slug": declare(TEXTS, sort=True),
        "productData.handle": declare(TEXTS, sort=True),
        "productData.productType": declare(OPERATORS, sort=True),
        "productData.visible": declare(OPERATORS, sort=True, kind="bool"),
        "productData.visibleInPos": declare(OPERATORS, sort=True, kind="bool"),
        "productData.updatedDate": declare(RANGES, sort=True, kind="date"),
        "productData.brand.id": declare(OPERATORS, sort=True),
        "productData.directCategoryIds": declare("hasSome hasAll isEmpty"),
    },
    api="v3.variants.search",
    max_limit=1000,
    default_sort=(("productData.updatedDate", True), *BY_KEY),
    key="key",
)
TEXT_FIELDS = {"productData.name": "productData.name", "sku": "sku"}
PRODUCT_DATA = (
    *("name", "slug", "handle", "productType", "visible", "visibleInPos", "mainCategoryId"),
    *("revision", "updatedDate", "brand"),
)


def _rows(v3: CatalogV3, kept: Json) -> list[Json]:
    if kept["rows"] is None:
        product = kept["product"]
        data = {name: product[name] for name in PRODUCT_DATA if name in product}
        data |= {
            "productId": product["id"],
            "currency": v3.currency,
            "directCategoryIds": categories_of(v3, product["id"]),
        }
        kept["rows"] = [
            {
                **variant,
                "key": f"{product['id']}/{variant['id']}",
                "variantId": variant["id"],
                "productData": data,
            }
            for variant in variants_of(product)
        ]
    return list(kept["rows"])


def _wanted(filters: Any) -> set[str] | None:
    """The products that a filter names, so that not every variant of the shop is looked at."""
    condition = filters.get("productData.productId") if isinstance(filters, dict) else None
    if isinstance(condition, str):
        return {condition}
    named = condition.get("$in") if isinstance(condition, dict) else None
    return {key for key in named if isinstance(key, str)} if isinstance(named, list) else None


def variant_rows(v3: CatalogV3, filters: Any) -> list[Json]:
    """The variants index, without what the caller may not see."""
    wanted = _wanted(filters)
    return [
        row
        for kept in v3.variants.all_indexed()
        if wanted is None or kept["id"] in wanted
        for row in _rows(v3, kept)
        if v3.sees_hidden or (row.get("visible", True) and row["productData"].get("visible", True))
    ]


def _view(v3: CatalogV3, row: Json, fields: Collection[str]) -> Json:
    hidden = {"key", "choices", "revenueDetails"}
    shown = {name: value for name, value in row.items() if name not in hidden}
    shown["price"] = {name: money(v3, value, fields) for name, value in row["price"].items()}
    if row.get("choices"):
        shown["optionChoices"] = row["choices"]
    if "MERCHANT_DATA" in fields and "revenueDetails" in row:
        shown["revenueDetails"] = revenue(v3, row, fields)
    # Filterable, but not in the documented output (5).
    shown["productData"] = {
        name: value for name, value in row["productData"].items() if name != "updatedDate"
    }
    return shown


def _fields(v3: CatalogV3, request: Request) -> frozenset[str]:
    fields = checked_fields(request.object().get("fields"), FIELDS)
    require_merchant_right(v3, fields)
    return fields


@route("POST", "/stores/v3/products/query-variants", needs=READ, catalog=V3)
def query_variants(site: Site, request: Request) -> Json:
    v3 = site.v3
    fields = _fields(v3, request)
    rows = variant_rows(v3, request.part("query").get("filter"))
    page, paging = query_page(site, request, rows, QUERY_SPEC)
    return {"variants": [_view(v3, row, fields) for row in page], "pagingMetadata": paging}


@route("POST", "/stores/v3/products/search-variants", needs=READ, catalog=V3)
def search_variants(site: Site, request: Request) -> Json:
    v3 = site.v3
    fields = _fields(v3, request)
    rows = variant_rows(v3, request.part("search").get("filter"))
    page, paging = search_page(v3, request, rows, SEARCH_SPEC, TEXT_FIELDS)
    return {"variants": [_view(v3, row, fields) for row in page], "pagingMetadata": paging}
