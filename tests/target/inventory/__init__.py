"""Tests of the inventory items sink."""
