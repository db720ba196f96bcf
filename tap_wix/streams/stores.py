"""Products and what belongs to them, from either catalog, in the shape of Catalog V3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix.api.catalog_conversion.spreadsheet import sku_row
from tap_wix.api.stores import (
    BRANDS,
    COLLECTIONS,
    CUSTOMIZATIONS,
    INFO_SECTIONS,
    INVENTORY_ITEMS,
    LOCATIONS,
    PRODUCTS,
    RIBBONS,
)
from tap_wix.client import CatalogStream, EmbeddedStream
from tap_wix.schemas.source import CATALOG, V1_LEFTOVERS, column, schema_of, wix_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

_VARIANT_KEYS = ("siteId", "productId", "id")
_MEMBERSHIP_KEYS = ("siteId", "collectionId", "productId")
_SKU_KEYS = ("siteId", "product_id", "variant_id")


class ProductsStream(CatalogStream):
    """Products with all their variants, pictures and categories."""

    name = "products"
    replication_key = "updatedDate"
    schema = wix_schema("products_v3", own={**CATALOG, **V1_LEFTOVERS})
    resource = PRODUCTS
    written_after = ("collections",)


class ProductVariantsStream(EmbeddedStream):
    """One row for each variant of the products read."""

    name = "product_variants"
    parent_stream_type = ProductsStream
    primary_keys = _VARIANT_KEYS
    replication_key = "updatedDate"
    schema = wix_schema(
        "products_v3",
        at="variantsInfo.variants[]",
        keys=_VARIANT_KEYS,
        parent={
            "productId": column("string", "The product it belongs to."),
            "productName": column("string", "Name of the product, for reading convenience."),
            "currency": column("string", "ISO 4217 code that all prices of the row are in."),
            "updatedDate": column(
                "date-time", "When the product last changed; variants have no date of their own."
            ),
        },
        own=CATALOG,
    )
    embedded_at = "variantsInfo.variants"
    from_parent = {  # noqa: RUF012 - a stream's attributes are its definition
        "productId": "id",
        "productName": "name",
        "currency": "currency",
        "updatedDate": "updatedDate",
    }


class SkusStream(EmbeddedStream):
    """The shop in a spreadsheet: one row a variant, named as the flat columns of target-wix."""

    name = "skus"
    parent_stream_type = ProductsStream
    primary_keys = _SKU_KEYS
    replication_key = "updated_at"
    selected_by_default = False
    schema = schema_of(
        {
            **CATALOG,
            "product_id": column("string", "Id of the product."),
            "variant_id": column("string", "Id of the variant, unique within its product."),
            "handle": column("string", "Name of the product that never changes."),
            "slug": column("string", "Last part of the product page's address."),
            "name": column("string", "Name of the product."),
            "options": column("string", "What makes up the variant: Size: S / Colour: Red."),
            "sku": column("string", "Article number of the variant."),
            "barcode": column("string", "Barcode of the variant."),
            "price": column("string", "What the buyer pays, exact decimal number as text."),
            "compare_at_price": column("string", "The former price, shown struck through."),
            "cost": column("string", "What the variant costs the shop."),
            "weight": column("number", "In the site's unit of weight."),
            "currency": column("string", "ISO 4217 code of the prices."),
            "visible": column("boolean", "Whether the product is shown in the shop."),
            "brand": column("string", "Name of the brand."),
            "ribbon": column("string", "Badge such as New."),
            "collections": column("string", "Names of the categories, separated by ;"),
            "image_urls": column("string", "Addresses of the pictures, separated by ;"),
            "product_type": column("string", "PHYSICAL or DIGITAL."),
            "stock": column("number", "On Catalog V1; on V3 it is in inventory_items."),
            "updated_at": column("date-time", "When the product last changed."),
        },
        _SKU_KEYS,
    )

    @override
    def prepare(self, site: WixSite) -> dict[str, str]:
        """Read the names of the categories, once a run."""
        return {row["id"]: row.get("name") or "" for row in COLLECTIONS.rows(site)}

    @override
    def child_records(
        self, parent: Row, prepared: Mapping[str, str], requested: Row
    ) -> Iterator[Row]:
        variants = (parent.get("variantsInfo") or {}).get("variants") or ()
        for variant in variants:
            yield sku_row(parent, variant, prepared)


class CollectionProductsStream(EmbeddedStream):
    """Which product is in which collection: the categories it was put in itself."""

    name = "collection_products"
    parent_stream_type = ProductsStream
    primary_keys = _MEMBERSHIP_KEYS
    replication_key = "updatedDate"
    schema = schema_of(
        {
            **CATALOG,
            "collectionId": column("string", "`id` of a row of the stream `collections`."),
            "productId": column("string", "`id` of a row of the stream `products`."),
            "index": column("integer", "Position of the product within the collection."),
            "updatedDate": column("date-time", "When the product last changed."),
        },
        _MEMBERSHIP_KEYS,
    )

    @override
    def child_records(self, parent: Row, prepared: Any, requested: Row) -> Iterator[Row]:
        info = parent.get("directCategoriesInfo") or {}
        for category in info.get("categories") or ():
            yield {
                "collectionId": category.get("id"),
                "productId": parent["id"],
                "index": category.get("index"),
                "updatedDate": parent.get("updatedDate"),
            }


class CollectionsStream(CatalogStream):
    """All categories each time: there are a thousand at most (wix-api stores-v3 6.2)."""

    name = "collections"
    schema = wix_schema("categories_v3", own={**CATALOG, **V1_LEFTOVERS})
    resource = COLLECTIONS


class InventoryItemsStream(CatalogStream):
    """Stock: one row for each variant and location, as Wix counts it, oversold ones too."""

    name = "inventory_items"
    primary_keys = ("siteId", "productId", "variantId", "locationId")
    replication_key = "updatedDate"
    schema = wix_schema("inventory_items_v3", keys=primary_keys, own={**CATALOG, **V1_LEFTOVERS})
    resource = INVENTORY_ITEMS
    written_after = ("locations",)


class BrandsStream(CatalogStream):
    """Brands of products."""

    name = "brands"
    replication_key = "updatedDate"
    schema = wix_schema("brands_v3", own=CATALOG)
    resource = BRANDS


class RibbonsStream(CatalogStream):
    """Badges such as New."""

    name = "ribbons"
    replication_key = "updatedDate"
    schema = wix_schema("ribbons_v3", own=CATALOG)
    resource = RIBBONS


class InfoSectionsStream(CatalogStream):
    """Sections of text that products share."""

    name = "info_sections"
    replication_key = "updatedDate"
    schema = wix_schema("info_sections_v3", own=CATALOG)
    resource = INFO_SECTIONS


class CustomizationsStream(CatalogStream):
    """Options and modifiers that products share, with their choices."""

    name = "customizations"
    replication_key = "updatedDate"
    selected_by_default = False
    schema = wix_schema("customizations_v3", own=CATALOG)
    resource = CUSTOMIZATIONS


class LocationsStream(CatalogStream):
    """Where stock lies; orders take it from the default location."""

    name = "locations"
    schema = wix_schema("stores_locations_v3", own=CATALOG)
    resource = LOCATIONS
