"""Catalog V1 collections, written one by one (wix-api stores-v1 4.3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.upgrade import upgrade_collection
from tap_wix.api.errors import AnswerError, NotFoundError
from tap_wix.api.paging import id_of, object_in
from tap_wix.api.stores_v1.reading import read
from tap_wix.api.stores_v1.writing import write
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

PATH = "/v1/collections"


def get_collection(site: WixSite, collection_id: str) -> Row | None:
    """Return a collection as it is this moment, in the shape of Catalog V3; None if there is none.

    Its description comes without a flag here (wix-api stores-v1 4.2).
    """
    path = f"{PATH}/{quote_id(collection_id)}"
    check = partial(object_in, key="collection", path=path)
    try:
        answer = read(site, path, method="GET", check=check)
    except NotFoundError:
        return None
    return _collection_in(answer, path)


def create_collection(site: WixSite, body: Row) -> Row:
    """Make a collection and return it in the shape of Catalog V3.

    Raises:
        LostAnswerError: it may have been made. V1 refuses no duplicate: look before repeating.
        AnswerError: so it may, and the answer does not tell of it.
    """
    answer = write(site, "POST", PATH, {"collection": body}, repeatable=False)
    return _collection_in(answer, PATH)


def update_collection(site: WixSite, collection_id: str, body: Row) -> Row | None:
    """Change the fields that the body names; there is no revision, so it may be repeated.

    Returns:
        The collection in the shape of Catalog V3, None if the answer does not tell of it.
    """
    path = f"{PATH}/{quote_id(collection_id)}"
    answer = write(site, "PATCH", path, {"collection": body})
    try:
        return _collection_in(answer, path)
    except AnswerError:
        return None


def delete_collection(site: WixSite, collection_id: str) -> None:
    """Delete a collection; its products stay.

    Raises:
        NotFoundError: it is gone already.
    """
    write(site, "DELETE", f"{PATH}/{quote_id(collection_id)}")


def _collection_in(answer: Row, path: str) -> Row:
    collection = object_in(answer, "collection", path)
    id_of(collection, path)
    return upgrade_collection(collection)
