"""Products: query, search, count, GET by id and by slug (stores-v3 3.1 to 3.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.query import Field, QuerySpec, declare
from tests.fake_wix.stores_v3.asking import (
    OPERATORS,
    RANGES,
    TEXTS,
    counted,
    query_page,
    search_page,
    searchable_filter,
)
from tests.fake_wix.stores_v3.view import (
    GET_FIELDS,
    QUERY_FIELDS,
    checked_fields,
    product_view,
    require_merchant_right,
)

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

READ = ("STORES.PRODUCT_READ", "STORES.PRODUCT_READ_ADMIN")
QUERY: dict[str, Field] = {
    "createdDate": declare(RANGES, sort=True, kind="date"),
    "updatedDate": declare(RANGES, sort=True, kind="date"),
    "slug": declare(TEXTS, sort=True),
    "visible": declare(OPERATORS, sort=True, kind="bool"),
    "id": declare(TEXTS),
    "handle": declare(TEXTS),
    "options.id": declare("isEmpty hasAll hasSome"),
}
PRICE_RANGES = {
    f"{name}.{end}.amount": declare(RANGES, sort=True, kind="number")
    for name in ("actualPriceRange", "compareAtPriceRange")
    for end in ("minValue", "maxValue")
}
SEARCH: dict[str, Field] = {
    **QUERY,
    **PRICE_RANGES,
    "slug": declare(TEXTS),
    "visible": declare(OPERATORS, kind="bool"),
    "name": declare(TEXTS, sort=True),
    "productType": declare(OPERATORS),
    "visibleInPos": declare(OPERATORS, kind="bool"),
    "brand.id": declare(OPERATORS),
    "brand.name": declare(TEXTS),
    "ribbon.id": declare(OPERATORS),
    "ribbon.name": declare(TEXTS),
    "taxGroupId": declare(OPERATORS),
    "inventory.availabilityStatus": declare(OPERATORS),
    "inventory.preorderStatus": declare(OPERATORS),
    "tags.publicTags.tagIds": declare("isEmpty hasAll hasSome"),
    "tags.privateTags.tagIds": declare("isEmpty hasAll hasSome"),
    "infoSections.id": declare("isEmpty hasAll hasSome"),
    "variantsInfo.variants": declare("matchItems"),
}
TEXT_FIELDS = {
    "name": "name",
    "description": "plainDescription",
    "variantsInfo.variants.sku": "variantsInfo.variants.sku",
    "variantsInfo.variants.barcode": "variantsInfo.variants.barcode",
    "minVariantPriceInfo.sku": "variantsInfo.variants.sku",
}
QUERY_SPEC = QuerySpec(QUERY, api="v3.products.query", default_limit=50, offset_paging=True)
SEARCH_SPEC = QuerySpec(SEARCH, api="v3.products.search", max_sort=10)


def refuse_broken(v3: CatalogV3, key: str) -> None:
    """A product whose options and variants parted can be neither read nor written (3.5)."""
    if key in v3.broken_products:
        raise application_error(428, "MISSING_VARIANT_OPTION_CHOICE")


def visible_rows(v3: CatalogV3, asked: Any = None) -> list[Json]:
    """What the caller may see of the index; hidden products need the admin scope (3.2)."""
    rows = v3.products.all_indexed()
    if v3.sees_hidden:
        return rows
    wants_hidden = isinstance(asked, dict) and asked.get("visible") in (False, {"$eq": False})
    if wants_hidden and v3.switches.hidden_request_refused:
        raise application_error(403, "NO_PERMISSION_TO_INCLUDE_NOT_VISIBLE_PRODUCTS")
    return [row for row in rows if row.get("visible", True)]


def asked_fields(v3: CatalogV3, request: Request) -> frozenset[str]:
    """`fields` of a query; they are no part of the cursor (stores-v3 1)."""
    fields = checked_fields(request.object().get("fields"), QUERY_FIELDS)
    require_merchant_right(v3, fields)
    return fields


@route("POST", "/stores/v3/products/query", needs=READ, catalog=V3)
def query_products(site: Site, request: Request) -> Json:
    v3 = site.v3
    fields = asked_fields(v3, request)
    spec = replace(QUERY_SPEC, default_limit=v3.switches.default_limit)
    if not v3.switches.updated_date_sortable:
        unsortable = replace(QUERY["updatedDate"], sortable=False)
        spec = replace(spec, fields={**QUERY, "updatedDate": unsortable})
    rows = visible_rows(v3, request.part("query").get("filter"))
    page, paging = query_page(site, request, rows, spec)
    return {
        "products": [product_view(v3, row, fields) for row in page],
        "pagingMetadata": paging,
    }


@route("POST", "/stores/v3/products/search", needs=READ, catalog=V3)
def search_products(site: Site, request: Request) -> Json:
    v3 = site.v3
    # Category ids are reported to stay empty on search (3.2).
    fields = asked_fields(v3, request) - {"DIRECT_CATEGORIES_INFO", "ALL_CATEGORIES_INFO"}
    rows = visible_rows(v3, request.part("search").get("filter"))
    page, paging = search_page(v3, request, rows, SEARCH_SPEC, TEXT_FIELDS)
    return {
        "products": [product_view(v3, row, fields) for row in page],
        "pagingMetadata": paging,
    }


@route("POST", "/stores/v3/products/count", needs=READ, catalog=V3)
def count_products(site: Site, request: Request) -> Json:
    v3 = site.v3
    hidden_too = request.object().get("returnNonVisibleProducts") is True
    if hidden_too and not v3.sees_hidden:
        raise application_error(403, "NO_PERMISSION_TO_INCLUDE_NOT_VISIBLE_PRODUCTS")
    rows = [row for row in v3.products.all_indexed() if hidden_too or row.get("visible", True)]
    return counted(rows, searchable_filter(v3, request.part("filter"), SEARCH_SPEC), SEARCH_SPEC)


def one_product(v3: CatalogV3, key: str | None, request: Request) -> Json:
    fields = checked_fields(request.params.get("fields"), GET_FIELDS)
    require_merchant_right(v3, fields)
    product = v3.products.get(key or "")
    if product is None or not (v3.sees_hidden or product.get("visible", True)):
        raise application_error(404, "PRODUCT_NOT_FOUND", "Product not found")
    refuse_broken(v3, product["id"])
    return {"product": product_view(v3, product, fields, variants=True)}


@route("GET", "/stores/v3/products/{product_id}", needs=READ, catalog=V3)
def get_product(site: Site, request: Request, product_id: str) -> Json:
    return one_product(site.v3, product_id, request)


@route("GET", "/stores/v3/products/slug/{slug}", needs=READ, catalog=V3)
def get_product_by_slug(site: Site, request: Request, slug: str) -> Json:
    return one_product(site.v3, site.v3.slugs.get(slug), request)


@route("GET", "/stores/v3/all-products-category", needs=READ, catalog=V3)
def all_products_category(site: Site, request: Request) -> Json:
    tree = {"appNamespace": "@wix/stores", "treeKey": None}
    return {"categoryId": site.v3.all_products, "treeReference": tree}
