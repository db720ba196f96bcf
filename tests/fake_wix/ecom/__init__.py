"""Orders, and the payments and fulfillments that belong to them."""
