"""What of a product is left out, or comes out otherwise, when Catalog V1 holds the rest of it."""

from __future__ import annotations

from typing import Any

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside, text
from tap_wix.api.catalog_conversion.options import FREE_TEXT
from tap_wix.api.money import decimal_text
from target_wix.products.fields.variants import variants_of
from target_wix.products.v1.bodies import common_unit_settings
from target_wix.products.v1.limits import Limit, combinations, new_text_fields
from target_wix.products.v1.options import choice_modifiers, is_split
from target_wix.products.v1.prices import full_prices, price_of, price_plan

_NO_PLACE = (
    "handle",
    "additionalRibbons",
    "mainCategoryId",
    "taxGroupId",
    "tags",
    "extendedFields",
)


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
    if new_text_fields(product, current or {}):
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
        variant: Json = {name: value for name, value in row.items() if name != "barcode"}
        if (price := price_of(row)) is not None:
            priced += 1
            if priced in lost or not price.reduced:
                variant["price"] = _without(row["price"], "compareAtPrice")
                if priced in lost and full is not None and full > price.paid:
                    variant["price"]["compareAtPrice"] = {"amount": decimal_text(full)}
        if not common and "physicalProperties" in variant:
            physical = as_object(variant["physicalProperties"])
            variant["physicalProperties"] = _without(physical, "pricePerUnit")
        variants.append(variant)
    held = _without(product, "visibleInPos", *_NO_PLACE)
    if "variantsInfo" in product:
        held["variantsInfo"] = {**as_object(product["variantsInfo"]), "variants": variants}
    if isinstance(product.get("physicalProperties"), dict):
        held["physicalProperties"] = _without(
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


def _without(row: Json, *names: str) -> Json:
    return {name: value for name, value in row.items() if name not in names}
