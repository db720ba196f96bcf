"""Products, read: query and get (wix-api stores-v1 2.1, 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.catalog_version import check_catalog_is
from tests.fake_wix.filters import Field, Row, declare
from tests.fake_wix.http.refusals import plain
from tests.fake_wix.http.routes import V1, V3, object_in
from tests.fake_wix.stores_v1.asking import Asked, ask, window
from tests.fake_wix.stores_v1.doors import may_manage, read, view
from tests.fake_wix.stores_v1.model import ALL_PRODUCTS, Product
from tests.fake_wix.stores_v1.render import product_status, show_product

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

TEXT = "eq ne hasSome contains startsWith"
RANGE = "eq ne hasSome lt lte gt gte"


def of_product(value: Callable[[Product], Any]) -> Callable[[Row], Any]:
    return lambda row: value(row["it"])


def _plain(name: str, operators: str, *, sort: bool, kind: str = "text") -> Field:
    value = of_product(lambda product: product.fields.get(name))
    return declare(operators, sort=sort, kind=kind, read=value)


def _choices_of(name: str) -> Field | None:
    """Both spellings of a filter by choice: `options.<name>` and `productOptions.<name>`."""
    prefix, dot, option = name.partition(".")
    if not dot or prefix not in {"options", "productOptions"}:
        return None

    def labels(product: Product) -> list[str]:
        return [
            choice["description"]
            for one in product.options
            if one["name"] == option
            for choice in one["choices"]
        ]

    return declare("eq ne hasSome hasAll", read=of_product(labels))


# Filter names are not always the entity's paths, and `sku` is the product's own, which is empty
# where variants are managed (stores-v1 2.1). `createdDate` sorts per docs, not per SDK: not here.
PRODUCTS = Asked(
    {
        "id": declare("eq ne hasSome in", sort=True),
        "name": _plain("name", TEXT, sort=True),
        "slug": _plain("slug", TEXT, sort=True),
        "sku": declare(
            TEXT,
            sort=True,
            read=of_product(lambda one: "" if one.managed else one.fields.get("sku", "")),
        ),
        "description": _plain("description", TEXT, sort=False),
        "price": declare(RANGE, sort=True, kind="number", read=of_product(lambda one: one.price)),
        "numericId": declare(
            RANGE, sort=True, kind="number", read=of_product(lambda one: one.numeric_id)
        ),
        "lastUpdated": declare(
            RANGE, sort=True, kind="date", read=of_product(lambda one: one.last_updated)
        ),
        "createdDate": declare(RANGE, kind="date", read=of_product(lambda one: one.created_date)),
        "productType": _plain("productType", "eq ne hasSome", sort=True),
        "collections.id": declare(
            "eq ne hasSome hasAll",
            read=of_product(lambda one: [ALL_PRODUCTS, *one.collection_ids]),
        ),
        "inventoryStatus": declare("eq ne hasSome", read=of_product(product_status)),
        "visible": _plain("visible", "eq", sort=False, kind="bool"),
        "brand": _plain("brand", "eq", sort=False),
    },
    default_key=of_product(lambda one: one.numeric_id),
    more=_choices_of,
)


def _flag(holder: Mapping[str, Any], name: str) -> bool:
    value = holder.get(name)
    if value is not None and not isinstance(value, bool):
        raise plain(400, "Expected a boolean")
    return bool(value)


def _on_v3(site: Site, request: Request) -> dict[str, Any]:
    """The reader on a V3 site: 428, or, as several report, the products without variants."""
    if site.catalog_version != V3 or not site.v1.switches.reader_answers_on_v3:
        check_catalog_is(site, V1)
    limit, offset = window(object_in(request.part("query"), "paging"))
    rows = site.v3.products.all_indexed()
    return {
        "products": [_old_shape(one) for one in rows[offset : offset + limit]],
        "metadata": {"items": limit, "offset": offset},
        "totalResults": len(rows),
    }


def _old_shape(product: Mapping[str, Any]) -> dict[str, Any]:
    """What the reader makes of a V3 product: far from all of it, and no variants."""
    return {
        "id": product["id"],
        "name": product.get("name"),
        "slug": product.get("slug"),
        "visible": product.get("visible", True),
        "productType": str(product.get("productType", "PHYSICAL")).lower(),
        "variants": [],
    }


@read("POST", "/v1/products/query", on_v3=_on_v3)
def query_products(site: Site, request: Request) -> dict[str, Any]:
    """Hidden products only with the flag; without it the server adds `visible = true`."""
    body = request.object()
    hidden = may_manage(site, asked=_flag(body, "includeHiddenProducts"))
    merchant = may_manage(site, asked=_flag(body, "includeMerchantSpecificData"))
    rows = [row for row in site.v1.indexed_products() if hidden or row["it"].visible]
    page = ask(rows, body, PRODUCTS, site.v1.switches)
    shown = view(site, request, variants=_flag(body, "includeVariants"), merchant_data=merchant)
    return {"products": [show_product(row["it"], shown) for row in page.rows], **page.envelope}


@read("GET", "/v1/products/{product_id}")
def get_product(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """The entity itself, variants included: no index between."""
    asked = request.param("includeMerchantSpecificData") == "true"
    shown = view(site, request, variants=True, merchant_data=may_manage(site, asked=asked))
    return {"product": show_product(site.v1.product(product_id), shown)}
