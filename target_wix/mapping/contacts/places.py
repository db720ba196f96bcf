"""Countries and their subdivisions by what people call them, as the codes that Wix takes.

Wix wants ISO 3166-1 alpha-2, and ISO 3166-2 with the country in front (wix-api contacts 1).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import pycountry

from target_wix.mapping import keys

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
    if country:
        if _BARE_CODE.fullmatch(upper) and f"{country}-{upper}" in _subdivision_codes():
            return f"{country}-{upper}"
        named = _subdivisions().get((country, _folded(text)), set())
    else:
        named = _subdivisions().get(("", _folded(text)), set())
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
