"""The settings of the target: how to reach Wix, and how records become entities there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_wix.api.connection import CONNECTION_PROPERTIES, LOGINS, Connection, read_connection
from tap_wix.api.errors import SettingsError
from tap_wix.plugin import setting_mistakes

if TYPE_CHECKING:
    from collections.abc import Mapping

PRODUCT_MATCH_KEYS = ("handle", "slug", "sku")
CONTACT_MATCH_KEYS = ("email", "phone")


def _choice(title: str, description: str, *values: str) -> dict[str, Any]:
    """Return a setting with a few values, the first of which is the default."""
    return {
        "type": ["string", "null"],
        "title": title,
        "description": description,
        "enum": list(values),
        "default": values[0],
    }


def _switch(title: str, description: str, *, default: bool = False) -> dict[str, Any]:
    return {
        "type": ["boolean", "null"],
        "title": title,
        "description": description,
        "default": default,
    }


TARGET_PROPERTIES: dict[str, dict[str, Any]] = {
    "product_match_keys": {
        "type": ["array", "null"],
        "items": {
            "type": "string",
            "pattern": f"^({'|'.join(PRODUCT_MATCH_KEYS)})$",
            "description": ", ".join(PRODUCT_MATCH_KEYS),
        },
        "title": "Product match keys",
        "description": (
            "How to find the product a record means when its id is not one of this shop: tried in"
            " this order."
        ),
        "default": list(PRODUCT_MATCH_KEYS),
    },
    "contact_match_keys": {
        "type": ["array", "null"],
        "items": {
            "type": "string",
            "pattern": r"^(email|phone|custom\..+)$",
            "description": "email, phone, custom.<key>",
        },
        "title": "Contact match keys",
        "description": (
            "The same for contacts: email, phone, or custom.<key> for a custom field that tells"
            " contacts apart, such as the customer number of your ERP."
        ),
        "default": list(CONTACT_MATCH_KEYS),
    },
    "unknown_id": _choice(
        "Records with an id that the shop does not have",
        "A record carries the Wix id of another shop or of something that was deleted, and no key"
        " matches either. reject: set it aside, so that nothing the owner deleted comes back."
        " create: make it anew, for copies from one shop to another.",
        "reject",
        "create",
    ),
    "null_clears": _switch(
        "Null clears the field",
        "Off: a null in a record means that the record says nothing about the field, as warehouses"
        " send it. On: a null empties the field in Wix.",
    ),
    "stale_records": _choice(
        "Records older than the shop",
        "The shop's version is newer than the one a record was made from, and they differ."
        " reject: set the record aside, so that nobody's work is undone. overwrite: the record"
        " wins.",
        "reject",
        "overwrite",
    ),
    "track_quantity": _switch(
        "Start to track quantities",
        "A record has a quantity for a variant whose stock Wix does not count. On: it is counted"
        " from then on. Off: the quantity is reported and not written.",
    ),
    "copy_stock": _switch(
        "Copy stock between shops",
        "Rows of inventory_items that were read from another site are ignored, so that no shop's"
        " stock gets into another one. On: they are written, found by what their product became in"
        " the same run, or by their sku; for a new shop that takes over the stock of an old one. An"
        " old shop with several locations sends the stream locations, too. Set track_quantity, as"
        " well: copies of products start uncounted, unless the old shop is on"
        " Catalog V1.",
    ),
    "media": _choice(
        "Pictures of products and collections that exist",
        "Wix stores pictures under new names, so that addresses cannot be compared. count: send"
        " them only if their number differs. replace: send them with every change.",
        "count",
        "replace",
    ),
    "contact_lists": _choice(
        "Lists of a contact",
        "What a list of e-mails, phones or addresses does to the contact's own: replace or merge."
        " Columns email and phone only ever replace the primary value, labels and custom fields"
        " are always united.",
        "replace",
        "merge",
    ),
    "create_labels": _switch(
        "Create labels",
        "On: a label that the site does not have is created. Off: it is reported and left out.",
        default=True,
    ),
    "bulk_contacts": _switch(
        "Create contacts in bulk",
        "On: new contacts are created a hundred at a time, with Contacts v5, for a long list of"
        " new customers. What v5 has no place for (labels, custom fields, a picture) follows one by"
        " one; contacts that exist are changed as always. Off: one request each.",
    ),
    "create_custom_fields": _switch(
        "Create custom fields",
        "On: a custom field that the site does not have is created, its type taken from the first"
        " value: a JSON number makes a NUMBER, YYYY-MM-DD a DATE, a web address with https:// or"
        " http:// a URL, all else a TEXT (a number in quotes too: it can be a code such as 0047)."
        " Off: it is reported and left out. Wix has a limit for them and does not reuse names.",
    ),
    "rejected_dir": {
        "type": ["string", "null"],
        "title": "Folder for rejected records",
        "description": (
            "Records that could not be written go to a file in this folder, one a run, with the"
            " reason; mend them and send the file into target-wix. It holds personal data and only"
            " you can read it. Without the folder the state stays before the first rejected record"
            " and the next run sends it again."
        ),
    },
    "max_rejected": {
        "type": ["integer", "null"],
        "minimum": 0,
        "title": "Rejected records that are no failure",
        "description": "With a folder for them, a run with up to this many rejected records exits with 0.",
        "default": 0,
    },
    "report_dir": {
        "type": ["string", "null"],
        "title": "Folder for reports",
        "description": (
            "Each run, dry or not, leaves two files in this folder that only you can read: a page"
            " (.html) with what was or would be created, updated (before and after), deleted,"
            " refused and left out, and all of it as JSON lines (.jsonl). Both hold personal data."
        ),
    },
    "dry_run": _switch(
        "Dry run",
        "Read and compare, and list what would be created, updated (with the fields) or rejected."
        " Nothing is written and no state is kept.",
    ),
    "delete_mode": _choice(
        "Deleted records",
        "What to do with a record that has _sdc_deleted_at: ignore it, or delete its product,"
        " collection or contact in Wix for good.",
        "ignore",
        "delete",
    ),
    "max_deletes": {
        "type": ["integer", "null"],
        "minimum": 0,
        "title": "Most deletions of a run",
        "description": (
            "With delete_mode delete, a run ends before it deletes more entities than this: a"
            " source that is empty by mistake must not empty the shop. A dry run lists them all."
        ),
        "default": 10,
    },
    "unknown_streams": _choice(
        "Streams that nobody knows",
        "error: stop, since data that is expected in the shop would not arrive. ignore: count and"
        " skip them.",
        "error",
        "ignore",
    ),
}
"""JSON Schema of what only the target has."""

CONFIG_JSONSCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {**CONNECTION_PROPERTIES, **TARGET_PROPERTIES},
    "dependentRequired": LOGINS,
}


@dataclass(frozen=True)
class TargetSettings:
    """How records become entities; see the descriptions in `TARGET_PROPERTIES`."""

    product_match_keys: tuple[str, ...] = PRODUCT_MATCH_KEYS
    contact_match_keys: tuple[str, ...] = CONTACT_MATCH_KEYS
    unknown_id: str = "reject"
    null_clears: bool = False
    stale_records: str = "reject"
    track_quantity: bool = False
    copy_stock: bool = False
    media: str = "count"
    contact_lists: str = "replace"
    create_labels: bool = True
    bulk_contacts: bool = False
    create_custom_fields: bool = False
    rejected_dir: Path | None = None
    max_rejected: int = 0
    report_dir: Path | None = None
    dry_run: bool = False
    delete_mode: str = "ignore"
    max_deletes: int = 10
    unknown_streams: str = "error"


def read_settings(config: Mapping[str, Any]) -> tuple[Connection, TargetSettings]:
    """Check all settings and return them ready for use.

    Raises:
        SettingsError: with one message for each mistake, none of which quotes a value: it could be
            a secret in the wrong place.
    """
    mistakes: list[str] = []
    try:
        connection = read_connection(config)
    except SettingsError as error:
        mistakes.extend(error.messages)
    given = {name: config[name] for name in TARGET_PROPERTIES if config.get(name) is not None}
    mistakes.extend(setting_mistakes(given, TARGET_PROPERTIES))
    if mistakes:
        raise SettingsError(mistakes)
    for name in ("product_match_keys", "contact_match_keys"):
        if name in given:
            given[name] = tuple(given[name])
    folders = {name: _folder(given.pop(name, "")) for name in ("rejected_dir", "report_dir")}
    return connection, TargetSettings(**{**given, **folders})


def _folder(text: str) -> Path | None:
    return Path(text.strip()).expanduser() if text.strip() else None
