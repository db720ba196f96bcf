"""What the buyer pays, and what is struck through (wix-api stores-v3 3.4, 10.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, inside
from tap_wix.api.money import decimal_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json

LOWER = "COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE"


def settled_prices(variant: Json, old: Json, requested: Json) -> None:
    """Bring the two prices of a variant into line, in place.

    A compare-at price of 0 or of the price itself is none. A new price that reaches the old
    compare-at price ends the sale; a compare-at price that was asked for stays, to be refused.
    """
    price = variant.get("price")
    if not isinstance(price, dict) or price.get("compareAtPrice") is None:
        return
    before = inside(price, "compareAtPrice", "amount")
    paid = decimal_of(inside(price, "actualPrice", "amount"))
    struck = decimal_of(before)
    asked = not is_none(inside(requested, "price", "compareAtPrice", "amount"))
    reached = paid is not None and struck is not None and struck <= paid
    moved = paid != decimal_of(inside(old, "price", "actualPrice", "amount"))
    if is_none(before) or (reached and (struck == paid or (moved and not asked))):
        variant["price"] = {**price, "compareAtPrice": None}


def check_prices(variant: Json, old: Json, path: str) -> None:
    """Refuse prices that Wix would refuse, unless the shop has them.

    Raises:
        Rejection: no price, or a compare-at price below it.
    """
    price = as_object(variant.get("price"))
    paid = decimal_of(inside(price, "actualPrice", "amount"))
    if paid is None:
        raise Rejection("MISSING_PRICE", "A variant needs a price.", f"{path}.price.actualPrice")
    check_sale(variant, old, path)


def check_sale(variant: Json, old: Json, path: str) -> None:
    """Refuse a compare-at price that is not above the price, unless the shop has both.

    Raises:
        Rejection: Catalog V3 refuses it, Catalog V1 has no discount below zero.
    """
    price = as_object(variant.get("price"))
    paid = decimal_of(inside(price, "actualPrice", "amount"))
    struck = decimal_of(inside(price, "compareAtPrice", "amount"))
    same = [
        decimal_of(inside(old, "price", name, "amount"))
        for name in ("actualPrice", "compareAtPrice")
    ]
    if struck is not None and paid is not None and struck <= paid and same != [paid, struck]:
        raise Rejection(
            LOWER, "It must be more than the price that is paid.", f"{path}.price.compareAtPrice"
        )


def is_none(amount: object) -> bool:
    """Whether a compare-at price means that there is none."""
    number = decimal_of(amount)
    return number is None or number == 0
