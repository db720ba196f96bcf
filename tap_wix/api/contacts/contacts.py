"""Reading all contacts, v4 (wix-api contacts 2.2)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError, RefusedError
from tap_wix.api.keyset import Keyset, at_or_before
from tap_wix.api.paging import id_of, list_in, paging_block, whole_number
from tap_wix.api.resources import Resource, Rows

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

QUERY_PATH = "/contacts/v4/contacts/query"
LARGEST_PAGE = 1000
READ_PERMISSION = "Wix Contacts & Members, Read Contacts, SCOPE.DC-CONTACTS.READ-CONTACTS"
_TIES_TRIES = 50
"""Each try in vain means that a contact of the moment was deleted: this ends."""
_LIKELY_END_OF_OFFSETS = 10_000


@dataclass(frozen=True)
class Contacts(Resource):
    """All contacts, in the order of `createdDate`.

    They can be filtered by `updatedDate` but not sorted by it, so a caller may remember a date
    only when all of them are through. There is no upper bound on `updatedDate`: what changes
    during the sweep must not drop out of it.
    """

    @property
    def page_size(self) -> int:
        """How many rows one request brings at most."""
        return LARGEST_PAGE

    def count(self, site: WixSite) -> int | None:
        """Return how many contacts the index holds, None if Wix does not count that far."""
        query = {"paging": {"limit": 1, "offset": 0}, "fieldsets": ["BASIC"]}
        body = {"query": query}
        answer = site.transport.call("POST", QUERY_PATH, body, permission=READ_PERMISSION)
        block = paging_block(answer)
        return None if block.get("tooManyToCount") else whole_number(block.get("total"))

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the contacts that changed since a moment."""
        return _Reading(site.transport, since).pages()


CONTACTS = Contacts()


class _Reading:
    """One reading of the contacts: by date, and by offset through a mass import of one moment."""

    def __init__(self, transport: WixTransport, since: str | None) -> None:
        self._transport = transport
        self._changed: Row = {"updatedDate": {"$gte": at_or_before(since)}} if since else {}
        self._keyset = Keyset("createdDate", QUERY_PATH)
        self._empty_handed = 0
        self._found_some = False
        self._whole = True

    def pages(self) -> Iterator[Rows]:
        """Yield the contacts, page by page."""
        more = True
        while more:
            more = yield from self._from(self._keyset.start)
        if not self._whole:
            yield Rows([], whole=False)

    def _from(self, start: str | None) -> Generator[Rows, None, bool]:
        """Yield contacts from a date on until the sweep moves on; tell whether more follow.

        A page by offset begins with the row that the one before ended with. If it does not, rows
        shifted because somebody deleted one, and the moment is read again.
        """
        offset = 0
        last = ""
        shifts = 0
        while True:
            self._keyset.begin()
            answer = self._page(start, offset)
            rows = list_in(answer, "contacts", QUERY_PATH)
            ids = [id_of(row, QUERY_PATH) for row in rows]
            fresh = self._keyset.fresh(rows)
            shifted = bool(last) and ids[:1] != [last]
            more = shifted or self._more(answer, offset, rows, fresh)
            moved = not shifted and self._keyset.moved(rows, first=not offset)
            # From here on the rows are the caller's, who may change them.
            if fresh:
                yield Rows(fresh)
            if moved or not more:
                return more
            if shifted:
                shifts += 1
                if shifts > _TIES_TRIES:
                    raise AnswerError(
                        "Contacts change faster than they can be read.", path=QUERY_PATH
                    )
                start, offset, last = self._keyset.start, 0, ""
            elif fresh or len(rows) >= LARGEST_PAGE:
                overlap = 1 if len(rows) > 1 else 0
                offset, last = offset + len(rows) - overlap, ids[-1] if overlap else ""

    def _page(self, start: str | None, offset: int) -> Row:
        filters = {**self._changed, **({"createdDate": {"$gte": start}} if start else {})}
        query: Row = {
            "sort": [{"fieldName": "createdDate", "order": "ASC"}],
            "paging": {"limit": LARGEST_PAGE, "offset": offset},
            "fieldsets": ["FULL"],
        }
        if filters:
            query["filter"] = filters
        try:
            return self._transport.call(
                "POST",
                QUERY_PATH,
                {"query": query},
                permission=READ_PERMISSION,
                check=lambda answer: list_in(answer, "contacts", QUERY_PATH),
            )
        except RefusedError as error:
            # No end of offsets is documented for contacts; that of other APIs is likely.
            if offset + LARGEST_PAGE <= _LIKELY_END_OF_OFFSETS:
                raise
            raise AnswerError(
                f"About {_LIKELY_END_OF_OFFSETS:,} contacts or more were created at"
                f" {self._keyset.start}, and Wix refuses to list more of one moment: {error}",
                path=QUERY_PATH,
            ) from None

    def _more(self, answer: Row, offset: int, rows: list[Row], fresh: list[Row]) -> bool:
        """Tell whether to go on after a page.

        A full page never ends the sweep. A short one does if the total agrees; where Wix gives
        none or too few, one that brings nothing new does. A total that promises more is asked for
        once more and then not believed: totals are not to be trusted (wix-api platform 9.8).

        Raises:
            AnswerError: a site that is said to have contacts gives not a single one.
        """
        self._found_some = self._found_some or bool(rows)
        if len(rows) >= LARGEST_PAGE:
            return True
        block = paging_block(answer)
        total = None if block.get("tooManyToCount") else whole_number(block.get("total"))
        if total is None:
            return bool(fresh)
        if total < offset + len(rows):
            return bool(fresh)
        if total == offset + len(rows):
            return False
        self._empty_handed = 0 if fresh else self._empty_handed + 1
        if self._empty_handed <= 1:
            return True
        missing = f"Wix speaks of {total - offset - len(rows)} contacts more than it gives."
        if not self._found_some and not self._changed:
            raise AnswerError(missing, path=QUERY_PATH)
        logger.warning(missing)
        self._whole = False
        return False
