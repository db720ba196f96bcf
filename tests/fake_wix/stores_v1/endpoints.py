"""All modules of the V1 half that have endpoints, so that importing this one registers them."""

from tests.fake_wix.stores_v1 import (
    collections_read,
    collections_write,
    inventory,
    inventory_write,
    media,
    product_actions,
    products_bulk,
    products_read,
    products_write,
    variants,
    variants_write,
)

__all__ = [
    "collections_read",
    "collections_write",
    "inventory",
    "inventory_write",
    "media",
    "product_actions",
    "products_bulk",
    "products_read",
    "products_write",
    "variants",
    "variants_write",
]
