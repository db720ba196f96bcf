"""What Catalog V1 cannot hold of a product, and what it holds otherwise.

With a limit the product would be another one on V1: another price, another choice, a question that
is not asked. So it is not written. What merely has no place on V1 is left out: see `as_stored`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_conversion.discounts import smallest_unit
from tap_wix.api.catalog_conversion.json_access import (
    Json,
    as_object,
    as_objects,
    inside,
    text,
    without,
)
from tap_wix.api.catalog_conversion.options import FREE_TEXT, SWATCH
from tap_wix.api.money import decimal_of, decimal_text, decimals
from target_wix.products.fields.options import choices_of
from target_wix.products.fields.variants import choice_names, replace_variants, variants_of
from target_wix.products.v1.bodies import common_unit_settings
from target_wix.products.v1.variants import (
    choice_modifiers,
    combinations,
    full_prices,
    is_split,
    price_of,
    price_plan,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Limit = tuple[str, str]
"""The V3 field, and why V1 cannot hold what is in it."""

MAX_VARIANTS = 300
MAX_OPTIONS = 6
MAX_CHOICES = 100
MAX_NAME = 50
MAX_DESCRIPTION = 8000
MAX_SLUG = 100

_AMOUNTS = (("price", "actualPrice"), ("price", "compareAtPrice"), ("revenueDetails", "cost"))

_NO_PLACE = (
    "handle",
    "additionalRibbons",
    "mainCategoryId",
    "taxGroupId",
    "tags",
    "extendedFields",
)


def v1_limits(product: Json, current: Json | None = None) -> list[Limit]:
    """Why the product cannot be on V1, `[]` if it can.

    Args:
        product: the product as it shall be.
        current: the product in the shop, upgraded: what it is already, it may stay.
    """
    shop = current or {}
    return [
        *_type_limits(product, shop),
        *_option_limits(product),
        *_modifier_limits(product, shop),
        *_variant_limits(product),
        *_money_limits(product),
        *_text_limits(product),
    ]


def _type_limits(product: Json, shop: Json) -> Iterator[Limit]:
    if product.get("productType") == "DIGITAL" and shop.get("productType") != "DIGITAL":
        yield "productType", "V1 refuses to create digital products by API"
    if as_objects(inside(product, "subscriptionDetails", "subscriptions")):
        yield "subscriptionDetails", "V1 has no subscriptions"
    if text(inside(product, "purchaseEligibility", "userCriteria")):
        yield "purchaseEligibility", "V1 sells to everybody"


def _option_limits(product: Json) -> Iterator[Limit]:
    options = as_objects(product.get("options"))
    modifiers = choice_modifiers(product)
    if options and modifiers:
        yield "modifiers", "V1 cannot have options and modifiers with choices on one product"
    for field, rows in (("options", options), ("modifiers", modifiers)):
        if len(rows) > MAX_OPTIONS:
            yield field, f"V1 takes at most {MAX_OPTIONS}, here are {len(rows)}"
        for row in rows:
            yield from _choice_limits(field, row)


def _choice_limits(field: str, row: Json) -> Iterator[Limit]:
    choices = choices_of(row)
    labels = [text(choice.get("name")) for choice in choices]
    path = f"{field}.choicesSettings.choices"
    if not choices:
        yield path, "V1 takes no option without choices"
    if len(choices) > MAX_CHOICES:
        yield path, f"V1 takes at most {MAX_CHOICES}, here are {len(choices)}"
    if any(label is None or len(label) > MAX_NAME for label in [*labels, text(row.get("name"))]):
        yield field, f"V1 takes names of 1 to {MAX_NAME} characters"
    if len(set(labels)) < len(labels):
        yield path, "V1 tells choices apart by their names, two are the same"
    if SWATCH in (row.get("optionRenderType"), row.get("modifierRenderType")) and not all(
        text(choice.get("colorCode")) for choice in choices
    ):
        yield path, "V1 shows a choice as text or as one colour"


def _modifier_limits(product: Json, shop: Json) -> Iterator[Limit]:
    fields = _new_text_fields(product, shop)
    if fields and not _text_fields_of_v1(product, fields):
        yield "modifiers", "text fields cannot be set on V1 by API"
    for modifier in choice_modifiers(product):
        if modifier.get("mandatory") is False:
            yield "modifiers.mandatory", "V1 always asks the buyer to choose"
        if any(decimal_of(choice.get("addedPrice")) for choice in choices_of(modifier)):
            yield "modifiers.choicesSettings.choices.addedPrice", "V1 cannot charge for a choice"


def _variant_limits(product: Json) -> Iterator[Limit]:
    if not is_split(product):
        if len(variants_of(product)) > 1:
            yield "variantsInfo.variants", "without options there is one variant"
        return
    count = max(combinations(product), len(variants_of(product)))
    if count > MAX_VARIANTS:
        yield (
            "variantsInfo.variants",
            f"V1 manages at most {MAX_VARIANTS} variants, here are {count}",
        )
    names = {str(option.get("name")) for option in as_objects(product.get("options"))}
    if any(
        choice_names(row, product.get("options")).keys() != names for row in variants_of(product)
    ):
        yield "variantsInfo.variants.choices", "V1 needs the name of a choice for every option"


def _money_limits(product: Json) -> Iterator[Limit]:
    """V1's largest amount has cents and no more; only dinars and rials have smaller coins."""
    most = max(2, -int(smallest_unit(product.get("currency")).as_tuple().exponent))
    for path in _AMOUNTS:
        amounts = [decimal_of(inside(row, *path, "amount")) for row in variants_of(product)]
        if any(amount is not None and decimals(amount) > most for amount in amounts):
            yield f"variantsInfo.variants.{'.'.join(path)}", f"V1 takes at most {most} decimals"


def _text_limits(product: Json) -> Iterator[Limit]:
    if len(str(product.get("plainDescription") or "")) > MAX_DESCRIPTION:
        yield "plainDescription", f"V1 takes at most {MAX_DESCRIPTION} characters"
    if product.get("plainDescription") is None and as_objects(
        inside(product, "description", "nodes")
    ):
        yield "description", "V1 takes HTML only, as in plainDescription"
    if len(str(product.get("slug") or "")) > MAX_SLUG:
        yield "slug", f"V1 takes at most {MAX_SLUG} characters"
    for section in as_objects(product.get("infoSections")):
        if not text(section.get("title")):
            yield "infoSections.title", "V1 has sections of its own for each product, with a title"
        if section.get("plainDescription") is None and section.get("description"):
            yield "infoSections.description", "V1 takes HTML only, as in plainDescription"


def _text_fields(product: Json) -> set[tuple[str, int | None]]:
    """The text fields of a product, by what V1 has of them."""
    found = set()
    for row in as_objects(product.get("modifiers")):
        if row.get("modifierRenderType") == FREE_TEXT:
            settings = as_object(row.get("freeTextSettings"))
            longest = decimal_of(settings.get("maxCharCount"))
            title = str(settings.get("title") or row.get("name") or "")
            found.add((title, None if longest is None else int(longest)))
    return found


def _new_text_fields(product: Json, shop: Json) -> set[tuple[str, int | None]]:
    """Text fields, title and length, that the product has and the shop has not."""
    return _text_fields(product) - _text_fields(shop)


def _text_fields_of_v1(product: Json, fields: set[tuple[str, int | None]]) -> bool:
    """Whether the record came from a V1 shop with these fields: there, too, a person set them."""
    known = {
        (str(row.get("title") or ""), None if longest is None else int(longest))
        for row in as_objects(inside(product, "v1", "customTextFields"))
        for longest in [decimal_of(row.get("maxLength"))]
    }
    return fields <= known


def v1_omissions(
    product: Json, current: Json | None = None, *, keep_sale: bool = False
) -> list[Limit]:
    """What is left out or changed when the product is written to V1."""
    found = [(name, "V1 has no such field") for name in _NO_PLACE if _filled(product.get(name))]
    if product.get("visibleInPos") is False:
        found.append(("visibleInPos", "V1 has no such field"))
    found += [
        (f"physicalProperties.{name}", "V1 has no such field")
        for name in ("fulfillerId", "deliveryProfileId")
        if text(inside(product, "physicalProperties", name))
    ]
    if any(text(row.get("barcode")) for row in variants_of(product)):
        found.append(("variantsInfo.variants.barcode", "V1 has no barcodes"))
    if price_plan(product, current, keep_sale=keep_sale).lost:
        found.append(
            (
                "variantsInfo.variants.price.compareAtPrice",
                "V1 has one discount for all variants; the paid prices are kept",
            )
        )
    units = [inside(product, "physicalProperties", "pricePerUnit")] + [
        inside(row, "physicalProperties", "pricePerUnit", "settings")
        for row in variants_of(product)
    ]
    if any(map(_filled, units)) and common_unit_settings(product) is None:
        found.append(
            (
                "variantsInfo.variants.physicalProperties.pricePerUnit",
                "V1 has one unit price for all variants, with all its parts",
            )
        )
    if is_split(product) and len(variants_of(product)) < combinations(product):
        found.append(
            ("variantsInfo.variants", "V1 has all combinations; those not listed are hidden")
        )
    if _new_text_fields(product, current or {}):
        found.append(("modifiers", "text fields cannot be set on V1 by API"))
    return found


def as_v1_holds(product: Json, current: Json | None = None, *, keep_sale: bool = False) -> Json:
    """The product as it reads once it is on V1: to be compared, so that omissions are no change."""
    plan = price_plan(product, current, keep_sale=keep_sale)
    common = common_unit_settings(product) is not None
    lost = set(plan.lost)
    priced = -1
    variants = []
    for row, full in zip(variants_of(product), full_prices(product, plan), strict=True):
        variant: Json = without(row, "barcode")
        if (price := price_of(row)) is not None:
            priced += 1
            if priced in lost or not price.reduced:
                variant["price"] = without(row["price"], "compareAtPrice")
                if priced in lost and full is not None and full > price.paid:
                    variant["price"]["compareAtPrice"] = {"amount": decimal_text(full)}
        if not common and "physicalProperties" in variant:
            physical = as_object(variant["physicalProperties"])
            variant["physicalProperties"] = without(physical, "pricePerUnit")
        variants.append(variant)
    held = without(product, "visibleInPos", *_NO_PLACE)
    if "variantsInfo" in product:
        held = replace_variants(held, variants)
    if isinstance(product.get("physicalProperties"), dict):
        held["physicalProperties"] = without(
            product["physicalProperties"],
            "fulfillerId",
            "deliveryProfileId",
            *(() if common else ("pricePerUnit",)),
        )
    fields = as_objects((current or {}).get("modifiers"))
    if isinstance(product.get("modifiers"), list):
        held["modifiers"] = choice_modifiers(product) + [
            row for row in fields if row.get("modifierRenderType") == FREE_TEXT
        ]
    return held


def _filled(value: Any) -> bool:  # noqa: ANN401 - JSON is any of six types
    """Whether there is anything in a value: `{"publicTags": {"tagIds": []}}` is nothing."""
    if isinstance(value, dict):
        return any(map(_filled, value.values()))
    return bool(value)
