"""What a run did to products, as the stock of the same run has to know it.

Products and their stock are two streams, `products` and `inventory_items`, whose packages tell each
other through here:

- which skus and products were just written, so that a look-up that finds none waits for Wix's index;
- in a dry run, which variants products would have, and which would be gone;
- how much of a variant each stream says there is, so that two that disagree are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cachetools import FIFOCache

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 50_000
"""Of each kind; those noted longest ago are forgotten first."""


@dataclass(frozen=True, slots=True)
class ForeseenVariant:
    """A variant that a run would make, and the dry run of it does not.

    Attributes:
        product_id: of its product, made up where that is not made either.
        variant_id: the same of the variant.
        quantity: how many it would be made with, None if they are not counted.
        in_stock: whether it would be in stock, where it is not counted; None if nobody says.
    """

    product_id: str
    variant_id: str
    quantity: int | None = None
    in_stock: bool | None = None


class StockLevel(NamedTuple):
    """How much of a variant there is, as a stream says.

    Attributes:
        stream: which says it.
        quantity: how many, None if it does not say.
        in_stock: whether there are any, None if it does not say.
        product: what to call the product in a log.
    """

    stream: str
    quantity: int | None = None
    in_stock: bool | None = None
    product: str = ""

    def differs(self, other: StockLevel) -> bool:
        """Tell whether two streams say what cannot both be."""
        if self.quantity is not None and other.quantity is not None:
            return max(self.quantity, 0) != max(other.quantity, 0)
        flags = [
            one.in_stock if one.quantity is None else one.quantity > 0 for one in (self, other)
        ]
        return None not in flags and flags[0] is not flags[1]


class ProductsOfRun:
    """See the module.

    Attributes:
        gone: ids of the products that the run would delete, and its dry run does not.
    """

    def __init__(self) -> None:
        self._foreseen: FIFOCache[str, tuple[ForeseenVariant, ...]] = FIFOCache(_MOST)
        self._foreseen_by_id: FIFOCache[str, ForeseenVariant] = FIFOCache(_MOST)
        self._levels: FIFOCache[tuple[str, str], StockLevel] = FIFOCache(_MOST)
        self._just_written: FIFOCache[str, None] = FIFOCache(_MOST)
        self._made_up: FIFOCache[str, str] = FIFOCache(_MOST)
        self._count = 0
        self.gone: FIFOCache[str, None] = FIFOCache(_MOST)

    # -- what Wix's index does not know yet ---------------------------------------------------

    def wrote(self, keys: Iterable[str]) -> None:
        """Note skus and ids of products that were made or changed."""
        self._just_written.update(dict.fromkeys(keys))

    def has_just_written(self, keys: Iterable[str]) -> bool:
        """Tell whether something of this was written that the index may not know yet."""
        return any(key in self._just_written for key in keys)

    def index_has_caught_up(self) -> None:
        """Note that one waited for the index: it knows everything that was written so far."""
        self._just_written.clear()

    # -- what a dry run foresees --------------------------------------------------------------

    def made_up_id(self, name: str) -> str:
        """Return an id for what a dry run does not make, which is an id of nothing else.

        Args:
            name: what tells it from others, so that it has the same id in a later batch.
        """
        if name not in self._made_up:
            self._count += 1
            self._made_up[name] = f"new {self._count}"
        return self._made_up[name]

    def foresee(self, keys: Iterable[str], variant: ForeseenVariant) -> None:
        """Note a variant that the run would make.

        Args:
            keys: its sku, and the ids of its product on another site.
            variant: the variant.
        """
        for key in keys:
            others = [
                one
                for one in self._foreseen.get(key, ())
                if (one.product_id, one.variant_id) != (variant.product_id, variant.variant_id)
            ]
            self._foreseen[key] = (*others, variant)
        self._foreseen_by_id[variant.variant_id] = variant

    def foreseen(self, key: str) -> tuple[ForeseenVariant, ...]:
        """Return the variants that the run would have made with a sku or for a foreign product."""
        return self._foreseen.get(key, ())

    def foreseen_variant(self, variant_id: str) -> ForeseenVariant | None:
        """Return the variant that the run would have made, by the id that was made up for it."""
        return self._foreseen_by_id.get(variant_id)

    # -- what streams say of stock ------------------------------------------------------------

    def note_level(self, product_id: str, variant_id: str, said: StockLevel) -> StockLevel | None:
        """Note what a stream says of a variant; return what another stream said that contradicts.

        A run that has both writes one over the other, and so does every run after it.
        """
        before = self._levels.get((product_id, variant_id))
        if before is not None and before.stream != said.stream:
            return before if before.differs(said) else None
        self._levels[product_id, variant_id] = said
        return None
