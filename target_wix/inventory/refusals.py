"""Why a row means no item: what several steps of matching say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.foreign_text import quoted
from target_wix.inventory.locations import AMBIGUOUS
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_wix.inventory.items import VariantRef

UNKNOWN_SKU, UNKNOWN_VARIANT = "UNKNOWN_SKU", "UNKNOWN_VARIANT"


class NotThere(Rejection):
    """What a record means is not in the shop; a product of the same run may still bring it."""


def several_variants() -> Rejection:
    """Return that a product has several variants, of which none is named."""
    reason = "The product has several variants: name one by variant_id or sku."
    return Rejection(UNKNOWN_VARIANT, reason, "variantId")


def several_have(sku: str, refs: Iterable[VariantRef]) -> Rejection:
    """Return that a sku is that of several variants, with two of them."""
    one, other, *_ = refs
    shown = quoted(sku, limit=80)
    if one.product_id == other.product_id:
        both = f"{one.variant_id} and {other.variant_id}"
        reason = f"Several variants of a product have the sku {shown}: {both}."
    else:
        both = f"{one.product_id} and {other.product_id}"
        reason = f"Several products have the sku {shown}: {both}."
    return Rejection(AMBIGUOUS, reason, "sku")
