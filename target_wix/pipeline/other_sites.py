"""What the run made of categories and products, and what those of other sites are here.

Collections are written before products. What their rows became is what later products mean by the
ids that their own site has: a copy of a shop keeps its memberships, and its stock its products.
Locations are not written, but told of: stock means them by the ids of its own site, too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cachetools import FIFOCache

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_MOST_CATEGORIES = 50_000

_MOST_VARIANTS = 200_000
"""Variants of the products that are remembered; those noted longest ago are forgotten first."""

_MOST_LOCATIONS = 50_000


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
