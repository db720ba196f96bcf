"""Shops to fill a site with: a small believable one, and nasty but legal ones of any size."""

from tests.fake_wix.shops import demo_v1, demo_v3, products_v1, products_v3

__all__ = ["demo_v1", "demo_v3", "products_v1", "products_v3"]
