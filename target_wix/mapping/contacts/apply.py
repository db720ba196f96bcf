"""What a contact is to be: the contact as it is, with what a record says on top."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from target_wix.mapping import keys, warehouse
from target_wix.mapping.contacts import lists
from target_wix.mapping.contacts.sameness import same_email, same_phone, same_text
from target_wix.mapping.contacts.wish import (
    CLEAR,
    CUSTOM,
    FUTURE_DATES,
    NO_DATES,
    NO_EMAILS,
    NO_LOCALES,
    NO_PHONES,
    Card,
)
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_wix.mapping.contacts.wish import Clear, ContactWish, Items, Omission, Row

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)
SEVERAL_PRIMARY = "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO"


@dataclass(frozen=True, slots=True)
class Understood:
    """What of a record needs the site, or its settings, to be understood.

    Attributes:
        labels: keys of the labels that the record names.
        custom: values by key, in the type of their field; `CLEAR` for one that is to go.
        matched_by: how the contact was found: a value that found it is no wish to change it.
        keeps: match keys stronger than that one: what found it never takes those away.
        left_out: what the record loses, since the site does not have it.
        merge: unite lists instead of replacing them.
        replace_picture: write a picture although there is one: addresses cannot be compared,
            Wix stores pictures under names of its own.
    """

    labels: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    matched_by: str = ""
    keeps: frozenset[str] = frozenset()
    left_out: list[Omission] = field(default_factory=list)
    merge: bool = False
    replace_picture: bool = False


def applied(wish: ContactWish, card: Card, understood: Understood) -> Card:
    """Return the contact that a record wants; the given card stays as it is."""
    after = replace(card, texts=dict(card.texts), faults=dict(card.faults), omitted=[])
    for name, value in wish.texts.items():
        _set_text(after, name, value)
    _set_emails(after, wish, understood)
    _set_phones(after, wish, understood)
    _set_addresses(after, wish, understood)
    kept = card.labels
    if wish.labels is CLEAR:
        # Labels of other namespaces are set by Wix, such as the one of customers.
        kept = [key for key in kept if not key.startswith(CUSTOM)]
    after.labels = list(dict.fromkeys([*kept, *understood.labels]))
    changes = understood.custom.items()
    after.custom = {
        **card.custom,
        **{key: v for key, v in changes if v is not CLEAR or key not in understood.keeps},
    }
    _set_picture(after, wish, understood)
    return after


def _set_text(after: Card, name: str, value: str | Clear) -> None:
    if value is CLEAR:
        after.texts.pop(name, None)
        return
    text = str(value)
    before = after.texts.get(name, "")
    after.faults.pop(_section(name), None)
    if same_text(text, before):
        return
    if name == "birthdate":
        text = _birthdate(after, text)
    elif name == "locale":
        text = _locale(after, text, before)
    if text and not same_text(text, before):
        after.texts[name] = text


def _birthdate(after: Card, text: str) -> str:
    """Return a date that has been; empty if it says none, or what it says cannot be told."""
    try:
        day = warehouse.as_date(text, "birthdate") or ""
    except Rejection:
        after.omitted.append(NO_DATES)
        return ""
    # A day more, since it is tomorrow already somewhere.
    if day and date.fromisoformat(day) > datetime.now(timezone.utc).date() + timedelta(days=1):
        after.omitted.append(FUTURE_DATES)
        return ""
    return day


def _locale(after: Card, text: str, before: str) -> str:
    text = keys.trimmed(text).replace("_", "-")
    if keys.says_nothing(text) or text.casefold() == before.replace("_", "-").casefold():
        return ""
    if not _LOCALE.fullmatch(text):
        after.omitted.append(NO_LOCALES)
        return ""
    return text


def _section(name: str) -> str:
    return "name" if name in {"first", "last"} else name


def _set_emails(after: Card, wish: ContactWish, understood: Understood) -> None:
    wanted, flat = _kept("email", wish.emails, wish.email, understood)
    ways = _Ways("emails", "email", same_email, NO_EMAILS)
    after.emails = _listed(after, wanted, after.emails, ways, understood)
    after.emails = _flat(after.emails, flat, {}, ways, understood)
    more = [{"email": email} for email in wish.more_emails]
    after.emails = lists.with_more(more, after.emails, same_email)


def _set_phones(after: Card, wish: ContactWish, understood: Understood) -> None:
    wanted, flat = _kept("phone", wish.phones, wish.phone, understood)
    region = {"region": wish.region} if wish.region else {}
    ways = _Ways("phones", "phone", same_phone, NO_PHONES)
    after.phones = _listed(after, wanted, after.phones, ways, understood)
    after.phones = _flat(after.phones, flat, region, ways, understood)
    more = [{"phone": phone, **region} for phone in wish.more_phones]
    after.phones = lists.with_more(more, after.phones, same_phone)


@dataclass(frozen=True, slots=True)
class _Ways:
    """How one kind of items is named and compared."""

    section: str
    value: str
    same: Callable[[Row, Row], bool]
    omission: str


def _kept(
    kind: str, listed: Items, flat: str | Clear | None, understood: Understood
) -> tuple[Items, str | Clear | None]:
    """Return what a record says of e-mails or phones, unless it would take a stronger key away."""
    if kind not in understood.keeps:
        return listed, flat
    return (listed if listed and listed is not CLEAR else None), (None if flat is CLEAR else flat)


_MARKS = frozenset({"malformed", "written", "rest_of"})
"""What the reader of a record notes of an item, for a look at the contact."""


def _listed(
    after: Card, wanted: Items, current: list[Row], ways: _Ways, understood: Understood
) -> list[Row]:
    if wanted is None:
        return current
    after.faults.pop(ways.section, None)
    if not isinstance(wanted, list):
        return []
    items = []
    held = {keys.trimmed(other[ways.value]) for other in current}
    for item in wanted:
        plain = {name: part for name, part in item.items() if name not in _MARKS}
        if item.get("rest_of") in held:
            continue  # Wix holds several in one text, and the record has them from there.
        if item.get("written") in held:
            plain[ways.value] = item["written"]
        if "malformed" in item and not any(ways.same(plain, other) for other in current):
            after.omitted.append(ways.omission)
        else:
            items.append(plain)
    if sum(bool(item.get("primary")) for item in items) > 1:
        after.faults[ways.section] = Rejection(
            SEVERAL_PRIMARY, "Only one item of the list can be primary.", f"info.{ways.section}"
        )
    # A list that says nothing that can be written does not empty the contact's.
    combine = lists.united if understood.merge or (wanted and not items) else lists.replaced
    return combine(items, current, ways.value, ways.same)


def _flat(
    current: list[Row],
    wanted: str | Clear | None,
    more: Row,
    ways: _Ways,
    understood: Understood,
) -> list[Row]:
    if wanted is None:
        return current
    if wanted is CLEAR:
        return lists.without_primary(current)
    item = {ways.value: wanted, **more}
    if understood.matched_by == ways.value and any(ways.same(item, other) for other in current):
        return current
    return lists.with_primary(item, current, ways.value, ways.same)


def _set_addresses(after: Card, wish: ContactWish, understood: Understood) -> None:
    if wish.addresses is CLEAR:
        after.addresses = []
    elif wish.addresses is not None:
        known = [item["address"] for item in after.addresses]
        items = []
        for item in wish.addresses:
            address, omitted = lists.usable_address(item["address"], known)
            after.omitted.extend(omitted)
            if address:
                items.append({**item, "address": address})
        after.addresses = lists.replaced_addresses(items, after.addresses, merge=understood.merge)
    if wish.address:
        after.addresses, omitted = lists.with_address(wish.address, after.addresses)
        after.omitted.extend(omitted)


def _set_picture(after: Card, wish: ContactWish, understood: Understood) -> None:
    wanted = wish.picture
    if wanted is CLEAR:
        after.picture = None
    elif isinstance(wanted, dict):
        current = after.picture or {}
        known = any(
            wanted.get(name) and wanted[name] == current.get(name) for name in ("id", "url")
        )
        if not known and (understood.replace_picture or not current):
            after.picture = dict(wanted)
