"""Custom fields of contacts, v4 (wix-api contacts 4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.contacts.labels import entity_in
from tap_wix.api.resources import OffsetPages

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

PATH = "/contacts/v4/extended-fields"
PERMISSION = "Wix Contacts & Members, Manage Contact Extended Fields"
LARGEST_PAGE = 100
LONGEST_NAME = 150


EXTENDED_FIELDS = OffsetPages(PATH, "fields", LARGEST_PAGE, PERMISSION, id_name="key")


def find_or_create_field(transport: WixTransport, name: str, data_type: str) -> Row:
    """Return the field of that display name; Wix makes it if there is none, so repeating is safe.

    The type counts only for a new one, and the key cannot be told from the name: both have to be
    read from what is returned (wix-api contacts 4).
    """
    body = {"displayName": name, "dataType": data_type}
    check = partial(entity_in, name="field", path=PATH)
    return check(transport.call("POST", PATH, body, permission=PERMISSION, check=check))
