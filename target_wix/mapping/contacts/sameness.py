"""When two e-mails, phones or addresses are the same, however they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.mapping.contacts.wish import Row

ADDRESS_TEXTS = ("addressLine", "addressLine2", "city", "postalCode", "subdivision", "country")
STREET_PARTS = ("number", "name")
_NOT_DIGITS = re.compile(r"\D", re.ASCII)
_BARE_SUBDIVISION = re.compile(r"[0-9A-Z]{1,3}", re.ASCII)


def email_key(email: str) -> str:
    """Return an e-mail to compare by: Wix itself folds case only sometimes (wix-api contacts 5)."""
    return email.strip().casefold()


def same_email(left: Row, right: Row) -> bool:
    """Tell whether two items have one e-mail."""
    return email_key(left["email"]) == email_key(right["email"])


def digits(phone: str) -> str:
    """Return the digits of a phone; its text if there are none, so that nothing equals nothing."""
    return _NOT_DIGITS.sub("", phone) or phone.strip().casefold()


def e164(item: Row) -> str:
    """Return the international form of a phone: Wix's, or what a leading plus says."""
    given = item.get("e164Phone")
    if given:
        return str(given)
    phone = item["phone"].strip()
    return f"+{digits(phone)}" if phone.startswith("+") and digits(phone).isdigit() else ""


def same_phone(left: Row, right: Row) -> bool:
    """Tell whether two items have one phone: by the international form, else by the digits.

    The same digits in two countries are two phones.
    """
    one, two = e164(left), e164(right)
    if one and two:
        return one == two
    countries = {item["countryCode"] for item in (left, right) if item.get("countryCode")}
    if len(countries) > 1:
        return False
    return digits(left["phone"]) == digits(right["phone"])


def tidy_address(address: Row) -> Row:
    """Return an address as Wix takes it: what is empty left out, codes in capitals.

    A subdivision has to carry its country (wix-api contacts 1); a bare `NY` gets it.
    """
    tidy = {name: address[name] for name in ADDRESS_TEXTS if address.get(name)}
    for name in ("country", "subdivision"):
        if name in tidy:
            tidy[name] = tidy[name].strip().upper()
    country, subdivision = tidy.get("country"), tidy.get("subdivision", "")
    if country and _BARE_SUBDIVISION.fullmatch(subdivision):
        tidy["subdivision"] = f"{country}-{subdivision}"
    street = address.get("streetAddress") or {}
    parts = {part: street[part] for part in STREET_PARTS if street.get(part)}
    return {**tidy, "streetAddress": parts} if parts else tidy


def same_address(left: Row, right: Row) -> bool:
    """Tell whether two addresses, tidy ones, say the same; a street may be in one or in two parts."""
    names = [name for name in ADDRESS_TEXTS if name != "addressLine"]
    if any(_text(left, name) != _text(right, name) for name in names):
        return False
    if left.get("streetAddress") == right.get("streetAddress"):
        return _text(left, "addressLine") == _text(right, "addressLine")
    return _words(left) == _words(right)


def _text(address: Row, name: str) -> str:
    return str(address.get(name) or "").strip()


def _words(address: Row) -> list[str]:
    street = address.get("streetAddress") or {}
    parts = [address.get("addressLine"), *(street.get(part) for part in STREET_PARTS)]
    return sorted(" ".join(part for part in parts if part).casefold().replace(",", " ").split())


def paired(
    wanted: Sequence[Row], current: Sequence[Row], tests: Sequence[Callable[[Row, Row], bool]]
) -> list[int | None]:
    """Return for each wanted item the index of the current one it is, None for a new one.

    Each current item is given once, by the strictest test that any wanted item passes: a contact
    may have one number twice, in two spellings.
    """
    found: list[int | None] = [None] * len(wanted)
    free = list(range(len(current)))
    for test in tests:
        for place, item in enumerate(wanted):
            if found[place] is None:
                at = next((at for at in free if test(item, current[at])), None)
                if at is not None:
                    found[place] = at
                    free.remove(at)
    return found


def same_text(left: object, right: object) -> bool:
    """Tell whether two texts are the same but for blanks around them; nothing equals an empty one."""
    return str(left or "").strip() == str(right or "").strip()


def canonical_address(item: Row) -> Any:  # noqa: ANN401 - something to compare and sort by
    """Return an item of the address list to compare by."""
    address = item["address"]
    street = address.get("streetAddress") or {}
    return (
        item["tag"],
        *(_text(address, name) for name in ADDRESS_TEXTS),
        *(str(street.get(part) or "") for part in STREET_PARTS),
    )
