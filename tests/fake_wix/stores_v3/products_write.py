"""The endpoints that write products one by one (stores-v3 3.4, 3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import Refusal, application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.shape import Problems, violation
from tests.fake_wix.stores_v3 import shapes
from tests.fake_wix.stores_v3.derived import variants_of
from tests.fake_wix.stores_v3.inventory_write import create_item, update_item
from tests.fake_wix.stores_v3.product_rules import check_request, given_variants
from tests.fake_wix.stores_v3.product_write import (
    create_product,
    delete_product,
    let_media_arrive,
    update_product,
)
from tests.fake_wix.stores_v3.revisions import require_revision
from tests.fake_wix.stores_v3.view import (
    GET_FIELDS,
    checked_fields,
    product_view,
    require_merchant_right,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tests.fake_wix.shape import Rule
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

WRITE = "STORES.PRODUCT_WRITE"
STOCK = "STORES.INVENTORY_ITEM_WRITE"


def asked(v3: CatalogV3, request: Request, allowed: Collection[str] = GET_FIELDS) -> frozenset[str]:
    fields = checked_fields(request.object().get("fields"), allowed)
    require_merchant_right(v3, fields)
    return fields


def refuse_mask(holder: Any) -> None:
    """There is no field mask on REST (3.5)."""
    if isinstance(holder, dict) and {"fieldMask", "mask", "field_mask"} & set(holder):
        raise application_error(428, "FIELD_MASK_VALUE_NOT_SUPPORTED")


def check_new(v3: CatalogV3, row: Any, shape: Rule, path: str, problems: Problems) -> Json:
    body: Json = shape(row, path, problems)
    check_request(v3, body, None, path, problems)
    return body


def check_change(v3: CatalogV3, row: Any, shape: Rule, path: str, problems: Problems) -> Json:
    body: Json = shape(row, path, problems)
    if body.get("id") is None:
        problems.add(f"{path}.id", "must not be empty", "REQUIRED_FIELD")
    require_revision(body, path, problems)
    current = v3.products.get(body.get("id") or "")
    if current is not None:
        check_request(v3, body, current, path, problems)
    return body


def _one(v3: CatalogV3, request: Request, shape: Rule, check: Callable[..., Json]) -> Json:
    product = request.object().get("product")
    if product is None:
        violation("product", "must not be empty", "REQUIRED_FIELD")
    refuse_mask(request.body)
    problems = Problems()
    body = check(v3, product, shape, "product", problems)
    problems.refuse_if_any()
    return body


def _same_id(request: Request, product_id: str) -> None:
    product = request.object().get("product")
    if isinstance(product, dict) and product.get("id") not in {None, product_id}:
        violation("product.id", "differs from the id in the path", "ID_MISMATCH")


@route("POST", "/stores/v3/products", needs=WRITE, catalog=V3)
def create(site: Site, request: Request) -> Json:
    v3, fields = site.v3, asked(site.v3, request)
    product = create_product(v3, _one(v3, request, shapes.PRODUCT_CREATE, check_new))
    answer = {"product": product_view(v3, product, fields, variants=True)}
    let_media_arrive(v3)
    return answer


@route("PATCH", "/stores/v3/products/{product_id}", needs=WRITE, catalog=V3)
def update(site: Site, request: Request, product_id: str) -> Json:
    v3, fields = site.v3, asked(site.v3, request)
    _same_id(request, product_id)
    product = update_product(v3, _one(v3, request, shapes.PRODUCT_UPDATE, check_change))
    answer = {"product": product_view(v3, product, fields, variants=True)}
    let_media_arrive(v3)
    return answer


@route("DELETE", "/stores/v3/products/{product_id}", needs=WRITE, catalog=V3)
def delete(site: Site, request: Request, product_id: str) -> Json:
    delete_product(site.v3, product_id)
    return {}


def stock_results(
    v3: CatalogV3, request: Request, body: Json, product: Json, *, bulk: bool
) -> Json:
    """The inventory half of a with-inventory call: it can fail while the product succeeds (3.4)."""
    if v3.switches.inventory_fails > 0:
        v3.switches.inventory_fails -= 1
        error = {"code": "INVENTORY_CREATION_FAILED", "description": "", "data": {}}
        return {"results": [], "error": error}
    if bulk and v3.switches.optionless_unstocked_in_bulk and not product.get("options"):
        return {"results": []}
    wanted = [
        {**row["inventoryItem"], "productId": product["id"], "variantId": variant["id"]}
        for row, variant in zip(given_variants(body), variants_of(product), strict=True)
        if row.get("inventoryItem")
    ]
    results: list[Json] = []
    for index, row in enumerate(wanted):
        entry: Json = {"originalIndex": index, "success": True}
        try:
            item = update_item(v3, row) if row.get("id") else create_item(v3, row)
        except Refusal as refusal:
            results.append({"itemMetadata": {**entry, "success": False, "error": refusal.error}})
            continue
        result: Json = {"itemMetadata": {"id": item["id"], **entry}}
        if request.object().get("returnEntity"):
            result["item"] = item
        results.append(result)
    return {"results": results}


def counted(results: list[Json]) -> Json:
    failed = sum(1 for row in results if not row["itemMetadata"]["success"])
    return {
        "totalSuccesses": len(results) - failed,
        "totalFailures": failed,
        "undetailedFailures": 0,
    }


def _with_stock(site: Site, request: Request, body: Json, product: Json) -> Json:
    v3, fields = site.v3, asked(site.v3, request)
    stock = stock_results(v3, request, body, product, bulk=False)
    shown = v3.products.get(product["id"]) or product
    answer = {
        "product": product_view(v3, shown, fields, variants=True),
        "inventoryResults": {**stock, "bulkActionMetadata": counted(stock["results"])},
    }
    let_media_arrive(v3)
    return answer


@route("POST", "/stores/v3/products-with-inventory", needs=WRITE, catalog=V3)
def create_stocked(site: Site, request: Request) -> Json:
    asked(site.v3, request)
    body = _one(site.v3, request, shapes.STOCKED_CREATE, check_new)
    return _with_stock(site, request, body, create_product(site.v3, body))


@route("PATCH", "/stores/v3/products-with-inventory/{product_id}", needs=WRITE, catalog=V3)
def update_stocked(site: Site, request: Request, product_id: str) -> Json:
    _same_id(request, product_id)
    asked(site.v3, request)
    body = _one(site.v3, request, shapes.STOCKED_UPDATE, check_change)
    return _with_stock(site, request, body, update_product(site.v3, body))
