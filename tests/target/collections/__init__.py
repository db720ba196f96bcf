"""Tests of the sink of collections."""
