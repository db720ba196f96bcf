"""JSON as Wix sends and takes it, with every number exact."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")

MOST_LEVELS = 100
"""Lists and objects inside of each other. Rich text of Wix has about thirty; Python gives up on
some hundreds, at a place where nobody can tell which value it was."""

_OTHER_BYTES = bytes(byte for byte in range(256) if byte not in b'[]{}"')
_TEXT = re.compile(rb'"[^"]*"')


class UnusableJsonError(ValueError):
    """It is JSON, and nobody can work with it: too deep, or a number of thousands of digits."""


def decode(data: bytes | str) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Parse JSON text.

    Integers of any size stay integers and every other number becomes a `Decimal`: V1 prices are
    JSON numbers (wix-api stores-v1 2.9), and a detour through float would turn 12.10 into
    12.0999999999999996. A lone surrogate escape, which no UTF-8 output could carry on, becomes
    U+FFFD instead of costing the whole page.

    Raises:
        UnusableJsonError: a number is too long to be one, or values lie too deep in each other.
        ValueError: the text is not JSON, or holds NaN or Infinity.
    """
    try:
        value = _decoded(data)
    except RecursionError:
        raise UnusableJsonError(_TOO_DEEP) from None
    except ArithmeticError:
        raise UnusableJsonError(_TOO_LONG) from None
    if _deeper_than(MOST_LEVELS, data):
        raise UnusableJsonError(_TOO_DEEP)
    return value


def encode(value: object) -> bytes:
    """Write JSON text in UTF-8, a `Decimal` as a plain number.

    Raises:
        TypeError: a value that has no JSON form.
        UnicodeEncodeError: a text with a lone surrogate.
    """
    return _encoder.encode(value)


_TOO_DEEP = f"more than {MOST_LEVELS} lists or objects inside of each other"
_TOO_LONG = "a number that is too long"


def _decoded(data: bytes | str) -> Any:  # noqa: ANN401
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError:
        pass
    except UnicodeError:
        raise
    except ValueError:
        # Python reads no whole number of more than some thousand digits.
        raise UnusableJsonError(_TOO_LONG) from None
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    value = json.loads(
        text, parse_float=Decimal, parse_int=_whole_number, parse_constant=_refuse_constant
    )
    return _without_surrogates(value)


def _whole_number(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        raise UnusableJsonError(_TOO_LONG) from None


def _deeper_than(most: int, data: bytes | str) -> bool:
    """Tell how deep valid JSON is from its brackets alone, at a part of what decoding costs."""
    text = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    # What stays of a text is its quotes, and the brackets in it, which count for nothing.
    brackets = text.translate(None, _OTHER_BYTES).replace(b'""', b"")
    if b'"' in brackets:
        brackets = _TEXT.sub(b"", brackets)
    for _ in range(most):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
