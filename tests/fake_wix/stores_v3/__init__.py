"""Catalog V3: products, variants, inventory, categories and the small things around them."""
