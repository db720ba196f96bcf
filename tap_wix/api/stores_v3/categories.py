"""Categories of the store: what V1 called collections (wix-api stores-v3 6)."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, RefusedError
from tap_wix.api.resources import CursorPages, Endpoint, Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/categories/v1/categories/query"
STORES_TREE: Row = {"appNamespace": "@wix/stores", "treeKey": None}
"""Named beside the query in every call; without it Wix answers 400 (wix-api stores-v3 6)."""
PERMISSION = "Wix Stores, SCOPE.CATEGORIES.CATEGORY_READ"
# As that of hidden products; how Wix spells it for categories is not known (wix-api stores-v3 3.2).
_REFUSAL = re.compile("VISIBLE|HIDDEN|PERMISSION")
SHOWN_CATEGORIES = Endpoint(
    QUERY_PATH,
    "categories",
    limit=1000,
    permission=PERMISSION,
    beside={"treeReference": STORES_TREE},
    fields=("DESCRIPTION", "RICH_CONTENT_DESCRIPTION", "BREADCRUMBS_INFO"),
)
ALL_CATEGORIES = replace(
    SHOWN_CATEGORIES,
    beside={**SHOWN_CATEGORIES.beside, "returnNonVisibleCategories": True},
    confirm_refusal=True,
)


@dataclass(frozen=True)
class V3Categories(Resource):
    """All categories, those that the shop does not show among them; a tree has 1,000 at most."""

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield all categories; without the hidden ones where Wix refuses them."""
        pages = CursorPages(ALL_CATEGORIES).pages(site, since)
        try:
            first = next(pages)
        except (AccessError, RefusedError) as error:
            if not _may_be_hidden(error):
                raise
            logger.warning(
                "Wix refuses hidden categories to this key (%s): they are missing from what is"
                " read.",
                error.code,
            )
            for page in CursorPages(SHOWN_CATEGORIES).pages(site, since):
                yield _with_part(page, given=False)
            return
        yield _with_part(first, given=True)
        for page in pages:
            yield _with_part(page, given=True)


V3_CATEGORIES = V3Categories()


def _with_part(page: Rows, *, given: bool) -> Rows:
    return page._replace(parts={**page.parts, "hidden categories": given})


def _may_be_hidden(error: AccessError | RefusedError) -> bool:
    forbidden = isinstance(error, AccessError) and error.status == HTTPStatus.FORBIDDEN
    return forbidden or _REFUSAL.search(error.code) is not None
