"""Pages of rows as Wix sends them, and what must be true of them (wix-api platform 4)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tap_wix.api import codec
from tap_wix.api.errors import AnswerError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

Row = dict[str, Any]
T = TypeVar("T")
_RESTARTS = 3
_MOST_IN_VAIN = 50
"""Pages of a filtered query can be empty, but not one after the other for long."""
_MOST_REMEMBERED = 20_000


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield values in their order, as many at a time as one request takes."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


class Page(NamedTuple):
    """Rows, and the cursor of the next page if there is one."""

    rows: list[Row]
    cursor: str | None


def paging_block(body: Row) -> Row:
    """Return the block that describes the page: it has two names (wix-api platform 9.7)."""
    block = body.get("pagingMetadata") or body.get("metadata")
    return block if isinstance(block, dict) else {}


def whole_number(value: object) -> int | None:
    """Return a count as Wix sends it, None if it is not one."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_last(count: int, limit: int, read_so_far: int, total: int | None) -> bool:
    """Tell whether a page by offset is the last one (wix-api platform 4.4).

    An empty page is. A full one never is, whatever the total says: totals can be too low. A short
    one is if the total does not speak against it.

    Args:
        count: rows of the page.
        limit: rows that were asked for.
        read_so_far: rows of all pages, this one included.
        total: what Wix says there are, None if it does not say.
    """
    return not count or (count < limit and total in (None, read_so_far))


def list_in(body: Row, key: str, path: str) -> list[Row]:
    """Return the rows of an answer.

    Raises:
        AnswerError: there is no list, and nothing that says it would be empty: a wrong envelope
            must not pass for an empty shop.
    """
    rows = body.get(key)
    if rows is None:
        block = paging_block(body)
        counts = (block.get("count"), block.get("total"), body.get("totalResults"))
        if 0 in map(whole_number, counts):
            return []
        raise AnswerError(
            f"Wix answered {path} with 200, but without {key!r} and without saying that there are"
            " none.",
            path=path,
        )
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnswerError(f"Wix answered {path} with {key!r} that is no list of rows.", path=path)
    return rows


def object_in(body: Row, key: str, path: str) -> Row:
    """Return the one object of an answer.

    Raises:
        AnswerError: there is none.
    """
    value = body.get(key)
    if not isinstance(value, dict):
        raise AnswerError(f"Wix answered {path} with 200, but without {key!r}.", path=path)
    return value


def text_in(row: Row, name: str) -> str | None:
    """Return a text of a row, None where there is no text: anything else cannot be looked up."""
    value = row.get(name)
    return value if isinstance(value, str) else None


def id_of(row: Row, path: str) -> str:
    """Return the id of a row; a row without one can be neither told apart nor emitted."""
    value = row.get("id")
    if not isinstance(value, str) or not value:
        raise AnswerError(f"Wix answered {path} with a row that has no id.", path=path)
    return value


class NewRows:
    """Ends a walk through pages that bring nothing new for ever.

    Wix ignores what it does not understand with 200 (wix-api platform 4), an offset or a cursor
    among it, and then gives the same page again and again, be it under ever new cursors.
    """

    def __init__(self, path: str) -> None:
        """Start before the first page.

        Args:
            path: of the query, for the message.
        """
        self._path = path
        self._seen: set[int] = set()
        self._in_vain = 0

    def see(self, rows: list[Row]) -> None:
        """Take note of a page.

        Raises:
            AnswerError: it is one too many in a row without a row that is new.
        """
        keys = {hash(_key_of(row)) for row in rows}
        self._in_vain = 0 if keys - self._seen else self._in_vain + 1
        # Whoever goes in circles comes by the first rows again: those are enough to tell.
        if len(self._seen) < _MOST_REMEMBERED:
            self._seen |= keys
        if self._in_vain > _MOST_IN_VAIN:
            raise AnswerError(
                f"Wix gave {self._in_vain} pages of {self._path} in a row without anything new.",
                path=self._path,
            )

    def restart(self) -> None:
        """Forget the rows: a walk that starts anew comes by all of them again."""
        self._seen.clear()


def _key_of(row: Row) -> str | bytes:
    key = row.get("id") or row.get("variantId")
    return key if isinstance(key, str) else codec.encode(row)


def next_cursor(body: Row, rows: list[Row]) -> str | None:
    """Return the cursor of the next page.

    The end is `hasNext` false or no cursor. Some endpoints have no `hasNext`; there an empty page
    ends the sweep too (wix-api stores-v3 4.2), while it means nothing beside `hasNext` true.
    """
    block = paging_block(body)
    more = block.get("hasNext")
    cursors = block.get("cursors")
    cursor = cursors.get("next") if isinstance(cursors, dict) else None
    if more is False or not isinstance(cursor, str) or (more is None and not rows):
        return None
    return cursor or None


def cursor_pages(
    transport: WixTransport,
    path: str,
    body: Row,
    key: str,
    *,
    permission: str = "",
    wrapper: str = "query",
    confirm_refusal: bool = False,
) -> Iterator[Page]:
    """Yield the pages of a query, following its cursors.

    A cursor carries filter and sort but nothing else: the members beside `query`, `fields` among
    them, are sent again with each page (wix-api stores-v3 1). How long a cursor lives is not
    documented: when Wix refuses one, the query starts again, so rows can come twice.

    Args:
        transport: the wire.
        path: of the query.
        body: of the first request; `query` has `cursorPaging` with a limit.
        key: of the list of rows.
        permission: what the key needs, for the message of a refusal.
        wrapper: `query`, or `search` for the endpoints of that name.
        confirm_refusal: asks once more before a refusal of the first page is raised, for a caller
            who would go on without an optional part (see `WixTransport.call`).

    Raises:
        AnswerError: a cursor came for the second time, or page after page brings nothing new.
    """
    new_rows = NewRows(path)
    followed: set[int] = set()
    restarts = 0
    request = body
    while True:
        try:
            answer = transport.call(
                "POST",
                path,
                request,
                permission=permission,
                check=lambda answer: list_in(answer, key, path),
                confirm_refusal=confirm_refusal and request is body,
            )
        except RefusedError as error:
            restarts += 1
            if request is body or error.status != HTTPStatus.BAD_REQUEST or restarts > _RESTARTS:
                raise
            logger.info("Wix refused the cursor of %s; that query starts again.", path)
            followed.clear()
            new_rows.restart()
            request = body
            continue
        rows = list_in(answer, key, path)
        new_rows.see(rows)
        cursor = next_cursor(answer, rows)
        yield Page(rows, cursor)
        if cursor is None:
            return
        # The hash will do: a cursor can have 16,000 characters, and there can be many.
        if hash(cursor) in followed:
            raise AnswerError(f"Wix gave a cursor of {path} for the second time.", path=path)
        followed.add(hash(cursor))
        limit = body[wrapper]["cursorPaging"]["limit"]
        request = {**body, wrapper: {"cursorPaging": {"limit": limit, "cursor": cursor}}}


def rows_of(pages: Iterable[Page]) -> Iterator[Row]:
    """Yield the rows of pages."""
    for page in pages:
        yield from page.rows
