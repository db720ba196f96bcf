"""The settings of the tap, and what is wrong with them in words for the person who fills them in."""

from __future__ import annotations

import io
import json
from typing import IO, TYPE_CHECKING, Any

from tap_wix.api.connection import read_connections
from tap_wix.api.errors import SettingsError
from tap_wix.columns import AS_WIX, SNAKE_CASE
from tap_wix.failures import RunFailedError
from tap_wix.plugin import setting_mistakes

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LOOKBACK_MINUTES = 10
DEFAULT_PARALLEL_SITES = 4

TAP_PROPERTIES: dict[str, dict[str, Any]] = {
    "site_ids": {
        "type": ["array", "null"],
        "items": {"type": "string", "description": "site ids, or * alone"},
        "title": "Site ids",
        "description": (
            "Instead of `site_id`: several sites to read side by side, each with its own quota, or"
            ' ["*"] for all sites of the account. In an environment variable: JSON, or ids separated'
            " by commas."
        ),
    },
    "account_id": {
        "type": ["string", "null"],
        "title": "Account id",
        "description": (
            "Id of the account, from the API Keys Manager. Only for `site_ids` * and for the stream"
            " `sites`; the key has to be one of the whole account."
        ),
    },
    "parallel_sites": {
        "type": ["integer", "null"],
        "minimum": 1,
        "title": "Sites at a time",
        "description": "How many sites are read side by side.",
        "default": DEFAULT_PARALLEL_SITES,
    },
    "start_date": {
        "type": ["string", "null"],
        "format": "date-time",
        "title": "Start date",
        "description": (
            "What has not changed since then is left out of incremental streams, such as"
            " 2026-01-31T00:00:00Z. Leave it empty to read everything."
        ),
    },
    "lookback_minutes": {
        "type": ["integer", "null"],
        "title": "Look-back in minutes",
        "description": (
            "How far before the end of the last run an incremental run begins. Wix's"
            " index is some seconds late; what is read twice does no harm."
        ),
        "default": DEFAULT_LOOKBACK_MINUTES,
    },
    "order_lookback_days": {
        "type": ["integer", "null"],
        "title": "Look-back for payments and fulfillments in days",
        "description": (
            "Payments, refunds and fulfillments of orders that are younger than this are read again"
            " in each incremental run: a late chargeback or a tracking number may not touch the"
            " order itself. 0 relies on the order's date alone."
        ),
        "default": 0,
    },
    "skip_unavailable_streams": {
        "type": ["boolean", "null"],
        "title": "Skip unavailable streams",
        "description": (
            "Off: the run ends with 1 if a selected stream could not be read. On: a stream whose"
            " app is not on the site, or whose permission the key lacks, is only a warning. All"
            " other streams are read either way."
        ),
        "default": False,
    },
    "activate_versions": {
        "type": ["boolean", "null"],
        "title": "Send ACTIVATE_VERSION",
        "description": (
            "On: streams that were read whole tell the loader to delete all rows that were not"
            " among them. Loaders apply that to the whole table, rows of other sites included, so"
            " it is for tables of one site. The stream sweeps tells what is gone without it."
        ),
        "default": False,
    },
    "column_names": {
        "type": ["string", "null"],
        "enum": [AS_WIX, SNAKE_CASE],
        "title": "Names of columns",
        "description": (
            "wix: as Wix names them, such as siteId. snake_case: site_id, so that one query fits"
            " loaders that keep names and loaders that fold them to lower case. What is within a"
            " column keeps Wix's names. Choose before the first load: it names tables' columns."
        ),
        "default": AS_WIX,
    },
}
"""JSON Schema of what only the tap has."""


_NO_COLUMNS: dict[str, Any] = {"type": "object", "properties": {}}


def json_object(option: str, file: IO[str]) -> IO[str]:
    """Return the file of an option again, after making sure that it holds a JSON object.

    Of a catalog it leaves out the schemas of streams that are not selected: nobody reads them, and
    to walk through all schemas takes the SDK half of the setup.

    Raises:
        RunFailedError: it holds something else.
    """
    text = file.read()
    try:
        value = json.loads(text)
    except ValueError as error:
        raise RunFailedError([f"The file of --{option} is no JSON: {error}."]) from None
    if not isinstance(value, dict):
        raise RunFailedError([f"The file of --{option} holds no JSON object."])
    if option == "catalog" and not _is_catalog(value):
        raise RunFailedError(["The file of --catalog is no Singer catalog; --discover makes one."])
    if option == "catalog":
        streams = [
            {**stream, "schema": _NO_COLUMNS, "metadata": [root]}
            if (root := _root_metadata(stream)) and root["metadata"].get("selected") is False
            else stream
            for stream in value["streams"]
        ]
        text = json.dumps({**value, "streams": streams})
    return io.StringIO(text)


def _root_metadata(stream: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a catalog says of a whole stream, None if it says nothing that is understood."""
    entries = stream.get("metadata")
    for entry in entries if isinstance(entries, list) else ():
        if (
            isinstance(entry, dict)
            and entry.get("breadcrumb") == []
            and isinstance(entry.get("metadata"), dict)
        ):
            return entry
    return None


def _is_catalog(value: dict[str, Any]) -> bool:
    """Tell whether the SDK can read a catalog; it looks no further than JSON itself."""
    streams = value.get("streams")
    return isinstance(streams, list) and all(
        isinstance(stream, dict)
        and isinstance(stream.get("tap_stream_id"), str)
        and isinstance(stream.get("schema"), dict)
        and isinstance(stream["schema"].get("properties"), dict)
        for stream in streams
    )


def check_settings(config: Mapping[str, Any]) -> None:
    """Check all settings.

    Raises:
        SettingsError: with one message for each mistake, none of which quotes a value.
    """
    mistakes = []
    try:
        read_connections(config)
    except SettingsError as error:
        mistakes = error.messages
    mistakes += setting_mistakes(config, TAP_PROPERTIES)
    if mistakes:
        raise SettingsError(mistakes)
