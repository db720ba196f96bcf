"""The limits of a field, from Wix's own types."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_wix.pipeline.containers import ListOf, Obj
from target_wix.pipeline.scalars import Amount, FieldType, Number, Text

if TYPE_CHECKING:
    from collections.abc import Callable

_DECIMAL = re.compile(r"lte:([0-9.]+), maxScale:(\d+)")


def limited(kind: FieldType, path: str, of: Callable[[str], dict[str, Any] | None]) -> FieldType:
    """Return a field with the limits that Wix publishes for it and for what is in it.

    Args:
        kind: the field.
        path: where it stands in its entity.
        of: returns Wix's type of a path, None for one that Wix has not.
    """
    field = of(path) or {}
    if isinstance(kind, Obj):
        parts = {name: limited(one, f"{path}.{name}", of) for name, one in kind.fields.items()}
        return replace(kind, fields=parts)
    if isinstance(kind, ListOf):
        inner = limited(kind.item, f"{path}[]", of)
        size = (of(f"{path}[]") or {}).get("maxSize")
        return replace(kind, item=inner, maximum=int(size) if size else kind.maximum)
    if isinstance(kind, Text):
        longest = field.get("maxLength")
        return replace(kind, maximum=int(longest)) if longest else kind
    if isinstance(kind, Number):
        low, high = field.get("min"), field.get("max")
        return replace(
            kind,
            minimum=Decimal(low) if low else kind.minimum,
            maximum=Decimal(high) if high else kind.maximum,
        )
    if isinstance(kind, Amount):
        return _limited_amount(kind, field)
    return kind


def _limited_amount(kind: Amount, field: dict[str, Any]) -> Amount:
    if found := _DECIMAL.search(str(field.get("decimalValue"))):
        return replace(kind, maximum=Decimal(found[1]), scale=int(found[2]))
    return replace(kind, maximum=Decimal(field["max"])) if "max" in field else kind
