"""Products written to Wix, on both catalogs."""
