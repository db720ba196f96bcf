"""Variants, written (wix-api stores-v1 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import plain
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import view, write
from tests.fake_wix.stores_v1.render import show_variant
from tests.fake_wix.stores_v1.shapes import VARIANT_PATCHES
from tests.fake_wix.stores_v1.variants import chosen

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Variant


@write("PATCH", "/v1/products/{product_id}/variants")
def update_variants(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """The write shape is flat; a nested `variant`, or stock, is not looked at.

    The answer holds only the variants that were hit, each once.
    """
    product = site.v1.edit(product_id)
    patches = clean(VARIANT_PATCHES, request.object(), "")["variants"]
    if not product.managed:
        raise plain(400, "variants cannot be updated while manageVariants is false")
    hit: dict[str, Variant] = {}
    for patch in patches:
        if not patch.get("choices") and not patch.get("variantIds"):
            raise plain(400, "choices or variantIds must be sent")
        for variant in chosen(product, patch):
            _apply(variant, patch)
            hit[variant.id] = variant
    site.v1.save(product, bump=site.v1.switches.variants_bump)
    shown = view(site, request, variants=True)
    return {"variants": [show_variant(product, one, shown) for one in hit.values()]}


@write("POST", "/v1/products/{product_id}/variants/resetToDefault")
def reset_variants(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """All variants have the product's values again; stock stays."""
    product = site.v1.edit(product_id)
    for variant in product.variants:
        variant.reset()
    site.v1.save(product, bump=site.v1.switches.variants_bump)
    shown = view(site, request, variants=True)
    return {"variants": [show_variant(product, one, shown) for one in product.variants]}


def _apply(variant: Variant, patch: Json) -> None:
    variant.price = patch.get("price", variant.price)
    variant.cost = patch.get("cost", variant.cost)
    variant.sku = patch.get("sku", variant.sku)
    variant.weight = patch.get("weight", variant.weight)
    variant.visible = patch.get("visible", variant.visible)
    for name in ("productDimensions", "packageDimensions"):
        if name in patch:
            variant.dimensions[name] = patch[name]
