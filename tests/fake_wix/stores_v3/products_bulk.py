"""The endpoints that write products in bulk (stores-v3 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.shape import Problems, wrong_type
from tests.fake_wix.stores_v3 import shapes
from tests.fake_wix.stores_v3.bulk import by_id, listed, one_by_one, unwrapped
from tests.fake_wix.stores_v3.product_rules import given_variants
from tests.fake_wix.stores_v3.product_write import (
    create_product,
    delete_product,
    let_media_arrive,
    update_product,
)
from tests.fake_wix.stores_v3.products_write import (
    WRITE,
    asked,
    check_change,
    check_new,
    counted,
    refuse_mask,
    stock_results,
)
from tests.fake_wix.stores_v3.view import QUERY_FIELDS, product_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.shape import Rule
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

CAPS = (
    ("options", 100, "TOO_MANY_OPTIONS_IN_REQUEST"),
    ("modifiers", 100, "TOO_MANY_MODIFIERS_IN_REQUEST"),
    ("infoSections", 100, "TOO_MANY_INFO_SECTIONS_ERROR"),
)


def _check_caps(bodies: list[Json]) -> None:
    """Sums over the batch, the same for create and update (3.6)."""
    if sum(len(given_variants(body)) for body in bodies) > 1000:
        raise application_error(428, "TOO_MANY_VARIANTS")
    for name, most, code in CAPS:
        if sum(len(body.get(name) or []) for body in bodies) > most:
            raise application_error(428, code)


def _new_rows(v3: CatalogV3, request: Request, shape: Rule) -> list[Json]:
    problems = Problems()
    bodies = []
    for index, row in enumerate(listed(request, "products", 100)):
        path = f"products[{index}]"
        if isinstance(row, dict) and row.get("id") is not None:
            problems.add(f"{path}.id", "id given", "CUSTOM", "ID_NOT_ALLOWED_IN_REQUEST")
        bodies.append(check_new(v3, row, shape, path, problems))
    problems.refuse_if_any()
    _check_caps(bodies)
    return bodies


def _changed_rows(v3: CatalogV3, request: Request, shape: Rule) -> list[Json]:
    problems = Problems()
    rows = listed(request, "products", 100)
    for holder in (request.body, *rows):
        refuse_mask(holder)
    bodies = [
        check_change(v3, row, shape, f"products[{index}].product", problems)
        for index, row in enumerate(unwrapped(request, "products", "product", 100))
    ]
    _check_twice([body.get("id") for body in bodies], problems)
    problems.refuse_if_any()
    _check_caps(bodies)
    return bodies


def _check_twice(keys: list[Any], problems: Problems) -> None:
    known = [key for key in keys if key is not None]
    if len(set(known)) != len(known):
        problems.add("products", "product twice", "CUSTOM", "DUPLICATE_PRODUCT_IDS_REQUEST")


def _bulk(
    site: Site, request: Request, bodies: list[Json], act: Callable[[CatalogV3, Json], Json]
) -> Json:
    v3, fields = site.v3, asked(site.v3, request, QUERY_FIELDS)

    def one(body: Json) -> Json:
        return product_view(v3, act(v3, body), fields, variants=True)

    answer = one_by_one(v3, request, bodies, one, by_id)
    let_media_arrive(v3)
    return answer


@route("POST", "/stores/v3/bulk/products/create", needs=WRITE, catalog=V3)
def bulk_create(site: Site, request: Request) -> Json:
    bodies = _new_rows(site.v3, request, shapes.PRODUCT_CREATE)
    return _bulk(site, request, bodies, create_product)


@route("POST", "/stores/v3/bulk/products/update", needs=WRITE, catalog=V3)
def bulk_update(site: Site, request: Request) -> Json:
    bodies = _changed_rows(site.v3, request, shapes.PRODUCT_UPDATE)
    return _bulk(site, request, bodies, update_product)


def _bulk_stocked(
    site: Site, request: Request, bodies: list[Json], act: Callable[[CatalogV3, Json], Json]
) -> Json:
    stock: list[Json] = []
    errors: list[Json] = []

    def one(v3: CatalogV3, body: Json) -> Json:
        product = act(v3, body)
        found = stock_results(v3, request, body, product, bulk=True)
        stock.extend(found["results"])
        errors.extend([found["error"]] if "error" in found else [])
        return v3.products.get(product["id"]) or product

    products = _bulk(site, request, bodies, one)
    for index, row in enumerate(stock):
        row["itemMetadata"]["originalIndex"] = index
    inventory: Json = {"results": stock, "bulkActionMetadata": counted(stock)}
    if errors:
        inventory["error"] = errors[0]
    return {"productResults": products, "inventoryResults": inventory}


@route("POST", "/stores/v3/bulk/products-with-inventory/create", needs=WRITE, catalog=V3)
def bulk_create_stocked(site: Site, request: Request) -> Json:
    bodies = _new_rows(site.v3, request, shapes.STOCKED_CREATE)
    return _bulk_stocked(site, request, bodies, create_product)


@route("POST", "/stores/v3/bulk/products-with-inventory/update", needs=WRITE, catalog=V3)
def bulk_update_stocked(site: Site, request: Request) -> Json:
    bodies = _changed_rows(site.v3, request, shapes.STOCKED_UPDATE)
    return _bulk_stocked(site, request, bodies, update_product)


@route("POST", "/stores/v3/bulk/products/delete", needs=WRITE, catalog=V3)
def bulk_delete(site: Site, request: Request) -> Json:
    keys = listed(request, "productIds", 100)
    if not all(isinstance(key, str) for key in keys):
        raise wrong_type("Expected a string")
    problems = Problems()
    _check_twice(keys, problems)
    problems.refuse_if_any()
    return one_by_one(site.v3, request, keys, lambda key: delete_product(site.v3, key), by_id)
