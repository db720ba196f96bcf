"""What the streams of a run tell each other: what was written, and what ids of other sites are here.

Collections are written before products. What their rows became is what later products mean by the
ids that their own site has: a copy of a shop keeps its memberships, and its stock its products.
Locations are not written, but told of: stock means them by the ids of its own site, too.

Products and their stock are two streams, `products` and `inventory_items`. Products tell

- which skus and products were just written, so that a look-up that finds none waits for Wix's index;
- in a dry run, which variants products would have, and which would be gone;
- how much of a variant there is, so that two streams that disagree are named.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from cachetools import FIFOCache

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_MOST_CATEGORIES = 50_000

_MOST_VARIANTS = 200_000
"""Variants of the products that are remembered; those noted longest ago are forgotten first."""

_MOST_LOCATIONS = 50_000
_MOST_PRODUCTS = 50_000
"""Of each kind of what is noted of products; those noted longest ago are forgotten first."""


class Category(NamedTuple):
    """A category (V1: a collection) that products can be put into; All Products is none of them."""

    id: str
    name: str
    slug: str = ""


class CopiedMemberships(NamedTuple):
    """In which categories a product of another site belongs here.

    Attributes:
        ids: what its categories there are here.
        known: what all categories of that site are here.
        is_whole: whether it is known of each of its categories.
    """

    ids: frozenset[str]
    known: AbstractSet[str]
    is_whole: bool

    def kept(self, there: AbstractSet[str]) -> set[str]:
        """Return the categories that a product shall be in.

        It leaves those that the other site has, too, and has it not in; others are none of its
        business.

        Args:
            there: the categories that it is in.
        """
        return {*self.ids, *(there - self.known if self.is_whole else there)}


class SiteCategories:
    """What a run did to the categories of its shop, and what those of other sites became.

    Attributes:
        version: counts what the run did.
    """

    def __init__(self) -> None:
        self.version = 0
        self._written: dict[str, Category | None] = {}
        self._own: FIFOCache[tuple[str, str], str] = FIFOCache(_MOST_CATEGORIES)
        self._of_any_site: FIFOCache[str, str] = FIFOCache(_MOST_CATEGORIES)
        self._by_site: defaultdict[str, set[str]] = defaultdict(set)

    def wrote(self, key: str, name: str, slug: str) -> None:
        """Note a category that was made or renamed."""
        self._note(key, Category(key, name, slug))

    def deleted(self, key: str) -> None:
        """Note a category that is gone."""
        self._note(key, None)

    def _note(self, key: str, category: Category | None) -> None:
        self._written[key] = category
        self.version += 1

    def became(self, site_id: str, foreign_id: str, own_id: str) -> None:
        """Note what a category of another site is here.

        Args:
            site_id: of the other site, empty if its rows do not say.
            foreign_id: the category's id there.
            own_id: its id here, empty for one that every product is in by itself.
        """
        self._own[site_id, foreign_id] = own_id
        self._of_any_site[foreign_id] = own_id
        self._by_site[site_id].add(own_id)

    def own_id(self, site_id: str, foreign_id: str) -> str | None:
        """Return what a category of another site is here, None if no row of it came.

        Args:
            site_id: of the other site; without it, the last row with the id counts.
            foreign_id: the category's id there.
        """
        if not site_id:
            return self._of_any_site.get(foreign_id)
        found = self._own.get((site_id, foreign_id))
        return self._own.get(("", foreign_id)) if found is None else found

    def memberships(self, site_id: str, foreign_ids: Sequence[str]) -> CopiedMemberships | None:
        """Return in which categories a product of another site belongs here.

        Args:
            site_id: of the other site, empty if the record does not say.
            foreign_ids: of the categories that it is in there.

        Returns:
            None if no row of that site's categories came.
        """
        sites = {site_id, ""} if site_id else {*self._by_site}
        known = [found for site in sites if (found := self._by_site.get(site))]
        if not known:
            return None
        own = {self.own_id(site_id, key) for key in foreign_ids}
        ids = frozenset(key for key in own if key)
        whole = known[0] if len(known) == 1 else set().union(*known)
        return CopiedMemberships(ids, whole, is_whole=None not in own)

    def with_written(self, rows: Iterable[Category]) -> list[Category]:
        """Return categories that an index knows, as this run left them."""
        known = {row.id: row for row in rows}
        return [row for row in {**known, **self._written}.values() if row is not None]


class SiteLocation(NamedTuple):
    """A location of another site.

    Attributes:
        name: as its owner calls it.
        is_default: whether orders there take their stock from it.
    """

    name: str = ""
    is_default: bool = False


class SiteLocations:
    """The locations of other sites, as far as their rows came.

    Attributes:
        are_expected: whether the run has the stream that tells of them.
    """

    def __init__(self) -> None:
        self.are_expected = False
        self._by_site: defaultdict[str, dict[str, SiteLocation]] = defaultdict(dict)
        self._count = 0

    def note(self, site_id: str, location_id: str, location: SiteLocation) -> None:
        """Note a location of a site; beyond a bound, no more of them.

        Args:
            site_id: of the site, empty if its row does not say.
            location_id: its id there.
            location: what its row says.
        """
        there = self._by_site[site_id]
        self._count += location_id not in there
        if self._count <= _MOST_LOCATIONS:
            there[location_id] = location

    def of_site(self, site_id: str) -> Mapping[str, SiteLocation]:
        """Return what is known of the locations of a site, by their ids there."""
        return self._by_site.get(site_id) or self._by_site.get("") or {}


class CopiedVariant(NamedTuple):
    """A variant of a product of another site.

    Attributes:
        sku: its sku, empty if it has none.
        id: its id here, or what a dry run made up for it; empty while that is not known.
    """

    sku: str = ""
    id: str = ""


_Copy: TypeAlias = tuple[str, dict[str, CopiedVariant]]
_NONE: _Copy = ("", {})
_UNKNOWN = CopiedVariant()


class ProductCopies:
    """Products of this site by the ids that records of other sites have for them.

    Attributes:
        are_wanted: whether anybody asks; else nothing is kept.
    """

    def __init__(self, *, are_wanted: bool = True) -> None:
        """Know none yet.

        Args:
            are_wanted: whether anybody asks.
        """
        self.are_wanted = are_wanted
        self._products: FIFOCache[str, _Copy] = FIFOCache(
            _MOST_VARIANTS, getsizeof=lambda one: 1 + len(one[1])
        )

    def note(self, foreign_id: str, product_id: str, variants: Mapping[str, CopiedVariant]) -> None:
        """Note what a product of another site is here; what was noted before is kept.

        Args:
            foreign_id: its id there.
            product_id: its id here, empty while it has none.
            variants: its variants, by their ids there.
        """
        if not self.are_wanted:
            return
        before, known = self._products.get(foreign_id, _NONE)
        if product_id not in ("", before):
            # What was known is of another product, which is gone, or of none.
            known = {key: one._replace(id="") for key, one in known.items()}
        merged = dict(known)
        for key, one in variants.items():
            old = known.get(key, _UNKNOWN)
            merged[key] = CopiedVariant(one.sku or old.sku, one.id or old.id)
        self._products[foreign_id] = (product_id or before, merged)

    def product(self, foreign_id: str) -> str:
        """Return the id that a product of another site has here, empty if that is not known."""
        return self._products.get(foreign_id, _NONE)[0]

    def variants(self, foreign_id: str) -> Mapping[str, CopiedVariant]:
        """Return what is known of the variants of a product of another site, by their ids there."""
        return self._products.get(foreign_id, _NONE)[1]

    def variant(self, foreign_id: str, variant_id: str) -> CopiedVariant:
        """Return what is known of a variant of a product of another site."""
        return self.variants(foreign_id).get(variant_id, _UNKNOWN)


@dataclass(frozen=True, slots=True)
class SimulatedVariant:
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


class SimulatedStock(NamedTuple):
    """The stock of a variant at one location as a run would have left it.

    Attributes:
        tracked: whether it is counted.
        quantity: how many, None if they are not counted.
        in_stock: whether it can be bought, None if nobody says.
        preorder: Wix's `preorderInfo`, None if there is none.
    """

    tracked: bool
    quantity: int | None = None
    in_stock: bool | None = None
    preorder: dict[str, Any] | None = None


OTHER_AMOUNT = (
    "amounts of products and of inventory_items that differ (the stream that is written last"
    " counts, in every run: leave one of them out)"
)


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
    """What a run did to products, as the stock of the same run has to know it.

    Attributes:
        gone: ids of the products that the run would delete, and its dry run does not.
    """

    def __init__(self) -> None:
        self._simulated: FIFOCache[str, tuple[SimulatedVariant, ...]] = FIFOCache(_MOST_PRODUCTS)
        self._simulated_by_id: FIFOCache[str, SimulatedVariant] = FIFOCache(_MOST_PRODUCTS)
        self._levels: FIFOCache[tuple[str, str], StockLevel] = FIFOCache(_MOST_PRODUCTS)
        self._stock: FIFOCache[tuple[str, str, str], SimulatedStock] = FIFOCache(_MOST_PRODUCTS)
        self._just_written: FIFOCache[str, None] = FIFOCache(_MOST_PRODUCTS)
        self._made_up: FIFOCache[str, str] = FIFOCache(_MOST_PRODUCTS)
        self._count = 0
        self.gone: FIFOCache[str, None] = FIFOCache(_MOST_PRODUCTS)

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

    def simulate(self, keys: Iterable[str], variant: SimulatedVariant) -> None:
        """Note a variant that the run would make.

        Args:
            keys: its sku, and the ids of its product on another site.
            variant: the variant.
        """
        for key in keys:
            others = [
                one
                for one in self._simulated.get(key, ())
                if (one.product_id, one.variant_id) != (variant.product_id, variant.variant_id)
            ]
            self._simulated[key] = (*others, variant)
        self._simulated_by_id[variant.variant_id] = variant

    def simulated(self, key: str) -> tuple[SimulatedVariant, ...]:
        """Return the variants that the run would have made with a sku or for a foreign product."""
        return self._simulated.get(key, ())

    def simulated_variant(self, variant_id: str) -> SimulatedVariant | None:
        """Return the variant that the run would have made, by the id that was made up for it."""
        return self._simulated_by_id.get(variant_id)

    def simulate_stock(
        self, product_id: str, variant_id: str, location_id: str, stock: SimulatedStock
    ) -> None:
        """Note stock that a stream would have written, for the records after it.

        Args:
            product_id: whose variant it is.
            variant_id: the variant.
            location_id: where it is, empty for the default location.
            stock: as it would be.
        """
        self._stock[product_id, variant_id, location_id] = stock

    def simulated_stock(
        self, product_id: str, variant_id: str, location_id: str = ""
    ) -> SimulatedStock | None:
        """Return the stock that a stream would have written; see `simulate_stock`."""
        return self._stock.get((product_id, variant_id, location_id))

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
