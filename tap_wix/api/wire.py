"""JSON as Wix sends and takes it, with every number exact."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def decode(data: bytes | str) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Parse JSON text.

    Integers of any size stay integers and every other number becomes a `Decimal`: V1 prices are
    JSON numbers (wix-api stores-v1 2.9), and a detour through float would turn 12.10 into
    12.0999999999999996. A lone surrogate escape, which no UTF-8 output could carry on, becomes
    U+FFFD instead of costing the whole page.

    Raises:
        ValueError: the text is no JSON, or holds NaN or Infinity.
    """
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError:
        return _without_surrogates(
            json.loads(data, parse_float=Decimal, parse_constant=_refuse_constant)
        )


def encode(value: object) -> bytes:
    """Write JSON text in UTF-8, a `Decimal` as a plain number.

    Raises:
        TypeError: a value that has no JSON form.
        UnicodeEncodeError: a text with a lone surrogate.
    """
    return _encoder.encode(value)


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
