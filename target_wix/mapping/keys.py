"""What a key is: one definition for what a record and what the shop says.

A key finds an entity: a handle, slug, sku, e-mail, phone or the value of a custom field. Everything
that compares two keys does it here, so that two spellings never make two entities.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x1f\x7f-\x9f"
"""Characters that nobody sees: soft hyphen, zero-width, direction marks, byte order mark, controls."""

_UNSEEN = re.compile(f"[{_INVISIBLE}]+")
_ENDS = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")
_WHOLE = re.compile(r"(-?(?:0|[1-9]\d*))\.0+", re.ASCII)
_ZEROS = re.compile(r"[0.,\s]+", re.ASCII)
_MARKS = re.compile(r"[\W_]+")
_PLACEHOLDERS = frozenset(
    {"n/a", "#n/a", "na", "n.a.", "n.a", "<na>", "nan", "null", "(null)", "<null>", "\\n", "none"}
    | {"(none)", "nil", "undefined"}
)


def trimmed(text: str) -> str:
    """Return a text without the blanks and invisible characters at its ends, in NFC.

    CHAR columns pad, spreadsheets add no-break spaces and byte order marks, and macOS writes NFD.
    """
    return unicodedata.normalize("NFC", _ENDS.sub("", text))


def visible(text: str) -> str:
    """Return a text without the characters that nobody sees, wherever they are."""
    return _UNSEEN.sub("", text)


def whole(text: str) -> str:
    """Return the digits of a whole number that came through a float: `1001.0` is `1001`."""
    found = _WHOLE.fullmatch(text)
    return found.group(1) if found else text


def says_nothing(text: str) -> bool:
    """Tell whether a text stands for no value: empty, marks alone, or a word such as `N/A`."""
    text = trimmed(text).casefold()
    return text in _PLACEHOLDERS or _MARKS.fullmatch(text) is not None or not text


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
    text = whole(trimmed(str(value)))
    return "" if says_nothing(text) else text


def is_zeros(text: str) -> bool:
    """Tell whether a number or phone consists of zeros alone, as forms fill an empty field."""
    return _ZEROS.fullmatch(text) is not None


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
