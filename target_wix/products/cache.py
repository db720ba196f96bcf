"""What is known of the keys of products: bounded, and aware of what it has forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
