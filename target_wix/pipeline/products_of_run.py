"""What a run did to products, as the stock of the same run has to know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cachetools import FIFOCache

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FORESEEN = 50_000
_MOST_AMOUNTS = _MOST_WRITTEN = 50_000


@dataclass(frozen=True, slots=True)
class ForeseenVariant:
    """A variant that a dry run does not make, and the run would.

    Attributes:
        product_id: of its product, made up where that is not made either.
        variant_id: the same of the variant.
        quantity: its opening stock, None if it is not counted.
        in_stock: the same, where it is not counted; None if there is none.
    """

    product_id: str
    variant_id: str
    quantity: int | None = None
    in_stock: bool | None = None


class Amount(NamedTuple):
    """What a stream says of the stock of a variant.

    Attributes:
        stream: the stream.
        quantity: how many, None if it does not say.
        in_stock: whether there are any, None if it does not say.
        product: what to call the product.
    """

    stream: str
    quantity: int | None = None
    in_stock: bool | None = None
    product: str = ""

    def differs(self, other: Amount) -> bool:
        """Tell whether two streams say what cannot both be."""
        if self.quantity is not None and other.quantity is not None:
            return max(self.quantity, 0) != max(other.quantity, 0)
        flags = [
            one.in_stock if one.quantity is None else one.quantity > 0 for one in (self, other)
        ]
        return None not in flags and flags[0] is not flags[1]


class ProductsOfRun:
    """What was written of products, what a dry run foresees, and what they say of stock.

    Attributes:
        gone: ids of the products that a dry run does not delete, and the run would.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._foreseen: FIFOCache[str, tuple[ForeseenVariant, ...]] = FIFOCache(MOST_FORESEEN)
        self._by_id: FIFOCache[str, ForeseenVariant] = FIFOCache(MOST_FORESEEN)
        self._amounts: FIFOCache[tuple[str, str], Amount] = FIFOCache(_MOST_AMOUNTS)
        self._just_written: FIFOCache[str, None] = FIFOCache(_MOST_WRITTEN)
        self._made_up: FIFOCache[str, str] = FIFOCache(MOST_FORESEEN)
        self._count = 0
        self.gone: FIFOCache[str, None] = FIFOCache(MOST_FORESEEN)

    def wrote(self, keys: Iterable[str]) -> None:
        """Note skus and ids of products that were made or changed: the index knows them later."""
        self._just_written.update(dict.fromkeys(keys))

    def has_just_written(self, keys: Iterable[str]) -> bool:
        """Tell whether something of this was written since one last waited for the index.

        If it was, the caller waits for the index, which knows everything then.
        """
        found = any(key in self._just_written for key in keys)
        if found:
            self._just_written.clear()
        return found

    def made_up(self, of: str) -> str:
        """Return an id for what a dry run does not make; it is an id of nothing else.

        Args:
            of: what tells it from others, so that it has the same id in a later batch.
        """
        if of not in self._made_up:
            self._count += 1
            self._made_up[of] = f"new {self._count}"
        return self._made_up[of]

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
        self._by_id[variant.variant_id] = variant

    def foreseen(self, key: str) -> tuple[ForeseenVariant, ...]:
        """Return the variants that the run would have made with a sku or for a product."""
        return self._foreseen.get(key, ())

    def foreseen_variant(self, variant_id: str) -> ForeseenVariant | None:
        """Return the variant that the run would have made, by the id that was made up for it."""
        return self._by_id.get(variant_id)

    def other_amount(self, product_id: str, variant_id: str, said: Amount) -> Amount | None:
        """Note what a stream says of a variant; return what another stream says instead, if it does.

        A run that has both writes one over the other, and so does every run after it.
        """
        before = self._amounts.get((product_id, variant_id))
        if before is not None and before.stream != said.stream:
            return before if before.differs(said) else None
        self._amounts[product_id, variant_id] = said
        return None
