"""Lists that are read by the date of the last row seen: no offset, no ceiling, nothing shifts."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, AnswerError, RefusedError
from tap_wix.api.keyset import Keyset, ascending, at_or_before, date_of
from tap_wix.api.paging import id_of, list_in
from tap_wix.api.resources import Endpoint, Resource, Rows

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tap_wix.api.errors import WixError
    from tap_wix.api.paging import Page, Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

_TIES_TRIES = 200
"""Each try in vain means that a row left the moment, and none ever enters it: this ends."""


@dataclass(frozen=True)
class Sweep(Resource):
    """A list that goes by the date of the last row seen: no offset, no ceiling, nothing shifts.

    Ordered by the date to the millisecond, so that the caller may remember how far it came. Rows
    that change during the sweep have a newer date by then and come (again) at its end.
    """

    endpoint: Endpoint
    date: str = "updatedDate"

    @property
    def page_size(self) -> int:
        """How many rows one request brings at most."""
        return self.endpoint.limit

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the rows that changed since a moment, in the order of the date if Wix sorts."""
        return self.reading(site, since).pages()

    def reading(self, site: WixSite, since: str | None) -> SweepReading:
        """Return one reading of this sweep."""
        return SweepReading(self, site, since)


class SweepReading:
    """One reading of a sweep.

    Attributes:
        sorted: whether the rows come in the order of the date; known once the first page is there.
        optional: the optional data asked for, and what of it is refused.
    """

    def __init__(self, sweep: Sweep, site: WixSite, since: str | None) -> None:
        self.sorted = True
        self.optional = sweep.endpoint.optional()
        self._endpoint = sweep.endpoint
        self._path = sweep.endpoint.path
        self._date = sweep.date
        self._transport = site.transport
        self._since = at_or_before(since) if since else None

    def pages(self) -> Iterator[Rows]:
        """Yield the rows."""
        pages = self._first_pages()
        page = next(pages)
        if self.sorted and not ascending(page.rows, self._date, self._path):
            self._give_up_order("Wix ignored it")
        pages = chain([page], pages)
        for rows in self._ordered(pages) if self.sorted else self._unordered(pages):
            yield Rows(rows, in_order=self.sorted, parts=self.optional.given())

    def _first_pages(self) -> Iterator[Page]:
        try:
            return self._query(self._since)
        except (AccessError, RefusedError) as error:
            if not is_about_sorting(error):
                raise
            self._give_up_order("Wix refused it")
            return self._query(self._since)

    def _query(self, start: str | None) -> Iterator[Page]:
        where = {self._date: {"$gte": start}} if start is not None else {}
        sort = self._date if self.sorted else None
        return self._endpoint.pages(self._transport, self.optional, where, sort)

    def _ordered(self, pages: Iterator[Page]) -> Iterator[list[Row]]:
        keyset = Keyset(self._date, self._path, self._since)
        while True:
            keyset.begin()
            page = next(pages)
            yield keyset.fresh(page.rows)
            more = page.cursor is not None
            if more and not keyset.moved(page.rows, first=True):
                more = yield from self._through_ties(keyset, pages)
            if not more:
                return
            pages = self._query(keyset.start)

    def _through_ties(
        self, keyset: Keyset, pages: Iterator[Page]
    ) -> Generator[list[Row], None, bool]:
        """Get through more rows of one moment than a page holds; tell whether more follow.

        Only a cursor leads on here. Should it count rows, a row that leaves the moment because
        somebody changes it pulls an unread one across the border of two pages: whether that
        happened is looked up before the sweep goes on.
        """
        for _ in range(_TIES_TRIES):
            for page in pages:
                tied, later = keyset.here(page.rows)
                yield keyset.fresh(tied)
                if later:
                    break
            if not self._changed_meanwhile(keyset):
                yield keyset.fresh(later)
                keyset.moved(later, first=False)
                return page.cursor is not None
            keyset.begin()
            pages = self._query(keyset.start)
        raise AnswerError(
            f"The {self._endpoint.key} of {keyset.start} change faster than they can be read.",
            path=self._path,
        )

    def _changed_meanwhile(self, keyset: Keyset) -> bool:
        if keyset.start is None:  # nothing was read before the cursor was followed
            return False
        query = {
            "filter": {**self._endpoint.where, self._date: {"$gt": keyset.start}},
            "sort": [{"fieldName": self._date, "order": "DESC"}],
            "cursorPaging": {"limit": self._endpoint.limit},
        }
        body = {self._endpoint.wrapper: query, **self._endpoint.beside}
        answer = self._transport.call(
            "POST", self._path, body, permission=self._endpoint.permission
        )
        return keyset.forget_changed(list_in(answer, self._endpoint.key, self._path))

    def _unordered(self, pages: Iterable[Page]) -> Iterator[list[Row]]:
        seen: dict[str, str] = {}
        for page in pages:
            fresh = []
            for row in page.rows:
                key, date = id_of(row, self._path), date_of(row, self._date, self._path)
                if seen.get(key) != date:
                    seen[key] = date
                    fresh.append(row)
            yield fresh

    def _give_up_order(self, why: str) -> None:
        self.sorted = False
        logger.warning(
            "%s cannot be read in the order of %s (%s): they are read in any order, and the next"
            " run continues from this one only if it comes to its end.",
            self._endpoint.key.capitalize(),
            self._date,
            why,
        )


def is_about_sorting(error: WixError) -> bool:
    """Tell whether Wix refuses the order that was asked for, and not the query itself."""
    # Reported by one of Wix's own recipes, though the field tables allow it (wix-api stores-v3 3.2).
    words = f"{error.code} {error.text}"
    return (
        error.status == HTTPStatus.BAD_REQUEST
        and re.search("sort", words, re.IGNORECASE) is not None
    )
