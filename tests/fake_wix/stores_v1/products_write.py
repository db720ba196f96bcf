"""Products, written one by one: create, update, delete (wix-api stores-v1 2.3 to 2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import field_violation, plain
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import view, write
from tests.fake_wix.stores_v1.model import Json, Product, combinations
from tests.fake_wix.stores_v1.render import show_product
from tests.fake_wix.stores_v1.shapes import CREATED, MOST_VARIANTS, PATCHED

if TYPE_CHECKING:
    from decimal import Decimal

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site


@write("POST", "/v1/products")
def create_product(site: Site, request: Request) -> dict[str, Any]:
    """Slug, media, collections and stock are no part of a create: whoever sends them is not told."""
    sent = clean(CREATED, request.object().get("product"), "product")
    kind = sent.pop("productType", "physical")
    if kind not in {"physical", "unspecified_product_type"}:
        raise plain(400, f"product.productType {kind} is not supported")
    check(sent)
    if not site.v1.switches.option_type_kept:
        _keep_option_types(sent, [])
    product = site.v1.add(sent)
    return {"product": show_product(product, view(site, request, variants=True))}


@write("PATCH", "/v1/products/{product_id}")
def update_product(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """Only what is sent changes; arrays are replaced whole; there is no revision.

    `productType` is accepted and does nothing, and neither do empty texts for brand and ribbon,
    which have endpoints of their own for that (stores-v1 2.4, 2.7).
    """
    product = site.v1.edit(product_id)
    sent = clean(PATCHED, request.object().get("product"), "product")
    if sent.get("ribbon") == "":
        del sent["ribbon"]
    if not sent.get("priceData", True):
        del sent["priceData"]
    was_managed, had_variants = bool(product.fields.get("manageVariants")), bool(product.variants)
    if was_managed and sent.get("manageVariants") is False and had_variants:
        raise plain(400, "manageVariants cannot be false while the product has variants")
    if "slug" in sent:
        sent["slug"] = site.v1.free_slug(sent["slug"], product.id)
    options_before = product.options
    _keep_option_types(sent, options_before)
    for name, value in sent.items():
        merged = name in {"priceData", "costAndProfitData", "pricePerUnitData", "discount"}
        product.fields[name] = {**product.fields.get(name, {}), **value} if merged else value
    check(product.fields)
    if (
        product.options != options_before
        or bool(product.fields.get("manageVariants")) != was_managed
    ):
        site.v1.regenerate_variants(product)
        _forget_choice_media(product)
    site.v1.save(product)
    return {"product": show_product(product, view(site, request, variants=True))}


@write("DELETE", "/v1/products/{product_id}")
def delete_product(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    site.v1.remove(product_id)
    return {}


def _keep_option_types(sent: Json, before: list[Json]) -> None:
    """`optionType` is read-only: an option keeps its own, whatever is sent (stores-v1 2.9)."""
    kinds = {option["name"]: option.get("optionType") for option in before}
    for option in sent.get("productOptions", ()):
        option["optionType"] = kinds.get(option["name"]) or "drop_down"


def check(fields: Json) -> None:
    """What holds for the product as a whole, after a create or an update."""
    _check_discount(fields)
    options = fields.get("productOptions", [])
    names = [option["name"] for option in options]
    if len(set(names)) != len(names):
        raise plain(400, "product options must have unique names")
    for option in options:
        labels = [choice["description"] for choice in option["choices"]]
        if len(set(labels)) != len(labels):
            raise plain(400, f"choices of option {option['name']} must be unique")
    if fields.get("manageVariants") and combinations(options) > MOST_VARIANTS:
        raise plain(400, f"manageVariants cannot be true with more than {MOST_VARIANTS} variants")


def _check_discount(fields: Json) -> None:
    """A discount that leaves less than nothing to pay is refused."""
    discount = fields.get("discount") or {}
    value: Decimal | int = discount.get("value", 0)
    price: Decimal = fields["priceData"]["price"]
    if discount.get("type") == "PERCENT" and value > 100:
        raise field_violation("product.discount.value", "must be at most 100", rule="MAX")
    if discount.get("type") == "AMOUNT" and value > price:
        raise field_violation("product.discount.value", "must be at most the price", rule="MAX")


def _forget_choice_media(product: Product) -> None:
    """Pictures hang on choices; a choice that is gone takes its links with it."""
    labels = {
        option["name"]: {choice["description"] for choice in option["choices"]}
        for option in product.options
    }
    product.choice_media = {
        name: {label: ids for label, ids in by_label.items() if label in labels[name]}
        for name, by_label in product.choice_media.items()
        if name in labels
    }
