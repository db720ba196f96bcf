"""What a contact is to be: the contact as it is, with what a record says on top."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from target_wix.mapping import warehouse
from target_wix.mapping.contacts import lists
from target_wix.mapping.contacts.sameness import same_email, same_phone, same_text
from target_wix.mapping.contacts.wish import CLEAR, CUSTOM, Card
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_wix.mapping.contacts.wish import Clear, ContactWish, Row

SEVERAL_PRIMARY = "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO"


@dataclass(frozen=True, slots=True)
class Understood:
    """What of a record needs the site, or its settings, to be understood.

    Attributes:
        labels: keys of the labels that the record names.
        custom: values by key, in the type of their field; `CLEAR` for one that is to go.
        matched_by: how the contact was found: a value that found it is no wish to change it.
        merge: unite lists instead of replacing them.
        replace_picture: write a picture although there is one: addresses cannot be compared,
            Wix stores pictures under names of its own.
    """

    labels: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    matched_by: str = ""
    merge: bool = False
    replace_picture: bool = False


def applied(wish: ContactWish, card: Card, understood: Understood) -> Card:
    """Return the contact that a record wants; the given card stays as it is."""
    after = replace(card, texts=dict(card.texts), faults=dict(card.faults))
    for name, value in wish.texts.items():
        _set_text(after, name, value)
    _set_emails(after, wish, understood)
    _set_phones(after, wish, understood)
    if wish.addresses is CLEAR:
        after.addresses = []
    elif wish.addresses is not None:
        after.addresses = lists.replaced_addresses(
            wish.addresses, after.addresses, merge=understood.merge
        )
    if wish.address:
        after.addresses = lists.with_address(wish.address, after.addresses)
    kept = card.labels
    if wish.labels is CLEAR:
        # Labels of other namespaces are set by Wix, such as the one of customers.
        kept = [key for key in kept if not key.startswith(CUSTOM)]
    after.labels = list(dict.fromkeys([*kept, *understood.labels]))
    after.custom = {**card.custom, **understood.custom}
    _set_picture(after, wish, understood)
    return after


def _set_text(after: Card, name: str, value: str | Clear) -> None:
    if value is CLEAR:
        after.texts.pop(name, None)
        return
    text = str(value)
    before = after.texts.get(name, "")
    after.faults.pop(_section(name), None)
    if name == "birthdate" and not same_text(text, before):
        try:
            text = warehouse.as_date(text, "info.birthdate") or text
        except Rejection as fault:
            after.faults["birthdate"] = fault
    elif name == "locale":
        text = text.strip().replace("_", "-")
        if text.casefold() == before.replace("_", "-").casefold():
            return
    if not same_text(text, before):
        after.texts[name] = text


def _section(name: str) -> str:
    return "name" if name in {"first", "last"} else name


def _set_emails(after: Card, wish: ContactWish, understood: Understood) -> None:
    after.emails = _listed(
        after, "emails", wish.emails, after.emails, "email", same_email, understood
    )
    after.emails = _flat(after.emails, wish.email, "email", same_email, understood)


def _set_phones(after: Card, wish: ContactWish, understood: Understood) -> None:
    after.phones = _listed(
        after, "phones", wish.phones, after.phones, "phone", same_phone, understood
    )
    after.phones = _flat(after.phones, wish.phone, "phone", same_phone, understood)


def _listed(
    after: Card,
    section: str,
    wanted: list[Row] | Clear | None,
    current: list[Row],
    value: str,
    same: Callable[[Row, Row], bool],
    understood: Understood,
) -> list[Row]:
    if wanted is None:
        return current
    after.faults.pop(section, None)
    if not isinstance(wanted, list):
        return []
    if sum(bool(item.get("primary")) for item in wanted) > 1:
        after.faults[section] = Rejection(
            SEVERAL_PRIMARY, "Only one item of the list can be primary.", f"info.{section}"
        )
    combine = lists.united if understood.merge else lists.replaced
    return combine(wanted, current, value, same)


def _flat(
    current: list[Row],
    wanted: str | Clear | None,
    value: str,
    same: Callable[[Row, Row], bool],
    understood: Understood,
) -> list[Row]:
    if wanted is None:
        return current
    if wanted is CLEAR:
        return lists.without_primary(current)
    item = {value: wanted}
    if understood.matched_by == value and any(same(item, other) for other in current):
        return current
    return lists.with_primary(item, current, value, same)


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
