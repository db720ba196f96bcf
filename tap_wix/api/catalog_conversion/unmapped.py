"""What a Catalog V1 product says and the V3 shape has no place for: the object `v1`.

It is in V1's own layout, and holds numbers, display texts and whatever Wix adds to nested objects
in future, so that nothing the site said is lost and a product finds its way back to a V1 site.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside
from tap_wix.api.catalog_conversion.media import category_image, is_kept
from tap_wix.api.catalog_conversion.options import is_managed
from tap_wix.api.catalog_conversion.variants import is_default
from tap_wix.api.money import decimal_of, same_amount

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Moved:
    """What the upgrade moved elsewhere of an object.

    Attributes:
        whole: names of what it moved whole.
        parts: by name, what it moved of the rest; in a list, of each object of a list.
    """

    whole: frozenset[str] = frozenset()
    parts: Mapping[str, Moved | list[Moved]] = field(default_factory=dict)

    @classmethod
    def names(cls, *whole: str, **parts: Moved | list[Moved]) -> Moved:
        """Return what has these names."""
        return cls(frozenset(whole), parts)


_PRICES = Moved.names(
    "currency",
    "price",
    "discountedPrice",
    "pricePerUnit",
    formatted=Moved.names("price", "discountedPrice", "pricePerUnit"),
)
_COSTS = Moved.names("itemCost", "formattedItemCost", "profit", "formattedProfit", "profitMargin")
_RANGE = Moved.names("minValue", "maxValue")
_IMAGE = Moved.names("url", "width", "height", "altText")
_MEDIA_PARTS: dict[str, Moved | list[Moved]] = {
    "image": _IMAGE,
    "video": Moved.names(files=[Moved.names("url", "width", "height", "format")]),
    "thumbnail": _IMAGE,
}
_MEDIA_ITEM = Moved(frozenset({"id"}), _MEDIA_PARTS)
_KEPT_MEDIA_ITEM = Moved(frozenset({"id", "mediaType", "title"}), _MEDIA_PARTS)

_NESTED: dict[str, Moved | list[Moved]] = {
    "priceRange": _RANGE,
    "costRange": _RANGE,
    "weightRange": _RANGE,
    "pricePerUnitData": Moved.names(
        "totalQuantity", "totalMeasurementUnit", "baseQuantity", "baseMeasurementUnit"
    ),
    "additionalInfoSections": [Moved.names("title", "description")],
    "productPageUrl": Moved.names("base", "path"),
}
"""Objects of the product with their parts that have a place in V3."""

_PHYSICAL = ("weight", "productDimensions", "packageDimensions")
"""What V3 does not have of a digital product."""

_OWN_PARTS: dict[str, Moved | list[Moved]] = {"priceData": _PRICES, "costAndProfitData": _COSTS}
_OWN = (*_OWN_PARTS, "sku", *_PHYSICAL)
"""What a simple product's only variant takes over; a managed product has its own besides."""

_NESTED_OR_OWN = {**_NESTED, **_OWN_PARTS}

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

_VARIANTS = {
    (digital, shown): Moved(
        frozenset({"sku", *(() if digital else _PHYSICAL), *(("visible",) if shown else ())}),
        _OWN_PARTS,
    )
    for digital in (False, True)
    for shown in (False, True)
}
"""The same of a variant: of a digital product, and shown where its product is not."""

_ELSEWHERE = frozenset({"id", "choices", "variant", "stock"})


def leftovers(product: Json) -> Json:
    """The object `v1`, without what is null: a product has either a thing or has it not."""
    kept: Json = {name: product[name] for name in _WHOLE if product.get(name) is not None}
    managed, digital = is_managed(product), product.get("productType") == "digital"
    for name, moved in (_NESTED if managed else _NESTED_OR_OWN).items():
        if (value := product.get(name)) is not None:
            _keep(kept, name, _rest(value, moved))
    for name in _OWN if managed else _PHYSICAL if digital else ():
        _keep(kept, name, product.get(name))
    if not _is_copy(product, managed=managed):
        _keep(kept, "price", product.get("price"))
    if _discounted(product):
        _keep(kept, "priceRange", product.get("priceRange"))
    if product.get("productType") not in (None, "physical", "digital"):
        kept["productType"] = product["productType"]
    _keep(kept, "media", _media(product.get("media")))
    _keep(kept, "variants", _variants(product, managed=managed))
    return kept


def collection_leftovers(collection: Json) -> Json:
    """What a collection's pictures say besides the one that a category has: an image, no more."""
    media = as_object(collection.get("media"))
    items = as_objects(media.get("items"))
    if category_image(media) is None:
        moved = Moved()
    elif inside(media, "mainMedia", "mediaType") == "image":
        moved = Moved.names("id", "mediaType", image=_IMAGE)
    else:
        moved = Moved.names("id", image=_IMAGE)
    kept: Json = {}
    _keep(kept, "media", _rest(media, Moved.names("items", mainMedia=moved)))
    if items and (len(items) > 1 or items[0] != media.get("mainMedia")):
        kept.setdefault("media", {})["items"] = items
    return kept


def _variants(product: Json, *, managed: bool) -> list[Json]:
    """Ids, stock and leftovers of the variants, and whole the ones that V3 does not list."""
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


def _moved(row: Json, product: Json, *, managed: bool) -> Moved:
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


def _rest(value: Any, moved: Moved | list[Moved]) -> Any:  # noqa: ANN401 - JSON is any of six types
    """The parts of a value that were not moved; None if that is nothing."""
    if isinstance(moved, list):
        if not isinstance(value, list):
            return value
        items = [_rest(item, moved[0]) for item in value]
        return items if any(item is not None for item in items) else None
    if isinstance(value, dict):
        whole, parts = moved.whole, moved.parts
        if value.keys() <= whole:
            return None
        rest: Json = {}
        for name, part in value.items():
            if name in whole:
                continue
            left = _rest(part, parts[name]) if name in parts else part
            if left is not None:
                rest[name] = left
        return rest or None
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
    sold = [
        product,
        *(as_object(row.get("variant")) for row in as_objects(product.get("variants"))),
    ]
    for one in sold:
        pair = as_object(one.get("priceData"))
        before, paid = pair.get("price"), pair.get("discountedPrice")
        if type(before) is type(paid) and before == paid:
            continue
        if decimal_of(paid) is not None and not same_amount(before, paid):
            return True
    return False
