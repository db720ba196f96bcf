"""Singer tap for Wix."""
