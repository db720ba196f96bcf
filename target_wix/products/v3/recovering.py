"""What became of new products whose answer was lost, and which variant is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.products.catalog import Keys
from target_wix.products.compare import differences
from target_wix.products.fields.variants import choice_names, variants_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.products.catalog import Product, StockPatch
    from target_wix.products.v3.key_lookup import KeyLookup
    from target_wix.products.v3.preparing import PendingCreation


def found(key_lookup: KeyLookup, plans: Sequence[PendingCreation]) -> dict[int, Product]:
    """The products that are there and are what was sent, by plan.

    Keys were looked up before: what has them now was just made. But a key that records are not
    matched by can have been there all along, so that name and variants must agree too.
    """
    products = [plan.creation.product for plan in plans]
    keys = Keys(
        handles=frozenset(one["handle"] for one in products if one.get("handle")),
        slugs=frozenset(one["slug"] for one in products if one.get("slug")),
        skus=frozenset(
            row["sku"]
            for one in products
            if not one.get("slug")
            for row in variants_of(one)
            if row.get("sku")
        ),
    )
    there = key_lookup.by_ids([row.id for row in key_lookup.find(keys)])
    made: dict[int, Product] = {}
    for plan in plans:
        match = next((one for one in there.values() if is_what_was_sent(one, plan)), None)
        if match is not None:
            made[id(plan)] = there.pop(match["id"])
    return made


def is_what_was_sent(product: Product, plan: PendingCreation) -> bool:
    """Whether a product is the one that was sent."""
    wanted = plan.creation.product
    keys = [name for name in ("handle", "slug") if wanted.get(name)]
    if keys and not any(product.get(name) == wanted[name] for name in keys):
        return False
    return not {"name", "variantsInfo"} & set(differences(product, wanted))


def by_variant(plan: PendingCreation, product: Product) -> dict[str, StockPatch]:
    """The opening stock by the ids that the variants got."""
    wanted = variants_of(plan.creation.product)
    options = plan.creation.product.get("options")
    ids = {
        frozenset(choice_names(row, product.get("options")).items()): str(row["id"])
        for row in variants_of(product)
    }
    found: dict[str, StockPatch] = {}
    for place, patch in plan.stock.items():
        key = ids.get(frozenset(choice_names(wanted[place], options).items()))
        if key is not None:
            found[key] = patch
    return found
