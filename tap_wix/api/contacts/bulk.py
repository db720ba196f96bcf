"""Making contacts by the hundred, with Contacts v5 (wix-api contacts 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api import responses
from tap_wix.api.contacts.contact import MANAGE_PERMISSION
from tap_wix.api.errors import LostAnswerError, RefusedError, RowFaultError
from tap_wix.api.paging import whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

PATH = "/contacts/v5/bulk/contacts/create"
MOST_ROWS = 100
"""Contacts in one call."""


@dataclass(frozen=True, slots=True)
class CreatedRow:
    """A contact that was made.

    Attributes:
        id: of the contact, which v4 knows by the same id.
        item: the contact as v5 shows it; empty if the answer has none.
    """

    id: str
    item: Row


def create_contacts(
    transport: WixTransport, contacts: Sequence[Row]
) -> dict[int, CreatedRow | RefusedError]:
    """Make contacts, and return what became of them by their place in `contacts`.

    Wix refuses a row whose main e-mail or phone somebody has. No two rows of a call may mean one
    person: what Wix makes of that is undocumented.

    Args:
        transport: the wire.
        contacts: at most `MOST_ROWS`, in the shape of v5.

    Returns:
        A contact or a refusal for each row. A row that is missing may have been made or not: its
        answer says neither, Wix had a fault with it, or the counts of the answer do not add up.
        Whoever asked has to look.

    Raises:
        RefusedError: the call was refused as a whole; nothing was made.
        LostAnswerError: it may have been carried out.
    """
    body = {"contacts": list(contacts), "allowDuplicates": False, "returnEntity": True}
    answer = transport.call("POST", PATH, body, repeatable=False, permission=MANAGE_PERMISSION)
    results = answer.get("results")
    if not isinstance(results, list):
        raise LostAnswerError(f"Wix answered POST {PATH} without results.", path=PATH)
    rows = _rows(results, len(contacts))
    made = sum(isinstance(row, CreatedRow) for row in rows.values())
    return rows if _adds_up(answer, made, len(contacts) - len(rows)) else {}


def _rows(results: Sequence[object], count: int) -> dict[int, CreatedRow | RefusedError]:
    """Return the results that can be told apart; of two for one row, neither is to be trusted."""
    found: dict[int, CreatedRow | RefusedError] = {}
    seen: set[int] = set()
    for result in results:
        entry = result if isinstance(result, dict) else {}
        meta = entry.get("itemMetadata")
        place = whole_number(meta.get("originalIndex", 0)) if isinstance(meta, dict) else None
        if place is None or not 0 <= place < count:
            return {}  # A result for a row that was not sent: the places mean something else.
        row = _row(entry, meta or {})
        if place in seen:
            found.pop(place, None)
        elif row is not None:
            found[place] = row
        seen.add(place)
    return found


def _row(result: Row, meta: Row) -> CreatedRow | RefusedError | None:
    """Return what became of one row, None if its answer does not say."""
    success, error, item = meta.get("success"), meta.get("error"), result.get("item")
    entity = item if isinstance(item, dict) else {}
    ids = {one for one in (meta.get("id"), entity.get("id")) if isinstance(one, str) and one}
    if success is True and len(ids) == 1 and not error:
        return CreatedRow(ids.pop(), entity)
    if success is False and isinstance(error, dict) and error:
        refusal = responses.row_error(error, PATH)
        return None if isinstance(refusal, RowFaultError) else refusal
    return None


def _adds_up(answer: Row, made: int, unclear: int) -> bool:
    """Tell whether the number of contacts that Wix says it made can be that of the rows."""
    block = answer.get("bulkActionMetadata")
    said = whole_number(block.get("totalSuccesses")) if isinstance(block, dict) else None
    return said is None or made <= said <= made + unclear
