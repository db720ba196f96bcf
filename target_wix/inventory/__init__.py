"""Stock as a stream of its own: rows of `inventory_items` onto the items of a shop."""
