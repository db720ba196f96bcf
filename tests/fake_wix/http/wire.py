"""JSON on the wire, exactly: what is no integer is a Decimal, in both directions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def decode(data: bytes) -> Any:
    """JSON text to values; ValueError for anything else."""
    return _decoder.decode(data)


def encode(value: object) -> bytes:
    """Values to JSON text."""
    return _encoder.encode(value)
