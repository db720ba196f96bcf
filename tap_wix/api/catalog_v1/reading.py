"""Reads of Catalog V1: two prefixes, and filters that are JSON inside of JSON (wix-api stores-v1 1)."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from tap_wix.api.errors import NotFoundError

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

LARGEST_PAGE = 100
PERMISSION = "Wix Stores, Read Products, SCOPE.DC-STORES.READ-PRODUCTS"
_READER, _PLAIN = "/stores-reader", "/stores"


def as_text(value: Row | list[Row]) -> str:
    """Return a filter or a sort as these endpoints take it: a text that holds JSON."""
    return json.dumps(value)


def read(site: WixSite, path: str, body: Row) -> Row:
    """Ask a query endpoint of Catalog V1.

    The documented prefix of reads is `/stores-reader`; older documents have them under `/stores`.
    The first read of a run finds out: a path that is unknown is a 404 without a code.

    Args:
        site: with Catalog V1.
        path: after the prefix, such as `/v1/products/query`.
        body: of the request.
    """
    known = bool(site.v1_reads)
    prefix = site.v1_reads or _READER
    try:
        answer = site.transport.call("POST", prefix + path, body, permission=PERMISSION)
    except NotFoundError as error:
        if known or error.code != "404":
            raise
        logger.info("Wix has no %s%s; reading under %s.", prefix, path, _PLAIN)
        prefix = _PLAIN
        answer = site.transport.call("POST", prefix + path, body, permission=PERMISSION)
    site.v1_reads = prefix
    return answer
