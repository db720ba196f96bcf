"""Which records of a batch mean one contact, in the order in which they came."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.mapping.contacts.sameness import same_number
from target_wix.sinks.contacts_finder import Match, may_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_wix.mapping.contacts.wish import ContactWish
    from target_wix.sinks.base import Incoming
    from target_wix.sinks.contacts_finder import Finder
    from target_wix.sinks.contacts_shelf import Key

Keys = dict[str, set["Key"]]
"""What a record says, by match key."""


class Conflict(enum.Enum):
    """Whether a stronger key says that a record means somebody else."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"


@dataclass(slots=True)
class Entry:
    """One record, what it asks for, and the contact it means."""

    incoming: Incoming
    wish: ContactWish
    match: Match


@dataclass(slots=True, eq=False)
class Group:
    """Records of one contact, to be written at once; without an id it is yet to be created.

    Attributes:
        contact_id: the contact.
        entries: the records.
        keys: what the last record to say something of a match key says.
        stated: what any of its records says.
        own: what the contact goes by already.
        blocked: whether a record has to wait for it, so that later ones have to wait too.
    """

    contact_id: str | None
    entries: list[Entry]
    keys: Keys = field(default_factory=dict)
    stated: Keys = field(default_factory=dict)
    own: Keys = field(default_factory=dict)
    blocked: bool = False

    @property
    def deletes(self) -> bool:
        """Whether it is about a deletion, which nothing is merged with."""
        return self.entries[0].wish.deleted

    def contradicts(self, keys: Keys, stronger: Iterable[str]) -> Conflict:
        """Tell whether a record that says `keys` means somebody else, by one of the stronger keys.

        What its records make of the contact is not known for certain before it is written.
        """
        conflict = Conflict.NO
        for kind in stronger:
            said = {key for key in keys.get(kind, ()) if key[1]}
            stated, own = self.stated.get(kind, set()), self.own.get(kind, set())
            if not said or not (stated or own):
                continue
            if said.isdisjoint(stated | own):
                emptied = any(not key[1] for key in stated)
                if not emptied:
                    return Conflict.YES
                conflict = Conflict.MAYBE
            elif stated and said.isdisjoint(stated):
                conflict = Conflict.MAYBE
        return conflict

    def keeps(self, kind: str) -> bool:
        """Tell whether its records leave the contact all that it goes by of one match key.

        Columns with values that the contact has already only change which one comes first.
        """
        listed = {"email": "emails", "phone": "phones"}.get(kind)
        if listed is None or any(getattr(one.wish, listed) is not None for one in self.entries):
            return False
        return self.stated.get(kind, set()) <= self.own.get(kind, set())

    def has_phone_of(self, wish: ContactWish) -> bool:
        """Tell whether one of its records has a phone of another one."""
        phones = [phone for entry in self.entries for phone in entry.wish.all_phones()]
        return any(same_number(one, two) for one in wish.all_phones() for two in phones)


class Groups:
    """Puts records together, as if each were matched after the ones before it were written.

    Where that cannot be told yet, the record is put off, and with it all later ones that have to
    do with it.
    """

    def __init__(self, match_keys: Sequence[str], finder: Finder) -> None:
        """Begin a round."""
        self.all: list[Group] = []
        self.put_off: list[Entry] = []
        self._finder = finder
        self._kinds = ("id", *match_keys)
        self._by_contact: dict[str, Group] = {}
        self._stated: dict[Key, list[Group]] = defaultdict(list)
        self._waiting: set[Key] = set()

    def place(self, entry: Entry, keys: Keys) -> bool:
        """Add a record to the contact it means; tell whether there is one by now."""
        keys = self._with_id(entry, keys)
        if not self._waiting.isdisjoint(_names(entry, keys)):
            self._put_off(entry, keys)
            return True
        for kind in self._kinds:
            contact_id = entry.match.contact_id if entry.match.by == kind else None
            if kind != "id" and not may_match(entry.wish, kind):
                continue
            groups, doubtful = self._groups_of(entry, keys, kind, contact_id)
            if doubtful:
                self._put_off(entry, keys, *doubtful)
                return True
            others = [one for one in groups if contact_id is None or one.contact_id != contact_id]
            if len(others) > (contact_id is None) or (kind == "phone" and _in_doubt(others)):
                # Several contacts go by what it says, or will.
                self._put_off(entry, keys, *groups)
            elif contact_id is not None:
                self.known(entry, contact_id, keys)
            elif groups:
                self._join(groups[0], entry, keys, kind)
            else:
                continue
            return True
        return False

    def _groups_of(
        self, entry: Entry, keys: Keys, kind: str, contact_id: str | None
    ) -> tuple[list[Group], list[Group]]:
        """Return the contacts of this round that go by what a record says of one match key.

        And those of which it cannot be told yet whether a stronger key says otherwise.
        """
        named = (group for key in sorted(keys.get(kind, ())) for group in self._stated[key])
        stronger = [] if kind == "id" else self._finder.stronger(kind)
        compared = {one: one.contradicts(keys, stronger) for one in dict.fromkeys(named)}
        found = {
            one: conflict
            for one, conflict in compared.items()
            # The same digits may be two phones.
            if conflict is not Conflict.YES and (kind != "phone" or one.has_phone_of(entry.wish))
        }
        matched = self._by_contact.get(contact_id or "")
        doubtful = [one for one, conflict in found.items() if conflict is Conflict.MAYBE]
        if matched is not None and matched.contradicts(keys, stronger) is not Conflict.NO:
            # What it was found by is outdated: an earlier record says who the contact is.
            doubtful.append(matched)
        return [one for one, conflict in found.items() if conflict is Conflict.NO], doubtful

    def known(self, entry: Entry, contact_id: str, keys: Keys) -> None:
        """Add a record of a contact that exists."""
        group = self._by_contact.get(contact_id)
        if group is not None:
            self._join(group, entry, keys, entry.match.by)
        else:
            self._by_contact[contact_id] = self._start(contact_id, entry, keys)

    def new(self, entry: Entry, keys: Keys) -> None:
        """Add a record of a contact that is yet to be created."""
        self._start(None, entry, self._with_id(entry, keys))

    @staticmethod
    def _with_id(entry: Entry, keys: Keys) -> Keys:
        unknown = entry.wish.id if entry.match.by != "id" else None
        return {**keys, "id": {("id", unknown)}} if unknown else keys

    def _start(self, contact_id: str | None, entry: Entry, keys: Keys) -> Group:
        group = Group(contact_id, [entry])
        if contact_id is not None:
            kinds = {*self._kinds, "email"} - {"id"}
            group.own = {one: self._finder.contact_keys(contact_id, one) for one in kinds}
        self.all.append(group)
        self._state(group, keys)
        return group

    def _join(self, group: Group, entry: Entry, keys: Keys, kind: str) -> None:
        """Add a record to others, unless they take from the contact what it was found by."""
        stated, own = group.keys.get(kind, set()), keys.get(kind, set())
        moved = kind != "id" and bool(stated) and stated.isdisjoint(own) and not group.keeps(kind)
        apart = group.blocked or group.deletes or entry.wish.deleted
        if apart or moved or self._takes_from_others(group, keys):
            self._put_off(entry, keys, group)
            return
        if kind not in {"id", entry.match.by}:
            entry.match = Match(group.contact_id, kind)
        group.entries.append(entry)
        self._state(group, keys)

    def _takes_from_others(self, group: Group, keys: Keys) -> bool:
        """Tell whether a record brings a key that records between it and its contact have, too.

        Written with the contact, it would come before them.
        """
        known = {key for said in (group.stated, group.own) for one in said.values() for key in one}
        new = {key for said in keys.values() for key in said if key[1]} - known
        return any(other is not group for key in new for other in self._stated.get(key, ()))

    def _state(self, group: Group, keys: Keys) -> None:
        group.keys = {**group.keys, **{kind: said for kind, said in keys.items() if said}}
        for kind, said in keys.items():
            group.stated[kind] = group.stated.get(kind, set()) | said
        if any(not key[1] for said in keys.values() for key in said):
            # Who the contact is without what it loses is known only when that is written.
            self._waiting.update(key for own in group.own.values() for key in own)
        for kind, said in keys.items():
            for key in said:
                # What a record empties is nothing to be found by.
                if kind in self._kinds and key[1] and group not in self._stated[key]:
                    self._stated[key].append(group)

    def _put_off(self, entry: Entry, keys: Keys, *groups: Group) -> None:
        for group in groups:
            group.blocked = True
        self._waiting.update(_names(entry, keys))
        self.put_off.append(entry)


def _in_doubt(groups: list[Group]) -> bool:
    """Tell whether the contact itself has to be asked whether it has a phone.

    A record can name digits that the contact has with a country: the same ones of another country
    are another phone.
    """
    return any(group.contact_id is not None for group in groups)


def _names(entry: Entry, keys: Keys) -> set[Key]:
    """Return all that a record has to do with."""
    said = {key for one in keys.values() for key in one if key[1]}
    contact = entry.match.contact_id
    return said if contact is None else {*said, ("contact", contact)}
