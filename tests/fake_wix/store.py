"""Entities of one kind, seen twice: as they are (GET by id) and as the query index knows them (later)."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Entity = dict[str, Any]


@dataclass(frozen=True)
class _Pending:
    """A change that the index has not seen yet. ``entity`` None is a removal."""

    due: float
    sequence: int
    key: str
    entity: Entity | None


class Store:
    """Entities by id. Queries read an index that lags behind writes (wix-api platform 4.7).

    Entities are never changed in place: take ``edit(id)``, change it, ``put`` it. What is in the
    index is then what was true when it was written.
    """

    def __init__(self, site: Site, lag: float | str | None = "site") -> None:
        """``lag`` in seconds, None = until ``flush()``; by default that of the site."""
        self._site = site
        self._own_lag = lag
        self._entities: dict[str, Entity] = {}
        self._index: dict[str, Entity] = {}
        self._pending: list[_Pending] = []
        site.stores.append(self)

    @property
    def lag(self) -> float | None:
        """Seconds until the index sees a write, None = when told to."""
        return self._site.index_lag if isinstance(self._own_lag, str) else self._own_lag

    def __len__(self) -> int:
        """How many entities there are."""
        return len(self._entities)

    def __contains__(self, key: str) -> bool:
        """Whether there is an entity with this id."""
        return key in self._entities

    def get(self, key: str) -> Entity | None:
        """The entity as it is now; do not change it."""
        return self._entities.get(key)

    def edit(self, key: str) -> Entity:
        """A copy of an entity to change and ``put``."""
        return copy.deepcopy(self._entities[key])

    def all(self) -> list[Entity]:
        """All entities as they are now, in the order in which they came."""
        return list(self._entities.values())

    def put(self, entity: Entity, *, key: str = "", indexed: bool = False) -> None:
        """Write an entity. ``indexed``: the index sees it at once (for shops built before a test begins)."""
        key = key or str(entity["id"])
        self._entities[key] = entity
        self._queue(key, entity, indexed=indexed)

    def remove(self, key: str, *, indexed: bool = False) -> None:
        """Delete an entity, if it is there."""
        if self._entities.pop(key, None) is not None:
            self._queue(key, None, indexed=indexed)

    def all_indexed(self) -> list[Entity]:
        """What a query sees now. A request that echoes X-Wix-Consistent sees its own writes as well."""
        now = self._site.clock.seconds()
        waiting = []
        for change in self._pending:
            if change.due <= now:
                self._apply(self._index, change)
            else:
                waiting.append(change)
        self._pending = waiting
        own = [change for change in waiting if change.sequence <= self._site.reads_up_to]
        if not own:
            return list(self._index.values())
        view = dict(self._index)
        for change in own:
            self._apply(view, change)
        return list(view.values())

    def flush(self) -> None:
        """Let the index catch up."""
        for change in self._pending:
            self._apply(self._index, change)
        self._pending = []

    def _queue(self, key: str, entity: Entity | None, *, indexed: bool) -> None:
        sequence = self._site.next_sequence()
        lag = 0.0 if indexed else self.lag
        due = float("inf") if lag is None else self._site.clock.seconds() + lag
        if lag == 0 and not any(change.key == key for change in self._pending):
            self._apply(self._index, _Pending(due, sequence, key, entity))
        else:
            self._pending.append(_Pending(due, sequence, key, entity))

    @staticmethod
    def _apply(view: dict[str, Entity], change: _Pending) -> None:
        if change.entity is None:
            view.pop(change.key, None)
        else:
            view[change.key] = change.entity
