"""What differs between two states of a contact, in the words and values of its owner."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from target_wix.contacts.compare import changed_custom, differences
from target_wix.contacts.patch import CLEAR, CUSTOM
from target_wix.runtime.changes import Change, Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from target_wix.contacts.patch import ContactPatch, ContactState, Row

_TEXTS = {
    "first": "first name",
    "last": "last name",
    "company": "company",
    "jobTitle": "job title",
    "birthdate": "birthday",
    "locale": "language",
}


_NAMES = {"labelKeys": "labels"}
"""What the log calls a part of `info` that goes by another name."""


def contact_name(state: ContactState) -> str:
    """Return what an owner knows a contact by: its name, else its e-mail, phone or company."""
    name = " ".join(filter(None, (state.texts.get("first"), state.texts.get("last"))))
    phone = next((item["phone"] for item in state.phones if item["primary"]), "")
    return name or state.primary_email or phone or state.texts.get("company", "")


def patch_name(patch: ContactPatch) -> str:
    """Return what the owner of a record calls the contact that it is about."""
    texts = (patch.texts.get(name) for name in ("first", "last"))
    name = " ".join(text for text in texts if isinstance(text, str))
    phones = [str(item["phone"]) for item in patch.all_phones()]
    return name or next(iter([*patch.all_emails(), *phones]), "")


def changes_of(
    contact_id: str,
    before: ContactState,
    after: ContactState,
    names: Collection[str] | None = None,
) -> Callable[[], Changes]:
    """Return what gives the changes of a contact if somebody wants them.

    Args:
        contact_id: the contact, empty if it has no id yet.
        before: the contact as it was.
        after: as it is now.
        names: what of it was written; None for all.
    """
    return partial(_changes, contact_id, before, after, names)


def _changes(
    contact_id: str, before: ContactState, after: ContactState, names: Collection[str] | None
) -> Changes:
    name = contact_name(after) or contact_name(before)
    return Changes(name, contact_id, contact_changes(before, after, names))


def contact_changes(
    before: ContactState, after: ContactState, names: Collection[str] | None = None
) -> tuple[Change, ...]:
    """Return what differs between two states of a contact, or what of it `names` names."""
    found: list[Change] = []
    for name in differences(before, after):
        if name == "extendedFields":
            keys = changed_custom(before, after)
            found += [_custom(key, before, after) for key in keys if names is None or key in names]
        elif names is not None and _NAMES.get(name, name) not in names:
            continue
        elif name == "name":
            found += [_text(one, before, after) for one in ("first", "last")]
        elif name in _TEXTS:
            found.append(_text(name, before, after))
        elif name == "emails":
            found.append(Change("e-mail", _emails(before), _emails(after)))
        elif name == "phones":
            found.append(Change("phone", _phones(before), _phones(after)))
        elif name == "addresses":
            found.append(Change("address", _addresses(before), _addresses(after)))
        elif name == "labelKeys":
            found.append(Change("label", _labels(before), _labels(after)))
        else:
            found.append(Change(name, _picture(before), _picture(after)))
    return tuple(one for one in found if one.before != one.after)


def _text(name: str, before: ContactState, after: ContactState) -> Change:
    return Change(_TEXTS[name], before.texts.get(name), after.texts.get(name))


def _custom(key: str, before: ContactState, after: ContactState) -> Change:
    old, new = before.custom.get(key), after.custom.get(key)
    field = f"custom field ({key.removeprefix(CUSTOM)})"
    return Change(field, None if old is CLEAR else old, None if new is CLEAR else new)


def _emails(state: ContactState) -> object:
    return _listed((item["email"], item) for item in _by_rank(state.emails))


def _phones(state: ContactState) -> object:
    return _listed((_number(item), item) for item in _by_rank(state.phones))


def _addresses(state: ContactState) -> object:
    return _listed((_address(item["address"]), item) for item in state.addresses)


def _labels(state: ContactState) -> object:
    return [key.removeprefix(CUSTOM) for key in state.labels] or None


def _picture(state: ContactState) -> object:
    return state.picture and (state.picture.get("url") or state.picture.get("id"))


def _by_rank(items: Iterable[Row]) -> list[Row]:
    return sorted(items, key=lambda item: not item["primary"])


def _number(item: Row) -> str:
    return " ".join(filter(None, (item.get("countryCode"), item["phone"])))


def _address(address: Row) -> str:
    street = address.get("streetAddress") or {}
    parts = [
        address.get("addressLine")
        or " ".join(filter(None, (street.get("name"), street.get("number")))),
        *(
            address.get(name)
            for name in ("addressLine2", "postalCode", "city", "subdivision", "country")
        ),
    ]
    return ", ".join(str(part) for part in parts if part)


def _listed(items: Iterable[tuple[str, Row]]) -> object:
    """Return texts with what each is for, one alone as a text."""
    texts = [
        text if item["tag"] == "UNTAGGED" else f"{text} ({str(item['tag']).lower()})"
        for text, item in items
    ]
    return texts[0] if len(texts) == 1 else texts or None
