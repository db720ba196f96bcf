"""New contacts by the hundred, with Contacts v5; whatever is in doubt goes the way of v4.

Contacts v5 is another model (wix-api contacts 5): it matches otherwise, knows no labels and custom
fields of v4, and says less of what became of a row. So it only ever makes contacts that a look-up
did not find, and every row's answer is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_wix.api.contacts.bulk import MOST_ROWS, CreatedRow, create_contacts
from tap_wix.api.errors import AccessError, LostAnswerError, RefusedError, WixError
from tap_wix.api.foreign_text import shown
from target_wix.contacts.bulk_body import (
    as_made,
    bulk_body,
    has_country,
    has_main_tag,
    shows_all,
)
from target_wix.contacts.patch import CUSTOM
from target_wix.contacts.plan import Attempt, Deletion, try_again
from target_wix.contacts.state import ContactState, as_contact, read_state
from target_wix.pipeline.refusals import send_in_halves, two_looks
from target_wix.runtime.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from target_wix.contacts.matcher import Matcher
    from target_wix.contacts.plan import AnyPlan, ContactPlan, ContactRecord
    from target_wix.contacts.values import Key
    from target_wix.pipeline.context import StreamContext
    from target_wix.pipeline.rounds import Result

    Written = tuple[ContactPlan, Iterable[Result[ContactRecord]]]
    """A plan, and what becomes of its records as that is asked for."""

_INVALID, _UNKNOWN = 400, 501


@dataclass(slots=True)
class BulkFacts:
    """What a run knows of Contacts v5.

    Attributes:
        is_usable: whether this key and site have it.
        keeps_main_tag: whether v4 shows its main e-mail with the tag MAIN; None before it is known.
        keeps_country: whether v4 shows the country of its international phones.
    """

    is_usable: bool = True
    keeps_main_tag: bool | None = None
    keeps_country: bool | None = None


class BulkCreator:
    """Makes new contacts with few requests.

    Attributes:
        waiting: plans that the next call takes.
        keys: what they go by.
    """

    def __init__(
        self,
        context: StreamContext,
        matcher: Matcher,
        facts: BulkFacts,
        send: Callable[[ContactPlan], Iterable[Result[ContactRecord]]],
        update: Callable[[ContactPlan], Iterable[Result[ContactRecord]]],
    ) -> None:
        """Write with what a run knows.

        Args:
            context: of the stream.
            matcher: knows the contacts.
            facts: what the run knows of v5.
            send: creates a contact with v4, which refuses to make one twice; unless that would
                overtake an earlier record that is still open.
            update: brings in with v4 what v5 has no place for.
        """
        self.waiting: list[ContactPlan] = []
        self.keys: set[Key] = set()
        self._context = context
        self._matcher = matcher
        self._facts = facts
        self._send = send
        self._update = update
        self._is_on = context.settings.bulk_contacts and not context.dry_run

    def takes(self, plan: AnyPlan) -> bool:
        """Take a new contact for the next call, and tell whether that can be done.

        What was tried before and not settled is not tried here again.
        """
        if isinstance(plan, Deletion) or plan.contact:
            return False
        fresh = all(one.attempt == Attempt() and not one.is_alone for one in plan.records)
        if not (self._is_on and self._facts.is_usable and fresh):
            return False
        if has_main_tag(plan.after) and self._facts.keeps_main_tag is False:
            return False
        if has_country(plan.after) and self._facts.keeps_country is False:
            return False
        if self._is_told_apart_by_custom_field(plan) or bulk_body(plan.after) is None:
            return False
        self.waiting.append(plan)
        self.keys |= plan.keys
        return True

    def _is_told_apart_by_custom_field(self, plan: ContactPlan) -> bool:
        """Tell whether it has a customer number: without it, for a moment, it would be anybody."""
        keys = self._context.settings.contact_match_keys
        return bool(plan.after.custom) and any(key.startswith(CUSTOM) for key in keys)

    @property
    def is_full(self) -> bool:
        """Whether a call has all the rows that it may have."""
        return len(self.waiting) >= MOST_ROWS

    def create(self) -> Iterator[Written]:
        """Make the contacts that wait; yield each plan with what becomes of its records."""
        plans, self.waiting, self.keys = self.waiting, [], set()
        together, apart = _told_apart(plans)
        unclear: list[ContactPlan] = []
        for some, answer in send_in_halves(together, self._call) if together else ():
            # A refusal is of one plan alone here: v4 has the last word on it.
            rows = {0: answer} if isinstance(answer, RefusedError) else answer
            for at, plan in enumerate(some):
                row = rows.get(at)
                if isinstance(row, RefusedError):
                    apart.append(plan)
                elif row is None:
                    unclear.append(plan)
                elif shows_all(bulk_body(plan.after) or {}, row.item):
                    yield plan, self._made(plan, row)
                elif self._matcher.lookup.get_current(row.id) is not None:
                    yield plan, self._goes_on(plan, row.id)
                else:
                    # It says that it made the contact, and v4 does not know it.
                    unclear.append(plan)
        yield from self._looked_for(unclear)
        for plan in sorted(apart, key=plans.index):
            self._context.raise_if_interrupted()
            yield plan, self._send(plan)

    def _call(self, plans: Sequence[ContactPlan]) -> dict[int, CreatedRow | RefusedError]:
        """Send one call; return what became of each row, as far as Wix says.

        Raises:
            RefusedError: a row is not what Wix takes.
        """
        everyone = RefusedError("Contacts v5 cannot be used.", code="BULK_UNUSABLE")
        if not self._facts.is_usable:
            return dict.fromkeys(range(len(plans)), everyone)
        self._context.raise_if_interrupted()
        bodies = [bulk_body(plan.after) or {} for plan in plans]
        try:
            return create_contacts(self._context.site.transport, bodies)
        except LostAnswerError:
            return {}
        except WixError as error:
            is_refusal = isinstance(error, AccessError | RefusedError)
            if error.status == _INVALID or not (is_refusal or error.status == _UNKNOWN):
                raise
            # A key for v4 may be none for v5, or a site may not have it.
            self._facts.is_usable = False
            self._context.warn_once(
                "contacts cannot be created in bulk (%s); they are created one by one.",
                shown(error.code or str(error), limit=100),
            )
            return dict.fromkeys(range(len(plans)), everyone)

    def _made(self, plan: ContactPlan, row: CreatedRow) -> Iterator[Result[ContactRecord]]:
        """Settle a contact that was made, or go on with what v5 could not take of it."""
        self._learn(plan, row.id)
        keeps_country = self._facts.keeps_country is not False
        made = as_made(
            plan.after,
            with_main_tag=self._facts.keeps_main_tag is not False,
            with_country=keeps_country,
        )
        revision = str(row.item.get("revision"))
        contact = as_contact(made, row.id, int(revision) if revision.isdecimal() else 1)
        self._matcher.cache.put(contact)
        records = self._made_records(plan, row.id)
        parts = tuple(
            replace(part, record=record) for part, record in zip(plan.parts, records, strict=True)
        )
        # A number with its country is that number, however it is spelled.
        after = replace(plan.after, phones=made.phones) if keeps_country else plan.after
        rest = replace(plan, contact=contact, before=made, after=after, parts=parts)
        # At once: without its country, a phone is taken for that of others.
        yield from self._update(rest)

    def _learn(self, plan: ContactPlan, contact_id: str) -> None:
        """Ask once a run what v4 shows of a contact of v5, where nobody says so."""
        facts = self._facts
        asks_tag = has_main_tag(plan.after) and facts.keeps_main_tag is None
        asks_country = has_country(plan.after) and facts.keeps_country is None
        if not (asks_tag or asks_country):
            return
        contact = self._matcher.lookup.get_current(contact_id)
        state = ContactState() if contact is None else read_state(contact)
        if asks_tag:
            facts.keeps_main_tag = has_main_tag(state)
        if asks_country:
            facts.keeps_country = has_country(state)

    def _goes_on(self, plan: ContactPlan, contact_id: str) -> Iterator[Result[ContactRecord]]:
        """Yield that the records of a contact that was made are planned anew from what it is."""
        yield from map(try_again, self._made_records(plan, contact_id))

    def _made_records(self, plan: ContactPlan, contact_id: str) -> Iterator[ContactRecord]:
        """Yield the records of a contact that was made, with what became of them so far."""
        for at, part in enumerate(plan.parts):
            patch = part.record.patch
            by = self._matcher.means(patch, contact_id) or patch.unique_key
            outcome = Outcome.UPDATED if at else Outcome.CREATED
            yield part.record.meaning(contact_id, by, Attempt(outcome=outcome, names=part.names))

    def _looked_for(self, plans: Sequence[ContactPlan]) -> Iterator[Written]:
        """Look for contacts that may have been made, twice, before they are made again."""
        left = list(plans)
        if not left:
            return
        for _ in two_looks(self._context.sleep):
            found = self._matcher.search_many([plan.patches[0] for plan in left])
            for plan, ids in zip(left, found, strict=True):
                if len(ids) == 1:
                    yield plan, self._goes_on(plan, ids[0])
            left = [plan for plan, ids in zip(left, found, strict=True) if len(ids) != 1]
            if not left:
                return
        for plan in left:
            self._context.raise_if_interrupted()
            yield plan, self._send(plan)


def _told_apart(plans: Sequence[ContactPlan]) -> tuple[list[ContactPlan], list[ContactPlan]]:
    """Return the plans that share no e-mail and no phone, and the others.

    What Wix does with two rows of a call that mean one contact is undocumented (wix-api contacts 5).
    """
    together: list[ContactPlan] = []
    apart: list[ContactPlan] = []
    taken: set[Key] = set()
    for plan in plans:
        keys = plan.after.keys
        (together if taken.isdisjoint(keys) else apart).append(plan)
        taken.update(keys)
    return together, apart
