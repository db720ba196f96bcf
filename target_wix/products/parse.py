"""A Singer record as a patch: the tap's shape, Catalog V1's shape, or a row of columns."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import (
    Json,
    as_object,
    as_objects,
    inside,
    text,
    without,
)
from tap_wix.api.catalog_conversion.upgrade import looks_like_v1_product, upgrade_product
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import is_deleted
from target_wix.pipeline.field_types import Amount, Number
from target_wix.pipeline.keys import guid_of, key_text
from target_wix.products.catalog import StockPatch
from target_wix.products.fields.media import items_of_urls, requested_items
from target_wix.products.fields.stock import opening_of, stock_of_item
from target_wix.products.fields.variants import is_no_price
from target_wix.products.fields.writable import FIELDS, LISTS, MAX_VARIANTS, NEVER_EMPTY, VARIANT
from target_wix.products.other_platforms import (
    PRIVATE_COLUMNS,
    PUBLIC_COLUMNS,
    is_hidden_elsewhere,
    is_variant_elsewhere,
    without_foreign_columns,
)
from target_wix.products.records import ProductPatch, VariantPatch
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.pipeline.field_types import Value

_OBJECTS = frozenset(
    {
        *("variantsInfo", "media", "seoData", "physicalProperties", "subscriptionDetails"),
        *("purchaseEligibility", "extendedFields", "tags", "v1"),
    }
)
_LISTS = frozenset({"options", "modifiers", "infoSections", "additionalRibbons", "collections"})
_OF_ONE_SKU = (
    *("sku", "barcode", "price", "compareAtPrice", "cost", "weight"),
    *("quantity", "inStock", "imageUrls"),
)
_READ_ONLY = (
    *("id", "productId", "variantId", "revision", "createdDate", "updatedDate", "updatedAt"),
    *("url", "currency", "actualPriceRange"),
    *("compareAtPriceRange", "costRange", "inventory", "variantSummary", "breadcrumbsInfo"),
    *("directCategoriesInfo", "allCategoriesInfo", "siteId", "catalogVersion", "additionalFields"),
    *("_sdc_deleted_at", "mainCategory", "priceAfterDiscount", "discountInfo"),
)
_ONLY_V1 = (
    *("additionalInfoSections", "collectionIds", "convertedPriceData", "costAndProfitData"),
    *("customTextFields", "discount", "inventoryItemId", "lastUpdated", "manageVariants"),
    *("numericId", "packageDimensions", "priceData", "pricePerUnitData", "priceRange"),
    *("productDimensions", "productOptions", "productPageUrl", "ribbons", "stock", "variants"),
    *("weightRange",),
)
_AMOUNT, _WEIGHT = Amount(), Number()
_NOTHING = object()
_CURRENCY = re.compile("[A-Z]{3}")
_PUBLIC = tuple(name for name in (*PUBLIC_COLUMNS, *PRIVATE_COLUMNS) if name not in FIELDS)
_KNOWN = (*FIELDS, *_OBJECTS, *_LISTS, *_OF_ONE_SKU, *_READ_ONLY, *_ONLY_V1, *_PUBLIC)
_EITHER = (
    *("description", "brand", "ribbon", "price", "inventory", "directCategoriesInfo", "media"),
    *("allCategoriesInfo", "currency", "url"),
    *_ONLY_V1,
)
"""Names that hold an object or a plain value, or that are merely looked into."""


def read_product(record: Mapping[str, object], *, null_clears: bool = False) -> ProductPatch:
    """Return what a record asks for.

    Raises:
        Rejection: a value that cannot be read as what its field holds.
    """
    given, unknown = coerce.named(record, _KNOWN)
    given = _parsed(given)
    _refuse_too_many_variants(given)
    was_v1 = looks_like_v1_product(coerce.without_nulls(given))
    given, foreign = without_foreign_columns(_without_labels(given), was_v1=was_v1)
    given = coerce.clean(given, objects=_OBJECTS, lists=_LISTS, null_clears=null_clears)
    if isinstance(given.get("name"), str) and keys.is_word_for_nothing(given["name"]):
        given = without(given, "name")
    if given.get("variantsInfo") == {}:
        del given["variantsInfo"]  # an empty object of a warehouse says nothing of variants
    hidden = is_hidden_elsewhere(given)
    if was_v1:
        given = _upgraded(given)
    deleted = is_deleted(record)
    ids = (key_text(coerce.as_text(given.get(name), name)) for name in ("id", "productId"))
    key = next(filter(None, ids), "")
    nested = given.get("variantsInfo") is not None
    shaped = _with_html(given) if nested or was_v1 else _as_fields(given, null_clears=null_clears)
    fields = _fields(shaped, null_clears=null_clears)
    variants = _variants(given) if nested else None
    row = None if nested else _row_of(given, null_clears=null_clears)
    skus = dict.fromkeys(one.sku for one in variants or filter(None, (row,)) if one.sku)
    media, pictures_only = _media(given, null_clears=null_clears)
    asked = given.get("collections")
    return ProductPatch(
        id=guid_of(key),
        skus=tuple(skus),
        fields=fields,
        variants=variants,
        row=row,
        media=media,
        pictures_only=pictures_only,
        collections=None if asked is None else _collections(asked),
        deleted=deleted,
        revision=coerce.number_of_wix(given.get("revision")),
        updated=coerce.update_moment_of(given.get("updatedDate")),
        from_v1=was_v1 or given.get("catalogVersion") == "V1_CATALOG",
        site_id=key_text(given.get("siteId")).lower(),
        categories=_categories(given),
        v1=as_object(given.get("v1")) or None,
        as_given=_as_given(given),
        currency=_currency(given),
        hidden=hidden,
        is_variant=is_variant_elsewhere(record),
        doubts=_doubts(given) if row is not None else (),
        unknown=(*unknown, *foreign, *(_beside_variants(given) if nested else ())),
        seed=key or next(iter(skus), ""),
    )


_PRICES = ("price", "compareAtPrice", "cost")


def _doubts(given: Json) -> tuple[str, ...]:
    """What the columns of a flat row may be meant to say besides."""
    doubts = [coerce.DECIMAL] if coerce.is_one_or_thousand(given.get("quantity")) else []
    if any(coerce.may_be_thousands(given.get(name)) for name in _PRICES):
        doubts.append(coerce.DECIMAL_PRICES)
    return tuple(doubts)


def _currency(given: Json) -> str:
    code = key_text(given.get("currency")).upper()
    return code if _CURRENCY.fullmatch(code) else ""


def _refuse_too_many_variants(given: Json) -> None:
    """Refuse what no catalog can hold before any of it is looked at.

    Raises:
        Rejection: more variants than Wix takes.
    """
    for path, rows in (
        ("variantsInfo.variants", inside(given, "variantsInfo", "variants")),
        ("variants", given.get("variants")),
    ):
        if isinstance(rows, list) and len(rows) > MAX_VARIANTS:
            raise Rejection(
                "TOO_MANY_VARIANTS",
                f"It has {len(rows)} variants, Wix takes {MAX_VARIANTS}.",
                path,
            )


def _as_given(given: Json) -> dict[str, tuple[str, ...]]:
    """The keys as they came, where that is another spelling: the shop may have the same."""
    rows = as_objects(inside(given, "variantsInfo", "variants"))
    texts = {
        "handle": [given.get("handle")],
        "slug": [given.get("slug")],
        "sku": [given.get("sku"), *(row.get("sku") for row in rows)],
    }
    found = {
        name: tuple(one for one in values if isinstance(one, str) and one != key_text(one))
        for name, values in texts.items()
    }
    return {name: values for name, values in found.items() if values}


def _upgraded(given: Json) -> Json:
    """A V1 product in the shape of V3; without what it does not say."""
    product = coerce.without_nulls(upgrade_product(coerce.without_nulls(given)))
    if given.get("collections") is not None:
        product["collections"] = given["collections"]
    return dict(product)


def _fields(given: Json, *, null_clears: bool) -> Json:
    fields: Json = {}
    for name, kind in FIELDS.items():
        if name not in given:
            continue
        value = kind.read(given[name], name)
        if value is not None:
            fields[name] = value
        elif null_clears and name not in NEVER_EMPTY:
            fields[name] = [] if name in LISTS else None
    _with_choice_media(fields, given)
    return fields


def _media(given: Json, *, null_clears: bool) -> tuple[list[Json] | None, bool]:
    """Return the pictures and videos, and whether they are of the column for pictures alone."""
    if (items := requested_items(given.get("media"))) is not None:
        return items, False
    if (items := items_of_urls(given.get("imageUrls"))) is not None:
        return items, True
    clears = null_clears and "media" in given and given["media"] is None
    return ([] if clears else None), False


def _with_choice_media(fields: Json, given: Json) -> None:
    """Read pictures of choices from `linkedMedia` too, which Wix removes at the end of 2026."""
    for name in ("options", "modifiers"):
        for option, row in zip(
            as_objects(fields.get(name)), as_objects(given.get(name)), strict=False
        ):
            choices = as_objects(inside(option, "choicesSettings", "choices"))
            for choice, came in zip(
                choices, as_objects(inside(row, "choicesSettings", "choices")), strict=False
            ):
                linked = as_objects(came.get("linkedMedia"))
                if linked and not inside(choice, "media", "items"):
                    choice["media"] = {
                        "items": [{"mediaId": m["id"]} for m in linked if m.get("id")]
                    }


def _variants(given: Json) -> list[VariantPatch]:
    names = _choice_names(given.get("options"))
    info = as_object(coerce.as_object(given["variantsInfo"], "variantsInfo"))
    rows = as_objects(coerce.as_list(info.get("variants"), "variantsInfo.variants") or [])
    _refuse_too_many_variants({"variantsInfo": {"variants": rows}})
    found: list[VariantPatch] = []
    for place, row in enumerate(rows):
        path = f"variantsInfo.variants[{place}]"
        fields = VARIANT.read(row, path) or {}
        patch = VariantPatch(
            fields,
            id=text(row.get("id")) or "",
            choices=_choices(row.get("choices"), names, path),
            stock=stock_of_item(row.get("inventoryItem"), f"{path}.inventoryItem"),
            opening=opening_of(row, given),
        )
        found.append(patch)
    if not found:
        raise Rejection(coerce.BAD_VALUE, "A product has at least one variant.", "variantsInfo")
    return found


def _choice_names(options: object) -> dict[tuple[str, str], tuple[str, str]]:
    """The names of choices by their ids, as the record's own options give them."""
    return {
        (str(option.get("id")), str(choice.get("choiceId"))): (option["name"], choice["name"])
        for option in as_objects(options)
        for choice in as_objects(inside(option, "choicesSettings", "choices"))
        if text(option.get("name")) and text(choice.get("name"))
    }


def _choices(
    value: object, names: dict[tuple[str, str], tuple[str, str]], path: str
) -> dict[str, str] | None:
    """Option name to choice name; None if the record leaves the choices open.

    Choices that are given by ids which the record's own options do not explain stay ids, for the
    product in the shop to explain: `{"<option id>": "<choice id>"}` under `_ids`.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        return {str(name): str(choice) for name, choice in value.items() if choice is not None}
    found: dict[str, str] = {}
    for row in as_objects(coerce.as_list(value, f"{path}.choices") or []):
        by_name = as_object(row.get("optionChoiceNames"))
        by_id = as_object(row.get("optionChoiceIds"))
        ids = str(by_id.get("optionId")), str(by_id.get("choiceId"))
        if text(by_name.get("optionName")) and text(by_name.get("choiceName")):
            found[by_name["optionName"]] = by_name["choiceName"]
        elif ids in names:
            option, choice = names[ids]
            found[option] = choice
        elif by_id:
            found[f"id:{ids[0]}"] = f"id:{ids[1]}"
        else:
            raise Rejection(
                coerce.BAD_VALUE, "A choice without the names of option and choice.", path
            )
    return found


def _categories(given: Json) -> tuple[str, ...] | None:
    """Ids of the categories that the product is in where it comes from; None if not said."""
    rows = inside(given, "directCategoriesInfo", "categories")
    if not isinstance(rows, list):
        return None
    return tuple(str(row["id"]) for row in as_objects(rows) if row.get("id"))


def _collections(value: object) -> list[str]:
    """Ids, slugs or names, from texts or from objects that have one of these."""
    found: dict[str, None] = {}
    for row in coerce.as_list(value, "collections") or []:
        if isinstance(row, dict):
            row = next((row[key] for key in ("id", "slug", "name") if row.get(key)), None)  # noqa: PLW2901
        name = keys.trimmed(coerce.as_text(row, "collections") or "")
        if name:
            found[name] = None
    return [*found]


def _parsed(given: Json) -> Json:
    """Return the record with objects where there was the JSON text of one, wherever one can be."""
    return {
        name: _decoded(value, name) if name in _EITHER and isinstance(value, str) else value
        for name, value in given.items()
    }


def _without_labels(given: Json) -> Json:
    """Return a row without the column `options` as a sheet of skus has it, which only names them.

    The tap writes it as `Size: S / Colour: Red`; options are made from the nested shape.
    """
    options = given.get("options")
    if isinstance(options, str) and ": " in options and options.lstrip()[:1] not in ("[", "{"):
        return without(given, "options")
    return given


def _decoded(value: str, name: str) -> Value:
    found = coerce.without_nulls(coerce.decoded(value))
    is_text = name == "description" and not (isinstance(found, dict) and "nodes" in found)
    return value if is_text else found


def _as_fields(given: Json, *, null_clears: bool) -> Json:
    """Return a row with its columns in the shape of V3; empty cells say nothing."""
    fields = {name: value for name, value in given.items() if value != ""}
    fields = _with_html(fields)
    for name in ("brand", "ribbon"):
        value = fields.get(name)
        if name in fields and not isinstance(value, dict | None):
            words = keys.trimmed(coerce.as_text(value, name) or "")
            fields.pop(name)
            if words and not keys.says_nothing(words):
                fields[name] = {"name": words}
    if null_clears and fields.get("description", "") is None:
        fields.setdefault("plainDescription", None)
    return fields


def _with_html(given: Json) -> Json:
    """Return a record whose description, if it is a text, is where HTML belongs.

    Blanks and words such as `N/A` say nothing; `null` is how warehouses write an absent object.
    """
    text = given.get("description")
    if isinstance(text, int | float | Decimal) and not isinstance(text, bool):
        text = coerce.as_text(text, "description")  # digits alone, as sheets send them
    if not isinstance(text, str):
        return given
    rest = without(given, "description")
    if coerce.is_null(text):
        return {**rest, "description": None}
    return rest if _is_no_text(text) else {"plainDescription": text, **rest}


def _is_no_text(text: str) -> bool:
    """Whether a text is blank, a dash or a word such as `N/A`; other marks may be meant."""
    words = keys.trimmed(text)
    return not words.strip("-./_ ") or keys.is_word_for_nothing(words)


def _row_of(given: Json, *, null_clears: bool) -> VariantPatch | None:
    """Return what a flat row says of its one sku, None if nothing.

    A compare-at price that is empty or 0 is none: it is taken away.
    """
    variant: Json = {}
    for name in ("sku", "barcode"):
        if (code := VARIANT.fields[name].read(given.get(name), name)) is not None:
            variant[name] = code
        elif null_clears and name == "barcode" and name in given and given[name] is None:
            variant[name] = None
    price: Json = {}
    if (paid := _said(given, "price", null_clears=False)) is not _NOTHING:
        price["actualPrice"] = {"amount": _AMOUNT.read(paid, "price")}
    if "compareAtPrice" in given:
        before = _AMOUNT.read(given["compareAtPrice"], "compare_at_price")
        price["compareAtPrice"] = None if is_no_price(before) else {"amount": before}
    if price:
        variant["price"] = price
    if (cost := _said(given, "cost", null_clears=null_clears)) is not _NOTHING:
        amount = _AMOUNT.read(cost, "cost")
        variant["revenueDetails"] = {"cost": None if amount is None else {"amount": amount}}
    if (weight := _said(given, "weight", null_clears=null_clears)) is not _NOTHING:
        variant["physicalProperties"] = {"weight": _WEIGHT.read(weight, "weight")}
    stock = StockPatch(
        coerce.as_whole_number(given.get("quantity"), "quantity"),
        coerce.as_flag(given.get("inStock"), "in_stock"),
    )
    requested = None if stock == StockPatch() else stock
    if not variant and requested is None:
        return None
    return VariantPatch(variant, key_text(given.get("variantId")).lower(), stock=requested)


def _said(given: Json, name: str, *, null_clears: bool) -> Value:
    """The value of a column; null only where nulls clear, a text such as `N/A` never."""
    value = given.get(name)
    if isinstance(value, dict):
        return _NOTHING
    if isinstance(value, str) and coerce.as_number(value, name) is None:
        return _NOTHING
    return value if value is not None or (null_clears and name in given) else _NOTHING


def _beside_variants(given: Json) -> list[str]:
    """Return columns of one sku in a record that lists its variants: those say it all."""
    return [
        name for name in _OF_ONE_SKU if name != "imageUrls" and given.get(name) not in (None, "")
    ]
