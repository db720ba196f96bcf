"""From a Singer record to a patch: the shape that tap-wix emits, and flat rows of any origin.

A flat row has one column a value, in snake_case or camelCase, as spreadsheets and ERPs have it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_wix.contacts.addresses import (
    ADDRESS_TEXTS,
    STREET_PARTS,
    country_code,
    region_of,
    says_no_country,
    tidy_address,
    with_region,
)
from target_wix.contacts.patch import (
    CLEAR,
    CUSTOM,
    NAMES,
    NO_COUNTRIES,
    NO_EMAILS,
    NO_PHONES,
    SCALARS,
    Clear,
    ContactPatch,
    Label,
    Row,
)
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import is_deleted
from target_wix.pipeline.keys import is_guid
from target_wix.runtime.outcomes import Rejection
from target_wix.runtime.pending import DELETED_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from target_wix.contacts.patch import Cell

_PARTS = ("name", "emails", "phones", "addresses", "labelKeys", "extendedFields")
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

_TEXTS = {"firstName": "first", "lastName": "last", **{name: name for name in SCALARS}}
_ADDRESS = {
    **{name: name for name in ADDRESS_TEXTS},
    **{f"address{name[0].upper()}{name[1:]}": name for name in ADDRESS_TEXTS},
}
_PICTURES = ("pictureUrl", "imageUrl")
_CODES = frozenset({"phone", "postalCode", "addressPostalCode"})
_CELLS = ("email", "phone", *_TEXTS, *_ADDRESS, *_PICTURES)
"""Columns of flat rows with one text each, beside `custom.<key or display name>`."""

_KNOWN = (
    *("id", "revision", "siteId", "info", "picture", "labels"),
    *(*_PARTS, *_NOT_WRITTEN, *_CELLS),
)


def read_patch(
    record: Mapping[str, Any], *, null_clears: bool = False
) -> tuple[ContactPatch, list[str]]:
    """Return what a record asks for, and the names of columns that nobody knows.

    An empty text says nothing, as an empty cell of a spreadsheet does; so does null, unless
    `null_clears`. Flat columns win over the nested shape.

    Raises:
        Rejection: a value cannot be read as what its field holds.
    """
    trimmed = {name: keys.trimmed(name) for name in record}
    custom = {name: value for name, value in record.items() if _is_custom(trimmed[name])}
    rest = {name: record[name] for name in record if name not in custom and name != DELETED_AT}
    fields, unknown = coerce.named(rest, _KNOWN)
    patch = ContactPatch(
        site_id=_guid(keys.key_text(fields.get("siteId"))),
        deleted=is_deleted(record),
    )
    _read_id(patch, fields.get("id"))
    if patch.id is not None:  # a revision of the sender's own says nothing of a contact of Wix
        patch.revision = coerce.as_whole_number(fields.get("revision"), "revision")
    picture = fields.get("picture")
    reader = _Reader(patch, null_clears=null_clears)
    # A picture beside `info` is an older place of the one in it, read-only (wix-api contacts 1).
    top = {name: fields[name] for name in _PARTS if name in fields}
    if isinstance(top.get("name"), str) and top["name"].strip()[:1] not in {"", "{"}:
        del top["name"]  # a whole name: where it is to be cut nobody can tell
        unknown.append("name")
    reader.info({**top, **(coerce.as_object(fields.get("info"), "info") or {})})
    if not fields.get("info") and not coerce.is_null(picture):
        patch.picture = _picture(picture)
    reader.columns(fields)
    for name, value in custom.items():
        reader.custom(CUSTOM + trimmed[name][len(CUSTOM) :].lstrip(), value)
    _set_region(patch)
    return patch, unknown


def _is_custom(name: str) -> bool:
    return name.lower().startswith(CUSTOM)


def _read_id(patch: ContactPatch, value: object) -> None:
    text = _guid(_code(value, "id"))
    if is_guid(text):
        patch.id = text
    else:
        patch.odd_id = not keys.says_nothing(text)


def _guid(text: str) -> str:
    """Return an id as Wix spells it: SQL Server has capitals and braces.

    One without hyphens is none here: Mailchimp's ids of people look like that.
    """
    return text.strip("{}").lower()


def _set_region(patch: ContactPatch) -> None:
    """Note the country that phones without one are in, if all the record's addresses are in it."""
    listed = patch.addresses if isinstance(patch.addresses, list) else []
    flat = tidy_address({n: part for n, part in patch.address.items() if isinstance(part, str)})
    addresses = [*(item["address"] for item in listed), flat]
    patch.region = region_of(addresses)
    if isinstance(patch.phones, list):
        patch.phones = with_region(patch.phones, addresses)


class _Reader:
    """Puts what a record says into a patch."""

    def __init__(self, patch: ContactPatch, *, null_clears: bool) -> None:
        self._patch = patch
        self._null = CLEAR if null_clears else None

    def custom(self, key: str, value: object) -> None:
        """Take in the value of a custom field; null says nothing or clears, empty says nothing."""
        if coerce.is_null(value):
            if self._null:
                self._patch.custom[key] = self._null
        elif value != "":
            self._patch.custom[key] = value

    # -- nested -------------------------------------------------------------------------------

    def info(self, info: Row) -> None:
        """Take in `info`, whose lists are wrapped in `items`; bare lists will do as well."""
        patch = self._patch
        if "name" in info:
            parts = coerce.as_object(info["name"], "info.name")
            for name in NAMES:
                self._text(name, {name: None} if parts is None else parts, f"name.{name}")
        for name in SCALARS:
            self._text(name, info, name)
        patch.emails = self._items(info, "emails", self._email)
        patch.phones = self._items(info, "phones", self._phone)
        patch.addresses = self._items(info, "addresses", _address)
        labels = self._list(info, "labelKeys")
        if isinstance(labels, list):
            patch.labels = _labels(labels, "info.labelKeys")
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
            patch.picture = self._null if nothing else _picture(info["picture"])

    def _text(self, name: str, holder: Row, path: str) -> None:
        if name not in holder:
            return
        value = holder[name]
        text = self._null if value is None else coerce.as_text(value, f"info.{path}")
        if isinstance(text, str) and keys.is_mark_of_program(text):
            return
        if text:
            self._patch.texts[name] = text  # with the blanks around it, as Wix may have it

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
        return self._null if items is None else items

    def _items(
        self, info: Row, name: str, read: Callable[[Any, str], list[Row]]
    ) -> list[Row] | Clear | None:
        items = self._list(info, name)
        if not isinstance(items, list):
            return items
        return [one for at, item in enumerate(items) for one in read(item, f"info.{name}[{at}]")]

    def _email(self, item: object, field: str) -> list[Row]:
        """Return the e-mails of an item; what is not one is marked, since Wix may hold it."""
        if isinstance(item, str):
            item = {"email": item}
        row = coerce.as_object(item, field) or {}
        text = _trimmed(row.get("email"), f"{field}.email")
        common = _common(row, field)
        emails, clear = keys.emails_in(text)
        if emails and not clear:
            self._patch.dropped.append(NO_EMAILS)
        if not emails and not keys.says_nothing(text):
            return [{"email": text, **common, "malformed": True}]
        return _several("email", emails, common, text)

    def _phone(self, item: object, field: str) -> list[Row]:
        """Return the phones of an item; what is not one is marked, since Wix may hold it."""
        if isinstance(item, str | int | float | Decimal):
            item = {"phone": item}
        row = coerce.as_object(item, field) or {}
        text = _code(row.get("phone"), f"{field}.phone")
        country = _trimmed(row.get("countryCode"), f"{field}.countryCode")
        full = _trimmed(row.get("e164Phone"), f"{field}.e164Phone")
        common = _common(row, field)
        if country and not says_no_country(country):
            if code := country_code(country):
                common["countryCode"] = code
            else:
                self._patch.dropped.append(NO_COUNTRIES)
        phones, others = _phones_in(text)
        if text and not phones and not _says_no_phone(text):
            return [{"phone": text, **common, "malformed": True}]
        if phones and others:
            self._patch.dropped.append(NO_PHONES)
        if len(phones) == 1 and full.startswith("+"):
            common["e164Phone"] = full
        return _several("phone", phones, common, text)

    # -- flat ---------------------------------------------------------------------------------

    def columns(self, fields: Row) -> None:
        """Take in the flat columns of a row."""
        patch = self._patch
        said = {
            column: value
            for column in _CELLS
            if column in fields and (value := self._cell(fields[column], column)) is not None
        }
        for column, name in _TEXTS.items():
            if column in said:
                patch.texts[name] = said[column]
        patch.email = self._several_in(said.get("email"), _emails_of_cell, NO_EMAILS)
        patch.phone = self._several_in(said.get("phone"), _phones_of_cell, NO_PHONES)
        for column, name in _ADDRESS.items():
            # Of two columns for one part, the one that is not null says what it is.
            if column in said and not (said[column] is CLEAR and name in patch.address):
                patch.address[name] = said[column]
        for column in _PICTURES:
            if column in said:
                url = said[column]
                patch.picture = CLEAR if url is CLEAR else {"url": url}
        labels = _labels(fields.get("labels"), "labels")
        if labels is not None:
            patch.labels = labels
        elif self._null and "labels" in fields and coerce.is_null(fields["labels"]):
            patch.labels = self._null

    def _cell(self, value: object, column: str) -> str | Clear | None:
        """Return what a cell says: an empty one nothing, a null nothing unless it clears."""
        if value is None:
            return self._null
        text = (_code if column in _CODES else _trimmed)(value, column)
        return None if keys.is_mark_of_program(text) else text or None

    def _several_in(
        self, cell: str | Clear | None, read: Callable[[str], tuple[list[str], bool]], omission: str
    ) -> Cell:
        """Return the e-mails or phones in a cell: the first one is the primary one."""
        if cell is None or cell is CLEAR:
            return cell
        found, clear = read(cell)
        if not clear:
            self._patch.dropped.append(omission)
        return found or None


def _emails_of_cell(cell: str) -> tuple[list[str], bool]:
    """Return the e-mails in a cell, and whether it holds nothing else that matters."""
    emails, clear = keys.emails_in(cell)
    return emails, clear and bool(emails or keys.says_nothing(cell))


def _phones_of_cell(cell: str) -> tuple[list[str], bool]:
    """Return the phones in a cell, and whether it holds nothing else that matters."""
    phones, others = _phones_in(cell)
    return phones, all(map(_says_no_phone, others))


def _trimmed(value: object, field: str) -> str:
    return keys.trimmed(coerce.as_text(value, field) or "")


def _code(value: object, field: str) -> str:
    return coerce.as_code(value, field) or ""


def _phones_in(text: str) -> tuple[list[str], list[str]]:
    """Return the phones in a text as they are written, and what stands among them and is none."""
    parts = [keys.phone_text(part) for part in keys.phones_in(text)]
    phones = [part for part in parts if keys.phone(part).digits]
    return phones, [part for part in parts if part not in phones]


def _says_no_phone(text: str) -> bool:
    """Tell whether a text stands for no phone at all, as an empty cell does."""
    return keys.says_nothing(text) or keys.is_zeros(text)


def _common(item: Row, field: str) -> Row:
    """Return tag and primary of an item, where it has them."""
    tag = (coerce.as_text(item.get("tag"), f"{field}.tag") or "").strip()
    out: Row = {"tag": tag.upper()} if tag else {}
    primary = coerce.as_flag(item.get("primary"), f"{field}.primary")
    return out if primary is None else {**out, "primary": primary}


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


def _address(item: object, field: str) -> list[Row]:
    row = coerce.as_object(item, field) or {}
    path = f"{field}.address"
    inner = coerce.as_object(row.get("address", row), path) or {}
    address: Row = {
        name: (coerce.as_code if name in _CODES else coerce.as_text)(
            inner.get(name), f"{path}.{name}"
        )
        for name in ADDRESS_TEXTS
    }
    street = coerce.as_object(inner.get("streetAddress"), f"{path}.streetAddress") or {}
    address["streetAddress"] = {
        part: coerce.as_text(street.get(part), f"{path}.streetAddress.{part}")
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


def _labels(value: object, field: str) -> list[Label] | None:
    """Return the labels of a list, of its JSON text, or of texts with `;` between them.

    A comma belongs to the label. A label may be an object with `key`, `displayName` or `name`.
    """
    if isinstance(value, str) and value.strip()[:1] == "{":
        value = [coerce.as_object(value, field)]
    elif isinstance(value, dict):
        value = value["items"] if isinstance(value.get("items"), list) else [value]
    labels = coerce.as_list(value, field)
    if labels is None:
        return None
    read = (_label(label, f"{field}[{at}]") for at, label in enumerate(labels))
    return [label for label in read if label is not None]


def _label(value: object, field: str) -> Label | None:
    if not isinstance(value, dict):
        text = _trimmed(value, field)
        return None if keys.says_nothing(text) else Label(text)
    key, name, other = (
        _trimmed(value.get(part), f"{field}.{part}") for part in ("key", "displayName", "name")
    )
    if not (key or name or other) and any(part is not None for part in value.values()):
        reason = f"{field} must be a text, or an object with key, displayName or name."
        raise Rejection(coerce.BAD_VALUE, reason, field)
    name = name or other
    said = key or ("" if keys.says_nothing(name) else name)
    return Label(key=key, name=name) if said else None
