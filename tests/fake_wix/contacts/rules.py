"""What Wix checks in the ``info`` of a contact, and what it makes of it (wix-api contacts 1)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.entity_types import differs, is_local_date, shape_of
from tests.fake_wix.geography import e164
from tests.fake_wix.http.refusals import Refusal, application_error, field_violation, plain
from tests.fake_wix.shape import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.contacts.book import ContactBook

Info = dict[str, Any]
ONE_LINE = differs(
    "one or the other is the main line (wix-api contacts 1)",
    oneOf=[("addressLine", "streetAddress")],
)
INFO = shape_of(
    "contacts",
    {
        "*.items[].id": differs(
            "ignored or kept, nobody knows (wix-api contacts 2.5, 8)", readonly=False, format=None
        ),
        "info.emails.items[]": differs("required (wix-api contacts 1)", required=("email",)),
        "info.phones.items[]": differs("required (wix-api contacts 1)", required=("phone",)),
        "info.addresses.items[].address": ONE_LINE,
        "info.addresses.items[].address.subdivision": differs(
            "behind its country (wix-api contacts 1)", format="SUBDIVISION"
        ),
    },
    at="info",
)


def checked_info(book: ContactBook, info: Info) -> Info:
    """What of a sent ``info`` counts: the known, writable keys, checked; all others are ignored.

    Null stands for a field to clear; lists come back as plain lists.
    """
    sent = clean(INFO, info, "info")
    out = {name: MADE[name](book, sent[name]) if name in MADE else sent[name] for name in sent}
    for name in ("emails", "phones"):
        _one_primary(out.get(name) or [])
    return out


def checked_labels(book: ContactBook, keys: list[Any]) -> list[str]:
    """Label keys that all exist; an unknown one fails the call (wix-api contacts 2.7)."""
    for key in keys:
        if not isinstance(key, str):
            raise plain(400, "Expected a string")
        if key not in book.labels.store:
            raise application_error(
                book.unknown_label_status, "LABEL_NOT_FOUND", "Label does not exist", {"key": key}
            )
    return list(dict.fromkeys(keys))


def _one_primary(items: list[dict[str, Any]]) -> None:
    """At most one primary item; the first becomes it if none is (wix-api contacts 1)."""
    marked = sum(item["primary"] for item in items)
    if marked > 1:
        raise application_error(
            400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", "Only one primary email and phone is allowed"
        )
    if items and not marked:
        items[0]["primary"] = True


def _email(book: ContactBook, _field: str, item: dict[str, Any]) -> dict[str, Any]:
    address = item["email"]
    return {
        "id": book.item_id(item),
        "tag": item.get("tag", "UNTAGGED"),
        "email": address.strip().lower() if book.lowercases_emails else address,
        "primary": bool(item.get("primary")),
    }


def _phone(book: ContactBook, _field: str, item: dict[str, Any]) -> dict[str, Any]:
    country = item.get("countryCode") or None
    out = {
        "id": book.item_id(item),
        "tag": item.get("tag", "UNTAGGED"),
        "countryCode": country,
        "phone": item["phone"],
        "e164Phone": e164(item["phone"], country),
        "primary": bool(item.get("primary")),
    }
    return {name: value for name, value in out.items() if value is not None}


def _address(book: ContactBook, field: str, item: dict[str, Any]) -> dict[str, Any]:
    address = {
        name: value
        for name, value in (item.get("address") or {}).items()
        if value not in (None, "", {})
    }
    country, subdivision = address.get("country"), address.get("subdivision")
    if country and subdivision and not subdivision.startswith(f"{country}-"):
        raise field_violation(
            f"{field}.address.subdivision",
            "is not a valid subdivision code",
            data={"type": "SUBDIVISION"},
        )
    return {"id": book.item_id(item), "tag": item.get("tag", "UNTAGGED"), "address": address}


def _picture(book: ContactBook, picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """A photo by URL or media id. Wix keeps its own copy of what a URL shows, under another name."""
    image = (picture or {}).get("image")
    if not image:
        return None
    url, media = image.get("url"), image.get("id")
    if not url and not media:
        raise field_violation("info.picture.image", "needs a url or an id", "REQUIRED")
    if not media or not media.endswith("~mv2.jpg"):
        media = f"{book.new_id().replace('-', '')[:22]}~mv2.jpg"
        url = None
    kept = {
        name: image[name] for name in ("height", "width", "altText") if image.get(name) is not None
    }
    return {
        "image": {"id": media, "url": url or f"https://static.wixstatic.com/media/{media}", **kept}
    }


def _each(
    name: str, make: Callable[[ContactBook, str, dict[str, Any]], dict[str, Any]]
) -> Callable[[ContactBook, Any], list[dict[str, Any]]]:
    """What becomes of a list, from what becomes of its items."""

    def made(book: ContactBook, wrapper: dict[str, Any] | None) -> list[dict[str, Any]]:
        return [
            make(book, f"info.{name}.items[{at}]", item) for at, item in enumerate(_items(wrapper))
        ]

    return made


def _items(wrapper: dict[str, Any] | None) -> list[Any]:
    """The items of a list wrapper; one without items is an empty list."""
    return (wrapper or {}).get("items") or []


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


MADE: dict[str, Callable[[ContactBook, Any], Any]] = {
    "emails": _each("emails", _email),
    "phones": _each("phones", _phone),
    "addresses": _each("addresses", _address),
    "birthdate": lambda _, value: value or None,
    "labelKeys": lambda book, value: checked_labels(book, _items(value)),
    "extendedFields": lambda book, value: extended_values(book, (value or {}).get("items") or {}),
    "picture": _picture,
}
