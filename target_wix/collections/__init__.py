"""Collections: what Catalog V3 calls categories, as records ask for them, in the shop."""
