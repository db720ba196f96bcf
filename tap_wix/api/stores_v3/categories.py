"""Categories of the store, what V1 called collections, and which products they hold (wix-api stores-v3 6).

One call at a time: all of them share one revision, and calls side by side collide
(wix-api stores-v3 6.4).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, AnswerError, NotFoundError, RefusedError
from tap_wix.api.paging import id_of, object_in
from tap_wix.api.paths import quote_id, quote_name
from tap_wix.api.resources import CursorPages, Endpoint, Resource
from tap_wix.api.stores_v3.bulk import BulkRow, bulk_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

PATH = "/categories/v1/categories"
QUERY_PATH = f"{PATH}/query"
_ITEMS_PATH = "/categories/v1/bulk/categories"
STORES_APP_ID = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
MOST_ITEMS = 100
"""Products that one call puts into a category, or takes out of it."""
STORES_TREE: Row = {"appNamespace": "@wix/stores", "treeKey": None}
"""Named beside the query in every call; without it Wix answers 400 (wix-api stores-v3 6)."""
PERMISSION = "Wix Stores, SCOPE.CATEGORIES.CATEGORY_READ"
WRITE_PERMISSION = "Wix Stores, SCOPE.CATEGORIES.CATEGORY_WRITE"
_TEXTS = ("DESCRIPTION", "RICH_CONTENT_DESCRIPTION")
_TREE_IN_ADDRESS = ("treeReference.appNamespace", str(STORES_TREE["appNamespace"]))
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


def get_category(transport: WixTransport, category_id: str) -> Row | None:
    """Return a category as it is this moment, None if there is none."""
    return _get(transport, f"{PATH}/{quote_id(category_id)}")


def category_by_slug(transport: WixTransport, slug: str) -> Row | None:
    """Return the category that has a slug at this moment, None if none has."""
    return _get(transport, f"{PATH}/slug/{quote_name(slug)}")


def _get(transport: WixTransport, path: str) -> Row | None:
    try:
        answer = transport.call(
            "GET",
            path,
            params=[_TREE_IN_ADDRESS, *(("fields", name) for name in _TEXTS)],
            permission=PERMISSION,
            check=partial(object_in, key="category", path=path),
        )
    except NotFoundError:
        return None
    return _category_in(answer, path)


def create_category(transport: WixTransport, category: Row) -> Row:
    """Make a category and return it, without its descriptions.

    Raises:
        LostAnswerError: it may have been made.
        AnswerError: so it may, and the answer does not tell of it.
        ConflictError: `INVALID_REVISION`: somebody else changed the tree, and it may have been
            made all the same (wix-api stores-v3 6.4).
    """
    body = _about({"category": category})
    answer = transport.call("POST", PATH, body, repeatable=False, permission=WRITE_PERMISSION)
    return _category_in(answer, PATH)


def update_category(transport: WixTransport, category_id: str, category: Row) -> Row | None:
    """Change the fields that the body names; its `revision` is that of the shop.

    Doing it twice does no harm: the second time the revision is outdated.

    Returns:
        The category without its descriptions, None if the answer does not tell of it.
    """
    path = f"{PATH}/{quote_id(category_id)}"
    body = _about({"category": {**category, "id": category_id}})
    return _told(transport.call("PATCH", path, body, permission=WRITE_PERMISSION), path)


def set_visibility(
    transport: WixTransport, category_id: str, revision: str, *, visible: bool
) -> Row | None:
    """Show or hide a category; hiding hides what is below it, too (wix-api stores-v3 6.3).

    Returns:
        The category without its descriptions, None if the answer does not tell of it.
    """
    path = f"{PATH}/visibility"
    body = _about({"categoryId": category_id, "visible": visible, "revision": revision})
    return _told(transport.call("PATCH", path, body, permission=WRITE_PERMISSION), path)


def move_category(transport: WixTransport, category_id: str, parent_id: str) -> Row | None:
    """Put a category below another one, as its last, with all that is below it.

    Args:
        transport: the wire.
        category_id: what moves.
        parent_id: of the new parent, empty for the top of the tree.

    Returns:
        The category without its descriptions, None if the answer does not tell of it.
    """
    parent = {"parentCategoryId": parent_id} if parent_id else {}
    path = f"{PATH}/{quote_id(category_id)}/move"
    body = _about({**parent, "position": "LAST"})
    return _told(transport.call("POST", path, body, permission=WRITE_PERMISSION), path)


def delete_category(transport: WixTransport, category_id: str) -> None:
    """Delete a category, and all that is below it (wix-api stores-v3 6.1); products stay.

    Raises:
        NotFoundError: it is gone already.
    """
    transport.call(
        "DELETE",
        f"{PATH}/{quote_id(category_id)}",
        params=[_TREE_IN_ADDRESS],
        permission=WRITE_PERMISSION,
    )


def _about(body: Row) -> Row:
    """Name the tree beside what is sent: inside of it Wix does not see it (wix-api stores-v3 6)."""
    return {**body, "treeReference": STORES_TREE}


def _category_in(answer: Row, path: str) -> Row:
    category = object_in(answer, "category", path)
    id_of(category, path)
    return category


def _told(answer: Row, path: str) -> Row | None:
    try:
        return _category_in(answer, path)
    except AnswerError:
        return None


def add_items(
    transport: WixTransport, category_id: str, product_ids: Sequence[str]
) -> dict[int, BulkRow]:
    """Put products into a category, at most 100; what is in it already stays."""
    return _change(transport, category_id, "add-items", product_ids)


def remove_items(
    transport: WixTransport, category_id: str, product_ids: Sequence[str]
) -> dict[int, BulkRow]:
    """Take products out of a category, at most 100."""
    return _change(transport, category_id, "remove-items", product_ids)


def _change(
    transport: WixTransport, category_id: str, action: str, product_ids: Sequence[str]
) -> dict[int, BulkRow]:
    path = f"{_ITEMS_PATH}/{quote_id(category_id)}/{action}"
    items: list[Row] = [{"catalogItemId": key, "appId": STORES_APP_ID} for key in product_ids]
    body = {"items": items, "treeReference": STORES_TREE}
    return bulk_call(transport, path, body, "items", WRITE_PERMISSION)
