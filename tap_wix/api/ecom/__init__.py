"""Orders and what belongs to them (wix-api orders)."""
