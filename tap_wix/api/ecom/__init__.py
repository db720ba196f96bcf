"""Orders and what belongs to them (wix-api orders 2, 8, 9)."""
