"""When two e-mails, phones or addresses are the same, however they are written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from target_wix.contacts.fields import places
from target_wix.pipeline import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.patch import Row

ADDRESS_TEXTS = ("addressLine", "addressLine2", "city", "postalCode", "subdivision", "country")
STREET_PARTS = ("number", "name")


def email_key(email: str) -> str:
    """Return an e-mail to compare by: Wix itself folds case only sometimes (wix-api contacts 5).

    What is not an e-mail is compared as a text.
    """
    found = keys.email_keys(email)
    return found[0] if len(found) == 1 else keys.trimmed(email).casefold()


def same_email(left: Row, right: Row) -> bool:
    """Tell whether two items have one e-mail."""
    return email_key(left["email"]) == email_key(right["email"])


def phone_of(item: Row) -> keys.Phone:
    """Return what the phone of an item is compared by."""
    region = item.get("countryCode") or item.get("region") or ""
    return keys.phone(item["phone"], region, item.get("e164Phone") or "")


def same_number(left: Row, right: Row) -> bool:
    """Tell whether two people's items have one phone."""
    return keys.same_phones(phone_of(left), phone_of(right))


def same_phone(left: Row, right: Row) -> bool:
    """Tell whether two items of one contact have one phone: the same text is, in one country."""
    countries = {item["countryCode"] for item in (left, right) if item.get("countryCode")}
    texts = {keys.trimmed(item["phone"]).casefold() for item in (left, right)}
    return (len(texts) == 1 and len(countries) <= 1) or same_number(left, right)


def with_region(items: Sequence[Row], addresses: Sequence[Row]) -> list[Row]:
    """Return phones with the country of the contact's addresses, if they are all in one."""
    region = region_of(addresses)
    return [{**item, "region": region} for item in items] if region else list(items)


def region_of(addresses: Sequence[Row]) -> str:
    """Return the country that addresses, tidy ones, are in; empty if they are in several."""
    found = {one["country"] for one in addresses if places.is_country(one.get("country", ""))}
    return found.pop() if len(found) == 1 else ""


def tidy_address(address: Row) -> Row:
    """Return an address as Wix takes it: what is empty left out, codes for names of countries.

    A subdivision has to carry its country (wix-api contacts 1); a bare `NY` gets it. What is no
    country or subdivision stays what it is.
    """
    tidy = {name: address[name] for name in ADDRESS_TEXTS if address.get(name)}
    if places.says_no_country(tidy.get("country", "-")):
        tidy.pop("country", None)
    if keys.says_nothing(tidy.get("subdivision", "-")):
        tidy.pop("subdivision", None)
    if "country" in tidy:
        tidy["country"] = places.country_code(tidy["country"]) or tidy["country"].strip().upper()
    if "subdivision" in tidy:
        country, text = tidy.get("country", ""), tidy["subdivision"]
        tidy["subdivision"] = places.subdivision_code(text, country) or text.strip().upper()
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
    return _plain(address.get(name))


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
    return _plain(left) == _plain(right)


def _plain(text: object) -> str:
    return unicodedata.normalize("NFC", str(text or "").strip())


def canonical_address(item: Row) -> Any:  # noqa: ANN401 - something to compare and sort by
    """Return an item of the address list to compare by."""
    address = item["address"]
    street = address.get("streetAddress") or {}
    return (
        item["tag"],
        *(_text(address, name) for name in ADDRESS_TEXTS),
        *(str(street.get(part) or "") for part in STREET_PARTS),
    )
