"""Everything of a collection that Wix lets be written, with its limits (stores-v3 6.3, stores-v1 4.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import as_object
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

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import Value


class _Words(Text):
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
    "description": _Words(1, 600),
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

_COPY = re.compile(r"/v1/(fit|fill|crop)/.*$")


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
