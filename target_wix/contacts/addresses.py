"""An address: countries and subdivisions as Wix takes them, when two are one, what a record makes of it.

Wix wants ISO 3166-1 alpha-2, and ISO 3166-2 with the country in front (wix-api contacts 1).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import pycountry

from target_wix.contacts.patch import CLEAR, NO_COUNTRIES, NO_SUBDIVISIONS, UNTAGGED, Clear
from target_wix.contacts.values import combined, plain_text, same_text
from target_wix.pipeline import keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.contacts.patch import Row

ADDRESS_TEXTS = ("addressLine", "addressLine2", "city", "postalCode", "subdivision", "country")
STREET_PARTS = ("number", "name")

_LONGEST_NAME = 200
_NOT_LETTERS = re.compile(r"[\W_]+")
_BARE_CODE = re.compile(r"[0-9A-Z]{1,3}", re.ASCII)
_FULL_CODE = re.compile(r"([A-Z]{2})-[0-9A-Z]{1,3}", re.ASCII)
_CALLED = {
    "GB": "UK, United Kingdom, Great Britain, Britain, England, Scotland, Wales, Northern Ireland,"
    " United Kingdom (UK), Great Britain (UK)",
    "US": "USA, United States, United States of America, America, United States (US),"
    " United States (USA)",
    "AE": "UAE, Emirates",
    "BA": "Bosnia",
    "BO": "Bolivia",
    "BN": "Brunei",
    "CD": "DR Congo, Democratic Republic of the Congo, Congo Kinshasa",
    "CG": "Congo, Republic of the Congo, Congo Brazzaville",
    "CI": "Ivory Coast, Cote d'Ivoire",
    "CV": "Cape Verde",
    "CZ": "Czech Republic, Czechia",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "GR": "EL, Greece, Hellas",
    "HK": "Hong Kong SAR",
    "IE": "Republic of Ireland, Eire",
    "IR": "Iran",
    "KP": "North Korea, Korea (North)",
    "KR": "South Korea, Republic of Korea, Korea, Korea (South)",
    "LA": "Laos",
    "MD": "Moldova",
    "MK": "Macedonia",
    "MM": "Burma",
    "MO": "Macau",
    "NL": "Holland, The Netherlands",
    "PS": "Palestine",
    "RU": "Russia",
    "SY": "Syria",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey, Turkiye",
    "TW": "Taiwan",
    "TZ": "Tanzania",
    "VA": "Vatican, Vatican City, Holy See",
    "VE": "Venezuela",
    "VN": "Vietnam",
    "XK": "Kosovo, XKX",
}
"""Names in daily use beside those of ISO; Kosovo has a code that ISO leaves to its users."""


def country_code(text: str) -> str:
    """Return the code of a country: from its code of two or three letters, or an English name.

    Empty if it is none that is known. `NA` is Namibia, `N/A` is nothing.
    """
    return _country_code(text) if len(text) <= _LONGEST_NAME else ""


@lru_cache(maxsize=4096)
def _country_code(text: str) -> str:
    code = _countries().get(_folded(text), "")
    return "" if code == "NA" and "/" in text else code


def says_no_country(text: str) -> bool:
    """Tell whether a text stands for no country at all, as an empty cell does."""
    return keys.says_nothing(text) and not country_code(text)


def is_country(code: str) -> bool:
    """Tell whether a text is the code of a country as Wix takes it."""
    return len(code) == 2 and code.isupper() and _countries().get(_folded(code)) == code  # noqa: PLR2004


def subdivision_code(text: str, country: str = "") -> str:
    """Return the code of a subdivision, with its country in front.

    From its code with or without its country, or from its name. Without a country, only a name
    that one country alone has is understood.

    Args:
        text: what a record says.
        country: the code of its country, empty if that is not known.
    """
    return _subdivision_code(text, country) if len(text) <= _LONGEST_NAME else ""


@lru_cache(maxsize=4096)
def _subdivision_code(text: str, country: str) -> str:
    text = keys.trimmed(text)
    upper = text.upper()
    if found := _FULL_CODE.fullmatch(upper):
        return upper if country in {"", found[1]} and is_country(found[1]) else ""
    if _BARE_CODE.fullmatch(upper) and f"{country}-{upper}" in _subdivision_codes():
        return f"{country}-{upper}"
    named = _subdivisions().get((country, _folded(text)), set())
    return next(iter(named)) if len(named) == 1 else ""


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, names in _CALLED.items():
        found |= {_folded(name): code for name in names.split(", ")}
        found[_folded(code)] = code
    for country in pycountry.countries:
        named = (getattr(country, name, "") for name in ("name", "official_name", "common_name"))
        for name in (country.alpha_2, country.alpha_3, *named):
            if name:
                found[_folded(name)] = country.alpha_2
                found[_folded(name.replace("Saint ", "St "))] = country.alpha_2
    found.pop("", None)
    return found


@cache
def _subdivision_codes() -> frozenset[str]:
    return frozenset(str(one.code) for one in pycountry.subdivisions)


@cache
def _subdivisions() -> dict[tuple[str, str], set[str]]:
    """Return codes by country and name; by name alone where the country is empty."""
    found: dict[tuple[str, str], set[str]] = {}
    upper: dict[tuple[str, str], set[str]] = {}
    for one in pycountry.subdivisions:
        # Some countries name a part after the one it lies in: the larger one is meant.
        into = upper if one.parent_code is None else found
        for name in re.split(r"[;,\[\]()/]", one.name):
            if folded := _folded(name):
                for country in (str(one.country_code), ""):
                    into.setdefault((country, folded), set()).add(str(one.code))
    return {**found, **upper}


def _folded(text: str) -> str:
    """Return a name to compare by: without case, accents, marks, blanks and a leading `the`."""
    plain = unicodedata.normalize("NFKD", keys.visible(text)).casefold()
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return _NOT_LETTERS.sub("", re.sub(r"^\s*the\s+", "", bare.replace("&", "and")))


# -- when two addresses are one ---------------------------------------------------------------


def tidy_address(address: Row) -> Row:
    """Return an address as Wix takes it: what is empty left out, codes for names of countries.

    A subdivision has to carry its country (wix-api contacts 1); a bare `NY` gets it. What is no
    country or subdivision stays what it is.
    """
    tidy = {name: address[name] for name in ADDRESS_TEXTS if address.get(name)}
    if says_no_country(tidy.get("country", "-")):
        tidy.pop("country", None)
    if keys.says_nothing(tidy.get("subdivision", "-")):
        tidy.pop("subdivision", None)
    if "country" in tidy:
        tidy["country"] = country_code(tidy["country"]) or tidy["country"].strip().upper()
    if "subdivision" in tidy:
        country, text = tidy.get("country", ""), tidy["subdivision"]
        tidy["subdivision"] = subdivision_code(text, country) or text.strip().upper()
    street = address.get("streetAddress") or {}
    parts = {part: street[part] for part in STREET_PARTS if street.get(part)}
    return {**tidy, "streetAddress": parts} if parts else tidy


def region_of(addresses: Sequence[Row]) -> str:
    """Return the country that addresses, tidy ones, are in; empty if they are in several."""
    found = {one["country"] for one in addresses if is_country(one.get("country", ""))}
    return found.pop() if len(found) == 1 else ""


def with_region(items: Sequence[Row], addresses: Sequence[Row]) -> list[Row]:
    """Return phones with the country of the contact's addresses, if they are all in one."""
    region = region_of(addresses)
    return [{**item, "region": region} for item in items] if region else list(items)


def same_address(left: Row, right: Row) -> bool:
    """Tell whether two addresses, tidy ones, say the same; a street may be in one or in two parts."""
    names = [name for name in ADDRESS_TEXTS if name != "addressLine"]
    if any(not same_text(left.get(name), right.get(name)) for name in names):
        return False
    if left.get("streetAddress") == right.get("streetAddress"):
        return same_text(left.get("addressLine"), right.get("addressLine"))
    return _words(left) == _words(right)


def _words(address: Row) -> list[str]:
    street = address.get("streetAddress") or {}
    parts = [address.get("addressLine"), *(street.get(part) for part in STREET_PARTS)]
    return sorted(" ".join(part for part in parts if part).casefold().replace(",", " ").split())


def canonical_address(item: Row) -> Any:  # noqa: ANN401 - something to compare and sort by
    """Return an item of the address list to compare by."""
    address = item["address"]
    street = address.get("streetAddress") or {}
    return (
        item["tag"],
        *(plain_text(address.get(name)) for name in ADDRESS_TEXTS),
        *(str(street.get(part) or "") for part in STREET_PARTS),
    )


# -- what a record makes of addresses ---------------------------------------------------------


def with_addresses(wanted: Sequence[Row], current: Sequence[Row], *, merge: bool) -> list[Row]:
    """Return the addresses that a record wants; `merge`: in addition to those there are."""

    def same(left: Row, right: Row) -> bool:
        return same_address(left["address"], right["address"])

    def exactly(left: Row, right: Row) -> bool:
        return same(left, right) and left.get("tag") in (None, right["tag"])

    return combined(wanted, current, (exactly, same), exactly, merge=merge)


def usable_address(address: Row, known: Sequence[Row]) -> tuple[Row, list[str]]:
    """Return an address, a tidy one, without what Wix would refuse, and why that is left out.

    Args:
        address: what a record says.
        known: addresses that Wix holds: what they say is right by definition.
    """
    kept, dropped = dict(address), []
    country, subdivision = kept.get("country", ""), kept.get("subdivision", "")
    if country and not is_country(country) and not _says(known, "country", country):
        dropped.append(NO_COUNTRIES)
        del kept["country"]
    if (
        subdivision
        and subdivision_code(subdivision, country) != subdivision
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
    kept = {name: usable[name] for name in parts if name in usable}
    cleared = {name: part for name, part in parts.items() if part is CLEAR}
    return {**kept, **cleared}, dropped
