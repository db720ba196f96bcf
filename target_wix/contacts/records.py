"""The stages of a contact's record before it is planned; none of them changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from target_wix.contacts.apply import ResolvedRefs
from target_wix.pipeline.rounds import Retry
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from target_wix.contacts.cache import Key
    from target_wix.contacts.patch import ContactPatch, ContactState
    from target_wix.runtime.pending import PendingRecord

CHANGED = "CONTACT_ALREADY_CHANGED"
"""What Wix says of a revision that is not the newest one (wix-api contacts 2.5)."""


@dataclass(frozen=True, slots=True)
class Match:
    """The contact that a record means.

    Attributes:
        contact_id: its id, None if there is none.
        by: what it was found by: `id`, `email`, `phone` or the key of a custom field.
    """

    contact_id: str | None = None
    by: str = ""


NOBODY = Match()


@dataclass(frozen=True, slots=True)
class Ways:
    """How Wix takes the change of a contact after all.

    Attributes:
        keeps_login: without the e-mail that a member logs in with.
        shares_phone: with the phone of somebody else.
        null: with this for a custom field that is emptied; None for null itself.
    """

    keeps_login: bool = False
    shares_phone: bool = False
    null: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of a record that was tried and not settled.

    Attributes:
        before: the contact that it was planned from, None if it was to be created.
        outcome: what became of it if nothing is left to be written.
        names: what it changed then.
        ways: how Wix takes the contact.
    """

    before: ContactState | None = None
    outcome: Outcome = Outcome.UNCHANGED
    names: tuple[str, ...] = ()
    ways: Ways = Ways()


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One record, what it asks for, and the contact it means.

    Attributes:
        pending: the record.
        patch: what it asks for.
        match: the contact it means.
        is_sure: whether Wix itself said so, so that it is not looked for again.
        is_alone: whether no other record is written along with it.
        attempt: what an earlier round came to.
        refs: what the labels and custom fields that it names are on the site.
    """

    pending: PendingRecord
    patch: ContactPatch
    match: Match = NOBODY
    is_sure: bool = False
    is_alone: bool = False
    attempt: Attempt = Attempt()
    refs: ResolvedRefs = field(default_factory=ResolvedRefs)


@dataclass(frozen=True, slots=True)
class ContactGroup:
    """Records of one contact, to be written at once; without an id it is yet to be created.

    Attributes:
        contact_id: the contact.
        records: the records.
        keys: all that they and their contact go by: whoever shares one has to do with them.
    """

    contact_id: str | None
    records: tuple[ContactRecord, ...]
    keys: frozenset[Key]

    @property
    def deletes(self) -> bool:
        """Whether it is about a deletion, which nothing is merged with."""
        return self.records[0].patch.deleted


def try_again(record: ContactRecord) -> Retry[ContactRecord]:
    """Return that a record goes into the next round, unless others are always faster."""
    reason = "The contact is changed by others faster than it can be written."
    return Retry(record, Rejection(CHANGED, reason))


def match_again(record: ContactRecord) -> Retry[ContactRecord]:
    """Return that a record goes into the next round as if it came now: its contact is no more."""
    return try_again(replace(record, is_sure=False, is_alone=False, attempt=Attempt()))
