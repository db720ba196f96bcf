"""Which records of a batch can be dealt with now: parents before children. Sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.collections.tree import folded, parent_of
from target_wix.pipeline.keys import key_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_wix.collections.patch import CollectionRecord, ParentRef
    from target_wix.collections.plan import Group
    from target_wix.collections.tree import Tree


class Batch:
    """The records of a round, by what others may call them as their parent."""

    def __init__(self, records: Sequence[CollectionRecord]) -> None:
        """Take the records that are to be written."""
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


def parents_first(groups: Sequence[Group], tree: Tree) -> tuple[list[Group], list[list[Group]]]:
    """Return groups so that a parent comes before its children, and the rings among them.

    Siblings come in the order that they have where they come from, else in that of the input.
    """
    by_key = {group.key: group for group in groups if group.key}
    ordered: list[Group] = []
    in_rings: list[list[Group]] = []
    done: set[Group] = set()
    for group in sorted(groups, key=_place):
        line: list[Group] = []
        one: Group | None = group
        while one is not None and one not in done:
            if one in line:
                ring = line[line.index(one) :]
                if all(other.parent is not None for other in ring):
                    in_rings.append(ring)
                    line = line[: line.index(one)]
                break
            line.append(one)
            parent = parent_of(tree.get(one.key) or {}) if one.parent is None else one.parent
            one = by_key.get(parent)
        done.update(line)
        done.update(other for ring in in_rings for other in ring)
        ordered += reversed(line)
    return ordered, in_rings


def _place(group: Group) -> tuple[int, int]:
    record = group.placed[0].record
    return record.patch.index or 0, record.pending.position


def deepest_first(groups: Sequence[Group], tree: Tree) -> Iterator[Group]:
    """Yield groups so that what is below a collection is deleted before it."""
    return iter(sorted(groups, key=lambda group: -sum(1 for _ in tree.above(group.key))))
