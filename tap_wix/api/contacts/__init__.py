"""Contacts v4, their labels and their custom fields (wix-api contacts)."""
