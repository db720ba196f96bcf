"""A record on its way into Wix, from its line in the input to its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from target_wix.runtime.outcomes import Rejection


@dataclass(slots=True, eq=False)
class PendingRecord:
    """One record without an outcome yet; equal only to itself.

    Attributes:
        data: the record after stream maps, without `_sdc_*` columns but `_sdc_deleted_at`.
        position: its line in the input, counted from 1.
        key: what to call it in logs, never an e-mail.
        stream: the stream it came from, before stream maps.
        wire: the record as it came, for the file of rejected records.
        unreadable: why the record is rejected before anybody looks at it.
        dropped: what it loses, reasons and names, counted when it is settled and not rejected.
    """

    data: dict[str, Any]
    position: int
    key: str
    stream: str = ""
    wire: bytes = field(default=b"", repr=False)
    unreadable: Rejection | None = None
    dropped: list[tuple[str, str]] = field(default_factory=list)
