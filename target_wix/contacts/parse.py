"""From a Singer record to a patch: the shape that tap-wix emits, and flat rows of any origin."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_wix.contacts.fields import places
from target_wix.contacts.fields.equality import (
    STREET_PARTS,
    region_of,
    tidy_address,
    with_region,
)
from target_wix.contacts.flat_rows import FLAT, read_flat_columns, read_labels, says_no_phone
from target_wix.contacts.patch import (
    CLEAR,
    CUSTOM,
    NO_COUNTRIES,
    NO_EMAILS,
    NO_PHONES,
    Clear,
    ContactPatch,
    Row,
)
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import is_deleted
from target_wix.runtime.metadata import DELETED_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PARTS = ("name", "emails", "phones", "addresses", "labelKeys", "extendedFields")
_SCALARS = ("company", "jobTitle", "birthdate", "locale")
_NOT_WRITTEN = (
    "primaryInfo",
    "createdDate",
    "updatedDate",
    "source",
    "lastActivity",
    "primaryEmail",
    "primaryPhone",
    "segments",
    "memberInfo",
    "additionalFields",
    "catalogVersion",
)
"""Fields of a contact that Wix writes: dropped without noise."""

_KNOWN = ("id", "revision", "siteId", "info", "picture", *_PARTS, *_NOT_WRITTEN, *FLAT)


def read_patch(
    record: Mapping[str, Any], *, null_clears: bool = False
) -> tuple[ContactPatch, list[str]]:
    """Return what a record asks for, and the names of columns that nobody knows.

    An empty text says nothing, as an empty cell of a spreadsheet does; so does null, unless
    `null_clears`.

    Raises:
        Rejection: a value cannot be read as what its field holds.
    """
    trimmed = {name: keys.trimmed(name) for name in record}
    custom = {name: value for name, value in record.items() if _is_custom(trimmed[name])}
    rest = {name: record[name] for name in record if name not in custom and name != DELETED_AT}
    fields, unknown = coerce.named(rest, _KNOWN)
    patch = ContactPatch(
        site_id=coerce.as_text(fields.get("siteId"), "siteId") or "",
        deleted=is_deleted(record),
    )
    _read_id(patch, fields.get("id"))
    if patch.id is not None:  # a revision of the sender's own says nothing of a contact of Wix
        patch.revision = coerce.as_whole_number(fields.get("revision"), "revision")
    picture = fields.get("picture")
    reader = _InfoReader(patch, null_clears=null_clears)
    # A picture beside `info` is an older place of the one in it, read-only (wix-api contacts 1).
    top = {name: fields[name] for name in _PARTS if name in fields}
    if isinstance(top.get("name"), str) and top["name"].strip()[:1] not in {"", "{"}:
        del top["name"]  # a whole name: where it is to be cut nobody can tell
        unknown.append("name")
    reader.read({**top, **(coerce.as_object(fields.get("info"), "info") or {})})
    if not fields.get("info") and not coerce.is_null(picture):
        patch.picture = _picture(picture)
    read_flat_columns(patch, fields, null_clears=null_clears)
    for name, value in custom.items():
        reader.custom(CUSTOM + trimmed[name][len(CUSTOM) :].lstrip(), value)
    _set_region(patch)
    return patch, unknown


def _is_custom(name: str) -> bool:
    return name.lower().startswith(CUSTOM)


def _set_region(patch: ContactPatch) -> None:
    """Note the country that phones without one are in, if all the record's addresses are in it."""
    listed = patch.addresses if isinstance(patch.addresses, list) else []
    flat = tidy_address({n: part for n, part in patch.address.items() if isinstance(part, str)})
    addresses = [*(item["address"] for item in listed), flat]
    patch.region = region_of(addresses)
    if isinstance(patch.phones, list):
        patch.phones = with_region(patch.phones, addresses)


def _read_id(patch: ContactPatch, value: object) -> None:
    text = coerce.as_code(value, "id") or ""
    if _GUID.fullmatch(text):
        patch.id = text.lower()
    else:
        patch.odd_id = not keys.says_nothing(text)


class _InfoReader:
    """Reads `info`, whose lists are wrapped in `items`; bare lists will do as well."""

    def __init__(self, patch: ContactPatch, *, null_clears: bool) -> None:
        self._patch = patch
        self._null_clears = null_clears

    def read(self, info: Row) -> None:
        patch = self._patch
        self._name(info)
        for name in _SCALARS:
            self._scalar(name, info, name)
        patch.emails = self._items(info, "emails", _email)
        patch.phones = self._items(info, "phones", _phone)
        patch.addresses = self._items(info, "addresses", _address)
        labels = self._list(info, "labelKeys")
        if isinstance(labels, list):
            patch.labels = read_labels(labels, "info.labelKeys")
        else:
            patch.labels = labels
        extended = coerce.as_object(info.get("extendedFields"), "info.extendedFields") or {}
        values = extended.get("items", extended)
        for key, value in (coerce.as_object(values, "info.extendedFields.items") or {}).items():
            # Keys of other namespaces are Wix's own (wix-api contacts 1).
            if key.startswith(CUSTOM):
                self.custom(key, value)
        if "picture" in info:
            nothing = coerce.is_null(info["picture"])
            patch.picture = self._null("picture") if nothing else _picture(info["picture"])

    def custom(self, key: str, value: object) -> None:
        """Take in the value of a custom field; null says nothing or clears, empty says nothing."""
        if coerce.is_null(value):
            if self._null_clears:
                self._patch.custom[key] = CLEAR
        elif value != "":
            self._patch.custom[key] = value

    def _name(self, info: Row) -> None:
        if "name" not in info:
            return
        name = coerce.as_object(info["name"], "info.name")
        for part in ("first", "last"):
            self._scalar(part, {part: None} if name is None else name, f"name.{part}")

    def _scalar(self, name: str, holder: Row, path: str) -> None:
        if name not in holder:
            return
        if holder[name] is None:
            if self._null_clears:
                self._patch.texts[name] = CLEAR
        elif text := coerce.as_text(holder[name], f"info.{path}"):
            self._patch.texts[name] = text  # with the blanks around it, as Wix may have it

    def _null(self, name: str) -> Clear | None:
        del name
        return CLEAR if self._null_clears else None

    def _list(self, info: Row, name: str) -> list[Any] | Clear | None:
        if name not in info:
            return None
        value = info[name]
        if isinstance(value, str) and value.strip()[:1] == "{":
            value = coerce.as_object(value, f"info.{name}")
        if isinstance(value, dict):
            if "items" not in value:
                return None
            value = value["items"]
        items = coerce.as_list(value, f"info.{name}")
        return self._null(name) if items is None else items

    def _items(
        self, info: Row, name: str, read: Callable[[Any, str, list[str]], list[Row]]
    ) -> list[Row] | Clear | None:
        items = self._list(info, name)
        if not isinstance(items, list):
            return items
        dropped = self._patch.dropped
        read_items = (read(item, f"info.{name}[{at}]", dropped) for at, item in enumerate(items))
        return [item for found in read_items for item in found]


def _common(item: Row, field: str) -> Row:
    """Return tag and primary of an item, where it has them."""
    out: Row = {}
    tag = (coerce.as_text(item.get("tag"), f"{field}.tag") or "").strip()
    if tag:
        out["tag"] = tag.upper()
    primary = coerce.as_flag(item.get("primary"), f"{field}.primary")
    return out if primary is None else {**out, "primary": primary}


def _email(item: object, field: str, dropped: list[str]) -> list[Row]:
    """Return the e-mails of an item; what is not one is marked, since Wix may hold it."""
    if isinstance(item, str):
        item = {"email": item}
    row = coerce.as_object(item, field) or {}
    text = keys.trimmed(coerce.as_text(row.get("email"), f"{field}.email") or "")
    common = _common(row, field)
    emails, clear = keys.emails_in(text)
    if emails and not clear:
        dropped.append(NO_EMAILS)
    if not emails and not keys.says_nothing(text):
        return [{"email": text, **common, "malformed": True}]
    return _several("email", emails, common, text)


def _phone(item: object, field: str, dropped: list[str]) -> list[Row]:
    """Return the phones of an item; what is not one is marked, since Wix may hold it."""
    if isinstance(item, str | int | float | Decimal):
        item = {"phone": item}
    row = coerce.as_object(item, field) or {}
    text = coerce.as_code(row.get("phone"), f"{field}.phone") or ""
    country = _text(row, "countryCode", field)
    full = _text(row, "e164Phone", field)
    common = _common(row, field)
    if country and not places.says_no_country(country):
        code = places.country_code(country)
        common |= {"countryCode": code} if code else {}
        dropped.extend([] if code else [NO_COUNTRIES])
    phones = [keys.phone_text(part) for part in keys.phones_in(text)]
    named = [phone for phone in phones if keys.phone(phone).digits]
    if text and not named and not says_no_phone(text):
        return [{"phone": text, **common, "malformed": True}]
    if len(named) < len(phones) and named:
        dropped.append(NO_PHONES)
    if len(named) == 1 and full.startswith("+"):
        common["e164Phone"] = full
    return _several("phone", named, common, text)


def _several(value: str, texts: list[str], common: Row, written: str) -> list[Row]:
    """Return an item for each text of one; only the first can be primary.

    What is written is kept beside them: the contact may hold it as it is.
    """
    if texts == [written]:
        return [{value: written, **common}]
    rest = {name: part for name, part in common.items() if name != "primary"}
    return [
        {value: text, **(rest if at else common), ("rest_of" if at else "written"): written}
        for at, text in enumerate(texts)
    ]


def _text(row: Row, name: str, field: str) -> str:
    return keys.trimmed(coerce.as_text(row.get(name), f"{field}.{name}") or "")


def _address(item: object, field: str, dropped: list[str]) -> list[Row]:
    del dropped  # what of an address is left out depends on the contact
    row = coerce.as_object(item, field) or {}
    inner = coerce.as_object(row.get("address", row), f"{field}.address") or {}
    address: Row = {
        name: coerce.as_text(inner.get(name), f"{field}.address.{name}")
        for name in ("addressLine", "addressLine2", "city", "subdivision", "country")
    }
    address["postalCode"] = coerce.as_code(inner.get("postalCode"), f"{field}.address.postalCode")
    street = coerce.as_object(inner.get("streetAddress"), f"{field}.address.streetAddress") or {}
    address["streetAddress"] = {
        part: coerce.as_text(street.get(part), f"{field}.address.streetAddress.{part}")
        for part in STREET_PARTS
    }
    address = tidy_address(address)
    common = _common(row, field)
    common.pop("primary", None)
    return [{"address": address, **common}] if address else []


def _picture(value: object) -> Row | None:
    if isinstance(value, str) and value.strip()[:1] != "{":
        return {"url": value.strip()} if value.strip() else None
    picture = coerce.as_object(value, "info.picture") or {}
    image = coerce.as_object(picture.get("image", picture), "info.picture.image") or {}
    out: Row = {
        name: coerce.as_text(image.get(name), f"info.picture.image.{name}")
        for name in ("id", "url", "altText")
    }
    for name in ("height", "width"):
        out[name] = coerce.as_whole_number(image.get(name), f"info.picture.image.{name}")
    out = {name: part for name, part in out.items() if part}
    return out if out.get("id") or out.get("url") else None
