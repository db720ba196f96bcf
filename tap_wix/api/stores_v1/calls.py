"""Calls of Catalog V1: two prefixes, and filters that are JSON inside of JSON (wix-api stores-v1 1)."""

from __future__ import annotations

import json
import logging
import re
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError, NotFoundError, RefusedError
from tap_wix.api.foreign_text import shown
from tap_wix.api.paging import list_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

LARGEST_PAGE = 100
_NUMBER = re.compile("[0-9]{1,19}")
_TOO_HIGH = 2**63
PERMISSION = "Wix Stores, Read Products, SCOPE.DC-STORES.READ-PRODUCTS"
MANAGE = "Wix Stores, Manage Products, SCOPE.DC-STORES.MANAGE-PRODUCTS"
_READER, _PLAIN = "/stores-reader", "/stores"


def as_text(value: Row | list[Row]) -> str:
    """Return a filter or a sort as these endpoints take it: a text that holds JSON."""
    return json.dumps(value)


def read(
    site: WixSite,
    path: str,
    body: Row | None = None,
    *,
    method: str = "POST",
    params: Sequence[tuple[str, str]] = (),
    confirm_refusal: bool = False,
    check: Callable[[Row], object] | None = None,
) -> Row:
    """Ask an endpoint of Catalog V1 that reads; most of them are a POST.

    The documented prefix of reads is `/stores-reader`; older documents have them under `/stores`.
    The first read of a run finds out: a path that is unknown is a 404 without a code.

    Args:
        site: with Catalog V1.
        path: after the prefix, such as `/v1/products/query`.
        body: of the request.
        method: of the request.
        params: query string.
        confirm_refusal: as in `WixTransport.call`.
        check: of the answer, as in `WixTransport.call`.
    """
    transport = site.transport
    known = bool(site.v1_reads)
    prefix = site.v1_reads or _READER

    def call() -> Row:
        return transport.call(
            method,
            prefix + path,
            body,
            params=params,
            permission=PERMISSION,
            confirm_refusal=confirm_refusal,
            check=check,
        )

    try:
        answer = call()
    except NotFoundError as error:
        if known or error.code != "404":
            raise
        logger.info("Wix has no %s%s; reading under %s.", prefix, path, _PLAIN)
        prefix = _PLAIN
        answer = call()
    site.v1_reads = prefix
    return answer


def write(
    site: WixSite, method: str, path: str, body: Row | None = None, *, repeatable: bool = True
) -> Row:
    """Call an endpoint of Catalog V1 that changes something (wix-api stores-v1 1.3, 1.4).

    Args:
        site: with Catalog V1.
        method: of the request.
        path: after the prefix, such as `/v1/products`.
        body: of the request.
        repeatable: False for what happens twice if it is sent twice.
    """
    return site.transport.call(
        method, _PLAIN + path, body, repeatable=repeatable, permission=MANAGE
    )


def read_sorted(
    site: WixSite,
    path: str,
    many: str,
    by: str,
    query: Row,
    beside: Row,
    *,
    confirm_refusal: bool = False,
) -> Row:
    """Ask a query endpoint of Catalog V1 for rows in ascending order of a field.

    All official examples write the sort as `[{"field":"asc"}]`, one recipe of Wix as in the newer
    APIs: when the first is refused, the second is tried and kept for the run (stores-v1 1.5, 8).

    Args:
        site: with Catalog V1.
        path: after the prefix.
        many: name of the list of rows.
        by: the field.
        query: paging, and the filter as a text.
        beside: the flags beside `query`.
        confirm_refusal: as in `WixTransport.call`.
    """

    def ask(form: str) -> Row:
        body = {"query": {**query, "sort": forms[form]}, **beside}
        check = partial(list_in, key=many, path=path)
        return read(site, path, body, check=check, confirm_refusal=confirm_refusal)

    forms = {
        "field": as_text([{by: "asc"}]),
        "fieldName": as_text([{"fieldName": by, "order": "ASC"}]),
    }
    if site.v1_sort:
        return ask(site.v1_sort)
    form = "field"
    try:
        answer = ask(form)
    except RefusedError as error:
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
        form = "fieldName"
        answer = ask(form)
    site.v1_sort = form
    return answer


def numbered_pages(
    ask: Callable[[Row], Row], key: str, path: str
) -> Iterator[tuple[Row, list[Row]]]:
    """Yield all pages of a list in the order of `numericId`, each with the answer it came in.

    `numericId` is unique and never changes, so pages that start after the last one seen neither
    skip nor repeat anything, and there is no end at 10,000 as with offsets (wix-api stores-v1 1.6).

    Args:
        ask: sends the query with one more condition.
        key: name of the list in the answer.
        path: of the query, for errors.
    """
    last: int | None = None
    while True:
        answer = ask({} if last is None else {"numericId": {"$gt": last}})
        rows = list_in(answer, key, path)
        if not rows:
            return
        last = _last_number(rows, last, path)
        yield answer, rows


def number_of(row: Row, path: str = "/v1/products/query") -> int:
    """Return the `numericId` of a row: ascending in the order in which rows were made.

    Raises:
        AnswerError: it is not a whole number of 64 bits.
    """
    value = row.get("numericId")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _TOO_HIGH:
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value) and int(value) < _TOO_HIGH:
        return int(value)
    raise AnswerError(
        f"Wix answered {path} with row {shown(row.get('id'), limit=60)} whose numericId is"
        f" {shown(value, limit=60)}, where a whole number was expected: rows are read by it.",
        path=path,
    )


def _last_number(rows: list[Row], last: int | None, path: str) -> int | None:
    """Return the highest `numericId` of a page.

    Raises:
        AnswerError: a row has none, or they do not ascend from the one asked for: Wix ignored the
            filter or the order, and to go on would lose rows or never end.
    """
    for row in rows:
        number = number_of(row, path)
        if last is not None and number <= last:
            raise AnswerError(
                f"Wix answered {path} out of the order of numericId, by which rows are read.",
                path=path,
            )
        last = number
    return last
