"""Products: from a record to what the shop shall have, without a network."""
