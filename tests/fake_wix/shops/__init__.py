"""Shops to fill a site with: a small believable one, and nasty but legal ones of any size."""
