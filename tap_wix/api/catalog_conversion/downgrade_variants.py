"""What the managed variants of a V1 product need, once V1 has made them of the options."""

from __future__ import annotations

from itertools import product as all_combinations
from typing import TypeAlias

from tap_wix.api.catalog_conversion.flat import flat_variant
from tap_wix.api.catalog_conversion.json_access import DEFAULT_VARIANT_ID, Json, text
from tap_wix.api.catalog_conversion.reading import (
    choice_names,
    full_prices,
    is_split,
    price_of,
    price_plan,
    v1_options,
    variants_of,
)

Choices: TypeAlias = "frozenset[tuple[str, str]]"


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
        choices = choice_names(variant, desired)
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


def without_hidden_surplus(current: Json, desired: Json) -> Json:
    """The product in the shop without hidden variants that the desired one does not list.

    They stand for "not there", so they are no difference.
    """
    if not is_split(desired):
        return current
    listed = {frozenset(choice_names(row, desired).items()) for row in variants_of(desired)}
    rows = [
        row
        for row in variants_of(current)
        if row.get("visible") is not False
        or frozenset(choice_names(row, current).items()) in listed
    ]
    return {**current, "variantsInfo": {**current.get("variantsInfo", {}), "variants": rows}}


class _Shop:
    """The variants that are there, by id and by choices."""

    def __init__(self, current: Json | None) -> None:
        product = current or {}
        rows = variants_of(product) if is_split(product) else []
        prices = [price_of(row) for row in rows]
        self.rows = [(str(row.get("id")), choice_names(row, product)) for row in rows]
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
