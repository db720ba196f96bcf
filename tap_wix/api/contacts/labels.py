"""Labels of contacts, v4 (wix-api contacts 3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError
from tap_wix.api.paging import is_last, list_in, paging_block, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

PATH = "/contacts/v4/labels"
PERMISSION = "Wix Contacts & Members, Manage Contact Labels, SCOPE.DC-CONTACTS.MANAGE-LABELS"
LARGEST_PAGE = 1000
LONGEST_NAME = 180


def read_labels(transport: WixTransport) -> Iterator[Row]:
    """Yield all labels of the site, system ones too."""
    yield from listed(transport, PATH, "labels", LARGEST_PAGE, PERMISSION)


def find_or_create_label(transport: WixTransport, name: str) -> Row:
    """Return the label of that display name; Wix makes it if there is none, so repeating is safe."""
    check = partial(entity_in, name="label", path=PATH)
    body = {"displayName": name}
    return check(transport.call("POST", PATH, body, permission=PERMISSION, check=check))


def listed(
    transport: WixTransport, path: str, key: str, limit: int, permission: str
) -> Iterator[Row]:
    """Yield the rows of a list that is paged by offset, each once."""
    offset = 0
    seen: set[str] = set()
    while True:
        params = [("paging.limit", str(limit)), ("paging.offset", str(offset))]
        check = partial(list_in, key=key, path=path)
        answer = transport.call("GET", path, params=params, permission=permission, check=check)
        rows = check(answer)
        fresh = [row for row in rows if str(row.get("key")) not in seen]
        seen.update(str(row.get("key")) for row in fresh)
        yield from fresh
        offset += len(rows)
        total = whole_number(paging_block(answer).get("total"))
        if not fresh or is_last(len(rows), limit, offset, total):
            return


def entity_in(answer: Row, name: str, path: str) -> Row:
    """Return the entity of an answer, with its key.

    Raises:
        AnswerError: there is none.
    """
    entity = answer.get(name)
    if not isinstance(entity, dict) or not isinstance(entity.get("key"), str):
        raise AnswerError(f"Wix answered {path} without {name!r}.", path=path)
    return entity
