"""What a run remembers of look-ups: bounded, and aware of what it has forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from cachetools import FIFOCache

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

V = TypeVar("V")

MOST_KEYS = 50_000
"""Values remembered of each key: what was made longer ago, every index of Wix knows by now."""

_NONE: frozenset[str] = frozenset()


class LookupCache(Generic[V]):
    """Values by key; those noted longest ago are forgotten first, and only between two batches.

    So no batch loses what it has just found. By the time that a value is forgotten, Wix's indexes
    know what the run wrote.

    Attributes:
        is_complete: whether what is not here is nowhere in Wix; whoever has read all says so.
        has_forgotten: whether there was no room for something, at any time.
    """

    def __init__(
        self,
        most: int,
        *,
        most_size: int | None = None,
        size_of: Callable[[V], int] = lambda _: 1,
        on_forget: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Know nothing.

        Args:
            most: how many values to keep.
            most_size: how large they may be together, in whatever `size_of` counts.
            size_of: the size of a value.
            on_forget: called with each key that is about to be forgotten.
        """
        self._most = most
        self._most_size = most_size
        self._size_of = size_of
        self._on_forget = on_forget
        self._values: dict[str, V] = {}
        self._size = 0
        self.is_complete = False
        self.has_forgotten = False

    def note_forgotten(self) -> None:
        """Note that something had no room here."""
        self.is_complete, self.has_forgotten = False, True

    def __contains__(self, key: str) -> bool:
        """Whether a key was noted."""
        return key in self._values

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._values)

    @property
    def room(self) -> int:
        """How many more values may be kept."""
        return max(self._most - len(self._values), 0)

    @property
    def is_full(self) -> bool:
        """Whether it holds as much as it may."""
        return not self.room or self._is_too_large()

    def get(self, key: str) -> V | None:
        """Return the value of a key, None if it is not known."""
        return self._values.get(key)

    def put(self, key: str, value: V) -> None:
        """Note a value; the key then counts as the newest."""
        self.pop(key)
        self._values[key] = value
        self._size += self._size_of(value)

    def pop(self, key: str) -> V | None:
        """Take a value out and return it, None if there is none."""
        value = self._values.pop(key, None)
        if value is not None:
            self._size -= self._size_of(value)
        return value

    def prune(self) -> None:
        """Forget what there is no room for; the newest value always stays."""
        while len(self._values) > 1 and (len(self._values) > self._most or self._is_too_large()):
            key = next(iter(self._values))
            self._on_forget(key)
            self.pop(key)
            self.note_forgotten()

    def _is_too_large(self) -> bool:
        return self._most_size is not None and self._size > self._most_size


class KeyCache(LookupCache["str | frozenset[str]"]):
    """Ids of products by the values of one key; an empty set is a product that there is not."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        super().__init__(most)

    def knows(self, value: str) -> bool:
        """Tell whether it is known which products have this value, be it none."""
        return self.is_complete or value in self

    def ids(self, value: str) -> frozenset[str]:
        """Return the ids of the products with this value."""
        ids = self.get(value) or _NONE
        return frozenset((ids,)) if isinstance(ids, str) else ids

    def put_ids(self, value: str, ids: AbstractSet[str]) -> None:
        """Note which products have a value; one id alone takes little memory."""
        self.put(value, next(iter(ids)) if len(ids) == 1 else frozenset(ids))

    def add(self, value: str, key: str) -> None:
        """Note that a product has a value."""
        self.put_ids(value, self.ids(value) | {key})

    def remove(self, value: str, key: str) -> None:
        """Note that a product has a value no longer."""
        if value in self:
            self.put_ids(value, self.ids(value) - {key})


class Claims:
    """Which record each entity belongs to in this run, by what the record calls itself.

    Two records that differ in a name are two entities, although they may share a weaker key; the
    second must not be written over the first.
    """

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._names: FIFOCache[str, dict[str, str]] = FIFOCache(most)

    def is_open_to(self, key: str, identity: dict[str, str]) -> bool:
        """Tell whether a record can mean this entity, after what earlier records were."""
        claim = self._names.get(key)
        return claim is None or not are_different(identity, claim)

    def add(self, key: str, identity: dict[str, str]) -> None:
        """Note that a record means this entity."""
        self._names[key] = united_identity(self._names.get(key, {}), identity)


def are_different(one: dict[str, str], other: dict[str, str]) -> bool:
    """Tell whether two records mean different entities: the strongest name of both decides.

    Args:
        one: names of a record, strongest first.
        other: the same of another one. Skus need not be unique in a shop (wix-api stores-v1 2.9),
            so that they are no names.
    """
    shared = [name for name in one if one[name] and other.get(name)]
    return bool(shared) and one[shared[0]] != other[shared[0]]


def united_identity(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """Return the names of both; where both have one, the first keeps it."""
    names = dict.fromkeys((*one, *other))
    return {name: one.get(name) or other.get(name, "") for name in names}
