"""What a contact is to be: the contact as it is, with what a record says on top."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from target_wix.contacts.fields import lists
from target_wix.contacts.fields.custom_fields import same_value
from target_wix.contacts.fields.equality import same_email, same_phone, same_text
from target_wix.contacts.patch import (
    CLEAR,
    CUSTOM,
    FUTURE_DATES,
    NO_DATES,
    NO_EMAILS,
    NO_LOCALES,
    NO_PHONES,
    ContactState,
)
from target_wix.pipeline import coerce, keys
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_wix.contacts.patch import Clear, ContactPatch, Dropped, Items, Row

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)
SEVERAL_PRIMARY = "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO"


@dataclass(frozen=True, slots=True)
class ResolvedRefs:
    """What of a record needs the site, or its settings, to be understood.

    Attributes:
        labels: keys of the labels that the record names.
        custom: values by key, in the type of their field; `CLEAR` for one that is to go.
        said: the same values as the record has them, where it has them otherwise.
        keys: those of the fields that contacts are found by.
        matched_by: how the contact was found: a record does not change the value that found it.
        keeps: match keys stronger than that one: what found it never takes those away.
        dropped: what the record loses, since the site does not have it.
        is_foreign: the record comes from another site, whose ids mean nothing here.
        merge: unite lists instead of replacing them.
        replace_picture: write a picture although there is one: addresses cannot be compared,
            Wix stores pictures under names of its own.
    """

    labels: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()
    matched_by: str = ""
    keeps: frozenset[str] = frozenset()
    dropped: list[Dropped] = field(default_factory=list)
    is_foreign: bool = False
    merge: bool = False
    replace_picture: bool = False


def apply_patch(patch: ContactPatch, state: ContactState, refs: ResolvedRefs) -> ContactState:
    """Apply a patch to a contact and return the result; the given state is not changed."""
    after = replace(state, texts=dict(state.texts), faults=dict(state.faults), dropped=[])
    for name, value in patch.texts.items():
        _set_text(after, name, value)
    _set_emails(after, patch, refs)
    _set_phones(after, patch, refs)
    _set_addresses(after, patch, refs)
    kept = state.labels
    if patch.labels is CLEAR:
        # Labels of other namespaces are set by Wix, such as the one of customers.
        kept = [key for key in kept if not key.startswith(CUSTOM)]
    after.labels = list(dict.fromkeys([*kept, *refs.labels]))
    after.custom = _custom(state.custom, refs)
    _set_picture(after, patch, refs)
    return after


def _custom(current: dict[str, Any], refs: ResolvedRefs) -> dict[str, Any]:
    """Return the values of custom fields with what a record says; what is there already stays."""
    values = dict(current)
    for key, value in refs.custom.items():
        held = current.get(key)
        if value is CLEAR:
            if held is not None and key not in refs.keeps:
                values[key] = CLEAR
        elif held is None or not _is_held(held, key, refs):
            values[key] = value
    return values


def _is_held(held: object, key: str, refs: ResolvedRefs) -> bool:
    """Tell whether a contact has the value of a custom field that a record asks for."""
    value = refs.custom[key]
    if key in refs.keys and isinstance(value, str) and keys.key_text(held) == value:
        return True  # another spelling of the key that found it
    return same_value(held, value) or (key in refs.said and same_value(held, refs.said[key]))


def _set_text(after: ContactState, name: str, value: str | Clear) -> None:
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


def _birthdate(after: ContactState, text: str) -> str:
    """Return a date that has been; empty if it says none, or what it says cannot be told."""
    try:
        day = coerce.as_date(text, "birthdate") or ""
    except Rejection:
        after.dropped.append(NO_DATES)
        return ""
    # A day more, since it is tomorrow already somewhere.
    if day and date.fromisoformat(day) > datetime.now(UTC).date() + timedelta(days=1):
        after.dropped.append(FUTURE_DATES)
        return ""
    return day


def _locale(after: ContactState, text: str, before: str) -> str:
    text = keys.trimmed(text).replace("_", "-")
    if keys.says_nothing(text) or text.casefold() == before.replace("_", "-").casefold():
        return ""
    if not _LOCALE.fullmatch(text):
        after.dropped.append(NO_LOCALES)
        return ""
    return text


def _section(name: str) -> str:
    return "name" if name in {"first", "last"} else name


def _set_emails(after: ContactState, patch: ContactPatch, refs: ResolvedRefs) -> None:
    wanted, flat = _kept("email", patch.emails, patch.email, refs)
    ways = _Ways("emails", "email", same_email, NO_EMAILS)
    after.emails = _listed(after, wanted, after.emails, ways, refs)
    after.emails = _flat(after.emails, flat, {}, ways, refs)
    more = [{"email": email} for email in patch.more_emails]
    after.emails = lists.with_more(more, after.emails, same_email)


def _set_phones(after: ContactState, patch: ContactPatch, refs: ResolvedRefs) -> None:
    wanted, flat = _kept("phone", patch.phones, patch.phone, refs)
    region = {"region": patch.region} if patch.region else {}
    ways = _Ways("phones", "phone", same_phone, NO_PHONES)
    after.phones = _listed(after, wanted, after.phones, ways, refs)
    after.phones = _flat(after.phones, flat, region, ways, refs)
    more = [{"phone": phone, **region} for phone in patch.more_phones]
    after.phones = lists.with_more(more, after.phones, same_phone)


@dataclass(frozen=True, slots=True)
class _Ways:
    """How one kind of items is named and compared."""

    section: str
    value: str
    same: Callable[[Row, Row], bool]
    omission: str


def _kept(
    kind: str, listed: Items, flat: str | Clear | None, refs: ResolvedRefs
) -> tuple[Items, str | Clear | None]:
    """Return what a record says of e-mails or phones, unless it would take a stronger key away."""
    if kind not in refs.keeps:
        return listed, flat
    return (listed if listed and listed is not CLEAR else None), (None if flat is CLEAR else flat)


_MARKS = frozenset({"malformed", "written", "rest_of"})
"""What the reader of a record notes of an item, for a look at the contact."""


def _listed(
    after: ContactState, wanted: Items, current: list[Row], ways: _Ways, refs: ResolvedRefs
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
            after.dropped.append(ways.omission)
        else:
            items.append(plain)
    if sum(bool(item.get("primary")) for item in items) > 1:
        after.faults[ways.section] = Rejection(
            SEVERAL_PRIMARY, "Only one item of the list can be primary.", f"info.{ways.section}"
        )
    # A list that says nothing that can be written does not empty the contact's.
    combine = lists.united if refs.merge or (wanted and not items) else lists.replaced
    return combine(items, current, ways.value, ways.same)


def _flat(
    current: list[Row],
    wanted: str | Clear | None,
    more: Row,
    ways: _Ways,
    refs: ResolvedRefs,
) -> list[Row]:
    if wanted is None:
        return current
    if wanted is CLEAR:
        return lists.without_primary(current)
    item = {ways.value: wanted, **more}
    if refs.matched_by == ways.value and any(ways.same(item, other) for other in current):
        return current
    return lists.with_primary(item, current, ways.value, ways.same)


def _set_addresses(after: ContactState, patch: ContactPatch, refs: ResolvedRefs) -> None:
    if patch.addresses is CLEAR:
        after.addresses = []
    elif patch.addresses is not None:
        known = [item["address"] for item in after.addresses]
        items = []
        for item in patch.addresses:
            address, dropped = lists.usable_address(item["address"], known)
            after.dropped.extend(dropped)
            if address:
                items.append({**item, "address": address})
        after.addresses = lists.replaced_addresses(items, after.addresses, merge=refs.merge)
    if patch.address:
        after.addresses, dropped = lists.with_address(patch.address, after.addresses)
        after.dropped.extend(dropped)


def _set_picture(after: ContactState, patch: ContactPatch, refs: ResolvedRefs) -> None:
    wanted = patch.picture
    if wanted is CLEAR:
        after.picture = None
    elif isinstance(wanted, dict):
        if refs.is_foreign and wanted.get("id"):
            wanted = {name: part for name, part in wanted.items() if name != "id"}
            if not wanted.get("url"):
                return
        current = after.picture or {}
        known = any(
            wanted.get(name) and wanted[name] == current.get(name) for name in ("id", "url")
        )
        if not known and (refs.replace_picture or not current):
            after.picture = dict(wanted)
