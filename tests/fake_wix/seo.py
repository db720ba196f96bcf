"""What search engines are told, which both catalogs and categories have (wix-api stores-v1 2.9, stores-v3 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.shape import anything, boolean, choice, list_of, obj, text

if TYPE_CHECKING:
    from tests.fake_wix.shape import Rule

_TAG = {
    "type": choice("title", "meta", "link", "script"),
    "props": anything(),
    "meta": anything(),
    "children": text(),
    "custom": boolean(),
    "disabled": boolean(),
}
_KEYWORD = {"term": text(), "isMain": boolean(), "origin": text()}
_SETTINGS = {
    "preventAutoRedirect": boolean(),
    "keywords": list_of(obj(_KEYWORD, null_says_nothing=_KEYWORD), maximum=5),
}
_SEO = {
    "tags": list_of(obj(_TAG, required=("type",), null_says_nothing=_TAG)),
    "settings": obj(_SETTINGS, null_says_nothing=_SETTINGS),
}


def seo_schema() -> Rule:
    """Tags and settings; the types name the object and do not list what is in it."""
    return obj(_SEO, null_says_nothing=_SEO)
