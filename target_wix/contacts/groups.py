"""Which records of a batch mean one contact, in the order in which they came."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from target_wix.contacts.matcher import may_match
from target_wix.contacts.plan import ContactGroup, Match
from target_wix.contacts.values import phone_keys, same_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_wix.contacts.matcher import Matcher
    from target_wix.contacts.patch import ContactPatch
    from target_wix.contacts.plan import ContactRecord
    from target_wix.contacts.values import Key

Keys = dict[str, set["Key"]]
"""What a record says, by match key."""


class Conflict(enum.Enum):
    """Whether a stronger key says that a record means somebody else."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"


@dataclass(slots=True, eq=False)
class _Forming:
    """A group while records are put together.

    Attributes:
        contact_id: the contact.
        records: the records.
        keys: what the last record to say something of a match key says.
        stated: what any of its records says.
        own: what the contact goes by already.
        blocked: whether a record has to wait for it, so that later ones have to wait too.
    """

    contact_id: str
    records: list[ContactRecord]
    keys: Keys = field(default_factory=dict)
    stated: Keys = field(default_factory=dict)
    own: Keys = field(default_factory=dict)
    blocked: bool = False

    def takes(self, record: ContactRecord) -> bool:
        """Tell whether a record may be written along with its records."""
        both = (self.records[0], record)
        return not (self.blocked or any(one.patch.deleted or one.is_alone for one in both))

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
        if kind not in {"email", "phone"}:
            return False
        if any(one.patch.said(kind)[0] is not None for one in self.records):
            return False
        return self.stated.get(kind, set()) <= self.own.get(kind, set())

    def has_phone_of(self, patch: ContactPatch) -> bool:
        """Tell whether one of its records has a phone of another one."""
        phones = [phone for record in self.records for phone in record.patch.all_phones()]
        return any(same_number(one, two) for one in patch.all_phones() for two in phones)


class Groups:
    """Puts records together, as if each were matched after the ones before it were written.

    Where that cannot be told yet, the record is put off, and with it all later ones that have to
    do with it.
    """

    def __init__(self, match_keys: Sequence[str], matcher: Matcher) -> None:
        self._all: list[_Forming] = []
        self.postponed: list[ContactRecord] = []
        self._matcher = matcher
        self._kinds = ("id", *match_keys)
        self._by_contact: dict[str, _Forming] = {}
        self._stated: dict[Key, list[_Forming]] = defaultdict(list)
        self._waiting: set[Key] = set()

    @property
    def all(self) -> list[ContactGroup]:
        """What is written in this round."""
        return [
            ContactGroup(one.contact_id, tuple(one.records), self._all_keys(one))
            for one in self._all
        ]

    def _all_keys(self, group: _Forming) -> frozenset[Key]:
        """Return all that a group goes by, and its phones, which Wix compares in any case."""
        said = {key for keys in (*group.stated.values(), *group.own.values()) for key in keys}
        for record in group.records:
            said.update(key for item in record.patch.all_phones() for key in phone_keys(item))
        if group.contact_id:
            said |= self._matcher.contact_keys(group.contact_id, "phone")
        return frozenset(key for key in said if key[1])

    def place(self, record: ContactRecord, keys: Keys) -> bool:
        """Add a record to the contact it means; tell whether there is one by now."""
        keys = self._with_id(record, keys)
        if not self._waiting.isdisjoint(_names(record, keys)):
            self._postpone(record, keys)
            return True
        if record.is_sure and record.match.contact_id:
            self.known(record, record.match.contact_id, keys)
            return True
        for kind in self._kinds:
            contact_id = record.match.contact_id if record.match.by == kind else ""
            if kind != "id" and not may_match(record.patch, kind):
                continue
            groups, doubtful = self._groups_of(record, keys, kind, contact_id)
            if doubtful:
                self._postpone(record, keys, *doubtful)
                return True
            others = [one for one in groups if not contact_id or one.contact_id != contact_id]
            if len(others) > (not contact_id) or (kind == "phone" and _in_doubt(others)):
                # Several contacts go by what it says, or will.
                self._postpone(record, keys, *groups)
            elif contact_id:
                self.known(record, contact_id, keys)
            elif groups:
                self._join(groups[0], record, keys, kind)
            else:
                continue
            return True
        return False

    def _groups_of(
        self, record: ContactRecord, keys: Keys, kind: str, contact_id: str
    ) -> tuple[list[_Forming], list[_Forming]]:
        """Return the contacts of this round that go by what a record says of one match key.

        And those of which it cannot be told yet whether a stronger key says otherwise.
        """
        named = (group for key in sorted(keys.get(kind, ())) for group in self._stated[key])
        stronger = [] if kind == "id" else self._matcher.stronger(kind)
        compared = {one: one.contradicts(keys, stronger) for one in dict.fromkeys(named)}
        found = {
            one: conflict
            for one, conflict in compared.items()
            # The same digits may be two phones.
            if conflict is not Conflict.YES and (kind != "phone" or one.has_phone_of(record.patch))
        }
        matched = self._by_contact.get(contact_id)
        doubtful = [one for one, conflict in found.items() if conflict is Conflict.MAYBE]
        if matched is not None and matched.contradicts(keys, stronger) is not Conflict.NO:
            # What it was found by is outdated: an earlier record says who the contact is.
            doubtful.append(matched)
        return [one for one, conflict in found.items() if conflict is Conflict.NO], doubtful

    def known(self, record: ContactRecord, contact_id: str, keys: Keys) -> None:
        """Add a record of a contact that exists."""
        group = self._by_contact.get(contact_id)
        if group is not None:
            self._join(group, record, keys, record.match.by)
        else:
            self._by_contact[contact_id] = self._start(contact_id, record, keys)

    def new(self, record: ContactRecord, keys: Keys) -> None:
        """Add a record of a contact that is yet to be created."""
        self._start("", record, self._with_id(record, keys))

    @staticmethod
    def _with_id(record: ContactRecord, keys: Keys) -> Keys:
        unknown = record.patch.id if record.match.by != "id" else None
        return {**keys, "id": {("id", unknown)}} if unknown else keys

    def _start(self, contact_id: str, record: ContactRecord, keys: Keys) -> _Forming:
        group = _Forming(contact_id, [record])
        if contact_id:
            kinds = {*self._kinds, "email"} - {"id"}
            group.own = {one: self._matcher.contact_keys(contact_id, one) for one in kinds}
        self._all.append(group)
        self._state(group, keys)
        return group

    def _join(self, group: _Forming, record: ContactRecord, keys: Keys, kind: str) -> None:
        """Add a record to others, unless they take from the contact what it was found by."""
        stated, own = group.keys.get(kind, set()), keys.get(kind, set())
        moved = kind != "id" and bool(stated) and stated.isdisjoint(own) and not group.keeps(kind)
        if not group.takes(record) or moved or self._takes_from_others(group, keys):
            self._postpone(record, keys, group)
            return
        if kind not in {"id", record.match.by}:
            record = replace(record, match=Match(group.contact_id, kind))
        group.records.append(record)
        self._state(group, keys)

    def _takes_from_others(self, group: _Forming, keys: Keys) -> bool:
        """Tell whether a record brings a key that records between it and its contact have, too.

        Written with the contact, it would come before them.
        """
        known = {key for said in (group.stated, group.own) for one in said.values() for key in one}
        new = {key for said in keys.values() for key in said if key[1]} - known
        return any(other is not group for key in new for other in self._stated.get(key, ()))

    def _state(self, group: _Forming, keys: Keys) -> None:
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

    def _postpone(self, record: ContactRecord, keys: Keys, *groups: _Forming) -> None:
        for group in groups:
            group.blocked = True
        self._waiting.update(_names(record, keys))
        self.postponed.append(record)


def _in_doubt(groups: list[_Forming]) -> bool:
    """Tell whether the contact itself has to be asked whether it has a phone.

    A record can name digits that the contact has with a country: the same ones of another country
    are another phone.
    """
    return any(group.contact_id for group in groups)


def _names(record: ContactRecord, keys: Keys) -> set[Key]:
    """Return all that a record has to do with."""
    said = {key for one in keys.values() for key in one if key[1]}
    contact = record.match.contact_id
    return {*said, ("contact", contact)} if contact else said
