"""Which contact a record means: by id, then by the match keys in their order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from target_wix.contacts.lookup import ContactLookup, MatchValue
from target_wix.contacts.patch import CLEAR, CUSTOM, ContactPatch
from target_wix.contacts.plan import NOBODY, Match
from target_wix.contacts.state import read_state
from target_wix.contacts.values import (
    custom_keys,
    email_keys,
    phone_keys,
    same_number,
    same_phone,
    typed,
)
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.contacts.patch import Row
    from target_wix.contacts.references import ReferenceResolver
    from target_wix.contacts.state import ContactState
    from target_wix.contacts.values import Key

AMBIGUOUS = "AMBIGUOUS"
_ENOUGH = 2


class Matcher:
    """Tells which contact a record means, from what is known and what look-ups find.

    A weaker key never overrules a stronger one: a contact that has another value for an earlier
    match key than the record is somebody else, whatever the later ones say.

    Attributes:
        lookup: how contacts are looked up.
        cache: those that are known.
    """

    def __init__(self, site: WixSite, names: ReferenceResolver, match_keys: Sequence[str]) -> None:
        self.lookup = ContactLookup(site, names)
        self.cache = self.lookup.cache
        self._names = names
        self._match_keys = match_keys

    def match(self, patches: Sequence[ContactPatch]) -> list[Match | Rejection]:
        """Return for each record the contact it means, or why that cannot be told."""
        self.lookup.ask_ids(patch.id for patch in patches if patch.id)
        matches: list[Match | Rejection] = [self._by_id(patch) for patch in patches]
        for key in self._match_keys:
            for some in (slice(1), slice(1, None)):  # all primary values first
                tried = [
                    (place, values)
                    for place, patch in enumerate(patches)
                    if matches[place] == NOBODY
                    and may_match(patch, key)
                    and (values := self.values(patch, key)[some])
                ]
                self.lookup.ask(
                    key,
                    [one for _, values in tried for one in values],
                    partial(self._is_found, key),
                )
                for place, values in tried:
                    found = self._candidates(patches[place], key, values)
                    if len(found) > 1:
                        matches[place] = ambiguous(key, found)
                    elif found:
                        matches[place] = Match(found[0], key)
        return matches

    def values(self, patch: ContactPatch, key: str) -> list[MatchValue]:
        """Return the values of a record for one match key, the primary one first."""
        if key == "email":
            return [MatchValue(patch, tuple(email_keys(one)), one) for one in patch.all_emails()]
        if key == "phone":
            return [MatchValue(patch, tuple(phone_keys(one)), one) for one in patch.all_phones()]
        spellings = self._names.spellings(key) if patch.custom else ()
        named = (v for n, v in patch.custom.items() if n.casefold() in spellings and v is not CLEAR)
        value = next(named, None)
        if value is None:
            return []
        if not self._names.can_have(key):
            return []  # written nowhere, it finds nobody in the next run
        field = self._names.field(key) or {"key": key}
        try:
            fitting = typed(str(field.get("dataType")), value, str(field["key"]))
        except Rejection:
            return []
        found = custom_keys(str(field["key"]), fitting)
        return [MatchValue(patch, tuple(found), fitting)] if found else []

    def stronger(self, key: str) -> list[str]:
        """Return the match keys that overrule one, as Wix does with e-mail and phone.

        Wix compares phones only where there is no e-mail (wix-api contacts 2.4).
        """
        if key in self._match_keys:
            before = list(self._match_keys[: self._match_keys.index(key)])
        else:
            before = [one for one in self._match_keys if one not in {"email", "phone"}]
        return [*before, "email"] if key == "phone" and "email" not in before else before

    def keeps(self, matched_by: str) -> frozenset[str]:
        """Return what a contact that was found by a match key keeps, by the names in a state."""
        if matched_by in {"", "id"}:
            return frozenset()
        return frozenset(map(self._kind, self.stronger(matched_by)))

    def contact_keys(self, contact_id: str, key: str) -> set[Key]:
        """Return what a known contact goes by of one match key."""
        return self.cache.keys_of(contact_id, self._kind(key))

    def contradicts(self, patch: ContactPatch, contact_id: str, key: str) -> str:
        """Return a stronger match key by which a contact is somebody else, empty if there is none."""
        return self._contradicted(self._said(patch, key), contact_id)

    def means(self, patch: ContactPatch, contact_id: str) -> str:
        """Return the match key by which a record means a known contact, empty if by none."""
        for key in [*self._match_keys, "email", "phone"]:
            if self._candidates(patch, key, self.values(patch, key), {contact_id}):
                return key
        return ""

    # -- for contacts that Wix may have, whatever the look-ups said -----------------------------

    def shares_phone(
        self,
        state: ContactState,
        patches: Sequence[ContactPatch],
        contact_id: str,
        but: str,
    ) -> bool:
        """Tell whether a contact without an e-mail may have the phone of others.

        Wix lets people share a phone where they have e-mails (wix-api contacts 2.4); where they
        have customer numbers instead, these tell them apart.

        Args:
            state: the contact.
            patches: the records about it.
            contact_id: a known contact that has the phone; empty if Wix does not name it.
            but: the contact itself, empty if it is yet to be created.
        """
        if state.emails or not any(key.startswith(CUSTOM) for key in self._match_keys):
            return False
        others = [contact_id]
        if not contact_id:
            values = [one for patch in patches for one in self.values(patch, "phone")]
            self.lookup.search("phone", [one.value for one in values])
            others = self.cache.holders(key for one in values for key in one.keys)
        contradicted = [
            self.contradicts(patch, one, "phone")
            for patch in patches
            for one in others
            if one != but
        ]
        return bool(contradicted) and all(key.startswith(CUSTOM) for key in contradicted)

    def untaken(self, before: ContactState, after: ContactState) -> frozenset[str]:
        """Return the custom fields that a contact keeps although Wix no longer takes their values."""
        kept = (key for key, value in after.custom.items() if before.custom.get(key) == value)
        return frozenset(key for key in kept if not self._names.is_taken(key, after.custom[key]))

    def other_holder(self, before: ContactState, after: ContactState, contact_id: str) -> str:
        """Look for another contact that has an e-mail or phone which a contact is to get.

        A dry run asks: Wix itself refuses such a change; for a phone, where there is no e-mail
        (wix-api contacts 2.4).

        Args:
            before: the contact as it is, empty if it is yet to be created.
            after: as it is to be.
            contact_id: its id, empty if it is yet to be created.

        Returns:
            The id of the other one, empty if there is none.
        """
        had = {key for item in before.emails for key in email_keys(item["email"])}
        texts = [item["email"] for item in after.emails]
        new = [text for text in texts if had.isdisjoint(email_keys(text))]
        values = [MatchValue(ContactPatch(), tuple(email_keys(text)), text) for text in new]
        self.lookup.ask("email", values, lambda value: bool(self.cache.holders(value.keys)))
        holders = self.cache.holders(key for value in values for key in value.keys)
        if not after.emails:
            phones = [
                MatchValue(ContactPatch(), tuple(phone_keys(item)), item)
                for item in after.phones
                if not any(same_phone(item, other) for other in before.phones)
            ]
            self.lookup.ask("phone", phones, lambda value: bool(self._with_phone(value)))
            holders = sorted({one for value in phones for one in self._with_phone(value)})
        return next((one for one in holders if one != contact_id), "")

    def _with_phone(self, value: MatchValue) -> list[str]:
        holders = self.cache.holders(value.keys)
        return [one for one in holders if self._has_phone(one, value.value)]

    def search(self, patch: ContactPatch) -> list[str]:
        """Look anew for a contact that a record may have been made into.

        By a custom field that is a match key; by what Wix itself tells contacts apart by.
        """
        custom = [key for key in self._match_keys if key.startswith(CUSTOM)]
        for key in (*custom, patch.unique_key):
            values = self.values(patch, key)
            self.lookup.search(key, [one.value for one in values])
            if key == "email" and not self._candidates(patch, key, values):
                # Comparison may heed case while Wix's duplicate check does not; this one never does.
                self.lookup.search_beginning(values[0].value)
            if found := self._candidates(patch, key, values):
                return found
        return []

    def search_many(self, patches: Sequence[ContactPatch]) -> list[list[str]]:
        """Look anew for contacts that records may have been made into, all of them at once.

        By what Wix itself tells contacts apart by. An e-mail may have been made lower by Wix.
        """
        asked = [(patch, self.values(patch, patch.unique_key)) for patch in patches]
        for key in ("email", "phone"):
            some = [one.value for patch, vs in asked if patch.unique_key == key for one in vs]
            lower = [value.lower() for value in some if key == "email"]
            self.lookup.search(key, [*some, *lower])
        return [self._candidates(patch, patch.unique_key, values) for patch, values in asked]

    def search_everywhere(self, patch: ContactPatch) -> list[str]:
        """Look through all contacts for one that Wix says there is, if they are few enough."""
        self.lookup.search_everywhere()
        return self._candidates(patch, patch.unique_key, self.values(patch, patch.unique_key))

    # -- comparing ----------------------------------------------------------------------------

    def _kind(self, key: str) -> str:
        """Return what the keys of the cache call a match key: custom fields go by their key."""
        field = self._names.field(key) if key.startswith(CUSTOM) else None
        return key if field is None else str(field["key"])

    def _by_id(self, patch: ContactPatch) -> Match:
        contact = self.cache.get(patch.id) if patch.id else None
        return NOBODY if contact is None else Match(contact["id"], "id")

    def _is_found(self, key: str, value: MatchValue) -> bool:
        return bool(self._candidates(value.patch, key, [value]))

    def _said(self, patch: ContactPatch, key: str) -> dict[str, set[Key]]:
        """Return what a record says of the match keys that overrule one."""
        said = {
            other: {one for value in self.values(patch, other) for one in value.keys}
            for other in self.stronger(key)
        }
        return {other: keys for other, keys in said.items() if keys}

    def _contradicted(self, said: dict[str, set[Key]], contact_id: str) -> str:
        for other, keys in said.items():
            own = self.contact_keys(contact_id, other)
            if own and keys.isdisjoint(own):
                return other
        return ""

    def _candidates(
        self,
        patch: ContactPatch,
        key: str,
        values: Iterable[MatchValue],
        among: Container[str] | None = None,
    ) -> list[str]:
        """Return the contacts that have one of the values and that no stronger key contradicts.

        An index may match loosely, so that what it gave is compared here. Of many that share a
        phone a few are enough to say that it cannot be told.
        """
        found: set[str] = set()
        said = self._said(patch, key)
        for value in values:
            for contact_id in self.cache.holders(value.keys):
                if len(found) > _ENOUGH:
                    break
                if (
                    (among is None or contact_id in among)
                    and not self._contradicted(said, contact_id)
                    and (key != "phone" or self._has_phone(contact_id, value.value))
                ):
                    found.add(contact_id)
        return sorted(found)

    def _has_phone(self, contact_id: str, phone: Row) -> bool:
        contact = self.cache.get(contact_id)
        return contact is not None and any(
            same_number(phone, item) for item in read_state(contact).phones
        )


def may_match(patch: ContactPatch, key: str) -> bool:
    """Tell whether a record may be matched by a match key.

    A deletion is for good: by the id of this site, or by a key that a person has alone.
    """
    return not patch.deleted or (patch.id is None and key != "phone")


def ambiguous(key: str, found: Sequence[str]) -> Rejection:
    """Return the rejection of a record that several contacts answer to."""
    named = " and ".join(found[:2])
    more = " and others" if len(found) > 2 else ""  # noqa: PLR2004
    return Rejection(AMBIGUOUS, f"The same {key} belongs to contacts {named}{more}.", key)
