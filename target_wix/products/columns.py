"""Columns of a flat row, and which names of a product hold objects and lists."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tap_wix.api import codec
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.field_types import Amount, Number
from target_wix.products.catalog import StockPatch
from target_wix.products.fields.media import items_of_urls
from target_wix.products.fields.prices import is_none
from target_wix.products.fields.writable import FIELDS, VARIANT
from target_wix.products.other_shops import PRIVATE_COLUMNS, PUBLIC_COLUMNS
from target_wix.products.patch import FlatRow

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import Value

OBJECTS = frozenset(
    {
        *("variantsInfo", "media", "seoData", "physicalProperties", "subscriptionDetails"),
        *("purchaseEligibility", "extendedFields", "tags", "v1"),
    }
)
LISTS = frozenset({"options", "modifiers", "infoSections", "additionalRibbons", "collections"})
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
_PUBLIC = tuple(name for name in (*PUBLIC_COLUMNS, *PRIVATE_COLUMNS) if name not in FIELDS)
KNOWN = (*FIELDS, *OBJECTS, *LISTS, *_OF_ONE_SKU, *_READ_ONLY, *_ONLY_V1, *_PUBLIC)
_EITHER = (
    *("description", "brand", "ribbon", "price", "inventory", "directCategoriesInfo", "media"),
    *("allCategoriesInfo", "currency", "url"),
    *_ONLY_V1,
)
"""Names that hold an object or a plain value, or that are merely looked into."""


def parsed(given: Json) -> Json:
    """Return the record with objects where there was the JSON text of one, wherever one can be."""
    return {
        name: _decoded(value, name) if name in _EITHER and isinstance(value, str) else value
        for name, value in given.items()
    }


def without_labels(given: Json) -> Json:
    """Return a row without the column `options` as a sheet of skus has it, which only names them.

    The tap writes it as `Size: S / Colour: Red`; options are made from the nested shape.
    """
    options = given.get("options")
    if isinstance(options, str) and ": " in options and options.lstrip()[:1] not in ("[", "{"):
        return {name: given[name] for name in given if name != "options"}
    return given


def _decoded(value: str, name: str) -> Value:
    if value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        found = coerce.without_nulls(codec.decode(value))
    except (ValueError, ArithmeticError, RecursionError):
        return value
    is_text = name == "description" and not (isinstance(found, dict) and "nodes" in found)
    return value if is_text else found


def as_fields(given: Json, *, null_clears: bool) -> Json:
    """Return a row with its columns in the shape of V3; empty cells say nothing."""
    fields = {name: value for name, value in given.items() if value != ""}
    fields = with_html(fields)
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


def with_html(given: Json) -> Json:
    """Return a record whose description, if it is a text, is where HTML belongs.

    Blanks and words such as `N/A` say nothing; `null` is how warehouses write an absent object.
    """
    text = given.get("description")
    if isinstance(text, int | float | Decimal) and not isinstance(text, bool):
        text = coerce.as_text(text, "description")  # digits alone, as sheets send them
    if not isinstance(text, str):
        return given
    rest = {name: value for name, value in given.items() if name != "description"}
    if coerce.is_null(text):
        return {**rest, "description": None}
    return rest if _is_no_text(text) else {"plainDescription": text, **rest}


def _is_no_text(text: str) -> bool:
    """Whether a text is blank, a dash or a word such as `N/A`; other marks may be meant."""
    words = keys.trimmed(text)
    is_dash = not words.strip("-./_ ")
    return is_dash or (keys.says_nothing(words) and any(char.isalnum() for char in words))


def row_of(given: Json, *, null_clears: bool) -> FlatRow | None:
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
        price["compareAtPrice"] = None if is_none(before) else {"amount": before}
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
    return FlatRow(variant, requested, keys.key_text(given.get("variantId")).lower())


def _said(given: Json, name: str, *, null_clears: bool) -> Value:
    """The value of a column; null only where nulls clear, a text such as `N/A` never."""
    value = given.get(name)
    if isinstance(value, dict):
        return _NOTHING
    if isinstance(value, str) and coerce.as_number(value, name) is None:
        return _NOTHING
    return value if value is not None or (null_clears and name in given) else _NOTHING


def urls_of(given: Json) -> list[Json] | None:
    """Return the items of `image_urls`, None if there is no such column or nothing in it."""
    return items_of_urls(given.get("imageUrls"))


def beside_variants(given: Json) -> list[str]:
    """Return columns of one sku in a record that lists its variants: those say it all."""
    return [
        name for name in _OF_ONE_SKU if name != "imageUrls" and given.get(name) not in (None, "")
    ]
