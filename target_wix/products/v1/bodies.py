"""V3-shaped products as Catalog V1 takes them: create and update.

`v1` of a record serves only where it still says what the V3 fields say. Numbers go out as
`Decimal`, which the wire writes as plain JSON numbers (wix-api stores-v1 7, trap 15).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from tap_wix.api.catalog_conversion.json_access import (
    Json,
    as_object,
    as_objects,
    inside,
    present,
    text,
)
from tap_wix.api.catalog_conversion.options import is_managed
from tap_wix.api.money import decimal_of
from target_wix.products.fields.variants import variants_of
from target_wix.products.v1.variants import (
    emptiable,
    flat_variant,
    full_prices,
    is_split,
    price_of,
    price_plan,
    sale_of,
    v1_options,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from tap_wix.api.catalog_conversion.discounts import PricePlan

_SOURCES: dict[str, frozenset[str]] = {
    "name": frozenset({"name"}),
    "slug": frozenset({"slug"}),
    "visible": frozenset({"visible"}),
    "description": frozenset({"plainDescription"}),
    "ribbon": frozenset({"ribbon"}),
    "brand": frozenset({"brand"}),
    "additionalInfoSections": frozenset({"infoSections"}),
    "seoData": frozenset({"seoData"}),
    "pricePerUnitData": frozenset({"physicalProperties", "variantsInfo"}),
    "manageVariants": frozenset({"options", "modifiers"}),
    "productOptions": frozenset({"options", "modifiers"}),
    "priceData": frozenset({"variantsInfo", "options"}),
    "discount": frozenset({"variantsInfo", "options"}),
    "sku": frozenset({"variantsInfo", "options"}),
    "weight": frozenset({"variantsInfo", "options"}),
    "costAndProfitData": frozenset({"variantsInfo", "options"}),
    "productDimensions": frozenset({"variantsInfo", "options"}),
    "packageDimensions": frozenset({"variantsInfo", "options"}),
}
"""The V3 fields that each V1 field is made of."""

_EMPTY: Json = {
    "description": "",
    "sku": "",
    "weight": Decimal(0),
    "additionalInfoSections": [],
    "productOptions": [],
}
"""How a V1 field is emptied, and what one is that is missing. The others cannot be emptied, or by
calls of their own (wix-api stores-v1 2.7, 8)."""

LONGEST_NAME = 80
_WORD = re.compile(r"[\W_]+")
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
NOTE = (
    "target-wix has not finished this product. It stays hidden until the same record is sent again"
    " and written whole"
)
"""Plain words without any character that HTML writes otherwise.

Catalog V1 has one call for a new product and further ones for its variants, pictures and stock
(wix-api stores-v1 2.3, 2.6, 3.3, 5.3). A run can end between any two of them. So a product that
takes several calls is made hidden and with this note as its description. The last call writes the
description and shows the product. Whoever finds the note on a hidden product knows two things:
nobody could buy it so far, and everything of its record can be written again, the opening stock
too. Without the note, stock is what the shop has sold down, and is never put back.

The owner takes a product over by showing it or by writing another description.
"""

NOTE_HTML = f"<p>{NOTE}.</p>"
_TAG = re.compile(r"<[^>]*>")


def create_body(product: Json) -> Json:
    """The body that creates the product on V1.

    V1 makes the variants itself, of all choices, each with the price of the product: what is
    theirs follows by `variant_updates`. The slug follows by update where V1 made another one of
    the name; pictures, collections and stock have calls of their own (wix-api stores-v1 2.3).
    """
    plan = price_plan(product, None, keep_sale=False)
    fields = _fields(product, plan)
    fields.pop("slug", None)
    if plan.discount.kind == "NONE":
        fields.pop("discount", None)
    if is_split(product):
        own = decimal_of(inside(product, "v1", "priceData", "price"))
        price = own if own is not None and _bears(own, plan) else max(plan.full, default=None)
        fields |= present(priceData=_within("price", price))
    fields = {name: value for name, value in fields.items() if value not in ("", [])}
    defaults = {"visible": True, "manageVariants": False}
    return {"product": {**defaults, **fields, "productType": "physical"}}


def update_body(
    changed: Collection[str], desired: Json, current: Json, *, keep_sale: bool = False
) -> Json:
    """The body that brings the product in the shop to what is desired, `{}` if nothing differs.

    Args:
        changed: names of the V3 fields that may be written; of a path the first part counts.
        desired: the product as it shall be, complete: `current` with the record laid over it.
        current: the product in the shop, upgraded.
        keep_sale: see `price_plan`; for rows that change a single variant.

    Where variants cease to be managed the bodies of `unmanaging_bodies` go first; brand and
    ribbon are taken away by `removals`; variants follow by `variant_updates`.
    """
    names = {name.partition(".")[0].partition("[")[0] for name in changed}
    plan = price_plan(desired, current, keep_sale=keep_sale)
    wanted = _fields(desired, plan, current)
    shop = _fields_in_shop(current)
    if unmanaging_bodies(desired, current):
        shop |= {"manageVariants": False, "productOptions": []}
    if not wanted.get("productOptions"):
        wanted.pop("manageVariants", None)  # there is nothing to manage
    body: Json = {}
    for name, sources in _SOURCES.items():
        if not sources & names:
            continue
        value = wanted.get(name)
        if value is not None and value != shop.get(name, _EMPTY.get(name)):
            body[name] = value
    if is_split(desired) and "discount" in body and not _bears(_product_price(current), plan):
        body["priceData"] = {"price": max(plan.full)}
    return {"product": body} if body else {}


def unmanaging_bodies(desired: Json, current: Json) -> list[Json]:
    """Updates that must precede `update_body` where variants cease to be managed.

    `manageVariants` goes back to false only if no variants exist (wix-api stores-v1 2.4).
    """
    if is_split(desired) or not is_split(current):
        return []
    return [{"product": {"productOptions": []}}, {"product": {"manageVariants": False}}]


def removals(
    changed: Collection[str], desired: Json, current: Json
) -> list[Literal["brand", "ribbon"]]:
    """Which of brand and ribbon to take away by a call of its own: empty texts do not clear them."""
    names: tuple[Literal["brand", "ribbon"], ...] = ("brand", "ribbon")
    return [
        name
        for name in names
        if name in changed and not _name(desired, name) and _name(current, name)
    ]


def _fields(product: Json, plan: PricePlan, shop: Json | None = None) -> Json:
    """All fields of the product on V1, without those that it has not."""
    split = is_split(product)
    known = "options" in product or "modifiers" in product
    options = [option.body(new=shop is None) for option in v1_options(product, shop)]
    fields = present(
        name=text(product.get("name")),
        slug=text(product.get("slug")),
        visible=product.get("visible"),
        description=emptiable(product, "plainDescription", ""),
        ribbon=_name(product, "ribbon"),
        brand=_name(product, "brand"),
        additionalInfoSections=_sections(product.get("infoSections")),
        seoData=product.get("seoData") or None,
        pricePerUnitData=_unit_pricing(product),
        manageVariants=split if known else None,
        productOptions=options if known else None,
        discount=plan.discount.body() if plan.full else None,
    )
    return fields if split else {**fields, **_simple(product, plan)}


def _simple(product: Json, plan: PricePlan) -> Json:
    """What a product without options has of its only variant."""
    variant = next(iter(variants_of(product)), {})
    flat = flat_variant(variant, next(iter(full_prices(product, plan)), None))
    return present(
        priceData=_within("price", flat.get("price")),
        sku=flat.get("sku"),
        weight=flat.get("weight"),
        costAndProfitData=_within("itemCost", flat.get("cost")),
        productDimensions=flat.get("productDimensions"),
        packageDimensions=flat.get("packageDimensions"),
    )


def _fields_in_shop(current: Json) -> Json:
    """The fields as the shop has them, its own discount included."""
    plan = price_plan(current, current, keep_sale=False)
    fields = _fields(current, plan, current)
    if plan.full:
        fields["discount"] = sale_of(current).discount.body()
    if "manageVariants" in as_object(current.get("v1")):
        fields["manageVariants"] = is_managed(current["v1"])
    return fields


def _bears(price: Decimal | None, plan: PricePlan) -> bool:
    """Whether the product's own price, which managed variants do not use, is not below nothing."""
    return plan.discount.kind != "AMOUNT" or (price is not None and price >= plan.discount.value)


def _product_price(current: Json) -> Decimal | None:
    """The product's own price: that of its variant, unless variants are managed."""
    if is_split(current):
        return decimal_of(inside(current, "v1", "priceData", "price"))
    price = price_of(next(iter(variants_of(current)), {}))
    return None if price is None else price.full


def _within(name: str, value: object) -> Json | None:
    return None if value is None else {name: value}


def _name(product: Json, field: str) -> str | None:
    return text(inside(product, field, "name"))


def _sections(sections: object) -> list[Json] | None:
    if not isinstance(sections, list):
        return None
    return [
        {
            "title": section.get("title") or "",
            "description": section.get("plainDescription") or "",
        }
        for section in as_objects(sections)
    ]


def _unit_pricing(product: Json) -> Json | None:
    """V1 has one total quantity for the product, V3 one for each variant (stores-v3 9)."""
    base = as_object(inside(product, "physicalProperties", "pricePerUnit"))
    total = common_unit_settings(product)
    numbers = decimal_of(base.get("quantity")), decimal_of((total or {}).get("quantity"))
    if total is None or None in numbers:
        return None
    return present(
        totalQuantity=numbers[1],
        totalMeasurementUnit=total.get("measurementUnit"),
        baseQuantity=numbers[0],
        baseMeasurementUnit=base.get("measurementUnit"),
    )


def common_unit_settings(product: Json) -> Json | None:
    """The settings for unit prices that all variants share, None if they have none or differ.

    A unit price that lacks a number or a unit, of the product or of its variants, is none.
    """
    settings = [
        as_object(inside(row, "physicalProperties", "pricePerUnit", "settings"))
        for row in variants_of(product)
    ]
    base = as_object(inside(product, "physicalProperties", "pricePerUnit"))
    if not settings or not all(map(_is_whole_amount, (base, *settings))):
        return None
    return (
        settings[0]
        if all(_amounts_to(row) == _amounts_to(settings[0]) for row in settings)
        else None
    )


def _amounts_to(row: Json) -> tuple[object, object]:
    return decimal_of(row.get("quantity")), row.get("measurementUnit")


def _is_whole_amount(row: Json) -> bool:
    return None not in _amounts_to(row)


def is_plain_slug(slug: str) -> bool:
    """Whether V1 surely makes this slug of itself as a name."""
    return len(slug) <= LONGEST_NAME and _PLAIN.fullmatch(slug) is not None


def slug_fits(slug: str, name: str) -> bool:
    """Whether V1 can be expected to make this slug of this name; it tells nobody that one was taken.

    It puts a number from -1 on behind what is taken (wix-api stores-v1 2.3). How it treats letters
    beyond a-z is not known, so that nothing is expected of them.
    """
    if not name.isascii() or not slug.isascii():
        return False
    guess = _WORD.sub("-", name.lower()).strip("-")
    return re.fullmatch(re.escape(guess) + r"(-\d+)?", slug) is not None


def is_unfinished(product: Json) -> bool:
    """Whether a product, read from V1 and upgraded, waits to be finished."""
    if product.get("visible") is not False:
        return False
    shown = _TAG.sub(" ", text(product.get("plainDescription")) or "")
    return NOTE in " ".join(shown.split())
