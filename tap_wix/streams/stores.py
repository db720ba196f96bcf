"""Products and their variants, from either catalog, always in the shape of Catalog V3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix import schemas
from tap_wix.api.catalog_v1.products import ProductSweep as V1ProductSweep
from tap_wix.api.catalog_v3.products import ProductSweep
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.migration.upgrade import upgrade_product
from tap_wix.fed import FedStream
from tap_wix.streams.catalog import CatalogStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_wix.client import Row


class ProductsStream(CatalogStream):
    """Products with all their variants, pictures and categories."""

    name = "products"
    primary_keys = ("siteId", "id")
    replication_key = "updatedDate"
    schema = schemas.PRODUCTS

    _sweep: ProductSweep | V1ProductSweep | None = None

    @property
    @override
    def resumable(self) -> bool:
        """V3 is read in the order of the bookmark; V1 in the order of its own numbers."""
        return isinstance(self._sweep, ProductSweep) and self._sweep.sorted

    @override
    def optional_parts(self) -> Mapping[str, bool]:
        return self._sweep.optional_parts() if self._sweep else {}

    @override
    def fed(self) -> list[FedStream]:
        return [stream for stream in self.child_streams if isinstance(stream, FedStream)]

    @override
    def read(self, since: str | None) -> Iterable[Row]:
        is_v3 = self.site.catalog_version is CatalogVersion.V3
        self._sweep = (ProductSweep if is_v3 else V1ProductSweep)(self.site, since)
        return self._sweep

    @override
    def shaped(self, row: Row) -> Row:
        is_v3 = self.site.catalog_version is CatalogVersion.V3
        return _with_url_object(row) if is_v3 else upgrade_product(row)


class ProductVariantsStream(FedStream):
    """One row for each variant of the products read."""

    name = "product_variants"
    parent_stream_type = ProductsStream
    primary_keys = ("siteId", "productId", "id")
    replication_key = "updatedDate"
    schema = schemas.PRODUCT_VARIANTS

    @override
    def parts(self, row: Row) -> Iterable[Row]:
        variants = (row.get("variantsInfo") or {}).get("variants") or ()
        product = {
            "productId": row["id"],
            "productName": row.get("name"),
            "currency": row.get("currency"),
            "updatedDate": row.get("updatedDate"),
        }
        for variant in variants:
            yield {**_own_objects(variant), **product}


def _with_url_object(product: Row) -> Row:
    """Wix documents `url` as an object, and types it as text in places (wix-api stores-v3 3.8)."""
    url = product.get("url")
    if isinstance(url, str):
        product["url"] = {"url": url}
    return product


def _own_objects(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy down to the lists: the SDK takes deselected fields out of objects in place."""
    if isinstance(value, dict):
        return {name: _own_objects(inner) for name, inner in value.items()}
    return value
