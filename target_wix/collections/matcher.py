"""Which collection of the shop a record means: by id, by slug, or by name and parent."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from target_wix.collections.slugs import fallback_slug
from target_wix.collections.tree import folded
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.collections.patch import CollectionPatch, CollectionRecord, ParentRef
    from target_wix.collections.run import CollectionsRun
    from target_wix.pipeline.other_sites import SiteCategories

AMBIGUOUS = "AMBIGUOUS"


class Matcher:
    """Finds collections and parents in what the run knows of the shop."""

    def __init__(self, run: CollectionsRun, categories: SiteCategories, site_id: str) -> None:
        """Look into what a run knows.

        Args:
            run: the shop's collections.
            categories: what categories of other sites became.
            site_id: of the shop.
        """
        self._run = run
        self._categories = categories
        self._site_id = site_id.lower()

    # -- collections --------------------------------------------------------------------------

    def by_id(self, record: CollectionRecord) -> str:
        """Return the collection that has the record's id, or that was made of that id before.

        An id that may be of this site, and that no index knows, is asked for by itself.
        """
        return self._with_id(record.patch.id, record.patch.site_id)

    def _with_id(self, key: str, site_id: str) -> str:
        tree = self._run.tree
        if not key or key in tree:
            return key
        if known := self._categories.own_id(site_id, key):
            return known if known in tree else ""
        if site_id in ("", self._site_id) and key not in self._run.missing:
            row = self._run.catalog.get(key)
            if row is not None and key not in tree.built_in:
                tree.put(row)
                return key
            self._run.missing[key] = None
        return ""

    def by_slug(self, record: CollectionRecord) -> str | Rejection:
        """Return the collection that has the record's slug, empty if none has."""
        slug = self._slug(record)
        key = self._run.tree.by_slug(slug) if slug else ""
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
        patch, tree = record.patch, self._run.tree
        found = tree.by_name(patch.name, parent) if patch.name else []
        found = [key for key in found if self.is_open_to(key, record)]
        if len(found) > 1:
            both = " and ".join(tree.path(key) for key in found[:2])
            reason = (
                f"Several collections have its name: {both}. Send the id, the slug or a parent."
            )
            return Rejection(AMBIGUOUS, reason, "name")
        return found[0] if found else ""

    def is_open_to(self, key: str, record: CollectionRecord) -> bool:
        """Tell whether a record can mean this collection, after what earlier records were."""
        return self._run.claims.is_open_to(key, self.identity_of(record))

    def claim(self, key: str, record: CollectionRecord) -> None:
        """Note that a record means this collection."""
        self._run.claims.add(key, self.identity_of(record))

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
        return record.patch.slug or fallback_slug(record.patch, tree=self._run.catalog.has_tree)

    # -- parents ------------------------------------------------------------------------------

    def parent(self, ref: ParentRef, patch: CollectionPatch) -> str | Rejection | None:
        """Return the id of a parent, empty for the top; None if the shop has none such.

        Args:
            ref: what a record calls it.
            patch: what the record asks for.
        """
        tree = self._run.tree
        if key := self._with_id(ref.id, patch.site_id):
            return key
        if patch.source_id and not ref.id:
            key = self._run.by_source.get((patch.site_id, ref.text), "")
            if key in tree:
                return key
        if not ref.text:
            return None if ref.id else ""
        if key := tree.by_slug(ref.text):
            return key
        found = tree.by_name(ref.text)
        if len(found) > 1:
            both = " and ".join(tree.path(key) for key in found[:2])
            reason = (
                f"Several collections have the name of its parent: {both}. Send its id or slug."
            )
            return Rejection(AMBIGUOUS, reason, "parent")
        return found[0] if found else None


def keys_of(record: CollectionRecord) -> set[tuple[str, str]]:
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
        keys = keys_of(record)
        if any((not record.patch.deleted) in earlier[key] for key in keys):
            found.add(record)
        for key in keys:
            earlier[key].add(record.patch.deleted)
    return found
