"""Which categories the products of a round are in: what `collections` says, or what a copy brings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.pipeline.keys import name_key, says_nothing, trimmed
from target_wix.products.plan import categories_of
from target_wix.products.simulated import made_up_id
from target_wix.runtime.outcomes import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.pipeline.cross_stream import Category
    from target_wix.products.catalog import Product
    from target_wix.products.overlay import Part
    from target_wix.products.progress import Progress
    from target_wix.products.run import ProductsRun

FIELD = "collections"
UNKNOWN, AMBIGUOUS = "unknown collections", "collections whose name several have"
REFUSED = "collections that Wix refused"
ALL_PRODUCTS = frozenset({"all products", "all-products"})
"""How the built-in category is called: every product is in it, and stays there."""

_REMEMBERED = 20_000


class CategoryItems:
    """Puts products into categories and takes them out, a call after the other."""

    def __init__(self, run: ProductsRun) -> None:
        self._run = run
        self._dropped = run.context.dropped
        self._dry_run = run.context.dry_run
        self._of_run = run.context.products_of_run
        self._site_categories = run.context.categories
        self._read: list[Category] | None = None
        self._version = -1
        self._categories: list[Category] = []
        self._written: FIFOCache[str, set[str]] = FIFOCache(_REMEMBERED)

    def write(self, begun: Sequence[Progress]) -> None:
        """Bring memberships to what the records say."""
        add: defaultdict[str, list[Progress]] = defaultdict(list)
        remove: defaultdict[str, list[Progress]] = defaultdict(list)
        changing: dict[Progress, tuple[set[str], set[str]]] = {}
        for one in begun:
            parts = one.plan.parts
            if all(part.collections is None and part.copied is None for part in parts):
                continue
            there = self._written.get(one.product_id, self._memberships(one.product))
            with self._dropped.about(one.naming_categories.pending.key):
                kept = self._kept(parts, there)
            for category in sorted(kept - there):
                add[category].append(one)
            for category in sorted(there - kept):
                remove[category].append(one)
            if kept != there:
                changing[one] = there, kept
                # The index that memberships are read from lags behind.
                product_id = one.product_id or made_up_id(one.plan.desired, self._of_run)
                self._written[product_id] = kept
        written = set(changing) if self._dry_run else set()
        for category in () if self._dry_run else sorted({*add, *remove}):
            written |= self._change(category, add[category], remove[category])
        for one in written:
            before, after = map(self._names, changing[one])
            one.add_name(one.naming_categories, FIELD, Change("collection", before, after))

    def _names(self, categories: set[str]) -> list[str]:
        """Return what the owner calls categories."""
        return sorted(one.name for one in self._known() if one.id in categories)

    def _kept(self, parts: Sequence[Part], there: set[str]) -> set[str]:
        """Return the categories that a product shall be in."""
        named = [part.collections for part in parts if part.collections is not None]
        if named:
            wanted, unknown = self._wanted(self._edited(named, there))
            # Where a name may be misspelt, nothing is taken away.
            return wanted | (there if unknown else there & self._unnameable())
        copied = [part.copied for part in parts if part.copied is not None]
        return copied[-1].kept(there)

    def _change(self, category: str, add: list[Progress], remove: list[Progress]) -> set[Progress]:
        """Change who is in a category; return the products for which that was done."""
        failed = self._run.catalog.change_category_items(
            category, [one.product_id for one in add], [one.product_id for one in remove]
        )
        done = set()
        for one in (*add, *remove):
            if one.product_id in failed:
                self._dropped.add(REFUSED, key=one.naming_categories.pending.key)
                self._written.pop(one.product_id, None)
            else:
                done.add(one)
                self._run.own_writes.note_row(one.product)
        return done

    def _wanted(self, names: Sequence[str]) -> tuple[set[str], bool]:
        """Return the ids that names stand for, and whether there are names nobody knows.

        A name that stands for none or for several collections is left out and counted.
        """
        wanted: set[str] = set()
        failed = False
        for name in names:
            if name_key(name) in ALL_PRODUCTS:
                continue
            found = self._find(name)
            if len(found) == 1:
                wanted |= found
                continue
            failed = True
            self._dropped.add(AMBIGUOUS if found else UNKNOWN)
        return wanted, failed

    def _edited(self, named: Sequence[Sequence[str]], there: set[str]) -> Sequence[str]:
        """Return what the last of several rows names that says something else than the shop."""
        held = there & self._unnameable()
        edits = (one for one in reversed(named) if self._ids(one) | held != there)
        return (len(named) > 1 and next(edits, None)) or named[-1]

    def _ids(self, names: Sequence[str]) -> set[str]:
        wanted = (name for name in names if name_key(name) not in ALL_PRODUCTS)
        return {key for name in wanted for key in self._find(name)}

    def _memberships(self, product: Product) -> set[str]:
        """The categories a product is in, but for All Products: what Wix keeps itself is left alone.

        The answer to a create tells of it too (wix-api stores-v3 3.8).
        """
        there = categories_of(product)
        return there & {one.id for one in self._known()} if there else there

    def _unnameable(self) -> set[str]:
        """The categories whose name a cell cannot hold (blanks, marks): nothing is taken from them."""
        return {one.id for one in self._known() if says_nothing(one.name)}

    def _known(self) -> list[Category]:
        """The categories of the shop: read once, then as this run left them."""
        if self._read is None:
            self._read = list(self._run.catalog.categories())
        if self._version != self._site_categories.version:
            self._version = self._site_categories.version
            self._categories = self._site_categories.with_written(self._read)
        return self._categories

    def _find(self, name: str) -> set[str]:
        """The categories with an id, a slug or a name: as written, else in another spelling."""
        for one in (lambda text: text, trimmed, name_key):
            for part in ("id", "slug", "name"):
                found = {c.id for c in self._known() if one(getattr(c, part)) == one(name)}
                if found:
                    return found
        return set()
