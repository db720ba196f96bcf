"""Labels of contacts, v4 (wix-api contacts 3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError
from tap_wix.api.resources import OffsetPages

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

PATH = "/contacts/v4/labels"
PERMISSION = "Wix Contacts & Members, Manage Contact Labels, SCOPE.DC-CONTACTS.MANAGE-LABELS"
LARGEST_PAGE = 1000
LONGEST_NAME = 180


LABELS = OffsetPages(PATH, "labels", LARGEST_PAGE, PERMISSION, id_name="key")


def find_or_create_label(transport: WixTransport, name: str) -> Row:
    """Return the label of that display name; Wix makes it if there is none, so repeating is safe."""
    check = partial(entity_in, name="label", path=PATH)
    body = {"displayName": name}
    return check(transport.call("POST", PATH, body, permission=PERMISSION, check=check))


def entity_in(answer: Row, name: str, path: str) -> Row:
    """Return the entity of an answer, with its key.

    Raises:
        AnswerError: there is none.
    """
    entity = answer.get(name)
    if not isinstance(entity, dict) or not isinstance(entity.get("key"), str):
        raise AnswerError(f"Wix answered {path} without {name!r}.", path=path)
    return entity
