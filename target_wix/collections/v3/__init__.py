"""Categories on Catalog V3."""
