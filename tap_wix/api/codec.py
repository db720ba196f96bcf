"""JSON as Wix sends and takes it, with every number exact."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NoReturn

import msgspec

_NUMBERS_KEPT = 4_096
# A product says its prices several times, and to look a number up is faster than to read it.
_decoder = msgspec.json.Decoder(float_hook=lru_cache(_NUMBERS_KEPT)(Decimal))
_encoder = msgspec.json.Encoder(decimal_format="number")
_NUL, _REPLACEMENT = "\x00", "\N{REPLACEMENT CHARACTER}"
_ESCAPED_NUL = "\\u0000"
_ESCAPED_NUL_BYTES = _ESCAPED_NUL.encode()
_MOST_DIGITS = 4300
"""Digits of the longest integer that Python turns into text and back unless told otherwise."""


class UnusableJsonError(ValueError):
    """It may be JSON, and it is nested so deeply that nobody can work with it."""


def decode(data: bytes | str) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Parse JSON text.

    Integers stay integers and every other number becomes a `Decimal`: V1 prices are JSON numbers
    (wix-api stores-v1 2.9), and a detour through float would turn 12.10 into 12.0999999999999996.
    A number that is beyond both becomes its text. A lone surrogate escape, which no UTF-8 output
    could carry on, and U+0000, which PostgreSQL has in no text, become U+FFFD at every depth,
    names of members included, instead of costing the whole page or table.

    Raises:
        UnusableJsonError: it is nested deeper than Python can follow.
        ValueError: the text is no JSON, or holds NaN or Infinity.
    """
    try:
        return _decoded(data)
    except RecursionError:
        raise UnusableJsonError("nested too deeply") from None


def encode(value: object) -> bytes:
    """Write JSON text in UTF-8, a `Decimal` as a plain number.

    Raises:
        TypeError: a value that has no JSON form.
        UnicodeEncodeError: a text with a lone surrogate.
    """
    return _encoder.encode(value)


def _decoded(data: bytes | str) -> Any:  # noqa: ANN401
    try:
        value = _decoder.decode(data)
    except (ValueError, InvalidOperation):
        return _clean(
            json.loads(
                data,
                parse_int=_whole_number,
                parse_float=_decimal_number,
                parse_constant=_refuse_constant,
            )
        )
    return _clean(value) if _may_hold_nul(data) else value


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


def _may_hold_nul(data: bytes | str) -> bool:
    # To look for one byte takes a tenth of the time.
    if isinstance(data, str):
        return "\\" in data and _ESCAPED_NUL in data
    return b"\\" in data and _ESCAPED_NUL_BYTES in data


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= _MOST_DIGITS else text


def _decimal_number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:  # its exponent has twenty digits
        return text


def _clean(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace(_NUL, _REPLACEMENT)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
