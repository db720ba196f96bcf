"""The stock of products: written, and told to the stream of it, `inventory_items`, in the same run.

Rows of that stream that waited for a product are tried again, and what else they have to know goes
into `ProductsOfRun`: what was written, what a dry run would make, and which stock products say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.cross_stream import (
    OTHER_AMOUNT,
    CopiedVariant,
    SimulatedVariant,
    StockLevel,
)
from target_wix.pipeline.keys import key_text
from target_wix.products.catalog import Stale, StockState
from target_wix.products.changes import stock_change, variant_name
from target_wix.products.fields.stock import change_of, with_simulated
from target_wix.products.fields.variants import choices_key, variants_of
from target_wix.products.simulated import is_made_up, made_up_id, variant_id
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Product, StockChange, StockPatch
    from target_wix.products.fields.variants import Choices
    from target_wix.products.progress import Progress
    from target_wix.products.records import ProductRecord, VariantPatch
    from target_wix.products.run import ProductsRun

_STREAM = "products"
STOCK = "stock"
_WAITS = (0.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before each try: stock is read from an index, which lags behind what was written."""

_STOCK_TOO_BUSY = Rejection(
    "INVALID_REVISION", "Its stock changes all the time; send the record again.", STOCK
)


class StockWriter:
    """Writes what records say of stock."""

    def __init__(self, run: ProductsRun) -> None:
        self._run = run
        self._context = run.context
        self._is_v1 = run.catalog.version is CatalogVersion.V1

    def write(self, begun: Sequence[Progress]) -> None:
        """Bring the stock of products to what their records say; nothing is read for the others."""
        left = {
            one.product_id: one
            for one in begun
            if one.product_id and (one.stock or one.plan.missing)
        }
        for wait in _WAITS:
            if not left:
                return
            if wait:
                self._context.sleep(wait)
            changes = self._changes(left)
            if self._context.dry_run:
                self._run.simulated.stocked(changes)
                return
            stale: dict[str, Progress] = {}
            for change, outcome in self._run.catalog.set_stock(changes) if changes else ():
                one = left[change.product_id]
                if isinstance(outcome, Rejection):
                    one.reject(one.asking_for_stock, outcome)
                elif isinstance(outcome, Stale):
                    stale[change.product_id] = one
                else:
                    self._run.own_writes.note_row(one.product)
            left = stale
        for one in left.values():
            one.reject(one.asking_for_stock, _STOCK_TOO_BUSY)

    def _changes(self, begun: dict[str, Progress]) -> list[StockChange]:
        there_are = [one.product for key, one in begun.items() if not is_made_up(key)]
        states = self._run.catalog.stock.of(there_are) if there_are else {}
        found: list[StockChange] = []
        for key, one in begun.items():
            there = {**states.get(key, {}), **self._run.simulated.stock_of(key)}
            is_counted = any(state.tracked for state in there.values())
            for row in variants_of(one.product):
                variant = str(row.get("id"))
                foreseen = self._context.products_of_run.simulated_stock(key, variant)
                state = with_simulated(there.get(variant), foreseen)
                is_new = is_made_up(variant) and not (state and state.tracked)
                if self._is_v1 and is_counted and is_new:
                    # V1 counts the variants of a product all or none, new ones from zero.
                    state = StockState(tracked=True, quantity=0, in_stock=False)
                change = self._change(one, row, state)
                if change is not None:
                    found.append(change)
                    named = variant_name(row, one.product)
                    written = stock_change(change.state, change, named)
                    one.add_name(one.asking_for_stock, STOCK, written)
        return found

    def _change(self, one: Progress, row: Product, state: StockState | None) -> StockChange | None:
        """What to write for one variant; None if nothing differs, or it cannot be written."""
        choices = choices_key(row, one.product)
        patch = one.stock.get(choices)
        if patch is None and state is None:
            # Where there is no stock at all, nothing was sold either: it is still to be opened.
            patch = one.plan.missing.get(choices)
        if patch is None or not row.get("id"):
            return None
        variant, tracks = str(row["id"]), self._context.settings.track_quantity
        try:
            change, dropped = change_of(
                one.product_id,
                variant,
                state,
                patch,
                track_quantity=tracks,
                takes_idle_limit=self._is_v1,
            )
        except Rejection as rejection:
            one.reject(one.asking_for_stock, rejection)
            return None
        if dropped and variant not in one.losses:
            one.losses.add(variant)
            for reason in dropped:
                self._context.dropped.add(reason, key=one.asking_for_stock.pending.key)
        return change


def tell_stock(done: Iterable[Progress], context: StreamContext) -> None:
    """Tell rows of `inventory_items` what products there are now.

    Such a row means a product by its id here, by the id that it has on the site that its records come
    from, or by the sku of a variant.

    Args:
        done: products that are written, or in a dry run would be.
        context: of the run.
    """
    own_site = context.site.site_id.lower()
    for one in done:
        product = one.plan.desired if context.dry_run else one.product
        rows = variants_of(product)
        copied = [record for record in one.plan.records if _is_copy(record, one, own_site)]
        foreign = {record.patch.id for record in copied}
        skus = {sku for row in rows if (sku := key_text(row.get("sku")))}
        keys = {*foreign, *skus, one.product_id} - {""}
        context.release(keys)
        if one.is_new or one.plan.changed:
            context.products_of_run.wrote(keys)
        ids = (
            _simulate(one, product, foreign, context)
            if context.dry_run
            else [(one.product_id, str(row.get("id") or "")) for row in rows]
        )
        if copied and context.product_copies.are_wanted:
            _note_copies(one, product, copied, ids, context)
        if any(part.stock for part in one.plan.parts):
            _compare_levels(one, product, ids, context)


def _is_copy(record: ProductRecord, one: Progress, own_site: str) -> bool:
    """Whether a record is of another site; a shop that is a copy of it can have the same ids."""
    patch = record.patch
    return bool(patch.id) and (
        patch.id != one.product_id or patch.site_id.lower() not in ("", own_site)
    )


def _note_copies(
    one: Progress,
    product: Product,
    copied: Iterable[ProductRecord],
    ids: Sequence[tuple[str, str]],
    context: StreamContext,
) -> None:
    """Note what the variants of other sites are here: those with the same choices.

    Skus do not tell it: Catalog V1 has products whose variants all have one sku, or none.
    """
    own = {
        choices_key(row, product): CopiedVariant(key_text(row.get("sku")), own_id)
        for row, (_, own_id) in zip(variants_of(product), ids, strict=True)
    }
    for record in copied:
        rows = record.patch.variants_by_id
        is_whole = record.patch.row is None
        found = {
            key: CopiedVariant(
                variant.sku, _own_id(variant, own, is_only=is_whole and len(rows) == 1)
            )
            for key, variant in rows.items()
        }
        product_id = "" if is_made_up(one.product_id) else one.product_id
        context.product_copies.note(record.patch.id, product_id, found)


def _own_id(variant: VariantPatch, own: Mapping[Choices, CopiedVariant], *, is_only: bool) -> str:
    """Return the id here of a variant of another site, empty if it is not to be told.

    Args:
        variant: as its record has it.
        own: the variants of the product here, by their choices.
        is_only: whether it is the only one of its product there.
    """
    if variant.choices is not None and (found := own.get(frozenset(variant.choices.items()))):
        return found.id
    if is_only and len(own) == 1:
        return next(iter(own.values())).id
    if variant.choices:
        return ""
    ids = [one.id for one in own.values() if variant.sku and one.sku == variant.sku]
    return ids[0] if len(ids) == 1 else ""


def _simulate(
    one: Progress, product: Product, foreign: set[str], context: StreamContext
) -> list[tuple[str, str]]:
    """Note the variants that a run would make; return the ids of each: its product's and its own."""
    run = context.products_of_run
    product_id = one.product_id or made_up_id(product, run)
    there = variants_of(one.plan.group.current)
    before = {row.get("id"): key_text(row.get("sku")) for row in there}
    stock = {**one.plan.opening, **one.plan.stock}
    ids = []
    for row in variants_of(product):
        key, sku = str(row.get("id") or "") if one.product_id else "", key_text(row.get("sku"))
        found = product_id, key or variant_id(row, product, run)
        ids.append(found)
        if key and before.get(key) == sku:
            continue
        patch: StockPatch | None = None if key else stock.get(choices_key(row, product))
        variant = SimulatedVariant(
            *found,
            None if patch is None else patch.quantity,
            None if patch is None else patch.in_stock,
        )
        run.simulate({sku, *foreign} - {""}, variant)
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
