"""Which records of a batch mean one contact, in the order in which they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_wix.mapping.contacts.wish import ContactWish
    from target_wix.sinks.base import Incoming
    from target_wix.sinks.contacts_finder import Match
    from target_wix.sinks.contacts_shelf import Key


@dataclass(slots=True)
class Entry:
    """One record, what it asks for, and the contact it means."""

    incoming: Incoming
    wish: ContactWish
    match: Match


@dataclass(slots=True)
class Group:
    """Records of one contact, to be written at once; without an id it is yet to be created."""

    contact_id: str | None
    entries: list[Entry]
    keys: dict[str, set[Key]] = field(default_factory=dict)

    @property
    def deletes(self) -> bool:
        """Whether it is about a deletion, which nothing is merged with."""
        return self.entries[0].wish.deleted


class Groups:
    """Puts records together. A record that has to wait for what others change is put off."""

    def __init__(self) -> None:
        """Begin a round."""
        self.all: list[Group] = []
        self.put_off: list[Entry] = []
        self._by_id: dict[str, Group] = {}
        self._by_key: dict[Key, Group] = {}
        self._blocked: list[Group] = []

    def known(self, entry: Entry, contact_id: str, keys: dict[str, set[Key]]) -> None:
        """Add a record of a contact that exists."""
        group = self._by_id.get(contact_id)
        if group is None:
            self._by_id[contact_id] = self._start(contact_id, entry, keys)
        else:
            self._join(group, entry, keys)

    def joins_new(self, entry: Entry, keys: dict[str, set[Key]]) -> bool:
        """Add a record to one that is yet to be created, if it means the same contact."""
        wanted = {("id", entry.wish.id)} if entry.wish.id else set()
        for of_kind in (wanted, *keys.values()):
            for key in sorted(of_kind):
                if key in self._by_key:
                    self._join(self._by_key[key], entry, keys)
                    return True
        return False

    def new(self, entry: Entry, keys: dict[str, set[Key]]) -> None:
        """Add a record of a contact that is yet to be created."""
        self._start(None, entry, keys)

    def _start(self, contact_id: str | None, entry: Entry, keys: dict[str, set[Key]]) -> Group:
        group = Group(contact_id, [entry], keys)
        self.all.append(group)
        if contact_id is None:
            self._index(group, entry, keys)
        return group

    def _join(self, group: Group, entry: Entry, keys: dict[str, set[Key]]) -> None:
        """Add a record to others, unless they take from the contact what it was found by."""
        match = entry.match
        stated = group.keys.get(match.by, set())
        moved = bool(match.key and stated and not stated.intersection(match.key))
        if group in self._blocked or group.deletes or entry.wish.deleted or moved:
            self._blocked.append(group)
            self.put_off.append(entry)
            return
        group.entries.append(entry)
        group.keys = {**group.keys, **{kind: values for kind, values in keys.items() if values}}
        if group.contact_id is None:
            self._index(group, entry, keys)

    def _index(self, group: Group, entry: Entry, keys: dict[str, set[Key]]) -> None:
        if entry.wish.id:
            self._by_key.setdefault(("id", entry.wish.id), group)
        for key in _flat(keys.values()):
            self._by_key.setdefault(key, group)


def _flat(sets: Iterable[set[Key]]) -> list[Key]:
    return [key for one in sets for key in one]
