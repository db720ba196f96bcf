"""A Singer record as a patch: the tap's shape, Catalog V1's shape, or a row of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import (
    ALL_PRODUCTS_ID,
    Json,
    as_object,
    as_objects,
    inside,
)
from tap_wix.api.catalog_conversion.media import category_image
from target_wix.collections.fields import (
    ALL_PRODUCTS_SLUG,
    FIELDS,
    IMAGE,
    NEVER_EMPTY,
    PARENT,
    words_of,
)
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import checked_address, is_deleted
from target_wix.pipeline.field_types import pruned
from target_wix.pipeline.keys import guid_of, key_text
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.pipeline.field_types import Value
    from target_wix.runtime.pending import PendingRecord

_IDS = ("id", "collectionId", "categoryId")
_TOP = "-1"
"""What a few shops say of categories that are below none; others have zeros."""

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
_EITHER = ("image", *_PICTURES, PARENT, *_PARENT_TEXTS)
_STORES_APPS = frozenset(
    {"215238eb-22a5-4c36-9e7b-e7c08025e04e", "1380b703-ce81-ff05-f115-39571d94dfcd"}
)
"""Apps that manage no category but the built-in one (wix-api stores-v3 1, 6.3)."""


@dataclass(frozen=True)
class ParentRef:
    """What a record calls the category that its own is below; nothing at all is the top.

    Attributes:
        id: a GUID of the site that the record comes from.
        text: a slug or a name.
    """

    id: str = ""
    text: str = ""

    def __str__(self) -> str:
        """Return it for a person."""
        return self.text or self.id


@dataclass(frozen=True)
class CollectionPatch:
    """What one record asks for.

    Attributes:
        id: of a collection, empty if the record has none.
        source_id: what the shop that the record comes from calls it, if that is no id of Wix; its
            other records call their parent so.
        site_id: of the site that the record comes from, empty if it does not say.
        slug: to match by, or to create with.
        name: the same, together with the parent.
        parent: what it shall be below; None if not said.
        index: its place among its siblings, where it comes from.
        fields: what can be written of it, in the shape of V3; a value of None is to be cleared.
        deleted: whether the record says that the collection is no more.
        only_v1: whether it has what only Catalog V1 has, such as further pictures.
        built_in: whether it is All Products of some shop, which nobody writes.
        revision: the version the record was made from, None if it does not say.
    """

    id: str = ""
    source_id: str = ""
    site_id: str = ""
    slug: str = ""
    name: str = ""
    parent: ParentRef | None = None
    index: int | None = None
    fields: Json = field(default_factory=dict)
    deleted: bool = False
    only_v1: bool = False
    built_in: bool = False
    revision: int | None = None

    @property
    def odd_id(self) -> bool:
        """Whether the record has an id that is not one of Wix."""
        return bool(self.source_id) and not self.built_in

    def fallback_slug(self, *, has_tree: bool) -> str:
        """Return the slug that tells collections of one name apart where there is no tree.

        `Shoes` of `Women` and `Shoes` of `Men` are two, also on Catalog V1, which knows no parents.
        """
        if has_tree or self.slug or self.parent is None or not self.parent.text or not self.name:
            return ""
        parts = words_of(self.parent.text), words_of(self.name)
        return "-".join(parts) if all(parts) else ""


@dataclass(frozen=True, eq=False)
class CollectionRecord:
    """One record on its way.

    Attributes:
        pending: the record.
        patch: what it asks for.
        written: names of what was sent for it in an earlier round.
    """

    pending: PendingRecord
    patch: CollectionPatch
    written: tuple[str, ...] = ()


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
    key = next((text for name in _IDS if (text := coerce.as_key(given.get(name), name))), "")
    fields = _fields(given, null_clears=null_clears)
    slug, name = str(fields.get("slug") or ""), str(fields.get("name") or "")
    is_named = ALL_PRODUCTS_SLUG in (words_of(slug), words_of(name))
    managed_by = key_text(given.get("managingAppId"))
    patch = CollectionPatch(
        id=guid_of(key),
        source_id="" if guid_of(key) else key,
        site_id=key_text(given.get("siteId")).lower(),
        slug=slug,
        name=name,
        parent=_parent(given, null_clears=null_clears),
        index=coerce.number_of_wix(inside(given.get(PARENT), "index")),
        fields=fields,
        deleted=is_deleted(record),
        only_v1=pruned(given.get("v1")) is not None or _has_more_pictures(given),
        built_in=key == ALL_PRODUCTS_ID or managed_by in _STORES_APPS or is_named,
        revision=coerce.number_of_wix(given.get("revision")),
    )
    return patch, unknown


def _has_more_pictures(given: Json) -> bool:
    """Tell whether a collection has more than the one picture that Catalog V3 has place for."""
    lists = (given.get(name) for name in ("image", *_PICTURES))
    some = any(isinstance(one, list) and len(one) > 1 for one in lists)
    return some or len(as_objects(inside(given, "media", "items"))) > 1


def _decoded(value: str) -> Value:
    return None if coerce.is_null(value) else coerce.without_nulls(coerce.decoded(value))


def _fields(given: Json, *, null_clears: bool) -> Json:
    given = dict(given)
    for name in ("name", "description"):
        if isinstance(given.get(name), str) and keys.is_word_for_nothing(given[name]):
            del given[name]
    if (image := _image(given)) is not None:
        given["image"] = image
    elif given.get("image") is not None:
        del given["image"]  # an empty list, or a word for nothing
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


def _image(given: Json) -> Value:
    """The picture of a record: an object, an address, or that of a collection of Catalog V1."""
    value = given.get("image")
    for name in _PICTURES:
        if value in (None, ""):
            value = given.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
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
    names = (PARENT, *_PARENT_TEXTS, *_PARENT_IDS)
    key = ""
    texts: list[Value] = []
    for name in names:
        value = _one_parent(given.get(name), name)
        row = as_object(value)
        if row:
            key = key or guid_of(coerce.as_key(row.get("id"), "id"))
            texts += [row.get("slug"), row.get("name"), row.get("id")]
        elif name in _PARENT_IDS:
            key = key or guid_of(coerce.as_key(value, name))
        if not isinstance(value, dict):
            texts.append(value)
        if name == PARENT and key:
            texts += _of_breadcrumb(given, key)
    text = next((found for one in texts if (found := key_text(one))), "")
    if guid_of(text):
        key, text = key or guid_of(text), ""
    if keys.is_zeros(key.replace("-", "")) or keys.is_zeros(text) or text == _TOP:
        return ParentRef()
    if key or text:
        return ParentRef(key, text)
    if null_clears and any(name in given and given[name] is None for name in names):
        return ParentRef()
    is_read_from_tree = given.get("catalogVersion") == "V3_CATALOG"
    return ParentRef() if is_read_from_tree else None


def _one_parent(value: Value, name: str) -> Value:
    """Return the parent of a column, which some hold in a list.

    Raises:
        Rejection: it is several: a category is below one.
    """
    if isinstance(value, list):
        if len(value) > 1:
            raise Rejection("BAD_VALUE", "A collection has one parent; these are several.", name)
        value = value[0] if value else None
    return value


def _of_breadcrumb(given: Json, key: str) -> list[Value]:
    """The slug and name of the parent, as a row of the tap has them beside its id."""
    rows = as_objects(inside(given, "breadcrumbsInfo", "breadcrumbs"))
    found = next((row for row in rows if row.get("categoryId") == key), {})
    return [found.get("categorySlug"), found.get("categoryName")]
