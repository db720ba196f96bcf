"""Categories of the store: what V1 called collections (wix-api stores-v3 6)."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

from tap_wix.api.catalog_v3.fields import Fields
from tap_wix.api.errors import AccessError, RefusedError
from tap_wix.api.paging import cursor_pages, id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Page, Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/categories/v1/categories/query"
STORES_TREE: Row = {"appNamespace": "@wix/stores", "treeKey": None}
"""Named beside the query in every call; without it Wix answers 400 (wix-api stores-v3 6)."""
LARGEST_PAGE = 1000
PERMISSION = "Wix Stores, SCOPE.CATEGORIES.CATEGORY_READ"
# As that of hidden products; how Wix spells it for categories is not known (wix-api stores-v3 3.2).
_REFUSAL = re.compile("VISIBLE|HIDDEN|PERMISSION")
_FIELDS = ("DESCRIPTION", "RICH_CONTENT_DESCRIPTION", "BREADCRUMBS_INFO")


def read_categories(site: WixSite) -> Iterator[Row]:
    """Yield all categories, those that the shop does not show among them; a tree has 1,000 at most."""
    seen: set[str] = set()
    for page in _pages(site):
        for row in page.rows:
            key = id_of(row, QUERY_PATH)
            if key not in seen:
                seen.add(key)
                yield row


def _pages(site: WixSite) -> Iterator[Page]:
    fields = Fields(_FIELDS)
    hidden = True
    while True:
        body: Row = {
            "query": {
                "sort": [{"fieldName": "createdDate", "order": "ASC"}],
                "cursorPaging": {"limit": LARGEST_PAGE},
            },
            "treeReference": STORES_TREE,
            "fields": fields.names,
        }
        if hidden:
            body["returnNonVisibleCategories"] = True
        pages = cursor_pages(
            site.transport,
            QUERY_PATH,
            body,
            "categories",
            permission=PERMISSION,
            confirm_refusal=True,
        )
        try:
            first = next(pages)
        except (AccessError, RefusedError) as error:
            if fields.do_without(error):
                continue
            if not hidden or not _may_be_hidden(error):
                raise
            hidden, refusal = False, error.code
        else:
            if fields.refused:
                logger.warning("Categories are read without %s.", ", ".join(fields.refused))
            if not hidden:
                logger.warning(
                    "Wix refuses hidden categories to this key (%s): they are missing from what is"
                    " read.",
                    refusal,
                )
            return chain([first], pages)


def _may_be_hidden(error: AccessError | RefusedError) -> bool:
    forbidden = isinstance(error, AccessError) and error.status == HTTPStatus.FORBIDDEN
    return forbidden or _REFUSAL.search(error.code) is not None
