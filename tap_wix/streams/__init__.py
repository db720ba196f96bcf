"""The streams, one module per domain of Wix."""

from tap_wix.streams.categories import CollectionsStream
from tap_wix.streams.crm import ContactsStream
from tap_wix.streams.stores import ProductsStream, ProductVariantsStream

__all__ = ["CollectionsStream", "ContactsStream", "ProductVariantsStream", "ProductsStream"]
