"""The settings of the tap, and what is wrong with them in words for the person who fills them in."""

from __future__ import annotations

import io
import json
import os
import re
from typing import IO, TYPE_CHECKING, Any

from tap_wix.api import times
from tap_wix.api.connection import CONNECTION_PROPERTIES, read_connections
from tap_wix.api.errors import SettingsError
from tap_wix.failures import RunFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_LOOKBACK_MINUTES = 10
DEFAULT_PARALLEL_SITES = 4
_READ_FROM_TEXT: dict[str, tuple[Callable[[str], object], str]] = {
    "integer": (int, "a whole number"),
    "object": (json.loads, "a JSON object"),
}

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "array": "a list",
    "boolean": "true or false",
}

PROPERTIES: dict[str, dict[str, Any]] = {
    **CONNECTION_PROPERTIES,
    "site_ids": {
        "type": ["array", "null"],
        "items": {"type": "string"},
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
}


def json_object(option: str, file: IO[str]) -> IO[str]:
    """Return the file of an option again, after making sure that it holds a JSON object."""
    text = file.read()
    try:
        value = json.loads(text)
    except ValueError as error:
        raise RunFailedError([f"The file of --{option} is no JSON: {error}."]) from None
    if not isinstance(value, dict):
        raise RunFailedError([f"The file of --{option} holds no JSON object."])
    if option == "catalog" and not _is_catalog(value):
        raise RunFailedError(["The file of --catalog is no Singer catalog; --discover makes one."])
    return io.StringIO(text)


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


def validate_config(config: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each mistake, none of which quotes a value."""
    mistakes: list[str] = []
    try:
        read_connections(config)
    except SettingsError as error:
        mistakes = error.messages
    start_date = config.get("start_date")
    if start_date and not times.is_moment(start_date):
        mistakes.append("start_date is no date and time such as 2026-01-31T00:00:00Z.")
    for name in ("lookback_minutes", "order_lookback_days"):
        number = config.get(name)
        if number is not None and (type(number) is not int or number < 0):
            mistakes.append(f"{name} must be a whole number of at least 0.")
    sites = config.get("parallel_sites")
    if sites is not None and (type(sites) is not int or sites < 1):
        mistakes.append("parallel_sites must be a whole number of at least 1.")
    for name in ("skip_unavailable_streams", "activate_versions"):
        if config.get(name) is not None and type(config[name]) is not bool:
            mistakes.append(f"{name} must be true or false.")
    return mistakes


def without_values(errors: list[str]) -> list[str]:
    """Return what the SDK's check says, less the values that it quotes: one can be the key.

    Args:
        errors: as the SDK words them, `<value> is not of type 'string' in config['api_key']`.
    """
    mistakes = []
    for error in errors:
        what, _, place = error.rpartition(" in config")
        name = ".".join(re.findall(r"\['?([^']*?)'?\]", place)) or "A setting"
        _, is_about_type, types = what.rpartition(" is not of type ")
        kinds = " or ".join(_KINDS.get(kind, kind) for kind in re.findall(r"'(\w+)'", types))
        wanted = f"must be {kinds}" if is_about_type else "has a value that it cannot have"
        mistakes.append(f"{name} {wanted}.")
    return mistakes


def bad_values_in_environment(config_jsonschema: Mapping[str, Any]) -> list[str]:
    """Name the settings that are numbers or JSON, and are something else in the environment."""
    mistakes = []
    for name, schema in config_jsonschema["properties"].items():
        text = os.environ.get(f"TAP_WIX_{name.upper()}")
        for kind, (read, wanted) in _READ_FROM_TEXT.items():
            if text is not None and kind in schema.get("type", ()):
                try:
                    read(text)
                except ValueError:
                    mistakes.append(f"{name} must be {wanted}.")
    return mistakes
