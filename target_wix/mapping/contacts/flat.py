"""Flat rows: one column a value, in snake_case or camelCase, as spreadsheets and ERPs have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.mapping import warehouse
from target_wix.mapping.contacts.wish import CLEAR, Clear

if TYPE_CHECKING:
    from target_wix.mapping.contacts.wish import ContactWish, Row

_TEXTS = {
    "firstName": "first",
    "lastName": "last",
    "company": "company",
    "jobTitle": "jobTitle",
    "birthdate": "birthdate",
    "locale": "locale",
}
_ADDRESS = ("addressLine", "addressLine2", "city", "postalCode", "country", "subdivision")
_PREFIXED = {f"address{name[0].upper()}{name[1:]}": name for name in _ADDRESS}
_PICTURES = ("pictureUrl", "imageUrl")
_SINGLE = ("email", "phone")

FLAT = (*_SINGLE, "labels", *_TEXTS, *_ADDRESS, *_PREFIXED, *_PICTURES)
"""Columns of flat rows beside `custom.<key or display name>`."""


def read_flat(wish: ContactWish, fields: Row, *, null_clears: bool) -> None:
    """Add to a wish what the flat columns of a row say; they win over the nested shape.

    Raises:
        Rejection: a value is no text.
    """
    said = {
        column: value
        for column in (*_SINGLE, *_TEXTS, *_ADDRESS, *_PREFIXED, *_PICTURES)
        if column in fields and (value := _said(fields[column], column, null_clears)) is not None
    }
    for column, name in _TEXTS.items():
        if column in said:
            wish.texts[name] = said[column]
    wish.email = said.get("email", wish.email)
    wish.phone = said.get("phone", wish.phone)
    for column, name in (*zip(_ADDRESS, _ADDRESS, strict=True), *_PREFIXED.items()):
        # Of two columns for one part, the one that is not null says what it is.
        if column in said and not (said[column] is CLEAR and name in wish.address):
            wish.address[name] = said[column]
    for column in _PICTURES:
        if column in said:
            url = said[column]
            wish.picture = CLEAR if url is CLEAR else {"url": url}
    labels = warehouse.as_list(fields.get("labels"), "labels")
    if labels is not None:
        wish.labels = [str(label).strip() for label in labels if label]
    elif null_clears and "labels" in fields and warehouse.is_null(fields["labels"]):
        wish.labels = CLEAR


def _said(value: object, column: str, null_clears: bool) -> str | Clear | None:  # noqa: FBT001
    """Return what a cell says: an empty one nothing, a null nothing unless it clears."""
    if value is None:
        return CLEAR if null_clears else None
    return (warehouse.as_text(value, column) or "").strip() or None
