"""What search engines are told, which both catalogs and categories have (wix-api stores-v1 2.9, stores-v3 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.shape import anything, boolean, choice, list_of, obj, text

if TYPE_CHECKING:
    from tests.fake_wix.shape import Problems, Rule

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


def listed_seo() -> Rule:
    """Tags and settings; names that are not listed are left out."""
    return obj(_SEO, null_says_nothing=_SEO)


def open_seo() -> Rule:
    """Tags and settings, checked, and whatever else is sent with them.

    Wix's types name the object and do not list what is in it, and no source says that names beyond
    those of the reference vanish.
    """
    listed = listed_seo()

    def check(value: Any, path: str, problems: Problems) -> dict[str, Any]:
        listed(value, path, problems)
        return dict(value)

    return check
