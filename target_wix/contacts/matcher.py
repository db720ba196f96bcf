"""Finding the contacts that records mean: by id, then by the match keys, a hundred at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from tap_wix.api.contacts.contact import MOST_VALUES, count_contacts, find_contacts, get_contact
from tap_wix.api.contacts.contacts import CONTACTS, LARGEST_PAGE
from target_wix.contacts.cache import Key, custom_keys, email_keys, phone_keys
from target_wix.contacts.fields.custom_fields import typed
from target_wix.contacts.fields.equality import phone_of, same_number
from target_wix.contacts.patch import CLEAR, CUSTOM
from target_wix.contacts.records import NOBODY, Match
from target_wix.contacts.state import read_state
from target_wix.pipeline.keys import key_text
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.contacts.cache import ContactCache
    from target_wix.contacts.patch import ContactPatch, ContactState, Row
    from target_wix.contacts.references import ReferenceResolver

AMBIGUOUS = "AMBIGUOUS"
_FEW_REQUESTS = 3
_ENOUGH = 2
_SPELLINGS = 400
"""Texts asked for a batch's phones that were not found otherwise: four requests for 500 records."""
_EXTENDED = "info.extendedFields."


@dataclass(frozen=True, slots=True)
class LookupValue:
    """One value of a record that a contact may be found by."""

    keys: tuple[Key, ...]
    value: Any


class Matcher:
    """Looks contacts up, in the cache first; reads the whole index where that is cheaper or surer.

    A weaker key never overrules a stronger one: a contact that has another value for an earlier
    match key than the record is somebody else, whatever the later ones say.
    """

    def __init__(
        self,
        site: WixSite,
        cache: ContactCache,
        names: ReferenceResolver,
        match_keys: Sequence[str],
    ) -> None:
        """Ask nothing yet."""
        self.cache = cache
        self._site = site
        self._transport = site.transport
        self._names = names
        self._match_keys = match_keys
        self._spent = 0
        self._total: int | None = None
        self._counted = False
        self._swept = False

    def match(self, patches: Sequence[ContactPatch]) -> list[Match | Rejection]:
        """Return for each record the contact it means, or why that cannot be told."""
        self._ask_ids(patch.id for patch in patches if patch.id)
        matches: list[Match | Rejection] = [self._by_id(patch) for patch in patches]
        for key in self._match_keys:
            for first in (True, False):
                tried = [
                    (place, patch, lookups)
                    for place, patch in enumerate(patches)
                    if matches[place] == NOBODY
                    and may_match(patch, key)
                    and (lookups := self._part(self.lookups(patch, key), first=first))
                ]
                self._ask(
                    key, [(patch, lookup) for _, patch, lookups in tried for lookup in lookups]
                )
                for place, patch, lookups in tried:
                    matches[place] = self._by_key(patch, key, lookups)
        return matches

    def lookups(self, patch: ContactPatch, key: str) -> list[LookupValue]:
        """Return the values of a record for one match key, the primary one first."""
        if key == "email":
            return [LookupValue(tuple(email_keys(one)), one) for one in patch.all_emails()]
        if key == "phone":
            return [LookupValue(tuple(phone_keys(item)), item) for item in patch.all_phones()]
        field = self._names.field(key) or {"key": key, "displayName": key.removeprefix(CUSTOM)}
        display = f"{CUSTOM}{field.get('displayName')}".casefold()
        names = {str(field["key"]).casefold(), key.casefold(), display}
        for name, value in patch.custom.items():
            if name.casefold() in names and value is not CLEAR:
                try:
                    fitting = typed(str(field.get("dataType")), value, str(field["key"]))
                except Rejection:
                    return []
                found = custom_keys(str(field["key"]), fitting)
                return [LookupValue(tuple(found), fitting)] if found else []
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
        return self.cache.keys_of(contact_id, self._kind(key))

    def contradicts(self, patch: ContactPatch, contact_id: str, key: str) -> str:
        """Return a stronger match key by which a contact is somebody else, empty if there is none."""
        return self._contradicted(self._said(patch, key), contact_id)

    def _said(self, patch: ContactPatch, key: str) -> dict[str, set[Key]]:
        """Return what a record says of the match keys that overrule one."""
        said = {
            other: {one for lookup in self.lookups(patch, other) for one in lookup.keys}
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
        self,
        state: ContactState,
        patches: Sequence[ContactPatch],
        contact_id: str | None,
        but: str = "",
    ) -> bool:
        """Tell whether a contact without an e-mail may have the phone of others.

        Wix lets people share a phone where they have e-mails (wix-api contacts 2.4); where they
        have customer numbers instead, these tell them apart.

        Args:
            state: the contact.
            patches: the records about it.
            contact_id: a known contact that has the phone; None if Wix does not name it.
            but: the contact itself, if it exists.
        """
        if state.emails or not any(key.startswith(CUSTOM) for key in self._match_keys):
            return False
        others = {contact_id} if contact_id is not None else set()
        for lookup in [] if others else [one for w in patches for one in self.lookups(w, "phone")]:
            for field, condition in self._questions("phone", [lookup.value]):
                self._put_found(field, condition)
            others |= set(self.cache.holders(lookup.keys))
        others.discard(but)
        contradicted = [
            self.contradicts(patch, one, "phone") for patch in patches for one in others
        ]
        return bool(contradicted) and all(key.startswith(CUSTOM) for key in contradicted)

    def holder_of_email(self, state: ContactState) -> str:
        """Return a known contact that has one of the e-mails of a card, empty if there is none."""
        keys = [key for item in state.emails for key in email_keys(item["email"])]
        return next(iter(self.cache.holders(keys)), "")

    def means(self, patch: ContactPatch, contact_id: str) -> str:
        """Return the match key by which a record means a known contact, empty if by none."""
        for key in [*self._match_keys, "email", "phone"]:
            if self._candidates(patch, key, self.lookups(patch, key), {contact_id}):
                return key
        return ""

    def get_current(self, contact_id: str) -> Row | None:
        """Return the contact as it is now, None if it is no more.

        Only this follows an id that was merged into another contact (wix-api contacts 2.3).
        """
        contact = get_contact(self._transport, contact_id)
        if contact is None:
            self.cache.gone(contact_id)
            return None
        if contact["id"] != contact_id:
            self.cache.gone(contact_id, into=contact["id"])
        self.cache.put(contact)
        return contact

    def search(self, patch: ContactPatch) -> list[str]:
        """Look anew for a contact that a record may have been made into.

        By a custom field that is a match key; by what Wix itself tells contacts apart by: the
        e-mail, the phone where there is no e-mail (wix-api contacts 2.4).
        """
        custom = [key for key in self._match_keys if key.startswith(CUSTOM)]
        for kind in (*custom, "email" if patch.all_emails() else "phone"):
            lookups = self.lookups(patch, kind)
            for field, condition in self._questions(kind, [lookup.value for lookup in lookups]):
                self._put_found(field, condition)
            if kind == "email" and not self._candidates(patch, kind, lookups):
                # Comparison may heed case while Wix's duplicate check does not; this one never does.
                self._put_found("info.emails.email", {"$startsWith": lookups[0].value})
            if found := self._candidates(patch, kind, lookups):
                return found
        return []

    def search_many(self, patches: Sequence[ContactPatch]) -> list[list[str]]:
        """Look anew for contacts that records may have been made into, all of them at once.

        By what Wix itself tells contacts apart by: the e-mail, the phone where there is no e-mail
        (wix-api contacts 2.4). An e-mail may have been made lower by Wix.
        """
        asked = [
            (patch, kind, self.lookups(patch, kind))
            for patch in patches
            for kind in ["email" if patch.all_emails() else "phone"]
        ]
        for kind in ("email", "phone"):
            values = [one.value for _, other, lookups in asked if other == kind for one in lookups]
            lower = [value.lower() for value in values if kind == "email"]
            for field, condition in self._questions(kind, [*values, *lower]):
                self._put_found(field, condition)
        return [self._candidates(patch, kind, lookups) for patch, kind, lookups in asked]

    def search_everywhere(self, patch: ContactPatch) -> list[str]:
        """Look through all contacts for one that Wix says there is, if they are few enough."""
        self._run([], exact=False)
        kind = "email" if patch.all_emails() else "phone"
        return self._candidates(patch, kind, self.lookups(patch, kind))

    # -- look-ups -----------------------------------------------------------------------------

    def _kind(self, key: str) -> str:
        """Return what the keys of the cache call a match key: custom fields go by their key."""
        field = self._names.field(key) if key.startswith(CUSTOM) else None
        return key if field is None else str(field["key"])

    def _by_id(self, patch: ContactPatch) -> Match:
        contact = self.cache.get(patch.id) if patch.id else None
        return NOBODY if contact is None else Match(contact["id"], "id")

    @staticmethod
    def _part(lookups: list[LookupValue], *, first: bool) -> list[LookupValue]:
        return lookups[:1] if first else lookups[1:]

    def _by_key(
        self, patch: ContactPatch, key: str, lookups: list[LookupValue]
    ) -> Match | Rejection:
        found = self._candidates(patch, key, lookups)
        if len(found) > 1:
            return ambiguous(key, found)
        return Match(found[0], key) if found else NOBODY

    def _candidates(
        self,
        patch: ContactPatch,
        key: str,
        lookups: Iterable[LookupValue],
        among: Container[str] | None = None,
    ) -> list[str]:
        """Return the contacts that have one of the values and that no stronger key contradicts.

        An index may match loosely, so that what it gave is compared here. Of many that share a
        phone a few are enough to say that it cannot be told.
        """
        found: set[str] = set()
        said = self._said(patch, key)
        for lookup in lookups:
            for contact_id in self.cache.holders(lookup.keys):
                if len(found) > _ENOUGH:
                    break
                if (
                    (among is None or contact_id in among)
                    and not self._contradicted(said, contact_id)
                    and (key != "phone" or self._has_phone(contact_id, lookup.value))
                ):
                    found.add(contact_id)
        return sorted(found)

    def _has_phone(self, contact_id: str, phone: Row) -> bool:
        contact = self.cache.get(contact_id)
        return contact is not None and any(
            same_number(phone, item) for item in read_state(contact).phones
        )

    def _ask_ids(self, ids: Iterable[str]) -> None:
        unknown = [
            one
            for one in dict.fromkeys(ids)
            if self.cache.get(one) is None
            and not self.cache.is_gone(one)
            and not self.cache.knows([("id", one)])
        ]
        self._run([("id", {"$in": chunk}) for chunk in _chunks(unknown)])
        self.cache.asked(("id", one) for one in unknown)

    def _ask(self, key: str, asked: Sequence[tuple[ContactPatch, LookupValue]]) -> None:
        unknown = [(patch, lookup) for patch, lookup in asked if not self.cache.knows(lookup.keys)]
        if not unknown:
            return
        values = [lookup.value for _, lookup in unknown]
        if key == "phone":
            self._ask_phones(unknown)
        else:
            self._run(self._questions(key, values))
            missed = [
                lookup.value
                for patch, lookup in unknown
                if not self._candidates(patch, key, [lookup])
            ]
            self._ask_again(key, missed, values)
        self.cache.asked(one for _, lookup in unknown for one in lookup.keys)

    def _ask_again(self, key: str, missed: Sequence[Any], asked: Sequence[Any]) -> None:
        """Ask once more for what the index may have in another spelling."""
        if key == "email":
            # The index may heed case: Wix may have made e-mails lower.
            lower = {one.lower() for one in missed} - set(asked)
            self._run(_in("info.emails.email", sorted(lower)))
        elif missed and (field := self._names.field(key)) is not None:
            # It may heed blanks around a text, which only the whole index can show.
            self._run([], exact=field.get("dataType") in {"NUMBER", "DATE"})

    def _ask_phones(self, unknown: Sequence[tuple[ContactPatch, LookupValue]]) -> None:
        """Ask for phones: as written, by the international form, then in the usual spellings.

        Wix's index compares the text that somebody typed, so that only the whole index is sure.
        The first two are asked whoever is known: somebody else may have the phone, too.
        """
        asked = [(patch, lookup.value) for patch, lookup in unknown]
        for ask in (_as_written, _international):
            self._run(ask(asked), exact=False)
        missed = [
            (patch, lookup.value)
            for patch, lookup in unknown
            if not self._candidates(patch, "phone", [lookup])
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

    def _index_is_better(self, requests: int, *, exact: bool) -> bool:
        """Tell whether to read all contacts, once a run, if they are few enough to be kept.

        It costs no more than the look-ups so far and these. What comes later is not known; so at
        most twice the best that could have been done. Where look-ups by text can miss a spelling,
        it is the only way to be sure.
        """
        cost = self._spent + requests
        if self._swept or self.cache.forgetful or (exact and cost <= _FEW_REQUESTS):
            return False
        if not self._counted:
            self._counted = True
            self._total = count_contacts(self._transport)
        if self._total is None or self._total > self.cache.room // 2:
            return False
        return not exact or math.ceil((self._total + 1) / LARGEST_PAGE) + 1 <= cost


def may_match(patch: ContactPatch, key: str) -> bool:
    """Tell whether a record may be matched by a match key.

    A deletion is for good: by the id of this site, or by a key that a person has alone.
    """
    return not patch.deleted or (patch.id is None and key != "phone")


def _as_written(missed: Sequence[tuple[ContactPatch, Row]]) -> list[tuple[str, Row]]:
    """Return the queries for phones as they are written, or as Wix stores them.

    A record with an e-mail seldom needs its phone: it gets one question, the surer one.
    """
    return [
        *_in("info.phones.phone", [item["phone"] for patch, item in missed if _needs(patch, item)]),
        *_in(
            "info.phones.e164Phone",
            [_full(item) for patch, item in missed if not _needs(patch, item)],
        ),
    ]


def _international(missed: Sequence[tuple[ContactPatch, Row]]) -> list[tuple[str, Row]]:
    full = [_full(item) for patch, item in missed if _needs(patch, item) and _full(item)]
    return _in("info.phones.e164Phone", full)


def _spellings(missed: Sequence[tuple[ContactPatch, Row]]) -> list[tuple[str, Row]]:
    """Return the queries for other spellings, as many as the quota of Wix has room for."""
    items = [item for patch, item in missed if not patch.all_emails()]
    each = _SPELLINGS // max(len(items), 1)
    return _in("info.phones.phone", [text for item in items for text in _texts_of(item)[:each]])


def _needs(patch: ContactPatch, item: Row) -> bool:
    return not patch.all_emails() or not _full(item)


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
