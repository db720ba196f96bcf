"""The JSON Schema of each stream."""

from tap_wix.schemas.collections import COLLECTIONS
from tap_wix.schemas.contacts import CONTACTS
from tap_wix.schemas.products import PRODUCTS
from tap_wix.schemas.variants import PRODUCT_VARIANTS

__all__ = ["COLLECTIONS", "CONTACTS", "PRODUCTS", "PRODUCT_VARIANTS"]
