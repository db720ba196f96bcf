"""What a change consists of: records of one contact applied one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_wix.contacts.apply import apply_patch
from target_wix.contacts.compare import differences, named_fields
from target_wix.contacts.validate import check
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.apply import ResolvedRefs
    from target_wix.contacts.groups import ContactRecord
    from target_wix.contacts.patch import ContactPatch, ContactState, Row

STALE = "STALE_RECORD"
INSUFFICIENT = "INSUFFICIENT_CONTACT_DATA"


@dataclass(frozen=True, slots=True)
class Part:
    """What one record adds to a change: the names of the fields."""

    record: ContactRecord
    names: list[str]


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """What is to be written, and for which records.

    Attributes:
        before: the contact as it is.
        after: the contact as it is to be.
        parts: the records that change it, in their order.
        left: the records that do not, in their order: with a rejection, or none if nothing differs.
    """

    before: ContactState
    after: ContactState
    parts: tuple[Part, ...] = ()
    left: tuple[tuple[ContactRecord, Rejection | None], ...] = ()

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


def plan_contact(
    records: Sequence[ContactRecord],
    before: ContactState,
    resolve: Callable[[ContactRecord, ContactState], ResolvedRefs],
    *,
    is_stale: Callable[[ContactRecord, list[str]], bool] = lambda *_: False,
) -> ContactPlan:
    """Apply records to a contact, each to what the ones before it made of it.

    Args:
        records: the records.
        before: the contact as it is.
        resolve: returns what the labels and custom fields that a record names are on the site.
        is_stale: whether a record is too old to change these fields.
    """
    after = before
    parts: list[Part] = []
    left: list[tuple[ContactRecord, Rejection | None]] = []
    for record in records:
        try:
            names, changed = _apply(record, after, resolve(record, after))
            if names:
                _refuse_if(is_stale(record, names), names)
        except Rejection as rejection:
            left.append((record, rejection))
            continue
        if names:
            parts.append(Part(record, names))
            after = changed
        else:
            left.append((record, None))
    return ContactPlan(before, after, tuple(parts), tuple(left))


def _apply(
    record: ContactRecord, before: ContactState, refs: ResolvedRefs
) -> tuple[list[str], ContactState]:
    """Return the names of what a record changes, and the contact after it.

    Raises:
        Rejection: Wix would refuse the contact.
    """
    after = apply_patch(record.patch, before, refs)
    ours = [(reason, "") for reason in (*record.patch.dropped, *after.dropped)]
    record.pending.dropped = [*refs.dropped, *ours]
    info = differences(before, after)
    if not info:
        return [], before
    check(info, before, after)
    if not after.identified:
        raise Rejection(
            INSUFFICIENT, "A contact needs a name, a phone or an e-mail; this leaves it none."
        )
    return named_fields(info, before, after), after


def _refuse_if(stale: bool, names: Sequence[str]) -> None:  # noqa: FBT001
    if stale:
        raise Rejection(
            STALE,
            f"The contact was changed after this record was made; they differ in {', '.join(names)}.",
        )
