"""What a Catalog V1 product says and the V3 shape has no place for: the object `v1`.

It is in V1's own layout, and holds numbers, display texts and whatever Wix adds to nested objects
in future, so that nothing the site said is lost and a product finds its way back to a V1 site.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside
from tap_wix.api.catalog_conversion.media import category_image, is_kept
from tap_wix.api.catalog_conversion.options import is_managed
from tap_wix.api.catalog_conversion.variants import is_default
from tap_wix.api.money import decimal_of, same_amount

Spec: TypeAlias = "dict[str, Spec] | frozenset[str] | list[Spec] | None"
"""What the upgrade moved elsewhere: None for all of it; names, an object or a list for parts."""

_FORMATTED: Spec = frozenset({"price", "discountedPrice", "pricePerUnit"})
_PRICES: Spec = {
    "currency": None,
    "price": None,
    "discountedPrice": None,
    "formatted": _FORMATTED,
    "pricePerUnit": None,
}
_COSTS: Spec = frozenset(
    {"itemCost", "formattedItemCost", "profit", "formattedProfit", "profitMargin"}
)
_RANGE: Spec = frozenset({"minValue", "maxValue"})
_UNIT: Spec = frozenset(
    {"totalQuantity", "totalMeasurementUnit", "baseQuantity", "baseMeasurementUnit"}
)
_THUMBNAIL: Spec = frozenset({"url", "width", "height", "altText"})
_FILE: Spec = frozenset({"url", "width", "height", "format"})
_IMAGE: Spec = frozenset({"url", "width", "height", "altText"})
_IMAGE_ITEM: dict[str, Spec] = {"id": None, "image": _IMAGE, "mediaType": None}
_MEDIA_ITEM: dict[str, Spec] = {
    "id": None,
    "image": _IMAGE,
    "video": {"files": [_FILE]},
    "thumbnail": _THUMBNAIL,
}
_KEPT_MEDIA_ITEM: dict[str, Spec] = {**_MEDIA_ITEM, "mediaType": None, "title": None}

_NESTED: dict[str, Spec] = {
    "priceRange": _RANGE,
    "costRange": _RANGE,
    "weightRange": _RANGE,
    "pricePerUnitData": _UNIT,
    "additionalInfoSections": [frozenset({"title", "description"})],
    "productPageUrl": frozenset({"base", "path"}),
}
"""Objects of the product with their parts that have a place in V3."""

_OWN: dict[str, Spec] = {
    "priceData": _PRICES,
    "costAndProfitData": _COSTS,
    "sku": None,
    "weight": None,
    "productDimensions": None,
    "packageDimensions": None,
}
"""What a simple product's only variant takes over; a managed product has its own besides."""

_NESTED_OR_OWN: dict[str, Spec] = {**_NESTED, **_OWN}

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
"""What V3 expresses in another way or not at all: kept whole, as it came."""

_VARIANT: dict[str, Spec] = {
    "priceData": _PRICES,
    "costAndProfitData": _COSTS,
    "weight": None,
    "sku": None,
    "visible": None,
    "productDimensions": None,
    "packageDimensions": None,
}
_PHYSICAL = ("weight", "productDimensions", "packageDimensions")
"""What V3 does not have of a digital product."""

_VARIANTS: dict[tuple[bool, bool], dict[str, Spec]] = {
    (digital, shown): {
        name: spec
        for name, spec in _VARIANT.items()
        if not (digital and name in _PHYSICAL) and (shown or name != "visible")
    }
    for digital in (False, True)
    for shown in (False, True)
}
"""The same of a digital product, and of a variant that is shown where its product is not."""

_ELSEWHERE = frozenset({"id", "choices", "variant", "stock"})


def leftovers(product: Json) -> Json:
    """The object `v1`, without what is null: a product has either a thing or has it not."""
    kept: Json = {name: product[name] for name in _WHOLE if product.get(name) is not None}
    managed, digital = is_managed(product), product.get("productType") == "digital"
    for name, spec in (_NESTED if managed else _NESTED_OR_OWN).items():
        if (value := product.get(name)) is not None:
            _keep(kept, name, _rest(value, spec))
    for name in _OWN if managed else _PHYSICAL if digital else ():
        _keep(kept, name, product.get(name))
    if not _is_copy(product, managed=managed):
        _keep(kept, "price", product.get("price"))
    if _discounted(product):
        _keep(kept, "priceRange", product.get("priceRange"))
    if product.get("productType") not in (None, "physical", "digital"):
        kept["productType"] = product["productType"]
    _keep(kept, "media", _media(product.get("media")))
    _keep(kept, "variants", _variants(product))
    return kept


def collection_leftovers(collection: Json) -> Json:
    """What a collection's pictures say besides the one that a category has: an image, no more."""
    media = as_object(collection.get("media"))
    items = as_objects(media.get("items"))
    moved: dict[str, Spec] = {} if category_image(media) is None else dict(_IMAGE_ITEM)
    if inside(media, "mainMedia", "mediaType") != "image":
        moved.pop("mediaType", None)
    kept: Json = {}
    _keep(kept, "media", _rest(media, {"mainMedia": moved, "items": None}))
    if items and (len(items) > 1 or items[0] != media.get("mainMedia")):
        kept.setdefault("media", {})["items"] = items
    return kept


def _variants(product: Json) -> list[Json]:
    """Ids, stock and leftovers of the variants, and whole the ones that V3 does not list."""
    managed = is_managed(product)
    rows = as_objects(product.get("variants"))
    if not rows:
        return []
    only = None if managed else next(filter(is_default, rows), rows[0])
    every = managed and not product.get("productOptions")
    kept = []
    for row in rows:
        if not (every or row is only or (managed and not is_default(row))):
            kept.append(row)
            continue
        entry: Json = {"id": row.get("id")}
        _keep(entry, "stock", row.get("stock"))
        _keep(entry, "variant", _rest(row.get("variant"), _moved(row, product, managed=managed)))
        if not row.keys() <= _ELSEWHERE:
            entry.update({name: row[name] for name in row if name not in _ELSEWHERE})
        if not managed and row.get("choices"):
            entry["choices"] = row["choices"]
        kept.append(entry)
    return kept


def _moved(row: Json, product: Json, *, managed: bool) -> dict[str, Spec]:
    """What the upgrade took over from a variant: not all of it everywhere."""
    digital = product.get("productType") == "digital"
    shown = managed or inside(row, "variant", "visible") == product.get("visible")
    return _VARIANTS[digital, shown]


def _media(media: object) -> Json:
    row = as_object(media)
    kept: Json = {name: row[name] for name in row if name not in {"mainMedia", "items"}}
    listed = as_objects(row.get("items"))
    items = [_media_item(item) for item in listed]
    if any(items):
        kept["items"] = items
    if row.get("mainMedia") in listed:
        return kept
    main = _media_item(row.get("mainMedia"))
    if main not in items:
        _keep(kept, "mainMedia", main)
    return kept


def _media_item(item: object) -> Json:
    row = as_object(item)
    rest = as_object(_rest(row, _KEPT_MEDIA_ITEM if is_kept(row) else _MEDIA_ITEM))
    return {"id": row.get("id"), **rest} if rest else {}


def _rest(value: Any, spec: Spec) -> Any:  # noqa: ANN401 - JSON is any of six types
    """The parts of a value that the spec does not name; None if that is nothing."""
    if spec is None or value is None:
        return None
    if isinstance(spec, frozenset) and isinstance(value, dict):
        if value.keys() <= spec:
            return None
        return {
            name: part for name, part in value.items() if name not in spec and part is not None
        } or None
    if isinstance(spec, dict) and isinstance(value, dict):
        parts: Json = {}
        for name, part in value.items():
            if name in spec:
                inner = spec[name]
                rest = None if inner is None else _rest(part, inner)
            else:
                rest = part
            if rest is not None:
                parts[name] = rest
        return parts or None
    if isinstance(spec, list) and isinstance(value, list):
        items = [_rest(item, spec[0]) for item in value]
        return items if any(item is not None for item in items) else None
    return value


def _keep(kept: Json, name: str, value: object) -> None:
    if value is not None and (value or not isinstance(value, dict | list)):
        kept[name] = value


def _is_copy(product: Json, *, managed: bool) -> bool:
    """Whether the deprecated `price` says what `priceData` says, or stands in for it."""
    data, copy = product.get("priceData"), product.get("price")
    return copy is None or data == copy or (data is None and not managed)


def _discounted(product: Json) -> bool:
    """Whether the range of prices before the discount is not the range of what is paid."""
    pairs = [product.get("priceData")]
    pairs += [inside(row, "variant", "priceData") for row in as_objects(product.get("variants"))]
    for pair in pairs:
        before, paid = inside(pair, "price"), inside(pair, "discountedPrice")
        if type(before) is type(paid) and before == paid:
            continue
        if decimal_of(paid) is not None and not same_amount(before, paid):
            return True
    return False
