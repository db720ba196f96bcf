"""Moments as Wix writes them: RFC 3339 text with 0 to 9 fractional digits.

Python's `datetime` stops at microseconds, and Wix sends up to nine digits (wix-api platform 3),
so moments are kept as text in one canonical spelling, in which the order of the texts is the
order of the moments.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from tap_wix.api.foreign_text import quoted

_RFC_3339 = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_FRACTION_DIGITS = 9
_USUAL_LENGTH = len("2026-01-31T08:00:00.000Z")
_REMEMBERED = 8192
"""Moments of some pages: each is looked at by the sweep, by the row and by the bookmark."""


@lru_cache(maxsize=_REMEMBERED)
def canonical(text: str) -> str:
    """Return a moment in UTC with `Z` and exactly nine fractional digits.

    A text without a zone is read as UTC, as singer-sdk reads `start_date`; a date without a time
    is its midnight.

    Raises:
        ValueError: the text is no moment.
    """
    if len(text) == _USUAL_LENGTH and _is_usual(text):
        return f"{text[:-1]}000000Z"
    found = _RFC_3339.fullmatch(text.strip())
    if not found:
        msg = f"{quoted(text, limit=40)} is no date and time such as 2026-01-31T08:00:00Z"
        raise ValueError(msg)
    clock = f"{found['hour'] or '00'}:{found['minute'] or '00'}:{found['second'] or '00'}"
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{clock}") - _offset(found["zone"])
    except OverflowError:
        msg = f"{quoted(text, limit=40)} is not within the years 1 to 9999 in UTC"
        raise ValueError(msg) from None
    fraction = (found["fraction"] or "").ljust(_FRACTION_DIGITS, "0")[:_FRACTION_DIGITS]
    return f"{moment.isoformat()}.{fraction}Z"


def _is_usual(text: str) -> bool:
    """Tell whether a text of the usual length is a moment as Wix mostly spells it."""
    if (
        text[10] == "T"
        and text[19] == "."
        and text[23] == "Z"
        and text[4] == text[7] == "-"
        and text[13] == text[16] == ":"
        and text[11:13] != "24"
    ):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return False
        return True
    return False


def is_moment(value: object) -> bool:
    """Tell whether a value is the text of a moment."""
    try:
        return isinstance(value, str) and bool(canonical(value))
    except ValueError:
        return False


def earlier(text: str, *, minutes: float) -> str:
    """Return the canonical moment that many minutes before another, not before year 1."""
    moment, fraction = canonical(text)[:-1].split(".")
    try:
        back = datetime.fromisoformat(moment) - timedelta(seconds=round(minutes * 60))
    except OverflowError:
        back = datetime.min  # noqa: DTZ901 - zone is written below
    return f"{back.isoformat()}.{fraction}Z"


def now() -> str:
    """Return the present moment, canonical."""
    return canonical(datetime.now(UTC).isoformat())


def http_date(text: str | None) -> datetime | None:
    """Return the moment of a header such as `Date`, in UTC, or None if it holds no moment.

    A date without a zone is read as UTC, the one zone that HTTP knows.
    """
    try:
        moment = parsedate_to_datetime(text or "")
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
