"""What Wix would refuse, found before it is asked (wix-api contacts 1, types/contacts.json).

Only what differs is looked at: a contact that Wix holds is right by definition, whatever we think.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.pipeline.coerce import BAD_VALUE
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.contacts.patch import ContactState, Row

TOO_LONG = "TOO_LONG"
TOO_MANY = "TOO_MANY"
EMAIL_TAGS = ("UNTAGGED", "MAIN", "HOME", "WORK")
PHONE_TAGS = ("UNTAGGED", "MAIN", "HOME", "MOBILE", "WORK", "FAX")
ADDRESS_TAGS = ("UNTAGGED", "HOME", "WORK", "BILLING", "SHIPPING")
_LONG = 1000
_LONGEST_EMAIL = 320
_LONGEST_PHONE = 50
_MOST = {"emails": 50, "phones": 50, "addresses": 50, "labelKeys": 2000}
_ADDRESS_LENGTHS = {
    "addressLine": _LONG,
    "addressLine2": _LONG,
    "city": _LONG,
    "postalCode": 100,
    "subdivision": 100,
}


def check(info: Row, before: ContactState, after: ContactState) -> None:
    """Look through a request before it is sent.

    Raises:
        Rejection: Wix would refuse it, and why.
    """
    for section in info:
        if section in after.faults:
            raise after.faults[section]
    _texts(info)
    for section, most in _MOST.items():
        count = len(info.get(section, {}).get("items", ()))
        if count > most:
            reason = f"info.{section} has {count} items; Wix takes {most}."
            raise Rejection(TOO_MANY, reason, f"info.{section}")
    for field, item in _new(info, "emails", after.emails, before.emails):
        _tag(field, item, EMAIL_TAGS)
        _length(f"{field}.email", item.get("email"), _LONGEST_EMAIL)
    for field, item in _new(info, "phones", after.phones, before.phones):
        _tag(field, item, PHONE_TAGS)
        _length(f"{field}.phone", item.get("phone"), _LONGEST_PHONE)
    for field, item in _new(info, "addresses", after.addresses, before.addresses):
        _tag(field, item, ADDRESS_TAGS)
    addresses = ([item["address"] for item in state.addresses] for state in (after, before))
    for field, address in _new(info, "addresses", *addresses):
        _address(f"{field}.address", address)


def _texts(info: Row) -> None:
    for name in ("first", "last"):
        _length(f"info.name.{name}", info.get("name", {}).get(name), _LONG)
    for name in ("company", "jobTitle"):
        _length(f"info.{name}", info.get(name), _LONG)


def _new(
    info: Row, section: str, after: Sequence[Row], before: Sequence[Row]
) -> list[tuple[str, Row]]:
    """Return of each item what no item of the contact has yet, with the name of its place."""
    if section not in info:
        return []
    known = [(name, value) for item in before for name, value in item.items()]
    return [
        (
            f"info.{section}[{at}]",
            {name: value for name, value in item.items() if (name, value) not in known},
        )
        for at, item in enumerate(after)
        if item not in before
    ]


def _address(field: str, address: Row) -> None:
    if "addressLine" in address and "streetAddress" in address:
        reason = "An address has either addressLine or streetAddress, never both."
        raise Rejection(BAD_VALUE, reason, field)
    for name, longest in _ADDRESS_LENGTHS.items():
        _length(f"{field}.{name}", address.get(name), longest)
    street = address.get("streetAddress", {})
    _length(f"{field}.streetAddress.number", street.get("number"), 100)
    _length(f"{field}.streetAddress.name", street.get("name"), _LONG)


def _length(field: str, text: str | None, longest: int) -> None:
    if text and len(text) > longest:
        reason = f"{field} has {len(text)} characters; Wix takes {longest}."
        raise Rejection(TOO_LONG, reason, field)


def _tag(field: str, item: Row, allowed: tuple[str, ...]) -> None:
    if item.get("tag", allowed[0]) not in allowed:
        raise _bad(f"{field}.tag", f"one of {', '.join(allowed)}")


def _bad(field: str, wanted: str) -> Rejection:
    return Rejection(BAD_VALUE, f"{field} must be {wanted}.", field)
