"""Which inventory item a record means: by its id, by product and variant, or by sku."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.inventory import NO_LOCATION
from tap_wix.api.foreign_text import quoted
from target_wix.inventory.items import NO_VARIANT, ItemKey, Match, VariantRef, item_at
from target_wix.inventory.locations import RecordLocations
from target_wix.inventory.lookup import (
    UNKNOWN_SKU,
    UNKNOWN_VARIANT,
    NotThere,
    SimulatedMatcher,
    VariantLookup,
    as_simulated,
    is_copy,
    named_by_id,
    several_have,
    several_variants,
)
from target_wix.pipeline.keys import guid_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_wix.inventory.items import Inventory, InventoryItem, Variant
    from target_wix.inventory.parse import InventoryRecord
    from target_wix.pipeline.context import StreamContext

NO_KEY, UNKNOWN_ID, UNKNOWN_PRODUCT = "NO_KEY", "UNKNOWN_ID", "UNKNOWN_PRODUCT"
CONTRADICTION = "CONTRADICTING_KEYS"
_FEW = 20
"""Items that are read one by one, as they are this moment; of more the index is asked."""

_WAITS = (0.0, 2.0, 5.0, 10.0)
"""Seconds before the index is asked again: it knows later what was written meanwhile."""


class Matcher:
    """Matches records and inventory items, a batch at a time."""

    def __init__(self, inventory: Inventory, context: StreamContext) -> None:
        self._inventory = inventory
        self._context = context
        self._lookup = VariantLookup(inventory, context)
        self._locations = RecordLocations(inventory, context)
        self._simulated = SimulatedMatcher(inventory, context, self._locations)

    def match(self, records: Sequence[InventoryRecord]) -> list[Match | Rejection]:
        """Return the item of each record, or why there is none.

        Items are read anew, but for those of records that were sent: these are read as they are
        this moment, if they are few, else when the index knows what was written meanwhile.
        """
        new = [record for record in records if record.attempt is None]
        self._locations.meet(new)
        local = {record: self._as_of_this_site(record) for record in new}
        found: dict[InventoryRecord, Match | Rejection] = {}
        if self._context.dry_run:
            found = self._of_variants_to_be_made(local)
        left = [record for record in new if record not in found]
        if left:
            matches = self._match([local[record] for record in left])
            found |= zip(left, matches, strict=True)
        if self._context.dry_run:
            for record in left:
                found[record] = self._simulated.without_gone(found[record])
                if isinstance(found[record], NotThere):
                    found[record] = self._simulated.match(record, local[record]) or found[record]
            for record, match in found.items():
                if isinstance(match, Match):
                    found[record] = as_simulated(match, self._inventory, self._context)
        found |= self._read_again([record for record in records if record.attempt is not None])
        return [found[record] for record in records]

    def waits(self, record: InventoryRecord) -> Rejection | None:
        """Return why a record has to wait before it is matched, None if it has not."""
        return self._locations.waits(record)

    def is_beside_variants(self, record: InventoryRecord) -> bool:
        """Tell whether a record has what Catalog V1 may list beside the stock of the variants.

        The product of another site has no such variant (wix-api stores-v1 5.5).
        """
        if not record.foreign_site or record.patch.variant_id != NO_VARIANT:
            return False
        known = self._context.product_copies.variants(record.patch.product_id)
        return bool(known) and NO_VARIANT not in known

    def _of_variants_to_be_made(
        self, local: Mapping[InventoryRecord, InventoryRecord]
    ) -> dict[InventoryRecord, Match | Rejection]:
        """Match records of a dry run with variants of which there are made up ids alone."""
        found: dict[InventoryRecord, Match | Rejection] = {}
        for record, here in local.items():
            if here.patch.variant_id and not guid_of(here.patch.variant_id):
                match = self._simulated.match(record, here)
                if match is not None:
                    found[record] = match
        return found

    def _as_of_this_site(self, record: InventoryRecord) -> InventoryRecord:
        """Return a record with ids of this site: what its variant became in this run, if it did."""
        if not record.foreign_site:
            return record
        patch, copies = record.patch, self._context.product_copies
        variant = copies.variant(patch.product_id, patch.variant_id)
        sku = patch.sku or variant.sku
        patch = replace(
            patch,
            item_id="",
            product_id=copies.product(patch.product_id),
            variant_id=variant.id,
            sku=sku,
            sku_texts=patch.sku_texts or ((sku,) if sku else ()),
        )
        return replace(record, patch=patch)

    def _read_again(self, records: Sequence[InventoryRecord]) -> dict[InventoryRecord, Match]:
        tried = [(record, record.attempt) for record in records if record.attempt is not None]
        known = {one.match.key: one.match.item for _, one in tried if one.match.item is not None}
        found: dict[ItemKey, InventoryItem] = {}
        by_query = {one.match.key.product_id for _, one in tried if one.match.key not in known}
        if len(known) <= _FEW:
            found = self._inventory.latest(list(known.values()))
        else:
            by_query |= {key.product_id for key in known}
        if by_query:
            number = min(one.number for _, one in tried)
            self._context.sleep(_WAITS[min(number, len(_WAITS)) - 1])
            found = {**self._items_of(by_query), **found}
        return {
            record: replace(one.match, item=item_at(found, one.match.key)) for record, one in tried
        }

    def _match(self, records: Sequence[InventoryRecord]) -> list[Match | Rejection]:
        self._lookup.forget_changed()
        found = self._by_item_id(records)
        left = [record for record in records if record not in found]
        items = self._items_of({record.patch.product_id for record in left} - {""})
        variants = self._by_product([one for one in left if one.patch.product_id], items)
        by_sku = [one for one in left if one not in variants and one.patch.sku]
        refs = self._lookup.with_skus(by_sku)
        variants |= {record: _with_sku(record.patch.sku, refs) for record in by_sku}
        items = {**items, **self._items_of(self._unread(variants.values(), items))}
        for record in left:
            ref = variants.get(record) or _nowhere(record)
            found[record] = ref if isinstance(ref, Rejection) else self._located(record, ref, items)
        found |= self._contradicted(found)
        return [found[record] for record in records]

    def _unread(
        self, refs: Iterable[VariantRef | Rejection], items: Mapping[ItemKey, InventoryItem]
    ) -> set[str]:
        """Return the products whose stock is not among items; on V1 each variant has some.

        A product that was read before the index was waited for may have more variants since.
        """
        wanted = {ref for ref in refs if isinstance(ref, VariantRef)}
        if self._inventory.has_revisions:
            return {ref.product_id for ref in wanted} - {key.product_id for key in items}
        return {ref.product_id for ref in wanted - {key.variant for key in items}}

    def _items_of(self, products: set[str]) -> dict[ItemKey, InventoryItem]:
        return self._inventory.items_of(sorted(products)) if products else {}

    # -- by id --------------------------------------------------------------------------------

    def _by_item_id(
        self, records: Sequence[InventoryRecord]
    ) -> dict[InventoryRecord, Match | Rejection]:
        """Match records that have the id of an item; of an item with variants, they name one."""
        wanted = {one.patch.item_id: None for one in records if one.patch.item_id}
        by_id = self._inventory.items_by_id(list(wanted)) if wanted else {}
        found: dict[InventoryRecord, Match | Rejection] = {}
        for record in records:
            rows = by_id.get(record.patch.item_id, [])
            variant = record.patch.variant_id
            chosen = rows if len(rows) == 1 else [r for r in rows if r.key.variant_id == variant]
            if chosen:
                found[record] = Match(chosen[0].key, chosen[0], by_id=True)
            elif rows and not variant and not record.patch.sku:
                found[record] = several_variants()
        return found

    # -- by product and variant ---------------------------------------------------------------

    def _by_product(
        self, records: Sequence[InventoryRecord], items: Mapping[ItemKey, InventoryItem]
    ) -> dict[InventoryRecord, VariantRef | Rejection]:
        """Return the variants that records name by ids; without those whose product is unknown."""
        there = {key.variant for key in items}
        known = self._lookup.of_products(
            record
            for record in records
            if VariantRef(record.patch.product_id, record.patch.variant_id) not in there
        )
        found: dict[InventoryRecord, VariantRef | Rejection] = {}
        for record in records:
            ref = VariantRef(record.patch.product_id, record.patch.variant_id)
            rows = known.get(ref.product_id)
            if ref in there:
                found[record] = ref
            elif rows:
                found[record] = _variant_of(record, rows)
            elif not record.patch.sku:
                found[record] = NotThere(
                    UNKNOWN_PRODUCT, f"The shop has no product {ref.product_id}.", "productId"
                )
        return found

    # -- the location -------------------------------------------------------------------------

    def _located(
        self,
        record: InventoryRecord,
        ref: VariantRef,
        items: Mapping[ItemKey, InventoryItem],
    ) -> Match | Rejection:
        try:
            location = self._locations.of(record)
        except Rejection as rejection:
            return rejection
        key = ItemKey(*ref, location)
        item = item_at(items, key)
        if item is not None:
            return Match(
                item.key, item, by_id=bool(record.patch.product_id) and not record.foreign_site
            )
        if not self._inventory.has_revisions:
            return Rejection(UNKNOWN_VARIANT, "The stock of the product has no such variant.")
        if not location and any(one.variant == ref for one in items):
            reason = (
                "The variant has stock at several locations, and the key may not read which one is"
                " the default. Permission needed: Wix Stores, SCOPE.STORES.LOCATION_READ."
            )
            return Rejection("MISSING_PERMISSION", reason, "location")
        return Match(key)

    # -- other keys of a record that was matched by ids ---------------------------------------

    def _contradicted(
        self, found: Mapping[InventoryRecord, Match | Rejection]
    ) -> dict[InventoryRecord, Rejection]:
        """Return the records of which one key means this item and another key another one.

        A sku that no variant has is no contradiction: the variant was given another one since the
        record was made. Rows of another site have only their sku here.
        """
        own = {
            record: match
            for record, match in found.items()
            if isinstance(match, Match) and not record.foreign_site
        }
        refused = {
            record: refusal
            for record, match in own.items()
            if (refusal := self._other_item(record, match)) is not None
        }
        asking = {
            record: match.key.variant
            for record, match in own.items()
            if record.patch.sku and match.by_id and record not in refused
        }
        skus = self._skus_of({record: own[record] for record in asking})
        other = {record: ref for record, ref in asking.items() if skus.get(ref) != record.patch.sku}
        known = self._lookup.with_skus(other, wait=False)
        for record, ref in other.items():
            refs = known[record.patch.sku]
            if refs and ref not in refs:
                refused[record] = _contradiction(
                    f"The variant that its ids mean has another sku, and"
                    f" {quoted(record.patch.sku, limit=80)} is the sku of another one:"
                    f" {refs[0].variant_id} of product {refs[0].product_id}.",
                    "sku",
                )
        return refused

    def _skus_of(self, matches: Mapping[InventoryRecord, Match]) -> dict[VariantRef, str]:
        """Return the skus of variants; those that came along with their stock cost nothing."""
        known: dict[VariantRef, str] = {}
        unknown: set[str] = set()
        for match in matches.values():
            if match.item is not None and match.item.sku is not None:
                known[match.key.variant] = match.item.sku
            else:
                unknown.add(match.key.product_id)
        if unknown:
            for rows in self._inventory.variants_of(sorted(unknown)).values():
                known |= {row.ref: row.sku for row in rows}
        return known

    def _other_item(self, record: InventoryRecord, match: Match) -> Rejection | None:
        """Return why an item that was found is not the one, by the record's other ids."""
        patch, key = record.patch, match.key
        by_item_id = match.item is not None and patch.item_id == match.item.id
        if not by_item_id or not patch.item_id:
            return None
        if patch.product_id not in ("", key.product_id):
            return _contradiction("The item with its id is of another product.", "productId")
        is_one = self._inventory.has_revisions
        if is_one and patch.variant_id not in ("", NO_VARIANT, key.variant_id):
            return _contradiction("The item with its id is of another variant.", "variantId")
        if is_one and self._is_elsewhere(record, key.location_id):
            return _contradiction("The item with its id is at another location.", "locationId")
        return None

    def _is_elsewhere(self, record: InventoryRecord, location_id: str) -> bool:
        """Tell whether a record names another location; an unknown one may have been this."""
        patch = record.patch
        if not patch.location and patch.location_id in ("", NO_LOCATION):
            return False
        try:
            return self._locations.of(record) not in ("", location_id)
        except Rejection:
            return False


def _variant_of(record: InventoryRecord, rows: Sequence[Variant]) -> VariantRef | Rejection:
    """Return which variant of a product a record means."""
    patch, key = record.patch, record.patch.variant_id
    if (named := named_by_id(patch, rows)) is not None:
        return named
    # Of a copy it is known which one it is: another one may have its sku, too.
    sku = "" if is_copy(record) else patch.sku
    same = [row.ref for row in rows if sku and row.sku == sku]
    if len(same) > 1:
        return several_have(patch.sku, same)
    if same:
        return same[0]
    if patch.sku and not key:
        reason = f"The product has no variant with the sku {quoted(patch.sku, limit=80)}."
        return NotThere(UNKNOWN_SKU, reason, "sku")
    if key and key != NO_VARIANT:
        return NotThere(UNKNOWN_VARIANT, f"The product has no variant {key}.", "variantId")
    return rows[0].ref if len(rows) == 1 else several_variants()


def _with_sku(sku: str, found: Mapping[str, Sequence[VariantRef]]) -> VariantRef | Rejection:
    """Return the one variant that has a sku."""
    refs = found[sku]
    if len(refs) == 1:
        return refs[0]
    if refs:
        return several_have(sku, refs)
    # Wix keeps no sku of a product that has variants (wix-api stores-v1 2.9, stores-v3 3.8).
    reason = (
        f"No product has the sku {quoted(sku, limit=80)}. Where a product has several variants,"
        " each has stock and a sku of its own, and the product has none."
    )
    return NotThere(UNKNOWN_SKU, reason, "sku")


def _nowhere(record: InventoryRecord) -> Rejection:
    """Return why a record that was not looked up means no item."""
    if record.foreign_site:
        reason = (
            "It is of another site, whose ids mean nothing here. It needs a sku, or its product has"
            " to come in the same run."
        )
        return NotThere(NO_KEY, reason)
    if record.patch.item_id:
        reason = "The shop has no inventory item with this id, and the record has no sku."
        return Rejection(UNKNOWN_ID, reason, "id")
    reason = "It has no id of Wix, no product_id and no sku to find its stock by."
    return Rejection(NO_KEY, reason)


def _contradiction(reason: str, field: str) -> Rejection:
    return Rejection(CONTRADICTION, reason, field)
