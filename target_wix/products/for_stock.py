"""Tells the stock of the same run what became of products, and what they say of it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.pipeline.keys import key_text
from target_wix.pipeline.products_of_run import Amount, ForeseenVariant
from target_wix.products.fields.variants import choices_key, variants_of

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
    """Tell the rows of `inventory_items` what products there are now.

    Args:
        done: products that are written, or would be.
        context: of the run.
    """
    for one in done:
        product = one.plan.desired if context.dry_run else one.product
        rows = variants_of(product)
        foreign = {record.patch.id for record in one.plan.records} - {"", one.product_id}
        skus = {sku for row in rows if (sku := key_text(row.get("sku")))}
        keys = {*foreign, *skus, one.product_id} - {""}
        context.came(keys)
        if one.is_new or one.plan.changed:
            context.products_of_run.wrote(keys)
        ids: dict[int, tuple[str, str]] = {
            place: (one.product_id, str(row.get("id") or "")) for place, row in enumerate(rows)
        }
        if context.dry_run:
            ids = _foresee(one, product, foreign, context)
        if any(part.has_stock for part in one.plan.parts):
            _compare_amounts(one, product, ids, context)


def _foresee(
    one: Progress, product: Product, foreign: set[str], context: StreamContext
) -> dict[int, tuple[str, str]]:
    """Note the variants that a run would make; return the ids of all, by their place."""
    run = context.products_of_run
    # On Catalog V1 a new product has neither until Wix makes a slug (wix-api stores-v1 2.3).
    names = [key_text(product.get(part)) for part in ("handle", "slug")]
    names += [] if any(names) else [str(row.get("sku")) for row in variants_of(product)]
    name = "/".join(names)
    product_id = one.product_id or run.made_up(name)
    before = {row.get("id"): key_text(row.get("sku")) for row in variants_of(one.product)}
    stock = {**one.plan.opening, **one.plan.stock}
    ids = {}
    for place, row in enumerate(variants_of(product)):
        key, sku = str(row.get("id") or "") if one.product_id else "", key_text(row.get("sku"))
        ids[place] = product_id, key or run.made_up(f"{name}/{choices_key(row, product)}")
        if key and before.get(key) == sku:
            continue
        patch: StockPatch | None = None if key else stock.get(choices_key(row, product))
        variant = ForeseenVariant(
            *ids[place],
            None if patch is None else patch.quantity,
            None if patch is None else patch.in_stock,
        )
        run.foresee({sku, *foreign} - {""}, variant)
    return ids


def _compare_amounts(
    one: Progress, product: Product, ids: dict[int, tuple[str, str]], context: StreamContext
) -> None:
    """Say where `inventory_items` had another amount for a variant than the product has."""
    name = key_text(product.get("handle")) or key_text(product.get("slug"))
    for place, row in enumerate(variants_of(product)):
        patch = one.plan.stock.get(choices_key(row, product))
        if patch is not None and place in ids:
            said = Amount(_STREAM, patch.quantity, patch.in_stock, name)
            if context.products_of_run.other_amount(*ids[place], said) is not None:
                key = one.asking_for_stock.pending.key
                context.dropped.add(OTHER_AMOUNT, name=name, key=key)
