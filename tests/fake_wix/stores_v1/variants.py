"""Variants, read: of one product and of the whole store (wix-api stores-v1 3.1, 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error, plain
from tests.fake_wix.http.routes import object_in
from tests.fake_wix.query import QuerySpec, declare, run_query
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import may_manage, read, view
from tests.fake_wix.stores_v1.render import show_variant, variant_rows
from tests.fake_wix.stores_v1.render_rest import show_store_variant
from tests.fake_wix.stores_v1.shapes import VARIANTS_QUERY

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Product, Variant

# Which fields filter is not documented; these two are the obvious ones (stores-v1 3.2).
STORE_VARIANTS = QuerySpec(
    {"sku": declare("eq in hasSome", sort=True), "productId": declare("eq in hasSome", sort=True)},
    api="stores v1 variants",
    offset_paging=True,
    has_next=False,
    default_sort=(),
)


def check_choices(product: Product, choices: dict[str, str]) -> None:
    """Options by name and choices by their *description*; anything else is invalid (trap 8)."""
    known = {
        option["name"]: {choice["description"] for choice in option["choices"]}
        for option in product.options
    }
    for name, label in choices.items():
        if label not in known.get(name, ()):
            raise plain(400, f"invalid option or choice: {name}, {label}")


def chosen(product: Product, selector: Json) -> list[Variant]:
    """The variants a selector hits; a partial map of choices hits all that match."""
    rows = variant_rows(product)
    choices, ids = selector.get("choices"), selector.get("variantIds")
    if choices and ids:
        raise plain(400, "only one of choices and variantIds can be sent")
    if choices:
        check_choices(product, choices)
        return [one for one in rows if choices.items() <= one.choices.items()]
    if ids:
        unknown = set(ids) - {one.id for one in rows}
        if unknown:
            raise plain(400, f"no such variants: {', '.join(sorted(unknown))}")
        return [one for one in rows if one.id in ids]
    return rows


@read("POST", "/v1/products/{product_id}/variants/query")
def query_variants(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """`paging` stands at the top level here, and the entity is read, not an index."""
    asked = clean(VARIANTS_QUERY, request.object(), "")
    product = site.v1.product(product_id)
    merchant = may_manage(site, asked=asked.get("includeMerchantSpecificData", False))
    rows = chosen(product, asked)
    paging = asked.get("paging", {})
    limit, offset = paging.get("limit", 100), paging.get("offset", 0)
    shown = view(site, request, variants=True, merchant_data=merchant)
    return {
        "variants": [show_variant(product, one, shown) for one in rows[offset : offset + limit]],
        "metadata": {"items": limit, "offset": offset},
        "totalResults": len(rows),
    }


@read("POST", "/v1/variants/query")
def query_store_variants(site: Site, request: Request) -> dict[str, Any]:
    """The one V1 query with filter and sort as real JSON, and with cursors."""
    query = object_in(request.object(), "query")
    rows = [
        show_store_variant(row["it"], one)
        for row in site.v1.indexed_products()
        for one in variant_rows(row["it"])
    ]
    by_offset = object_in(query, "cursorPaging") == {}
    if by_offset:
        query = {**query, "paging": {"offset": 0, **object_in(query, "paging")}}
    page, paging = run_query(rows, query, STORE_VARIANTS, site.cursors)
    metadata = {"count": paging["count"], "cursors": paging.get("cursors", {})}
    if by_offset:
        metadata |= {"offset": paging["offset"], "total": paging["total"]}
    return {"variants": page, "metadata": metadata}


@read("GET", "/v1/variants/{store_variant_id}")
def get_store_variant(site: Site, request: Request, store_variant_id: str) -> dict[str, Any]:
    """By `<product id>-<variant id>`."""
    product_id, variant_id = store_variant_id[:36], store_variant_id[37:]
    for one in variant_rows(site.v1.product(product_id)):
        if one.id == variant_id:
            return {"variant": show_store_variant(site.v1.product(product_id), one)}
    raise application_error(404, "VARIANT_NOT_FOUND", "variant not found")
