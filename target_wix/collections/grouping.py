"""The records of a round, put together by the collection that they mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from target_wix.collections.order import Batch, deepest_first, parents_first, rings
from target_wix.collections.plan import Group, Placed, cycle
from target_wix.collections.slugs import ALL_PRODUCTS_SLUG, words_of
from target_wix.collections.tree import folded
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.rounds import Held, Rejected, Result, Settled, Waiting
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_wix.collections.matcher import Matcher
    from target_wix.collections.patch import CollectionPatch, CollectionRecord, ParentRef
    from target_wix.collections.run import CollectionsRun
    from target_wix.config import TargetSettings

UNKNOWN_PARENT = "UNKNOWN_PARENT"
OTHERS_HAVE_IT = "deletions whose id is not there, of keys that another collection has now"

_Found = dict["CollectionRecord", tuple[str, str]]
"""By record: the id of its collection, and the key it was found by; both empty for none."""


class MissingParent(Rejection):
    """The parent of a record is not in the shop; it may still come in this run."""


class Grouping:
    """Finds the collections and the parents of records; what has to wait for others waits."""

    def __init__(self, run: CollectionsRun, matcher: Matcher, settings: TargetSettings) -> None:
        """Look into what a run knows."""
        self._run = run
        self._tree = run.tree
        self._matcher = matcher
        self._settings = settings

    # -- records that stay --------------------------------------------------------------------

    def written(
        self,
        records: Sequence[CollectionRecord],
        unsettled: Sequence[CollectionRecord],
        *,
        in_tree: bool = False,
    ) -> Iterator[Group | Result[CollectionRecord]]:
        """Yield the groups of the records that can be written now, parents first.

        Args:
            records: those that no other record of the same collection is before.
            unsettled: all records of the round.
            in_tree: whether a parent may be what the shop has, although a record might mean it:
                nothing else can be done, and who still waits then, waits for ever.
        """
        found, refused = self._by_strong_keys(records)
        yield from refused
        batch = Batch([one for one in unsettled if not one.patch.deleted])
        placed: list[tuple[Placed, str]] = []
        waits: dict[CollectionRecord, Sequence[CollectionRecord]] = {}
        for record, (key, by) in found.items():
            parent = self._parent(record, batch, found, in_tree=in_tree)
            if isinstance(parent, Rejection):
                is_open = isinstance(parent, MissingParent)
                yield Held(record, parent) if is_open else Rejected(record, parent)
            elif isinstance(parent, list):
                waits[record] = parent
            else:
                placed.append((Placed(record, by, parent), key))
        ringed = set(rings(waits)) if in_tree and not placed else set()
        for record in waits:
            way = [name_of(record), *map(name_of, waits[record][:1])]
            yield Rejected(record, cycle(way)) if record in ringed else Waiting(record)
        yield from self._grouped(placed)

    def _by_strong_keys(
        self, records: Sequence[CollectionRecord]
    ) -> tuple[_Found, list[Result[CollectionRecord]]]:
        """Return the collections that ids and slugs find, and the records that are refused."""
        found: _Found = {}
        refused: list[Result[CollectionRecord]] = []
        for record in records:
            if key := self._matcher.by_id(record):
                found[record] = (key, "id")
                self._matcher.claim(key, record)
        for record in records:
            if record in found:
                continue
            slug = self._matcher.by_slug(record)
            if isinstance(slug, Rejection):
                refused.append(Rejected(record, slug))
                continue
            found[record] = (slug, "slug" if slug else "")
            if slug:
                self._matcher.claim(slug, record)
        return {one: found[one] for one in records if one in found}, refused

    def _parent(
        self,
        record: CollectionRecord,
        batch: Batch,
        found: Mapping[CollectionRecord, tuple[str, str]],
        *,
        in_tree: bool,
    ) -> str | Rejection | list[CollectionRecord] | None:
        """Return the id of a record's parent, None if it says none, or the records to wait for."""
        ref = record.patch.parent
        if ref is None or not self._run.catalog.has_tree:
            return None
        key = self._matcher.parent(ref, record.patch)
        if self._means_itself(ref, key, record.patch):
            return cycle([name_of(record)] * 2)
        others = batch.parents(ref, record)
        if others and key is None:
            return others
        if others and not in_tree and not ref.id:
            ids = {found.get(one, ("", ""))[0] for one in others}
            if ids != {key}:
                return others
        return self._no_parent(ref) if key is None else key

    def _no_parent(self, ref: ParentRef) -> Rejection:
        """Return why a record has no parent here."""
        if ref.id in self._tree.built_in or words_of(ref.text) == ALL_PRODUCTS_SLUG:
            reason = "Nothing is below All Products: leave the parent out."
            return Rejection(UNKNOWN_PARENT, reason, "parent")
        return MissingParent(
            UNKNOWN_PARENT,
            f'Its parent "{ref}" is not in the shop and not in this run, or was refused. Send'
            " the parent, too, or leave the parent out.",
            "parent",
        )

    def _means_itself(
        self, ref: ParentRef, key: str | Rejection | None, patch: CollectionPatch
    ) -> bool:
        """Tell whether a record calls its parent as itself, as some shops mark what is at the top.

        A name alone tells the two apart no more: found by name and parent, it would be made anew.
        """
        if ref.id or patch.id or not ref.text:
            return bool(ref.id) and ref.id == patch.id
        if ref.text == patch.source_id:
            return True
        if patch.slug:
            return key_text(ref.text) == patch.slug
        row = self._tree.get(key) if isinstance(key, str) else None
        is_other = row is not None and folded(row.get("name")) != folded(patch.name)
        return folded(ref.text) == folded(patch.name) and not is_other

    def _grouped(
        self, placed: Sequence[tuple[Placed, str]]
    ) -> Iterator[Group | Result[CollectionRecord]]:
        """Yield the records of each collection together, parents first."""
        known: dict[str, list[Placed]] = {}
        new: list[list[Placed]] = []
        for one, strong_key in placed:
            key: str | Rejection = strong_key
            by = one.by
            if not key:
                key, by = self._matcher.by_name(one.record, one.parent), "name"
            if isinstance(key, Rejection):
                yield Rejected(one.record, key)
            elif key:
                self._matcher.claim(key, one.record)
                known.setdefault(key, []).append(replace(one, by=by))
            elif (refusal := self._why_not_new(one.record)) is not None:
                yield Rejected(one.record, refusal)
            else:
                self._put_new(new, replace(one, by=""))
        groups = [Group(tuple(some), key) for key, some in known.items()]
        groups += [Group(tuple(some)) for some in new]
        ordered, in_rings = parents_first(groups, self._tree)
        for ring in in_rings:
            way = [name_of(one.placed[0].record) for one in (*ring, ring[0])]
            for group in ring:
                for one in group.placed:
                    yield Rejected(one.record, cycle(way))
        yield from ordered

    def _why_not_new(self, record: CollectionRecord) -> Rejection | None:
        """Why a record that finds no collection makes none."""
        patch = record.patch
        if not (patch.id or patch.slug or patch.name):
            reason = "It has no id of Wix, no slug and no name to find its collection by."
            return Rejection("NO_KEY", reason)
        if patch.id and self._settings.unknown_id == "reject":
            return Rejection(
                "UNKNOWN_ID",
                "The shop has no collection with this id, and none with its slug or name. If such"
                " collections are to be made, set unknown_id to create.",
                "id",
            )
        return None

    def _put_new(self, new: list[list[Placed]], one: Placed) -> None:
        """Put a record to the others of its new collection."""
        identity, name = self._matcher.identity_of(one.record), folded(one.record.patch.name)
        for some in new:
            other = self._matcher.identity_of(some[0].record)
            by = next((by for by in identity if identity[by] and other[by]), "")
            same_name = name == folded(some[0].record.patch.name)
            if identity[by] == other[by] if by else same_name and one.parent == some[0].parent:
                some.append(one)
                return
        new.append([one])

    # -- records that report deletions --------------------------------------------------------

    def deleted(
        self, records: Sequence[CollectionRecord]
    ) -> Iterator[Group | Result[CollectionRecord]]:
        """Yield the groups of records that report deletions, the deepest first."""
        groups: dict[str, list[Placed]] = {}
        for record in records:
            patch = record.patch
            key, by = self._to_delete(record)
            if isinstance(key, Rejection):
                yield Rejected(record, key)
            elif not (patch.id or patch.slug or patch.name):
                yield Rejected(record, Rejection("NO_KEY", "A deletion needs id, slug or name."))
            elif not key or (patch.id and by != "id"):
                dropped = [(OTHERS_HAVE_IT, "")] if key else []
                yield Settled(record, Outcome.UNCHANGED, (), dropped)
            else:
                groups.setdefault(key, []).append(Placed(record, by, None))
        if groups:
            self._tree.add(self._run.catalog.rows())  # what somebody put below them meanwhile
        yield from deepest_first([Group(tuple(p), key) for key, p in groups.items()], self._tree)

    def _to_delete(self, record: CollectionRecord) -> tuple[str | Rejection, str]:
        """Return the collection that a deletion is about, empty for none, and the key it has."""
        if key := self._matcher.by_id(record):
            return key, "id"
        if slug := self._matcher.by_slug(record):
            return slug, "slug"
        ref, parent = record.patch.parent, None
        if ref is not None and self._run.catalog.has_tree:
            found = self._matcher.parent(ref, record.patch)
            if found is None or isinstance(found, Rejection):
                return "" if found is None else found, ""
            parent = found
        return self._matcher.by_name(record, parent), "name"


def name_of(record: CollectionRecord) -> str:
    """Return what to call a record's collection."""
    patch = record.patch
    return patch.name or patch.slug or patch.id
