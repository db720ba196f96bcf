"""E-mails, phones and addresses as they will be: what is there already keeps its spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.contacts.fields import places
from target_wix.contacts.fields.equality import (
    paired,
    phone_of,
    same_address,
    same_email,
    tidy_address,
)
from target_wix.contacts.patch import CLEAR, NO_COUNTRIES, NO_SUBDIVISIONS, Clear
from target_wix.pipeline import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.patch import Row

UNTAGGED = "UNTAGGED"


def replaced(
    wanted: Sequence[Row], current: Sequence[Row], value: str, same: Callable[[Row, Row], bool]
) -> list[Row]:
    """Return the list of e-mails or phones that a record wants.

    Args:
        wanted: items of the record.
        current: items of the contact.
        value: name of the member that is the e-mail or phone itself.
        same: whether two items have one e-mail or phone.
    """
    found = paired(wanted, current, _tests(value, same))
    kept = [current[at] for at in found if at is not None]
    result: list[Row] = []
    for item, at in zip(wanted, found, strict=True):
        if at is not None:
            result.append(_over(current[at], item))
        elif not any(same(item, other) for other in (*kept, *result)):
            result.append({"tag": UNTAGGED, **item, "primary": False})
    chosen = next((item for item in wanted if item.get("primary")), None)
    if chosen is None:
        chosen = next((item for item in current if item["primary"]), None)
    return _with_primary(result, chosen, value, same)


def united(
    wanted: Sequence[Row], current: Sequence[Row], value: str, same: Callable[[Row, Row], bool]
) -> list[Row]:
    """Return the contact's e-mails or phones and those of a record; the primary one stays."""
    result = list(current)
    for item, at in zip(wanted, paired(wanted, current, _tests(value, same)), strict=True):
        if at is not None:
            result[at] = _over(current[at], item)
        elif not any(same(item, other) for other in result):
            result.append({"tag": UNTAGGED, **item, "primary": False})
    primary = next((item for item in current if item["primary"]), None)
    chosen = primary or next((item for item in wanted if item.get("primary")), None)
    return _with_primary(result, chosen, value, same)


def with_primary(
    item: Row, current: Sequence[Row], value: str, same: Callable[[Row, Row], bool]
) -> list[Row]:
    """Return the list with another primary value in place.

    A value that the contact has as a secondary one becomes the primary one; nothing is lost then.
    """
    if any(same(item, other) for other in current):
        return _with_primary(list(current), item, value, same)
    if not current:
        return [{"tag": UNTAGGED, **item, "primary": True}]
    return [
        {**_in_place(other, item, value), "primary": True} if other["primary"] else other
        for other in current
    ]


def with_more(
    items: Sequence[Row], current: Sequence[Row], same: Callable[[Row, Row], bool]
) -> list[Row]:
    """Return the list with further values behind those there are."""
    result = list(current)
    for item in items:
        if not any(same(item, other) for other in result):
            result.append({"tag": UNTAGGED, **item, "primary": not result})
    return result


def without_primary(current: Sequence[Row]) -> list[Row]:
    """Return the list without its primary value; the next one takes its place."""
    left = [item for item in current if not item["primary"]]
    return [{**item, "primary": not at} for at, item in enumerate(left)]


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


def replaced_addresses(
    wanted: Sequence[Row], current: Sequence[Row], *, merge: bool = False
) -> list[Row]:
    """Return the addresses that a record wants; `merge`: in addition to those there are."""

    def same(left: Row, right: Row) -> bool:
        return same_address(left["address"], right["address"])

    def exactly(left: Row, right: Row) -> bool:
        return same(left, right) and left.get("tag") in (None, right["tag"])

    result: list[Row] = list(current) if merge else []
    for item, at in zip(wanted, paired(wanted, current, (exactly, same)), strict=True):
        if at is None:
            if not any(exactly(item, other) for other in result):
                result.append({"tag": UNTAGGED, **item})
        elif merge:
            result[at] = {**current[at], "tag": item.get("tag", current[at]["tag"])}
        else:
            result.append({**current[at], "tag": item.get("tag", current[at]["tag"])})
    return result


def usable_address(address: Row, known: Sequence[Row]) -> tuple[Row, list[str]]:
    """Return an address, a tidy one, without what Wix would refuse, and why that is left out.

    Args:
        address: what a record says.
        known: addresses that Wix holds: what they say is right by definition.
    """
    kept, dropped = dict(address), []
    country, subdivision = kept.get("country", ""), kept.get("subdivision", "")
    if country and not places.is_country(country) and not _says(known, "country", country):
        dropped.append(NO_COUNTRIES)
        del kept["country"]
    if (
        subdivision
        and places.subdivision_code(subdivision, country) != subdivision
        and not _says(known, "subdivision", subdivision)
    ):
        dropped.append(NO_SUBDIVISIONS)
        del kept["subdivision"]
    return kept, dropped


def _says(known: Sequence[Row], name: str, text: str) -> bool:
    return any(address.get(name) == text for address in known)


def with_address(
    parts: dict[str, str | Clear], current: Sequence[Row]
) -> tuple[list[Row], list[str]]:
    """Return the addresses with parts of the first one changed, unless one says all that already.

    With the reasons why parts are left out.
    """
    for item in current:
        changed, dropped = _with_parts(item["address"], parts)
        if same_address(changed, item["address"]):
            return list(current), dropped
    before: Row = current[0] if current else {"tag": UNTAGGED, "address": {}}
    address, dropped = _with_parts(before["address"], parts)
    first = [{**before, "address": address}] if address else []
    return [*first, *current[1:]], dropped


def _with_parts(address: Row, parts: dict[str, str | Clear]) -> tuple[Row, list[str]]:
    parts, dropped = _usable_parts(address, parts)
    changed = {**address, **{name: None if part is CLEAR else part for name, part in parts.items()}}
    if parts.get("addressLine"):
        changed.pop("streetAddress", None)  # either of the two, never both (wix-api contacts 1)
    changed = tidy_address(changed)
    country, subdivision = changed.get("country"), changed.get("subdivision", "")
    moved = "country" in parts and "subdivision" not in parts
    if moved and country and not subdivision.startswith(f"{country}-"):
        changed.pop("subdivision", None)
    return changed, dropped


def _usable_parts(
    address: Row, parts: dict[str, str | Clear]
) -> tuple[dict[str, str | Clear], list[str]]:
    """Return parts of an address without what Wix would refuse, and why that is left out."""
    said = tidy_address({name: part for name, part in parts.items() if isinstance(part, str)})
    country = said.get("country") or ("" if "country" in parts else address.get("country", ""))
    place = tidy_address({**said, "country": country})
    usable, dropped = usable_address(place, [address])
    # A part that is left out leaves the address as it is.
    kept = {name: usable.get(name, part) for name, part in parts.items() if name in usable}
    cleared = {name: part for name, part in parts.items() if part is CLEAR}
    return {**kept, **cleared}, dropped


def _tests(value: str, same: Callable[[Row, Row], bool]) -> tuple[Callable[[Row, Row], bool], ...]:
    """Return tests of two items being one, the strictest first."""

    def equal(left: Row, right: Row) -> bool:
        return bool(left[value] == right[value]) and same(left, right)

    def wholly(left: Row, right: Row) -> bool:
        return equal(left, right) and left.get("tag", UNTAGGED) == right.get("tag", UNTAGGED)

    return wholly, equal, same


def _over(current: Row, item: Row) -> Row:
    """Return an item of the contact with what the record adds to it; its spelling stays.

    Not if the country is another one: the same digits would be another number there.
    """
    if item.get("countryCode", current.get("countryCode")) != current.get("countryCode"):
        kept = {name: value for name, value in current.items() if name != "e164Phone"}
        return {**kept, **item}
    return {**current, "tag": item.get("tag", current["tag"])}


def _in_place(current: Row, item: Row, value: str) -> Row:
    kept = {**current, **item}
    if value == "phone":
        kept.pop("e164Phone", None)
        if "countryCode" not in item and not _same_country(current, item["phone"]):
            kept.pop("countryCode", None)
    return kept


def _same_country(current: Row, phone: str) -> bool:
    """Tell whether a new number can be one of the old number's country."""
    new = keys.phone(phone)
    return not new.full or keys.calling_code(new) == keys.calling_code(phone_of(current))


def _with_primary(
    items: list[Row], chosen: Row | None, value: str, same: Callable[[Row, Row], bool]
) -> list[Row]:
    """Return the items with one primary: the chosen one if it is among them, else the first."""
    at = 0
    if chosen is not None:
        found = paired([chosen], items, _tests(value, same))[0]
        at = 0 if found is None else found
    return [{**item, "primary": place == at} for place, item in enumerate(items)]
