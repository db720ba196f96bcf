"""Tests of tap-wix and target-wix."""
