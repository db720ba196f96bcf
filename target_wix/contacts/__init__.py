"""Contacts: from a Singer record to the `info` that Wix takes, by what differs."""
