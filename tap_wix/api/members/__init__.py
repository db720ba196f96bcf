"""Members v1 (wix-api contacts 6)."""
