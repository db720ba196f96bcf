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
    is_something,
    left_of,
    picked,
    present,
    text,
)
from tap_wix.api.catalog_conversion.media import upgrade_category_media, upgrade_media
from tap_wix.api.catalog_conversion.options import upgrade_options
from tap_wix.api.catalog_conversion.variants import (
    V1Product,
    own_left,
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

_WHOLE = (
    "numericId",
    "inventoryItemId",
    "manageVariants",
    "discount",
    "stock",
    "customTextFields",
    "productOptions",
    "convertedPriceData",
    "ribbons",
)
"""What V3 expresses in another way or not at all: it stays in `v1` as it came."""

_SECTION = frozenset({"title", "description"})
_PARTS = {
    "weightRange": frozenset({"minValue", "maxValue"}),
    "pricePerUnitData": frozenset(
        {"totalQuantity", "totalMeasurementUnit", "baseQuantity", "baseMeasurementUnit"}
    ),
    "productPageUrl": frozenset({"base", "path"}),
}
"""Objects with their members that have a place in V3."""

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

    What V3 has no place for is in `v1`, in V1's own layout: numbers, display texts and whatever
    Wix adds to nested objects in future, so that nothing the site said is lost and a product finds
    its way back to a V1 site. Top-level fields that nobody knew when this was written keep their
    names, or go into `v1` where V3 means something else by the name.
    """
    product: Json = {name: v1[name] for name in _SAME if name in v1}
    kept: Json = picked(v1, *_WHOLE)
    left: Json = {}
    _rename(v1, product)
    media, left["media"] = upgrade_media(v1.get("media"))
    if media is not None:
        product["media"] = media
    _sell(v1, product, left)
    _add_left(v1, left)
    for name, value in left.items():
        if value or (value is not None and is_something(value)):
            kept[name] = value
    if not _MOVED.issuperset(v1):
        for name, value in v1.items():
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
    image, media_left = upgrade_category_media(v1.get("media"))
    category |= present(image=image, itemCounter=v1.get("numberOfProducts"))
    kept: Json = {"media": media_left} if media_left else {}
    for name, value in v1.items():
        if name not in _COLLECTION_MOVED and value is not None:
            (kept if name in category else category)[name] = value
    return {**category, **({"v1": kept} if kept else {})}


def _rename(v1: Json, product: Json) -> None:
    """Add what V3 has under another name, or around which it puts an object."""
    product["revision"] = None
    if "lastUpdated" in v1:
        product["updatedDate"] = v1["lastUpdated"]
    if "productType" in v1:
        product["productType"] = _product_type(v1["productType"])
    if "description" in v1:
        product["plainDescription"] = v1["description"]
    if "brand" in v1:
        product["brand"] = _named(v1["brand"])
    if "ribbon" in v1:
        product["ribbon"] = _named(v1["ribbon"])
    else:
        first = next((row.get("text") for row in as_objects(v1.get("ribbons"))), None)
        if first is not None:
            product["ribbon"] = _named(first)
    if isinstance(sections := v1.get("additionalInfoSections"), list):
        product["infoSections"] = [*map(_section, as_objects(sections))]
    if isinstance(collections := v1.get("collectionIds"), list):
        product["directCategoriesInfo"] = {
            "categories": [{"id": key} for key in collections if key and key != ALL_PRODUCTS_ID]
        }
    if (url := _url(as_object(v1.get("productPageUrl")))) is not None:
        product["url"] = url


def _sell(v1: Json, product: Json, left: Json) -> None:
    """Add what is sold, at which price, and whether it is there."""
    parts = V1Product.read(v1)
    product.update(upgrade_options(v1, is_managed=parts.is_managed))
    variants, left["variants"] = upgrade_variants(parts)
    upgrade_ranges(v1, variants or [], product, left)
    left.update(own_left(parts))
    if (currency := _currency(v1, parts.rows)) is not None:
        product["currency"] = currency
    if (inventory := upgrade_inventory(v1)) is not None:
        product["inventory"] = inventory
    if (physical := _physical(v1, parts.unit)) is not None:
        product["physicalProperties"] = physical
    if variants is not None:
        product["variantsInfo"] = {"variants": variants}
        product["variantSummary"] = {"variantCount": len(variants)}


def _add_left(v1: Json, left: Json) -> None:
    """Add what `_rename` and `_physical` left of the fields that they took."""
    for name, moved in _PARTS.items():
        if (value := v1.get(name)) is not None:
            left[name] = left_of(value, moved)
    if (sections := v1.get("additionalInfoSections")) is not None:
        left["additionalInfoSections"] = sections
        if sections and isinstance(sections, list):
            rests = [left_of(section, _SECTION) for section in sections]
            left["additionalInfoSections"] = (
                rests if any(rest is not None for rest in rests) else None
            )
    if (kind := v1.get("productType")) not in (None, "physical", "digital"):
        left["productType"] = kind


def _physical(v1: Json, unit: Json) -> Json | None:
    """V3 demands the object, be it empty, of every physical product and of no other."""
    kind = v1.get("productType")
    if kind == "digital":
        return None
    properties: Json = {}
    if unit:
        per_unit = present(
            quantity=unit.get("baseQuantity"), measurementUnit=unit.get("baseMeasurementUnit")
        )
        if per_unit:
            properties["pricePerUnit"] = per_unit
    if span := picked(as_object(v1.get("weightRange")), "minValue", "maxValue"):
        properties["shippingWeightRange"] = span
    return properties if properties or kind == "physical" else None


def _currency(v1: Json, rows: list[Json]) -> str | None:
    for name in ("priceData", "price"):
        if currency := text(inside(v1.get(name), "currency")):
            return currency
    names = (text(inside(row, "variant", "priceData", "currency")) for row in rows)
    return next(filter(None, names), None)


def _section(section: Json) -> Json:
    """V3 shares sections between products under a unique name, which V1 does not have."""
    return {
        "uniqueName": None,
        "title": section.get("title"),
        "plainDescription": section.get("description"),
    }


def _product_type(name: object) -> str | None:
    kind = text(name)
    return None if kind is None or kind == "unspecified_product_type" else kind.upper()


def _named(name: object) -> Json | None:
    return {"name": name} if text(name) else None


def _url(page: Json) -> Json | None:
    base, path = text(page.get("base")), text(page.get("path"))
    if base is None and path is None:
        return None
    if base is None:
        return {"relativePath": path}
    if path is None:
        return {"url": base}
    return {"relativePath": path, "url": f"{base.rstrip('/')}/{path.lstrip('/')}"}
