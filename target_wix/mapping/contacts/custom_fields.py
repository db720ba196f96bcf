"""Values of custom fields: compared, checked against the type of their field, and typed anew.

Wix has four types: TEXT, NUMBER, DATE (`YYYY-MM-DD`) and URL, which it completes with `https://`
(wix-api contacts 4).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from tap_wix.api.money import decimal_of
from target_wix.mapping import keys, warehouse
from target_wix.mapping.contacts.sameness import same_text
from target_wix.results import Rejection

WRONG_VALUE = "INVALID_EXTENDED_FIELD_VALUE"
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+\.\S+", re.IGNORECASE)


def same_value(current: object, value: object) -> bool:
    """Tell whether a field holds a value already: numbers by value, texts but for blanks around."""
    if isinstance(current, str):
        return isinstance(value, str) and same_text(current, value)
    if isinstance(current, bool) or isinstance(value, bool):
        return current is value
    one, two = decimal_of(current), decimal_of(value)
    return current == value if one is None or two is None else one == two


def typed(kind: str, value: object, key: str) -> str | int | Decimal:
    """Return a value as a field of that type takes it.

    Raises:
        Rejection: the value is none of that type.
    """
    field = f"info.extendedFields.items.{key}"
    try:
        if kind == "NUMBER":
            if (number := warehouse.as_number(value, field)) is not None:
                return number
        elif text := "false" if value is False else warehouse.as_text(value, field):
            if kind == "DATE":
                return warehouse.as_date(text, field) or text
            return _url(text) if kind == "URL" else text
    except Rejection as fault:
        raise Rejection(
            WRONG_VALUE, f"The field is of type {kind}: {fault.reason}", field
        ) from None
    raise Rejection(WRONG_VALUE, f"The field is of type {kind}; its value is none.", field)


def says_no_value(value: object, kind: str, *, is_key: bool) -> bool:
    """Tell whether a value stands for none, as `N/A` or a date of zeros.

    Args:
        value: what a record says.
        kind: the type of the field, empty if there is no such field yet.
        is_key: whether contacts are found by it. A text that is no key may be any text.
    """
    if value is False:
        return is_key or kind in {"NUMBER", "URL", "DATE"}
    if not isinstance(value, str):
        return False
    dated = kind == "DATE" or (not kind and _DATE.match(value))
    if dated and warehouse.says_no_date(value):
        return True
    return (is_key or kind in {"NUMBER", "URL"}) and keys.says_nothing(value)


def guessed_type(value: object) -> str:
    """Return the type of a field that is made for a value.

    A JSON number makes a NUMBER, `YYYY-MM-DD` a DATE, a web address with its scheme a URL, all
    else a TEXT. A number in a text stays a text: `0047` is a code, not 47.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "NUMBER"
    text = value.strip() if isinstance(value, str) else ""
    if _DATE.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return "TEXT"
        return "DATE"
    return "URL" if _WEB.fullmatch(text) else "TEXT"


def _url(text: str) -> str:
    text = text.strip()
    if re.search(r"\s", text) or "." not in text:
        raise Rejection(WRONG_VALUE, "it must be a web address such as https://example.com.")
    return text if _SCHEME.match(text) else f"https://{text}"
