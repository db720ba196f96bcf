"""Whether a record says that its entity is deleted: only a real date and time says so."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from tap_wix.api.foreign_text import quoted
from tap_wix.api.times import canonical
from target_wix.runtime.metadata import DELETED_AT
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping

_ZERO = re.compile(r"[0T:.Z+\s-]*", re.IGNORECASE)
_HAS_TIME = re.compile(r"\d[Tt ]\s*\d")
_IN_BASIC_FORM = re.compile(r"\d{8}[Tt]\d")
# 0001, 1900 and 1970 stand for "no date", 9999 for "never"; Wix is younger than any of them.
_YEARS = range(1971, 2200)


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
        "BAD_VALUE",
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
        return bool(_HAS_TIME.search(text)) and int(canonical(text)[:4]) in _YEARS
    except ValueError:
        return False
