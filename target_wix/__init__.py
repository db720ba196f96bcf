"""Singer target for Wix: products, collections and contacts, written into a shop that follows."""
