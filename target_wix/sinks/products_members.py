"""Which categories the products of a batch are in: only what a record's `collections` says."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from target_wix.results import Rejection
from target_wix.sinks.products_planning import categories_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.catalogs.protocol import Catalog, Category, Product
    from target_wix.sinks.products_groups import Ask, Group
    from target_wix.sinks.products_planning import Planner

FIELD = "collections"
UNKNOWN, AMBIGUOUS = "UNKNOWN_COLLECTION", "AMBIGUOUS_COLLECTION"
ALL_PRODUCTS = frozenset({"all products", "all-products"})
"""How the built-in category is called: every product is in it, and stays there."""

_REMEMBERED = 20_000


class Members:
    """Puts products into categories and takes them out, a call after the other."""

    def __init__(self, catalog: Catalog, planner: Planner) -> None:
        """Know no categories yet."""
        self._catalog = catalog
        self._planner = planner
        self._categories: list[Category] | None = None
        self._written: dict[str, set[str]] = {}

    def write(self, groups: Sequence[Group], *, dry_run: bool) -> None:
        """Bring memberships to what the records say."""
        add: defaultdict[str, list[Group]] = defaultdict(list)
        remove: defaultdict[str, list[Group]] = defaultdict(list)
        for group in groups:
            if group.collections is None:
                continue
            before = self._written.get(group.product_id, self._memberships(group.current))
            wanted, unknown = self._wanted(group, group.collections)
            # Where a name may be misspelt, nothing is taken away.
            kept = before | wanted if unknown else wanted
            for category in sorted(kept - before):
                add[category].append(group)
            for category in sorted(before - kept):
                remove[category].append(group)
            if kept != before:
                ask = _asking(group)
                ask.changed = [*ask.changed, FIELD]
                if not dry_run:
                    self._remember(group.product_id, kept)
        if not dry_run:
            for category in sorted({*add, *remove}):
                self._change(category, add[category], remove[category])

    def _change(self, category: str, add: list[Group], remove: list[Group]) -> None:
        failed = self._catalog.change_members(
            category, [one.product_id for one in add], [one.product_id for one in remove]
        )
        for group in (*add, *remove):
            rejection = failed.get(group.product_id)
            if rejection is not None:
                _asking(group).rejection = rejection
                self._written.pop(group.product_id, None)
            else:
                self._planner.wrote(group.current)

    def _remember(self, key: str, categories: set[str]) -> None:
        """Note what was written: the index that memberships are read from lags behind."""
        self._written.pop(key, None)
        self._written[key] = set(categories)
        while len(self._written) > _REMEMBERED:
            del self._written[next(iter(self._written))]

    def _wanted(self, group: Group, names: Sequence[str]) -> tuple[set[str], bool]:
        """Return the ids that names stand for, and whether there are names nobody knows."""
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
            _asking(group).rejection = (
                Rejection(AMBIGUOUS, f"Several categories are called {name!r}.", FIELD)
                if found
                else Rejection(
                    UNKNOWN,
                    f"The shop has no category {name!r}, and none is made. The rest was written.",
                    FIELD,
                )
            )
        return wanted, failed

    def _memberships(self, product: Product) -> set[str]:
        """The categories a product is in, but for All Products: what Wix keeps itself is left alone.

        The answer to a create tells of it too (wix-api stores-v3 3.8).
        """
        there = categories_of(product)
        return there & {one.id for one in self._known()} if there else there

    def _known(self) -> list[Category]:
        """The categories of the shop, read once."""
        if self._categories is None:
            self._categories = list(self._catalog.categories())
        return self._categories

    def _find(self, name: str) -> set[str]:
        """The categories with an id, a slug or a name: as written, else in another case."""
        for one in (lambda text: text, str.casefold):
            for part in ("id", "slug", "name"):
                found = {c.id for c in self._known() if one(getattr(c, part)) == one(name)}
                if found:
                    return found
        return set()


def _asking(group: Group) -> Ask:
    """The last record that names categories."""
    naming = [ask for ask in group.asks if ask.wish.collections is not None]
    return naming[-1] if naming else group.asks[-1]
