"""Records of one batch, grouped by the product that they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from target_wix.mapping.products.slugs import own_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from target_wix.catalogs.protocol import Product, StockWish
    from target_wix.mapping.products.wish import ProductWish
    from target_wix.results import Rejection
    from target_wix.sinks.base import Incoming


Choices: TypeAlias = frozenset[tuple[str, str]]
"""A variant by its choices: pairs of option and choice."""


@dataclass(eq=False)
class Ask:
    """One record on its way.

    Attributes:
        incoming: the record.
        wish: what it asks for.
        by: the key it was matched by, empty if by none.
        cleaned: whether the ids of another site were taken out of the wish.
        has_stock: whether it says what the stock shall be.
        changed: the fields that it changed.
        rejection: what of it could not be written although the rest was.
    """

    incoming: Incoming
    wish: ProductWish
    by: str = ""
    cleaned: bool = False
    has_stock: bool = False
    changed: list[str] = field(default_factory=list)
    rejection: Rejection | None = None

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Everything that the record can be matched by."""
        wish = self.wish
        pairs = [("id", wish.id), ("handle", wish.handle), ("slug", self.slug)]
        pairs += [("sku", sku) for sku in wish.skus]
        return [(name, value) for name, value in pairs if value]

    @property
    def slug(self) -> str:
        """The slug to look for: for a record without slug and handle, the one it would be given."""
        wish = self.wish
        name = wish.fields.get("name")
        if wish.slug or wish.handle or not name or not (wish.id or wish.skus):
            return wish.slug
        return own_slug(str(name), wish.seed)


@dataclass(eq=False)
class Group:
    """The records of one product, in their order.

    Attributes:
        asks: the records; those that are refused leave.
        product_id: empty for a product that is to be made.
        current: the product as it was read.
        desired: as it shall be.
        changed: the fields that differ.
        written: whether a change was sent, whatever became known of it.
        created: whether the product was made.
        stock: what stock the records want, by the choices of the variant.
        opening: the stock that new variants had elsewhere.
        collections: the categories that the last record names.
    """

    asks: list[Ask]
    product_id: str = ""
    current: Product = field(default_factory=dict)
    desired: Product = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    written: bool = False
    created: bool = False
    stock: dict[Choices, StockWish] = field(default_factory=dict)
    opening: dict[Choices, StockWish] = field(default_factory=dict)
    collections: list[str] | None = None


def segments(asks: Iterable[Ask]) -> Iterator[list[Ask]]:
    """Yield the records in parts that are either all deletions or none.

    A stream is a history, so that parts keep their order; but what a deletion does not concern
    need not wait for it.
    """
    kept: list[Ask] = []
    deleted: list[Ask] = []
    gone_keys: set[tuple[str, str]] = set()
    for ask in asks:
        keys = set(ask.keys)
        # In a part, what stays is written first.
        if not ask.wish.deleted and keys & gone_keys:
            yield from filter(None, (kept, deleted))
            kept, deleted, gone_keys = [], [], set()
        if ask.wish.deleted:
            deleted.append(ask)
            gone_keys |= keys
        else:
            kept.append(ask)
    yield from filter(None, (kept, deleted))
