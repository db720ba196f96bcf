"""Single values of a contact, checked as Wix checks them (wix-api contacts 1, types/contacts.json)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.refusals import (
    Refusal,
    application_error,
    expected_object,
    field_violation,
    plain,
)

if TYPE_CHECKING:
    from tests.fake_wix.contacts_book import ContactBook

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")


def text(field: str, value: Any, longest: int, shortest: int = 0) -> str | None:
    """A checked text; null stays null."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise plain(400, f"Expected a string for {field}")
    if len(value) > longest:
        raise field_violation(
            field,
            f"has length {len(value)}, expected {longest} or less",
            "MAX_LENGTH",
            data={"threshold": longest},
        )
    if len(value) < shortest:
        raise field_violation(
            field,
            f"has length {len(value)}, expected {shortest} or more",
            "MIN_LENGTH",
            data={"threshold": shortest},
        )
    return value


def local_date(field: str, value: Any) -> str | None:
    """A checked ``YYYY-MM-DD``; null and empty clear."""
    if value is None or value == "":
        return None
    if not is_local_date(value):
        raise field_violation(field, "is not a valid local date", data={"type": "LOCAL_DATE"})
    return str(value)


def is_local_date(value: object) -> bool:
    """Whether a value is a ``YYYY-MM-DD`` that exists."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def optional_object(value: Any) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise expected_object()
    return value


def required_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise expected_object()
    return value


def list_items(field: str, wrapper: Any, most: int) -> list[Any]:
    """The ``items`` of a list wrapper. A bare array is no object; a wrapper without items is an empty list."""
    items = (optional_object(wrapper) or {}).get("items")
    if items is None:
        return []
    if not isinstance(items, list):
        raise plain(400, "Expected an array")
    if len(items) > most:
        raise field_violation(
            f"{field}.items",
            f"has size {len(items)}, expected {most} or less",
            "MAX_SIZE",
            data={"threshold": most},
        )
    return items


def extended_values(book: ContactBook, items: dict[str, Any]) -> dict[str, Any]:
    """Custom field values by key. Null and "" clear; system fields are not for writing."""
    out: dict[str, Any] = {}
    for key, value in items.items():
        field = book.fields.store.get(key)
        if field is None or (field["fieldType"] == "SYSTEM" and book.refuses_system_fields):
            raise _bad_extended(key, "is not a known custom field")
        if field["fieldType"] == "SYSTEM":
            continue
        if value is None and book.refuses_null_fields:
            raise _bad_extended(key, "cannot be null")
        out[key] = None if value in (None, "") else _extended_value(key, field["dataType"], value)
    return out


def _extended_value(key: str, kind: str, value: Any) -> Any:
    if kind == "NUMBER":
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise _bad_extended(key, "is not a number")
        return value
    if not isinstance(value, str):
        raise _bad_extended(key, "is not a text")
    if kind == "DATE" and not is_local_date(value):
        raise _bad_extended(key, "is not a date")
    if kind == "URL":
        if re.search(r"\s", value) or "." not in value:
            raise _bad_extended(key, "is not a URL")
        return (
            value if re.match(r"[a-z][a-z0-9+.-]*://", value, re.IGNORECASE) else f"https://{value}"
        )
    return value


def _bad_extended(key: str, reason: str) -> Refusal:
    return application_error(
        400, "INVALID_EXTENDED_FIELD_VALUE", f"Extended field {reason}", {"key": key}
    )


def language(field: str, value: Any) -> str | None:
    """A checked language tag, in any case."""
    tag = text(field, value, 100)
    if tag and not LANGUAGE_TAG.fullmatch(tag):
        raise field_violation(field, "is not a valid language tag", data={"type": "LANGUAGE_TAG"})
    return tag
