"""Looking contacts up in Wix, and keeping what was found and written: by id and all they go by."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cachetools import FIFOCache

from tap_wix.api import codec
from tap_wix.api.contacts.contact import MOST_VALUES, count_contacts, find_contacts, get_contact
from tap_wix.api.contacts.contacts import CONTACTS, LARGEST_PAGE
from target_wix.contacts.state import read_state
from target_wix.contacts.values import custom_keys, phone_of
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.lookup_cache import LookupCache
from target_wix.pipeline.staleness import OwnWrites, revision_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.contacts.patch import ContactPatch, Row
    from target_wix.contacts.references import ReferenceResolver
    from target_wix.contacts.state import ContactState
    from target_wix.contacts.values import Key

MOST_CONTACTS = 20_000
"""Contacts kept at a time, as text: some 40 MB. By the time that one is dropped, Wix's index has
long caught up with what this run wrote."""

MOST_BYTES = 64_000_000
"""The same bound for contacts with long lists."""

_FEW_REQUESTS = 3
_SPELLINGS = 400
"""Texts asked for a batch's phones that were not found otherwise: four requests for 500 records."""

Question = tuple[str, dict[str, Any]]
"""A field of the index, and a condition on it."""


class ContactCache:
    """Contacts by id and by key, as many as one bound allows; those unused for longest go first.

    It knows that it has forgotten some: from then on it never stands for the whole site.
    """

    def __init__(
        self,
        fields: Callable[[], Sequence[str]] = tuple,
        most: int = MOST_CONTACTS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Know nothing yet.

        Args:
            fields: gives the keys of the custom fields that contacts are found by.
            most: how many contacts to keep.
            most_bytes: how much of them to keep.
        """
        self._fields = fields
        self._contacts: LookupCache[bytes] = LookupCache(
            most, most_size=most_bytes, size_of=len, on_forget=self._forget
        )
        self._revisions: dict[str, int] = {}
        self._keys: dict[str, list[Key]] = {}
        self._holders: dict[Key, set[str]] = defaultdict(set)
        self._asked: set[Key] = set()
        self._moved: FIFOCache[str, str] = FIFOCache(most)
        self._own = OwnWrites()

    @property
    def complete(self) -> bool:
        """Whether all contacts of the site are on it."""
        return self._contacts.is_complete

    @property
    def forgetful(self) -> bool:
        """Whether contacts were dropped for want of room."""
        return self._contacts.has_forgotten

    @property
    def room(self) -> int:
        """How many more contacts it can keep."""
        return self._contacts.room

    def fill(self, contacts: Iterable[Row]) -> None:
        """Take in all contacts of the site, which is then known whole if there is room for it."""
        for contact in contacts:
            if contact["id"] in self._contacts or not self._contacts.is_full:
                self.put(contact)
            else:
                self._contacts.note_forgotten()
        if not self.forgetful:
            self._contacts.is_complete = True

    def prune(self) -> None:
        """Drop what there is no room for, between batches: what a batch found stays until its end."""
        self._contacts.prune()

    def put(self, contact: Row, *, instead_of: int | None = None) -> None:
        """Keep a contact, unless what is known of it is newer: the index of Wix lags.

        Args:
            contact: as Wix sent it.
            instead_of: the revision it had before this run changed it, if that is where it is from.
        """
        contact_id = contact["id"]
        revision = revision_of(contact) or 0
        if contact_id in self._moved or revision < self._revisions.get(contact_id, 0):
            return
        if instead_of is not None:
            self._own.note(contact_id, instead_of, revision)
        self._forget_keys(contact_id)
        self._contacts.put(contact_id, codec.encode(contact))
        self._revisions[contact_id] = revision
        self._keys[contact_id] = self._keys_of(read_state(contact))
        for key in self._keys[contact_id]:
            self._holders[key].add(contact_id)

    def get(self, contact_id: str) -> Row | None:
        """Return a contact that is known."""
        found = self._contacts.get(self._moved.get(contact_id, contact_id))
        contact: Row | None = None if found is None else codec.decode(found)
        return contact

    def gone(self, contact_id: str, into: str = "") -> None:
        """Note that a contact is no more, or that it was merged into another one.

        The index may still hold it for a while.
        """
        self._forget(contact_id)
        self._contacts.pop(contact_id)
        self._moved[contact_id] = into

    def is_gone(self, contact_id: str) -> bool:
        """Tell whether an id is known to lead nowhere."""
        return self._moved.get(contact_id) == ""

    def holders(self, keys: Iterable[Key]) -> list[str]:
        """Return the ids of known contacts that go by one of the keys."""
        return sorted({one for key in keys for one in self._holders.get(key, ())})

    def keys_of(self, contact_id: str, kind: str) -> set[Key]:
        """Return what a known contact goes by of one kind."""
        return {key for key in self._keys.get(contact_id, ()) if key[0] == kind}

    def knows(self, keys: Iterable[Key]) -> bool:
        """Tell whether Wix would have nothing to add to `holders`."""
        return self.complete or all(key in self._asked for key in keys)

    def asked(self, keys: Iterable[Key]) -> None:
        """Note that Wix was asked about keys, and its answer put here."""
        self._asked.update(keys)

    def forget_misses(self) -> None:
        """Ask again, from here on, about keys that nobody went by."""
        self._asked.intersection_update(key for key, holders in self._holders.items() if holders)

    def revision_before_us(self, contact: Row) -> int:
        """Return the revision to compare a record's with: changes of this run make none stale."""
        return self._own.revision_before(contact["id"], revision_of(contact) or 0)

    def _keys_of(self, state: ContactState) -> list[Key]:
        custom = {field: state.custom[field] for field in self._fields() if field in state.custom}
        return [
            *state.keys,
            *(key for field, value in custom.items() for key in custom_keys(field, value)),
        ]

    def _forget_keys(self, contact_id: str) -> None:
        for key in self._keys.pop(contact_id, ()):
            holders = self._holders[key]
            holders.discard(contact_id)
            if not holders:
                del self._holders[key]

    def _forget(self, contact_id: str) -> None:
        """Forget what is known of a contact besides the contact itself."""
        keys = self._keys.get(contact_id, ())
        self._asked.difference_update(keys)
        self._forget_keys(contact_id)
        self._revisions.pop(contact_id, None)


@dataclass(frozen=True, slots=True)
class MatchValue:
    """One value of a record that a contact may be found by.

    Attributes:
        patch: the record.
        keys: what a contact with this value goes by.
        value: the value, of a phone its item.
    """

    patch: ContactPatch
    keys: tuple[Key, ...]
    value: Any


class ContactLookup:
    """Asks Wix for contacts, a hundred at a time; reads the index where that is cheaper or surer.

    How the index compares texts is not documented: what it gives goes into the cache, and is
    compared by whoever asked.

    Attributes:
        cache: what is known.
    """

    def __init__(self, site: WixSite, names: ReferenceResolver) -> None:
        self.cache = ContactCache(names.match_fields)
        self._site = site
        self._transport = site.transport
        self._names = names
        self._spent = 0
        self._swept = False

    def get_current(self, contact_id: object) -> Row | None:
        """Return the contact as it is now, None if it is no more.

        Only this follows an id that was merged into another contact (wix-api contacts 2.3).

        Args:
            contact_id: its id; what is none leads to no contact.
        """
        if not isinstance(contact_id, str) or not contact_id:
            return None
        contact = get_contact(self._transport, contact_id)
        if contact is None:
            self.cache.gone(contact_id)
            return None
        if contact["id"] != contact_id:
            self.cache.gone(contact_id, into=contact["id"])
        self.cache.put(contact)
        return contact

    def ask_ids(self, ids: Iterable[str]) -> None:
        """Ask for contacts by their ids, unless it is known what Wix would say."""
        unknown = [
            one
            for one in dict.fromkeys(ids)
            if self.cache.get(one) is None
            and not self.cache.is_gone(one)
            and not self.cache.knows([("id", one)])
        ]
        self._ask(_in("id", unknown))
        self.cache.asked(("id", one) for one in unknown)

    def ask(
        self, key: str, values: Iterable[MatchValue], is_found: Callable[[MatchValue], bool]
    ) -> None:
        """Ask for contacts by a match key, unless it is known what Wix would say.

        Args:
            key: the match key.
            values: what records say of it.
            is_found: whether a known contact has a value. What has none is asked for once more,
                in the spellings that the index may have.
        """
        unknown = [one for one in values if not self.cache.knows(one.keys)]
        if not unknown:
            return
        if key == "phone":
            # Wix's index compares the text that somebody typed, so that only the whole index is
            # sure. Asked whoever is known: somebody else may have the phone, too.
            self._ask(_phone_questions(unknown), exact=False)
        else:
            self._ask(self._questions(key, [one.value for one in unknown]))
        missed = [one for one in unknown if not is_found(one)]
        if key == "phone" and missed:
            self._ask(_spellings(missed), exact=False)
        elif key == "email":
            # The index may heed case: Wix may have made e-mails lower.
            lower = {one.value.lower() for one in missed} - {one.value for one in unknown}
            self._ask(_in("info.emails.email", sorted(lower)))
        elif missed and (field := self._names.field(key)) is not None:
            # It may heed blanks around a text, which only the whole index can show.
            self._ask([], exact=_is_exact(field))
        self.cache.asked(one for value in unknown for one in value.keys)

    def search(self, key: str, values: Sequence[Any]) -> None:
        """Ask for contacts by a match key, whatever is known."""
        for field, condition in self._questions(key, values):
            self._put_found(field, condition)

    def search_beginning(self, email: str) -> None:
        """Ask for contacts whose e-mail begins so, which never heeds case, whatever is known."""
        self._put_found("info.emails.email", {"$startsWith": email})

    def search_everywhere(self) -> None:
        """Read all contacts, if they are few enough."""
        self._ask([], exact=False)

    def _questions(self, key: str, values: Sequence[Any]) -> list[Question]:
        """Return the queries that find the contacts with some values."""
        if key == "email":
            return _in("info.emails.email", values)
        if key == "phone":
            written = [text for item in values for text in _spelled(item)]
            return [
                *_in("info.phones.e164Phone", filter(None, map(_full, values))),
                *_in("info.phones.phone", written),
            ]
        field = self._names.field(key)
        if field is None:
            return []  # nobody can have a value for what does not exist
        name = f"info.extendedFields.{field['key']}"
        if _is_exact(field):
            return [(name, {"$eq": value}) for value in dict.fromkeys(values)]
        return _in(name, [text for value in values for text in (value, key_text(value))])

    def _ask(self, questions: list[Question], *, exact: bool = True) -> None:
        if self.cache.complete or (exact and not questions):
            return
        if self._index_is_better(len(questions), exact=exact):
            self._swept = True
            self.cache.fill(CONTACTS.rows(self._site))
            return
        for field, condition in questions:
            self._spent += 1
            self._put_found(field, condition)

    def _put_found(self, field: str, condition: Row) -> None:
        for contact in find_contacts(self._transport, field, condition):
            self.cache.put(contact)

    @cached_property
    def _total(self) -> int | None:
        return count_contacts(self._transport)

    def _index_is_better(self, requests: int, *, exact: bool) -> bool:
        """Tell whether to read all contacts, once a run, if they are few enough to be kept.

        It costs no more than the look-ups so far and these. What comes later is not known; so at
        most twice the best that could have been done. Where look-ups by text can miss a spelling,
        it is the only way to be sure.
        """
        cost = self._spent + requests
        if self._swept or self.cache.forgetful or (exact and cost <= _FEW_REQUESTS):
            return False
        if self._total is None or self._total > self.cache.room // 2:
            return False
        return not exact or math.ceil((self._total + 1) / LARGEST_PAGE) + 1 <= cost


def _is_exact(field: Row) -> bool:
    """Tell whether the values of a custom field have one spelling each."""
    return field.get("dataType") in {"NUMBER", "DATE"}


def _in(field: str, values: Iterable[Any]) -> list[Question]:
    once = list(dict.fromkeys(values))
    chunks = (once[at : at + MOST_VALUES] for at in range(0, len(once), MOST_VALUES))
    return [(field, {"$in": chunk}) for chunk in chunks]


def _phone_questions(unknown: Sequence[MatchValue]) -> list[Question]:
    """Return the queries for phones as they are written, and as Wix stores them.

    A record with an e-mail seldom needs its phone: it gets one question, the surer one.
    """
    full = [_full(one.value) for one in unknown]
    written = [
        one.value["phone"]
        for one, number in zip(unknown, full, strict=True)
        if not (number and one.patch.all_emails())
    ]
    return [
        *_in("info.phones.phone", written),
        *_in("info.phones.e164Phone", filter(None, full)),
    ]


def _spellings(missed: Sequence[MatchValue]) -> list[Question]:
    """Return the queries for other spellings, as many as the quota of Wix has room for."""
    items = [one.value for one in missed if not one.patch.all_emails()]
    each = _SPELLINGS // max(len(items), 1)
    return _in("info.phones.phone", [text for item in items for text in _spelled(item)[:each]])


def _full(item: Row) -> str:
    return phone_of(item).full.partition(";")[0]


def _spelled(item: Row) -> list[str]:
    return [item["phone"], *phone_of(item).spellings]
