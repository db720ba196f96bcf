"""Columns of other shop platforms, which have names of ours and mean something else.

WooCommerce, Shopify, Magento and BigCommerce have `tags`, `options`, `media` or `product_type` of
their own. Such a column is left out and named; it never costs the record. A column of our shape
with a value that cannot be read stays an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import without
from target_wix.pipeline import coerce, keys
from target_wix.products.fields.writable import INFO_SECTION, MODIFIER, OPTION, RIBBON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import Obj, Value

_HIDDEN_WORDS = frozenset(
    {
        *("draft", "auto-draft", "pending", "private", "archived", "archive", "trash", "deleted"),
        *("hidden", "invisible", "inactive", "disabled", "unpublished", "future", "scheduled"),
        *("offline", "discontinued", "unlisted", "not published", "not visible"),
        *("not visible individually", "suspended", "blocked"),
    }
)
_NO = frozenset({"0", "false", "f", "no", "n", "off", "-1", "2"})
"""What says that a product is not for sale; Magento's status 2 and WooCommerce's -1 are such."""

_MAGENTO_HIDDEN = frozenset({"0", "1"})
"""Magento's visibility 1 is "not visible individually"; 2 to 4 are seen somewhere."""

_SHOWN_WORDS = frozenset(
    {
        *("active", "publish", "published", "public", "enabled", "visible", "live", "online"),
        *("available", "for sale", "catalog", "search", "catalog, search", "both", "listed"),
    }
)
_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
PUBLIC_COLUMNS = (
    *("status", "postStatus", "productStatus", "published", "isPublished", "isVisible"),
    *("active", "isActive", "enabled", "isEnabled", "catalogVisibility", "visibility"),
    *("isOnline", "onlineStoreStatus"),
)
"""Columns by which other shops say whether a product is shown."""

PRIVATE_COLUMNS = ("draft", "isDraft", "hidden", "isHidden", "archived", "isArchived", "disabled")
"""Columns by which other shops say that it is not."""

_TEXTS = frozenset({"description", "name"})
"""Columns whose text stays a text, although it may look like JSON."""

_ONLY_IN_V1 = (
    *("additionalInfoSections", "convertedPriceData", "costAndProfitData", "customTextFields"),
    *("discount", "pricePerUnitData", "priceData", "productDimensions", "packageDimensions"),
    *("productOptions", "ribbons", "variants", "weightRange", "priceRange"),
)
"""Fields of a Catalog V1 product, which say nothing in any other record."""

_SHAPED_BY_V1 = frozenset(
    {*_ONLY_IN_V1, "media", "price", "productType", "stock", "ribbon", "weight", "cost"}
)
_KIND_COLUMNS = ("type", "producttype", "posttype", "rowtype")
_VARIANT_WORDS = frozenset({"variation", "variant", "product_variation", "product variation"})
_WIX_FILE_COLUMNS = frozenset(
    {
        *("handleid", "handle", "productimageurl", "collection", "discountmode", "surcharge"),
        *("productoptionname1", "productoptiontype1", "productoptiondescription1", "media"),
        *("plaindescription", "optionname1", "productoption1", "choice1", "strikethroughprice"),
    }
)


def is_hidden_elsewhere(given: Mapping[str, Value]) -> bool:
    """Tell whether the shop that a row comes from does not show the product: a draft, say.

    Args:
        given: a row under the names of `PUBLIC_COLUMNS` and `PRIVATE_COLUMNS`.
    """
    return any(_is_hidden(name, given[name]) for name in PUBLIC_COLUMNS if name in given) or any(
        _word(given[name]) in _YES for name in PRIVATE_COLUMNS if name in given
    )


def _is_hidden(name: str, value: Value) -> bool:
    word = _word(value)
    if name == "visibility" and word.isdigit():
        return word in _MAGENTO_HIDDEN
    return word in _HIDDEN_WORDS | _NO


def _is_no_status(name: str) -> Callable[[Value], bool]:
    """A word of which nobody knows whether the product is shown."""

    def test(value: Value) -> bool:
        word = _word(value)
        is_known = word in _SHOWN_WORDS | _YES or _is_hidden(name, value)
        return not is_known and not (name == "visibility" and word.isdigit())

    return test


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return keys.key_text(value).casefold()


def without_foreign_columns(given: Json, *, was_v1: bool) -> tuple[Json, list[str]]:
    """Return a row without the columns that mean something else in Wix, and their names.

    Args:
        given: a row under the names that its fields have here.
        was_v1: whether it is a product as Catalog V1 has it, which has names of its own.
    """
    foreign = [
        name
        for name, value in given.items()
        if value is not None
        and value != ""
        and (test := _TESTS.get(name)) is not None
        and (not was_v1 or name not in _SHAPED_BY_V1)
        and test(value if name in _TEXTS else coerce.decoded(value))
    ]
    if not foreign:
        return given, foreign
    kept = without(given, *foreign)
    # What is false in every shop but ours, such as a text of Odoo, is nothing to be named.
    return kept, [name for name in foreign if given[name] is not False]


def _is_no_object(value: Value) -> bool:
    """Whether a value is neither an object nor meant as the JSON text of one."""
    return not isinstance(value, dict) and not _is_broken(value, "{") and not _says_nothing(value)


def _is_broken(value: Value, start: str) -> bool:
    return isinstance(value, str) and value.lstrip()[:1] == start


def _says_nothing(value: Value) -> bool:
    return isinstance(value, str) and keys.says_nothing(value)


def _is_without(*names: str) -> Callable[[Value], bool]:
    """An object with none of these names in it, or no object."""

    def test(value: Value) -> bool:
        if isinstance(value, dict):
            return bool(value) and not any(name in value for name in names)
        return _is_no_object(value)

    return test


def _is_no_seo(value: Value) -> bool:
    """Something else than tags in a list and settings in an object, or no object."""
    if not isinstance(value, dict):
        return _is_no_object(value)
    tags, settings = value.get("tags"), value.get("settings")
    return not isinstance(tags, list | None) or not isinstance(settings, dict | None)


def _is_list_of_others(kind: Obj, *own: str) -> Callable[[Value], bool]:
    """A list of rows that have other names than ours, or no list."""

    def test(value: Value) -> bool:
        if not isinstance(value, list):
            return not _is_broken(value, "[") and not _says_nothing(value)
        return any(
            row is not None
            and (
                not isinstance(row, dict)
                or (not any(name in row for name in own) and not row.keys() <= kind.fields.keys())
            )
            for row in value
        )

    return test


def _is_another_type(value: Value) -> bool:
    names = {"PHYSICAL", "DIGITAL"}
    return not (
        isinstance(value, str) and (keys.trimmed(value).upper() in names or _says_nothing(value))
    )


def _is_no_reference(value: Value) -> bool:
    if isinstance(value, dict):
        return bool(value) and not ("id" in value or "name" in value)
    return isinstance(value, (list, bool))


def _is_no_description(value: Value) -> bool:
    if isinstance(value, dict):
        return bool(value) and "nodes" not in value
    return isinstance(value, (list, bool))


def _are_no_collections(value: Value) -> bool:
    if isinstance(value, list):
        return any(isinstance(row, (list, bool)) for row in value)
    return isinstance(value, (dict, bool))


def _is_compound(value: Value) -> bool:
    return isinstance(value, (dict, list))


def _is_anything(value: Value) -> bool:
    return value not in ([], {}) and not _says_nothing(value)


_TESTS: dict[str, Callable[[Value], bool]] = {
    "tags": _is_without("publicTags", "privateTags"),
    "media": _is_without("itemsInfo", "main", "items", "mainMedia"),
    "seoData": _is_no_seo,
    "physicalProperties": _is_no_object,
    "subscriptionDetails": _is_no_object,
    "purchaseEligibility": _is_no_object,
    "extendedFields": _is_without("namespaces"),
    "v1": _is_no_object,
    "inventory": lambda value: not isinstance(value, dict) and _is_anything(value),
    "stock": _is_compound,
    "options": _is_list_of_others(OPTION, "optionRenderType", "choicesSettings"),
    "modifiers": _is_list_of_others(
        MODIFIER, "modifierRenderType", "choicesSettings", "freeTextSettings"
    ),
    "infoSections": _is_list_of_others(INFO_SECTION, "title", "uniqueName", "plainDescription"),
    "additionalRibbons": _is_list_of_others(RIBBON, "name"),
    "productType": _is_another_type,
    "name": _is_compound,
    "brand": _is_no_reference,
    "ribbon": _is_no_reference,
    "description": _is_no_description,
    "collections": _are_no_collections,
    "price": _is_compound,
    "cost": _is_compound,
    "weight": _is_compound,
    **dict.fromkeys(_ONLY_IN_V1, _is_anything),
    **{name: _is_no_status(name) for name in (*PUBLIC_COLUMNS, *PRIVATE_COLUMNS)},
}


def is_variant_elsewhere(columns: Mapping[str, Value]) -> bool:
    """Tell whether another shop keeps a variant as a row of its own, as WooCommerce does.

    Such a row changes the variant that has its sku; it is no product.

    Args:
        columns: the columns of the row, as they came.
    """
    folded = {coerce.folded(name): name for name in columns}
    kinds = (columns.get(folded[name]) for name in _KIND_COLUMNS if name in folded)
    return any(isinstance(kind, str) and _word(kind) in _VARIANT_WORDS for kind in kinds)


def is_wix_file(columns: Mapping[str, Value]) -> bool:
    """Tell whether a row is one of the product file that Wix itself imports and exports (CSV).

    Such a file has a row for the product, one for each variant and, on Catalog V3, one for each
    picture, told apart by `fieldType`. Taken row by row, half a product would be made of it.

    Args:
        columns: the columns of the row, as they came.
    """
    folded = {coerce.folded(name): name for name in columns}
    kind = columns.get(folded.get("fieldtype", ""))
    if not isinstance(kind, str):
        return False
    if keys.trimmed(kind).casefold() not in {"product", "variant", "media"}:
        return False
    return not _WIX_FILE_COLUMNS.isdisjoint(folded)
