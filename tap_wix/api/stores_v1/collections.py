"""Collections of Catalog V1 (wix-api stores-v1 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.upgrade import upgrade_collection
from tap_wix.api.errors import NotFoundError
from tap_wix.api.resources import OffsetPages, Resource
from tap_wix.api.stores_v1.reading import LARGEST_PAGE, read, read_sorted
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite

QUERY_PATH = "/v1/collections/query"
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
        read(site, f"/v1/collections/{quote_id(collection_id)}", method="GET")
    except NotFoundError:
        return False
    return True
