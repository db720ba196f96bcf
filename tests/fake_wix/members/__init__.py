"""Site members (wix-api contacts 6)."""
