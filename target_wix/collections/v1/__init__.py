"""Collections on Catalog V1."""
