"""What the keys of a record find: variants by sku or product, and why there is none.

In a dry run also what the products of the run would be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, RefusedError
from tap_wix.api.foreign_text import quoted
from target_wix.inventory.items import (
    AMBIGUOUS,
    InventoryItem,
    ItemKey,
    Match,
    VariantRef,
    item_at,
)
from target_wix.pipeline.keys import guid_of, other_spellings
from target_wix.pipeline.lookup_cache import KeyCache
from target_wix.pipeline.refusals import INDEX_LAG_SECONDS
from target_wix.products.catalog import StockState
from target_wix.products.fields.stock import with_simulated
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_wix.inventory.items import Inventory, Variant
    from target_wix.inventory.locations import RecordLocations
    from target_wix.inventory.parse import InventoryPatch, InventoryRecord
    from target_wix.pipeline.context import StreamContext
    from target_wix.pipeline.cross_stream import SimulatedVariant

UNKNOWN_SKU, UNKNOWN_VARIANT = "UNKNOWN_SKU", "UNKNOWN_VARIANT"
_PRODUCTS = "products"
_CHANGED = (Outcome.CREATED, Outcome.UPDATED, Outcome.DELETED)

WORTH_ASKING = 2
"""Requests that looking up may cost before it is asked how large the shop is, in another one."""

_CHEAP_INDEX = 10
"""Requests that reading all skus may cost before a record is refused for an unknown one."""

_MOST_FRUITLESS = 100
"""Skus looked up in other spellings without a hit, after which a big shop has no such skus."""

_BETWEEN = "/"


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


def is_copy(record: InventoryRecord) -> bool:
    """Whether a record is of another site, and it is known which variant of this one it means.

    Args:
        record: with ids of this site.
    """
    return bool(record.foreign_site and record.patch.variant_id)


def named_by_id(patch: InventoryPatch, rows: Sequence[Variant]) -> VariantRef | None:
    """Return the variant that a record names by its id, None if it is not among these."""
    key = patch.variant_id
    found = (row.ref for row in rows if key and key in (row.ref.variant_id, *row.other_ids))
    return next(found, None)


class SkuIndex:
    """Remembers which variants have a sku. Wix compares texts exactly; here they are keys."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._known = KeyCache()
        self._index_was_read = False
        self._spent = 0
        self._fruitless = 0

    def variants(self, sku: str) -> list[VariantRef]:
        """Return the variants that have a sku, as far as they were looked up."""
        return [VariantRef(*one.split(_BETWEEN)) for one in sorted(self._known.ids(sku))]

    def look_up(self, wanted: Mapping[str, set[str]]) -> None:
        """Learn which variants have some skus.

        Args:
            wanted: their spellings in the records, by the sku as it is compared.
        """
        self._known.prune()
        unknown = {sku: texts for sku, texts in wanted.items() if not self._known.knows(sku)}
        if not unknown:
            return
        self._spent += self._inventory.lookup_cost(sum(map(len, unknown.values())))
        if self._spent > WORTH_ASKING and self._spent > self._inventory.index_cost():
            self._read_index()
        if not self._known.is_complete:
            self._find({text for texts in unknown.values() for text in texts})
            self._look_again({sku for sku in unknown if not self._known.ids(sku)})
        for sku in unknown:
            if sku not in self._known and not self._known.is_complete:
                self._known.put_ids(sku, frozenset())

    def _find(self, texts: set[str]) -> None:
        found = self._inventory.variants_with(texts)
        if found is None:
            self._read_index()
        for variant in found or ():
            self._add(variant)

    def _look_again(self, missing: set[str]) -> None:
        """Look for skus of the shop that have a blank at an end, or decimals."""
        if not missing:
            return
        if not self._index_was_read and self._inventory.index_cost() <= _CHEAP_INDEX:
            self._read_index()
        if self._known.is_complete or self._fruitless >= _MOST_FRUITLESS:
            return
        some = sorted(missing)[: _MOST_FRUITLESS - self._fruitless]
        spelt = {other for sku in some for other in other_spellings(sku)}
        self._find(spelt)
        found = any(self._known.ids(sku) for sku in some)
        self._fruitless = 0 if found else self._fruitless + len(some)

    def _read_index(self) -> None:
        """Learn all skus of the shop, if there is room: what is unknown then, is not there."""
        if self._index_was_read:
            return
        self._index_was_read = True
        try:
            for variant in self._inventory.all_variants():
                if self._known.is_full:
                    return
                self._add(variant)
        except (AccessError, RefusedError):
            return  # look-ups may do without
        self._known.is_complete = True

    def _add(self, variant: Variant) -> None:
        if variant.sku:
            self._known.add(variant.sku, _BETWEEN.join(variant.ref))


class VariantLookup:
    """Finds variants by sku and by product; waits for the index where the run has written some."""

    def __init__(self, inventory: Inventory, context: StreamContext) -> None:
        self._inventory = inventory
        self._context = context
        self._skus = SkuIndex(inventory)
        self._changed = 0

    def forget_changed(self) -> None:
        """Forget what is known of products if the run has changed some since."""
        changed = self._context.count(_PRODUCTS, *_CHANGED)
        if changed != self._changed:
            self._changed, self._skus = changed, SkuIndex(self._inventory)
            self._inventory.forget_products()

    def of_products(self, records: Iterable[InventoryRecord]) -> dict[str, list[Variant]]:
        """Return the variants of the products of records; a product that there is not is left out.

        Args:
            records: with ids of products of this site.
        """
        wanted = [(one.patch, is_copy(one)) for one in records]
        product_ids = {patch.product_id for patch, _ in wanted}
        if not product_ids:
            return {}
        known = self._inventory.variants_of(sorted(product_ids))
        missing = product_ids - known.keys()
        missing |= {
            patch.product_id
            for patch, is_here in wanted
            if is_here and named_by_id(patch, known.get(patch.product_id, ())) is None
        }
        if self._waits_for(missing):
            known |= self._inventory.variants_of(sorted(missing))
        return known

    def with_skus(
        self, records: Iterable[InventoryRecord], *, wait: bool = True
    ) -> dict[str, list[VariantRef]]:
        """Return the variants that have the skus of records, by the sku as it is compared.

        Args:
            records: with skus.
            wait: whether the index is waited for, where the run has written such skus.
        """
        wanted: dict[str, set[str]] = {}
        for record in records:
            wanted.setdefault(record.patch.sku, set()).update(record.patch.sku_texts)
        if not wanted:
            return {}
        self._skus.look_up(wanted)
        if wait and self._waits_for({sku for sku in wanted if not self._skus.variants(sku)}):
            self._skus = SkuIndex(self._inventory)
            self._skus.look_up(wanted)
        return {sku: self._skus.variants(sku) for sku in wanted}

    def _waits_for(self, missing: set[str]) -> bool:
        """Wait for the index if this run has just written what is missing; tell whether.

        Args:
            missing: skus, or ids of products.
        """
        products = self._context.products_of_run
        if self._context.dry_run or not products.has_just_written(missing):
            return False
        self._context.sleep(INDEX_LAG_SECONDS)
        products.index_has_caught_up()
        self._inventory.forget_products()
        return True


class SimulatedMatcher:
    """Matches records of a dry run with what its products would be."""

    def __init__(
        self, inventory: Inventory, context: StreamContext, locations: RecordLocations
    ) -> None:
        self._inventory = inventory
        self._context = context
        self._locations = locations

    def without_gone(self, match: Match | Rejection) -> Match | Rejection:
        """Return a match, but none with a product that the run would have deleted."""
        gone = self._context.products_of_run.gone
        if isinstance(match, Rejection) or match.key.product_id not in gone:
            return match
        reason = f"The run would have deleted its product {match.key.product_id}."
        return NotThere(UNKNOWN_SKU, reason, "sku")

    def match(self, record: InventoryRecord, here: InventoryRecord) -> Match | Rejection | None:
        """Return the item that a record would mean in a run, None if there would be none.

        Args:
            record: the record.
            here: the same with ids of this site.
        """
        products, patch = self._context.products_of_run, record.patch
        variant = products.simulated_variant(here.patch.variant_id)
        refs: tuple[SimulatedVariant, ...] = () if variant is None else (variant,)
        if not refs and here.patch.sku:
            refs = products.simulated(here.patch.sku)
        if not refs and record.foreign_site:
            refs = products.simulated(patch.product_id)
        if len(refs) > 1:
            found = [VariantRef(one.product_id, one.variant_id) for one in refs]
            return several_have(here.patch.sku, found) if here.patch.sku else several_variants()
        if not refs:
            return None
        try:
            location = self._locations.of(record)
        except Rejection as rejection:
            return rejection
        ref = VariantRef(refs[0].product_id, refs[0].variant_id)
        at_default = location == self._inventory.locations.default
        state = self._opening(refs[0]) if at_default else None
        there = self._inventory.items_of([ref.product_id]) if _is_made(ref.product_id) else {}
        key = ItemKey(*ref, location)
        item = item_at(there, key)
        if item is None and state is not None:
            item = InventoryItem(key, state)
        return Match(key, item)

    def _opening(self, variant: SimulatedVariant) -> StockState | None:
        """Return the stock that a variant would be made with, None if it would have none."""
        if variant.quantity is not None:
            return StockState(
                tracked=True, quantity=variant.quantity, in_stock=variant.quantity > 0
            )
        if variant.in_stock is None and self._inventory.has_revisions:
            return None
        return StockState(tracked=False, in_stock=variant.in_stock is not False)


def as_simulated(match: Match, inventory: Inventory, context: StreamContext) -> Match:
    """Return a match with its stock as a dry run would have left it so far.

    Args:
        match: with the item as the shop has it.
        inventory: the shop's stock.
        context: of the run.
    """
    key, run = match.key, context.products_of_run
    is_default = key.location_id in ("", inventory.locations.default)
    stock = run.simulated_stock(*key.variant, "" if is_default else key.location_id)
    if stock is None:
        return match
    state = with_simulated(None if match.item is None else match.item.state, stock)
    if state is None or match.item is None:
        return match if state is None else replace(match, item=InventoryItem(key, state))
    return replace(match, item=replace(match.item, state=state))


def _is_made(product_id: str) -> bool:
    """Whether a product is in the shop; ids that a dry run makes up are none of Wix."""
    return bool(guid_of(product_id))
