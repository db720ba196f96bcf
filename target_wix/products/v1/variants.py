"""Options, variants and prices as Catalog V1 has them (wix-api stores-v1 2.3, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product as all_combinations
from math import prod
from typing import Any

from tap_wix.api.catalog_conversion.discounts import (
    Discount,
    Price,
    PricePlan,
    Sale,
    plan,
    smallest_unit,
)
from tap_wix.api.catalog_conversion.json_access import (
    DEFAULT_VARIANT_ID,
    Json,
    as_object,
    as_objects,
    inside,
    present,
    text,
)
from tap_wix.api.catalog_conversion.options import FREE_TEXT, SWATCH
from tap_wix.api.money import decimal_of, decimal_text
from target_wix.products.fields.options import choices_of
from target_wix.products.fields.variants import Choices, choice_names, variants_of

_SIDES = ("length", "width", "height")


@dataclass(frozen=True)
class V1Option:
    """An option as V1 has it: its label is what variants refer to, its value is internal."""

    name: str
    colour: bool
    choices: tuple[tuple[str, str], ...]
    """Pairs of label and value."""

    def body(self, *, new: bool) -> Json:
        """As V1 takes it: `optionType` with a new product, never afterwards (stores-v1 2.3, 2.9)."""
        kind = {"optionType": "color" if self.colour else "drop_down"} if new else {}
        return {
            **kind,
            "name": self.name,
            "choices": [{"value": value, "description": label} for label, value in self.choices],
        }


def choice_modifiers(product: Json) -> list[Json]:
    """The modifiers that V1 has as options of an unmanaged product."""
    return [
        row
        for row in as_objects(product.get("modifiers"))
        if row.get("modifierRenderType") != FREE_TEXT
    ]


def is_split(product: Json) -> bool:
    """Whether the product has options that tell variants apart: V1 must manage variants."""
    return bool(as_objects(product.get("options")))


def combinations(product: Json) -> int:
    """How many variants V1 makes of the options."""
    return prod(len(choices_of(option)) for option in as_objects(product.get("options")))


def v1_options(product: Json, shop: Json | None = None) -> list[V1Option]:
    """The options that V1 needs.

    A text choice keeps the internal value it has in the shop, or else had where the record came
    from; a colour keeps the shop's spelling of the same code.
    """
    known = {**_values(product), **_values(shop or {})}
    rows = as_objects(product.get("options")) or choice_modifiers(product)
    return [_v1_option(row, known) for row in rows if text(row.get("name"))]


def _v1_option(row: Json, known: dict[tuple[str, bool, str], str]) -> V1Option:
    name = str(row.get("name"))
    colour = SWATCH in (row.get("optionRenderType"), row.get("modifierRenderType"))
    choices = []
    for choice in choices_of(row):
        label = str(choice.get("name") or "")
        value = known.get((name, colour, label))
        if colour:
            code = str(choice.get("colorCode") or "")
            value = value if value and value.lower() == code.lower() else code
        choices.append((label, value or label))
    return V1Option(name, colour, tuple(choices))


def _values(product: Json) -> dict[tuple[str, bool, str], str]:
    return {
        (str(option.get("name")), option.get("optionType") == "color", str(label)): str(value)
        for option in as_objects(inside(product, "v1", "productOptions"))
        for choice in as_objects(option.get("choices"))
        if (value := choice.get("value")) and (label := choice.get("description") or value)
    }


def variant_updates(
    desired: Json, current: Json | None = None, *, keep_sale: bool = False
) -> list[Json]:
    """The entries of `PATCH .../variants`, `[]` if nothing differs or nothing is managed.

    Args:
        desired: the product as it shall be, complete.
        current: the product in the shop, upgraded, read after its options were written; None
            right after a create whose answer had no variants.
        keep_sale: as in `update_body`; both must be given the same.

    V1 has a variant for every combination of choices. What V3 does not list is hidden: V1 has no
    other way not to sell a combination.
    """
    if not is_split(desired):
        return []
    shop = _Shop(current)
    prices = full_prices(desired, price_plan(desired, current, keep_sale=keep_sale))
    names = {option.name for option in v1_options(desired)}
    updates, listed = [], set()
    for variant, price in zip(variants_of(desired), prices, strict=True):
        choices = choice_names(variant, desired.get("options"))
        found = shop.find(variant, choices)
        if choices.keys() != names and found is None:
            continue  # a limit, see `v1_limits`: the selector would hit several variants
        listed.add(frozenset(choices.items()))
        before = {} if found is None else shop.flat[found]
        fields = flat_variant(variant, price)
        changes = {name: value for name, value in fields.items() if value != before.get(name)}
        if changes.get("sku") == "" and not before.get("sku"):
            del changes["sku"]
        if "weight" in changes and not changes["weight"] and not before.get("weight"):
            del changes["weight"]
        if changes:
            updates.append({**shop.selector(found, choices), **changes})
    return updates + _hidden(desired, shop, listed)


class _Shop:
    """The variants that are there, by id and by choices."""

    def __init__(self, current: Json | None) -> None:
        product = current or {}
        rows = variants_of(product) if is_split(product) else []
        prices = [price_of(row) for row in rows]
        self.rows = [
            (str(row.get("id")), choice_names(row, product.get("options"))) for row in rows
        ]
        self.visible = [row.get("visible") is not False for row in rows]
        # The price before the shop's discount, which V3 shows as the compare-at price.
        self.flat = [
            flat_variant(row, None if price is None else price.full)
            for row, price in zip(rows, prices, strict=True)
        ]

    def find(self, variant: Json, choices: dict[str, str]) -> int | None:
        """The place of the variant with the same id and choices, else with the same choices."""
        for place, (name, there) in enumerate(self.rows):
            if name == text(variant.get("id")) and (there == choices or not choices):
                return place
        return next((place for place, row in enumerate(self.rows) if row[1] == choices), None)

    def selector(self, place: int | None, choices: dict[str, str]) -> Json:
        """By id where there is one: a map of choices that is not whole hits several variants."""
        name = None if place is None else self.rows[place][0]
        if name in {None, "", "None", DEFAULT_VARIANT_ID}:
            return {"choices": choices}
        return {"variantIds": [name]}


def _hidden(desired: Json, shop: _Shop, listed: set[Choices]) -> list[Json]:
    """What takes the variants off sale that are not wanted; they keep their prices."""
    if len(listed) < len(variants_of(desired)) or not listed:
        return []
    if shop.rows:
        surplus = [
            name
            for (name, choices), visible in zip(shop.rows, shop.visible, strict=True)
            if visible and frozenset(choices.items()) not in listed
        ]
        return [{"variantIds": surplus, "visible": False}] if surplus else []
    options = v1_options(desired)
    pairs = [[(option.name, label) for label, _ in option.choices] for option in options]
    return [
        {"choices": dict(combination), "visible": False}
        for combination in all_combinations(*pairs)
        if frozenset(combination) not in listed
    ]


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

    V1 has a price for each variant, and one discount for all.

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
