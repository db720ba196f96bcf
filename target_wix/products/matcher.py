"""Which product of the shop a record means: by id, then by the match keys in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.errors import AccessError, RefusedError
from target_wix.pipeline.cross_stream import CopiedVariant
from target_wix.pipeline.keys import is_guid, key_text, other_spellings
from target_wix.pipeline.lookup_cache import MOST_KEYS, Claims, KeyCache
from target_wix.products.catalog import Keys
from target_wix.products.groups import taken
from target_wix.products.records import AMBIGUOUS, NONE, Match
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_wix.pipeline.cross_stream import ProductCopies
    from target_wix.products.catalog import Catalog, KeyRow, Product
    from target_wix.products.records import ProductRecord

_CHEAP_INDEX = 10
"""Requests that reading the keys of the whole shop may cost before something new is made.

Wix compares texts exactly. Only who reads all of them finds a key that has blanks around it.
"""

_MOST_FRUITLESS = 100
"""Keys looked up in other spellings without a hit, after which a big shop has no such keys."""


class Matcher:
    """Matches records and products, a batch at a time, and remembers what it learnt.

    Looking up costs requests, and so does reading the keys of the whole shop: as soon as the
    look-ups that found nothing would have paid for it, the whole is read, once.
    """

    def __init__(self, catalog: Catalog, match_keys: Sequence[str], copies: ProductCopies) -> None:
        """Know nothing yet.

        Args:
            catalog: the shop's products.
            match_keys: what to match by after the id.
            copies: where it is noted what products of other sites are here.
        """
        self._catalog = catalog
        self._copies = copies
        self.keys = tuple(match_keys)
        place = self.keys.index("sku") if "sku" in self.keys else len(self.keys)
        self.names = ("id", *self.keys[:place])
        self._known = {name: KeyCache() for name in ("id", "handle", "slug", "sku")}
        self._claims = Claims()
        self._wasted = 0
        self._fruitless = 0
        self._index_was_read = False
        self._missing: set[str] = set()
        self._gone: FIFOCache[str, None] = FIFOCache(MOST_KEYS)

    def match(self, records: Sequence[ProductRecord]) -> list[Match | Rejection]:
        """Return the product of each record, or why that cannot be told."""
        for cache in self._known.values():
            cache.prune()
        self._look_up_ids(records)
        found: list[Match | Rejection] = [self._by_id(record) for record in records]
        open_places = [place for place, match in enumerate(found) if match == NONE]
        unmatched = open_places
        for name in self.keys:
            self._look_up(name, [records[place] for place in unmatched])
            unmatched = [place for place in unmatched if not self._candidates(name, records[place])]
        self._look_up_other_spellings([records[place] for place in unmatched])
        self._resolve(records, found, open_places)
        for record, match in zip(records, found, strict=True):
            if isinstance(match, Match):
                self._note_copy(record, match.product_id)
        return found

    def _note_copy(self, record: ProductRecord, key: str) -> None:
        """Note what a product of another site is here: its stock has nothing else to go by."""
        if record.patch.id and record.patch.id != key and (not key or is_guid(key)):
            rows = record.patch.variants_by_id if self._copies.are_wanted else {}
            skus = {variant: CopiedVariant(one.sku) for variant, one in rows.items()}
            self._copies.note(record.patch.id, key, skus)

    # -- deciding -----------------------------------------------------------------------------

    def _by_id(self, record: ProductRecord) -> Match:
        known = self._ids_of("id", record.patch.id) if record.patch.id else frozenset()
        return Match(next(iter(known)), "id") if known else NONE

    def _resolve(
        self,
        records: Sequence[ProductRecord],
        found: list[Match | Rejection],
        places: Sequence[int],
    ) -> None:
        """Match the records that no id matched: names first, since they decide whose a sku is."""
        for record, match in zip(records, found, strict=True):
            if isinstance(match, Match) and match.by == "id":
                self._claim(match.product_id, record)
        left = list(places)
        for name in self.names[1:]:
            for place in left:
                found[place] = self._by_key(name, records[place])
            left = [place for place in left if found[place] == NONE]
        for place in left:
            record = records[place]
            # A record before this one may have shown which product goes by its name.
            for name in self.keys:
                if found[place] == NONE:
                    found[place] = self._by_key(name, record)
            if found[place] == NONE and not self._is_usable(record):
                found[place] = Rejection("NO_KEY", self._why_no_key())

    def _by_key(self, name: str, record: ProductRecord) -> Match | Rejection:
        """Return the product that a record means by one key."""
        ids = self._candidates(name, record)
        identity = record.identity(self.names)
        free = {key for key in ids if self._claims.is_open_to(key, identity)}
        if len(free) > 1:
            both = " and ".join(sorted(free)[:2])
            return Rejection(AMBIGUOUS, f"Several products have its {name}: {both}.", name)
        if free:
            key = next(iter(free))
            self._claim(key, record)
            return Match(key, name)
        return taken(name) if ids and name != "sku" else NONE

    def _candidates(self, name: str, record: ProductRecord) -> set[str]:
        return {key for value in self._values(name, record) for key in self._ids_of(name, value)}

    def _ids_of(self, name: str, value: str) -> frozenset[str]:
        return self._known[name].ids(value) - self._gone.keys()

    def is_open_to(self, key: str, record: ProductRecord) -> bool:
        """Tell whether a record can mean this product, after what earlier records were."""
        return self._claims.is_open_to(key, record.identity(self.names))

    def claim(self, key: str, record: ProductRecord) -> bool:
        """Take a product for a record, and tell whether it may be: see `is_open_to`."""
        is_open = self.is_open_to(key, record)
        if is_open:
            self._claim(key, record)
        return is_open

    def _claim(self, key: str, record: ProductRecord) -> None:
        """Note which record a product belongs to in this run, and what it is called there."""
        self._claims.add(key, record.identity(self.names))
        for name in self.names[1:]:
            for value in self._values(name, record):
                if not self._ids_of(name, value):
                    self._known[name].put_ids(value, frozenset({key}))

    def _is_usable(self, record: ProductRecord) -> bool:
        return any(name == "id" or name in self.keys for name, _ in record.keys)

    def _why_no_key(self) -> str:
        if not self.keys:
            return "It has no id of Wix, and product_match_keys names nothing else to go by."
        *others, last = ("id of Wix", *self.keys)
        return f"It has no {', no '.join(others)} and no {last} to find its product by."

    @staticmethod
    def _values(name: str, record: ProductRecord) -> tuple[str, ...]:
        patch = record.patch
        values = {"handle": (patch.handle,), "slug": (record.slug,), "sku": patch.skus}[name]
        return tuple(value for value in values if value)

    # -- looking up ---------------------------------------------------------------------------

    def _look_up_ids(self, records: Sequence[ProductRecord]) -> None:
        """Look ids up; where they were mostly unknown so far, handles and slugs along with them."""
        ids = {record.patch.id for record in records if record.patch.id}
        unknown = {key for key in ids if not self._known["id"].knows(key)}
        if not unknown:
            return
        wanted = {"id": unknown}
        if "id" in self._missing:
            for name in ("handle", "slug"):
                if name in self.keys:
                    wanted[name] = self._unknown(name, records)
        self._find(wanted, records)

    def _look_up(self, name: str, records: Sequence[ProductRecord]) -> None:
        """Look up one key of the records that are still unmatched; handle and slug in one go."""
        wanted = {name: self._unknown(name, records)}
        other = {"handle": "slug", "slug": "handle"}.get(name)
        if other in self.keys and wanted[name]:
            wanted[other] = self._unknown(other, records)
        if wanted[name]:
            self._find(wanted, records)
        is_missing = any(
            self._values(name, record)
            and not (name == "slug" and record.slug == record.fallback_slug)
            and not self._candidates(name, record)
            for record in records
        )
        if is_missing and self._is_index_cheap():
            self._read_index()

    def _look_up_other_spellings(self, records: Sequence[ProductRecord]) -> None:
        """Look again for what would be made: a key of the shop may have a blank at its end."""
        if not any(self._is_usable(record) for record in records):
            return
        if self._is_index_cheap():
            self._read_index()
        wanted: dict[str, set[str]] = {}
        for name in self.keys:
            if self._known[name].is_complete or self._fruitless >= _MOST_FRUITLESS:
                continue
            values = sorted({value for record in records for value in self._values(name, record)})
            wanted[name] = set(values[: _MOST_FRUITLESS - self._fruitless])
        if not any(wanted.values()):
            return
        spelt = {
            name: {other for value in values for other in other_spellings(value)}
            for name, values in wanted.items()
        }
        rows = list(self._catalog.reader.find(_keys_of(spelt)))
        self._fruitless = 0 if rows else self._fruitless + max(map(len, wanted.values()))
        for row in rows:
            for name, value in _pairs_of(row):
                if value in wanted.get(name, ()):
                    self._known[name].add(value, row.id)

    def _unknown(self, name: str, records: Iterable[ProductRecord]) -> set[str]:
        known = self._known[name]
        return {
            value
            for record in records
            for value in self._values(name, record)
            if not known.knows(value)
        }

    def _find(self, wanted: Mapping[str, set[str]], records: Sequence[ProductRecord]) -> None:
        """Look values up, as they came and without what surrounds them."""
        as_given: dict[str, set[str]] = {name: set() for name in wanted}
        for record in records:
            for name, texts in record.patch.as_given.items():
                as_given.setdefault(name, set()).update(
                    text for text in texts if key_text(text) in wanted.get(name, ())
                )
        keys = _keys_of({name: wanted[name] | as_given[name] for name in wanted})
        if self._is_reading_all_cheaper(wanted, keys):
            self._read_index()
            if all(self._known[name].is_complete for name in wanted):
                self._note_missing(wanted)
                return
        rows = list(self._catalog.reader.find(keys))
        read = sum(1 for row in rows if row.id in keys.ids or row.handle in keys.handles)
        self._wasted += max(0, self._catalog.reader.lookup_cost(keys) - -(-read // 100))
        there: dict[str, dict[str, set[str]]] = {name: {} for name in self._known}
        for row in rows:
            for name, value in _pairs_of(row):
                there[name].setdefault(value, set()).add(row.id)
        for name, values in wanted.items():
            for value in values:
                ids = there[name].get(value, set())
                if ids or value not in self._known[name]:
                    self._known[name].put_ids(value, ids)
        self._note_missing(wanted)

    def _note_missing(self, wanted: Mapping[str, set[str]]) -> None:
        for name, values in wanted.items():
            if values:
                hits = sum(1 for value in values if self._known[name].ids(value))
                note = self._missing.add if hits < len(values) / 2 else self._missing.discard
                note(name)

    def _is_reading_all_cheaper(self, wanted: Mapping[str, set[str]], keys: Keys) -> bool:
        """Whether to stop looking up: at worst that costs twice what the best choice had.

        A look-up that finds is no loss, since what it brings is needed anyway.
        """
        if self._index_was_read or not any(
            values and name in self._missing for name, values in wanted.items()
        ):
            return False
        expected = self._wasted + self._catalog.reader.lookup_cost(keys)
        return expected > 1 and expected > self._catalog.reader.index_cost()

    def _is_index_cheap(self) -> bool:
        return not self._index_was_read and self._catalog.reader.index_cost() <= _CHEAP_INDEX

    def _read_index(self) -> None:
        """Learn the keys of the whole shop, if there is room: what is unknown then, is not there."""
        self._index_was_read = True
        caches = self._known.values()
        try:
            for row in self._catalog.reader.index():
                if any(cache.is_full for cache in caches):
                    return
                for name, value in _pairs_of(row):
                    self._known[name].add(value, row.id)
        except (AccessError, RefusedError):
            # Look-ups may do without: every value is looked up, as in a shop that is too large.
            return
        for cache in caches:
            cache.is_complete = True

    # -- what the run itself does -------------------------------------------------------------

    def made(self, product: Product, record: ProductRecord) -> None:
        """Remember a product that was made, under what its record is matched by."""
        key = str(product["id"])
        self._note_copy(record, key)
        self._claim(key, record)
        self._known["id"].add(key, key)
        pairs = [pair for pair in record.keys if pair[0] != "id"]
        pairs += [(name, key_text(product.get(name))) for name in ("slug", "handle")]
        for name, value in pairs:
            if value:
                self._known[name].add(value, key)
        if record.patch.id:
            # A record whose id is not on this site means the product made of it from now on.
            self._known["id"].put_ids(record.patch.id, frozenset({key}))

    def changed(self, key: str, record: ProductRecord) -> None:
        """Remember the keys that a product was given."""
        for name in ("slug", "sku"):
            for value in self._values(name, record):
                self._known[name].add(value, key)

    def renamed(self, key: str, old_slug: str) -> None:
        """Forget a slug that a product had."""
        self._known["slug"].remove(key_text(old_slug), key)

    def ids_of(self, name: str, value: str) -> frozenset[str]:
        """Return the products that are known by a key so far, without asking the shop."""
        return self._ids_of(name, value)

    def is_gone(self, key: str) -> bool:
        """Tell whether this run deleted a product, or would have."""
        return key in self._gone

    def gone(self, key: str) -> None:
        """Note that a product was deleted: its keys are free again."""
        self._gone[key] = None


def _keys_of(values: Mapping[str, set[str]]) -> Keys:
    return Keys(**{f"{name}s": frozenset(some) for name, some in values.items()})


def _pairs_of(row: KeyRow) -> Iterable[tuple[str, str]]:
    """The keys of a product as both sides of a comparison spell them."""
    yield "id", row.id
    for name, values in (("handle", (row.handle,)), ("slug", (row.slug,)), ("sku", row.skus)):
        for value in values:
            if text := key_text(value):
                yield name, text
