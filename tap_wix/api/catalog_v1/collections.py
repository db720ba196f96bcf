"""Collections of Catalog V1 (wix-api stores-v1 4)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_wix.api.catalog_v1.reading import LARGEST_PAGE, read, read_sorted
from tap_wix.api.errors import AnswerError, NotFoundError
from tap_wix.api.paging import id_of, is_last, list_in, whole_number
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/v1/collections/query"
_SWEEPS = 20
_FLAGS = {"includeNumberOfProducts": True, "includeDescription": True}


def read_collections(site: WixSite) -> Iterator[Row]:
    """Yield all collections, the built-in All Products among them, each once.

    They have neither dates nor anything to filter by range, so only an offset leads on. Whether
    rows shifted under it shows in two ways: the total moved, or a page does not begin with the row
    that the one before ended with. Then everything is read again, and what is new is yielded.
    """
    seen: set[str] = set()
    for _ in range(_SWEEPS):
        steady = yield from _sweep(site, seen)
        if steady:
            return
        logger.info("Collections changed while they were read; reading them again.")
    raise AnswerError("The collections change faster than they can be read.", path=QUERY_PATH)


def has_collection(site: WixSite, collection_id: str) -> bool:
    """Tell whether there is such a collection at this moment."""
    try:
        read(site, f"/v1/collections/{quote_id(collection_id)}", method="GET")
    except NotFoundError:
        return False
    return True


def _sweep(site: WixSite, seen: set[str]) -> Generator[Row, None, bool]:
    """Yield what was not seen yet; return whether nothing shifted meanwhile.

    A page begins with the row that the one before ended with: alone it says that none follow.
    """
    offset = 0
    last = ""
    total: int | None = None
    while True:
        paging = {"paging": {"limit": LARGEST_PAGE, "offset": offset}}
        answer = read_sorted(site, QUERY_PATH, "collections", "id", paging, _FLAGS)
        rows = list_in(answer, "collections", QUERY_PATH)
        ids = [id_of(row, QUERY_PATH) for row in rows]
        for key, row in zip(ids, rows, strict=True):
            if key not in seen:
                seen.add(key)
                yield row
        now = whole_number(answer.get("totalResults"))
        if last and (now != total or ids[:1] != [last]):
            return False
        total = now
        read_so_far = offset + len(rows)
        if ids == [last] or is_last(len(rows), LARGEST_PAGE, read_so_far, total):
            return True
        offset, last = read_so_far - 1, ids[-1]
