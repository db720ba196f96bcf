"""Tests of the fake Wix itself, where its behaviour is subtle enough to be wrong."""
