"""What differs between two products, by meaning, and what Wix would refuse of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside, without
from target_wix.pipeline.field_types import TOO_MANY, Value, check_slug
from target_wix.products.fields.descriptions import normalized_sections, same_text
from target_wix.products.fields.media import check_items, current_items
from target_wix.products.fields.options import choice_pictures, choices_of
from target_wix.products.fields.variants import check_prices, choice_names, variants_of
from target_wix.products.fields.writable import (
    BRAND,
    FIELDS,
    LISTS,
    MAX_VARIANTS,
    ON_V3,
    PLAIN_FIELDS,
    VARIANT,
)
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from target_wix.pipeline.field_types import FieldType

_KEYWORDS = 5


def differences(current: Json, desired: Json) -> tuple[str, ...]:
    """Return the names of the top-level fields that differ in what they mean."""
    names = [
        name
        for name in _NAMES
        if (name in desired or name in current)
        and (current.get(name) is not desired.get(name))
        and _differs(name, current, desired)
    ]
    forms = ("description", "plainDescription")
    if any(current.get(name) is not desired.get(name) for name in forms) and not same_text(
        current, desired
    ):
        rich = any(isinstance(one.get("description"), dict) for one in (current, desired))
        names.append("description" if rich else "plainDescription")
    return tuple(names)


def named_differences(current: Json, desired: Json) -> list[str]:
    """Return the fields that differ, those of variants by their own names."""
    found: list[str] = []
    for name in differences(current, desired):
        if name == "variantsInfo":
            found += _variant_differences(current, desired)
        else:
            found.append(name)
    return found


def _differs(name: str, current: Json, desired: Json) -> bool:
    if name == "variantsInfo":
        return bool(_variant_differences(current, desired))
    if name not in _BY_OTHER_FIELDS_TOO and current.get(name) == desired.get(name):
        return False  # what is spelled alike means the same; most fields are
    before, after = _normalize(name, current), _normalize(name, desired)
    return bool(before != after)


def _normalize(name: str, product: Json) -> Value:
    own = _OTHERS.get(name)
    return own(product) if own else FIELDS[name].normalize(product.get(name))


def _reference(value: object) -> Value:
    """A brand or ribbon: one name is one brand, whatever its id."""
    row = as_object(value)
    return BRAND.fields["name"].normalize(row.get("name")) or row.get("id") or None


def _option_meaning(product: Json, field: str) -> Value:
    """Options by names; the pictures of a choice by their number (stores-v3 10.23)."""
    found = []
    for option, row in zip(
        LISTS[field].normalize(product.get(field)) or [],
        as_objects(product.get(field)),
        strict=False,
    ):
        shown = without(option, "id")
        choices = [
            {
                **without(choice, *_OF_CHOICE),
                "pictures": len(choice_pictures(raw)),
            }
            for choice, raw in zip(
                as_objects(inside(option, "choicesSettings", "choices")),
                choices_of(row),
                strict=False,
            )
        ]
        found.append({**shown, "choicesSettings": choices})
    return found or None


_OF_CHOICE = frozenset({"choiceId", "media", "choiceType"})


def _changed_pairs(current: Json, desired: Json) -> list[tuple[Json, Json]] | None:
    """The variants before and after, place by place, but for those that nobody touched.

    None if they may not stand in the same places: variants are told by their choices.
    """
    before, after = variants_of(current), variants_of(desired)
    if len(before) != len(after) or current.get("options") != desired.get("options"):
        return None
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    if any(old.get("choices") != new.get("choices") for old, new in pairs):
        return None
    return pairs


def _variant_meaning(row: Json, *, has_options: bool) -> Json:
    shown: Json = VARIANT.normalize(row) or {}
    if not has_options:
        shown.pop("visible", None)
    return shown


def _variant_meanings(product: Json) -> dict[frozenset[tuple[str, str]], Json]:
    """Variants by their choices; the order is Wix's own.

    Without options a variant is seen or hidden with its product (stores-v3 3.5).
    """
    options = product.get("options")
    found: dict[frozenset[tuple[str, str]], Json] = {}
    for row in variants_of(product):
        shown = _variant_meaning(row, has_options=bool(options))
        found[frozenset(choice_names(row, options).items())] = shown
    return found


def _variant_differences(current: Json, desired: Json) -> list[str]:
    pairs = _changed_pairs(current, desired)
    if pairs is None:
        before, after = _variant_meanings(current), _variant_meanings(desired)
        if before.keys() != after.keys():
            return ["variantsInfo"]
        meanings = [(old, after[key]) for key, old in before.items()]
    else:
        has_options = bool(desired.get("options"))
        meanings = [
            (
                _variant_meaning(old, has_options=has_options),
                _variant_meaning(new, has_options=has_options),
            )
            for old, new in pairs
        ]
    names = {
        name for old, new in meanings for name in {*old, *new} if old.get(name) != new.get(name)
    }
    return [f"variantsInfo.variants.{name}" for name in VARIANT.fields if name in names]


def _media(product: Json) -> Value:
    return [(row.get("id") or row.get("url"), row.get("altText")) for row in current_items(product)]


def _subscriptions(product: Json) -> Value:
    """Subscriptions by what is sold, whatever their ids."""
    kind = FIELDS["subscriptionDetails"]
    details = kind.normalize(product.get("subscriptionDetails")) or {}
    rows = [without(row, "id") for row in details.get("subscriptions", [])]
    return {**details, "subscriptions": rows} if rows else None


def _pos(product: Json) -> Value:
    """A digital product is never sold at the till, whatever is sent (stores-v3 3.5)."""
    return None if product.get("productType") == "DIGITAL" else product.get("visibleInPos")


_OTHERS: dict[str, Callable[[Json], Value]] = {
    "visibleInPos": _pos,
    "subscriptionDetails": _subscriptions,
    "brand": lambda one: _reference(one.get("brand")),
    "ribbon": lambda one: _reference(one.get("ribbon")),
    "additionalRibbons": lambda one: sorted(
        str(_reference(row)) for row in as_objects(one.get("additionalRibbons"))
    ),
    "infoSections": lambda one: normalized_sections(one.get("infoSections")),
    "options": lambda one: _option_meaning(one, "options"),
    "modifiers": lambda one: _option_meaning(one, "modifiers"),
    "variantsInfo": _variant_meanings,
    "media": _media,
}


_BY_OTHER_FIELDS_TOO = frozenset({"visibleInPos", "variantsInfo", "media"})
_NAMES = tuple(dict.fromkeys((*PLAIN_FIELDS, *_OTHERS)))


def check(desired: Json, current: Json, changed: Collection[str]) -> None:
    """Refuse what Catalog V3 would refuse of what changed, before anything is sent.

    Raises:
        Rejection: with the field and the rule.
    """
    check_limits(desired, current, changed, ON_V3)
    # Given once, with the product, so that it is in no comparison.
    ON_V3["handle"].check(desired.get("handle"), current.get("handle"), "handle")
    if "slug" in changed:
        check_slug(str(desired.get("slug") or ""))
    if "media" in changed:
        check_items([row for row in current_items(desired) if row not in current_items(current)])
    if "subscriptionDetails" in changed:
        _check_subscriptions(desired)


def check_limits(
    desired: Json, current: Json, changed: Collection[str], kinds: Mapping[str, FieldType]
) -> None:
    """Refuse values that are too long, too many, too large or too fine for a catalog.

    Args:
        desired: the product as it shall be.
        current: as it is: what it has already is never refused.
        changed: the fields that differ.
        kinds: `ON_V1` or `ON_V3`.

    Raises:
        Rejection: with the field and the rule.
    """
    for name in changed:
        if name in kinds:
            kinds[name].check(desired.get(name), current.get(name), name)
    keywords = inside(desired, "seoData", "settings", "keywords")
    if "seoData" in changed and isinstance(keywords, list) and len(keywords) > _KEYWORDS:
        raise Rejection(TOO_MANY, f"Wix takes {_KEYWORDS}.", "seoData.settings.keywords")
    if "variantsInfo" in changed:
        _check_variants(desired, current, kinds["variantsInfo.variants[]"])


def _check_variants(desired: Json, current: Json, kind: FieldType) -> None:
    rows, old = variants_of(desired), {row.get("id"): row for row in variants_of(current)}
    if len(rows) > max(MAX_VARIANTS, len(old)):
        raise Rejection(
            "TOO_MANY_VARIANTS", f"{len(rows)}, Wix takes {MAX_VARIANTS}.", "variantsInfo"
        )
    for place, row in enumerate(rows):
        path = f"variantsInfo.variants[{place}]"
        before = as_object(old.get(row.get("id")))
        kind.check(row, before, path)
        check_prices(row, before, path)


def _check_subscriptions(desired: Json) -> None:
    rows = as_objects(inside(desired, "subscriptionDetails", "subscriptions"))
    if rows and desired.get("productType") == "DIGITAL":
        raise Rejection(
            "INVALID_PRODUCT_TYPE_FOR_SUBSCRIPTION",
            "Wix has subscriptions for physical products only.",
            "subscriptionDetails",
        )
    for place, row in enumerate(rows):
        path = f"subscriptionDetails.subscriptions[{place}]"
        if not row.get("title"):
            raise Rejection("MISSING_TITLE", "A subscription has a title.", f"{path}.title")
        if bool(row.get("autoRenewal")) == (row.get("billingCycles") is not None):
            raise Rejection(
                "SUBSCRIPTION_INVALID_AUTO_RENEWAL",
                "Either autoRenewal or billingCycles.",
                path,
            )
