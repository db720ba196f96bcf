"""Reads of Catalog V1: two prefixes, and filters that are JSON inside of JSON (wix-api stores-v1 1)."""

from __future__ import annotations

import json
import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import NotFoundError, RefusedError
from tap_wix.api.paging import list_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

LARGEST_PAGE = 100
PERMISSION = "Wix Stores, Read Products, SCOPE.DC-STORES.READ-PRODUCTS"
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
        confirm_refusal: see `WixTransport.call`.
        check: of the answer, see `WixTransport.call`.
    """
    call = partial(
        site.transport.call,
        method,
        body=body,
        params=params,
        permission=PERMISSION,
        check=check,
        confirm_refusal=confirm_refusal,
    )
    known = bool(site.v1_reads)
    prefix = site.v1_reads or _READER
    try:
        answer = call(path=prefix + path)
    except NotFoundError as error:
        if known or error.code != "404":
            raise
        logger.info("Wix has no %s%s; reading under %s.", prefix, path, _PLAIN)
        prefix = _PLAIN
        answer = call(path=prefix + path)
    site.v1_reads = prefix
    return answer


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
        confirm_refusal: see `WixTransport.call`.
    """
    forms = {
        "field": as_text([{by: "asc"}]),
        "fieldName": as_text([{"fieldName": by, "order": "ASC"}]),
    }

    def asked(form: str) -> Row:
        body = {"query": {**query, "sort": forms[form]}, **beside}
        check = partial(list_in, key=many, path=path)
        return read(site, path, body, check=check, confirm_refusal=confirm_refusal)

    if site.v1_sort:
        return asked(site.v1_sort)
    form = "field"
    try:
        answer = asked(form)
    except RefusedError as error:
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
        form = "fieldName"
        answer = asked(form)
    site.v1_sort = form
    return answer
