"""The trash bin of Contacts v5: who was deleted in the last 90 days (wix-api contacts 5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError
from tap_wix.api.keyset import at_or_before
from tap_wix.api.paging import id_of, list_in, next_cursor
from tap_wix.api.resources import Resource, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.site import WixSite

PATH = "/contacts/v5/contacts/trash-bin"
PERMISSION = "Wix Contacts & Members, Read Contacts, SCOPE.DC-CONTACTS.READ-CONTACTS"
_LARGEST_PAGE = "100"


@dataclass(frozen=True)
class TrashBin(Resource):
    """Deleted contacts, each with the span of time that it was asked for in.

    There is no upper bound on the date: it would hide what the index learns late.
    """

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield who was deleted at or after a moment, or everybody in the bin."""
        began = datetime.now(UTC)
        asked = [("deletedFromDate", at_or_before(since))] if since else []
        check = partial(list_in, key="contacts", path=PATH)
        seen: set[str] = set()
        followed: set[str] = set()
        cursor: str | None = None
        while True:
            params = [*asked, ("paging.limit", _LARGEST_PAGE)]
            if cursor:
                params = [("paging.limit", _LARGEST_PAGE), ("paging.cursor", cursor)]
            answer = site.transport.call(
                "GET", PATH, params=params, permission=PERMISSION, check=check
            )
            # The first answer tells Wix's time.
            window = {"deletedAfter": since, "deletedBefore": site.by_wix(began)}
            rows = check(answer)
            fresh = [row for row in rows if id_of(row, PATH) not in seen]
            seen.update(row["id"] for row in fresh)
            yield Rows([{**row, **window} for row in fresh], until=window["deletedBefore"])
            cursor = next_cursor(answer, rows)
            if cursor is None:
                return
            if cursor in followed:
                raise AnswerError(f"Wix gave a cursor of {PATH} for the second time.", path=PATH)
            followed.add(cursor)


TRASH_BIN = TrashBin()
