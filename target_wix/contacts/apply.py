"""What a contact is to be: the contact as it is, with what a record says on top."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from target_wix.contacts.addresses import usable_address, with_address, with_addresses
from target_wix.contacts.patch import (
    CLEAR,
    CUSTOM,
    FUTURE_DATES,
    NO_DATES,
    NO_EMAILS,
    NO_LOCALES,
    NO_PHONES,
    UNTAGGED,
)
from target_wix.contacts.values import (
    combined,
    paired,
    phone_of,
    same_email,
    same_phone,
    same_text,
    same_value,
)
from target_wix.pipeline import coerce, keys
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from target_wix.contacts.patch import Clear, ContactPatch, Dropped, Items, Row
    from target_wix.contacts.state import ContactState

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
    after = replace(state, texts=dict(state.texts), dropped=[], faults={})
    for name, value in patch.texts.items():
        _set_text(after, name, value)
    after.emails = _items(after, state.emails, patch, _EMAILS, refs)
    after.phones = _items(after, state.phones, patch, _PHONES, refs)
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


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of items: e-mails or phones.

    Attributes:
        section: its name in `info`.
        value: the member of an item that is the e-mail or phone itself.
        same: whether two items have one e-mail or phone.
        omission: what a record loses whose value is none.
    """

    section: str
    value: str
    same: Callable[[Row, Row], bool]
    omission: str

    @property
    def tests(self) -> tuple[Callable[[Row, Row], bool], ...]:
        """Tests of two items being one, the strictest first."""
        return self._wholly, self._equal, self.same

    def _equal(self, left: Row, right: Row) -> bool:
        return bool(left[self.value] == right[self.value]) and self.same(left, right)

    def _wholly(self, left: Row, right: Row) -> bool:
        return self._equal(left, right) and left.get("tag", UNTAGGED) == right.get("tag", UNTAGGED)

    def has(self, items: Iterable[Row], item: Row) -> bool:
        """Tell whether the e-mail or phone of an item is among some."""
        return any(self.same(item, other) for other in items)


_EMAILS = _Kind("emails", "email", same_email, NO_EMAILS)
_PHONES = _Kind("phones", "phone", same_phone, NO_PHONES)
_MARKS = frozenset({"malformed", "written", "rest_of"})
"""What the reader of a record notes of an item, for a look at the contact."""


def _items(
    after: ContactState, current: list[Row], patch: ContactPatch, kind: _Kind, refs: ResolvedRefs
) -> list[Row]:
    """Return the e-mails or phones of a contact with what a record says of them."""
    listed, cell = patch.said(kind.value)
    if kind.value in refs.keeps:  # what it was found by takes no stronger key away
        listed = listed if listed and listed is not CLEAR else None
        cell = None if cell is CLEAR else cell
    items = _listed(after, listed, current, kind, refs)
    if cell is CLEAR:
        # All of them: were the next one to take the place of the primary one, each run would take
        # one more away.
        return []
    region = {"region": patch.region} if kind is _PHONES and patch.region else {}
    for at, text in enumerate(cell or ()):
        item = {kind.value: text, **region}
        known = kind.has(items, item)
        if not at and not (known and refs.matched_by == kind.value):
            items = _with_other_primary(item, items, kind)
        elif at and not known:
            items = [*items, {"tag": UNTAGGED, **item, "primary": False}]
    return items


def _listed(
    after: ContactState, wanted: Items, current: list[Row], kind: _Kind, refs: ResolvedRefs
) -> list[Row]:
    if wanted is None:
        return current
    if not isinstance(wanted, list):
        return []
    items = []
    held = {keys.trimmed(other[kind.value]) for other in current}
    for item in wanted:
        plain = {name: part for name, part in item.items() if name not in _MARKS}
        if item.get("rest_of") in held:
            continue  # Wix holds several in one text, and the record has them from there.
        if item.get("written") in held:
            plain[kind.value] = item["written"]
        if "malformed" in item and not kind.has(current, plain):
            after.dropped.append(kind.omission)
        else:
            items.append(plain)
    if sum(bool(item.get("primary")) for item in items) > 1:
        after.faults[kind.section] = Rejection(
            SEVERAL_PRIMARY, "Only one item of the list can be primary.", f"info.{kind.section}"
        )
    # A list that says nothing that can be written does not empty the contact's.
    merge = refs.merge or bool(wanted and not items)
    result = combined(items, current, kind.tests, kind.same, merge=merge)
    mine, theirs = _primary(current), _primary(items)
    return _with_primary(result, (mine or theirs) if merge else (theirs or mine), kind)


def _with_other_primary(item: Row, current: Sequence[Row], kind: _Kind) -> list[Row]:
    """Return the list with another primary value in place.

    A value that the contact has as a secondary one becomes the primary one; nothing is lost then.
    """
    if kind.has(current, item):
        return _with_primary(list(current), item, kind)
    if not current:
        return [{"tag": UNTAGGED, **item, "primary": True}]
    return [
        {**_in_place(other, item, kind), "primary": True} if other["primary"] else other
        for other in current
    ]


def _primary(items: Iterable[Row]) -> Row | None:
    return next((item for item in items if item.get("primary")), None)


def _with_primary(items: list[Row], chosen: Row | None, kind: _Kind) -> list[Row]:
    """Return the items with one primary: the chosen one if it is among them, else the first."""
    at = 0
    if chosen is not None:
        at = paired([chosen], items, kind.tests)[0] or 0
    return [{**item, "primary": place == at} for place, item in enumerate(items)]


def _in_place(current: Row, item: Row, kind: _Kind) -> Row:
    kept = {**current, **item}
    if kind is _PHONES:
        kept.pop("e164Phone", None)
        if "countryCode" not in item and not _same_country(current, item["phone"]):
            kept.pop("countryCode", None)
    return kept


def _same_country(current: Row, phone: str) -> bool:
    """Tell whether a new number can be one of the old number's country."""
    new = keys.phone(phone)
    return not new.full or keys.calling_code(new) == keys.calling_code(phone_of(current))


def keeping_primary_email(before: Sequence[Row], after: Sequence[Row]) -> list[Row]:
    """Return the e-mails of a site member, of which the primary one is not for us to change.

    An e-mail that was to become the primary one and is not the contact's yet is left out: to have
    it as a secondary one is not what was asked for.
    """
    primary = next(item for item in before if item["primary"])
    rest = [
        {**item, "primary": False}
        for item in after
        if not same_email(item, primary)
        and (not item["primary"] or any(same_email(item, other) for other in before))
    ]
    mine = next((item for item in after if same_email(item, primary)), primary)
    place = next((at for at, item in enumerate(before) if item["primary"]), 0)
    rest.insert(place, {**mine, "email": primary["email"], "primary": True})
    return rest


def _set_addresses(after: ContactState, patch: ContactPatch, refs: ResolvedRefs) -> None:
    if patch.addresses is CLEAR:
        after.addresses = []
    elif patch.addresses is not None:
        known = [item["address"] for item in after.addresses]
        items = []
        for item in patch.addresses:
            address, dropped = usable_address(item["address"], known)
            after.dropped.extend(dropped)
            if address:
                items.append({**item, "address": address})
        after.addresses = with_addresses(items, after.addresses, merge=refs.merge)
    if patch.address:
        after.addresses, dropped = with_address(patch.address, after.addresses)
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
