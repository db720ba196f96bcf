"""Categories, written one call after the other: the whole tree shares one revision (stores-v3 6.4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError, NotFoundError
from tap_wix.api.paging import id_of, object_in
from tap_wix.api.stores_v3.categories import PERMISSION, STORES_TREE
from tap_wix.api.transport import quote_id, quote_name

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

PATH = "/categories/v1/categories"
WRITE_PERMISSION = "Wix Stores, SCOPE.CATEGORIES.CATEGORY_WRITE"
_TEXTS = ("DESCRIPTION", "RICH_CONTENT_DESCRIPTION")
_TREE_IN_ADDRESS = ("treeReference.appNamespace", str(STORES_TREE["appNamespace"]))


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
