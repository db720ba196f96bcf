"""Which record of a run an entity belongs to."""

from __future__ import annotations

from cachetools import FIFOCache

MOST = 50_000
"""Entities remembered."""


class Claims:
    """Which record each entity belongs to in this run, by what the record calls itself.

    Two records that differ in a name are two entities, although they may share a weaker key; the
    second must not be written over the first.
    """

    def __init__(self, most: int = MOST) -> None:
        """Know nothing."""
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
