"""What the products of other sites became here: the ids of one site mean nothing on another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cachetools import FIFOCache

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_VARIANTS = 200_000
"""Variants of the products that are remembered; those noted longest ago are forgotten first."""

_Copy: TypeAlias = tuple[str, dict[str, str]]
_NONE: _Copy = ("", {})


class ProductCopies:
    """Products of this site by the ids that records of other sites have for them."""

    def __init__(self, *, is_wanted: bool = True) -> None:
        """Know none yet.

        Args:
            is_wanted: whether anybody asks; else nothing is kept.
        """
        self._is_wanted = is_wanted
        self._products: FIFOCache[str, _Copy] = FIFOCache(
            _MOST_VARIANTS, getsizeof=lambda one: 1 + len(one[1])
        )

    def note(self, foreign_id: str, product_id: str, skus: Mapping[str, str]) -> None:
        """Note what a product of another site is here; what was noted before is kept.

        Args:
            foreign_id: its id there.
            product_id: its id here, empty while it has none.
            skus: of its variants, by their ids there.
        """
        if self._is_wanted:
            before, known = self._products.get(foreign_id, _NONE)
            self._products[foreign_id] = (product_id or before, {**known, **skus})

    def product(self, foreign_id: str) -> str:
        """Return the id that a product of another site has here, empty if that is not known."""
        return self._products.get(foreign_id, _NONE)[0]

    def sku(self, foreign_id: str, variant_id: str) -> str:
        """Return the sku of a variant of a product of another site, empty if it is not known."""
        return self._products.get(foreign_id, _NONE)[1].get(variant_id, "")
