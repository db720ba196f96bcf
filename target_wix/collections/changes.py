"""What differs between two states of a collection, in the words and values of its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import inside
from target_wix.collections.fields import PARENT
from target_wix.collections.tree import parent_of
from target_wix.runtime.changes import Change, Changes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.collections.tree import Tree

_WORDS = {
    PARENT: "parent",
    "image": "picture",
    "richContentDescription": "rich description",
    "seoData": "search engine text",
    "extendedFields": "extended field",
    "visible": "visibility",
}
_SHOWN = frozenset({"name", "slug", "description"})


def changes_of(before: Json, after: Json, names: Iterable[str], tree: Tree) -> Changes:
    """Return what a record changes of a collection.

    Args:
        before: in the shop; empty for a collection that is made.
        after: as it is then.
        names: of the fields that the record changes.
        tree: the collections of the shop, for the names of parents.
    """
    fields = tuple(
        Change(_WORDS.get(name, name), _shown(name, before, tree), _shown(name, after, tree))
        for name in names
    )
    return Changes(str(after.get("name") or ""), str(after.get("id") or ""), fields)


def _shown(name: str, row: Json, tree: Tree) -> object:
    """The value of a field for a person; of what no line can hold, whether there is one."""
    if name == PARENT:
        parent = tree.get(parent_of(row))
        return parent and parent.get("name")
    if name == "image":
        return inside(row, "image", "url")
    if name == "visible":
        return row.get("visible") is not False if row else None
    return row.get(name) if name in _SHOWN else bool(row.get(name)) or None
