"""Which categories the products of a batch are in: only what a record's `collections` says."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.pipeline.keys import says_nothing, trimmed
from target_wix.products.plan import categories_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.products.catalog import Catalog, Category, Product
    from target_wix.products.groups import Group, ProductRecord
    from target_wix.products.plan import Planner
    from target_wix.runtime.dropped_data import DroppedData

FIELD = "collections"
UNKNOWN, AMBIGUOUS = "unknown collections", "collections whose name several have"
REFUSED = "collections that Wix refused"
ALL_PRODUCTS = frozenset({"all products", "all-products"})
"""How the built-in category is called: every product is in it, and stays there."""

_REMEMBERED = 20_000


class CategoryItems:
    """Puts products into categories and takes them out, a call after the other."""

    def __init__(self, catalog: Catalog, planner: Planner, dropped: DroppedData) -> None:
        """Know no categories yet."""
        self._catalog = catalog
        self._planner = planner
        self._dropped = dropped
        self._categories: list[Category] | None = None
        self._written: FIFOCache[str, set[str]] = FIFOCache(_REMEMBERED)

    def write(self, groups: Sequence[Group], *, dry_run: bool) -> None:
        """Bring memberships to what the records say."""
        add: defaultdict[str, list[Group]] = defaultdict(list)
        remove: defaultdict[str, list[Group]] = defaultdict(list)
        changing: set[int] = set()
        for group in groups:
            if group.collections is None:
                continue
            there = self._written.get(group.product_id, self._memberships(group.current))
            wanted, unknown = self._wanted(self._edited(group, there) or group.collections)
            # Where a name may be misspelt, nothing is taken away.
            kept = wanted | (there if unknown else there & self._unnameable())
            for category in sorted(kept - there):
                add[category].append(group)
            for category in sorted(there - kept):
                remove[category].append(group)
            if kept != there:
                changing.add(id(group))
                if not dry_run:
                    self._remember(group.product_id, kept)
        written = changing if dry_run else set()
        for category in () if dry_run else sorted({*add, *remove}):
            written |= self._change(category, add[category], remove[category])
        for group in groups:
            if id(group) in written:
                record = _asking(group)
                record.changed = [*record.changed, FIELD]

    def _change(self, category: str, add: list[Group], remove: list[Group]) -> set[int]:
        """Change who is in a category; return the groups for which that was done."""
        failed = self._catalog.change_category_items(
            category, [one.product_id for one in add], [one.product_id for one in remove]
        )
        done = set()
        for group in (*add, *remove):
            if group.product_id in failed:
                self._dropped.add(REFUSED)
                self._written.pop(group.product_id, None)
            else:
                done.add(id(group))
                self._planner.wrote(group.current)
        return done

    def _remember(self, key: str, categories: set[str]) -> None:
        """Note what was written: the index that memberships are read from lags behind."""
        self._written[key] = set(categories)

    def _wanted(self, names: Sequence[str]) -> tuple[set[str], bool]:
        """Return the ids that names stand for, and whether there are names nobody knows.

        A name that stands for none or for several collections is left out and counted.
        """
        wanted: set[str] = set()
        failed = False
        for name in names:
            if name.casefold() in ALL_PRODUCTS:
                continue
            found = self._find(name)
            if len(found) == 1:
                wanted |= found
                continue
            failed = True
            self._dropped.add(AMBIGUOUS if found else UNKNOWN)
        return wanted, failed

    def _edited(self, group: Group, there: set[str]) -> list[str] | None:
        """What the last of several rows names that says something else than the shop."""
        if len(group.repeated) < 2:  # noqa: PLR2004 - one row repeats nothing
            return None
        held = there & self._unnameable()
        edits = (one for one in reversed(group.repeated) if self._ids(one) | held != there)
        return next(edits, None)

    def _ids(self, names: Sequence[str]) -> set[str]:
        wanted = (name for name in names if name.casefold() not in ALL_PRODUCTS)
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
        """The categories of the shop, read once."""
        if self._categories is None:
            self._categories = list(self._catalog.categories())
        return self._categories

    def _find(self, name: str) -> set[str]:
        """The categories with an id, a slug or a name: as written, else in another spelling."""
        for one in (lambda text: text, trimmed, lambda text: trimmed(text).casefold()):
            for part in ("id", "slug", "name"):
                found = {c.id for c in self._known() if one(getattr(c, part)) == one(name)}
                if found:
                    return found
        return set()


def _asking(group: Group) -> ProductRecord:
    """The last record that names categories."""
    naming = [record for record in group.records if record.patch.collections is not None]
    return naming[-1] if naming else group.records[-1]
