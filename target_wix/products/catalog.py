"""What the products sink asks of a shop, whichever catalog the shop is on.

All products here are in the one shape of the project: that of GET product on Catalog V3, with
`variantsInfo.variants`, money as decimal strings, and on Catalog V1 with what V3 has no place for
in `v1`. Whatever is peculiar to one catalog (endpoints, batches, revisions, what it cannot hold)
stays behind this class.

Errors that are about one product come back as a `Rejection` beside it. Errors that end the run
(`AccessError`, `UnavailableError`, `AnswerError`) are raised.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from cachetools import FIFOCache

from tap_wix.api.paging import chunks
from target_wix.pipeline.cross_stream import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tap_wix.api.catalog_version import CatalogVersion
    from tap_wix.api.resources import Resource
    from tap_wix.api.site import WixSite
    from target_wix.runtime.outcomes import Rejection

Product: TypeAlias = dict[str, Any]
_MOST_WRITTEN = 20_000
"""Written products that are read one by one: by the time of the next ones the index has caught up."""


@dataclass(frozen=True)
class Keys:
    """What to look products up by."""

    ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    slugs: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()


@dataclass(frozen=True)
class KeyRow:
    """The keys of one product. `skus` holds at least those that were asked for."""

    id: str
    handle: str = ""
    slug: str = ""
    skus: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StockPatch:
    """What a record wants the stock of a variant to be.

    With both given, `quantity` is meant for a variant whose stock is counted and `in_stock` for one
    whose stock is not. A new variant with a quantity is counted from the start.
    """

    quantity: int | None = None
    in_stock: bool | None = None
    preorder: dict[str, Any] | None = None


@dataclass(frozen=True)
class StockState:
    """The stock of a variant in the shop (on V3: at the default location).

    Attributes:
        tracked: whether it is counted.
        quantity: None if it is not counted.
        in_stock: whether it can be bought.
        preorder: Wix's `preorderInfo`, where there is one.
        ref: whatever the catalog needs to change it; nobody else looks inside.
    """

    tracked: bool
    quantity: int | None = None
    in_stock: bool | None = None
    preorder: dict[str, Any] | None = None
    ref: Any = None


@dataclass(frozen=True)
class StockChange:
    """A stock to write.

    Exactly one of `quantity` (counted) and `in_stock` (not counted) is set, or neither if only
    `preorder` changes. Without `location_id` it is that of the default location.
    """

    product_id: str
    variant_id: str
    state: StockState | None
    quantity: int | None = None
    in_stock: bool | None = None
    preorder: dict[str, Any] | None = None
    location_id: str = ""


@dataclass(frozen=True, eq=False)
class Creation:
    """A product to make.

    Attributes:
        product: complete, after `as_stored`; no id of a product, variant, option, choice or section.
            `handle`, `slug` or both are set: what it can be found by if the answer is lost.
        stock: the opening stock, by position in `variantsInfo.variants`.
        begun: what an earlier run made of it and did not finish, see `Catalog.is_unfinished`.
        tag: whatever the caller wants to know it by.
    """

    product: Product
    stock: dict[int, StockPatch] = field(default_factory=dict)
    begun: Product | None = None
    tag: Any = None


@dataclass(frozen=True, eq=False)
class Change:
    """A product to change.

    Attributes:
        current: as it was read.
        desired: the whole product as it shall be, after `as_stored`; variants, options, choices, modifiers
            and sections that stay have their ids, new ones have none. A value of None: to be cleared.
        changed: the top-level fields that differ, never empty.
        tag: whatever the caller wants to know it by.
    """

    current: Product
    desired: Product
    changed: tuple[str, ...]
    tag: Any = None


@dataclass(frozen=True)
class Created:
    """A product that was made (also: found to have been made, after a lost answer).

    Attributes:
        product: with its id and those of its variants.
        stock: why its opening stock could not be written, None if it was.
    """

    product: Product
    stock: Rejection | None = None


@dataclass(frozen=True)
class Existing:
    """Wix says that the product is there already (its slug is taken): update that one instead."""

    product_id: str


@dataclass(frozen=True)
class Updated:
    """A product that was changed.

    Attributes:
        revision: its revision, empty where there is none.
        rejection: what was not written although the rest was (V1 writes in several calls).
        left_out: the fields that could not be written, each counted.
    """

    revision: str = ""
    rejection: Rejection | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stale:
    """Somebody changed it since it was read: read it anew with `get` and apply the record again."""


class CatalogReader(abc.ABC):
    """Finds and reads one shop's products."""

    def __init__(self) -> None:
        self._written: FIFOCache[str, None] = FIFOCache(_MOST_WRITTEN)

    @abc.abstractmethod
    def lookup_cost(self, keys: Keys) -> int:
        """Return how many requests `find` would take."""

    @abc.abstractmethod
    def index_cost(self) -> int:
        """Return how many requests `index` would take; may ask the shop for its size, once."""

    @abc.abstractmethod
    def index(self) -> Iterator[KeyRow]:
        """Yield the keys of every product of the shop, hidden ones too."""

    @abc.abstractmethod
    def find(self, keys: Keys) -> Iterator[KeyRow]:
        """Yield the keys of all products that have any of these keys, each product once.

        Every hit is compared exactly with what was asked for: Wix's search is tokenised, and has
        ignored filters with 200.
        """

    def by_ids(self, ids: Iterable[str]) -> dict[str, Product]:
        """Return products with all their variants, in the order of `ids`; unknown ids are left out.

        Current enough to compare with: may come from an index that lags a few seconds. What this
        run wrote is read by itself. `directCategoriesInfo.categories` is there, without All Products.
        """
        wanted = list(dict.fromkeys(ids))
        found = self._read([key for key in wanted if key not in self._written])
        for key in wanted:
            if key in self._written and (product := self.get(key)) is not None:
                found[key] = product
        return {key: found[key] for key in wanted if key in found}

    @abc.abstractmethod
    def _read(self, ids: Sequence[str]) -> dict[str, Product]:
        """Return products that this run has not written."""

    @abc.abstractmethod
    def get(self, product_id: str) -> Product | None:
        """Return one product as it is this moment, None if there is none."""

    def wrote(self, product_id: str) -> None:
        """Note that a product was written: what is known of it holds no longer."""
        self._written[product_id] = None


class CatalogStock(Protocol):
    """Reads and writes the stock of one shop."""

    def of(self, products: Sequence[Product]) -> dict[str, dict[str, StockState]]:
        """Return the stock of products by product id and variant id; what has none is left out."""

    def write(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """Write stock; each change comes back exactly once, None if it is written."""


class Catalog(abc.ABC):
    """One shop's products.

    Attributes:
        version: which catalog it is.
        rows_of_categories: reads the categories of the shop.
        most_category_items: products that one request puts into a category, or takes out of it.
        slug_is_taken: the code of a change that takes the slug of another product.
        reader: finds and reads the products.
        stock: reads and writes what there is of them.
    """

    version: ClassVar[CatalogVersion]
    rows_of_categories: ClassVar[Resource]
    most_category_items: ClassVar[int]
    slug_is_taken: ClassVar[str]

    def __init__(self, site: WixSite, reader: CatalogReader, stock: CatalogStock) -> None:
        self._site = site
        self.reader = reader
        self.stock = stock

    def is_unfinished(self, product: Product) -> bool:  # noqa: ARG002 - V3 makes it in one request
        """Whether a run began to make this product and did not finish it.

        Such a product was never for sale, so that its opening stock may still be written.
        """
        return False

    @abc.abstractmethod
    def as_stored(
        self, desired: Product, current: Product | None, drop: Callable[[str], None]
    ) -> Product:
        """Return what this catalog would give back after `desired` was written to it.

        What it has no field for is left out, so that comparing the result with `current` finds
        only what can be written. Values equal to those in `current` are never refused.

        Args:
            desired: the product as it shall be.
            current: as it is, None for one that is to be made.
            drop: told what is left out.

        Raises:
            Rejection: it cannot hold the product (too many variants, options mixed with modifiers
                on V1, more decimals than it takes, a text that is too long, ...).
        """

    # -- writing ------------------------------------------------------------------------------

    @abc.abstractmethod
    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Make products with their opening stock; each comes back exactly once.

        After a lost answer the products are looked up, after 10 s once more, and only what is not
        there is made again.
        """

    @abc.abstractmethod
    def update(
        self, changes: Sequence[Change]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        """Change products, only what is in `changed`; each comes back exactly once.

        No product is twice among the changes.
        """

    def foresee_left_out(
        self,
        products: Sequence[Product],
        *,
        are_new: bool,  # noqa: ARG002 - of Catalog V3 alone
    ) -> list[list[str]]:
        """Return the fields of each product that a run would leave out, and count them.

        Args:
            products: as they shall be, after `as_stored`; of those that exist, what changes.
            are_new: whether they are to be made.
        """
        return [[] for _ in products]

    @abc.abstractmethod
    def delete(self, ids: Sequence[str]) -> Iterator[tuple[str, Rejection | None]]:
        """Delete products; one that is gone already counts as deleted."""

    def set_stock(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """Write stock; each change comes back exactly once, None if it is written."""
        for change, outcome in self.stock.write(changes):
            self.reader.wrote(change.product_id)
            yield change, outcome

    # -- memberships --------------------------------------------------------------------------

    def categories(self) -> Iterator[Category]:
        """Yield the categories of the shop, hidden ones too; every product is in All Products."""
        everything = self.all_products_id()
        for row in self.rows_of_categories.rows(self._site):
            if row["id"] != everything:
                yield Category(row["id"], str(row.get("name") or ""), str(row.get("slug") or ""))

    @abc.abstractmethod
    def all_products_id(self) -> str:
        """Return the id of the built-in category, empty if Wix does not tell."""

    def change_category_items(
        self, category_id: str, add: Sequence[str], remove: Sequence[str]
    ) -> dict[str, Rejection]:
        """Put products into a category and take others out; return the ones that failed, by id."""
        failed: dict[str, Rejection] = {}
        for is_in, ids in ((True, add), (False, remove)):
            for some in chunks(ids, self.most_category_items):
                failed |= self._send_category_items(category_id, some, is_in=is_in)
            for product_id in ids:
                self.reader.wrote(product_id)
        return failed

    @abc.abstractmethod
    def _send_category_items(
        self, category_id: str, ids: Sequence[str], *, is_in: bool
    ) -> dict[str, Rejection]:
        """Put a request's worth of products into a category, or take them out; return the failed."""
