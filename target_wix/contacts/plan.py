"""What a change consists of: records of one contact applied one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from target_wix.contacts.apply import apply_patch
from target_wix.contacts.changes import changes_of
from target_wix.contacts.compare import differences, named_fields
from target_wix.contacts.patch import ContactState
from target_wix.contacts.records import Ways
from target_wix.contacts.validate import check
from target_wix.pipeline.rounds import Rejected, Result, Settled
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from target_wix.contacts.cache import Key
    from target_wix.contacts.patch import ContactPatch, Dropped, Row
    from target_wix.contacts.records import ContactGroup, ContactRecord

STALE = "STALE_RECORD"
INSUFFICIENT = "INSUFFICIENT_CONTACT_DATA"


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
        contact: as Wix has it; None for one that is to be created.
        before: the contact as it is.
        after: the contact as it is to be.
        parts: the records that change it, in their order, at least one.
        ways: how Wix takes the change, as far as it is known.
        keys: all that its records and the contact go by.
    """

    contact: Row | None
    before: ContactState
    after: ContactState
    parts: tuple[Part, ...]
    ways: Ways
    keys: frozenset[Key] = frozenset()

    @property
    def info(self) -> Row:
        """What to send, empty if later records took back what earlier ones changed."""
        return differences(self.before, self.after)

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
    keys: frozenset[Key] = frozenset()

    @property
    def records(self) -> list[ContactRecord]:
        """The record."""
        return [self.record]


AnyPlan: TypeAlias = ContactPlan | Deletion


def plan_contact(
    group: ContactGroup,
    contact: Row | None,
    before: ContactState,
    *,
    is_stale: Callable[[ContactRecord, Sequence[str]], bool],
) -> Iterator[ContactPlan | Result[ContactRecord]]:
    """Apply records to a contact, each to what the ones before it made of it.

    Args:
        group: the records of the contact.
        contact: as Wix has it; None for one that is to be created.
        before: the contact as it is.
        is_stale: whether a record is too old to change these fields.

    Yields:
        The records that change nothing or cannot be written, then the plan of the others.
    """
    after = before
    parts: list[Part] = []
    for record in group.records:
        try:
            part, changed = _apply(record, after)
            if part.names:
                _refuse_if(is_stale(record, part.names), part.names)
        except Rejection as rejection:
            yield Rejected(record, rejection)
            continue
        if part.names:
            parts.append(part)
            after = changed
        else:
            done = record.attempt
            old = done.before or ContactState()
            key = "" if contact is None else str(contact["id"])
            changes = changes_of(key, old, before, done.names or None)
            yield Settled(record, done.outcome, done.names, part.dropped, changes)
    if parts:
        known = (one.record.attempt.ways for one in parts)
        ways = next((one for one in known if one != Ways()), Ways())
        yield ContactPlan(contact, before, after, tuple(parts), ways, group.keys)


def _apply(record: ContactRecord, before: ContactState) -> tuple[Part, ContactState]:
    """Return what a record changes, and the contact after it.

    Raises:
        Rejection: Wix would refuse the contact.
    """
    after = apply_patch(record.patch, before, record.refs)
    ours = [(reason, "") for reason in (*record.patch.dropped, *after.dropped)]
    dropped = (*record.refs.dropped, *ours)
    info = differences(before, after)
    if not info:
        return Part(record, (), dropped, before, before), before
    check(info, before, after)
    if not after.identified:
        raise Rejection(
            INSUFFICIENT, "A contact needs a name, a phone or an e-mail; this leaves it none."
        )
    names = tuple(named_fields(info, before, after))
    return Part(record, names, dropped, before, after), after


def _refuse_if(stale: bool, names: Sequence[str]) -> None:  # noqa: FBT001
    if stale:
        raise Rejection(
            STALE,
            f"The contact was changed after this record was made; they differ in {', '.join(names)}.",
        )


def created(plan: ContactPlan, contact_id: str = "") -> Iterator[Result[ContactRecord]]:
    """Yield that a contact was made: the first record made it, the others changed it."""
    for at, part in enumerate(plan.parts):
        outcome = Outcome.UPDATED if at else Outcome.CREATED
        changes = changes_of(contact_id, part.before, part.after)
        yield Settled(part.record, outcome, part.names, part.dropped, changes)
