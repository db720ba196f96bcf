"""Paths of Wix's endpoints: what may stand in one, and which API it is of."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import quote

from tap_wix.api.errors import BadIdError
from tap_wix.api.foreign_text import quoted

_ID = re.compile(r"[0-9A-Za-z._~:-]{1,100}")
_LONGEST_NAME = 300


def quote_id(value: object) -> str:
    """Return an id for use in a path.

    Raises:
        BadIdError: it can be no id of Wix; it must never reach an address, where `../orders`
            would name something else.
    """
    if not isinstance(value, str) or not _ID.fullmatch(value) or not value.strip("."):
        raise BadIdError(f"{quoted(value, numbers=True)} is not an id of Wix.")
    return quote(value, safe="")


def quote_name(value: object) -> str:
    """Return a name such as a slug for use in a path: whatever it holds, it stays one name.

    Raises:
        BadIdError: it cannot stand in an address.
    """
    # Dots alone mean a folder, quoted or not.
    if isinstance(value, str) and value.strip(".") and len(value) <= _LONGEST_NAME:
        with contextlib.suppress(UnicodeEncodeError):
            return quote(value, safe="")
    raise BadIdError(f"{quoted(value, numbers=True)} cannot stand in an address of Wix.")


def service_of(path: str) -> str:
    """Return what counts as one API: `/contacts/v4` of a longer path.

    Which catalog a site has is told to keys that may do nothing else, so that is one of its own.
    """
    parts = path.split("/")
    return "/".join(parts[: 4 if "provision" in parts else 3])
