"""Categories: the collections of Catalog V1, the categories of Catalog V3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix import schemas
from tap_wix.api.catalog_v1.collections import read_collections
from tap_wix.api.catalog_v3.categories import read_categories
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.migration.upgrade import upgrade_collection
from tap_wix.streams.catalog import CatalogStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_wix.client import Row


class CollectionsStream(CatalogStream):
    """All categories each time: there are a thousand at most (wix-api stores-v3 6.2)."""

    name = "collections"
    primary_keys = ("siteId", "id")
    schema = schemas.COLLECTIONS

    @override
    def read(self, since: str | None) -> Iterable[Row]:
        if self.site.catalog_version is CatalogVersion.V3:
            return read_categories(self.site)
        return read_collections(self.site)

    @override
    def shaped(self, row: Row) -> Row:
        if self.site.catalog_version is CatalogVersion.V3:
            return row
        return upgrade_collection(row)
