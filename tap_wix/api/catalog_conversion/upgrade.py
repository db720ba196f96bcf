"""Catalog V1 products and collections in the shape of Catalog V3, by Wix's own migration table.

Wix moves every V1 shop to V3 on a day that its owner does not choose; records in one shape keep
streams and columns the same on that day (wix-api stores-v3 9). A field that a V1 product does not
have is absent from the outcome too, so that part of a product upgrades to part of a product.
"""

from __future__ import annotations

from tap_wix.api.catalog_conversion.json_access import (
    ALL_PRODUCTS_ID,
    Json,
    as_object,
    as_objects,
    inside,
    present,
    text,
)
from tap_wix.api.catalog_conversion.media import category_image, upgrade_media
from tap_wix.api.catalog_conversion.options import upgrade_options
from tap_wix.api.catalog_conversion.unmapped import collection_leftovers, leftovers
from tap_wix.api.catalog_conversion.variants import (
    upgrade_inventory,
    upgrade_ranges,
    upgrade_variants,
)

_SAME = ("id", "name", "slug", "visible", "createdDate", "seoData")
_MOVED = frozenset(
    {
        *_SAME,
        "additionalInfoSections",
        "brand",
        "collectionIds",
        "convertedPriceData",
        "costAndProfitData",
        "costRange",
        "customTextFields",
        "description",
        "discount",
        "inventoryItemId",
        "lastUpdated",
        "manageVariants",
        "media",
        "numericId",
        "packageDimensions",
        "price",
        "priceData",
        "pricePerUnitData",
        "priceRange",
        "productDimensions",
        "productOptions",
        "productPageUrl",
        "productType",
        "ribbon",
        "ribbons",
        "sku",
        "stock",
        "variants",
        "weight",
        "weightRange",
    }
)

_ONLY_V1 = (
    "additionalInfoSections",
    "collectionIds",
    "convertedPriceData",
    "costAndProfitData",
    "customTextFields",
    "inventoryItemId",
    "manageVariants",
    "priceData",
    "pricePerUnitData",
    "productOptions",
    "productPageUrl",
)
_ONLY_V3 = (
    "actualPriceRange",
    "catalogVersion",
    "directCategoriesInfo",
    "infoSections",
    "modifiers",
    "options",
    "physicalProperties",
    "plainDescription",
    "revision",
    "v1",
    "variantsInfo",
)

_COLLECTION_MOVED = frozenset(
    {"id", "name", "slug", "visible", "description", "media", "numberOfProducts"}
)


def looks_like_v1_product(record: Json) -> bool:
    """Whether a record is a product as Catalog V1 has it, rather than V3 or a row of columns.

    Null says nothing: a warehouse sends every column it has.
    """
    if any(record.get(name) is not None for name in _ONLY_V3):
        return False
    if any(isinstance(record.get(name), (dict, list)) for name in _ONLY_V1):
        return True
    return (
        isinstance(record.get("inventoryItemId"), str)
        or isinstance(record.get("manageVariants"), bool)
        or isinstance(inside(record, "media", "mainMedia"), dict)
        or any("variant" in row for row in as_objects(record.get("variants")))
    )


def upgrade_product(v1: Json) -> Json:
    """A V1 product, as it is on the wire, in the shape that GET product has on V3.

    What V3 has no place for is in `v1`. Top-level fields that nobody knew when this was written
    keep their names, or go into `v1` where V3 means something else by the name.
    """
    product = {
        **{name: v1[name] for name in _SAME if name in v1},
        **_renamed(v1),
        **upgrade_options(v1),
        **_sold(v1),
    }
    kept = leftovers(v1)
    for name, value in () if v1.keys() <= _MOVED else v1.items():
        if name not in _MOVED and value is not None:
            (kept if name in product or name in _ONLY_V3 else product)[name] = value
    if kept:
        product["v1"] = kept
    return product


def upgrade_collection(v1: Json) -> Json:
    """A V1 collection in the shape of a V3 category; it has neither parent nor dates."""
    category: Json = {name: v1[name] for name in ("id", "name", "slug", "visible") if name in v1}
    if "description" in v1:
        category["description"] = text(v1["description"])
    category |= present(
        image=category_image(v1.get("media")), itemCounter=v1.get("numberOfProducts")
    )
    kept = collection_leftovers(v1)
    for name, value in v1.items():
        if name not in _COLLECTION_MOVED and value is not None:
            (kept if name in category else category)[name] = value
    return {**category, **({"v1": kept} if kept else {})}


def _renamed(v1: Json) -> Json:
    """Fields of V1 that V3 has under another name, or around which it puts an object."""
    product: Json = {"revision": None}
    if "lastUpdated" in v1:
        product["updatedDate"] = v1["lastUpdated"]
    if "productType" in v1:
        product["productType"] = _product_type(v1["productType"])
    if "description" in v1:
        product["plainDescription"] = v1["description"]
    ribbon = v1.get("ribbon")
    if "ribbon" not in v1:
        ribbon = next((row.get("text") for row in as_objects(v1.get("ribbons"))), None)
    if "brand" in v1:
        product["brand"] = _named(v1["brand"])
    if "ribbon" in v1 or ribbon is not None:
        product["ribbon"] = _named(ribbon)
    if isinstance(v1.get("additionalInfoSections"), list):
        # V3 shares sections between products under a unique name, which V1 does not have.
        product["infoSections"] = [
            {
                "uniqueName": None,
                "title": section.get("title"),
                "plainDescription": section.get("description"),
            }
            for section in as_objects(v1["additionalInfoSections"])
        ]
    if isinstance(v1.get("collectionIds"), list):
        product["directCategoriesInfo"] = {
            "categories": [
                {"id": name} for name in v1["collectionIds"] if name and name != ALL_PRODUCTS_ID
            ]
        }
    product.update(
        present(url=_url(v1.get("productPageUrl")), media=upgrade_media(v1.get("media")))
    )
    return product


def _sold(v1: Json) -> Json:
    """What is sold, at which price, and whether it is there."""
    variants = upgrade_variants(v1)
    rows = variants or []
    product = present(
        currency=_currency(v1),
        **upgrade_ranges(v1, rows),
        inventory=upgrade_inventory(v1),
        physicalProperties=_physical(v1),
    )
    if variants is not None:
        product["variantsInfo"] = {"variants": variants}
        product["variantSummary"] = {"variantCount": len(variants)}
    return product


def _physical(v1: Json) -> Json | None:
    """V3 demands the object, be it empty, of every physical product and of no other."""
    if v1.get("productType") == "digital":
        return None
    properties: Json = {}
    if unit := as_object(v1.get("pricePerUnitData")):
        per_unit = present(
            quantity=unit.get("baseQuantity"), measurementUnit=unit.get("baseMeasurementUnit")
        )
        if per_unit:
            properties["pricePerUnit"] = per_unit
    if weights := as_object(v1.get("weightRange")):
        span = present(minValue=weights.get("minValue"), maxValue=weights.get("maxValue"))
        if span:
            properties["shippingWeightRange"] = span
    return properties if properties or v1.get("productType") == "physical" else None


def _currency(v1: Json) -> str | None:
    for name in ("priceData", "price"):
        if currency := text(inside(v1.get(name), "currency")):
            return currency
    rows = as_objects(v1.get("variants"))
    names = (text(inside(row, "variant", "priceData", "currency")) for row in rows)
    return next(filter(None, names), None)


def _product_type(name: object) -> str | None:
    kind = text(name)
    return None if kind is None or kind == "unspecified_product_type" else kind.upper()


def _named(name: object) -> Json | None:
    return {"name": name} if text(name) else None


def _url(page: object) -> Json | None:
    parts = as_object(page)
    base, path = text(parts.get("base")), text(parts.get("path"))
    if base is None and path is None:
        return None
    whole = f"{base.rstrip('/')}/{path.lstrip('/')}" if base and path else base
    return present(relativePath=path, url=whole)
