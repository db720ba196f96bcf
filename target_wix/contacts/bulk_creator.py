"""New contacts by the hundred, with Contacts v5; whatever is in doubt goes the way of v4.

Contacts v5 is another model (wix-api contacts 5): it matches otherwise, knows no labels and custom
fields of v4, and says less of what became of a row. So it only ever makes contacts that a look-up
did not find, and every row's answer is looked at.
"""

from __future__ import annotations

from dataclasses import replace
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
from target_wix.contacts.cache import email_keys, phone_keys
from target_wix.contacts.patch import CUSTOM, ContactState
from target_wix.contacts.plan import Deletion, created
from target_wix.contacts.records import Attempt, Match, try_again
from target_wix.contacts.state import as_contact, read_state
from target_wix.pipeline.refusals import send_in_halves, two_looks
from target_wix.pipeline.rounds import Retry
from target_wix.runtime.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from target_wix.contacts.cache import Key
    from target_wix.contacts.plan import AnyPlan, ContactPlan, Part
    from target_wix.contacts.records import ContactRecord
    from target_wix.contacts.run import ContactsRun
    from target_wix.contacts.updater import ContactUpdater
    from target_wix.pipeline.context import StreamContext
    from target_wix.pipeline.rounds import Result

_INVALID, _UNKNOWN = 400, 501


class BulkCreator:
    """Makes new contacts with few requests.

    Attributes:
        waiting: plans that the next call takes.
        keys: what they go by.
    """

    def __init__(
        self,
        context: StreamContext,
        run: ContactsRun,
        create_one: Callable[[ContactPlan, set[Key]], Iterator[Result[ContactRecord]]],
        updater: ContactUpdater,
    ) -> None:
        """Write with what a run knows.

        Args:
            context: of the stream.
            run: what is known of contacts.
            create_one: creates a contact with v4, which refuses to make one twice; unless that
                would overtake an earlier record that is still open.
            updater: brings in with v4 what v5 has no place for.
        """
        self.waiting: list[ContactPlan] = []
        self._context = context
        self._run = run
        self._matcher = run.matcher
        self.keys: set[Key] = set()
        self._create_one = create_one
        self._updater = updater
        self._is_on = context.settings.bulk_contacts and not context.dry_run

    def takes(self, plan: AnyPlan) -> bool:
        """Take a new contact for the next call, and tell whether that can be done.

        What was tried before and not settled is not tried here again.
        """
        if isinstance(plan, Deletion) or plan.contact is not None:
            return False
        fresh = all(one.attempt == Attempt() and not one.is_alone for one in plan.records)
        if not (self._is_on and self._run.bulk.is_usable and fresh):
            return False
        if has_main_tag(plan.after) and self._run.bulk.keeps_main_tag is False:
            return False
        if has_country(plan.after) and self._run.bulk.keeps_country is False:
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

    def create(self, open_keys: set[Key]) -> Iterator[Result[ContactRecord]]:
        """Make the contacts that wait; yield what becomes of their records.

        Args:
            open_keys: what records that go into the next round go by; more are added.
        """
        plans, self.waiting, self.keys = self.waiting, [], set()
        together, apart = _told_apart(plans)
        unclear: list[ContactPlan] = []
        for some, answer in self._sent(together):
            for at, plan in enumerate(some):
                row = answer.get(at)
                if isinstance(row, CreatedRow):
                    yield from self._made(plan, row, open_keys)
                elif row is not None:
                    apart.append(plan)
                else:
                    unclear.append(plan)
        yield from self._looked_for(unclear, open_keys)
        for plan in sorted(apart, key=plans.index):
            self._context.raise_if_interrupted()
            yield from self._create_one(plan, open_keys)

    def _sent(
        self, plans: Sequence[ContactPlan]
    ) -> Iterator[tuple[Sequence[ContactPlan], dict[int, CreatedRow | RefusedError]]]:
        """Send plans; yield them with what became of each row, as far as Wix says."""
        if not plans:
            return
        for some, answer in send_in_halves(plans, self._call):
            # A refusal is of one plan alone here: v4 has the last word on it.
            yield some, {0: answer} if isinstance(answer, RefusedError) else answer

    def _call(self, plans: Sequence[ContactPlan]) -> dict[int, CreatedRow | RefusedError]:
        """Send one call.

        Raises:
            RefusedError: a row is not what Wix takes.
        """
        everyone = RefusedError("Contacts v5 cannot be used.", code="BULK_UNUSABLE")
        if not self._run.bulk.is_usable:
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
            self._run.bulk.is_usable = False
            self._context.warn_once(
                "contacts cannot be created in bulk (%s); they are created one by one.",
                shown(error.code or str(error), limit=100),
            )
            return dict.fromkeys(range(len(plans)), everyone)

    def _made(
        self, plan: ContactPlan, row: CreatedRow, open_keys: set[Key]
    ) -> Iterator[Result[ContactRecord]]:
        """Settle a contact that was made, or go on with what v5 could not take of it."""
        has_all = shows_all(bulk_body(plan.after) or {}, row.item)
        if not has_all and self._matcher.get_current(row.id) is None:
            # It says that it made the contact, and v4 does not know it.
            yield from self._looked_for([plan], open_keys)
            return
        if has_all:
            self._learn(plan, row.id)
            bulk = self._run.bulk
            made = as_made(
                plan.after,
                with_main_tag=bulk.keeps_main_tag is not False,
                with_country=bulk.keeps_country is not False,
            )
            revision = str(row.item.get("revision"))
            contact = as_contact(made, row.id, int(revision) if revision.isdecimal() else 1)
            self._matcher.cache.put(contact)
            parts = tuple(
                replace(part, record=self._made_record(part, row.id, is_first=not at))
                for at, part in enumerate(plan.parts)
            )
            # A number with its country is that number, however it is spelled.
            keeps = bulk.keeps_country is not False
            after = replace(plan.after, phones=made.phones) if keeps else plan.after
            rest = replace(plan, contact=contact, before=made, after=after, parts=parts)
            if not rest.info:
                yield from created(plan, row.id)
                return
            # At once: without its country, a phone is taken for that of others.
            for result in self._updater.update(contact, rest):
                if isinstance(result, Retry):
                    open_keys |= plan.keys
                yield result
            return
        yield from self._goes_on(plan, row.id, open_keys)

    def _learn(self, plan: ContactPlan, contact_id: str) -> None:
        """Ask once a run what v4 shows of a contact of v5, where nobody says so."""
        bulk = self._run.bulk
        asks_tag = has_main_tag(plan.after) and bulk.keeps_main_tag is None
        asks_country = has_country(plan.after) and bulk.keeps_country is None
        if not (asks_tag or asks_country):
            return
        contact = self._matcher.get_current(contact_id)
        state = ContactState() if contact is None else read_state(contact)
        if asks_tag:
            bulk.keeps_main_tag = has_main_tag(state)
        if asks_country:
            bulk.keeps_country = has_country(state)

    def _goes_on(
        self, plan: ContactPlan, contact_id: str, open_keys: set[Key]
    ) -> Iterator[Result[ContactRecord]]:
        """Yield that the records of a contact that was made are planned anew from what it is."""
        open_keys |= plan.keys
        for at, part in enumerate(plan.parts):
            yield try_again(self._made_record(part, contact_id, is_first=not at))

    def _made_record(self, part: Part, contact_id: str, *, is_first: bool) -> ContactRecord:
        """Return the record of a contact that was made, with what became of it so far."""
        by = self._matcher.means(part.record.patch, contact_id)
        outcome = Outcome.CREATED if is_first else Outcome.UPDATED
        return replace(
            part.record,
            match=Match(contact_id, by or "email"),
            is_sure=True,
            attempt=Attempt(outcome=outcome, names=part.names),
        )

    def _looked_for(
        self, plans: Sequence[ContactPlan], open_keys: set[Key]
    ) -> Iterator[Result[ContactRecord]]:
        """Look for contacts that may have been made, twice, before they are made again."""
        left = list(plans)
        if not left:
            return
        for _ in two_looks(self._context.sleep):
            found = self._matcher.search_many([plan.patches[0] for plan in left])
            for plan, ids in zip(left, found, strict=True):
                if len(ids) == 1:
                    yield from self._goes_on(plan, ids[0], open_keys)
            left = [plan for plan, ids in zip(left, found, strict=True) if len(ids) != 1]
            if not left:
                return
        for plan in left:
            self._context.raise_if_interrupted()
            yield from self._create_one(plan, open_keys)


def _told_apart(plans: Sequence[ContactPlan]) -> tuple[list[ContactPlan], list[ContactPlan]]:
    """Return the plans that share no e-mail and no phone, and the others.

    What Wix does with two rows of a call that mean one contact is undocumented (wix-api contacts 5).
    """
    together: list[ContactPlan] = []
    apart: list[ContactPlan] = []
    taken: set[Key] = set()
    for plan in plans:
        keys = _keys(plan.after)
        if taken.isdisjoint(keys):
            together.append(plan)
        else:
            apart.append(plan)
        taken |= keys
    return together, apart


def _keys(state: ContactState) -> set[Key]:
    emails = (key for item in state.emails for key in email_keys(item["email"]))
    return {*emails, *(key for item in state.phones for key in phone_keys(item))}
