"""Requested variants laid over those of the shop: a complete list, with the ids of those that stay.

A variant without its id is a new one to Wix, and the stock of the old one is lost (wix-api
stores-v3 3.5, 10.5). What a variant is, are its choices: they cannot change under its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside
from tap_wix.api.money import decimal_of
from target_wix.pipeline.field_types import with_old_spelling
from target_wix.pipeline.keys import key_text
from target_wix.products.fields.options import choices_of, merged_options, with_choices
from target_wix.products.fields.writable import LISTS, VARIANT
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.products.records import ProductPatch, VariantPatch

STOCK, OPENING = "_stock", "_opening"
"""Keys under which a variant carries its stock patches on the way to the sink, never to Wix."""

Choices: TypeAlias = "frozenset[tuple[str, str]]"
"""A variant by its choices: pairs of option and choice."""

AMBIGUOUS, UNKNOWN_VARIANT = "AMBIGUOUS", "UNKNOWN_VARIANT"

LOWER = "COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE"


def variants_of(product: Json) -> list[Json]:
    """The variants of a product."""
    return as_objects(inside(product, "variantsInfo", "variants"))


def replace_variants(product: Json, rows: list[Json]) -> Json:
    """Return the product with other variants."""
    info = as_object(product.get("variantsInfo"))
    return {**product, "variantsInfo": {**info, "variants": rows}}


def choice_names(variant: Json, options: object) -> dict[str, str]:
    """Option name to choice name of a variant; ids are looked up among the options."""
    found: dict[str, str] = {}
    for row in as_objects(variant.get("choices")):
        by_name, by_id = (
            as_object(row.get("optionChoiceNames")),
            as_object(row.get("optionChoiceIds")),
        )
        pair = (by_name.get("optionName"), by_name.get("choiceName"))
        if not all(pair):
            pair = _named_by_ids(by_id, options)
        if all(pair):
            found[str(pair[0])] = str(pair[1])
    return found


def choices_key(variant: Json, product: Json) -> Choices:
    """What tells a variant of a product from the others."""
    return frozenset(choice_names(variant, product.get("options")).items())


def _named_by_ids(ids: Json, options: object) -> tuple[object, object]:
    """The names of an option and its choice, None for what the options have not."""
    for option in as_objects(options):
        if option.get("id") != ids.get("optionId"):
            continue
        for choice in choices_of(option):
            if choice.get("choiceId") == ids.get("choiceId"):
                return option.get("name"), choice.get("name")
    return None, None


def with_variants(product: Json, patch: ProductPatch) -> Json:
    """Return the product with the options and variants of a nested record.

    Raises:
        Rejection: they do not fit together, or onto the product.
    """
    before = as_objects(product.get("options"))
    requested = patch.fields.get("options")
    if (same := _unchanged(product, patch)) is not None:
        return same
    options = before if requested is None else merged_options(requested, before, "options")
    rows = variants_of(product)
    if patch.variants is None:
        if options == before:
            return product
        rows = _remaining(rows, before, options)
    else:
        asked = [_resolved(one, before) for one in patch.variants]
        if requested is None:
            options = with_choices(options, [one for one in asked if one])
        rows = _laid_over(patch.variants, asked, rows, before, options)
    merged = replace_variants(product, rows)
    if options or before or requested is not None:
        merged["options"] = options
    return merged


def _unchanged(product: Json, patch: ProductPatch) -> Json | None:
    """The product, if the record lists exactly the variants and options that it has.

    Whatever Wix has it may keep, also what it would not take today.
    """
    kind = LISTS["options"]
    if "options" in patch.fields and kind.normalize(patch.fields["options"]) != kind.normalize(
        product.get("options")
    ):
        return None
    rows = {row.get("id"): row for row in variants_of(product)}
    if patch.variants is None or [one.id for one in patch.variants] != [*rows]:
        return None
    kept: list[Json] = []
    for one in patch.variants:
        row = rows[one.id]
        if VARIANT.normalize(united(row, one.fields)) != VARIANT.normalize(row):
            return None
        kept.append({**row, **({} if one.stock is None else {STOCK: one.stock})})
    return replace_variants(product, kept)


def _resolved(patch: VariantPatch, options: list[Json]) -> dict[str, str] | None:
    """The choices by name; what came as ids alone is looked up in the shop."""
    if patch.choices is None:
        return None
    ids = {
        (f"id:{option.get('id')}", f"id:{choice.get('choiceId')}"): (option["name"], choice["name"])
        for option in options
        for choice in choices_of(option)
        if option.get("name") and choice.get("name")
    }
    found: dict[str, str] = {}
    for name, choice in patch.choices.items():
        if name.startswith("id:") and (name, choice) not in ids:
            raise Rejection(
                UNKNOWN_VARIANT, "Choices by ids that the product has not.", "variantsInfo"
            )
        option, value = ids.get((name, choice), (name, choice))
        found[option] = value
    return found


def _remaining(rows: list[Json], before: list[Json], options: list[Json]) -> list[Json]:
    """The variants that are left when choices go; which ones come with an option is not for us."""
    if {one.get("name") for one in before} != {one.get("name") for one in options}:
        raise Rejection(
            "VARIANTS_NEEDED",
            "Other options make other variants: the record must list them.",
            "variantsInfo",
        )
    known = {(one.get("name"), row.get("name")) for one in options for row in choices_of(one)}
    left = [row for row in rows if known >= set(choice_names(row, before).items())]
    if not left:
        raise Rejection("VARIANTS_NEEDED", "No variant would be left.", "variantsInfo")
    return left


def _laid_over(
    patches: Sequence[VariantPatch],
    asked: list[dict[str, str] | None],
    rows: list[Json],
    before: list[Json],
    options: list[Json],
) -> list[Json]:
    known = {str(one.get("name")): {row.get("name") for row in choices_of(one)} for one in options}
    left = {place: choice_names(row, before) for place, row in enumerate(rows)}
    found: list[Json] = []
    taken: set[frozenset[tuple[str, str]]] = set()
    for place, (patch, choices) in enumerate(zip(patches, asked, strict=True)):
        path = f"variantsInfo.variants[{place}]"
        match = _match(patch, choices, rows, left, options, path)
        old = rows[match] if match is not None else {}
        names = choices if choices is not None else left.get(match, {}) if match is not None else {}
        if match is not None:
            del left[match]
        _check_choices(names, known, path)
        if frozenset(names.items()) in taken:
            raise Rejection(
                "DUPLICATE_VARIANT_OPTION_CHOICE", "Two variants with the same choices.", path
            )
        taken.add(frozenset(names.items()))
        found.append(_merged(patch, old, _choice_rows(names, options)))
    if not options and len(found) > 1:
        raise Rejection(
            "INVALID_DEFAULT_VARIANT", "Without options there is one variant.", "variantsInfo"
        )
    return found


def _match(
    patch: VariantPatch,
    choices: dict[str, str] | None,
    rows: list[Json],
    left: dict[int, dict[str, str]],
    options: list[Json],
    path: str,
) -> int | None:
    """The place of the variant in the shop that is meant, None for a new one."""
    for place, names in left.items():
        if patch.id and rows[place].get("id") == patch.id and choices in (None, names):
            return place
    if choices is not None:
        same = [place for place, names in left.items() if names == choices]
        # A row before it made a new variant, and could not say which one of several it is.
        same += [
            place
            for place, names in left.items()
            if not names
            and not rows[place].get("id")
            and patch.sku
            and key_text(rows[place].get("sku")) == patch.sku
        ]
        return next(iter(same), None)
    same = [place for place in left if patch.sku and key_text(rows[place].get("sku")) == patch.sku]
    if len(same) == 1:
        return same[0]
    if not options:
        return next((place for place, names in left.items() if not names), None)
    raise Rejection(
        AMBIGUOUS if same else UNKNOWN_VARIANT,
        "It has neither the id, the choices nor the sku of one variant of the product.",
        path,
    )


def _check_choices(names: dict[str, str], known: dict[str, set[Any]], path: str) -> None:
    if names.keys() != known.keys():
        raise Rejection(
            "MISSING_VARIANT_OPTION", "A variant has one choice of every option.", f"{path}.choices"
        )
    for name, choice in names.items():
        if choice not in known[name]:
            raise Rejection(
                "MISSING_VARIANT_OPTION_CHOICE",
                f"The option {name!r} has no choice {choice!r}.",
                f"{path}.choices",
            )


def _choice_rows(names: dict[str, str], options: list[Json]) -> list[Json]:
    """A variant's `choices` in the order of the options, with the ids of those that exist."""
    rows: list[Json] = []
    for option in options:
        name, choice = option["name"], names[option["name"]]
        row = next(one for one in choices_of(option) if one.get("name") == choice)
        entry: Json = {
            "optionChoiceNames": {
                "optionName": name,
                "choiceName": choice,
                "renderType": option["optionRenderType"],
            }
        }
        if option.get("id") and row.get("choiceId"):
            entry["optionChoiceIds"] = {"optionId": option["id"], "choiceId": row["choiceId"]}
        rows.append(entry)
    return rows


def _merged(patch: VariantPatch, old: Json, choices: list[Json]) -> Json:
    variant: Json = with_old_spelling(VARIANT, old, united(old, patch.fields))
    variant["choices"] = choices
    _settled_prices(variant, old, patch.fields)
    if patch.stock is not None:
        variant[STOCK] = patch.stock
    if patch.opening is not None:
        variant[OPENING] = patch.opening
    return variant


def united(old: Json, new: Json) -> Json:
    """Objects united at every depth; lists and plain values replaced; None takes away."""
    merged: Json = dict(old)
    for name, value in new.items():
        before: Any = merged.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            merged[name] = united(before, value)
        else:
            merged[name] = value
    return merged


def with_row(product: Json, row: VariantPatch) -> Json:
    """Return the product with the one variant that a flat row is about as the row has it.

    Raises:
        Rejection: it is not to be told which variant is meant.
    """
    rows = variants_of(product)
    place = _place_of(row, rows)
    old = rows[place] if rows else {}
    variant: Json = with_old_spelling(VARIANT, old, united(old, row.fields))
    _settled_prices(variant, old, row.fields)
    if row.stock is not None:
        variant[STOCK] = row.stock
    return replace_variants(product, [*rows[:place], variant, *rows[place + 1 :]])


def _place_of(row: VariantPatch, rows: list[Json]) -> int:
    sku = row.sku
    if len(rows) <= 1:
        return 0
    if row.id:
        for place, one in enumerate(rows):
            if one.get("id") == row.id:
                return place
    same = [place for place, one in enumerate(rows) if sku and key_text(one.get("sku")) == sku]
    if len(same) == 1:
        return same[0]
    if same:
        raise Rejection(AMBIGUOUS, "Several variants of the product have this sku.", "sku")
    reason = (
        "The product has several variants and none with this sku; a flat row adds none."
        if sku
        else "The product has several variants: the row has to name one of them by its sku."
    )
    raise Rejection(UNKNOWN_VARIANT, reason, "sku")


def _settled_prices(variant: Json, old: Json, requested: Json) -> None:
    """Bring what the buyer pays and what is struck through into line, in place (3.4, 10.8).

    A compare-at price of 0 or of the price itself is none. A new price that reaches the old
    compare-at price ends the sale; a compare-at price that was asked for stays, to be refused.
    """
    price = variant.get("price")
    if not isinstance(price, dict) or price.get("compareAtPrice") is None:
        return
    before = inside(price, "compareAtPrice", "amount")
    paid = decimal_of(inside(price, "actualPrice", "amount"))
    struck = decimal_of(before)
    asked = not is_no_price(inside(requested, "price", "compareAtPrice", "amount"))
    reached = paid is not None and struck is not None and struck <= paid
    moved = paid != decimal_of(inside(old, "price", "actualPrice", "amount"))
    if is_no_price(before) or (reached and (struck == paid or (moved and not asked))):
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


def is_no_price(amount: object) -> bool:
    """Whether a compare-at price means that there is none."""
    number = decimal_of(amount)
    return number is None or number == 0
