"""What a change consists of: records of one contact applied one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.contacts.apply import applied
from target_wix.contacts.compare import differences, named_fields
from target_wix.contacts.validate import check
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.groups import Entry
    from target_wix.contacts.patch import Card, ContactWish, Row
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext

STALE = "STALE_RECORD"
INSUFFICIENT = "INSUFFICIENT_CONTACT_DATA"


@dataclass(slots=True)
class Part:
    """What one record adds to a change: the names of the fields."""

    entry: Entry
    names: list[str]


@dataclass(slots=True)
class Plan:
    """What is to be written, and for which records."""

    before: Card
    after: Card
    parts: list[Part] = field(default_factory=list)

    @property
    def info(self) -> Row:
        """What to send, empty if later records took back what earlier ones changed."""
        return differences(self.before, self.after)

    @property
    def wishes(self) -> list[ContactWish]:
        """What the records ask for."""
        return [part.entry.wish for part in self.parts]

    @property
    def entries(self) -> list[Entry]:
        """The records, in their order."""
        return [part.entry for part in self.parts]


class Planner:
    """Makes plans; a record that cannot be written, or changes nothing, is settled on the way."""

    def __init__(self, context: StreamContext, run: ContactsRun) -> None:
        """Plan with what a run knows."""
        self._context = context
        self._run = run

    def plan(
        self,
        entries: Sequence[Entry],
        before: Card,
        *,
        stale: Callable[[Entry, list[str]], bool] = lambda *_: False,
        unchanged: Callable[[Entry], None] | None = None,
    ) -> Plan:
        """Apply records to a contact, each to what the ones before it made of it.

        Args:
            entries: the records.
            before: the contact as it is.
            stale: whether a record is too old to change these fields.
            unchanged: what to do with one that changes nothing; by default that is its outcome.
        """
        plan = Plan(before, before)
        for entry in entries:
            try:
                names, after = self._applied(entry, plan.after)
                if names:
                    _refuse_if(stale(entry, names), names)
            except Rejection as rejection:
                self._context.reject(entry.incoming, rejection)
                continue
            if names:
                plan.parts.append(Part(entry, names))
                plan.after = after
            elif unchanged is not None:
                unchanged(entry)
            else:
                self._context.set_outcome(entry.incoming, Outcome.UNCHANGED)
        return plan

    def _applied(self, entry: Entry, before: Card) -> tuple[list[str], Card]:
        run = self._run
        understood = run.names.understand(
            entry.wish,
            before,
            foreign=run.is_foreign(entry),
            matched_by=entry.match.by,
            keeps=run.keeps(entry.match.by),
        )
        after = applied(entry.wish, before, understood)
        ours = [(reason, "") for reason in (*entry.wish.left_out, *after.omitted)]
        entry.incoming.dropped = [*understood.left_out, *ours]
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
