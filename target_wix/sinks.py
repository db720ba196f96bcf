"""Which sink writes which stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.contacts.sink import ContactsSink
from target_wix.inventory.sink import InventoryItemsSink
from target_wix.products.sink import ProductsSink

if TYPE_CHECKING:
    from target_wix.pipeline.sink import WixSink

SINKS: dict[str, type[WixSink]] = {
    "contacts": ContactsSink,
    "inventory_items": InventoryItemsSink,
    "products": ProductsSink,
}
"""Sinks of the streams that are written, by stream."""
