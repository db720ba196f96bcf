"""Collections of Catalog V1, and which products are in them (wix-api stores-v1 4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.upgrade import upgrade_collection
from tap_wix.api.errors import AnswerError, NotFoundError
from tap_wix.api.paging import id_of, object_in
from tap_wix.api.paths import quote_id
from tap_wix.api.resources import OffsetPages, Resource
from tap_wix.api.stores_v1.calls import LARGEST_PAGE, read, read_sorted, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite

PATH = "/v1/collections"
QUERY_PATH = f"{PATH}/query"
MOST_MEMBERS = 1000
"""Products that one call puts into a collection, or takes out of it."""
_FLAGS = {"includeNumberOfProducts": True, "includeDescription": True}


class _CollectionPages(OffsetPages):
    """Collections have neither dates nor anything to filter by range: only an offset leads on."""

    def answer(self, site: WixSite, offset: int) -> Row:
        """Return a page; sorted, so that a new collection comes at a place of its own."""
        paging = {"paging": {"limit": self.limit, "offset": offset}}
        return read_sorted(site, self.path, self.key, "id", paging, _FLAGS)


@dataclass(frozen=True)
class V1Collections(Resource):
    """All collections, the built-in All Products among them, in the shape of Catalog V3."""

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield all collections, each once."""
        for page in _CollectionPages(QUERY_PATH, "collections", LARGEST_PAGE).pages(site, since):
            yield page._replace(rows=[upgrade_collection(row) for row in page.rows])


V1_COLLECTIONS = V1Collections()


def has_collection(site: WixSite, collection_id: str) -> bool:
    """Tell whether there is such a collection at this moment."""
    try:
        read(site, f"{PATH}/{quote_id(collection_id)}", method="GET")
    except NotFoundError:
        return False
    return True


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


def add_products(site: WixSite, collection_id: str, product_ids: Sequence[str]) -> None:
    """Put products into a collection; one that is in it already stays."""
    write(site, "POST", _products_path(collection_id), {"productIds": list(product_ids)})


def remove_products(site: WixSite, collection_id: str, product_ids: Sequence[str]) -> None:
    """Take products out of a collection."""
    write(
        site, "POST", f"{_products_path(collection_id)}/delete", {"productIds": list(product_ids)}
    )


def _products_path(collection_id: str) -> str:
    return f"{PATH}/{quote_id(collection_id)}/productIds"
