"""Singer target for Wix: products and contacts, written into a shop that follows."""
