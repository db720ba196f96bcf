"""What products tell the stream of their stock, `inventory_items`, in the same run.

Rows of it that waited for a product are tried again, and what else they have to know goes into
`ProductsOfRun`: what was written, what a dry run would make, and which stock products themselves say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.pipeline.keys import key_text
from target_wix.pipeline.products_of_run import ForeseenVariant, StockLevel
from target_wix.products.fields.variants import choices_key, variants_of
from target_wix.products.foreseen import made_up_id, variant_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Product, StockPatch
    from target_wix.products.progress import Progress

OTHER_AMOUNT = (
    "amounts of products and of inventory_items that differ (the stream that is written last"
    " counts, in every run: leave one of them out)"
)
_STREAM = "products"


def tell_stock(done: Iterable[Progress], context: StreamContext) -> None:
    """Tell rows of `inventory_items` what products there are now.

    Such a row means a product by its id here, by the id that it has on the site that its records come
    from, or by the sku of a variant.

    Args:
        done: products that are written, or in a dry run would be.
        context: of the run.
    """
    for one in done:
        product = one.plan.desired if context.dry_run else one.product
        rows = variants_of(product)
        foreign = {record.patch.id for record in one.plan.records} - {"", one.product_id}
        skus = {sku for row in rows if (sku := key_text(row.get("sku")))}
        keys = {*foreign, *skus, one.product_id} - {""}
        context.release(keys)
        if one.is_new or one.plan.changed:
            context.products_of_run.wrote(keys)
        ids = (
            _foresee(one, product, foreign, context)
            if context.dry_run
            else [(one.product_id, str(row.get("id") or "")) for row in rows]
        )
        if any(part.has_stock for part in one.plan.parts):
            _compare_levels(one, product, ids, context)


def _foresee(
    one: Progress, product: Product, foreign: set[str], context: StreamContext
) -> list[tuple[str, str]]:
    """Note the variants that a run would make; return the ids of each: its product's and its own."""
    run = context.products_of_run
    product_id = one.product_id or made_up_id(product, run)
    before = {row.get("id"): key_text(row.get("sku")) for row in variants_of(one.product)}
    stock = {**one.plan.opening, **one.plan.stock}
    ids = []
    for row in variants_of(product):
        key, sku = str(row.get("id") or "") if one.product_id else "", key_text(row.get("sku"))
        found = product_id, key or variant_id(row, product, run)
        ids.append(found)
        if key and before.get(key) == sku:
            continue
        patch: StockPatch | None = None if key else stock.get(choices_key(row, product))
        variant = ForeseenVariant(
            *found,
            None if patch is None else patch.quantity,
            None if patch is None else patch.in_stock,
        )
        run.foresee({sku, *foreign} - {""}, variant)
    return ids


def _compare_levels(
    one: Progress, product: Product, ids: list[tuple[str, str]], context: StreamContext
) -> None:
    """Say where `inventory_items` had another amount for a variant than the product has.

    Args:
        one: the product.
        product: the same as it is written, or in a dry run would be.
        ids: for each of its variants, the ids of product and variant.
        context: of the run.
    """
    name = key_text(product.get("handle")) or key_text(product.get("slug"))
    for row, variant in zip(variants_of(product), ids, strict=True):
        patch = one.plan.stock.get(choices_key(row, product))
        if patch is not None:
            said = StockLevel(_STREAM, patch.quantity, patch.in_stock, name)
            if context.products_of_run.note_level(*variant, said) is not None:
                key = one.asking_for_stock.pending.key
                context.dropped.add(OTHER_AMOUNT, name=name, key=key)
