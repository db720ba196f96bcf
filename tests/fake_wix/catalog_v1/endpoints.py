"""All modules of the V1 half that have endpoints, so that importing this one registers them."""

from tests.fake_wix.catalog_v1 import collections_read, products_read

__all__ = ["collections_read", "products_read"]
