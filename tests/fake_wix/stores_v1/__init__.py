"""The V1 half of the fake Wix: products, variants, collections, inventory (wix-api stores-v1 1)."""
