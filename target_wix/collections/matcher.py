"""Which collections of the shop the records of a round mean, and which parents.

By id, by slug, or by name and parent. What has to wait for other records waits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.collections.fields import ALL_PRODUCTS_SLUG, folded, words_of
from target_wix.collections.plan import Group, Placed, cycle, parents_first
from target_wix.collections.tree import Batch, rings
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.lookup_cache import Claims
from target_wix.pipeline.rounds import Deferred, Rejected, Result, Settled, Waiting
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_wix.collections.catalog import CollectionCatalog
    from target_wix.collections.parse import CollectionPatch, CollectionRecord, ParentRef
    from target_wix.collections.tree import Tree
    from target_wix.pipeline.context import StreamContext

AMBIGUOUS = "AMBIGUOUS"
UNKNOWN_PARENT = "UNKNOWN_PARENT"
OTHERS_HAVE_IT = "deletions whose id is not there, of keys that another collection has now"
_REMEMBERED = 50_000

_Found = dict["CollectionRecord", tuple[str, str]]
"""By record: the id of its collection, and the key it was found by; both empty for none."""


class MissingParent(Rejection):
    """The parent of a record is not in the shop; it may still come in this run."""


class Matcher:
    """Finds the collections and the parents of records; what has to wait for others waits."""

    def __init__(self, catalog: CollectionCatalog, tree: Tree, context: StreamContext) -> None:
        """Look into a shop.

        Args:
            catalog: the shop.
            tree: its collections.
            context: the site, and what categories of other sites became.
        """
        self._catalog = catalog
        self._tree = tree
        self._settings = context.settings
        self._categories = context.categories
        self._site_id = context.site.site_id.lower()
        self._claims = Claims()
        self._missing: FIFOCache[str, None] = FIFOCache(_REMEMBERED)
        self._by_source: FIFOCache[tuple[str, str], str] = FIFOCache(_REMEMBERED)

    # -- collections --------------------------------------------------------------------------

    def by_id(self, record: CollectionRecord) -> str:
        """Return the collection that has the record's id, or that was made of that id before.

        An id that may be of this site, and that no index knows, is asked for by itself.
        """
        return self._with_id(record.patch.id, record.patch.site_id)

    def _with_id(self, key: str, site_id: str) -> str:
        if not key or key in self._tree:
            return key
        if known := self._categories.own_id(site_id, key):
            return known if known in self._tree else ""
        if site_id in ("", self._site_id) and key not in self._missing:
            row = self._catalog.get(key)
            if row is not None and key not in self._tree.built_in:
                self._tree.put(row)
                return key
            self._missing[key] = None
        return ""

    def by_slug(self, record: CollectionRecord) -> str | Rejection:
        """Return the collection that has the record's slug, empty if none has."""
        slug = self._slug(record)
        key = self._tree.by_slug(slug) if slug else ""
        if key and not self.is_open_to(key, record):
            reason = (
                "Another record of this run has the same slug, but is another collection, since"
                " they differ in a stronger key. In Wix one collection has it."
            )
            return Rejection("DUPLICATE_KEY", reason, "slug")
        return key

    def by_name(self, record: CollectionRecord, parent: str | None) -> str | Rejection:
        """Return the one collection with the record's name below a parent, empty if there is none.

        Args:
            record: with a name or without.
            parent: id of what it is below, empty for the top, None if the record does not say.
        """
        patch = record.patch
        found = self._tree.by_name(patch.name, parent) if patch.name else []
        found = [key for key in found if self.is_open_to(key, record)]
        if len(found) > 1:
            both = " and ".join(self._tree.path(key) for key in found[:2])
            reason = (
                f"Several collections have its name: {both}. Send the id, the slug or a parent."
            )
            return Rejection(AMBIGUOUS, reason, "name")
        return found[0] if found else ""

    def is_open_to(self, key: str, record: CollectionRecord) -> bool:
        """Tell whether a record can mean this collection, after what earlier records were."""
        return self._claims.is_open_to(key, self.identity_of(record))

    def claim(self, key: str, record: CollectionRecord) -> None:
        """Note that a record means this collection."""
        self._claims.add(key, self.identity_of(record))

    def note(self, key: str, record: CollectionRecord) -> None:
        """Tell later records, and later products, what a record that is written means here."""
        self.claim(key, record)
        patch = record.patch
        if patch.source_id:
            self._by_source[patch.site_id, patch.source_id] = key
        if patch.id and patch.id != key:
            self._categories.became(patch.site_id, patch.id, key)

    def identity_of(self, record: CollectionRecord) -> dict[str, str]:
        """Return what a record itself calls its collection, strongest first.

        Two sites can have one id, where one is a duplicate of the other.
        """
        patch = record.patch
        return {
            "id": f"{patch.site_id} {patch.id}" if patch.id else "",
            "slug": self._slug(record),
        }

    def _slug(self, record: CollectionRecord) -> str:
        return record.patch.slug or record.patch.fallback_slug(has_tree=self._catalog.has_tree)

    # -- parents ------------------------------------------------------------------------------

    def parent(self, ref: ParentRef, patch: CollectionPatch) -> str | Rejection | None:
        """Return the id of a parent, empty for the top; None if the shop has none such.

        Args:
            ref: what a record calls it.
            patch: what the record asks for.
        """
        if key := self._with_id(ref.id, patch.site_id):
            return key
        if patch.source_id and not ref.id:
            key = self._by_source.get((patch.site_id, ref.text), "")
            if key in self._tree:
                return key
        if not ref.text:
            return None if ref.id else ""
        if key := self._tree.by_slug(ref.text):
            return key
        found = self._tree.by_name(ref.text)
        if len(found) > 1:
            both = " and ".join(self._tree.path(key) for key in found[:2])
            reason = (
                f"Several collections have the name of its parent: {both}. Send its id or slug."
            )
            return Rejection(AMBIGUOUS, reason, "parent")
        return found[0] if found else None

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
                yield Deferred(record, parent) if is_open else Rejected(record, parent)
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
            if key := self.by_id(record):
                found[record] = (key, "id")
                self.claim(key, record)
        for record in records:
            if record in found:
                continue
            slug = self.by_slug(record)
            if isinstance(slug, Rejection):
                refused.append(Rejected(record, slug))
                continue
            found[record] = (slug, "slug" if slug else "")
            if slug:
                self.claim(slug, record)
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
        if ref is None or not self._catalog.has_tree:
            return None
        key = self.parent(ref, record.patch)
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
                key, by = self.by_name(one.record, one.parent), "name"
            if isinstance(key, Rejection):
                yield Rejected(one.record, key)
            elif key:
                self.claim(key, one.record)
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
        identity, name = self.identity_of(one.record), folded(one.record.patch.name)
        for some in new:
            other = self.identity_of(some[0].record)
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
            self._tree.add(self._catalog.rows())  # what somebody put below them meanwhile
        found = [Group(tuple(some), key) for key, some in groups.items()]
        yield from sorted(found, key=lambda one: -sum(1 for _ in self._tree.above(one.key)))

    def _to_delete(self, record: CollectionRecord) -> tuple[str | Rejection, str]:
        """Return the collection that a deletion is about, empty for none, and the key it has."""
        if key := self.by_id(record):
            return key, "id"
        if slug := self.by_slug(record):
            return slug, "slug"
        ref, parent = record.patch.parent, None
        if ref is not None and self._catalog.has_tree:
            found = self.parent(ref, record.patch)
            if found is None or isinstance(found, Rejection):
                return "" if found is None else found, ""
            parent = found
        return self.by_name(record, parent), "name"


def name_of(record: CollectionRecord) -> str:
    """Return what to call a record's collection."""
    patch = record.patch
    return patch.name or patch.slug or patch.id
