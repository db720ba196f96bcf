"""Contacts written to Wix."""
