"""What a change consists of: records of one contact applied one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.contacts.apply import apply_patch
from target_wix.contacts.compare import differences, named_fields
from target_wix.contacts.validate import check
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.groups import ContactRecord
    from target_wix.contacts.patch import ContactPatch, ContactState, Row
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext

STALE = "STALE_RECORD"
INSUFFICIENT = "INSUFFICIENT_CONTACT_DATA"


@dataclass(slots=True)
class Part:
    """What one record adds to a change: the names of the fields."""

    record: ContactRecord
    names: list[str]


@dataclass(slots=True)
class ContactPlan:
    """What is to be written, and for which records."""

    before: ContactState
    after: ContactState
    parts: list[Part] = field(default_factory=list)

    @property
    def info(self) -> Row:
        """What to send, empty if later records took back what earlier ones changed."""
        return differences(self.before, self.after)

    @property
    def patches(self) -> list[ContactPatch]:
        """What the records ask for."""
        return [part.record.patch for part in self.parts]

    @property
    def records(self) -> list[ContactRecord]:
        """The records, in their order."""
        return [part.record for part in self.parts]


class Planner:
    """Makes plans; a record that cannot be written, or changes nothing, is settled on the way."""

    def __init__(self, context: StreamContext, run: ContactsRun) -> None:
        """ContactPlan with what a run knows."""
        self._context = context
        self._run = run

    def plan(
        self,
        records: Sequence[ContactRecord],
        before: ContactState,
        *,
        stale: Callable[[ContactRecord, list[str]], bool] = lambda *_: False,
        unchanged: Callable[[ContactRecord], None] | None = None,
    ) -> ContactPlan:
        """Apply records to a contact, each to what the ones before it made of it.

        Args:
            records: the records.
            before: the contact as it is.
            stale: whether a record is too old to change these fields.
            unchanged: what to do with one that changes nothing; by default that is its outcome.
        """
        plan = ContactPlan(before, before)
        for record in records:
            try:
                names, after = self._applied(record, plan.after)
                if names:
                    _refuse_if(stale(record, names), names)
            except Rejection as rejection:
                self._context.reject(record.pending, rejection)
                continue
            if names:
                plan.parts.append(Part(record, names))
                plan.after = after
            elif unchanged is not None:
                unchanged(record)
            else:
                self._context.set_outcome(record.pending, Outcome.UNCHANGED)
        return plan

    def _applied(
        self, record: ContactRecord, before: ContactState
    ) -> tuple[list[str], ContactState]:
        run = self._run
        refs = run.names.resolve(
            record.patch,
            before,
            foreign=run.is_foreign(record),
            matched_by=record.match.by,
            keeps=run.keeps(record.match.by),
        )
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
