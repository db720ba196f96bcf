"""Finding the contacts that records mean: by id, then by the match keys, a hundred at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from tap_wix.api.contacts.contacts import CONTACTS, LARGEST_PAGE
from tap_wix.api.contacts.single import MOST_VALUES, count_contacts, find_contacts, get_contact
from target_wix.mapping.contacts.card import read_card
from target_wix.mapping.contacts.custom_fields import typed
from target_wix.mapping.contacts.sameness import digits, e164, email_key, same_phone
from target_wix.mapping.contacts.wish import CLEAR, CUSTOM
from target_wix.results import Rejection
from target_wix.sinks.contacts_shelf import MOST_CONTACTS, Key, custom_key, phone_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.mapping.contacts.wish import ContactWish, Row
    from target_wix.sinks.contacts_names import ContactNames
    from target_wix.sinks.contacts_shelf import Shelf

AMBIGUOUS = "AMBIGUOUS"
_FEW_REQUESTS = 3
_EXTENDED = "info.extendedFields."


@dataclass(slots=True)
class Match:
    """The contact that a record means.

    Attributes:
        contact_id: its id, None if there is none.
        by: what it was found by: `id`, `email`, `phone` or the key of a custom field.
        rejection: why it cannot be told.
    """

    contact_id: str | None = None
    by: str = ""
    rejection: Rejection | None = None


@dataclass(slots=True)
class Probe:
    """One value of a record that a contact may be found by."""

    keys: tuple[Key, ...]
    value: Any


class Finder:
    """Looks contacts up, in the shelf first; reads the whole index where that is cheaper."""

    def __init__(
        self,
        site: WixSite,
        shelf: Shelf,
        names: ContactNames,
        match_keys: Sequence[str],
    ) -> None:
        """Ask nothing yet."""
        self.shelf = shelf
        self._site = site
        self._transport = site.transport
        self._names = names
        self._match_keys = match_keys
        self._spent = 0
        self._total: int | None = None
        self._counted = False

    def match(self, wishes: Sequence[ContactWish]) -> list[Match]:
        """Return for each record the contact it means."""
        self._ask_ids(wish.id for wish in wishes if wish.id)
        matches = [self._by_id(wish) for wish in wishes]
        for key in self._match_keys:
            for first in (True, False):
                tried = [
                    (match, probes)
                    for match, wish in zip(matches, wishes, strict=True)
                    if match.contact_id is None
                    and match.rejection is None
                    and (probes := self._part(self.probes(wish, key), first=first))
                ]
                self._ask(key, [probe for _, probes in tried for probe in probes])
                for match, probes in tried:
                    self._settle(match, key, probes)
        return matches

    def probes(self, wish: ContactWish, key: str) -> list[Probe]:
        """Return the values of a record for one match key, the primary one first."""
        if key == "email":
            return [Probe((("email", email_key(one)),), one) for one in wish.all_emails()]
        if key == "phone":
            return [Probe(tuple(phone_keys(item)), item) for item in wish.all_phones()]
        field = self._names.field(key) or {"key": key, "displayName": key.removeprefix(CUSTOM)}
        display = f"{CUSTOM}{field.get('displayName')}".casefold()
        names = {str(field["key"]).casefold(), key.casefold(), display}
        for name, value in wish.custom.items():
            if name.casefold() in names and value is not CLEAR:
                try:
                    fitting = typed(str(field.get("dataType")), value, str(field["key"]))
                except Rejection:
                    return []
                return [Probe((custom_key(str(field["key"]), fitting),), fitting)]
        return []

    def fresh(self, contact_id: str) -> Row | None:
        """Return the contact as it is now, None if it is no more.

        Only this follows an id that was merged into another contact (wix-api contacts 2.3).
        """
        contact = get_contact(self._transport, contact_id)
        if contact is None:
            self.shelf.gone(contact_id)
            return None
        if contact["id"] != contact_id:
            self.shelf.gone(contact_id, into=contact["id"])
        self.shelf.put(contact)
        return contact

    def search(self, wish: ContactWish) -> list[str]:
        """Look anew for a contact that a record may have been made into.

        By what Wix itself tells contacts apart by: the e-mail, the phone where there is no e-mail
        (wix-api contacts 2.4); a custom field that is a match key where there is neither.
        """
        custom = (key for key in self._match_keys if key.startswith(CUSTOM))
        kinds = ["email"] if wish.all_emails() else ["phone"] if wish.all_phones() else [*custom]
        for kind in kinds:
            probes = self.probes(wish, kind)
            for field, condition in self._questions(kind, probes):
                self._put_found(field, condition)
            if not (found := self._candidates(probes)) and kind == "email":
                # Comparison may heed case while Wix's duplicate check does not; this one never does.
                self._put_found("info.emails.email", {"$startsWith": probes[0].value})
                found = self._candidates(probes)
            if found:
                return found
        return []

    # -- look-ups -----------------------------------------------------------------------------

    def _by_id(self, wish: ContactWish) -> Match:
        contact = self.shelf.get(wish.id) if wish.id else None
        return Match() if contact is None else Match(contact["id"], "id")

    @staticmethod
    def _part(probes: list[Probe], *, first: bool) -> list[Probe]:
        return probes[:1] if first else probes[1:]

    def _settle(self, match: Match, key: str, probes: list[Probe]) -> None:
        found = self._candidates(probes)
        if len(found) > 1:
            match.rejection = ambiguous(key, found)
        elif found:
            match.contact_id, match.by = found[0], key

    def _candidates(self, probes: Iterable[Probe]) -> list[str]:
        """Return the contacts that really have one of the values: an index may match loosely."""
        found = set()
        for probe in probes:
            for contact_id in self.shelf.holders(probe.keys):
                if not isinstance(probe.value, dict) or self._has_phone(contact_id, probe.value):
                    found.add(contact_id)
        return sorted(found)

    def _has_phone(self, contact_id: str, phone: Row) -> bool:
        contact = self.shelf.get(contact_id)
        return contact is not None and any(
            same_phone(phone, item) for item in read_card(contact).phones
        )

    def _ask_ids(self, ids: Iterable[str]) -> None:
        unknown = [
            one
            for one in dict.fromkeys(ids)
            if self.shelf.get(one) is None
            and not self.shelf.is_gone(one)
            and not self.shelf.knows([("id", one)])
        ]
        self._run([("id", {"$in": chunk}) for chunk in _chunks(unknown)])
        self.shelf.asked(("id", one) for one in unknown)

    def _ask(self, key: str, probes: list[Probe]) -> None:
        unknown = [probe for probe in probes if not self.shelf.knows(probe.keys)]
        if not unknown:
            return
        self._run(self._questions(key, unknown))
        # The index may heed how a value is written, so there is a second try for the rest: e-mails
        # in lower case, as Wix may have made them, and phones in digits alone.
        missed = [one.value for one in unknown if not self._candidates([one])]
        if key == "email":
            tried = {one.value for one in unknown}
            self._run(_in("info.emails.email", sorted({one.lower() for one in missed} - tried)))
        elif key == "phone":
            tried = {one.value["phone"] for one in unknown}
            bare = {digits(one["phone"]) for one in missed if not one.get("e164Phone")}
            self._run(_in("info.phones.phone", sorted(bare - tried)))
        self.shelf.asked(one for probe in unknown for one in probe.keys)

    def _questions(self, key: str, probes: Sequence[Probe]) -> list[tuple[str, Row]]:
        """Return the queries that find the contacts with some values."""
        if key == "email":
            return _in("info.emails.email", [one.value for one in probes])
        if key == "phone":
            full = [number for one in probes if (number := e164(one.value))]
            written = [one.value["phone"] for one in probes if not one.value.get("e164Phone")]
            return [*_in("info.phones.e164Phone", full), *_in("info.phones.phone", written)]
        field = self._names.field(key)
        if field is None:
            return []  # nobody can have a value for what does not exist
        name = f"{_EXTENDED}{field['key']}"
        values = [one.value for one in probes]
        if field.get("dataType") in {"NUMBER", "DATE"}:
            return [(name, {"$eq": value}) for value in dict.fromkeys(values)]
        return _in(name, values)

    def _run(self, questions: list[tuple[str, Row]]) -> None:
        if self.shelf.complete or not questions:
            return
        if self._index_is_cheaper(len(questions)):
            for contact in CONTACTS.rows(self._site):
                self.shelf.put(contact)
            self.shelf.complete = True
            return
        for field, condition in questions:
            self._spent += 1
            self._put_found(field, condition)

    def _put_found(self, field: str, condition: Row) -> None:
        for contact in find_contacts(self._transport, field, condition):
            self.shelf.put(contact)

    def _index_is_cheaper(self, requests: int) -> bool:
        """Tell whether reading all contacts costs no more than the look-ups so far and these.

        What comes later is not known; so at most twice the best that could have been done.
        """
        cost = self._spent + requests
        if cost <= _FEW_REQUESTS:
            return False
        if not self._counted:
            self._counted = True
            self._total = count_contacts(self._transport)
        if self._total is None or self._total > MOST_CONTACTS // 2:
            return False
        return math.ceil((self._total + 1) / LARGEST_PAGE) + 1 <= cost


def ambiguous(key: str, found: Sequence[str]) -> Rejection:
    """Return the rejection of a record that several contacts answer to."""
    named = " and ".join(found[:2])
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""  # noqa: PLR2004
    return Rejection(AMBIGUOUS, f"The same {key} belongs to contacts {named}{more}.", key)


def _in(field: str, values: Sequence[Any]) -> list[tuple[str, Row]]:
    return [(field, {"$in": chunk}) for chunk in _chunks(list(dict.fromkeys(values)))]


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while chunk := list(islice(rest, MOST_VALUES)):
        yield chunk
