"""The report of a run: a page for the shop's owner, and all of it as JSON lines."""
