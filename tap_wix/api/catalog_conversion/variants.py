"""Variants, prices and stock status of a Catalog V1 product in the shape of Catalog V3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_conversion.discounts import Discount
from tap_wix.api.catalog_conversion.json_access import (
    DEFAULT_VARIANT_ID,
    Json,
    amount,
    as_object,
    as_objects,
    inside,
    is_true,
    money,
    present,
    text,
)
from tap_wix.api.catalog_conversion.options import (
    V1Option,
    is_managed,
    options_by_name,
    upgrade_choices,
)
from tap_wix.api.money import decimal_of, plain_text

if TYPE_CHECKING:
    from decimal import Decimal

_OF_ITS_OWN = (
    "priceData",
    "costAndProfitData",
    "weight",
    "sku",
    "productDimensions",
    "packageDimensions",
)


def is_default(row: Json) -> bool:
    """Whether a V1 variant is the one that every product has without asking."""
    return not as_object(row.get("choices")) and row.get("id") in (None, "", DEFAULT_VARIANT_ID)


def upgrade_variants(product: Json) -> list[Json] | None:
    """`variantsInfo.variants`, None if the product says nothing about them.

    The default variant that a managed product may list besides its real ones (wix-api stores-v1
    5.5) is not one of V3: there a product with options has only variants with choices.
    """
    rows = as_objects(product.get("variants"))
    options = options_by_name(product)
    if is_managed(product):
        if as_objects(product.get("productOptions")):
            rows = [row for row in rows if not is_default(row)]
        return [_variant(row, product, options) for row in rows] or None
    own = {name: product[name] for name in _OF_ITS_OWN if product.get(name) is not None}
    if isinstance(product.get("price"), dict):  # the deprecated copy of `priceData`
        own.setdefault("priceData", product["price"])
    default = next((row for row in rows if is_default(row)), next(iter(rows), {}))
    if not own and not rows:
        return None
    listed = as_object(default.get("variant"))
    # Hiding a product without options hides its only variant (wix-api stores-v3 3.5).
    said = {name: value for name, value in own.items() if value != ""}
    said |= present(visible=product.get("visible"))
    return [
        _variant(
            {
                "id": DEFAULT_VARIANT_ID,
                "variant": {**own, **listed, **said},
                "stock": default.get("stock") or _stock(product),
            },
            product,
            options,
        )
    ]


def upgrade_ranges(product: Json, variants: list[Json]) -> Json:
    """Ranges over the variants.

    V1's `priceRange` is before the discount, V3's range is of what buyers pay: they are the same
    range only while nothing is discounted.
    """
    prices = [row["price"] for row in variants if "price" in row]
    reduced = [price["compareAtPrice"] for price in prices if "compareAtPrice" in price]
    actual = None if reduced else _money_range(product.get("priceRange"))
    if actual is None:
        actual = _span([price.get("actualPrice") for price in prices])
    costs = _money_range(product.get("costRange"))
    if costs is None:
        costs = _span([inside(row, "revenueDetails", "cost") for row in variants])
    return present(
        actualPriceRange=actual,
        compareAtPriceRange=_span(reduced) if reduced else None,
        costRange=costs,
    )


def upgrade_inventory(product: Json) -> Json | None:
    """`inventory.availabilityStatus`; quantities are not the product's in V3."""
    stock = as_object(product.get("stock"))
    status = text(stock.get("inventoryStatus"))
    if status is None and stock.get("inStock") is not None:
        status = "IN_STOCK" if is_true(stock["inStock"]) else "OUT_OF_STOCK"
    return present(availabilityStatus=status) or None


def upgrade_prices(data: object, discount: object) -> Json:
    """What the buyer pays as `actualPrice`, the price before the discount as `compareAtPrice`.

    V3 refuses a compare-at price that is not above the actual one, so an equal one is none.
    """
    prices = as_object(data)
    before, paid = prices.get("price"), prices.get("discountedPrice")
    formatted = as_object(prices.get("formatted"))
    shown, shown_paid = formatted.get("price"), formatted.get("discountedPrice")
    if paid is not None and type(paid) is type(before) and paid == before:
        said = plain_text(paid)
        if said is not None:
            return {
                "actualPrice": present(
                    amount=said, formattedAmount=shown if shown_paid is None else shown_paid
                )
            }
    full = decimal_of(before)
    if paid is None and full is not None:
        rule = Discount.read(discount)
        paid = rule.paid(full) if rule.reduces(full) else None
    reduced = decimal_of(paid)
    if full is not None and reduced is not None and reduced < full:
        return present(
            actualPrice=money(paid, shown_paid),
            compareAtPrice=money(before, shown),
        )
    if reduced is None:
        paid, shown_paid = before, shown
    return present(actualPrice=money(paid, shown_paid if shown_paid is not None else shown))


def _variant(row: Json, product: Json, options: dict[str, V1Option]) -> Json:
    details = as_object(row.get("variant"))
    prices = as_object(details.get("priceData"))
    variant = present(id=row.get("id"), visible=details.get("visible"))
    if "sku" in details:
        variant["sku"] = text(details["sku"])
    variant["choices"] = upgrade_choices(row.get("choices"), options)
    if price := upgrade_prices(prices, product.get("discount")):
        variant["price"] = price
    if revenue := _revenue(details.get("costAndProfitData")):
        variant["revenueDetails"] = revenue
    if (physical := _physical(details, product, prices)) is not None:
        variant["physicalProperties"] = physical
    if status := _status(row.get("stock")):
        variant["inventoryStatus"] = status
    return variant


def _revenue(data: object) -> Json | None:
    costs = as_object(data)
    if not costs:
        return None
    return (
        present(
            cost=money(costs.get("itemCost"), costs.get("formattedItemCost")),
            profit=money(costs.get("profit"), costs.get("formattedProfit")),
            profitMargin=costs.get("profitMargin"),
        )
        or None
    )


def _physical(details: Json, product: Json, prices: Json) -> Json | None:
    """A digital variant has none: V3 refuses the two kinds of properties side by side."""
    if product.get("productType") == "digital":
        return None
    per_unit = _per_unit(as_object(product.get("pricePerUnitData")), prices)
    physical: Json = {}
    if (weight := details.get("weight")) is not None:
        physical["weight"] = weight
    if per_unit is not None:
        physical["pricePerUnit"] = per_unit
    for name in ("productDimensions", "packageDimensions"):
        if (value := details.get(name)) is not None:
            physical[name] = value
    return physical if physical or text(product.get("productType")) else None


def _per_unit(unit: Json, prices: Json) -> Json | None:
    value = prices.get("pricePerUnit")
    shown = inside(prices, "formatted", "pricePerUnit")
    if not unit:
        if value is None and shown is None:
            return None
        return present(value=None if value is None else amount(value), description=shown) or None
    settings = present(
        quantity=unit.get("totalQuantity"), measurementUnit=unit.get("totalMeasurementUnit")
    )
    return (
        present(
            settings=settings or None,
            value=None if value is None else amount(value),
            description=shown,
        )
        or None
    )


def _status(stock: object) -> Json | None:
    state = as_object(stock)
    in_stock = state.get("inStock")
    if in_stock is None and is_true(state.get("trackQuantity")):
        quantity = decimal_of(state.get("quantity"))
        in_stock = None if quantity is None else quantity > 0
    return None if in_stock is None else {"inStock": in_stock}


def _stock(product: Json) -> Json:
    """The stock of a simple product, which is that of its only variant."""
    stock = as_object(product.get("stock"))
    in_stock = stock.get("inStock")
    if in_stock is None and text(stock.get("inventoryStatus")):
        in_stock = stock["inventoryStatus"] == "IN_STOCK"
    return present(
        trackQuantity=stock.get("trackInventory"),
        quantity=stock.get("quantity"),
        inStock=in_stock,
    )


def _money_range(values: object) -> Json | None:
    span = as_object(values)
    if not span:
        return None
    return (
        present(minValue=money(span.get("minValue")), maxValue=money(span.get("maxValue"))) or None
    )


def _span(prices: list[Any]) -> Json | None:
    numbers: list[tuple[Decimal, Json]] = []
    for price in prices:
        if price is None:
            continue
        number = decimal_of(inside(price, "amount"))
        if number is not None:
            numbers.append((number, price))
    if not numbers:
        return None
    numbers.sort(key=lambda pair: pair[0])
    return {"minValue": dict(numbers[0][1]), "maxValue": dict(numbers[-1][1])}
