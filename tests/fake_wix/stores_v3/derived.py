"""What Wix works out by itself: price ranges, stock statuses, counts, and the indexes of a product."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.stores_v3.state import CatalogV3, Json, new_variant_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def variants_of(product: Json) -> list[Json]:
    """The variants of a stored product."""
    return list(product.get("variantsInfo", {}).get("variants", []))


def default_items(v3: CatalogV3, product_id: str) -> dict[str, Json]:
    """The inventory items of the default location by variant id; no other location counts (3.8)."""
    found = (v3.inventory.get(key) for key in v3.items_of_product.get(product_id, ()))
    return {
        item["variantId"]: item
        for item in found
        if item is not None and item["locationId"] == v3.default_location
    }


def in_stock(item: Json | None) -> bool:
    """Without an item a variant is out of stock (stores-v3 3.4)."""
    if item is None:
        return False
    quantity = item.get("quantity")
    return bool(quantity > 0 if quantity is not None else item.get("inStock", False))


def preordered(item: Json | None) -> bool:
    """Whether a variant can be ordered ahead of its stock."""
    return bool(item and (item.get("preorderInfo") or {}).get("enabled"))


def _range(amounts: Iterable[str]) -> Json | None:
    found = list(amounts)
    if not found:
        return None
    low, high = min(found, key=Decimal), max(found, key=Decimal)
    return {"minValue": {"amount": low}, "maxValue": {"amount": high}}


def _amounts(variants: list[Json], *path: str) -> Iterator[str]:
    for variant in variants:
        value: Any = variant
        for name in path:
            value = (value or {}).get(name)
        if value is not None:
            yield value["amount"]


def _quantifier(flags: list[bool], names: tuple[str, str, str]) -> str:
    if all(flags):
        return names[0]
    return names[2] if any(flags) else names[1]


def _set(product: Json, name: str, value: Json | None) -> None:
    if value is None:
        product.pop(name, None)
    else:
        product[name] = value


def derive(v3: CatalogV3, product: Json) -> Json:
    """Bring the read-only parts of a product up to date, in place; the product is not yet stored."""
    variants = variants_of(product)
    items = default_items(v3, product["id"])
    _set(product, "actualPriceRange", _range(_amounts(variants, "price", "actualPrice")))
    _set(product, "compareAtPriceRange", _range(_amounts(variants, "price", "compareAtPrice")))
    _set(product, "costRange", _range(_amounts(variants, "revenueDetails", "cost")))
    stocked = [in_stock(items.get(variant["id"])) for variant in variants]
    ahead = [preordered(items.get(variant["id"])) for variant in variants]
    for variant, stock, preorder in zip(variants, stocked, ahead, strict=True):
        variant["inventoryStatus"] = {"inStock": stock, "preorderEnabled": preorder}
    product["inventory"] = {
        "availabilityStatus": _quantifier(
            stocked, ("IN_STOCK", "OUT_OF_STOCK", "PARTIALLY_OUT_OF_STOCK")
        ),
        "preorderStatus": _quantifier(ahead, ("ENABLED", "DISABLED", "PARTIALLY_ENABLED")),
        "preorderAvailability": _quantifier(
            ahead, ("ALL_VARIANTS", "NO_VARIANTS", "SOME_VARIANTS")
        ),
    }
    product["variantSummary"] = {"variantCount": len(variants)}
    _derive_weights(product, variants)
    _derive_choices(product, variants)
    return product


def _derive_weights(product: Json, variants: list[Json]) -> None:
    if "physicalProperties" not in product:
        return
    weights = [
        weight
        for variant in variants
        if (weight := (variant.get("physicalProperties") or {}).get("weight")) is not None
    ]
    physical = dict(product["physicalProperties"])
    physical.pop("shippingWeightRange", None)
    if weights:
        physical["shippingWeightRange"] = {"minValue": min(weights), "maxValue": max(weights)}
    product["physicalProperties"] = physical


def _derive_choices(product: Json, variants: list[Json]) -> None:
    stocked: set[str] = set()
    shown: set[str] = set()
    for variant in variants:
        ids = {choice["optionChoiceIds"]["choiceId"] for choice in variant.get("choices", [])}
        if variant["inventoryStatus"]["inStock"]:
            stocked |= ids
        if variant.get("visible", True):
            shown |= ids
    for option in product.get("options", []):
        for choice in option.get("choicesSettings", {}).get("choices", []):
            choice["inStock"] = choice["choiceId"] in stocked
            choice["visible"] = choice["choiceId"] in shown


def store_product(v3: CatalogV3, product: Json, *, indexed: bool = False) -> None:
    """Store a product, which must not be changed afterwards, and everything found by its keys."""
    key = product["id"]
    forget_keys(v3, key)
    v3.slugs[product["slug"]] = key
    if product.get("handle"):
        v3.handles[product["handle"]] = key
    for variant in variants_of(product):
        v3.variant_owner[variant["id"]] = key
        if variant.get("sku"):
            v3.skus.setdefault(variant["sku"], set()).add(key)
    v3.members[v3.all_products].setdefault(key)
    v3.products.put(product, indexed=indexed)
    v3.variants.put(new_variant_row(product), indexed=indexed)


def forget_keys(v3: CatalogV3, key: str) -> None:
    """Free the slug, handle, skus and variant ids of a product that changes or goes."""
    old = v3.products.get(key)
    if old is None:
        return
    v3.slugs.pop(old["slug"], None)
    v3.handles.pop(old.get("handle", ""), None)
    for variant in variants_of(old):
        v3.variant_owner.pop(variant["id"], None)
        v3.skus.get(variant.get("sku") or "", set()).discard(key)


def refresh_product(v3: CatalogV3, key: str, *, bump: bool, indexed: bool = False) -> None:
    """Work out a product anew after its stock or memberships changed."""
    if key not in v3.products:
        return
    product = derive(v3, v3.products.edit(key))
    if bump:
        product["revision"] = str(int(product["revision"]) + 1)
        product["updatedDate"] = v3.site.clock.now()
    store_product(v3, product, indexed=indexed)


def denormalised(product: Json, variant: Json, categories: list[str]) -> Json:
    """The part of a product that its inventory items repeat (4.3)."""
    names = [
        choice["optionChoiceNames"]["choiceName"]
        for choice in variant.get("choices", [])
        if "optionChoiceNames" in choice
    ]
    found = {
        "name": product.get("name"),
        "variantName": ", ".join(names)[:250] or None,
        "variantSku": variant.get("sku"),
        "variantBarcode": variant.get("barcode"),
        "variantVisible": variant.get("visible", True),
        "directCategoryIds": categories,
    }
    return {name: value for name, value in found.items() if value is not None}


def categories_of(v3: CatalogV3, product_id: str) -> list[str]:
    """The categories that hold a product directly."""
    return [
        key
        for key, members in v3.members.items()
        if product_id in members
        and (key != v3.all_products or v3.switches.all_products_in_memberships)
    ]
