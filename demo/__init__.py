"""The demo: a small shop, a database of its own, and the real Meltano between them."""
