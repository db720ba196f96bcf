"""All modules with Catalog V3 endpoints, so that importing this one registers them."""

from tests.fake_wix.stores_v3 import (
    categories_read,
    categories_write,
    category_items,
    inventory_read,
    inventory_write,
    products_bulk,
    products_read,
    products_write,
    small_routes,
    variants_read,
)

__all__ = [
    "categories_read",
    "categories_write",
    "category_items",
    "inventory_read",
    "inventory_write",
    "products_bulk",
    "products_read",
    "products_write",
    "small_routes",
    "variants_read",
]
