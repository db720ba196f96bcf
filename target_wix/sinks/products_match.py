"""Which product of the shop a record means: by id, then by the match keys in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.catalogs.protocol import Keys
from target_wix.results import Rejection
from target_wix.sinks.products_groups import are_different

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_wix.catalogs.protocol import Catalog, KeyRow, Product
    from target_wix.sinks.products_groups import Ask

REMEMBERED = 50_000
"""Keys kept in mind for each kind: what was made longer ago, every index knows by now."""


class Memory:
    """Products by one key, the latest few; an empty set is a product that there is not."""

    def __init__(self, most: int = REMEMBERED) -> None:
        """Know nothing."""
        self._most = most
        self._ids: dict[str, frozenset[str]] = {}

    def __contains__(self, value: str) -> bool:
        """Whether it is known which products have this value, be it none."""
        return value in self._ids

    def get(self, value: str) -> frozenset[str]:
        """Return the ids of the products with this value."""
        return self._ids.get(value, frozenset())

    def put(self, value: str, ids: frozenset[str]) -> None:
        """Note which products have a value."""
        self._ids.pop(value, None)
        self._ids[value] = ids
        while self._most and len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]

    def keep_all(self) -> None:
        """Forget nothing any more: what is not known from now on, is not there."""
        self._most = 0

    def add(self, value: str, key: str) -> None:
        """Note that a product has a value."""
        self.put(value, self.get(value) | {key})

    def forget(self, key: str) -> None:
        """Forget a product that is gone."""
        for value, ids in list(self._ids.items()):
            if key in ids:
                self._ids[value] = ids - {key}


class Matcher:
    """Matches records and products, a batch at a time, and remembers what it learnt.

    Looking up costs requests, and so does reading the keys of the whole shop: as soon as the
    look-ups that found nothing would have paid for it, the whole is read, once.
    """

    def __init__(self, catalog: Catalog, match_keys: Sequence[str]) -> None:
        """Know nothing yet."""
        self._catalog = catalog
        self.keys = tuple(match_keys)
        self._known = {name: Memory() for name in ("id", "handle", "slug", "sku")}
        self._wasted = 0
        self._indexed = False
        self._missing: set[str] = set()
        self._claims: dict[str, dict[str, str]] = {}

    def match(self, asks: Sequence[Ask]) -> list[str | Rejection]:
        """Return the product id of each record, empty for one that the shop does not have."""
        found: list[str | Rejection] = [""] * len(asks)
        ids = {ask.wish.id for ask in asks if ask.wish.id}
        if ids:
            self._look_up_ids(asks, ids)
        open_places = []
        for place, ask in enumerate(asks):
            known = self._known["id"].get(ask.wish.id) if ask.wish.id else frozenset()
            if known:
                ask.by, found[place] = "id", next(iter(known))
            else:
                open_places.append(place)
        for name in self.keys:
            self._look_up(name, [asks[place] for place in open_places])
            left = []
            for place in open_places:
                found[place] = self._by_key(name, asks[place])
                if found[place] == "":
                    left.append(place)
            open_places = left
        self._undo_stolen(asks, found)
        open_places = [place for place in open_places if found[place] == ""]
        for place in open_places:
            if not self._usable(asks[place]):
                found[place] = Rejection(
                    "NO_KEY", f"It has neither an id of Wix nor {' nor '.join(self.keys)}."
                )
        return found

    def _undo_stolen(self, asks: Sequence[Ask], found: list[str | Rejection]) -> None:
        """Let go of products that a record has by sku and another by something stronger.

        Two products of one source can share a sku; the second must not be written over the first.
        """
        for ask, key in zip(asks, found, strict=True):
            if isinstance(key, str) and key and ask.by != "sku":
                self._claim(key, ask)
        for place, ask in enumerate(asks):
            claim = self._claims.get(str(found[place])) if ask.by == "sku" else None
            if claim is not None and are_different(ask.identity, claim):
                ask.by, found[place] = "", ""

    def _claim(self, key: str, ask: Ask) -> None:
        """Note which record a product belongs to in this run."""
        self._claims.pop(key, None)
        self._claims[key] = ask.identity
        if len(self._claims) > REMEMBERED:
            del self._claims[next(iter(self._claims))]

    def _usable(self, ask: Ask) -> bool:
        return any(name == "id" or name in self.keys for name, _ in ask.keys)

    def _by_key(self, name: str, ask: Ask) -> str | Rejection:
        ids = {key for value in self._values(name, ask) for key in self._known[name].get(value)}
        if len(ids) > 1:
            both = " and ".join(sorted(ids)[:2])
            return Rejection("AMBIGUOUS", f"Several products have its {name}: {both}.", name)
        if ids:
            ask.by = name
        return next(iter(ids), "")

    @staticmethod
    def _values(name: str, ask: Ask) -> tuple[str, ...]:
        wish = ask.wish
        values = {"handle": (wish.handle,), "slug": (ask.slug,), "sku": wish.skus}[name]
        return tuple(value for value in values if value)

    # -- looking up ---------------------------------------------------------------------------

    def _look_up_ids(self, asks: Sequence[Ask], ids: set[str]) -> None:
        """Look ids up; where they were mostly unknown so far, handles and slugs along with them."""
        unknown = frozenset(key for key in ids if key not in self._known["id"])
        if not unknown:
            return
        more: dict[str, frozenset[str]] = {}
        if "id" in self._missing:
            for name in ("handle", "slug"):
                if name in self.keys:
                    more[f"{name}s"] = self._unknown(name, asks)
        self._find(Keys(ids=unknown, **more))

    def _look_up(self, name: str, asks: Sequence[Ask]) -> None:
        """Look up one key of the records that are still unmatched; handle and slug in one go."""
        wanted = {name: self._unknown(name, asks)}
        other = {"handle": "slug", "slug": "handle"}.get(name)
        if other in self.keys and wanted[name]:
            wanted[other] = self._unknown(other, asks)
        if wanted[name]:
            self._find(Keys(**{f"{key}s": values for key, values in wanted.items()}))

    def _unknown(self, name: str, asks: Iterable[Ask]) -> frozenset[str]:
        known = self._known[name]
        return frozenset(
            value for ask in asks for value in self._values(name, ask) if value not in known
        )

    def _find(self, keys: Keys) -> None:
        if self._indexed:
            rows: Iterable[KeyRow] = ()
        elif self._reading_all_is_cheaper(keys):
            self._indexed = True
            for memory in self._known.values():
                memory.keep_all()
            rows = self._catalog.index(skus="sku" in self.keys)
        else:
            rows = list(self._catalog.find(keys))
            read = sum(1 for row in rows if row.id in keys.ids or row.handle in keys.handles)
            self._wasted += max(0, self._catalog.lookup_cost(keys) - -(-read // 100))
        self._learn(rows, keys)

    def _learn(self, rows: Iterable[KeyRow], keys: Keys) -> None:
        """Note which products have which values, and which values none has."""
        found: dict[str, dict[str, set[str]]] = {"id": {}, "handle": {}, "slug": {}, "sku": {}}
        for row in rows:
            found["id"][row.id] = {row.id}
            for name, values in (
                ("handle", {row.handle}),
                ("slug", {row.slug}),
                ("sku", row.skus),
            ):
                for value in filter(None, values):
                    found[name].setdefault(value, set()).add(row.id)
        for name, asked in _by_name(keys).items():
            there = found[name]
            if asked:
                hits = sum(1 for value in asked if value in there)
                note = self._missing.add if hits < len(asked) / 2 else self._missing.discard
                note(name)
            for value in there.keys() | asked if self._indexed else asked:
                if value in there or value not in self._known[name]:
                    self._known[name].put(value, frozenset(there.get(value, ())))

    def _reading_all_is_cheaper(self, keys: Keys) -> bool:
        """Whether to stop looking up: at worst that costs twice what the best choice had.

        A look-up that finds is no loss, since what it brings is needed anyway.
        """
        if not any(asked and name in self._missing for name, asked in _by_name(keys).items()):
            return False
        expected = self._wasted + self._catalog.lookup_cost(keys)
        return expected > 1 and expected > self._catalog.index_cost()

    # -- what the run itself does -------------------------------------------------------------

    def made(self, product: Product, ask: Ask) -> None:
        """Remember a product that was made, under what its record is matched by."""
        key = str(product["id"])
        self._claim(key, ask)
        self._known["id"].add(key, key)
        slug = product.get("slug")
        pairs = [pair for pair in ask.keys if pair[0] != "id"]
        for name, value in [*pairs, ("slug", slug), ("handle", product.get("handle"))]:
            if value:
                self._known[name].add(str(value), key)
        if ask.wish.id:
            # A record whose id is not on this site means the product made of it from now on.
            self._known["id"].put(ask.wish.id, frozenset({key}))

    def changed(self, key: str, ask: Ask) -> None:
        """Remember the keys that a product was given."""
        for name in ("slug", "sku"):
            for value in self._values(name, ask):
                self._known[name].add(value, key)

    def renamed(self, key: str, old_slug: str) -> None:
        """Forget a slug that a product had."""
        if old_slug:
            self._known["slug"].put(old_slug, self._known["slug"].get(old_slug) - {key})

    def gone(self, key: str) -> None:
        """Forget a product that was deleted."""
        for memory in self._known.values():
            memory.forget(key)
        self._known["id"].put(key, frozenset())


def _by_name(keys: Keys) -> dict[str, frozenset[str]]:
    return {"id": keys.ids, "handle": keys.handles, "slug": keys.slugs, "sku": keys.skus}
