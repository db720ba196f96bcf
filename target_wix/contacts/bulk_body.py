"""A new contact in the shape of Contacts v5, as far as v5 can hold it (wix-api contacts 5)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from target_wix.contacts.patch import UNTAGGED, primary_first
from target_wix.contacts.values import phone_of, same_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.contacts.patch import Row
    from target_wix.contacts.state import ContactState

MOST_FURTHER = 10
"""E-mails beside the main one, and phones alike; v4 takes 50."""

_MAIN = "MAIN"
_OTHER = "OTHER"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", re.ASCII)
"""E-mails that surely are some: one that Wix takes for none refuses the hundred of them."""
_LONGEST = {"addressLine": 1000, "addressLine2": 1000, "city": 300, "postalCode": 100}
_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)
_PHONE = re.compile(r"[\d\s()+./-]{5,}", re.ASCII)
_STREET = {"number": 100, "name": 300}


def bulk_body(state: ContactState) -> Row | None:
    """Return a new contact as v5 takes it, without labels, custom fields and picture.

    Returns:
        None if v5 cannot hold it: e-mails have no tags there, and lists are shorter. Nor is one
        made that nobody guards from being made twice, without e-mail and phone.
    """
    emails, phones = primary_first(state.emails), primary_first(state.phones)
    addresses = [_address(item) for item in state.addresses]
    if not (emails or phones) or not _takes_emails(emails) or not _takes_phones(phones):
        return None
    if not all(addresses):
        return None
    texts = state.texts
    body: Row = {
        "name": _given(first=texts.get("first"), last=texts.get("last")),
        "company": _given(name=texts.get("company"), jobTitle=texts.get("jobTitle")),
        "locale": texts.get("locale"),
        "birthdate": texts.get("birthdate"),
        "additionalEmails": [{"email": item["email"]} for item in emails[1:]],
        "additionalPhones": [_phone(item) for item in phones[1:]],
        "addresses": addresses,
    }
    if emails:
        body["email"] = {"email": emails[0]["email"]}
    if phones:
        body["phone"] = _phone(phones[0])
    return {name: value for name, value in body.items() if value}


def as_made(state: ContactState, *, with_main_tag: bool, with_country: bool) -> ContactState:
    """Return a contact as `bulk_body` makes it: what v5 has no place for is still to follow.

    Args:
        state: the contact as it is to be.
        with_main_tag: whether the main e-mail of v5 is tagged as such in v4.
        with_country: whether an international phone of v5 has its country in v4.
    """
    emails, phones = state.emails, [{**item, "phone": _number(item)} for item in state.phones]
    if not with_main_tag:
        emails = [{**item, "tag": UNTAGGED} for item in emails]
    if not with_country:
        phones = [
            {name: value for name, value in item.items() if name != "countryCode"}
            for item in phones
        ]
    return replace(state, emails=emails, phones=phones, labels=[], custom={}, picture=None)


def has_main_tag(state: ContactState) -> bool:
    """Tell whether its main e-mail is to be tagged as such, which v5 may or may not do."""
    return any(item["tag"] == _MAIN for item in state.emails)


def has_country(state: ContactState) -> bool:
    """Tell whether a phone has a country, which v5 may or may not know from the number."""
    return any(item.get("countryCode") for item in state.phones)


def shows_all(body: Row, item: Row) -> bool:
    """Tell whether a contact that was made has all that was sent.

    What v5 does not know it leaves out without a word.
    """
    return all(_is_same(value, item.get(name)) for name, value in body.items())


def _is_same(sent: object, shown: object) -> bool:
    """Tell whether a value came back; what Wix adds to an object does not matter."""
    if isinstance(sent, dict):
        return isinstance(shown, dict) and all(
            _is_same(value, shown.get(name)) for name, value in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(shown, list) and len(sent) == len(shown) and all(map(_is_same, sent, shown))
        )
    if isinstance(sent, str) and isinstance(shown, str):
        return same_text(_plain(sent), _plain(shown))
    return sent == shown


def _plain(text: str) -> str:
    """Return a text without case; of a phone its digits, since Wix may write it otherwise."""
    return re.sub(r"\D", "", text) if _PHONE.fullmatch(text) else text.casefold()


def _takes_emails(items: Sequence[Row]) -> bool:
    texts = [item["email"].strip().lower() for item in items]
    return (
        len(items) <= MOST_FURTHER + 1
        and len(set(texts)) == len(texts)
        and all(_EMAIL.fullmatch(text) for text in texts)
        and all(
            item["tag"] == UNTAGGED or (item["tag"] == _MAIN and not at)
            for at, item in enumerate(items)
        )
    )


def _takes_phones(items: Sequence[Row]) -> bool:
    texts = [_number(item) for item in items]
    return len(items) <= MOST_FURTHER + 1 and len(set(texts)) == len(texts) and all(texts)


def _phone(item: Row) -> Row:
    return {"tag": _tag(item), "phone": _number(item)}


def _number(item: Row) -> str:
    """Return a phone as v5 takes it: international if it has a country; empty if that cannot be."""
    if not item.get("countryCode"):
        return str(item["phone"])
    full = phone_of(item).full
    return "" if ";" in full else full


def _tag(item: Row) -> str:
    return _OTHER if item["tag"] == UNTAGGED else str(item["tag"])


def _address(item: Row) -> Row | None:
    """Return an address as v5 takes it; None if it does not."""
    address = item["address"]
    known = {*_LONGEST, "country", "subdivision", "streetAddress"}
    street = address.get("streetAddress") or {}
    fits = (
        address.keys() <= known
        and street.keys() <= _STREET.keys()
        and all(len(address.get(name) or "") <= longest for name, longest in _LONGEST.items())
        and all(len(street.get(name) or "") <= longest for name, longest in _STREET.items())
        and _SUBDIVISION.fullmatch(address.get("subdivision") or "XX-0")
    )
    return {"tag": _tag(item), "address": address} if fits else None


def _given(**parts: str | None) -> Row:
    return {name: text for name, text in parts.items() if text}
