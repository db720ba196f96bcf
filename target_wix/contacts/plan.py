"""From the records that mean one contact to what is written: each stage is made of the one before.

    ContactRecord  ->  ContactGroup  ->  ContactPlan or Deletion

None of them changes. What Wix would refuse is found before it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from target_wix.contacts.apply import ResolvedRefs, apply_patch, keeping_primary_email
from target_wix.contacts.state import ContactState, changes_of, check, differences, named_fields
from target_wix.contacts.values import email_key
from target_wix.pipeline.rounds import Rejected, Result, Retry, Settled
from target_wix.pipeline.staleness import STALE
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_wix.contacts.patch import ContactPatch, Dropped, Row
    from target_wix.contacts.values import Key
    from target_wix.runtime.pending import PendingRecord

CHANGED = "CONTACT_ALREADY_CHANGED"
"""What Wix says of a revision that is not the newest one (wix-api contacts 2.5)."""

INSUFFICIENT = "INSUFFICIENT_CONTACT_DATA"
_LOGINS = "login e-mails of members"


# -- the stages -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """The contact that a record means.

    Attributes:
        contact_id: its id, empty if there is none.
        by: what it was found by: `id`, `email`, `phone` or the key of a custom field.
    """

    contact_id: str = ""
    by: str = ""


NOBODY = Match()


@dataclass(frozen=True, slots=True)
class Ways:
    """How Wix takes the change of a contact after all.

    Attributes:
        keeps_login: without the e-mail that a member logs in with.
        shares_phone: with the phone of somebody else.
        swaps: with an e-mail or phone of somebody who gives it up right after.
        null: with this for a custom field that is emptied; None for null itself.
        without: without these custom fields, which it has otherwise.
    """

    keeps_login: bool = False
    shares_phone: bool = False
    swaps: bool = False
    null: str | None = None
    without: frozenset[str] = frozenset()


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

    @property
    def revision(self) -> int | None:
        """The revision of its contact when it was made, None if that is not known."""
        return self.patch.revision if self.match.by == "id" else None

    def meaning(self, contact_id: str, by: str, attempt: Attempt) -> ContactRecord:
        """Return the record with the contact it means for sure, and what it came to so far."""
        return replace(self, match=Match(contact_id, by), is_sure=True, attempt=attempt)


@dataclass(frozen=True, slots=True)
class ContactGroup:
    """Records of one contact, to be written at once; without an id it is yet to be created.

    Attributes:
        contact_id: the contact.
        records: the records.
        keys: all that they and their contact go by: whoever shares one has to do with them.
    """

    contact_id: str
    records: tuple[ContactRecord, ...]
    keys: frozenset[Key]

    @property
    def deletes(self) -> bool:
        """Whether it is about a deletion, which nothing is merged with."""
        return self.records[0].patch.deleted


@dataclass(frozen=True, slots=True)
class Part:
    """What one record adds to a change.

    Attributes:
        record: the record.
        names: of the fields.
        dropped: what the record loses.
        before: the contact before it.
        after: the contact with it.
    """

    record: ContactRecord
    names: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    before: ContactState
    after: ContactState


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """What is to be written, and for which records.

    Attributes:
        contact: as Wix has it; empty for one that is to be created.
        before: the contact as it is.
        after: the contact as it is to be.
        parts: the records that change it, in their order, at least one.
        ways: how Wix takes the change, as far as it is known.
        keys: all that its records and the contact go by.
    """

    contact: Row
    before: ContactState
    after: ContactState
    parts: tuple[Part, ...]
    ways: Ways
    keys: frozenset[Key]

    @property
    def contact_id(self) -> str:
        """The id of the contact, empty for one that is to be created."""
        return str(self.contact.get("id", ""))

    @property
    def info(self) -> Row:
        """What to send, empty if later records took back what earlier ones changed."""
        return differences(self.before, self.after)

    @property
    def body(self) -> Row:
        """The same with custom fields as Wix takes them."""
        info = self.info
        if "extendedFields" in info:
            items, ways = info["extendedFields"]["items"], self.ways
            items = {
                key: ways.null if value is None else value
                for key, value in items.items()
                if key not in ways.without
            }
            info["extendedFields"] = {"items": items}
        return info

    @property
    def keeps_email(self) -> bool:
        """Whether the primary e-mail stays."""
        return email_key(self.before.primary_email) == email_key(self.after.primary_email)

    def with_login(self) -> ContactPlan:
        """Return the plan, but leaving the primary e-mail alone: it is the member's login."""
        if not self.before.primary_email:
            return self
        emails = keeping_primary_email(self.before.emails, self.after.emails)
        ways = replace(self.ways, keeps_login=True)
        return replace(self, after=replace(self.after, emails=emails), ways=ways)

    def without_emails(self) -> ContactPlan:
        """Return the plan, but leaving all e-mails alone."""
        ways = replace(self.ways, keeps_login=True)
        return replace(self, after=replace(self.after, emails=self.before.emails), ways=ways)

    @property
    def patches(self) -> list[ContactPatch]:
        """What the records say."""
        return [part.record.patch for part in self.parts]

    @property
    def records(self) -> list[ContactRecord]:
        """The records that change it, in their order."""
        return [part.record for part in self.parts]


@dataclass(frozen=True, slots=True)
class Deletion:
    """A contact that is to be deleted on behalf of a record."""

    record: ContactRecord
    contact_id: str
    keys: frozenset[Key]

    @property
    def records(self) -> list[ContactRecord]:
        """The record."""
        return [self.record]


AnyPlan: TypeAlias = ContactPlan | Deletion


def try_again(record: ContactRecord) -> Retry[ContactRecord]:
    """Return that a record goes into the next round, unless others are always faster."""
    reason = "The contact is changed by others faster than it can be written."
    return Retry(record, Rejection(CHANGED, reason))


def match_again(record: ContactRecord) -> Retry[ContactRecord]:
    """Return that a record goes into the next round as if it came now: its contact is no more."""
    return try_again(replace(record, is_sure=False, is_alone=False, attempt=Attempt()))


# -- from a group to its plan -----------------------------------------------------------------


def plan_contact(
    group: ContactGroup, contact: Row, before: ContactState, newest: int | None
) -> Iterator[ContactPlan | Result[ContactRecord]]:
    """Apply records to a contact, each to what the ones before it made of it.

    Args:
        group: the records of the contact.
        contact: as Wix has it; empty for one that is to be created.
        before: the contact as it is.
        newest: the revision that no record may be older than; None if they may.

    Yields:
        The records that change nothing or cannot be written, then the plan of the others.
    """
    after = before
    parts: list[Part] = []
    for record in group.records:
        try:
            part = _part(record, after)
            if part.names and newest is not None:
                _check_age(part, contact, before, newest)
        except Rejection as rejection:
            yield Rejected(record, rejection)
            continue
        if part.names:
            parts.append(part)
            after = part.after
        else:
            done = record.attempt
            old = done.before or ContactState()
            changes = changes_of(contact.get("id", ""), old, before, done.names or None)
            yield Settled(record, done.outcome, done.names, part.dropped, changes)
    if parts:
        known = (one.record.attempt.ways for one in parts)
        ways = next((one for one in known if one != Ways()), Ways())
        yield ContactPlan(contact, before, after, tuple(parts), ways, group.keys)


def _part(record: ContactRecord, before: ContactState) -> Part:
    """Return what a record changes.

    Raises:
        Rejection: Wix would refuse the contact.
    """
    after = apply_patch(record.patch, before, record.refs)
    ours = [(reason, "") for reason in (*record.patch.dropped, *after.dropped)]
    dropped = (*record.refs.dropped, *ours)
    info = differences(before, after)
    if not info:
        return Part(record, (), dropped, before, before)
    check(info, before, after)
    if not after.identified:
        raise Rejection(
            INSUFFICIENT, "A contact needs a name, a phone or an e-mail; this leaves it none."
        )
    return Part(record, tuple(named_fields(info, before, after)), dropped, before, after)


def _check_age(part: Part, contact: Row, before: ContactState, newest: int) -> None:
    """Let no record that is older than its contact change what others wrote.

    Raises:
        Rejection: it is too old to change these fields.
    """
    record = part.record
    if record.revision is None:
        return
    if (tried := record.attempt.before) is not None:
        # Labels are only ever added, so nobody's are undone.
        by_others = {*named_fields(differences(tried, before), tried, before)} - {"labels"}
        is_stale = not by_others.isdisjoint(part.names)
    else:
        # A record of a contact that was merged into this one is from before that.
        is_stale = record.revision < newest or record.patch.id != contact["id"]
    if is_stale:
        names = ", ".join(part.names)
        reason = f"The contact was changed after this record was made; they differ in {names}."
        raise Rejection(STALE, reason)


def created(plan: ContactPlan, contact_id: str = "") -> Iterator[Result[ContactRecord]]:
    """Yield that a contact was made: the first record made it, the others changed it."""
    for at, part in enumerate(plan.parts):
        outcome = Outcome.UPDATED if at else Outcome.CREATED
        changes = changes_of(contact_id, part.before, part.after)
        yield Settled(part.record, outcome, part.names, part.dropped, changes)


def updated(plan: ContactPlan, contact_id: str) -> Iterator[Result[ContactRecord]]:
    """Yield what a contact's change came to for its records."""
    written = named_fields(plan.info, plan.before, plan.after)
    for part in plan.parts:
        # What a later record takes back was never written.
        names = [one for one in part.names if one in written]
        outcome = Outcome.UPDATED if names else Outcome.UNCHANGED
        # An e-mail that is a login is for the member to change: all else was written.
        kept_login = plan.ways.keeps_login and "emails" in part.names
        lost = [(_LOGINS, "")] if kept_login else []
        after = replace(part.after, emails=plan.after.emails) if kept_login else part.after
        changes = changes_of(contact_id, part.before, after, names)
        done = part.record.attempt
        if done.outcome is not Outcome.UNCHANGED:
            # Some of it was written a moment ago, and this is the rest.
            outcome, names = done.outcome, list(dict.fromkeys([*done.names, *names]))
            before = ContactState() if outcome is Outcome.CREATED else part.before
            changes = changes_of(contact_id, before, after, names)
        yield Settled(part.record, outcome, names, [*part.dropped, *lost], changes)
