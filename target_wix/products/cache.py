"""What is known of the keys of products: bounded, and aware of what it has forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import FIFOCache

from target_wix.pipeline.lookup_cache import LookupCache

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

MOST = 50_000
"""Values remembered of each key: what was made longer ago, every index of Wix knows by now."""

_NONE: frozenset[str] = frozenset()


class KeyCache(LookupCache["str | frozenset[str]"]):
    """Ids of products by the values of one key; an empty set is a product that there is not."""

    def __init__(self, most: int = MOST) -> None:
        """Know nothing."""
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
    """Which record each product belongs to in this run, by what the record calls itself.

    Two records that differ in a name are two products, although they may share a sku; the second
    must not be written over the first.
    """

    def __init__(self, most: int = MOST) -> None:
        """Know nothing."""
        self._names: FIFOCache[str, dict[str, str]] = FIFOCache(most)

    def is_open_to(self, key: str, identity: dict[str, str]) -> bool:
        """Tell whether a record can mean this product, after what earlier records were."""
        claim = self._names.get(key)
        return claim is None or not are_different(identity, claim)

    def add(self, key: str, identity: dict[str, str]) -> None:
        """Note that a record means this product."""
        self._names[key] = united_identity(self._names.get(key, {}), identity)


def are_different(one: dict[str, str], other: dict[str, str]) -> bool:
    """Tell whether two records mean different products: the strongest name of both decides.

    Skus need not be unique in a shop (wix-api stores-v1 2.9), so that they are no names.
    """
    shared = [name for name in one if one[name] and other.get(name)]
    return bool(shared) and one[shared[0]] != other[shared[0]]


def united_identity(one: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """Return the names of both; where both have one, the first keeps it."""
    names = dict.fromkeys((*one, *other))
    return {name: one.get(name) or other.get(name, "") for name in names}
