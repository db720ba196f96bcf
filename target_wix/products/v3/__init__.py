"""Products on Stores Catalog V3."""
