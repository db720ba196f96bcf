"""A flat row laid over the one variant that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object
from target_wix.pipeline.field_types import with_old_spelling
from target_wix.pipeline.keys import key_text
from target_wix.products.fields.prices import settled_prices
from target_wix.products.fields.variants import (
    AMBIGUOUS,
    STOCK,
    UNKNOWN_VARIANT,
    united,
    variants_of,
)
from target_wix.products.fields.writable import VARIANT
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.products.patch import FlatRow


def with_row(product: Json, row: FlatRow) -> Json:
    """Return the product with one variant as a flat row has it.

    Raises:
        Rejection: it is not to be told which variant is meant.
    """
    rows = variants_of(product)
    place = _place_of(row, rows)
    old = rows[place] if rows else {}
    variant: Json = with_old_spelling(VARIANT, old, united(old, row.variant))
    settled_prices(variant, old, row.variant)
    if row.stock is not None:
        variant[STOCK] = row.stock
    changed = [*rows[:place], variant, *rows[place + 1 :]]
    return {
        **product,
        "variantsInfo": {**as_object(product.get("variantsInfo")), "variants": changed},
    }


def _place_of(row: FlatRow, rows: list[Json]) -> int:
    sku = row.variant.get("sku")
    if len(rows) <= 1:
        return 0
    if row.variant_id:
        for place, one in enumerate(rows):
            if one.get("id") == row.variant_id:
                return place
    same = [place for place, one in enumerate(rows) if sku and key_text(one.get("sku")) == sku]
    if len(same) == 1:
        return same[0]
    if same:
        raise Rejection(AMBIGUOUS, "Several variants of the product have this sku.", "sku")
    reason = (
        "The product has several variants and none with this sku; a flat row adds none."
        if sku
        else "The product has several variants: the row has to name one of them by its sku."
    )
    raise Rejection(UNKNOWN_VARIANT, reason, "sku")
