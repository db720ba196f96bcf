"""Stock of Catalog V1 in the shape of Catalog V3 (wix-api stores-v1 5.5, stores-v3 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, present

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_LOCATION = "00000000-0000-0000-0000-000000000000"
"""Catalog V1 knows no locations: the part of the key that V3 has."""

_MOVED = frozenset(
    {"id", "productId", "externalId", "trackQuantity", "variants", "preorderInfo", "lastUpdated"}
)
_VARIANT_MOVED = frozenset({"variantId", "inStock", "quantity"})


def upgrade_inventory_item(item: Json) -> Iterator[Json]:
    """Yield one row for each variant of an inventory item of Catalog V1.

    The item's id is no id of a row: a product has one item with all its variants. A quantity may
    be absent or below zero, and stays so. What V3 has no place for is in `v1`.
    """
    preorder = as_object(item.get("preorderInfo"))
    for variant in as_objects(item.get("variants")):
        leftovers = present(
            inventoryItemId=item.get("id"),
            **{name: value for name, value in item.items() if name not in _MOVED},
            **{name: value for name, value in variant.items() if name not in _VARIANT_MOVED},
        )
        yield {
            "productId": item.get("productId"),
            "variantId": variant.get("variantId"),
            "locationId": NO_LOCATION,
            "updatedDate": item.get("lastUpdated"),
            **present(
                trackQuantity=item.get("trackQuantity"),
                quantity=variant.get("quantity"),
                inStock=variant.get("inStock"),
                availabilityStatus=_status(variant),
                preorderInfo=preorder or None,
            ),
            "v1": leftovers,
        }


def _status(variant: Json) -> str | None:
    """Return the word of V3 for what V1 says in two flags."""
    if variant.get("inStock") is True:
        return "IN_STOCK"
    if variant.get("availableForPreorder") is True:
        return "PREORDER"
    return "OUT_OF_STOCK" if variant.get("inStock") is False else None
