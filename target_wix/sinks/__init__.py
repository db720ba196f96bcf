"""Which sink writes which stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.sinks.contacts import ContactsSink
from target_wix.sinks.products import ProductsSink

if TYPE_CHECKING:
    from target_wix.sinks.base import WixSink

SINKS: dict[str, type[WixSink]] = {"contacts": ContactsSink, "products": ProductsSink}
"""Sinks of the streams that are written, by stream."""
