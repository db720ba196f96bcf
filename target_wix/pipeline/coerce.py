"""Reading rows as warehouses, spreadsheets and ERPs send them.

Every column is present and null, objects come as JSON text, numbers and booleans as text, moments
without a zone. All of that is normal input; what cannot be read is a `Rejection` that names the
field and never quotes the value.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tap_wix.api import codec, times
from tap_wix.api.foreign_text import quoted
from target_wix.pipeline import keys
from target_wix.runtime.outcomes import Rejection
from target_wix.runtime.pending import DELETED_AT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

BAD_VALUE = "BAD_VALUE"
"""Code of a record with a value that cannot be read as what its field holds."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_ONE_OR_THOUSAND = re.compile(r"[+-]?[1-9]\d{0,2}\.000", re.ASCII)
_THREE_DECIMALS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_CELL_ERRORS = frozenset(
    {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#ERROR!"}
    | {"#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOMBRE!", "#NOM?"}
)
DECIMAL = (
    "quantities such as 1.000 are read as decimals, which is 1. Write a thousand as 1000 if it is"
    " meant."
)
DECIMAL_PRICES = (
    "prices such as 1.234 are read as decimals, which is less than 2. Write thousands without a"
    " separator if they are meant."
)
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NO_DATE = re.compile(
    r"[0\s./:TZ+-]+|(0001-01-01|1900-01-00|1899-12-3[01])([T\s][\d:.]*(Z|\s?[+-][\d:]+)?)?",
    re.ASCII,
)
"""What databases and spreadsheets write for a date that nobody entered, with a midnight or not."""
_SEPARATORS = re.compile(r"[\s_-]+")

_NO_HOST = re.compile(r"[/?#:@.]|$")
_NOT_IN_ADDRESSES = re.compile(r"[;,|]\s|\s[/;,|]|[\"<>\\^`{}]|[^\S ]|[\x00-\x1f\x7f]")
"""A separator beside a blank, and what no address has: a second address without its beginning."""

_AS_WRITTEN = "%!#$&'()*+,/:;=?@[]~|"
_ZERO = re.compile(r"[0T:.Z+\s-]*", re.IGNORECASE)
_HAS_TIME = re.compile(r"\d[Tt ]\s*\d")
_IN_BASIC_FORM = re.compile(r"\d{8}[Tt]\d")
_YEARS = range(1971, 2200)
_NOTHING = (None, "")


def clean(
    record: Mapping[str, Any],
    *,
    objects: Collection[str] = (),
    lists: Collection[str] = (),
    null_clears: bool = False,
) -> dict[str, Any]:
    """Return a record in which what was JSON text is JSON and nulls are gone.

    Args:
        record: as it came.
        objects: names of the fields that hold an object.
        lists: names of the fields that hold a list.
        null_clears: keep nulls, at every depth: they empty their field.
    """
    read = {
        name: as_object(value, name)
        if name in objects
        else as_list(value, name)
        if name in lists
        else value
        for name, value in record.items()
    }
    if null_clears:
        # An empty cell says nothing even where a null clears; only what came as null is one.
        return {
            name: value
            for name, value in read.items()
            if value is not None or is_null(record[name])
        }
    return {name: without_nulls(value) for name, value in read.items() if value is not None}


def is_null(value: object) -> bool:
    """Tell whether a value is null, or the JSON text of one, as warehouses write an absent object."""
    return value is None or (isinstance(value, str) and value.strip() == "null")


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Return a value without the nulls in it, at every depth; what is empty then stays, empty."""
    if isinstance(value, dict):
        return {
            name: without_nulls(one) if isinstance(one, dict | list) else one
            for name, one in value.items()
            if one is not None
        }
    if isinstance(value, list):
        return [
            without_nulls(one) if isinstance(one, dict | list) else one
            for one in value
            if one is not None
        ]
    return value


def as_object(value: object, field: str) -> dict[str, Any] | None:
    """Read an object, or the JSON text of one; None if there is nothing."""
    value = None if value is False else _json(value, field, "an object")
    if value is None or isinstance(value, dict):
        return value
    raise _bad(field, "an object, or the JSON text of one")


def as_list(value: object, field: str) -> list[Any] | None:
    """Read a list, the JSON text of one, or texts with `;` between them; None for nothing.

    A text that is empty says nothing, as an empty cell of a spreadsheet; `[]` is an empty list.
    """
    if isinstance(value, str):
        value = keys.trimmed(value)
        if value[:1] != "[" and not is_null(value):
            parts = [keys.trimmed(part) for part in value.split(";")]
            return [part for part in parts if part and not keys.says_nothing(part)] or None
    value = None if value is False else _json(value, field, "a list")
    if value is None or isinstance(value, list):
        return value
    raise _bad(field, "a list, the JSON text of one, or texts with ; between them")


def as_number(value: object, field: str) -> int | Decimal | None:
    """Read a number without changing a digit of it; None for a text that says nothing (`-`, `N/A`)."""
    if isinstance(value, bool):
        raise _bad(field, "a number")
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str):
        text = keys.trimmed(value)
        if keys.says_nothing(text) and text.casefold() != "nan":
            return None
        if not _NUMBER.fullmatch(text):
            raise _bad(field, "a number such as 12.50 (with a point, without a currency)")
        value = Decimal(text)
    if isinstance(value, Decimal) and not value.is_finite():
        raise _bad(field, "a number")
    if value is None or isinstance(value, int | Decimal):
        return value
    raise _bad(field, "a number")


def as_whole_number(value: object, field: str) -> int | None:
    """Read a number without decimals; `5.0` is one, as spreadsheets write it."""
    try:
        number = as_number(value, field)
    except Rejection:
        raise _bad(field, "a whole number such as 12 or 1250") from None
    if number is None or isinstance(number, int):
        return number
    if number.adjusted() > 18 or number != number.to_integral_value():  # noqa: PLR2004 - 64 bits
        raise _bad(field, "a whole number such as 12 or 1250")
    return int(number)


def number_of_wix(value: object) -> int | None:
    """Return a number of Wix's own, such as a revision.

    One that cannot be read proves nothing, and is no reason to refuse the rest of the record.
    """
    try:
        return as_whole_number(value, "revision")
    except Rejection:
        return None


def update_moment_of(value: object) -> str:
    """Return the date of an entity's last change; an empty text for one that cannot be read."""
    try:
        return as_moment(value, "updatedDate") or ""
    except Rejection:
        return ""


def as_flag(value: object, field: str) -> bool | None:
    """Read a yes or no: true, yes, on, 1 and their like; None for a text that says nothing."""
    if value is None or isinstance(value, bool):
        return value
    word = "?"
    if isinstance(value, str):
        word = keys.trimmed(value).casefold()
    elif isinstance(value, int | float | Decimal) and value in (0, 1):
        word = str(int(value))
    if keys.says_nothing(word) and word != "?":
        return None
    if word not in _TRUE | _FALSE:
        raise _bad(field, "true or false")
    return word in _TRUE


def is_one_or_thousand(value: object) -> bool:
    """Tell whether a quantity such as `1.000` is read as 1, where some write a thousand so."""
    return isinstance(value, str) and _ONE_OR_THOUSAND.fullmatch(value.strip()) is not None


def may_be_thousands(value: object) -> bool:
    """Tell whether an amount such as `1.234` is read as less than two, where some mean more."""
    return isinstance(value, str) and _THREE_DECIMALS.fullmatch(value.strip()) is not None


def as_text(value: object, field: str) -> str | None:
    """Read a text; a number is one too, as an sku of digits often comes. `false` says nothing.

    Odoo writes it wherever a text, a list or an object is empty.

    A whole number that came through a float is the whole number: `1001.0` is `1001`. What came as
    a text stays as it is; `as_code` reads that, too.
    """
    if isinstance(value, str) and "#" in value[:20] and value.strip().upper() in _CELL_ERRORS:
        reason = f"{field} is an error of a spreadsheet, such as #REF!: mend the formula."
        raise Rejection(BAD_VALUE, reason, field)
    if value is None or isinstance(value, str):
        return value
    if value is False:
        return None
    if value is True:
        return "true"
    if isinstance(value, int):
        return _text_of(value, field)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 100:  # noqa: PLR2004
        return keys.whole(format(value, "f"))
    raise _bad(field, "a text")


def as_code(value: object, field: str) -> str | None:
    """Read a text that identifies: a phone, a postal code, an sku, a barcode, a customer number.

    It has no blanks around it, and `10115.0`, as pandas writes it, is `10115` in a text as well.
    """
    text = as_text(value, field)
    return None if text is None else keys.whole(keys.trimmed(text))


def as_key(value: object, field: str) -> str:
    """Read a text that entities are told apart by, see `key_text`; empty if it says nothing."""
    return keys.key_text(as_text(value, field))


def _text_of(value: int, field: str) -> str:
    """Return the digits of a number; Python refuses to write thousands of them."""
    try:
        return str(value)
    except ValueError:
        raise _bad(field, "a text, or a number of fewer digits") from None


def as_moment(value: object, field: str) -> str | None:
    """Read date and time in the one spelling whose order is that of time; no zone means UTC."""
    text = keys.trimmed(as_text(value, field) or "")
    if says_no_date(text):
        return None
    try:
        return times.canonical(text)
    except ValueError:
        raise _bad(field, "a date and time such as 2026-01-31T08:00:00Z") from None


def as_date(value: object, field: str) -> str | None:
    """Read a day; warehouses add a midnight to it, in whatever zone, and the day is as written."""
    text = keys.trimmed(as_text(value, field) or "")
    if says_no_date(text):
        return None
    found = _DATE.match(text)
    try:
        as_moment(text, field)
    except Rejection:
        found = None
    if found is None:
        raise _bad(field, "a date such as 1990-12-31")
    return found.group()


def says_no_date(text: str) -> bool:
    """Tell whether a text stands for a date that nobody entered.

    MySQL writes `0000-00-00`, .NET `0001-01-01`, Excel `1900-01-00`, OLE and Delphi `1899-12-30`.
    """
    return keys.says_nothing(text) or _NO_DATE.fullmatch(keys.trimmed(text)) is not None


def named(record: Mapping[str, Any], known: Iterable[str]) -> tuple[dict[str, Any], list[str]]:
    """Return a record under the names its fields have, and the columns that are left out.

    Warehouses fold case, writers differ in underscores, and spreadsheets put a byte order mark in
    front of the first name: `folded` leaves all that out. Of two columns for one field the one
    spelled as the field wins, unless it is null or empty and the other one is not; one that says
    otherwise is left out like one that nobody knows.
    """
    fields = {folded(name): name for name in known}
    exact: dict[str, Any] = {}
    other: dict[str, Any] = {}
    unknown: list[str] = []
    spelled: list[tuple[str, str]] = []
    for column, value in record.items():
        field = fields.get(folded(column))
        if field is None:
            unknown.append(column)
        elif field == column:
            exact[field] = value
        else:
            spelled.append((column, field))
            other[field] = _stronger(other.get(field), value)
    merged = {**other, **{name: _stronger(one, other.get(name)) for name, one in exact.items()}}
    for column, field in spelled:
        if record[column] not in (*_NOTHING, merged[field]):
            unknown.append(column)
    return merged, unknown


def _stronger(first: object, second: object) -> object:
    """Return the value of two columns that says more: a null says less than an empty text."""
    if first in _NOTHING and (first is None or second not in _NOTHING):
        return second
    return first


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Return the name of a column to compare by: without case, blanks, marks and invisible ones.

    `First Name`, `first_name` and `FIRST-NAME` are one, with or without a byte order mark. A name
    with a dot (`custom.vat_id`) is a key that somebody chose: it keeps all but what surrounds it.
    """
    name = keys.trimmed(name)
    return name if "." in name else _SEPARATORS.sub("", keys.visible(name)).casefold()


def decoded(value: Any) -> Any:  # noqa: ANN401
    """Return the object or list that a value is the JSON text of; any other value as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return codec.decode(value)
    except (ValueError, ArithmeticError, RecursionError):
        return value


def _json(value: object, field: str, wanted: str) -> Any:  # noqa: ANN401
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return codec.decode(value)
    except (ValueError, ArithmeticError, RecursionError):
        raise _bad(field, f"{wanted}, and its text is no JSON") from None


def _bad(field: str, wanted: str) -> Rejection:
    return Rejection(BAD_VALUE, f"{field} must be {wanted}.", field)


def checked_address(address: str, path: str) -> str:
    """Return an address that can be fetched; one without a scheme, as Shopify has it, gets one.

    Blanks and letters beyond ASCII are written as in a browser's request: Wix takes no others.
    """
    if address.startswith("//"):
        address = f"https:{address}"
    scheme, _, rest = address.partition("://")
    if scheme.casefold() not in {"https", "http"} or _NO_HOST.match(rest):
        raise Rejection(BAD_VALUE, f"{path} must be an address with https://.", path)
    if _NOT_IN_ADDRESSES.search(rest):
        reason = f"{path} must be one address, or several that all begin with https://."
        raise Rejection(BAD_VALUE, reason, path)
    return f"{scheme.casefold()}://{quote(rest, safe=_AS_WRITTEN)}"


# 0001, 1900 and 1970 stand for "no date", 9999 for "never"; Wix is younger than any of them.


def is_deleted(record: Mapping[str, object]) -> bool:
    """Tell whether a record reports a deletion.

    A deletion is for good, so that nothing is guessed: null, an empty text and a date of zeros
    say nothing, a date and time says that the entity is deleted, all else is a mistake.

    Args:
        record: as it came, with or without `_sdc_deleted_at`.

    Raises:
        Rejection: the value is neither.
    """
    value = record.get(DELETED_AT)
    if value is None or isinstance(value, datetime):
        return value is not None
    if isinstance(value, str):
        text = value.strip()
        if not text or (_ZERO.fullmatch(text) and "-00-" in text):
            return False
        if _is_moment(text):
            return True
    raise Rejection(
        BAD_VALUE,
        "Deletions need a date: the value must be a date and time such as 2026-01-31T08:00:00Z,"
        f" or empty; it is {quoted(value, limit=40)}.",
        DELETED_AT,
    )


def _is_moment(text: str) -> bool:
    """Tell whether a text is a date and time, as ISO 8601, RFC 3339 or SQL write it."""
    text = re.sub(r"\s*(UTC|GMT)$", "Z", text, flags=re.IGNORECASE)
    try:
        if _IN_BASIC_FORM.match(text):
            return datetime.fromisoformat(text).year in _YEARS
        return bool(_HAS_TIME.search(text)) and int(times.canonical(text)[:4]) in _YEARS
    except ValueError:
        return False
