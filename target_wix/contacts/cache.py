"""The contacts a run knows: what look-ups found and what it wrote, by everything they go by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from cachetools import FIFOCache

from tap_wix.api import codec
from tap_wix.api.money import decimal_of
from target_wix.contacts.fields.equality import phone_of
from target_wix.contacts.state import read_state
from target_wix.pipeline import keys as spelled
from target_wix.pipeline.lookup_cache import LookupCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from target_wix.contacts.patch import ContactState, Row

Key = tuple[str, str]
"""What a contact goes by, such as `("email", "ann@example.org")`."""

MOST_CONTACTS = 20_000
"""Contacts kept at a time, as text: some 40 MB. By the time that one is dropped, Wix's index has
long caught up with what this run wrote."""

MOST_BYTES = 64_000_000
"""The same bound for contacts with long lists."""


def revision_of(contact: Row) -> int:
    """Return the revision of a contact, a JSON number in v4 (wix-api contacts 1)."""
    return int(contact.get("revision") or 0)


def phone_keys(item: Row) -> list[Key]:
    """Return what a phone goes by; which of two phones are one `same_number` decides."""
    phone = phone_of(item)
    return [("phone", one) for one in sorted({*phone.forms, *phone.fulls})]


def email_keys(email: str) -> list[Key]:
    """Return what an e-mail goes by; a text may hold several, or none."""
    return [("email", one) for one in spelled.email_keys(email)]


def custom_keys(key: str, value: object) -> list[Key]:
    """Return what a value of a custom field goes by: numbers by value, zeros by nothing."""
    number = None if isinstance(value, str) else decimal_of(value)
    text = spelled.key_text(value if number is None else number.normalize())
    return [(key, text)] if text and not spelled.is_zeros(text) else []


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
        self._own: dict[str, tuple[int, int]] = {}

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
            self._contacts.note_all_read()

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
        revision = revision_of(contact)
        if contact_id in self._moved or revision < self._revisions.get(contact_id, 0):
            return
        if instead_of is not None:
            first, last = self._own.get(contact_id, (instead_of, instead_of))
            self._own[contact_id] = (first if last == instead_of else instead_of, revision)
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
        revision = revision_of(contact)
        first, last = self._own.get(contact["id"], (revision, revision))
        return first if last == revision else revision

    def _keys_of(self, state: ContactState) -> list[Key]:
        keys = [key for item in state.emails for key in email_keys(item["email"])]
        keys += [key for item in state.phones for key in phone_keys(item)]
        values: dict[str, Any] = state.custom
        for field in self._fields():
            keys += custom_keys(field, values[field]) if field in values else []
        return keys

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
        self._own.pop(contact_id, None)
