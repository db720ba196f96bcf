"""The limits of what can be written, for either catalog, from Wix's own types.

`tap_wix/schemas/types` lists the longest text, the most items, the largest number and the finest
decimal of every field as Wix publishes them. Only where each field stands on Catalog V1 is typed
here (wix-api stores-v3 9).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.schemas.source import wix_types
from target_wix.pipeline.field_types import limited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.pipeline.field_types import FieldType, Obj

_VARIANT = "variantsInfo.variants[]"
_ON_V1 = {
    "name": "name",
    "slug": "slug",
    "plainDescription": "description",
    "brand.name": "brand",
    "ribbon.name": "ribbon",
    "infoSections[].title": "additionalInfoSections[].title",
    "infoSections[].plainDescription": "additionalInfoSections[].description",
    "physicalProperties.pricePerUnit.quantity": "pricePerUnitData.baseQuantity",
    **{
        f"{ours}{end}": f"productOptions[]{theirs}"
        for ours in ("options[]", "modifiers[]")
        for end, theirs in (
            ("", ""),
            (".name", ".name"),
            (".choicesSettings.choices[]", ".choices[]"),
            (".choicesSettings.choices[].name", ".choices[].description"),
            (".choicesSettings.choices[].colorCode", ".choices[].value"),
        )
    },
    f"{_VARIANT}.sku": "sku",
    f"{_VARIANT}.price.actualPrice.amount": "priceData.price",
    f"{_VARIANT}.price.compareAtPrice.amount": "priceData.price",
    f"{_VARIANT}.revenueDetails.cost.amount": "costAndProfitData.itemCost",
    f"{_VARIANT}.physicalProperties.weight": "weight",
    f"{_VARIANT}.physicalProperties.pricePerUnit.settings.quantity": (
        "pricePerUnitData.totalQuantity"
    ),
    **{
        f"{_VARIANT}.physicalProperties.{name}.{side}": f"{name}.{side}"
        for name in ("productDimensions", "packageDimensions")
        for side in ("length", "width", "height")
    },
}
"""Where Catalog V1 has what Catalog V3 calls so."""


def limited_on_v3(kinds: Mapping[str, FieldType]) -> dict[str, FieldType]:
    """Return fields of a product, by their paths, with the limits of Catalog V3."""
    fields = wix_types("products_v3")
    return {path: limited(kind, path, fields.get) for path, kind in kinds.items()}


def limited_on_v1(kinds: Mapping[str, FieldType]) -> dict[str, FieldType]:
    """Return fields of a product, by their V3 paths, with the limits of Catalog V1."""
    fields = wix_types("products_v1")
    return {
        path: limited(kind, path, lambda name: fields.get(_ON_V1.get(name, "")))
        for path, kind in kinds.items()
    }


def most_counted() -> int:
    """Return the largest quantity that Wix counts."""
    return int(wix_types("products_v1")["stock.quantity"]["max"])


def limited_stock(preorder: Obj) -> Obj:
    """Return the fields of a pre-order with the limits that both catalogs have."""
    fields = {**wix_types("inventory_items_v3"), **wix_types("inventory_items_v1")}
    kinds = {
        name: limited(kind, f"preorderInfo.{name}", fields.get)
        for name, kind in preorder.fields.items()
    }
    return replace(preorder, fields=kinds)
