"""All modules with Catalog V3 endpoints, so that importing this one registers them."""

from tests.fake_wix.catalog_v3 import (
    categories_read,
    inventory_read,
    products_read,
    variants_read,
)

__all__ = ["categories_read", "inventory_read", "products_read", "variants_read"]
