"""From a record to the body of a Wix request: pure functions, no network."""
