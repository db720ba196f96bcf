"""Prices as Catalog V1 has them: a price for each variant, and one discount for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.discounts import (
    Discount,
    Price,
    PricePlan,
    Sale,
    plan,
    smallest_unit,
)
from tap_wix.api.catalog_conversion.json_access import Json, inside
from tap_wix.api.money import decimal_of
from target_wix.products.fields.variants import variants_of

if TYPE_CHECKING:
    from decimal import Decimal


def price_of(variant: Json) -> Price | None:
    """The prices of a variant, None if there is no paid price to go by."""
    paid = decimal_of(inside(variant, "price", "actualPrice", "amount"))
    compare_at = decimal_of(inside(variant, "price", "compareAtPrice", "amount"))
    return None if paid is None else Price(paid, compare_at)


def sale_of(product: Json) -> Sale:
    """The sale of a product that was read from a V1 shop."""
    prices = [price for row in variants_of(product) if (price := price_of(row)) is not None]
    return Sale.of(inside(product, "v1", "discount"), prices)


def price_plan(product: Json, shop: Json | None, *, keep_sale: bool) -> PricePlan:
    """Discount and prices before it for the variants that have a price, in their order.

    The shop's discount is preferred to the record's, whose `v1` may be older than its prices.
    """
    prices = [price for row in variants_of(product) if (price := price_of(row)) is not None]
    known = [] if shop is None else [sale_of(shop)]
    own = Discount.read(inside(product, "v1", "discount"))
    # Where a percentage leaves half a cent, the record is believed that it came of that discount.
    halves = [price for price in prices if price.reduced and own.paid(price.full) == price.paid]
    return plan(
        prices,
        [*known, Sale(own, frozenset((price.full, price.paid) for price in halves))],
        unit=smallest_unit(product.get("currency")),
        keep=known[0] if known and keep_sale else None,
    )


def full_prices(product: Json, found: PricePlan) -> list[Decimal | None]:
    """The price before the discount of every variant, None for one without a price."""
    planned = iter(found.full)
    return [None if price_of(row) is None else next(planned) for row in variants_of(product)]
