"""Slugs of collections whose records bring none."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from target_wix.collections.tree import folded
from target_wix.pipeline.keys import as_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_wix.collections.patch import CollectionPatch

_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_LONGEST = 60
ALL_PRODUCTS_SLUG = "all-products"
"""Of the built-in collection, whatever it is called."""


def words_of(text: str) -> str:
    """Return a text as it can stand in a slug, empty if a letter of it cannot."""
    plain = unicodedata.normalize("NFKD", as_seen(text).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    if any(char.isalnum() and not char.isascii() for char in plain):
        return ""
    return _NOT_IN_SLUGS.sub("-", plain).strip("-")[:_LONGEST].strip("-")


def fallback_slug(patch: CollectionPatch, *, tree: bool) -> str:
    """Return the slug that tells collections of one name apart where there is no tree.

    `Shoes` of `Women` and `Shoes` of `Men` are two, also on Catalog V1, which knows no parents.
    """
    if tree or patch.slug or patch.parent is None or not patch.parent.text or not patch.name:
        return ""
    parts = words_of(patch.parent.text), words_of(patch.name)
    return "-".join(parts) if all(parts) else ""


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
