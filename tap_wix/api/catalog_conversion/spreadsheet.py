"""A variant as a row of a spreadsheet, named as the flat columns that target-wix takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def sku_row(product: Json, variant: Json, category_names: Mapping[str, str]) -> Json:
    """Return the row of one variant.

    Args:
        product: in the shape of Catalog V3.
        variant: one of its variants.
        category_names: display names of the shop's categories by id.
    """
    categories = as_objects(inside(product, "directCategoriesInfo", "categories"))
    names = [category_names.get(str(row.get("id"))) for row in categories]
    items = as_objects(inside(product, "media", "itemsInfo", "items"))
    urls = [row.get("url") or inside(row, "image", "url") for row in items]
    return {
        "product_id": product.get("id"),
        "variant_id": variant.get("id"),
        "handle": product.get("handle"),
        "slug": product.get("slug"),
        "name": product.get("name"),
        "options": _options(variant),
        "sku": variant.get("sku"),
        "barcode": variant.get("barcode"),
        "price": inside(variant, "price", "actualPrice", "amount"),
        "compare_at_price": inside(variant, "price", "compareAtPrice", "amount"),
        "cost": inside(variant, "revenueDetails", "cost", "amount"),
        "weight": inside(variant, "physicalProperties", "weight"),
        "currency": product.get("currency"),
        "visible": product.get("visible"),
        "brand": inside(product, "brand", "name"),
        "ribbon": inside(product, "ribbon", "name"),
        "collections": _joined(names),
        "image_urls": _joined(urls),
        "product_type": product.get("productType"),
        "stock": _stock(product, variant),
        "updated_at": product.get("updatedDate"),
    }


def _options(variant: Json) -> str | None:
    """Return the choices of a variant as text: `Size: S / Colour: Red`."""
    parts = []
    for choice in as_objects(variant.get("choices")):
        names = as_object(choice.get("optionChoiceNames"))
        parts.append(f"{names.get('optionName') or ''}: {names.get('choiceName') or ''}")
    return " / ".join(parts) or None


def _joined(values: Iterable[object]) -> str | None:
    """Return texts with `;` between them; as a JSON list where one could be taken for several."""
    texts = [value for value in values if isinstance(value, str) and value]
    if any(";" in text or text.lstrip()[:1] in ("[", "{") for text in texts):
        return json.dumps(texts, ensure_ascii=False)
    return ";".join(texts) or None


def _stock(product: Json, variant: Json) -> object:
    """Return how many there are on Catalog V1; V3 keeps stock in a stream of its own."""
    v1 = as_object(product.get("v1"))
    own = next(
        (row for row in as_objects(v1.get("variants")) if row.get("id") == variant.get("id")), {}
    )
    quantity = inside(own, "stock", "quantity")
    return inside(v1, "stock", "quantity") if quantity is None else quantity
