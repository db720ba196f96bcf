"""Prices as Wix works them out: discount, unit price, profit, display texts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fake_wix.stores_v1.model import Json

_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "NOK": "kr", "JPY": "¥"}
# What one unit of the shop's currency buys: any fixed rate will do for `convertedPriceData`.
_RATE = Decimal("1.25")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def plain(amount: Decimal) -> Decimal:
    """The number without a superfluous fraction: 36 rather than 36.00, as JSON numbers come."""
    whole = amount.to_integral_value()
    return whole.quantize(Decimal(1)) if amount == whole else amount.normalize()


def discounted(price: Decimal, discount: Json | None) -> Decimal:
    """The paid price: the product's discount also applies on top of a variant's own price."""
    if not discount or not discount.get("value"):
        return price
    value = Decimal(discount["value"])
    if discount.get("type") == "PERCENT":
        return max(Decimal(0), cents(price * (100 - value) / 100))
    if discount.get("type") == "AMOUNT":
        return max(Decimal(0), price - value)
    return price


def money_text(amount: Decimal, currency: str) -> str:
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"-{sign}{-cents(amount):,}" if amount < 0 else f"{sign}{cents(amount):,}"


def price_block(price: Decimal, fields: Json, currency: str) -> Json:
    """`priceData` of a product or a variant."""
    paid = discounted(price, fields.get("discount"))
    block: Json = {
        "currency": currency,
        "price": plain(price),
        "discountedPrice": plain(paid),
        "formatted": {
            "price": money_text(price, currency),
            "discountedPrice": money_text(paid, currency),
        },
    }
    unit = fields.get("pricePerUnitData")
    if unit and unit.get("totalQuantity") and unit.get("baseQuantity"):
        per_unit = cents(paid * Decimal(unit["baseQuantity"]) / Decimal(unit["totalQuantity"]))
        block["pricePerUnit"] = plain(per_unit)
        block["formatted"]["pricePerUnit"] = money_text(per_unit, currency)
    return block


def converted_block(price: Decimal, fields: Json, currency: str, wanted: str | None) -> Json:
    """`convertedPriceData`: the currency of the header x-wix-currency, else the shop's own."""
    if wanted is None or wanted == currency:
        return price_block(price, fields, currency)
    block = price_block(cents(price * _RATE), fields, wanted)
    paid = cents(discounted(price, fields.get("discount")) * _RATE)
    block["discountedPrice"] = plain(paid)
    block["formatted"]["discountedPrice"] = money_text(paid, wanted)
    return block


def profit_block(price: Decimal, cost: Decimal, fields: Json, currency: str) -> Json:
    """`costAndProfitData`: merchant data."""
    paid = discounted(price, fields.get("discount"))
    profit = paid - cost
    margin = (profit / paid).quantize(Decimal("0.0001"), ROUND_HALF_UP) if paid else Decimal(0)
    return {
        "itemCost": plain(cost),
        "formattedItemCost": money_text(cost, currency),
        "profit": plain(profit),
        "formattedProfit": money_text(profit, currency),
        "profitMargin": plain(margin),
    }
