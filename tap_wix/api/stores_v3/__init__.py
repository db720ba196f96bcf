"""Stores Catalog V3: products, variants, categories and what hangs on them (wix-api stores-v3 1)."""
