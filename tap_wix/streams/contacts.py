"""Contacts and what describes them (wix-api contacts 2 to 5)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix.api import codec
from tap_wix.api.contacts.contacts import CONTACTS
from tap_wix.api.contacts.extended_fields import EXTENDED_FIELDS
from tap_wix.api.contacts.labels import LABELS
from tap_wix.api.contacts.trash_bin import TRASH_BIN
from tap_wix.client import EmbeddedStream, WixStream
from tap_wix.schemas.source import SITE, column, schema_of, wix_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

CUSTOM = "custom."
"""What the keys of the owner's fields begin with; all others are Wix's (wix-api contacts 4)."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class ContactsStream(WixStream):
    """Contacts with all their e-mails, phones, addresses, labels and custom fields."""

    name = "contacts"
    replication_key = "updatedDate"
    schema = wix_schema("contacts", own=SITE)
    resource = CONTACTS


class ContactCustomFieldsStream(EmbeddedStream):
    """One row for each value of a custom field, with what the field is."""

    name = "contact_custom_fields"
    parent_stream_type = ContactsStream
    primary_keys = ("siteId", "contactId", "key")
    replication_key = "updatedDate"
    schema = schema_of(
        {
            **SITE,
            "contactId": column("string", "The contact that has the value."),
            "key": column("string", "Key of the field, such as custom.shoe-size."),
            "displayName": column("string", "Name of the field; null if it is no more."),
            "dataType": column("string", "TEXT, NUMBER, DATE or URL; null if it is no more."),
            "textValue": column("string", "The value as text, whatever its type."),
            "numberValue": column("number", "The value of a NUMBER field."),
            "dateValue": {**column("string", "The value of a DATE field."), "format": "date"},
            "updatedDate": column("date-time", "When the contact last changed."),
        },
        primary_keys,
    )

    @override
    def prepare(self, site: WixSite) -> dict[str, Row]:
        """Read the definitions, once a run: only they tell the type of a value (contacts 4)."""
        return {row["key"]: row for row in EXTENDED_FIELDS.rows(site)}

    @override
    def child_records(
        self, parent: Row, prepared: Mapping[str, Row], requested: Row
    ) -> Iterator[Row]:
        info = parent.get("info")
        fields = info.get("extendedFields") if isinstance(info, dict) else None
        items = fields.get("items") if isinstance(fields, dict) else None
        for key, value in items.items() if isinstance(items, dict) else ():
            if key.startswith(CUSTOM) and value is not None:
                field = prepared.get(key, {})
                yield {
                    "contactId": parent["id"],
                    "key": key,
                    "displayName": field.get("displayName"),
                    "dataType": field.get("dataType"),
                    "updatedDate": parent.get("updatedDate"),
                    **_typed(field.get("dataType"), value),
                }


class ContactLabelsStream(WixStream):
    """The labels that contacts can carry, Wix's own among them."""

    name = "contact_labels"
    primary_keys = ("siteId", "key")
    schema = wix_schema("contact_labels", keys=primary_keys, own=SITE)
    resource = LABELS


class ContactExtendedFieldsStream(WixStream):
    """The fields that contacts can have beside the usual ones: the owner's and those of Wix."""

    name = "contact_extended_fields"
    primary_keys = ("siteId", "key")
    schema = wix_schema("contact_extended_fields", keys=primary_keys, own=SITE)
    resource = EXTENDED_FIELDS


class DeletedContactsStream(WixStream):
    """Contacts in the trash bin, where they stay for 90 days; in the shape of Contacts v5.

    A row has no date of its deletion. What is known is when it was looked for.
    """

    name = "deleted_contacts"
    replication_key = moment = "deletedBefore"
    selected_by_default = False
    schema = wix_schema(
        "contacts_v5",
        own={
            "deletedAfter": column("date-time", "The contact was deleted at or after this moment."),
            "deletedBefore": column("date-time", "The contact was deleted before this moment."),
            **SITE,
        },
    )
    resource = TRASH_BIN


def _typed(data_type: str | None, value: Any) -> Row:  # noqa: ANN401 - any JSON
    """Return a value in the column of its type; one that does not fit it stays a text."""
    text = value if isinstance(value, str) else _as_text(value)
    row: Row = {"textValue": text, "numberValue": None, "dateValue": None}
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        row["numberValue"] = value
    elif data_type == "DATE" and _DATE.fullmatch(text):
        row["dateValue"] = text
    return row


def _as_text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a number digit by digit, and anything else as JSON."""
    return str(value) if isinstance(value, Decimal) else codec.encode(value).decode()
