"""The small actions on one product (wix-api stores-v1 2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import plain
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import read, view, write
from tests.fake_wix.stores_v1.render import show_product, show_variant, variant_rows
from tests.fake_wix.stores_v1.shapes import AVAILABILITY
from tests.fake_wix.stores_v1.variants import check_choices

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site


def _remove(site: Site, product_id: str, name: str) -> dict[str, Any]:
    product = site.v1.edit(product_id)
    product.fields.pop(name, None)
    site.v1.save(product)
    return {}


@write("POST", "/v1/products/{product_id}/remove-brand")
def remove_brand(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    return _remove(site, product_id, "brand")


@write("POST", "/v1/products/{product_id}/remove-ribbon")
def remove_ribbon(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    return _remove(site, product_id, "ribbon")


@write("DELETE", "/v1/products/{product_id}/options")
def delete_options(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """All options at once, and only while variants are not managed."""
    product = site.v1.edit(product_id)
    if product.fields.get("manageVariants"):
        raise plain(400, "options cannot be deleted while manageVariants is true")
    product.fields["productOptions"] = []
    product.choice_media = {}
    site.v1.save(product)
    return {}


@read("POST", "/v1/products/{product_id}/productOptionsAvailability")
def options_availability(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """Whether what the choices lead to can be bought."""
    product = site.v1.product(product_id)
    wanted = clean(AVAILABILITY, request.object(), "")["options"]
    check_choices(product, wanted)
    rows = [
        one
        for one in variant_rows(product)
        if not product.managed or wanted.items() <= one.choices.items()
    ]
    shown = view(site, request, variants=False)
    answer: dict[str, Any] = {
        "availableForPurchase": any(one.visible and product.in_stock(one.stock) for one in rows),
        "productOptions": show_product(product, shown)["productOptions"],
    }
    if len(rows) == 1:
        answer["selectedVariant"] = show_variant(product, rows[0], shown)["variant"]
    return answer
