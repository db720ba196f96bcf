"""What the way back to V1 needs to know of a V3-shaped product, from whatever shop it came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.discounts import (
    Discount,
    Price,
    PricePlan,
    Sale,
    plan,
    smallest_unit,
)
from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside, text
from tap_wix.api.catalog_conversion.options import FREE_TEXT, SWATCH
from tap_wix.api.money import decimal_of

if TYPE_CHECKING:
    from decimal import Decimal


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


def variants_of(product: Json) -> list[Json]:
    """The product's variants."""
    return as_objects(inside(product, "variantsInfo", "variants"))


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


def choices_of(option: Json) -> list[Json]:
    """The choices of a V3 option or modifier."""
    return as_objects(inside(option, "choicesSettings", "choices"))


def v1_options(product: Json, shop: Json | None = None) -> list[V1Option]:
    """The options that V1 needs.

    A text choice keeps the internal value it has in the shop, or else had where the record came
    from; a colour keeps the shop's spelling of the same code.
    """
    known = {**_values(product), **_values(shop or {})}
    rows = as_objects(product.get("options")) or choice_modifiers(product)
    return [_v1_option(row, known) for row in rows if text(row.get("name"))]


def choice_names(variant: Json, product: Json) -> dict[str, str]:
    """Option name to choice label; from the ids where V3 gave only those."""
    names: dict[str, str] = {}
    for row in as_objects(variant.get("choices")):
        name, label = (
            inside(row, "optionChoiceNames", "optionName"),
            inside(row, "optionChoiceNames", "choiceName"),
        )
        if not (text(name) and text(label)):
            name, label = _named_by_ids(as_object(row.get("optionChoiceIds")), product)
        if text(name) and text(label):
            names[str(name)] = str(label)
    return names


def _named_by_ids(ids: Json, product: Json) -> tuple[object, object]:
    """The names of an option and its choice, None for what the product has not."""
    option_id, choice_id = text(ids.get("optionId")), text(ids.get("choiceId"))
    for option in as_objects(product.get("options")) if option_id and choice_id else ():
        if text(option.get("id")) == option_id:
            for choice in choices_of(option):
                if text(choice.get("choiceId")) == choice_id:
                    return option.get("name"), choice.get("name")
    return None, None


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
