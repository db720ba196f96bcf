"""Which records of a batch mean one product, in the order in which they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.pipeline.lookup_cache import are_different, united_identity
from target_wix.products.records import AMBIGUOUS
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.products.records import ProductRecord, Trial


@dataclass(eq=False)
class Forming:
    """A group while records are put together.

    Attributes:
        product_id: empty for a product that is to be made.
        records: the records.
        suspect: the record that is left out.
    """

    product_id: str
    records: list[ProductRecord] = field(default_factory=list)
    suspect: ProductRecord | None = None


class Groups:
    """Puts records together that mean one product; where they may not be, the later one waits."""

    def __init__(self, names: Sequence[str], keys: Sequence[str]) -> None:
        """Begin a round.

        Args:
            names: of the keys that tell two products apart, strongest first.
            keys: of everything that products are matched by.
        """
        self.all: list[Forming] = []
        self.waiting: list[ProductRecord] = []
        self._known: dict[str, Forming] = {}
        self._new = NewGroups(names, keys)
        self._trials: dict[Trial, Forming] = {}

    def place(self, record: ProductRecord, *, may_be_new: bool) -> Rejection | None:
        """Add a record to its product, or let it wait; return why it cannot be written.

        Args:
            record: matched.
            may_be_new: whether it may make a product.
        """
        product_id = record.match.product_id
        tried = None if record.trial is None else self._trials.get(record.trial)
        if tried is not None:
            self._add(tried, record)
            return None
        group = self._known.get(product_id) if product_id else self._new.find(record)
        if isinstance(group, Rejection):
            return group
        if group is not None and not _may_join(group, record):
            self.waiting.append(record)
            return None
        if group is None:
            if not product_id and not may_be_new:
                return _unknown_id()
            group = Forming(product_id)
            self.all.append(group)
        self._add(group, record)
        return None

    def _add(self, group: Forming, record: ProductRecord) -> None:
        trial = record.trial
        if trial is not None:
            self._trials[trial] = group
        if trial is not None and record.pending is trial.suspects[0]:
            group.suspect = record
        else:
            group.records.append(record)
        if group.product_id:
            self._known[group.product_id] = group
        else:
            self._new.add(group, record)


def _may_join(group: Forming, record: ProductRecord) -> bool:
    """Tell whether a record may be written along with those of its product."""
    return not any(one.is_alone or one.trial is not None for one in (*group.records[:1], record))


class NewGroups:
    """The products of a batch that are to be made, each with the records that mean it."""

    def __init__(self, names: Sequence[str], keys: Sequence[str]) -> None:
        """Know none yet.

        Args:
            names: of the keys that tell two products apart, strongest first.
            keys: of everything that products are matched by.
        """
        self._names = names
        self._keys = ("id", *keys)
        self._groups: dict[tuple[str, str], list[Forming]] = {}
        self._identities: dict[Forming, dict[str, str]] = {}

    def find(self, record: ProductRecord) -> Forming | Rejection | None:
        """Return the new product that a record means too, None if it is another one.

        Two records that differ in a name are two products; Wix has no two with one name.
        """
        identity = record.identity(self._names)
        for pair in self._pairs(record):
            groups = self._groups.get(pair, [])
            same = [one for one in groups if not are_different(identity, self._identities[one])]
            if len(same) > 1:
                reason = f"Several new products have its {pair[0]}; it has to name one of them."
                return Rejection(AMBIGUOUS, reason, pair[0])
            if same:
                return same[0]
            if groups and pair[0] != "sku":
                return taken(pair[0])
        return None

    def add(self, group: Forming, record: ProductRecord) -> None:
        """Note that a record means a new product."""
        before = self._identities.get(group, {})
        self._identities[group] = united_identity(before, record.identity(self._names))
        for pair in self._pairs(record):
            groups = self._groups.setdefault(pair, [])
            if group not in groups:
                groups.append(group)

    def _pairs(self, record: ProductRecord) -> list[tuple[str, str]]:
        found = [pair for pair in record.keys if pair[0] in self._keys]
        return sorted(found, key=lambda pair: self._keys.index(pair[0]))


def taken(name: str) -> Rejection:
    """Return the refusal of a record whose name another record of the run has for its product."""
    return Rejection(
        "DUPLICATE_KEY",
        f"Another record of this run has the same {name}, but is another product, since they differ"
        " in a stronger key. In Wix one product has it.",
        name,
    )


def _unknown_id() -> Rejection:
    return Rejection(
        "UNKNOWN_ID",
        "The shop has no product with this id, and none with its keys. If such products are to be"
        " made, set unknown_id to create.",
        "id",
    )


def first_segment(
    records: Sequence[ProductRecord],
) -> tuple[list[ProductRecord], list[ProductRecord]]:
    """Part records: those to be written next, which are all deletions or none, and the others.

    A stream is a history, so that parts keep their order; but what a deletion does not concern
    need not wait for it.
    """
    kept: list[ProductRecord] = []
    deleted: list[ProductRecord] = []
    deleted_keys: set[tuple[str, str]] = set()
    rest: list[ProductRecord] = []
    for place, record in enumerate(records):
        keys = set(record.keys)
        # In a part, what stays is written first.
        if not record.patch.deleted and keys & deleted_keys:
            rest = [*records[place:]]
            break
        if record.patch.deleted:
            deleted.append(record)
            deleted_keys |= keys
        else:
            kept.append(record)
    return (kept, [*deleted, *rest]) if kept else (deleted, rest)
