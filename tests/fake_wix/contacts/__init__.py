"""Contacts with their labels and custom fields (wix-api contacts 1 to 5)."""
