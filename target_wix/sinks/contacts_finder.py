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
from target_wix.mapping.contacts.sameness import phone_of, same_number
from target_wix.mapping.contacts.wish import CLEAR, CUSTOM
from target_wix.mapping.keys import key_text
from target_wix.results import Rejection
from target_wix.sinks.contacts_shelf import Key, custom_keys, email_keys, phone_keys

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.mapping.contacts.wish import Card, ContactWish, Row
    from target_wix.sinks.contacts_names import ContactNames
    from target_wix.sinks.contacts_shelf import Shelf

AMBIGUOUS = "AMBIGUOUS"
_FEW_REQUESTS = 3
_ENOUGH = 2
_SPELLINGS = 400
"""Texts asked for a batch's phones that were not found otherwise: four requests for 500 records."""
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
    """Looks contacts up, in the shelf first; reads the whole index where that is cheaper or surer.

    A weaker key never overrules a stronger one: a contact that has another value for an earlier
    match key than the record is somebody else, whatever the later ones say.
    """

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
        self._swept = False

    def match(self, wishes: Sequence[ContactWish]) -> list[Match]:
        """Return for each record the contact it means."""
        self._ask_ids(wish.id for wish in wishes if wish.id)
        matches = [self._by_id(wish) for wish in wishes]
        for key in self._match_keys:
            for first in (True, False):
                tried = [
                    (match, wish, probes)
                    for match, wish in zip(matches, wishes, strict=True)
                    if match.contact_id is None
                    and match.rejection is None
                    and may_match(wish, key)
                    and (probes := self._part(self.probes(wish, key), first=first))
                ]
                self._ask(key, [(wish, probe) for _, wish, probes in tried for probe in probes])
                for match, wish, probes in tried:
                    self._settle(match, wish, key, probes)
        return matches

    def probes(self, wish: ContactWish, key: str) -> list[Probe]:
        """Return the values of a record for one match key, the primary one first."""
        if key == "email":
            return [Probe(tuple(email_keys(one)), one) for one in wish.all_emails()]
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
                found = custom_keys(str(field["key"]), fitting)
                return [Probe(tuple(found), fitting)] if found else []
        return []

    def stronger(self, key: str) -> list[str]:
        """Return the match keys that overrule one, as Wix does with e-mail and phone.

        Wix compares phones only where there is no e-mail (wix-api contacts 2.4).
        """
        if key in self._match_keys:
            before = list(self._match_keys[: self._match_keys.index(key)])
        else:
            before = [one for one in self._match_keys if one not in {"email", "phone"}]
        return [*before, "email"] if key == "phone" and "email" not in before else before

    def contact_keys(self, contact_id: str, key: str) -> set[Key]:
        """Return what a known contact goes by of one match key."""
        return self.shelf.keys_of(contact_id, self._kind(key))

    def contradicts(self, wish: ContactWish, contact_id: str, key: str) -> str:
        """Return a stronger match key by which a contact is somebody else, empty if there is none."""
        return self._contradicted(self._said(wish, key), contact_id)

    def _said(self, wish: ContactWish, key: str) -> dict[str, set[Key]]:
        """Return what a record says of the match keys that overrule one."""
        said = {
            other: {one for probe in self.probes(wish, other) for one in probe.keys}
            for other in self.stronger(key)
        }
        return {other: keys for other, keys in said.items() if keys}

    def _contradicted(self, said: dict[str, set[Key]], contact_id: str) -> str:
        for other, keys in said.items():
            own = self.contact_keys(contact_id, other)
            if own and keys.isdisjoint(own):
                return other
        return ""

    def shares_phone(
        self, card: Card, wishes: Sequence[ContactWish], contact_id: str | None, but: str = ""
    ) -> bool:
        """Tell whether a contact without an e-mail may have the phone of others.

        Wix lets people share a phone where they have e-mails (wix-api contacts 2.4); where they
        have customer numbers instead, these tell them apart.

        Args:
            card: the contact.
            wishes: the records about it.
            contact_id: a known contact that has the phone; None if Wix does not name it.
            but: the contact itself, if it exists.
        """
        if card.emails or not any(key.startswith(CUSTOM) for key in self._match_keys):
            return False
        others = {contact_id} if contact_id is not None else set()
        for probe in [] if others else [one for w in wishes for one in self.probes(w, "phone")]:
            for field, condition in self._questions("phone", [probe.value]):
                self._put_found(field, condition)
            others |= set(self.shelf.holders(probe.keys))
        others.discard(but)
        contradicted = [self.contradicts(wish, one, "phone") for wish in wishes for one in others]
        return bool(contradicted) and all(key.startswith(CUSTOM) for key in contradicted)

    def holder_of_email(self, card: Card) -> str:
        """Return a known contact that has one of the e-mails of a card, empty if there is none."""
        keys = [key for item in card.emails for key in email_keys(item["email"])]
        return next(iter(self.shelf.holders(keys)), "")

    def means(self, wish: ContactWish, contact_id: str) -> str:
        """Return the match key by which a record means a known contact, empty if by none."""
        for key in [*self._match_keys, "email", "phone"]:
            if self._candidates(wish, key, self.probes(wish, key), {contact_id}):
                return key
        return ""

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

        By a custom field that is a match key; by what Wix itself tells contacts apart by: the
        e-mail, the phone where there is no e-mail (wix-api contacts 2.4).
        """
        custom = [key for key in self._match_keys if key.startswith(CUSTOM)]
        for kind in (*custom, "email" if wish.all_emails() else "phone"):
            probes = self.probes(wish, kind)
            for field, condition in self._questions(kind, [probe.value for probe in probes]):
                self._put_found(field, condition)
            if kind == "email" and not self._candidates(wish, kind, probes):
                # Comparison may heed case while Wix's duplicate check does not; this one never does.
                self._put_found("info.emails.email", {"$startsWith": probes[0].value})
            if found := self._candidates(wish, kind, probes):
                return found
        return []

    def search_everywhere(self, wish: ContactWish) -> list[str]:
        """Look through all contacts for one that Wix says there is, if they are few enough."""
        self._run([], exact=False)
        kind = "email" if wish.all_emails() else "phone"
        return self._candidates(wish, kind, self.probes(wish, kind))

    # -- look-ups -----------------------------------------------------------------------------

    def _kind(self, key: str) -> str:
        """Return what the keys of the shelf call a match key: custom fields go by their key."""
        field = self._names.field(key) if key.startswith(CUSTOM) else None
        return key if field is None else str(field["key"])

    def _by_id(self, wish: ContactWish) -> Match:
        contact = self.shelf.get(wish.id) if wish.id else None
        return Match() if contact is None else Match(contact["id"], "id")

    @staticmethod
    def _part(probes: list[Probe], *, first: bool) -> list[Probe]:
        return probes[:1] if first else probes[1:]

    def _settle(self, match: Match, wish: ContactWish, key: str, probes: list[Probe]) -> None:
        found = self._candidates(wish, key, probes)
        if len(found) > 1:
            match.rejection = ambiguous(key, found)
        elif found:
            match.contact_id, match.by = found[0], key

    def _candidates(
        self,
        wish: ContactWish,
        key: str,
        probes: Iterable[Probe],
        among: Container[str] | None = None,
    ) -> list[str]:
        """Return the contacts that have one of the values and that no stronger key contradicts.

        An index may match loosely, so that what it gave is compared here. Of many that share a
        phone a few are enough to say that it cannot be told.
        """
        found: set[str] = set()
        said = self._said(wish, key)
        for probe in probes:
            for contact_id in self.shelf.holders(probe.keys):
                if len(found) > _ENOUGH:
                    break
                if (
                    (among is None or contact_id in among)
                    and not self._contradicted(said, contact_id)
                    and (key != "phone" or self._has_phone(contact_id, probe.value))
                ):
                    found.add(contact_id)
        return sorted(found)

    def _has_phone(self, contact_id: str, phone: Row) -> bool:
        contact = self.shelf.get(contact_id)
        return contact is not None and any(
            same_number(phone, item) for item in read_card(contact).phones
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

    def _ask(self, key: str, asked: Sequence[tuple[ContactWish, Probe]]) -> None:
        unknown = [(wish, probe) for wish, probe in asked if not self.shelf.knows(probe.keys)]
        if not unknown:
            return
        values = [probe.value for _, probe in unknown]
        if key == "phone":
            self._ask_phones(unknown)
        else:
            self._run(self._questions(key, values))
            missed = [
                probe.value for wish, probe in unknown if not self._candidates(wish, key, [probe])
            ]
            self._ask_again(key, missed, values)
        self.shelf.asked(one for _, probe in unknown for one in probe.keys)

    def _ask_again(self, key: str, missed: Sequence[Any], asked: Sequence[Any]) -> None:
        """Ask once more for what the index may have in another spelling."""
        if key == "email":
            # The index may heed case: Wix may have made e-mails lower.
            lower = {one.lower() for one in missed} - set(asked)
            self._run(_in("info.emails.email", sorted(lower)))
        elif missed and (field := self._names.field(key)) is not None:
            # It may heed blanks around a text, which only the whole index can show.
            self._run([], exact=field.get("dataType") in {"NUMBER", "DATE"})

    def _ask_phones(self, unknown: Sequence[tuple[ContactWish, Probe]]) -> None:
        """Ask for phones: as written, by the international form, then in the usual spellings.

        Wix's index compares the text that somebody typed, so that only the whole index is sure.
        The first two are asked whoever is known: somebody else may have the phone, too.
        """
        asked = [(wish, probe.value) for wish, probe in unknown]
        for ask in (_as_written, _international):
            self._run(ask(asked), exact=False)
        missed = [
            (wish, probe.value)
            for wish, probe in unknown
            if not self._candidates(wish, "phone", [probe])
        ]
        if missed:
            self._run(_spellings(missed), exact=False)

    def _questions(self, key: str, values: Sequence[Any]) -> list[tuple[str, Row]]:
        """Return the queries that find the contacts with some values."""
        if key == "email":
            return _in("info.emails.email", values)
        if key == "phone":
            full = [phone_of(item).full.partition(";")[0] for item in values]
            written = [text for item in values for text in _texts_of(item)]
            return [
                *_in("info.phones.e164Phone", [one for one in full if one]),
                *_in("info.phones.phone", written),
            ]
        field = self._names.field(key)
        if field is None:
            return []  # nobody can have a value for what does not exist
        name = f"{_EXTENDED}{field['key']}"
        if field.get("dataType") in {"NUMBER", "DATE"}:
            return [(name, {"$eq": value}) for value in dict.fromkeys(values)]
        return _in(name, [text for value in values for text in (value, key_text(value))])

    def _run(self, questions: list[tuple[str, Row]], *, exact: bool = True) -> None:
        if self.shelf.complete or (exact and not questions):
            return
        if self._index_is_better(len(questions), exact=exact):
            self._swept = True
            self.shelf.fill(CONTACTS.rows(self._site))
            return
        for field, condition in questions:
            self._spent += 1
            self._put_found(field, condition)

    def _put_found(self, field: str, condition: Row) -> None:
        for contact in find_contacts(self._transport, field, condition):
            self.shelf.put(contact)

    def _index_is_better(self, requests: int, *, exact: bool) -> bool:
        """Tell whether to read all contacts, once a run, if they are few enough to be kept.

        It costs no more than the look-ups so far and these. What comes later is not known; so at
        most twice the best that could have been done. Where look-ups by text can miss a spelling,
        it is the only way to be sure.
        """
        cost = self._spent + requests
        if self._swept or self.shelf.forgetful or (exact and cost <= _FEW_REQUESTS):
            return False
        if not self._counted:
            self._counted = True
            self._total = count_contacts(self._transport)
        if self._total is None or self._total > self.shelf.room // 2:
            return False
        return not exact or math.ceil((self._total + 1) / LARGEST_PAGE) + 1 <= cost


def may_match(wish: ContactWish, key: str) -> bool:
    """Tell whether a record may be matched by a match key.

    A deletion is for good: by the id of this site, or by a key that a person has alone.
    """
    return not wish.deleted or (wish.id is None and key != "phone")


def _as_written(missed: Sequence[tuple[ContactWish, Row]]) -> list[tuple[str, Row]]:
    """Return the queries for phones as they are written, or as Wix stores them.

    A record with an e-mail seldom needs its phone: it gets one question, the surer one.
    """
    return [
        *_in("info.phones.phone", [item["phone"] for wish, item in missed if _needs(wish, item)]),
        *_in(
            "info.phones.e164Phone",
            [_full(item) for wish, item in missed if not _needs(wish, item)],
        ),
    ]


def _international(missed: Sequence[tuple[ContactWish, Row]]) -> list[tuple[str, Row]]:
    full = [_full(item) for wish, item in missed if _needs(wish, item) and _full(item)]
    return _in("info.phones.e164Phone", full)


def _spellings(missed: Sequence[tuple[ContactWish, Row]]) -> list[tuple[str, Row]]:
    """Return the queries for other spellings, as many as the quota of Wix has room for."""
    items = [item for wish, item in missed if not wish.all_emails()]
    each = _SPELLINGS // max(len(items), 1)
    return _in("info.phones.phone", [text for item in items for text in _texts_of(item)[:each]])


def _needs(wish: ContactWish, item: Row) -> bool:
    return not wish.all_emails() or not _full(item)


def _full(item: Row) -> str:
    return phone_of(item).full.partition(";")[0]


def _texts_of(item: Row) -> list[str]:
    return [item["phone"], *phone_of(item).spellings]


def ambiguous(key: str, found: Sequence[str]) -> Rejection:
    """Return the rejection of a record that several contacts answer to."""
    named = " and ".join(found[:2])
    more = " and others" if len(found) > 2 else ""  # noqa: PLR2004
    return Rejection(AMBIGUOUS, f"The same {key} belongs to contacts {named}{more}.", key)


def _in(field: str, values: Sequence[Any]) -> list[tuple[str, Row]]:
    return [(field, {"$in": chunk}) for chunk in _chunks(list(dict.fromkeys(values)))]


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while chunk := list(islice(rest, MOST_VALUES)):
        yield chunk
