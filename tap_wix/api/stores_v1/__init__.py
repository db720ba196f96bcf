"""Stores Catalog V1: products, variants, collections, inventory, media (wix-api stores-v1 1)."""
