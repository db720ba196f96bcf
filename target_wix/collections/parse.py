"""A Singer record as a patch: the tap's shape, Catalog V1's shape, or a row of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api import codec
from tap_wix.api.catalog_conversion.json_access import (
    ALL_PRODUCTS_ID,
    Json,
    as_object,
    as_objects,
    inside,
)
from tap_wix.api.catalog_conversion.media import category_image
from target_wix.collections.fields import FIELDS, IMAGE, NEVER_EMPTY, PARENT
from target_wix.collections.patch import CollectionPatch, ParentRef
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import checked_address, is_deleted
from target_wix.pipeline.field_types import pruned
from target_wix.pipeline.keys import guid_of, key_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.pipeline.field_types import Value

_IDS = ("id", "collectionId", "categoryId")
_PARENT_IDS = ("parentId", "parentCategoryId", "parentCollectionId")
_PARENT_TEXTS = (
    *("parent", "parentSlug", "parentName", "parentCategorySlug", "parentCategoryName"),
)
_PICTURES = ("imageUrl", "picture", "pictureUrl")
_READ_ONLY = (
    *("siteId", "catalogVersion", "revision", "createdDate", "updatedDate", "itemCounter"),
    *("breadcrumbsInfo", "treeReference", "managingAppId", "additionalFields", "v1"),
    *("numberOfProducts", "_sdc_deleted_at"),
)
KNOWN = (
    *FIELDS,
    *_IDS,
    PARENT,
    *_PARENT_IDS,
    *_PARENT_TEXTS,
    *_PICTURES,
    *_READ_ONLY,
    "media",
)
"""Columns that mean something here."""

_OBJECTS = frozenset(
    {"richContentDescription", "seoData", "extendedFields", "breadcrumbsInfo", "media", "v1"}
)
_EITHER = ("image", PARENT)
_STORES_APPS = frozenset(
    {"215238eb-22a5-4c36-9e7b-e7c08025e04e", "1380b703-ce81-ff05-f115-39571d94dfcd"}
)
"""Apps that manage no category but the built-in one (wix-api stores-v3 1, 6.3)."""

_ALL_PRODUCTS = frozenset({"all products", "all-products"})


def read_collection(
    record: Mapping[str, object], *, null_clears: bool = False
) -> tuple[CollectionPatch, list[str]]:
    """Return what a record asks for, and its columns that mean nothing here.

    Raises:
        Rejection: a value that cannot be read as what its field holds.
    """
    given, unknown = coerce.named(record, KNOWN)
    given = {
        name: _decoded(value) if name in _EITHER and isinstance(value, str) else value
        for name, value in given.items()
    }
    given = coerce.clean(given, objects=_OBJECTS, null_clears=null_clears)
    key = next((text for name in _IDS if (text := _code(given, name))), "")
    fields = _fields(given, null_clears=null_clears)
    slug, name = str(fields.get("slug") or ""), str(fields.get("name") or "")
    is_named = {keys.trimmed(slug).casefold(), keys.trimmed(name).casefold()} & _ALL_PRODUCTS
    managed_by = key_text(given.get("managingAppId"))
    patch = CollectionPatch(
        id=guid_of(key),
        site_id=key_text(given.get("siteId")).lower(),
        slug=slug,
        name=name,
        parent=_parent(given, null_clears=null_clears),
        index=coerce.number_of_wix(inside(given.get(PARENT), "index")),
        fields=fields,
        deleted=is_deleted(record),
        only_v1=pruned(given.get("v1")) is not None or _has_more_media(given),
        built_in=key == ALL_PRODUCTS_ID or managed_by in _STORES_APPS or bool(is_named),
        revision=coerce.number_of_wix(given.get("revision")),
    )
    return patch, unknown


def _has_more_media(given: Json) -> bool:
    """Tell whether a collection of Catalog V1 has more than the one picture that V3 has place for."""
    return len(as_objects(inside(given, "media", "items"))) > 1


def has_odd_id(record: Mapping[str, object], patch: CollectionPatch) -> bool:
    """Tell whether a record has an id that is not one of Wix."""
    given, _ = coerce.named(record, _IDS)
    return not patch.id and not patch.built_in and any(key_text(one) for one in given.values())


def _decoded(value: str) -> Value:
    if value.lstrip()[:1] not in ("{", "["):
        return None if coerce.is_null(value) else value
    try:
        return coerce.without_nulls(codec.decode(value))
    except (ValueError, ArithmeticError, RecursionError):
        return value


def _code(given: Json, name: str) -> str:
    return key_text(coerce.as_text(given.get(name), name))


def _fields(given: Json, *, null_clears: bool) -> Json:
    given = dict(given)
    for name in ("name", "description"):
        if isinstance(given.get(name), str) and _is_word_for_nothing(given[name]):
            del given[name]
    if (image := _image(given)) is not None:
        given["image"] = image
    fields: Json = {}
    for name, kind in FIELDS.items():
        if name not in given:
            continue
        value = kind.read(given[name], name)
        if value is not None:
            fields[name] = value
        elif null_clears and given[name] is None and name not in NEVER_EMPTY:
            fields[name] = None
    if isinstance(fields.get("image"), dict) and not fields["image"].get("url"):
        del fields["image"]  # Wix takes no picture without an address (wix-api stores-v3 6.3)
    return fields


def _is_word_for_nothing(text: str) -> bool:
    """Whether a cell holds a word such as `N/A`; marks can be a name."""
    return keys.says_nothing(text) and any(char.isalnum() for char in text)


def _image(given: Json) -> Value:
    """The picture of a record: an object, an address, or that of a collection of Catalog V1."""
    value = given.get("image")
    for name in _PICTURES:
        if value in (None, ""):
            value = given.get(name)
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if value in (None, ""):
        return category_image(given.get("media"))
    if isinstance(value, dict):
        address = next((value[name] for name in ("url", "src") if value.get(name)), None)
        if address is None:
            return value
        image = {**value, "url": checked_address(str(address), "image.url")}
        return {name: image[name] for name in IMAGE.fields if image.get(name) is not None}
    text = keys.trimmed(coerce.as_text(value, "image") or "")
    return None if keys.says_nothing(text) else {"url": checked_address(text, "image")}


def _parent(given: Json, *, null_clears: bool) -> ParentRef | None:
    """What the collection shall be below; a row of the tap without a parent is at the top."""
    nested = given.get(PARENT)
    row = as_object(nested)
    key = guid_of(_code(row, "id"))
    texts: list[Value] = [row.get("slug"), row.get("name")]
    if key:
        texts += _of_breadcrumb(given, key)
    if not isinstance(nested, dict):
        texts.append(nested)
    for name in _PARENT_IDS:
        key = key or guid_of(_code(given, name))
    texts += [given.get(name) for name in (*_PARENT_TEXTS, *_PARENT_IDS)]
    text = next((found for one in texts if (found := key_text(one))), "")
    if guid_of(text):
        key, text = key or guid_of(text), ""
    if key or text:
        return ParentRef(key, text)
    names = (PARENT, *_PARENT_IDS, *_PARENT_TEXTS)
    if null_clears and any(name in given and given[name] is None for name in names):
        return ParentRef()
    is_read_from_tree = given.get("catalogVersion") == "V3_CATALOG"
    return ParentRef() if is_read_from_tree else None


def _of_breadcrumb(given: Json, key: str) -> list[Value]:
    """The slug and name of the parent, as a row of the tap has them beside its id."""
    rows = as_objects(inside(given, "breadcrumbsInfo", "breadcrumbs"))
    found = next((row for row in rows if row.get("categoryId") == key), {})
    return [found.get("categorySlug"), found.get("categoryName")]
