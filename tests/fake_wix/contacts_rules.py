"""What Wix checks in the ``info`` of a contact, and what it makes of it (wix-api contacts 1, types/contacts.json)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.geography import COUNTRIES, e164
from tests.fake_wix.refusals import application_error, expected_object, field_violation, plain

if TYPE_CHECKING:
    from tests.fake_wix.contacts_book import ContactBook

Info = dict[str, Any]
LONG = 1000
MAX_ITEMS = 50
MAX_LABELS = 2000
EMAIL_TAGS = {"UNTAGGED", "MAIN", "HOME", "WORK"}
PHONE_TAGS = {"UNTAGGED", "MAIN", "HOME", "WORK", "MOBILE", "FAX"}
ADDRESS_TAGS = {"UNTAGGED", "HOME", "WORK", "BILLING", "SHIPPING"}
ADDRESS_TEXTS = {"addressLine": LONG, "addressLine2": LONG, "city": LONG, "postalCode": 100, "subdivision": 100}
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


def checked_info(book: ContactBook, info: Info) -> Info:
    """What of a sent ``info`` counts: the known, writable keys, checked. Unknown and read-only keys are ignored.

    Null stands for a field to clear; lists come back as plain lists.
    """
    out: Info = {}
    for name in ("company", "jobTitle"):
        if name in info:
            out[name] = text(f"info.{name}", info[name], LONG)
    if "birthdate" in info:
        out["birthdate"] = local_date("info.birthdate", info["birthdate"])
    if "locale" in info:
        out["locale"] = text("info.locale", info["locale"], 100)
        if out["locale"] and not LANGUAGE_TAG.fullmatch(out["locale"]):
            raise field_violation("info.locale", "is not a valid language tag", data={"type": "LANGUAGE_TAG"})
    if "name" in info:
        name_part = _object(info["name"])
        out["name"] = None if name_part is None else {
            part: text(f"info.name.{part}", name_part[part], LONG) for part in ("first", "last") if part in name_part
        }
    for name, check in (("emails", _email), ("phones", _phone), ("addresses", _address)):
        if name in info:
            items = _items(f"info.{name}", info[name], MAX_ITEMS)
            out[name] = [check(book, f"info.{name}.items[{at}]", _required(item)) for at, item in enumerate(items)]
    for name in ("emails", "phones"):
        _one_primary(out.get(name) or [])
    if "labelKeys" in info:
        out["labelKeys"] = checked_labels(book, _items("info.labelKeys", info["labelKeys"], MAX_LABELS))
    if "extendedFields" in info:
        wrapper = _object(info["extendedFields"]) or {}
        out["extendedFields"] = _extended(book, _object(wrapper.get("items")) or {})
    if "picture" in info:
        out["picture"] = _picture(book, _object(info["picture"]))
    return out


def text(field: str, value: Any, longest: int, shortest: int = 0) -> str | None:  # noqa: ANN401 - JSON
    """A checked text; null stays null."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise plain(400, f"Expected a string for {field}")
    if len(value) > longest:
        raise field_violation(field, f"has length {len(value)}, expected {longest} or less", "MAX_LENGTH", data={"threshold": longest})
    if len(value) < shortest:
        raise field_violation(field, f"has length {len(value)}, expected {shortest} or more", "MIN_LENGTH", data={"threshold": shortest})
    return value


def local_date(field: str, value: Any) -> str | None:  # noqa: ANN401 - JSON
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


def checked_labels(book: ContactBook, keys: list[Any]) -> list[str]:
    """Label keys that all exist; an unknown one fails the call (wix-api contacts 2.7)."""
    for key in keys:
        if not isinstance(key, str):
            raise plain(400, "Expected a string")
        if key not in book.labels.store:
            raise application_error(book.unknown_label_status, "LABEL_NOT_FOUND", "Label does not exist", {"key": key})
    return list(dict.fromkeys(keys))


def _object(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - JSON
    if value is not None and not isinstance(value, dict):
        raise expected_object()
    return value


def _required(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise expected_object()
    return value


def _items(field: str, wrapper: Any, most: int) -> list[Any]:  # noqa: ANN401 - JSON
    """The ``items`` of a list wrapper. A bare array is no object; a wrapper without items is an empty list."""
    items = (_object(wrapper) or {}).get("items")
    if items is None:
        return []
    if not isinstance(items, list):
        raise plain(400, "Expected an array")
    if len(items) > most:
        raise field_violation(f"{field}.items", f"has size {len(items)}, expected {most} or less", "MAX_SIZE", data={"threshold": most})
    return items


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
        raise application_error(400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", "Only one primary email and phone is allowed")
    if items and not marked:
        items[0]["primary"] = True


def _country(field: str, value: Any) -> str | None:  # noqa: ANN401 - JSON
    code = text(field, value, 2)
    if code and code not in COUNTRIES:
        raise field_violation(field, "is not a valid country code", data={"type": "COUNTRY"})
    return code or None


def _email(book: ContactBook, field: str, item: dict[str, Any]) -> dict[str, Any]:
    address = text(f"{field}.email", item.get("email") or "", 320, 1)
    assert address is not None
    stored = address.strip().lower() if book.lowercases_emails else address
    return {"id": book.item_id(item), "tag": _tag(field, item, EMAIL_TAGS), "email": stored, "primary": _primary(item)}


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
    sent = _object(item.get("address")) or {}
    where = f"{field}.address"
    street = _object(sent.get("streetAddress"))
    if street is not None and sent.get("addressLine") is not None:
        raise field_violation(where, "cannot have both addressLine and streetAddress", "ONE_OF")
    address: dict[str, Any] = {
        name: text(f"{where}.{name}", sent.get(name), longest) for name, longest in ADDRESS_TEXTS.items()
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
            raise field_violation(f"{where}.subdivision", "is not a valid subdivision code", data={"type": "SUBDIVISION"})
    kept = {name: value for name, value in address.items() if value not in (None, "", {})}
    return {"id": book.item_id(item), "tag": _tag(field, item, ADDRESS_TAGS), "address": kept}


def _extended(book: ContactBook, items: dict[str, Any]) -> dict[str, Any]:
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


def _extended_value(key: str, kind: str, value: Any) -> Any:  # noqa: ANN401 - JSON
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
        return value if re.match(r"[a-z][a-z0-9+.-]*://", value, re.IGNORECASE) else f"https://{value}"
    return value


def _bad_extended(key: str, reason: str) -> Exception:
    return application_error(400, "INVALID_EXTENDED_FIELD_VALUE", f"Extended field {reason}", {"key": key})


def _picture(book: ContactBook, picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """A photo by URL or media id. Wix keeps its own copy of what a URL shows, under another name."""
    image = _object((picture or {}).get("image"))
    if not image:
        return None
    url, media = text("info.picture.image.url", image.get("url"), 2048), text("info.picture.image.id", image.get("id"), 200)
    if not url and not media:
        raise field_violation("info.picture.image", "needs a url or an id", "REQUIRED")
    if not media or not media.endswith("~mv2.jpg"):
        media = f"{book.new_id().replace('-', '')[:22]}~mv2.jpg"
        url = None
    kept = {name: image[name] for name in ("height", "width", "altText") if image.get(name) is not None}
    return {"image": {"id": media, "url": url or f"https://static.wixstatic.com/media/{media}", **kept}}
