"""What is below what: of the shop's collections, and of the records of a round.

The shop is read once; then the tree follows what the run itself does.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from target_wix.collections.fields import folded, parent_of
from target_wix.pipeline.keys import key_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.collections.parse import CollectionRecord, ParentRef


class Tree:
    """Collections by id, slug, name and parent. A shop has a thousand at most (stores-v3 6.2).

    Attributes:
        built_in: ids of All Products, which is in none of the answers here.
        unsure: ids of collections that changed along with others: to be read before they are used.
    """

    def __init__(self, built_in: str = "") -> None:
        """Know nothing yet but the id of All Products, empty if Wix does not tell it."""
        self.built_in = {built_in} - {""}
        self.unsure: set[str] = set()
        self._rows: dict[str, Json] = {}
        self._slugs: dict[str, str] = {}
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._children: defaultdict[str, set[str]] = defaultdict(set)
        self._gone: set[str] = set()

    def __contains__(self, key: object) -> bool:
        """Whether there is a collection with this id."""
        return key in self._rows

    def get(self, key: str) -> Json | None:
        """Return a collection, None if there is none."""
        return self._rows.get(key)

    def name(self, key: str) -> object:
        """Return the name of a collection, None if there is none."""
        return self._rows.get(key, {}).get("name")

    def ids(self) -> frozenset[str]:
        """Return the ids of all collections."""
        return frozenset(self._rows)

    def put(self, row: Json) -> None:
        """Note a collection as it is now."""
        key = str(row["id"])
        if key in self.built_in:
            return
        self.remove(key)
        self._gone.discard(key)
        self._rows[key] = row
        if slug := key_text(row.get("slug")):
            self._slugs[slug] = key
        self._names[folded(row.get("name"))].add(key)
        self._children[parent_of(row)].add(key)

    def add(self, rows: Iterable[Json]) -> None:
        """Note what a query says that was not known: its index lags behind what the run did."""
        for row in rows:
            if row["id"] not in self._rows and row["id"] not in self._gone:
                self.put(row)

    def remove(self, key: str) -> None:
        """Forget a collection."""
        row = self._rows.pop(key, None)
        self._gone.add(key)
        if row is None:
            return
        slug = key_text(row.get("slug"))
        if self._slugs.get(slug) == key:
            del self._slugs[slug]
        self._names[folded(row.get("name"))].discard(key)
        self._children[parent_of(row)].discard(key)

    def by_slug(self, slug: str) -> str:
        """Return the id of the collection that has a slug, empty if none has."""
        return self._slugs.get(key_text(slug), "")

    def by_name(self, name: str, parent: str | None = None) -> list[str]:
        """Return the ids of the collections that have a name, as written or else in another spelling.

        Args:
            name: of the collection.
            parent: id of what it has to be below, empty for the top; None for anywhere.
        """
        found = self._names.get(folded(name), set())
        if parent is not None:
            found = found & self._children.get(parent, set())
        exact = [key for key in found if self._rows[key].get("name") == name]
        return sorted(exact or found)

    def children(self, key: str) -> list[str]:
        """Return the ids of what is directly below a collection."""
        return sorted(self._children.get(key, ()))

    def below(self, key: str) -> Iterator[str]:
        """Yield the ids of everything below a collection."""
        todo, seen = self.children(key), {key}
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                yield one
                todo += self.children(one)

    def above(self, key: str) -> Iterator[str]:
        """Yield the ids of what a collection is below, the nearest first."""
        seen = {key}
        while (key := parent_of(self._rows.get(key, {}))) and key not in seen:
            seen.add(key)
            yield key

    def height(self, key: str) -> int:
        """Return on how many levels a collection and what is below it are."""
        level, height = [key], 0
        seen: set[str] = set()
        while level:
            height += 1
            seen.update(level)
            level = [one for some in map(self.children, level) for one in some if one not in seen]
        return height

    def is_hidden(self, key: str) -> bool:
        """Tell whether a collection is not shown: nothing below it can be (stores-v3 6.3)."""
        line = (key, *self.above(key)) if key else ()
        return any(self._rows.get(one, {}).get("visible") is False for one in line)

    def path(self, key: str) -> str:
        """Return the name of a collection with those above it, and its id, for a person."""
        line = [*reversed([*self.above(key)]), key]
        names = [str(self._rows.get(one, {}).get("name") or one) for one in line]
        return f"{' / '.join(names)} ({key})"


class Batch:
    """The records of a round, by what others may call them as their parent."""

    def __init__(self, records: Sequence[CollectionRecord]) -> None:
        self._by_id: dict[str, list[CollectionRecord]] = {}
        self._by_text: dict[str, list[CollectionRecord]] = {}
        self._by_source: dict[tuple[str, str], list[CollectionRecord]] = {}
        for record in records:
            patch = record.patch
            if patch.id:
                self._by_id.setdefault(patch.id, []).append(record)
            if patch.source_id:
                key = patch.site_id, patch.source_id
                self._by_source.setdefault(key, []).append(record)
            for text in {key_text(patch.slug), folded(patch.name)} - {""}:
                self._by_text.setdefault(text, []).append(record)

    def parents(self, ref: ParentRef, record: CollectionRecord) -> list[CollectionRecord]:
        """Return the records, other than this one, that may mean its parent."""
        found = self._by_id.get(ref.id, []) if ref.id else []
        if record.patch.source_id and not ref.id:
            found = self._by_source.get((record.patch.site_id, ref.text), [])
        if not found and ref.text:
            texts = {key_text(ref.text), folded(ref.text)}
            found = [one for text in sorted(texts) for one in self._by_text.get(text, [])]
        return [one for one in dict.fromkeys(found) if one is not record]


def rings(waits: Mapping[CollectionRecord, Sequence[CollectionRecord]]) -> list[CollectionRecord]:
    """Return the records that wait for each other in a ring.

    Args:
        waits: for each record that waits, the records that it waits for.
    """
    found = []
    for start in waits:
        todo, seen = list(waits[start]), set()
        while todo:
            one = todo.pop()
            if one is start:
                found.append(start)
                break
            if one not in seen:
                seen.add(one)
                todo += waits.get(one, ())
    return found


def _keys_of(record: CollectionRecord) -> set[tuple[str, str]]:
    """Return everything that a record can be matched by."""
    patch = record.patch
    pairs = {("id", patch.id), ("slug", patch.slug), ("name", folded(patch.name))}
    return {(name, value) for name, value in pairs if value}


def blocked(records: Sequence[CollectionRecord]) -> set[CollectionRecord]:
    """Return the records that have to wait, since one before them is of the same collection.

    A stream is a history: what is deleted and made again is deleted first.
    """
    earlier: defaultdict[tuple[str, str], set[bool]] = defaultdict(set)
    found = set()
    for record in records:
        keys = _keys_of(record)
        if any((not record.patch.deleted) in earlier[key] for key in keys):
            found.add(record)
        for key in keys:
            earlier[key].add(record.patch.deleted)
    return found
