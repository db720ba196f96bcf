"""What a collection shall be, of all the records of a round that mean it. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object, inside
from target_wix.collections.fields import (
    PARENT,
    is_same,
    new_slug,
    parent_of,
    wanted_image,
)
from target_wix.pipeline.field_types import check_slug, pruned
from target_wix.pipeline.rounds import Rejected
from target_wix.pipeline.staleness import STALE, revision_of, stale_record
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_wix.collections.parse import CollectionRecord
    from target_wix.collections.tree import Tree
    from target_wix.config import TargetSettings
    from target_wix.pipeline.field_types import FieldType
    from target_wix.pipeline.staleness import OwnWrites

CYCLE = "TREE_CYCLE_DETECTED"
BELOW_HIDDEN = "visibility of collections below a hidden one"
SLUG_KEPT = "slugs of collections that were found by their name"
MORE_PICTURES = "further pictures and videos of collections"
FOREIGN_FIELDS = "extended fields of another site"
_NOT_ON_V1 = {
    PARENT: "parents of collections, which Catalog V1 does not have",
    "image": "pictures of collections, which Catalog V1 does not take",
    "richContentDescription": "rich descriptions of collections, which Catalog V1 does not have",
    "seoData": "search engine data of collections, which Catalog V1 does not have",
    "extendedFields": "extended fields of collections, which Catalog V1 does not have",
}


@dataclass(frozen=True, eq=False)
class Placed:
    """A record whose collection and parent are found.

    Attributes:
        record: the record.
        by: the key that its collection was found by, empty for a new one.
        parent: id of what it shall be below, empty for the top, None if not said.
    """

    record: CollectionRecord
    by: str
    parent: str | None


@dataclass(frozen=True, eq=False)
class Group:
    """The records of one collection, in their order; all of them deletions or none.

    Attributes:
        placed: the records.
        key: id of the collection, empty for a new one.
    """

    placed: tuple[Placed, ...]
    key: str = ""

    @property
    def deletes(self) -> bool:
        """Whether the collection is to be deleted."""
        return self.placed[0].record.patch.deleted

    @property
    def parent(self) -> str | None:
        """What the collection shall be below, None if no record says."""
        said = [one.parent for one in self.placed if one.parent is not None]
        return said[-1] if said else None


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


@dataclass(frozen=True)
class Part:
    """What one record comes to.

    Attributes:
        record: the record.
        changed: names of the fields that it changed.
        dropped: what of it cannot be written: reasons, and names or empty texts.
    """

    record: CollectionRecord
    changed: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is to be done for one collection.

    Attributes:
        parts: its records.
        current: as it is, None if it is to be made.
        desired: as it shall be.
        changed: names of the fields that differ; none if there is nothing to do.
        deletes: whether it is to be deleted.
    """

    parts: tuple[Part, ...]
    current: Json | None = None
    desired: Json = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    deletes: bool = False


class Planner:
    """Lays records over collections and compares."""

    def __init__(
        self,
        tree: Tree,
        fields: Mapping[str, FieldType],
        settings: TargetSettings,
        own: OwnWrites,
        *,
        has_tree: bool,
    ) -> None:
        """Plan for a shop.

        Args:
            tree: its collections.
            fields: what can be written, with the limits of its catalog.
            settings: of the target.
            own: what the run itself wrote.
            has_tree: whether collections have parents.
        """
        self._tree = tree
        self._fields = fields
        self._settings = settings
        self._own = own
        self._has_tree = has_tree

    # -- what shall be ------------------------------------------------------------------------

    def plan(self, group: Group) -> Iterator[Plan | Rejected[CollectionRecord]]:
        """Yield what is to be done for a collection, or that nothing is; and who has no part in it."""
        if group.deletes:
            yield from self._plan_deletion(group)
            return
        current = self._tree.get(group.key) if group.key else None
        desired: Json = dict(current or {})
        parts: list[Part] = []
        for placed in group.placed:
            try:
                wanted, dropped = self._laid_over(desired, current, placed)
                changed = self._checked(desired, wanted, current, placed)
            except Rejection as rejection:
                yield Rejected(placed.record, rejection)
                continue
            desired = wanted
            parts.append(Part(placed.record, changed, dropped))
        if not parts:
            return
        if current is None and not desired.get("name"):
            why = _unknown(parts[0].record)
            yield from (Rejected(part.record, why) for part in parts)
            return
        if current is None:
            desired = self._completed(desired, parts[0].record)
        parts[-1], desired = self._below_hidden(parts[-1], desired, current)
        changed = self._differences(current or {}, desired)
        if not changed:
            # Records that differ from each other can come to what the shop has.
            parts = [Part(one.record, (), one.dropped) for one in parts]
        yield Plan(tuple(parts), current, desired, changed)

    def _laid_over(
        self, desired: Json, current: Json | None, placed: Placed
    ) -> tuple[Json, tuple[tuple[str, str], ...]]:
        """Return the collection with what a record says, and what of it cannot be written."""
        patch = placed.record.patch
        is_own = placed.by == "id" and current is not None and patch.id == current["id"]
        wanted, dropped = dict(desired), []
        if patch.only_v1 and not is_own:
            dropped.append((MORE_PICTURES, ""))
        for name, value in patch.fields.items():
            if name == "slug" and placed.by == "name" and value != desired.get("slug"):
                dropped.append((SLUG_KEPT, ""))
            elif name == "extendedFields" and not is_own:
                dropped += [(FOREIGN_FIELDS, "")] if pruned(value) is not None else []
            elif name not in self._fields:
                if pruned(value) is not None and not is_same(name, value, desired.get(name)):
                    dropped.append((_NOT_ON_V1[name], ""))
            else:
                wanted[name] = self._value(name, value, desired, is_own=is_own)
        if placed.parent is not None and self._has_tree:
            wanted[PARENT] = {"id": placed.parent} if placed.parent else None
        elif patch.parent is not None and str(patch.parent):
            dropped.append((_NOT_ON_V1[PARENT], ""))
        return wanted, tuple(dropped)

    def _value(self, name: str, value: object, desired: Json, *, is_own: bool) -> object:
        if name == "image":
            image = as_object(value)
            if not is_own:
                image = {part: one for part, one in image.items() if part != "id"}
            replace = self._settings.media == "replace"
            there = as_object(desired.get(name)) or None
            return wanted_image(there, image or None, own=is_own, replace=replace)
        if name == "seoData" and isinstance(value, dict):
            return {**as_object(desired.get(name)), **value}
        if name == "extendedFields" and isinstance(value, dict):
            spaces = as_object(inside(desired.get(name), "namespaces"))
            return {"namespaces": {**spaces, **as_object(value.get("namespaces"))}}
        return value

    def _checked(
        self, desired: Json, wanted: Json, current: Json | None, placed: Placed
    ) -> tuple[str, ...]:
        """Return what a record changes.

        Raises:
            Rejection: it is too old, it is against the limits of Wix, or it bends the tree to a ring.
        """
        changed = self._differences(desired, wanted)
        for name in changed:
            if name in self._fields:
                self._fields[name].check(wanted.get(name), (current or {}).get(name), name)
        if self._has_tree and "slug" in changed:
            check_slug(str(wanted.get("slug") or ""))
        if current is not None and changed and self._is_stale(current, placed):
            raise stale_record(changed)
        if current is not None and "slug" in changed:
            self._refuse_taken(str(wanted.get("slug") or ""), current)
        if current is not None and PARENT in changed:
            key, parent = str(current["id"]), parent_of(wanted)
            if parent and (parent == key or key in self._tree.above(parent)):
                raise cycle([self._tree.path(parent)])
        return changed

    def _refuse_taken(self, slug: str, current: Json) -> None:
        """Refuse a slug that another collection has: V1 would write another one in every run.

        Raises:
            Rejection: another collection has it.
        """
        other = self._tree.by_slug(slug)
        if other and other != current["id"]:
            reason = f"Another collection has this slug: {self._tree.path(other)}."
            raise Rejection("DUPLICATE_SLUG", reason, "slug")

    def _completed(self, desired: Json, record: CollectionRecord) -> Json:
        """Return a new collection with a slug, if it has none."""
        if desired.get("slug"):
            return desired
        slug = record.patch.fallback_slug(has_tree=self._has_tree) or new_slug(
            str(desired["name"]), parent_of(desired), lambda one: bool(self._tree.by_slug(one))
        )
        return {**desired, "slug": slug} if slug else desired

    def _below_hidden(self, part: Part, desired: Json, current: Json | None) -> tuple[Part, Json]:
        """Let what comes below a hidden collection be hidden, too: nothing there can be shown."""
        parent = parent_of(desired)
        stays = current is not None and parent_of(current) == parent
        if stays and is_same("visible", as_object(current).get("visible"), desired.get("visible")):
            return part, desired
        if desired.get("visible") is False or not self._tree.is_hidden(parent):
            return part, desired
        changed = tuple(name for name in part.changed if name != "visible")
        dropped = part.dropped
        if desired.get("visible") is not None:
            dropped = (*dropped, (BELOW_HIDDEN, ""))
        return Part(part.record, changed, dropped), {**desired, "visible": False}

    def _differences(self, current: Json, desired: Json) -> tuple[str, ...]:
        names = [
            name for name in self._fields if not is_same(name, current.get(name), desired.get(name))
        ]
        if self._has_tree and parent_of(current) != parent_of(desired):
            names.append(PARENT)
        return tuple(names)

    # -- old records --------------------------------------------------------------------------

    def _is_stale(self, current: Json, placed: Placed) -> bool:
        """Tell whether a record is older than the collection in the shop, which others changed."""
        patch = placed.record.patch
        if self._settings.stale_records == "overwrite" or placed.by != "id":
            return False
        return patch.id == current["id"] and self._own.is_older(
            patch.id, patch.revision, revision_of(current)
        )

    # -- deletions ----------------------------------------------------------------------------

    def _plan_deletion(self, group: Group) -> Iterator[Plan | Rejected[CollectionRecord]]:
        """Yield what is to be done for a collection that records report as gone."""
        current = self._tree.get(group.key)
        parts = []
        for placed in group.placed:
            doubt = None if current is None else self._doubt(current, placed)
            if doubt is None:
                parts.append(Part(placed.record))
            else:
                yield Rejected(placed.record, doubt)
        if parts:
            yield Plan(tuple(parts), current, deletes=True)

    def _doubt(self, current: Json, placed: Placed) -> Rejection | None:
        """Why a collection is not deleted on behalf of a record."""
        patch = placed.record.patch
        if self._is_stale(current, placed):
            reason = "The collection was changed after this record was made, so that it stays."
            return Rejection(STALE, reason, "revision")
        if placed.by == "name" and patch.slug and patch.slug != current.get("slug"):
            reason = "The collection with its name has another slug, so that it stays."
            return Rejection("CONTRADICTING_KEYS", reason, "slug")
        if left := self._tree.children(str(current["id"])):
            names = ", ".join(self._tree.path(key) for key in left[:5])
            reason = (
                "Wix deletes what is below a collection along with it. Delete these, too, or move"
                f" them: {names}{', ...' if len(left) > 5 else ''}."  # noqa: PLR2004
            )
            return Rejection("HAS_CHILDREN", reason)
        return None


def cycle(names: Sequence[str]) -> Rejection:
    """Return the refusal of a record whose parent is below it."""
    way = " > ".join(names)
    return Rejection(CYCLE, f"Its parents lead back to itself: {way}.", "parent")


def _unknown(record: CollectionRecord) -> Rejection:
    """The refusal of a record that finds no collection and is too little for a new one."""
    if slug := record.patch.slug:
        reason = f'No collection has the slug "{slug}". A new collection needs a name.'
        return Rejection("UNKNOWN_SLUG", reason, "slug")
    return Rejection("MISSING_NAME", "A new collection needs a name.", "name")
