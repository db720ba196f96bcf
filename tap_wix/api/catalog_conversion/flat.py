"""A V3-shaped variant as Catalog V1 writes it: flat, with numbers (wix-api stores-v1 3.3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tap_wix.api.catalog_conversion.json_access import Json, as_object, inside, present, text
from tap_wix.api.catalog_conversion.reading import variants_of
from tap_wix.api.money import decimal_of, decimal_text

_SIDES = ("length", "width", "height")


def flat_variant(variant: Json, full_price: Decimal | None) -> Json:
    """A variant in V1's flat write shape, without a selector."""
    physical = as_object(variant.get("physicalProperties"))
    cost = decimal_of(inside(variant, "revenueDetails", "cost", "amount"))
    return present(
        price=full_price,
        sku=emptiable(variant, "sku", ""),
        weight=emptiable(physical, "weight", Decimal(0), decimal_of(physical.get("weight"))),
        cost=cost,
        visible=variant.get("visible"),
        productDimensions=_dimensions(physical.get("productDimensions")),
        packageDimensions=_dimensions(physical.get("packageDimensions")),
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


def emptiable(row: Json, name: str, empty: object, value: Any = None) -> Any:  # noqa: ANN401
    """The value; the empty one where the row names the field and has null in it."""
    value = value if value is not None else row.get(name) if empty == "" else None
    return empty if value is None and name in row else value


def _dimensions(dimensions: object) -> Json | None:
    """Texts in plain notation, so that `10.50` and `10.5` are one and the same."""
    row = as_object(dimensions)
    sides = {
        side: decimal_text(number.normalize())
        for side in _SIDES
        if (number := decimal_of(row.get(side))) is not None
    }
    return {**sides, **present(unit=text(row.get("unit")))} if sides else None
