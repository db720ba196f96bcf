"""Contacts v4, their labels and their custom fields (wix-api contacts 2 to 4)."""
