"""Variants, prices and stock status of a Catalog V1 product in the shape of Catalog V3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_conversion.discounts import Discount
from tap_wix.api.catalog_conversion.json_access import (
    DEFAULT_VARIANT_ID,
    Json,
    amount,
    as_object,
    as_objects,
    inside,
    is_something,
    is_true,
    left_of,
    money,
    picked,
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
"""What a simple product says of its only variant, which says the same or nothing."""

_SHOWN_PRICES = frozenset({"price", "discountedPrice", "pricePerUnit"})
_PRICES = frozenset({"currency", "formatted", *_SHOWN_PRICES})
_COSTS = frozenset({"itemCost", "formattedItemCost", "profit", "formattedProfit", "profitMargin"})
_RANGE = frozenset({"minValue", "maxValue"})
_PHYSICAL = ("weight", "productDimensions", "packageDimensions")
"""What V3 does not have of a digital product."""

_TAKEN_DIGITAL = frozenset({"sku", "priceData", "costAndProfitData", "visible"})
_TAKEN = _TAKEN_DIGITAL.union(_PHYSICAL)
_ELSEWHERE = frozenset({"id", "choices", "variant", "stock"})


@dataclass(slots=True)
class V1Product:
    """What the conversion of variants needs to know of their product, read once.

    Attributes:
        whole: the product.
        rows: its variants.
        is_managed: whether they have prices and skus of their own.
        is_digital: whether it is a digital product.
        unit: what its prices per unit are about, empty if it has none.
        options: of the product, by name.
    """

    whole: Json
    rows: list[Json]
    is_managed: bool
    is_digital: bool
    unit: Json
    options: dict[str, V1Option]

    @classmethod
    def read(cls, product: Json) -> V1Product:
        """Return a V1 product as it is on the wire."""
        rows = as_objects(product.get("variants"))
        return cls(
            product,
            rows,
            is_managed(product),
            product.get("productType") == "digital",
            as_object(product.get("pricePerUnitData")),
            options_by_name(product),
        )


def is_default(row: Json) -> bool:
    """Whether a V1 variant is the one that every product has without asking."""
    return not as_object(row.get("choices")) and row.get("id") in (None, "", DEFAULT_VARIANT_ID)


def upgrade_variants(product: V1Product) -> tuple[list[Json] | None, list[Json]]:
    """`variantsInfo.variants`, None if the product says nothing about them.

    The default variant that a managed product may list besides its real ones (wix-api stores-v1
    5.5) is not one of V3: there a product with options has only variants with choices.

    Returns:
        The variants of V3, and of each of V1 its id with what V3 has no place for.
    """
    if not product.is_managed:
        return _upgrade_only_variant(product)
    shapes: list[Json] = []
    left: list[Json] = []
    for row in product.rows:
        if product.options and is_default(row):
            left.append(row)
            continue
        details = row.get("variant")
        shapes.append(
            _variant(
                row.get("id"), as_object(details), row.get("choices"), row.get("stock"), product
            )
        )
        left.append(_row_left(row, _details_left(details, product, shown=True)))
    return shapes or None, left


def upgrade_ranges(product: Json, variants: list[Json], shape: Json, left: Json) -> None:
    """Add ranges over the variants.

    V1's `priceRange` is before the discount, V3's range is of what buyers pay: they are the same
    range only while nothing is discounted.

    Args:
        product: of V1.
        variants: of V3.
        shape: the product of V3, which gets its ranges.
        left: what V3 has no place for, which gets what is left of V1's ranges.
    """
    prices, costs = product.get("priceRange"), product.get("costRange")
    reduced = False
    for row in variants:
        if "compareAtPrice" in row.get("price", ()):
            reduced = True
            break
    if reduced:
        actual = _span(variants, "price", "actualPrice")
        left["priceRange"] = prices
        if (span := _span(variants, "price", "compareAtPrice")) is not None:
            shape["compareAtPriceRange"] = span
    else:
        actual = _money_range(prices) or _span(variants, "price", "actualPrice")
        left["priceRange"] = left_of(prices, _RANGE)
    if actual is not None:
        shape["actualPriceRange"] = actual
    if (cost := _money_range(costs) or _span(variants, "revenueDetails", "cost")) is not None:
        shape["costRange"] = cost
    left["costRange"] = left_of(costs, _RANGE)


def upgrade_inventory(product: Json) -> Json | None:
    """`inventory.availabilityStatus`; quantities are not the product's in V3."""
    stock = as_object(product.get("stock"))
    status = text(stock.get("inventoryStatus"))
    if status is None and stock.get("inStock") is not None:
        status = "IN_STOCK" if is_true(stock["inStock"]) else "OUT_OF_STOCK"
    return None if status is None else {"availabilityStatus": status}


def upgrade_prices(prices: Json, discount: object) -> Json:
    """What the buyer pays as `actualPrice`, the price before the discount as `compareAtPrice`.

    V3 refuses a compare-at price that is not above the actual one, so an equal one is none.
    """
    before, paid = prices.get("price"), prices.get("discountedPrice")
    formatted = as_object(prices.get("formatted"))
    shown, shown_paid = formatted.get("price"), formatted.get("discountedPrice")
    if paid is not None and type(paid) is type(before) and paid == before:
        said = plain_text(paid)
        if said is not None:
            price = {"amount": said}
            if (label := shown if shown_paid is None else shown_paid) is not None:
                price["formattedAmount"] = label
            return {"actualPrice": price}
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


def own_left(product: V1Product) -> Json:
    """What a product says itself of what only variants have on V3, and none of them took over."""
    whole = product.whole
    prices, copy = whole.get("priceData"), whole.get("price")
    left: Json = {}
    if product.is_managed:
        left.update(picked(whole, *_OF_ITS_OWN))
    else:
        left["priceData"] = _prices_left(prices)
        left["costAndProfitData"] = left_of(whole.get("costAndProfitData"), _COSTS)
        if product.is_digital:
            left.update(picked(whole, *_PHYSICAL))
    if copy != prices and (prices is not None or product.is_managed):
        left["price"] = copy
    return left


def _upgrade_only_variant(product: V1Product) -> tuple[list[Json] | None, list[Json]]:
    whole, rows = product.whole, product.rows
    own = picked(whole, *_OF_ITS_OWN)
    if "priceData" not in own and isinstance(whole.get("price"), dict):
        own["priceData"] = whole["price"]  # the deprecated copy
    if not own and not rows:
        return None, []
    default = rows[0] if rows else {}
    if len(rows) > 1:
        default = next(filter(is_default, rows), default)
    details = default.get("variant")
    said = own
    if not all(own.values()):  # what the product says empty, its variant may say
        said = {name: value for name, value in own.items() if value or not isinstance(value, str)}
    merged = {**own, **as_object(details), **said}
    # Hiding a product without options hides its only variant (wix-api stores-v3 3.5).
    if (visible := whole.get("visible")) is not None:
        merged["visible"] = visible
    stock = default.get("stock") or _stock(whole)
    shape = _variant(DEFAULT_VARIANT_ID, merged, None, stock, product)
    shown = inside(details, "visible") == visible
    entry = _row_left(default, _details_left(details, product, shown=shown))
    if choices := default.get("choices"):
        entry["choices"] = choices
    return [shape], [entry if row is default else row for row in rows]


def _variant(
    key: object, details: Json, choices: object, stock: object, product: V1Product
) -> Json:
    prices = as_object(details.get("priceData"))
    variant: Json = {}
    if key is not None:
        variant["id"] = key
    if (visible := details.get("visible")) is not None:
        variant["visible"] = visible
    if "sku" in details:
        variant["sku"] = text(details["sku"])
    variant["choices"] = upgrade_choices(choices, product.options)
    if price := upgrade_prices(prices, product.whole.get("discount")):
        variant["price"] = price
    if revenue := _revenue(details.get("costAndProfitData")):
        variant["revenueDetails"] = revenue
    if (physical := _physical(details, prices, product)) is not None:
        variant["physicalProperties"] = physical
    if status := _status(stock):
        variant["inventoryStatus"] = status
    return variant


def _row_left(row: Json, details_left: object) -> Json:
    left: Json = {"id": row.get("id")}
    if is_something(stock := row.get("stock")):
        left["stock"] = stock
    if is_something(details_left):
        left["variant"] = details_left
    if not _ELSEWHERE.issuperset(row):
        left.update({name: row[name] for name in row if name not in _ELSEWHERE})
    return left


def _details_left(details: Any, product: V1Product, *, shown: bool) -> Any:  # noqa: ANN401
    """Return what V3 has no place for of a variant, which is shown where its product is or not."""
    if not isinstance(details, dict):
        return details
    moved = _TAKEN_DIGITAL if product.is_digital else _TAKEN
    left = {
        name: value for name, value in details.items() if name not in moved and value is not None
    }
    if (prices := _prices_left(details.get("priceData"))) is not None:
        left["priceData"] = prices
    if (costs := left_of(details.get("costAndProfitData"), _COSTS)) is not None:
        left["costAndProfitData"] = costs
    if not shown and (visible := details.get("visible")) is not None:
        left["visible"] = visible
    return left or None


def _prices_left(prices: Any) -> Any:  # noqa: ANN401 - JSON is any of six types
    left = left_of(prices, _PRICES)
    if not isinstance(prices, dict) or (formatted := prices.get("formatted")) is None:
        return left
    shown = left_of(formatted, _SHOWN_PRICES)
    return left if shown is None else {**(left or {}), "formatted": shown}


def _revenue(costs: object) -> Json | None:
    if not isinstance(costs, dict):
        return None
    revenue: Json = {}
    if (cost := money(costs.get("itemCost"), costs.get("formattedItemCost"))) is not None:
        revenue["cost"] = cost
    if (profit := money(costs.get("profit"), costs.get("formattedProfit"))) is not None:
        revenue["profit"] = profit
    if (margin := costs.get("profitMargin")) is not None:
        revenue["profitMargin"] = margin
    return revenue or None


def _physical(details: Json, prices: Json, product: V1Product) -> Json | None:
    """A digital variant has none: V3 refuses the two kinds of properties side by side."""
    if product.is_digital:
        return None
    physical: Json = {}
    for name in _PHYSICAL:
        if (value := details.get(name)) is not None:
            physical[name] = value
    if (per_unit := _per_unit(product.unit, prices)) is not None:
        physical["pricePerUnit"] = per_unit
    return physical if physical or text(product.whole.get("productType")) else None


def _per_unit(unit: Json, prices: Json) -> Json | None:
    value = prices.get("pricePerUnit")
    shown = inside(prices.get("formatted"), "pricePerUnit")
    if value is None and shown is None and not unit:
        return None
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
    if not isinstance(stock, dict):
        return None
    in_stock = stock.get("inStock")
    if in_stock is None and is_true(stock.get("trackQuantity")):
        quantity = decimal_of(stock.get("quantity"))
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
    if not isinstance(values, dict):
        return None
    span: Json = {}
    for name in ("minValue", "maxValue"):
        if (price := money(values.get(name))) is not None:
            span[name] = price
    return span or None


def _span(variants: list[Json], kind: str, name: str) -> Json | None:
    """Return the lowest and the highest price of a kind that variants have."""
    prices = [row[kind][name] for row in variants if name in row.get(kind, ())]
    numbers: list[tuple[Decimal, Json]] = [
        (number, price)
        for price in prices
        if (number := decimal_of(price.get("amount"))) is not None
    ]
    if not numbers:
        return None
    if len(numbers) > 1:
        numbers.sort(key=lambda pair: pair[0])
    return {"minValue": {**numbers[0][1]}, "maxValue": {**numbers[-1][1]}}
