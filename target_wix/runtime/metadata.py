"""The `_sdc_*` columns that Singer's loaders and an earlier rejection add to a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DELETED_AT = "_sdc_deleted_at"
"""The column that Singer's loaders give a row that is gone from its source."""

_METADATA = "_sdc_"


def without_metadata(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a record without what loaders and an earlier rejection added to it.

    `_sdc_deleted_at` stays, also as Snowflake writes it: the sinks decide by `delete_mode`.
    """
    kept: dict[str, Any] = {}
    for name, value in record.items():
        if name[:5].lower() != _METADATA:
            kept[name] = value
        elif name.lower() == DELETED_AT:
            kept[DELETED_AT] = value if kept.get(DELETED_AT) is None else kept[DELETED_AT]
    return kept
