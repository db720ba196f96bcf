"""Everything of a collection that Wix lets be written, with its limits (stores-v3 6.3, stores-v1 4.4).

Also: when two values are the same, what a slug is made of, and what a person is told that differs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import as_object, inside
from tap_wix.schemas.source import wix_types
from target_wix.pipeline import keys
from target_wix.pipeline.content import shown
from target_wix.pipeline.field_types import (
    Code,
    FieldType,
    Flag,
    Line,
    Obj,
    Open,
    Rich,
    Text,
    limited,
)
from target_wix.pipeline.rich_content import read_rich
from target_wix.runtime.outcomes import Change, Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import Value


class _Prose(Text):
    """A text; blanks alone say nothing."""

    @override
    def read(self, value: Value, path: str) -> str | None:
        text = super().read(value, path)
        return text if text and keys.trimmed(text) else None


class _Name(Line):
    """A name; two that look the same are the same."""

    @override
    def normalize(self, value: Value) -> Value:
        text = super().normalize(value)
        return keys.as_seen(text) or text if isinstance(text, str) else text


class _Document(Rich):
    """Rich content, compared by what is seen of it: Wix gives nodes ids and data of its own."""

    @override
    def normalize(self, value: Value) -> Value:
        return shown(read_rich(value)) or None


IMAGE = Obj({"id": Text(1, 400), "url": Text(1), "altText": Text(0, 200)})
FIELDS: dict[str, FieldType] = {
    "name": _Name(1, 80),
    "slug": Code(1, 300),
    "description": _Prose(1, 600),
    "richContentDescription": _Document(),
    "visible": Flag(default=True),
    "image": IMAGE,
    "seoData": Open(),
    "extendedFields": Obj({"namespaces": Open()}),
}
"""What can be written, in the shape of Catalog V3."""

ON_V1 = {
    name: limited(FIELDS[name], name, wix_types("collections_v1").get)
    for name in ("name", "slug", "description", "visible")
}
ON_V3 = {name: limited(kind, name, wix_types("categories_v3").get) for name, kind in FIELDS.items()}
"""The same with the limits of each catalog; V1 has fewer fields."""

NEVER_EMPTY = frozenset({"name", "slug", "visible"})
"""What no collection is without: a null in them says nothing, even where nulls clear."""

PARENT = "parentCategory"
ALL_PRODUCTS_SLUG = "all-products"
"""Of the built-in collection, whatever it is called."""

_COPY = re.compile(r"/v1/(fit|fill|crop)/.*$")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 60
_WORDS = {
    PARENT: "parent",
    "image": "picture",
    "richContentDescription": "rich description",
    "seoData": "search engine text",
    "extendedFields": "extended field",
    "visible": "visibility",
}
_SHOWN = frozenset({"name", "slug", "description"})


def parent_of(row: Json) -> str:
    """Return the id of what a collection is below, empty at the top."""
    return str(inside(row, PARENT, "id") or "")


def folded(name: object) -> str:
    """Return what names of collections are compared by, empty for what is no name."""
    return keys.name_key(name) if isinstance(name, str) else ""


def picture_key(image: Value) -> str:
    """Return what tells a picture from others: its address, without size and place of a copy."""
    return _COPY.sub("", str(as_object(image).get("url") or ""))


def is_same(name: str, one: Value, other: Value) -> bool:
    """Tell whether two values of a field mean the same."""
    return bool(FIELDS[name].normalize(one) == FIELDS[name].normalize(other))


def wanted_image(current: Json | None, wanted: Json | None, *, own: bool, replace: bool) -> Value:
    """Return the picture that a collection shall have.

    Wix stores pictures under names of its own, so that an address from elsewhere cannot be compared
    with what became of it: such a picture is written where there is none, or to replace one.

    Args:
        current: the shop's, None if it has none.
        wanted: the record's, None to clear it.
        own: whether the record was read from this collection.
        replace: whether pictures are replaced by those of every record that differ.
    """
    if wanted is None or not current:
        return wanted
    same = picture_key(current) == picture_key(wanted) or (
        own and wanted.get("id") is not None and wanted["id"] == current.get("id")
    )
    if same:
        alt = wanted.get("altText")
        return current if alt in (None, current.get("altText")) else {**current, "altText": alt}
    is_another = own and bool(wanted.get("id")) and bool(current.get("id"))
    return wanted if is_another or replace else current


def words_of(text: str) -> str:
    """Return a text as it can stand in a slug, empty if a letter of it cannot."""
    plain = unicodedata.normalize("NFKD", keys.as_seen(text).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    if any(char.isalnum() and not char.isascii() for char in plain):
        return ""
    return _NOT_IN_SLUGS.sub("-", plain).strip("-")[:_LONGEST_SLUG].strip("-")


def new_slug(name: str, parent: str, is_taken: Callable[[str], bool]) -> str:
    """Return a slug for a new collection, the same in every run; empty leaves it to Wix.

    With a slug of its own a collection that was made a moment ago, and that no index knows yet, is
    not made twice: Wix refuses a slug that is taken (wix-api stores-v3 6.4).

    Args:
        name: of the collection.
        parent: id of what it is below.
        is_taken: whether another collection has a slug.
    """
    words = words_of(name)
    if not words or not is_taken(words):
        return words
    stamp = hashlib.sha256(f"{parent}\n{folded(name)}".encode()).hexdigest()[:6]
    return f"{words}-{stamp}"


def changes_of(
    before: Json, after: Json, names: Iterable[str], name_of: Callable[[str], object]
) -> Changes:
    """Return what a record changes of a collection.

    Args:
        before: in the shop; empty for a collection that is made.
        after: as it is then.
        names: of the fields that the record changes.
        name_of: returns the name of the collection with an id, None if there is none.
    """
    fields = tuple(
        Change(_WORDS.get(name, name), _shown(name, before, name_of), _shown(name, after, name_of))
        for name in names
    )
    return Changes(str(after.get("name") or ""), str(after.get("id") or ""), fields)


def _shown(name: str, row: Json, name_of: Callable[[str], object]) -> object:
    """The value of a field for a person; of what no line can hold, whether there is one."""
    if name == PARENT:
        return name_of(parent_of(row))
    if name == "image":
        return inside(row, "image", "url")
    if name == "visible":
        return row.get("visible") is not False if row else None
    return row.get(name) if name in _SHOWN else bool(row.get(name)) or None
