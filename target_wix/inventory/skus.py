"""Which variants have a sku: looked up a batch at a time, or read whole where that is cheaper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, RefusedError
from target_wix.inventory.items import VariantRef
from target_wix.pipeline.keys import other_spellings
from target_wix.pipeline.lookup_cache import KeyCache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.inventory.items import Inventory, Variant

WORTH_ASKING = 2
"""Requests that looking up may cost before it is asked how large the shop is, in another one."""

_CHEAP_INDEX = 10
"""Requests that reading all skus may cost before a record is refused for an unknown one."""

_MOST_FRUITLESS = 100
"""Skus looked up in other spellings without a hit, after which a big shop has no such skus."""

_BETWEEN = "/"


class SkuIndex:
    """Remembers which variants have a sku. Wix compares texts exactly; here they are keys."""

    def __init__(self, inventory: Inventory) -> None:
        """Know nothing."""
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
        self._known.note_all_read()

    def _add(self, variant: Variant) -> None:
        if variant.sku:
            self._known.add(variant.sku, _BETWEEN.join(variant.ref))
