"""Contacts, the same whatever Stores catalog the site has, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix import schemas
from tap_wix.api.contacts.contacts import read_contacts
from tap_wix.client import WixStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_wix.client import Row


class ContactsStream(WixStream):
    """Contacts with all their e-mails, phones, addresses, labels and custom fields."""

    name = "contacts"
    primary_keys = ("siteId", "id")
    replication_key = "updatedDate"
    schema = schemas.CONTACTS

    @override
    def read(self, since: str | None) -> Iterable[Row]:
        return read_contacts(self.site.transport, since)
