"""A record on its way, from its line in the input to its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.runtime.outcomes import Rejection


DELETED_AT = "_sdc_deleted_at"
"""The column that Singer's loaders give a row that is gone from its source."""

_METADATA = "_sdc_"


@dataclass(slots=True, eq=False)
class PendingRecord:
    """One record without an outcome yet; equal only to itself.

    Attributes:
        data: the record after stream maps, without `_sdc_*` columns but `_sdc_deleted_at`.
        position: its line in the input, counted from 1.
        stream: the stream it came from, before stream maps.
        wire: the record as it came, for the file of rejected records.
        unreadable: why the record is rejected before anybody looks at it.
        key: what its sink calls it in logs, never an e-mail.
        dropped: what it loses, reasons and names, counted when it is settled and not rejected.
    """

    data: dict[str, Any]
    position: int
    stream: str = ""
    wire: bytes = field(default=b"", repr=False)
    unreadable: Rejection | None = None
    key: str = ""
    dropped: list[tuple[str, str]] = field(default_factory=list)


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
