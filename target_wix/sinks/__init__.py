"""Which sink writes which stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from target_wix.sinks.base import WixSink

SINKS: dict[str, type[WixSink]] = {}
"""Sinks of the streams that are written, by stream."""
