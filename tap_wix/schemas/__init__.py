"""The JSON Schema of each stream, from Wix's own types."""
