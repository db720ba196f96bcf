"""Stock: what a record wants, what the shop has, and what to write (wix-api stores-v3 4).

What the shop sold since a record was made is never put back: stock comes only from what a record
says of stock on purpose, and from what it had elsewhere only for a variant that is new.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside, without
from target_wix.pipeline import coerce
from target_wix.pipeline.cross_stream import SimulatedStock
from target_wix.pipeline.field_types import OUT_OF_RANGE
from target_wix.products.catalog import StockChange, StockPatch, StockState
from target_wix.products.fields.variants import choices_key, variants_of
from target_wix.products.fields.writable import MOST_COUNTED, PREORDER
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.cross_stream import ProductsOfRun
    from target_wix.products.catalog import Product

UNCOUNTED, COUNTED = "quantity of uncounted variants", "in_stock of counted variants"
"""What is left out: writing it would change how the owner keeps that stock."""

BELOW_ZERO = "negative quantities written as 0"
"""Less than nothing is nothing to sell; what the shop itself has below zero stays."""


IDLE_LIMIT = "limits of pre-orders of uncounted variants"
"""What is left out on Catalog V3, which refuses it: nothing is counted that could reach it."""


def stock_of_item(value: object, path: str) -> StockPatch | None:
    """Read an `inventoryItem`, as with-inventory calls and the inventory API have it."""
    item = coerce.as_object(value, path)
    if item is None:
        return None
    tracked = coerce.as_flag(item.get("trackQuantity"), f"{path}.trackQuantity")
    quantity = coerce.as_whole_number(item.get("quantity"), f"{path}.quantity")
    in_stock = coerce.as_flag(item.get("inStock"), f"{path}.inStock")
    preorder = PREORDER.read(item.get("preorderInfo"), f"{path}.preorderInfo")
    patch = StockPatch(
        None if tracked is False else quantity, None if tracked else in_stock, preorder
    )
    return None if patch == StockPatch() else patch


def opening_of(variant: Json, product: Json) -> StockPatch | None:
    """The stock a variant had in the shop that its record comes from, None if it does not say."""
    v1 = as_object(product.get("v1"))
    rows = [as_object(row.get("stock")) for row in as_objects(v1.get("variants"))
            if row.get("id") == variant.get("id")]  # fmt: skip
    whole = as_object(v1.get("stock"))
    single = len(as_objects(inside(product, "variantsInfo", "variants"))) == 1
    for stock in [*rows, *([whole] if single else [])]:
        tracked = stock.get("trackQuantity", stock.get("trackInventory"))
        quantity = stock.get("quantity")
        if tracked is True and isinstance(quantity, int):
            return StockPatch(quantity=min(max(quantity, 0), MOST_COUNTED))
        if isinstance(stock.get("inStock"), bool):
            return StockPatch(in_stock=stock["inStock"])
    in_stock = inside(variant, "inventoryStatus", "inStock")
    if not isinstance(in_stock, bool):
        status = inside(product, "inventory", "availabilityStatus")
        in_stock = {"IN_STOCK": True, "OUT_OF_STOCK": False}.get(str(status))
    ahead = inside(variant, "inventoryStatus", "preorderEnabled") is True
    if in_stock is None:
        return None
    return StockPatch(in_stock=in_stock, preorder={"enabled": True} if ahead else None)


def stock_by_id(
    stock: Mapping[int, StockPatch], wanted: Product, product: Product
) -> dict[str, StockPatch]:
    """Return the opening stock of a new product by the ids that its variants got.

    Args:
        stock: by place of the variant.
        wanted: as it was sent; a catalog has an order of its own.
        product: as it was made.
    """
    rows = variants_of(wanted)
    ids = {choices_key(row, product): str(row.get("id")) for row in variants_of(product)}
    keys = {place: choices_key(rows[place], wanted) for place in stock}
    return {ids[keys[place]]: patch for place, patch in stock.items() if keys[place] in ids}


def merged_stock(first: StockPatch | None, second: StockPatch | None) -> StockPatch | None:
    """Two patches for one variant: of each part the later one."""
    if first is None or second is None:
        return second or first
    return StockPatch(
        first.quantity if second.quantity is None else second.quantity,
        first.in_stock if second.in_stock is None else second.in_stock,
        first.preorder if second.preorder is None else second.preorder,
    )


def checked(patch: StockPatch) -> StockPatch:
    """Return the patch for a variant that has no stock yet.

    Raises:
        Rejection: more than Wix counts.
    """
    PREORDER.check(patch.preorder, None, "preorderInfo")
    if patch.quantity is not None:
        quantity = max(patch.quantity, 0)
        _check_quantity(quantity)
        return replace(patch, quantity=quantity, in_stock=None)
    return patch


def has_idle_limit(patch: StockPatch) -> bool:
    """Tell whether a new variant that is not counted would have a limit of its pre-order."""
    return patch.quantity is None and _has_limit(patch.preorder)


def without_idle_limit(patch: StockPatch) -> StockPatch:
    """Return the patch for a new variant without a limit that says nothing (stores-v3 4.3)."""
    return (
        replace(patch, preorder=_without_limit(patch.preorder)) if has_idle_limit(patch) else patch
    )


def _has_limit(preorder: Json | None) -> bool:
    return bool(preorder) and as_object(preorder).get("limit") is not None


def _without_limit(preorder: Json | None) -> Json | None:
    return without(as_object(preorder), "limit") or None


def is_below_zero(patch: StockPatch) -> bool:
    """Tell whether a record has less than nothing, as an ERP counts what is ordered beyond stock."""
    return patch.quantity is not None and patch.quantity < 0


def _check_quantity(quantity: int) -> None:
    if not 0 <= quantity <= MOST_COUNTED:
        raise Rejection(
            OUT_OF_RANGE, f"Wix counts no more than {MOST_COUNTED} of a variant.", "quantity"
        )


def change_of(
    product_id: str,
    variant_id: str,
    state: StockState | None,
    patch: StockPatch,
    *,
    track_quantity: bool,
    takes_idle_limit: bool,
) -> tuple[StockChange | None, tuple[str, ...]]:
    """Return what to write so that a variant has the requested stock; None if it has.

    Args:
        product_id: whose variant it is.
        variant_id: the variant.
        state: the stock that it has, None if it has none.
        patch: the stock that it shall have.
        track_quantity: whether a quantity may begin the counting.
        takes_idle_limit: whether the catalog takes the limit of a pre-order of what is not counted.

    Returns:
        The change, and what of the patch is left out.

    Raises:
        Rejection: a quantity that Wix does not take.
    """
    quantity, in_stock, said = _amounts(state, patch, track_quantity=track_quantity)
    dropped = (said,) if said else ()
    preorder = patch.preorder
    is_counted = quantity is not None or (in_stock is None and state is not None and state.tracked)
    if _has_limit(preorder) and not (is_counted or takes_idle_limit):
        preorder, dropped = _without_limit(preorder), (*dropped, IDLE_LIMIT)
    if state is not None and PREORDER.normalize(preorder) == PREORDER.normalize(
        {name: as_object(state.preorder).get(name) for name in preorder or {}}
    ):
        preorder = None
    if quantity is None and in_stock is None and (preorder is None or state is None):
        return None, dropped
    if quantity is not None:
        _check_quantity(quantity)
    PREORDER.check(preorder, None if state is None else state.preorder, "preorderInfo")
    return StockChange(product_id, variant_id, state, quantity, in_stock, preorder), dropped


def state_after(change: StockChange) -> StockState:
    """Return the stock that a variant has once a change is written."""
    old = change.state or StockState(tracked=False)
    preorder = old.preorder
    if change.preorder is not None:
        preorder = {**(old.preorder or {}), **change.preorder}
    return StockState(
        change.quantity is not None or (change.in_stock is None and old.tracked),
        old.quantity if change.quantity is None else change.quantity,
        old.in_stock if change.in_stock is None else change.in_stock,
        preorder,
        old.ref,
    )


def simulate_stock(change: StockChange, location_id: str, run: ProductsOfRun) -> None:
    """Tell the other stream of stock what a dry run would have written.

    Args:
        change: what it would have written.
        location_id: where, empty for the default location.
        run: who tells it.
    """
    state = state_after(change)
    stock = SimulatedStock(state.tracked, state.quantity, state.in_stock, state.preorder)
    run.simulate_stock(change.product_id, change.variant_id, location_id, stock)


def with_simulated(state: StockState | None, stock: SimulatedStock | None) -> StockState | None:
    """Return the stock of a variant as a dry run would have left it.

    Args:
        state: as the shop has it, None if it has none.
        stock: what the run would have written, None if it would have left it alone.
    """
    if stock is None:
        return state
    old = state or StockState(tracked=False)
    return replace(old, **stock._asdict())


def _amounts(
    state: StockState | None, patch: StockPatch, *, track_quantity: bool
) -> tuple[int | None, bool | None, str]:
    """The quantity or the flag to write, neither if the shop agrees; and what is left out."""
    counted, flag = patch.quantity, patch.in_stock
    said = ""
    if counted is not None and counted < 0 and (state is None or counted != state.quantity):
        counted, said = 0, BELOW_ZERO
    if state is None:
        return counted, flag if counted is None else None, said
    if state.tracked:
        if counted is not None:
            agrees = flag is None or flag is (counted > 0)
            change = None if counted == state.quantity else counted
            return change, None, said or ("" if agrees else COUNTED)
        agrees = flag is None or flag is ((state.quantity or 0) > 0)
        return None, None, "" if agrees else COUNTED
    if counted is not None and track_quantity:
        return counted, None, said
    dropped = UNCOUNTED if counted is not None else ""
    return None, (None if flag is state.in_stock else flag), dropped
