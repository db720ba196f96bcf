"""The settings of the tap, and what is wrong with them in words for the person who fills them in."""

from __future__ import annotations

import io
import json
import os
from typing import IO, TYPE_CHECKING, Any

from tap_wix.api import times
from tap_wix.api.errors import SettingsError
from tap_wix.api.settings import CONNECTION_PROPERTIES, read_connection
from tap_wix.failures import RunFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LOOKBACK_MINUTES = 10

PROPERTIES: dict[str, dict[str, Any]] = {
    **CONNECTION_PROPERTIES,
    "start_date": {
        "type": ["string", "null"],
        "format": "date-time",
        "title": "Start date",
        "description": (
            "Products and contacts that have not changed since then are left out, such as"
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
    return io.StringIO(text)


def mistakes_in(config: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each mistake, none of which quotes a value."""
    mistakes: list[str] = []
    try:
        read_connection(config)
    except SettingsError as error:
        mistakes = error.messages
    start_date = config.get("start_date")
    if start_date and not is_moment(start_date):
        mistakes.append("start_date is no date and time such as 2026-01-31T00:00:00Z.")
    minutes = config.get("lookback_minutes")
    if minutes is not None and (type(minutes) is not int or minutes < 0):
        mistakes.append("lookback_minutes must be a whole number of at least 0.")
    return mistakes


def is_moment(value: object) -> bool:
    """Tell whether a value is the text of a date and time."""
    try:
        times.canonical(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def bad_numbers_in_environment(config_jsonschema: Mapping[str, Any]) -> list[str]:
    """Name the settings that are numbers, and are something else in the environment."""
    mistakes = []
    for name, schema in config_jsonschema["properties"].items():
        text = os.environ.get(f"TAP_WIX_{name.upper()}")
        if text is not None and "integer" in schema.get("type", ()):
            try:
                int(text)
            except ValueError:
                mistakes.append(f"{name} must be a whole number.")
    return mistakes
