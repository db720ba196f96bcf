"""What is left of a product on Catalog V1, and what V1 cannot hold at all. No network here."""

from __future__ import annotations

from itertools import product as all_combinations
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import (
    Json,
    as_object,
    as_objects,
    inside,
    present,
    text,
    without,
)
from tap_wix.api.money import decimal_of
from target_wix.products.compare import check_limits, differences
from target_wix.products.fields.descriptions import for_v1
from target_wix.products.fields.media import CHOICE_PICTURES, check_items, current_items
from target_wix.products.fields.options import choices_of
from target_wix.products.fields.variants import (
    check_sale,
    choices_key,
    replace_variants,
    variants_of,
)
from target_wix.products.fields.writable import ON_V1
from target_wix.products.v1.limits import (
    MAX_VARIANTS,
    as_v1_holds,
    v1_limits,
    v1_omissions,
)
from target_wix.products.v1.variants import combinations, is_split, price_of, v1_options
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

UNREQUESTED = "_rest"
"""Marks a variant that V1 has, since it has all combinations, and that nobody asked for."""

CANNOT_HOLD = "CATALOG_V1_CANNOT_HOLD"

_NOT_ON_V1 = (
    "description",
    "subscriptionDetails",
    "purchaseEligibility",
    "handle",
    "mainCategoryId",
)
_CHOICE = ("name", "choiceType", "colorCode")


def as_stored(desired: Json, current: Json | None, drop: Callable[[str], None]) -> Json:
    """Return what the tap would read from V1 after `desired` was written to it.

    Raises:
        Rejection: see `v1_limits`; what the product in the shop has already is no reason.
    """
    product = _as_html(_asked_for(desired), current or {})
    _refuse(product, current)
    _check_sales(product, current or {})
    keep = keeps_sale(product, current)
    for field, why in v1_omissions(product, current, keep_sale=keep):
        drop(f"{field} ({why})")
    held = as_v1_holds(product, current, keep_sale=keep)
    held = without(held, *_NOT_ON_V1)
    shop = current or {}
    for name in ("brand", "ribbon"):
        if name in held:
            held[name] = _named(held[name])
    if isinstance(held.get("infoSections"), list):
        held["infoSections"] = [_section(row) for row in as_objects(held["infoSections"])]
    for name in ("options", "modifiers"):
        if isinstance(held.get(name), list):
            rows = as_objects(held[name])
            held[name] = [_option(row, _old(current, name), drop) for row in rows]
    if "media" in held:
        held["media"] = _media(held, shop, drop)
    if "variantsInfo" in held:
        there = {choices_key(row, shop): row for row in reversed(variants_of(shop))}
        rows = [
            _variant(row, held, there.get(choices_key(row, held), {})) for row in variants_of(held)
        ]
        asked, held = (
            replace_variants(held, rows),
            replace_variants(held, [*rows, *_rest(held, shop)]),
        )
    else:
        asked = held
    _check(asked, shop, differences(shop, held))
    return held


def _check(product: Json, shop: Json, changed: Collection[str]) -> None:
    """Refuse what V1 would refuse, or accept and never do."""
    check_limits(product, shop, changed, ON_V1)
    if "media" in changed:
        # V1 never says that it cannot fetch a picture (stores-v1 2.6).
        for item in current_items(product):
            if item not in current_items(shop):
                check_items([item])


def without_unrequested(product: Json) -> Json:
    """Return the product without the variants that nobody asked for."""
    rows = [row for row in variants_of(product) if not row.get(UNREQUESTED)]
    return replace_variants(product, rows) if product.get("variantsInfo") else product


def _asked_for(product: Json) -> Json:
    """The product without variants that were added here before, but for those asked for since."""
    rows = [
        without(row, UNREQUESTED)
        for row in variants_of(product)
        if not row.get(UNREQUESTED) or row.get("visible") is not False
    ]
    return replace_variants(product, rows) if product.get("variantsInfo") else product


def keeps_sale(desired: Json, current: Json | None) -> bool:
    """Whether the discount of the shop stays if no discount gives all prices.

    Some variants on sale keep their prices: then a change of the others must not end their sale.
    """
    if current is None:
        return False
    before = {choices_key(row, current): price_of(row) for row in variants_of(current)}
    return any(
        price is not None and price.reduced and before.get(choices_key(row, desired)) == price
        for row in variants_of(desired)
        for price in [price_of(row)]
    )


def _as_html(product: Json, shop: Json) -> Json:
    """V1 knows descriptions as HTML only; what the shop has stays as it is."""
    if product.get("description") or product.get("plainDescription") != shop.get(
        "plainDescription"
    ):
        product = for_v1(product)
    there = as_objects(shop.get("infoSections"))
    sections = product.get("infoSections")
    if not isinstance(sections, list):
        return product
    rows = [row if row in there else for_v1(row) for row in as_objects(sections)]
    return {**product, "infoSections": rows}


def _refuse(product: Json, current: Json | None) -> None:
    here = None if current is None else current.get("productType")
    kind = product.get("productType")
    if here is not None and kind is not None and kind != here:
        raise Rejection(CANNOT_HOLD, "The type of a product cannot be changed.", "productType")
    already = [] if current is None else v1_limits(current, current)
    for field, why in v1_limits(product, current):
        if (field, why) not in already:
            raise Rejection(CANNOT_HOLD, f"{why}.", field)


def _check_sales(product: Json, current: Json) -> None:
    """Refuse a sale that is none, which a discount cannot hold."""
    old = {row.get("id"): row for row in variants_of(current)}
    for place, row in enumerate(variants_of(product)):
        before = as_object(old.get(row.get("id")))
        check_sale(row, before, f"variantsInfo.variants[{place}]")


def _named(value: object) -> Json | None:
    name = text(inside(value, "name"))
    return {"name": name} if name else None


def _section(row: Json) -> Json:
    return {
        "uniqueName": None,
        "title": row.get("title"),
        "plainDescription": row.get("plainDescription"),
    }


def _option(row: Json, shop: object, drop: Callable[[str], None]) -> Json:
    """V1 knows no ids of options and choices.

    Args:
        row: an option or a modifier.
        shop: those of the product in the shop, whose choices keep their pictures; None for a
            product that is to be made, whose pictures can be hung on choices.
        drop: told what is left out.
    """
    if row.get("freeTextSettings") is not None:
        return row
    old = next((one for one in as_objects(shop) if one.get("name") == row.get("name")), {})
    there = {one.get("name"): one for one in choices_of(old)}
    kept = without(row, "id")
    if "modifierRenderType" in row:
        kept["mandatory"] = True
    choices = []
    for choice in choices_of(row):
        media = choice.get("media")
        if shop is not None:
            before = there.get(choice.get("name"), {}).get("media")
            if len(_pictures(media)) != len(_pictures(before)):
                drop(CHOICE_PICTURES)
            media = before
        shown = present(**{name: choice.get(name) for name in _CHOICE}, media=media)
        choices.append(shown)
    return {**kept, "choicesSettings": {"choices": choices}}


def _old(current: Json | None, name: str) -> object:
    return None if current is None else current.get(name) or []


def _pictures(media: object) -> list[Json]:
    return as_objects(inside(media, "items"))


def _media(product: Json, shop: Json, drop: Callable[[str], None]) -> object:
    """V1 puts pictures at the end and takes no text for them."""
    wanted = [row.get("id") for row in current_items(product)]
    there = [row.get("id") for row in current_items(shop)]
    if not wanted or None in wanted or set(wanted) != set(there):
        return product["media"]
    if product["media"] != shop.get("media"):
        drop("order and texts of pictures (V1 cannot change them)")
    return shop.get("media")


def _variant(row: Json, product: Json, old: Json) -> Json:
    kept = {
        name: value
        for name, value in row.items()
        if name not in {"digitalProperties", "media", "subscriptionPricesInfo"}
    }
    if not is_split(product) and "visible" in product:
        # V1 hides a product without variants of its own by hiding the product.
        kept["visible"] = product["visible"]
    weight = decimal_of(inside(row, "physicalProperties", "weight"))
    before = inside(old, "physicalProperties", "weight")
    if weight is None and before is not None and not decimal_of(before):
        kept["physicalProperties"] = {
            **as_object(row.get("physicalProperties")),
            "weight": before,
        }
    return kept


def _rest(product: Json, shop: Json) -> Iterator[Json]:
    """The combinations that the product does not list: V1 has them, so they are hidden."""
    if not is_split(product) or combinations(product) > MAX_VARIANTS:
        return
    listed = {choices_key(row, product) for row in variants_of(product)}
    there = {choices_key(row, shop): row for row in variants_of(shop)}
    options = v1_options(product)
    price = next((row.get("price") for row in variants_of(product)), None)
    for labels in all_combinations(*([label for label, _ in one.choices] for one in options)):
        names = {one.name: label for one, label in zip(options, labels, strict=True)}
        key = frozenset(names.items())
        if key in listed:
            continue
        choices = [
            {"optionChoiceNames": {"optionName": name, "choiceName": label}}
            for name, label in names.items()
        ]
        # V1 gives a new one the product's price, which is at best a guess here.
        row: Json = {"choices": choices, "price": price, **there.get(key, {})}
        yield {**row, "visible": False, UNREQUESTED: True}
