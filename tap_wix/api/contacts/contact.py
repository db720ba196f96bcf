"""Contacts v4 by id or by a value, and writing one of them (wix-api contacts 2.2 to 2.6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.contacts.contacts import LARGEST_PAGE, QUERY_PATH, READ_PERMISSION
from tap_wix.api.errors import LostAnswerError, NotFoundError
from tap_wix.api.paging import NewRows, is_last, list_in, object_in, paging_block, whole_number
from tap_wix.api.paths import quote_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

PATH = "/contacts/v4/contacts"
MANAGE_PERMISSION = "Wix Contacts & Members, Manage Contacts, SCOPE.DC-CONTACTS.MANAGE-CONTACTS"
MOST_VALUES = 100
"""Values in one `$in`. No limit is documented; Wix's own recipes send up to a hundred."""


def count_contacts(transport: WixTransport) -> int | None:
    """Return how many contacts the index holds, None if Wix does not count that far."""
    query = {"paging": {"limit": 1, "offset": 0}, "fieldsets": ["BASIC"]}
    block = paging_block(
        transport.call("POST", QUERY_PATH, {"query": query}, permission=READ_PERMISSION)
    )
    return None if block.get("tooManyToCount") else whole_number(block.get("total"))


def find_contacts(transport: WixTransport, field: str, condition: object) -> Iterator[Row]:
    """Yield the contacts of the index, whole, that a condition on one field finds.

    The index lags behind writes, and how it compares texts is not documented: what comes back has
    to be compared again by whoever asked.

    Args:
        transport: the wire.
        field: dotted, without `items` (wix-api contacts 2.2).
        condition: such as `{"$in": [...]}`, with at most `MOST_VALUES` values.
    """
    offset = 0
    new_rows = NewRows(QUERY_PATH)
    check = partial(list_in, key="contacts", path=QUERY_PATH)
    while True:
        query = {
            "filter": {field: condition},
            "sort": [{"fieldName": "createdDate", "order": "ASC"}],
            "paging": {"limit": LARGEST_PAGE, "offset": offset},
            "fieldsets": ["FULL"],
        }
        answer = transport.call(
            "POST", QUERY_PATH, {"query": query}, permission=READ_PERMISSION, check=check
        )
        rows = check(answer)
        new_rows.see(rows)
        yield from rows
        offset += len(rows)
        block = paging_block(answer)
        total = None if block.get("tooManyToCount") else whole_number(block.get("total"))
        if is_last(len(rows), LARGEST_PAGE, offset, total):
            return


def get_contact(transport: WixTransport, contact_id: str) -> Row | None:
    """Return the contact as it is now, None if there is none.

    An id that was merged away leads to the contact it went into, which has another id; only this
    call follows it (wix-api contacts 2.3).
    """
    try:
        answer = transport.call(
            "GET",
            f"{PATH}/{quote_id(contact_id)}",
            params=[("fieldsets", "FULL")],
            permission=READ_PERMISSION,
            check=lambda answer: object_in(answer, "contact", PATH),
        )
    except NotFoundError:
        return None
    return _contact_in(answer, "GET")


def create_contact(transport: WixTransport, info: Row, *, allow_duplicates: bool = False) -> Row:
    """Create a contact and return it as Wix has it.

    Wix refuses one whose e-mail, or phone where there is no e-mail, somebody has already: that
    makes a create safe to repeat (wix-api contacts 2.4).

    Args:
        transport: the wire.
        info: the contact.
        allow_duplicates: take the phone of somebody else, who is known to be somebody else.

    Raises:
        ConflictError: `DUPLICATE_CONTACT_EXISTS`; `data` may name the contact.
        LostAnswerError: it may have been created.
    """
    body = {"info": info, "allowDuplicates": allow_duplicates}
    answer = transport.call("POST", PATH, body, repeatable=False, permission=MANAGE_PERMISSION)
    return _contact_in(answer, "POST")


def update_contact(
    transport: WixTransport,
    contact_id: str,
    revision: int,
    info: Row,
    *,
    allow_duplicates: bool = False,
) -> Row:
    """Change what `info` holds and return the contact as Wix has it then.

    Lists are replaced whole, scalars that are not sent stay (wix-api contacts 2.5). The revision
    makes it safe to repeat: the second time it is outdated.
    """
    path = f"{PATH}/{quote_id(contact_id)}"
    body = {"revision": revision, "info": info, "allowDuplicates": allow_duplicates}
    answer = transport.call("PATCH", path, body, permission=MANAGE_PERMISSION)
    return _contact_in(answer, "PATCH")


def delete_contact(transport: WixTransport, contact_id: str) -> None:
    """Delete a contact for good; one that is not there is as deleted as any."""
    path = f"{PATH}/{quote_id(contact_id)}"
    try:
        transport.call("DELETE", path, permission=MANAGE_PERMISSION)
    except NotFoundError:
        return


def _contact_in(answer: Row, method: str) -> Row:
    contact = answer.get("contact")
    if not isinstance(contact, dict) or not isinstance(contact.get("id"), str):
        raise LostAnswerError(f"Wix answered {method} {PATH} without the contact.", path=PATH)
    return contact
