"""The limits of what can be written, for either catalog, from Wix's own types.

`tap_wix/schemas/types` lists the longest text, the most items, the largest number and the finest
decimal of every field as Wix publishes them. Only where each field stands on Catalog V1 is typed
here (wix-api stores-v3 9).
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_wix.schemas.source import wix_types
from target_wix.products.fields.containers import ListOf, Obj
from target_wix.products.fields.scalars import Amount, FieldType, Number, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DECIMAL = re.compile(r"lte:([0-9.]+), maxScale:(\d+)")

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
    return {path: _limited(kind, path, fields.get) for path, kind in kinds.items()}


def limited_on_v1(kinds: Mapping[str, FieldType]) -> dict[str, FieldType]:
    """Return fields of a product, by their V3 paths, with the limits of Catalog V1."""
    fields = wix_types("products_v1")
    return {
        path: _limited(kind, path, lambda name: fields.get(_ON_V1.get(name, "")))
        for path, kind in kinds.items()
    }


def most_counted() -> int:
    """Return the largest quantity that Wix counts."""
    return int(wix_types("products_v1")["stock.quantity"]["max"])


def limited_stock(preorder: Obj) -> Obj:
    """Return the fields of a pre-order with the limits that both catalogs have."""
    fields = {**wix_types("inventory_items_v3"), **wix_types("inventory_items_v1")}
    kinds = {
        name: _limited(kind, f"preorderInfo.{name}", fields.get)
        for name, kind in preorder.fields.items()
    }
    return replace(preorder, fields=kinds)


def _limited(kind: FieldType, path: str, of: Callable[[str], dict[str, Any] | None]) -> FieldType:
    field = of(path) or {}
    if isinstance(kind, Obj):
        parts = {name: _limited(one, f"{path}.{name}", of) for name, one in kind.fields.items()}
        return replace(kind, fields=parts)
    if isinstance(kind, ListOf):
        inner = _limited(kind.item, f"{path}[]", of)
        size = (of(f"{path}[]") or {}).get("maxSize")
        return replace(kind, item=inner, maximum=int(size) if size else kind.maximum)
    if isinstance(kind, Text):
        longest = field.get("maxLength")
        return replace(kind, maximum=int(longest)) if longest else kind
    if isinstance(kind, Number):
        low, high = field.get("min"), field.get("max")
        return replace(
            kind,
            minimum=Decimal(low) if low else kind.minimum,
            maximum=Decimal(high) if high else kind.maximum,
        )
    if isinstance(kind, Amount):
        return _limited_amount(kind, field)
    return kind


def _limited_amount(kind: Amount, field: dict[str, Any]) -> Amount:
    if found := _DECIMAL.search(str(field.get("decimalValue"))):
        return replace(kind, maximum=Decimal(found[1]), scale=int(found[2]))
    return replace(kind, maximum=Decimal(field["max"])) if "max" in field else kind
