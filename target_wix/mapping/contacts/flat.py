"""Flat rows: one column a value, in snake_case or camelCase, as spreadsheets and ERPs have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.mapping import keys, warehouse
from target_wix.mapping.contacts.wish import CLEAR, NO_EMAILS, NO_PHONES, Clear, Label
from target_wix.results import Rejection

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
_CODES = frozenset({"phone", "postalCode", "addressPostalCode"})

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
    _read_email(wish, said.get("email"))
    _read_phone(wish, said.get("phone"))
    for column, name in (*zip(_ADDRESS, _ADDRESS, strict=True), *_PREFIXED.items()):
        # Of two columns for one part, the one that is not null says what it is.
        if column in said and not (said[column] is CLEAR and name in wish.address):
            wish.address[name] = said[column]
    for column in _PICTURES:
        if column in said:
            url = said[column]
            wish.picture = CLEAR if url is CLEAR else {"url": url}
    labels = read_labels(fields.get("labels"), "labels")
    if labels is not None:
        wish.labels = labels
    elif null_clears and "labels" in fields and warehouse.is_null(fields["labels"]):
        wish.labels = CLEAR


def _read_email(wish: ContactWish, cell: str | Clear | None) -> None:
    """Take in a cell with an e-mail, or several: the first one is the primary one."""
    if cell is None or cell is CLEAR:
        wish.email = cell or wish.email
        return
    emails, clear = keys.emails_in(cell)
    if not clear or not (emails or keys.says_nothing(cell)):
        wish.left_out.append(NO_EMAILS)
    if emails:
        wish.email, *wish.more_emails = emails


def _read_phone(wish: ContactWish, cell: str | Clear | None) -> None:
    """Take in a cell with a phone, or several: the first one is the primary one."""
    if cell is None or cell is CLEAR:
        wish.phone = cell or wish.phone
        return
    phones = [keys.phone_text(part) for part in keys.phones_in(cell)]
    named = [phone for phone in phones if keys.phone(phone).digits]
    if len(named) < sum(not says_no_phone(phone) for phone in phones):
        wish.left_out.append(NO_PHONES)
    if named:
        wish.phone, *wish.more_phones = named


def says_no_phone(text: str) -> bool:
    """Tell whether a text stands for no phone at all, as an empty cell does."""
    return keys.says_nothing(text) or keys.is_zeros(text)


def read_labels(value: object, field: str) -> list[Label] | None:
    """Return the labels of a list, of its JSON text, or of texts with `;` between them.

    A comma belongs to the label. A label may be an object with `key`, `displayName` or `name`.
    """
    if isinstance(value, str) and value.strip()[:1] == "{":
        value = [warehouse.as_object(value, field)]
    elif isinstance(value, dict):
        value = value["items"] if isinstance(value.get("items"), list) else [value]
    labels = warehouse.as_list(value, field)
    if labels is None:
        return None
    read = (_label(label, f"{field}[{at}]") for at, label in enumerate(labels))
    return [label for label in read if label is not None]


def _label(value: object, field: str) -> Label | None:
    if not isinstance(value, dict):
        text = keys.trimmed(warehouse.as_text(value, field) or "")
        return None if keys.says_nothing(text) else Label(text)
    key, name, other = (
        keys.trimmed(warehouse.as_text(value.get(part), f"{field}.{part}") or "")
        for part in ("key", "displayName", "name")
    )
    if not (key or name or other) and any(part is not None for part in value.values()):
        reason = f"{field} must be a text, or an object with key, displayName or name."
        raise Rejection(warehouse.BAD_VALUE, reason, field)
    name = name or other
    said = key or ("" if keys.says_nothing(name) else name)
    return Label(key=key, name=name) if said else None


def _said(value: object, column: str, null_clears: bool) -> str | Clear | None:  # noqa: FBT001
    """Return what a cell says: an empty one nothing, a null nothing unless it clears."""
    if value is None:
        return CLEAR if null_clears else None
    if column in _CODES:
        return warehouse.as_code(value, column) or None
    return keys.trimmed(warehouse.as_text(value, column) or "") or None
