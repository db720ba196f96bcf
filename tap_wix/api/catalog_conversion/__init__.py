"""Catalog V1 to Catalog V3 and back, without a network."""
