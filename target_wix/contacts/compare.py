"""What differs between two states of a contact, as the `info` of a request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from target_wix.contacts.fields.custom_fields import same_value
from target_wix.contacts.fields.equality import canonical_address, email_key, same_text
from target_wix.contacts.patch import CLEAR

if TYPE_CHECKING:
    from target_wix.contacts.patch import ContactState, Row

_SCALARS = ("company", "jobTitle", "birthdate", "locale")


def differences(before: ContactState, after: ContactState) -> Row:
    """Return the `info` that turns one state into the other, empty if they mean the same.

    Lists are replaced whole by Wix, so they are sent whole, without the ids of their items. Of the
    custom fields all are sent, since it is not known whether Wix replaces or merges them
    (wix-api contacts 2.5); those that only Wix writes are never among them.
    """
    info: Row = {}
    names = ("first", "last")
    if any(not same_text(before.texts.get(name), after.texts.get(name)) for name in names):
        # Both parts, so that it does not matter whether Wix replaces the name or merges into it.
        info["name"] = {
            name: after.texts.get(name)
            for name in names
            if after.texts.get(name) or before.texts.get(name)
        }
    for name in _SCALARS:
        if not same_text(before.texts.get(name), after.texts.get(name)):
            info[name] = after.texts.get(name)
    if _emails(before) != _emails(after):
        info["emails"] = {"items": [_sent(item, "tag", "email") for item in after.emails]}
    if _phones(before) != _phones(after):
        items = [_sent(item, "tag", "countryCode", "phone") for item in after.phones]
        info["phones"] = {"items": items}
    if _addresses(before) != _addresses(after):
        items = [{"tag": item["tag"], "address": item["address"]} for item in after.addresses]
        info["addresses"] = {"items": items}
    if set(before.labels) != set(after.labels):
        info["labelKeys"] = {"items": after.labels}
    if changed_custom(before, after):
        info["extendedFields"] = {
            "items": {key: None if v is CLEAR else v for key, v in after.custom.items()}
        }
    if before.picture != after.picture:
        info["picture"] = after.picture and {"image": after.picture}
    return info


def changed_custom(before: ContactState, after: ContactState) -> list[str]:
    """Return the keys of the custom fields whose values differ."""
    return [
        key
        for key, value in after.custom.items()
        if not (
            key not in before.custom
            if value is CLEAR
            else key in before.custom and same_value(before.custom[key], value)
        )
    ]


def named_fields(info: Row, before: ContactState, after: ContactState) -> list[str]:
    """Return the names of what a request changes, for people."""
    names: list[str] = []
    for name in info:
        if name == "extendedFields":
            names.extend(changed_custom(before, after))
        else:
            names.append("labels" if name == "labelKeys" else name)
    return names


def changed_fields(before: ContactState, after: ContactState) -> list[str]:
    """Return the names of what differs between two states, for people."""
    return named_fields(differences(before, after), before, after)


def _emails(state: ContactState) -> Counter[Any]:
    return Counter((email_key(one["email"]), one["tag"], one["primary"]) for one in state.emails)


def _phones(state: ContactState) -> Counter[Any]:
    return Counter(
        (one["phone"].strip(), one.get("countryCode", ""), one["tag"], one["primary"])
        for one in state.phones
    )


def _addresses(state: ContactState) -> Counter[Any]:
    return Counter(canonical_address(item) for item in state.addresses)


def _sent(item: Row, *names: str) -> Row:
    """Return an item as Wix takes it: without its id and what Wix works out itself."""
    kept = {name: item[name] for name in names if name in item}
    return {**kept, "primary": item["primary"]}
