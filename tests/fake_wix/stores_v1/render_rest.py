"""What is shown beside products: store-wide variants, inventory items, collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.stores_v1.model import ALL_PRODUCTS
from tests.fake_wix.stores_v1.render import media_block, variant_sku

if TYPE_CHECKING:
    from tests.fake_wix.stores_v1.model import Collection, Json, Product, Variant


def show_store_variant(product: Product, variant: Variant) -> Json:
    """A row of the store-wide variants query (wix-api stores-v1 3.2): no price, no dates."""
    tracked = product.track_quantity
    stock: Json = {"trackQuantity": tracked, "inStock": product.in_stock(variant.stock)}
    if tracked:
        stock["quantity"] = variant.stock.quantity
    shown: Json = {
        "id": f"{product.id}-{variant.id}",
        "productId": product.id,
        "variantId": variant.id,
        "productName": product.fields["name"],
        "variantName": "|".join(variant.choices.values()),
        "managedVariant": product.managed,
        "sku": variant_sku(product, variant),
        "choices": dict(variant.choices),
        "collectionIds": [ALL_PRODUCTS, *product.collection_ids],
        "stock": stock,
        "preorderInfo": dict(product.preorder),
    }
    pictures = [item for item in product.media if "image" in item]
    if pictures:
        image = pictures[0]["image"]
        shown["media"] = {"image": {"id": pictures[0]["id"], **image}}
    return shown


def show_inventory(product: Product, only: list[str] | None = None) -> Json:
    """The inventory item of wix-api stores-v1 5.5; untracked variants have no quantity."""
    rows = []
    for variant_id, stock in product.stocks().items():
        if only and variant_id not in only:
            continue
        row: Json = {"variantId": variant_id, "inStock": product.in_stock(stock)}
        if product.track_quantity:
            row["quantity"] = stock.quantity
        row["availableForPreorder"] = False
        rows.append(row)
    return {
        "id": product.inventory_item_id,
        "externalId": product.id,
        "productId": product.id,
        "trackQuantity": product.track_quantity,
        "variants": rows,
        "lastUpdated": product.stock_updated,
        "numericId": str(product.numeric_id),
        "preorderInfo": dict(product.preorder),
    }


def show_collection(collection: Collection, *, description: bool, count: int | None) -> Json:
    """A collection; what no flag asked for is absent (wix-api stores-v1 4.4)."""
    shown: Json = {
        "id": collection.id,
        "name": collection.name,
        "media": media_block(collection.media),
        "slug": collection.slug,
        "visible": collection.visible,
    }
    if description and collection.description is not None:
        shown["description"] = collection.description
    if count is not None:
        shown["numberOfProducts"] = count
    return shown
