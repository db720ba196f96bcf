"""What a run remembers of look-ups: bounded, and aware of what it has forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

V = TypeVar("V")


class LookupCache(Generic[V]):
    """Values by key; those noted longest ago are forgotten first, and only between two batches.

    So no batch loses what it has just found. By the time that a value is forgotten, Wix's indexes
    know what the run wrote.
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
        self._is_complete = False
        self._has_forgotten = False

    @property
    def is_complete(self) -> bool:
        """Whether what is not here is nowhere in Wix."""
        return self._is_complete

    @property
    def has_forgotten(self) -> bool:
        """Whether there was no room for something, at any time."""
        return self._has_forgotten

    def note_all_read(self) -> None:
        """Note that everything that Wix has was put here and is still here."""
        self._is_complete = True

    def note_forgotten(self) -> None:
        """Note that something had no room here."""
        self._is_complete, self._has_forgotten = False, True

    def __contains__(self, key: str) -> bool:
        """Whether a key was noted."""
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        """Yield the keys, those noted longest ago first."""
        return iter(self._values)

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
