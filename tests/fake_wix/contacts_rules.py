"""What Wix checks in the ``info`` of a contact, and what it makes of it (wix-api contacts 1, types/contacts.json)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.fake_wix.contacts_values import (
    extended_values,
    language,
    list_items,
    local_date,
    optional_object,
    required_object,
    text,
)
from tests.fake_wix.geography import COUNTRIES, e164
from tests.fake_wix.refusals import application_error, field_violation, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.contacts_book import ContactBook

Info = dict[str, Any]
LONG = 1000
MAX_ITEMS = 50
MAX_LABELS = 2000
EMAIL_TAGS = {"UNTAGGED", "MAIN", "HOME", "WORK"}
PHONE_TAGS = {"UNTAGGED", "MAIN", "HOME", "WORK", "MOBILE", "FAX"}
ADDRESS_TAGS = {"UNTAGGED", "HOME", "WORK", "BILLING", "SHIPPING"}
ADDRESS_TEXTS = {
    "addressLine": LONG,
    "addressLine2": LONG,
    "city": LONG,
    "postalCode": 100,
    "subdivision": 100,
}
SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


def checked_info(book: ContactBook, info: Info) -> Info:
    """What of a sent ``info`` counts: the known, writable keys, checked; all others are ignored.

    Null stands for a field to clear; lists come back as plain lists.
    """
    out = {name: check(book, info[name]) for name, check in CHECKS.items() if name in info}
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


def _tag(field: str, item: dict[str, Any], allowed: set[str]) -> str:
    tag = item.get("tag")
    if tag is None:
        return "UNTAGGED"
    if tag not in allowed:
        raise field_violation(f"{field}.tag", "is not a valid enum value", "ENUM")
    return str(tag)


def _primary(item: dict[str, Any]) -> bool:
    primary = item.get("primary")
    if primary is not None and not isinstance(primary, bool):
        raise plain(400, "Expected a boolean")
    return bool(primary)


def _one_primary(items: list[dict[str, Any]]) -> None:
    """At most one primary item; the first becomes it if none is (wix-api contacts 1)."""
    marked = sum(item["primary"] for item in items)
    if marked > 1:
        raise application_error(
            400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", "Only one primary email and phone is allowed"
        )
    if items and not marked:
        items[0]["primary"] = True


def _country(field: str, value: Any) -> str | None:
    code = text(field, value, 2)
    if code and code not in COUNTRIES:
        raise field_violation(field, "is not a valid country code", data={"type": "COUNTRY"})
    return code or None


def _email(book: ContactBook, field: str, item: dict[str, Any]) -> dict[str, Any]:
    address = text(f"{field}.email", item.get("email") or "", 320, 1)
    assert address is not None
    stored = address.strip().lower() if book.lowercases_emails else address
    return {
        "id": book.item_id(item),
        "tag": _tag(field, item, EMAIL_TAGS),
        "email": stored,
        "primary": _primary(item),
    }


def _phone(book: ContactBook, field: str, item: dict[str, Any]) -> dict[str, Any]:
    number = text(f"{field}.phone", item.get("phone") or "", 50, 1)
    assert number is not None
    country = _country(f"{field}.countryCode", item.get("countryCode"))
    out = {
        "id": book.item_id(item),
        "tag": _tag(field, item, PHONE_TAGS),
        "countryCode": country,
        "phone": number,
        "e164Phone": e164(number, country),
        "primary": _primary(item),
    }
    return {name: value for name, value in out.items() if value is not None}


def _address(book: ContactBook, field: str, item: dict[str, Any]) -> dict[str, Any]:
    sent = optional_object(item.get("address")) or {}
    where = f"{field}.address"
    street = optional_object(sent.get("streetAddress"))
    if street is not None and sent.get("addressLine") is not None:
        raise field_violation(where, "cannot have both addressLine and streetAddress", "ONE_OF")
    address: dict[str, Any] = {
        name: text(f"{where}.{name}", sent.get(name), longest)
        for name, longest in ADDRESS_TEXTS.items()
    }
    address["country"] = _country(f"{where}.country", sent.get("country"))
    if street is not None:
        address["streetAddress"] = {
            part: text(f"{where}.streetAddress.{part}", street[part], longest)
            for part, longest in (("number", 100), ("name", LONG))
            if street.get(part) is not None
        }
    subdivision = address["subdivision"]
    if subdivision:
        parts = SUBDIVISION.fullmatch(subdivision)
        if parts is None or parts[1] not in COUNTRIES or address["country"] not in {None, parts[1]}:
            raise field_violation(
                f"{where}.subdivision",
                "is not a valid subdivision code",
                data={"type": "SUBDIVISION"},
            )
    kept = {name: value for name, value in address.items() if value not in (None, "", {})}
    return {"id": book.item_id(item), "tag": _tag(field, item, ADDRESS_TAGS), "address": kept}


def _picture(book: ContactBook, picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """A photo by URL or media id. Wix keeps its own copy of what a URL shows, under another name."""
    image = optional_object((picture or {}).get("image"))
    if not image:
        return None
    url, media = (
        text("info.picture.image.url", image.get("url"), 2048),
        text("info.picture.image.id", image.get("id"), 200),
    )
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


def _name(book: ContactBook, value: Any) -> dict[str, Any] | None:
    name = optional_object(value)
    if name is None:
        return None
    return {
        part: text(f"info.name.{part}", name[part], LONG)
        for part in ("first", "last")
        if part in name
    }


def _each(
    name: str, check: Callable[[ContactBook, str, dict[str, Any]], dict[str, Any]]
) -> Callable[[ContactBook, Any], list[dict[str, Any]]]:
    """The check of a list from the check of its items."""

    def checked(book: ContactBook, wrapper: Any) -> list[dict[str, Any]]:
        items = list_items(f"info.{name}", wrapper, MAX_ITEMS)
        return [
            check(book, f"info.{name}.items[{at}]", required_object(item))
            for at, item in enumerate(items)
        ]

    return checked


CHECKS: dict[str, Callable[[ContactBook, Any], Any]] = {
    "name": _name,
    "company": lambda _, value: text("info.company", value, LONG),
    "jobTitle": lambda _, value: text("info.jobTitle", value, LONG),
    "birthdate": lambda _, value: local_date("info.birthdate", value),
    "locale": lambda _, value: language("info.locale", value),
    "emails": _each("emails", _email),
    "phones": _each("phones", _phone),
    "addresses": _each("addresses", _address),
    "labelKeys": lambda book, value: checked_labels(
        book, list_items("info.labelKeys", value, MAX_LABELS)
    ),
    "extendedFields": lambda book, value: extended_values(
        book, optional_object((optional_object(value) or {}).get("items")) or {}
    ),
    "picture": lambda book, value: _picture(book, optional_object(value)),
}
