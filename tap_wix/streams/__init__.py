"""The streams, one module per domain of Wix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.streams.contacts import ContactsStream
from tap_wix.streams.stores import CollectionsStream, ProductsStream, ProductVariantsStream

if TYPE_CHECKING:
    from tap_wix.client import WixStream

STREAMS: tuple[type[WixStream], ...] = (
    ProductsStream,
    ProductVariantsStream,
    CollectionsStream,
    ContactsStream,
)
"""All streams, in the order of the catalog."""
