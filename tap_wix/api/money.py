"""Amounts of money: exact, by value, and spelled the way Wix accepts them.

Catalog V3 takes and gives decimal strings with at most three decimals and no exponent; Catalog V1
has JSON numbers (wix-api stores-v3 1, stores-v1 2.9). `34.5` may come back for `34.50`, so two
amounts are compared by value.
"""

from __future__ import annotations

import re
from decimal import Decimal

_EASY = 10**15
"""Whole numbers below are numbers without a look at their digits."""

_EASY_LENGTH = 20
"""Longest text of a finite `Decimal` without an exponent that needs no closer look."""

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", re.ASCII)


def decimal_of(value: object) -> Decimal | None:
    """The number that a JSON number or a text stands for, or None if it is none.

    A float is read by its shortest spelling, which is the text it was parsed from. Thousands
    separators, NaN and infinity are no numbers here, and neither is a boolean.
    """
    if type(value) is int and -_EASY < value < _EASY:
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, float, str)):
        return None
    text = value.strip() if isinstance(value, str) else str(value)
    if (
        type(value) is Decimal
        and len(text) <= _EASY_LENGTH
        and "E" not in text
        and value.is_finite()
    ):
        return value
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def decimal_text(value: Decimal | int | str) -> str:
    """Plain notation: no exponent, no plus sign, no minus zero, trailing zeros as they came.

    Raises:
        ValueError: If the value is not a finite number.
    """
    number = decimal_of(value)
    if number is None:
        message = "not a decimal number"
        raise ValueError(message)
    return plain(number)


def plain(number: Decimal) -> str:
    """The same of a number that is known to be finite."""
    return format(number or abs(number), "f")


def plain_text(value: object) -> str | None:
    """The same of a JSON number or a text, None if it is no number."""
    if type(value) is int and -_EASY < value < _EASY:
        return str(value)
    if type(value) is Decimal and value:
        text = str(value)
        if len(text) <= _EASY_LENGTH and "E" not in text and value.is_finite():
            return text
    number = decimal_of(value)
    return None if number is None else plain(number)


def same_amount(left: object, right: object) -> bool:
    """Whether two amounts are equal by value: `34.5` and `"34.50"` are. None equals only None."""
    first, second = decimal_of(left), decimal_of(right)
    if first is None and second is None:
        return left == right
    return first == second


def decimals(value: Decimal | int | str) -> int:
    """How many decimals the value needs: `12.100` needs one.

    Raises:
        ValueError: If the value is not a finite number.
    """
    return len(decimal_text(value).partition(".")[2].rstrip("0"))


def without_zeros(number: Decimal) -> Decimal:
    """Return a number without the zeros at the end of its decimals: `12.5000` is `12.5`.

    Databases keep money with four decimals, and Wix counts decimals as they are written.
    """
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else Decimal(text)
