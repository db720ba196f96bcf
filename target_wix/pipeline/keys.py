"""What a key is: one definition for what a record and what the shop says.

A key finds an entity: a handle, slug, sku, e-mail, phone or the value of a custom field. Everything
that compares two keys does it here, so that two spellings never make two entities.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x1f\x7f-\x9f"
"""Characters that nobody sees: soft hyphen, zero-width, direction marks, byte order mark, controls."""

_UNSEEN = re.compile(f"[{_INVISIBLE}]+")
_ENDS = "".join(map(chr, (*range(0x3001), 0xFEFF, *range(0xFFF9, 0xFFFC))))
_AROUND = "".join(re.findall(rf"[\s{_INVISIBLE}]", _ENDS))
_WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))\.0+", re.ASCII)
_ZEROS = re.compile(r"[0.,\s]+", re.ASCII)
_EMAIL_ENTRIES = re.compile(r"[;|\n\r]|,\s")
_ENCLOSES = '<"('
_EMAIL_TOKENS = re.compile(r"<[^<>]*>|\"[^\"]*\"|\([^()]*\)|[^\s,<>\"()]+|[\"()]")
_EMAIL_AROUND = "\"'()[]{}."
_NOT_IN_EMAILS = re.compile(r"[\"()\[\]\\]")
_PHONE_SCHEME = re.compile(r"(?:tel|phone|fax|sms|callto)\s*:\s*", re.IGNORECASE)
_PHONE_FLOAT = re.compile(r"(\+?\d+)\.0+", re.ASCII)
_PHONE_ROUNDED = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
_PHONE_BREAKS = re.compile(r"[;|\n\r]+")
_PHONE_BESIDE = re.compile(r"\s(?:/|or|oder|und|and|&)\s+(?=[+0])|\s(?=\+\d)", re.IGNORECASE)
"""Between two numbers that are both written in full; `030 / 1234` is one number."""

_PHONE_COMMA = re.compile(r",")
_LONGEST_PHONE = 200
_LONGEST_REMEMBERED = 100
_TRUNK = re.compile(r"(?<=[\d\s])\s*\(\s*0\s*\)")
_FIRST_TRUNK = re.compile(r"^\(\s*0\s*\)")
_ABROAD = re.compile(r"^\s*00(?=[\s.()/-]*[1-9])")
_NOT_DIGITS = re.compile(r"\D", re.ASCII)
_MARKS = re.compile(r"[\W_]+")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BARE_GUID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_PLACEHOLDERS = frozenset(
    {"n/a", "#n/a", "na", "n.a.", "n.a", "<na>", "nan", "null", "(null)", "<null>", "\\n", "none"}
    | {"(none)", "nil", "undefined", "#nv"}
)
_MARKS_OF_PROGRAMS = frozenset(
    {"#N/A", "#NV", "N/A", "n/a", "nan", "NaN", "<NA>", "NULL", "null", "(null)", "<null>", "\\N"}
    | {"undefined"}
)


def trimmed(text: str) -> str:
    """Return a text without the blanks and invisible characters at its ends, in NFC.

    CHAR columns pad, spreadsheets add no-break spaces and byte order marks, and macOS writes NFD.
    """
    return unicodedata.normalize("NFC", text.strip(_AROUND))


def visible(text: str) -> str:
    """Return a text without the characters that nobody sees, wherever they are."""
    return _UNSEEN.sub("", text)


def one_spaced(text: str) -> str:
    """Return a text with one blank where it has several, or others: a page shows no more than one."""
    return " ".join(trimmed(text).split())


def as_seen(text: str) -> str:
    """Return a text without what a page does not show: further blanks and invisible characters."""
    return one_spaced(visible(one_spaced(text)))


def name_key(text: str) -> str:
    """Return what names are compared by: without case, further blanks and what nobody sees.

    Not case-folded: `Maße` and `Masse` are two words.
    """
    return as_seen(text).lower()


def whole(text: str) -> str:
    """Return the digits of a whole number that came through a float: `1001.0` is `1001`."""
    found = _WHOLE.fullmatch(text)
    return found.group(1) if found else text


def says_nothing(text: str) -> bool:
    """Tell whether a text stands for no value: empty, marks alone, or a word such as `N/A`."""
    text = trimmed(text).casefold()
    return text in _PLACEHOLDERS or _MARKS.fullmatch(text) is not None or not text


def is_word_for_nothing(text: str) -> bool:
    """Tell whether a text is a word such as `N/A`; marks alone can be a name."""
    return says_nothing(text) and any(map(str.isalnum, text))


def is_mark_of_program(text: str) -> bool:
    """Tell whether a text is what programs write for no value, as they spell it: `NULL`, `nan`.

    People are called Null, Nan and Nil.
    """
    return trimmed(text) in _MARKS_OF_PROGRAMS


def key_text(value: object) -> str:
    """Return the value of a key as both sides of a comparison spell it; empty if it says nothing.

    A whole number that came through a float is the whole number: `1001.0` is `1001`. A text that
    only looks like a number in another spelling (`1E7`, `007`) stays what it is.

    Args:
        value: a text or a number, from a record or from Wix; anything else says nothing.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return ""
    if isinstance(value, int):
        value = Decimal(value)  # a text of thousands of digits is more than Python writes of an int
    elif isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite() or value.adjusted() > 100:  # noqa: PLR2004 - no key is that long
            return ""
        value = format(value, "f")
    text = str(value)
    return _key_of_text(text) if len(text) <= _LONGEST_REMEMBERED else _key_of(text)


def _key_of(text: str) -> str:
    text = whole(trimmed(text))
    return "" if says_nothing(text) else text


# One product's keys are looked at dozens of times: to match, to compare, for each catalog and side.
_key_of_text = lru_cache(maxsize=8192)(_key_of)


def is_zeros(text: str) -> bool:
    """Tell whether a number or phone consists of zeros alone, as forms fill an empty field."""
    return _ZEROS.fullmatch(text) is not None


def is_guid(value: object) -> bool:
    """Whether a text has the form of Wix's ids."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def guid_of(value: str) -> str:
    """Return an id as Wix spells it, empty for what is none: databases write it in several ways.

    SQL Server has capitals and braces, others leave the hyphens out.
    """
    text = value.strip("{}").lower()
    if _BARE_GUID.fullmatch(text):
        text = str(UUID(text))
    return text if is_guid(text) else ""


# -- e-mails ------------------------------------------------------------------------------------


def emails_in(text: str) -> tuple[list[str], bool]:
    """Return the e-mails in a text, in order, and whether it holds nothing else that matters.

    `a@x; b@y` holds two, `Jane <jane@x>` and `mailto:jane@x` one. An e-mail has one `@` between
    two parts. A bare word beside it (`jane doe@x`) may be a part of it that a blank cut off, so
    that there is none: the rest can be the address of somebody else.
    """
    found, clear = _found_emails(text)
    once: dict[str, str] = {}
    for email in found:
        once.setdefault(email.casefold(), email)
    return list(once.values()), clear


def _found_emails(text: str) -> tuple[list[str], bool]:
    found: list[str] = []
    words: list[str] = []
    clear = True
    for entry in _EMAIL_ENTRIES.split(text):
        bare: list[str] = []
        beside: list[str] = []
        for token in _EMAIL_TOKENS.findall(_without_subject(entry)):
            if "@" in token:
                enclosed = token[0] in _ENCLOSES
                emails, whole = (
                    _found_emails(token[1:-1])
                    if enclosed and len(token) > 1
                    else _emails_of(visible(trimmed(token)))
                )
                clear = clear and whole
                if token[0] == "<":
                    found += emails
                    words, beside = [], []  # what stands before it is its name
                else:
                    bare += emails
            elif _is_word(token):
                beside.append(token)
        if bare and beside:
            clear = False
        else:
            found += bare
            words += beside
    return found, clear and not words


def _without_subject(entry: str) -> str:
    """Return an entry without what `mailto:` may carry along."""
    return entry.partition("?")[0] if "mailto:" in entry.casefold() else entry


def _is_word(token: str) -> bool:
    """Tell whether a token beside an e-mail may be a part of it: no remark, label, bar or dash."""
    if token[0] in "\"'([<" or token.endswith(":"):
        return False
    return any(map(str.isalnum, token)) and not says_nothing(token)


def _emails_of(token: str) -> tuple[list[str], bool]:
    """Return the e-mails of one word, and whether it is well formed; some are parted by a slash."""
    parts = token.split("/") if token.count("@") > 1 else [token]
    emails = [_email_of(part) for part in parts]
    return (emails, True) if all(emails) else ([], False)


def _email_of(part: str) -> str:
    email = part.rpartition(":")[2].strip(_EMAIL_AROUND)
    local, _, domain = email.partition("@")
    domain = domain.partition("?")[0].rstrip("/")  # `mailto:` may carry a subject
    whole_email = f"{local}@{domain}"
    if not local or not domain or "@" in domain or _NOT_IN_EMAILS.search(whole_email):
        return ""
    return whole_email


def email_keys(text: str) -> list[str]:
    """Return what the e-mails in a text are compared by: without case."""
    return [email.casefold() for email in emails_in(text)[0]]


# -- phones -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phone:
    """What a phone is compared by.

    Attributes:
        full: the international form with its extension, empty where the country is not known.
        fulls: the same as Wix and as we make it of what is written.
        digits: the digits as they are written, empty if it says nothing.
        forms: all digits it goes by where the other phone has no country.
        spellings: texts that somebody may have written it as, for look-ups by text.
        region: the country it is written for, if that is known.
    """

    full: str = ""
    fulls: frozenset[str] = frozenset()
    digits: str = ""
    region: str = ""
    forms: frozenset[str] = frozenset()
    spellings: tuple[str, ...] = ()


def phones_in(text: str) -> list[str]:
    """Return the phones in a text, in order: `030 1234; 0171 5678` holds two.

    A comma, a slash between blanks or an `or` separates phones if there is enough of one on both
    sides of it.
    """
    text = trimmed(text)
    parts = [part for one in _PHONE_BREAKS.split(text) if (part := trimmed(one))]
    for further in (_PHONE_COMMA, _PHONE_BESIDE):
        if len(parts) == 1:
            more = [trimmed(part) for part in further.split(parts[0])]
            parts = more if all(map(_is_long_enough, more)) else parts
    enough = all(map(_is_long_enough, parts))
    return parts if len(parts) > 1 and enough else [text] if text else []


def _is_long_enough(text: str) -> bool:
    return len(_NOT_DIGITS.sub("", text)) >= 5  # noqa: PLR2004


def phone_text(text: str) -> str:
    """Return a phone as it is to be written: without `tel:`, and whole where a float made it."""
    return whole(_PHONE_SCHEME.sub("", trimmed(text), count=1))


def phone(text: str, region: str = "", e164: str = "") -> Phone:
    """Return what a phone is compared by.

    `00` is `+`, and `(0)` behind a country is nothing. A phone of zeros, without digits, or rounded
    by a spreadsheet (`4.9E+12`) says nothing.

    Args:
        text: as somebody wrote it.
        region: the country it is written for, ISO 3166 alpha-2, if that is known; never a guess.
        e164: the international form as Wix knows it.
    """
    return _phone(text, region, e164) if len(text) <= _LONGEST_PHONE else Phone()


@lru_cache(maxsize=4096)
def _phone(text: str, region: str, e164: str) -> Phone:
    text = _plain_phone(text)
    written = _NOT_DIGITS.sub("", text) or _NOT_DIGITS.sub("", e164)
    if not written or is_zeros(written) or _PHONE_ROUNDED.fullmatch(text):
        return Phone()
    number = _parsed(text, region) or (_parsed(e164, "") if e164 else None)
    extension = number.extension if number is not None and number.extension else ""
    tail = f";ext={extension}" if extension else ""
    fulls = [f"{one}{tail}" for one in (e164, _e164(number)) if one]
    if not fulls and text.startswith("+"):
        fulls = [f"+{written}"]
    full = fulls[0] if fulls else ""
    forms, spellings = {written, *(_NOT_DIGITS.sub("", one) for one in fulls)}, [written]
    if number is not None:
        spelled = _spelled(number)
        forms.add(_NOT_DIGITS.sub("", spelled[0]))
        international = _e164(number)
        spellings += [international, *spelled, _NOT_DIGITS.sub("", spelled[0]), international[1:]]
        spellings += [spelled[1].replace(" ", "-"), f"00{international[1:]}"]
    elif full:
        spellings += [full, f"00{full[1:]}"]
    ways_to_write = tuple(dict.fromkeys(spellings))
    return Phone(full, frozenset(fulls), written, region, frozenset(forms), ways_to_write)


def _plain_phone(text: str) -> str:
    """Return a phone with its digits in ASCII, `+` for `00`, and without what says nothing."""
    text = visible(unicodedata.normalize("NFKC", trimmed(text)))
    text = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)
    text = _PHONE_SCHEME.sub("", text.strip(), count=1)
    if found := _PHONE_FLOAT.fullmatch(text):
        text = found.group(1)
    text = _FIRST_TRUNK.sub("0", _TRUNK.sub(" ", text))
    return _ABROAD.sub("+", text).strip()


def _parsed(text: str, region: str) -> PhoneNumber | None:
    """Return a number that its country can have, None if it has no country or cannot be one."""
    import phonenumbers  # noqa: PLC0415 - large, and there is a run without any phone

    known = region if region in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(text, known)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _e164(number: PhoneNumber | None) -> str:
    if number is None:
        return ""
    import phonenumbers  # noqa: PLC0415 - large, and there is a run without any phone

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _spelled(number: PhoneNumber) -> tuple[str, str]:
    """Return a number as it is written within its country, and from abroad."""
    import phonenumbers  # noqa: PLC0415 - large, and there is a run without any phone

    ways = phonenumbers.PhoneNumberFormat
    national = phonenumbers.format_number(number, ways.NATIONAL)
    return national, phonenumbers.format_number(number, ways.INTERNATIONAL)


def calling_code(phone: Phone) -> int:
    """Return the code that a country is called by, 0 where the country is not known."""
    number = _parsed(phone.full, "") if phone.full else None
    return 0 if number is None else int(number.country_code or 0)


def same_phones(left: Phone, right: Phone) -> bool:
    """Tell whether two phones are one: by the international form, else by the digits.

    The same digits in two countries are two phones. One without a country is compared by its
    digits with what the other one is written as inside its country.
    """
    if not left.digits or not right.digits:
        return False
    if left.digits == right.digits and left.region == right.region:
        return True  # whatever Wix and we make of it
    if left.full and right.full:
        return not left.fulls.isdisjoint(right.fulls)
    if len({one.region for one in (left, right) if one.region}) > 1:
        return False
    return right.digits in (left.forms if left.full else {left.digits}) or (
        bool(right.full) and left.digits in right.forms
    )


def other_spellings(key: str) -> tuple[str, ...]:
    """Return other spellings of a key that a shop is likely to have: Wix compares texts exactly.

    Args:
        key: as `key_text` returns it.
    """
    decomposed = unicodedata.normalize("NFD", key)
    return (
        f"{key} ",
        f" {key}",
        *((f"{key}.0",) if key.isascii() and key.isdigit() else ()),
        *((decomposed,) if decomposed != key else ()),
    )
