"""The writer of Contacts v4: contacts created, changed or deleted, whatever Wix answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.contacts import contact as contact_api
from tap_wix.api.errors import LostAnswerError, RefusedError, UnavailableError, WixError
from target_wix.contacts.bulk_creator import BulkCreator
from target_wix.contacts.changes import changes_of
from target_wix.contacts.matcher import ambiguous
from target_wix.contacts.plan import STALE, Deletion, created
from target_wix.contacts.records import Attempt, Match, match_again, try_again
from target_wix.contacts.state import as_contact, read_state
from target_wix.contacts.updater import DUPLICATE, ContactUpdater
from target_wix.pipeline.refusals import rejection_of, two_looks
from target_wix.pipeline.rounds import Rejected, Result, Retry, Settled, Waiting
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.contacts.cache import Key
    from target_wix.contacts.patch import Row
    from target_wix.contacts.plan import AnyPlan, ContactPlan
    from target_wix.contacts.records import ContactRecord
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext

_LOST_TRIES = 8


class ContactWriter:
    """Sends what is planned, one contact after another."""

    def __init__(self, context: StreamContext, run: ContactsRun) -> None:
        """Write with what a run knows."""
        self._context = context
        self._run = run
        self._matcher = run.matcher
        self._cache = run.matcher.cache
        self._transport = context.site.transport
        self._updater = ContactUpdater(context, run)
        self._bulk = BulkCreator(context, run, self._unless_overtaking, self._updater)

    def write(self, plans: Iterable[AnyPlan]) -> Iterator[Result[ContactRecord]]:
        """Send what is planned; yield a result for each record.

        What has to do with a contact that goes into the next round waits for it: written now, it
        would overtake an earlier record.
        """
        open_keys: set[Key] = set()
        for plan in plans:
            self._context.raise_if_interrupted()
            if not open_keys.isdisjoint(plan.keys):
                open_keys |= plan.keys
                yield from map(Waiting, plan.records)
            elif self._bulk.takes(plan):
                if self._bulk.is_full:
                    yield from self._bulk.create(open_keys)
            else:
                if not self._bulk.keys.isdisjoint(plan.keys):
                    yield from self._bulk.create(open_keys)
                yield from self._unless_overtaking(plan, open_keys)
        yield from self._bulk.create(open_keys)

    def _unless_overtaking(
        self, plan: AnyPlan, open_keys: set[Key]
    ) -> Iterator[Result[ContactRecord]]:
        """Send a plan, unless it has to do with what goes into the next round; note if it does."""
        if not open_keys.isdisjoint(plan.keys):
            open_keys |= plan.keys
            yield from map(Waiting, plan.records)
            return
        for result in self._sent(plan):
            if isinstance(result, Retry):
                open_keys |= plan.keys
            yield result

    def _sent(self, plan: AnyPlan) -> Iterator[Result[ContactRecord]]:
        if isinstance(plan, Deletion):
            yield self._deleted(plan)
        elif plan.contact is None:
            yield from self._created(plan)
        else:
            yield from self._updater.update(plan.contact, plan)

    def _deleted(self, plan: Deletion) -> Result[ContactRecord]:
        """Delete a contact that is proved to be the one that is meant, and no newer than the record.

        Raises:
            TooManyDeletesError: `max_deletes` does not allow it.
        """
        record, contact_id = plan.record, plan.contact_id
        contact = self._matcher.get_current(contact_id)
        if contact is None or contact["id"] != contact_id:
            return Settled(record, Outcome.UNCHANGED)
        if record.match.by != "id" and not self._matcher.means(record.patch, contact_id):
            return match_again(record)
        newest = self._cache.revision_before_us(contact)
        if self._run.heeds_revision(record) and (record.patch.revision or 0) < newest:
            reason = "The contact was changed after this record was made, so it is not deleted."
            return Rejected(record, Rejection(STALE, reason, "revision"))
        self._context.allow_delete(record.pending)
        if not self._context.dry_run:
            try:
                contact_api.delete_contact(self._transport, contact_id)
            except WixError as error:
                # Which status Wix refuses with is not documented, so the code decides: a 403 would
                # pass for a key without permission (wix-api contacts 2.6).
                if not isinstance(error, RefusedError) and "DELETE" not in error.code:
                    raise
                return Rejected(record, rejection_of(error))
        self._cache.gone(contact_id)
        state = read_state(contact)
        return Settled(record, Outcome.DELETED, changes=changes_of(contact_id, state, state))

    # -- contacts that do not exist -----------------------------------------------------------

    def _created(self, plan: ContactPlan) -> Iterator[Result[ContactRecord]]:
        """Create a contact, unless it turns out to exist."""
        if self._context.dry_run:
            yield from self._as_if_created(plan)
            return
        for _ in range(_LOST_TRIES):
            self._context.raise_if_interrupted()
            try:
                contact = self._create(plan)
            except LostAnswerError:
                if found := self._search(plan):
                    yield from self._adopted(plan, found, Outcome.CREATED)
                    return
            except RefusedError as error:
                yield from self._refused(plan, error)
                return
            else:
                self._cache.put(contact)
                yield from created(plan, contact["id"])
                return
        raise UnavailableError(
            "Wix gives no answer when contacts are created.", path=contact_api.PATH
        )

    def _create(self, plan: ContactPlan) -> Row:
        """Send a create; once more where Wix refuses the phone of somebody else."""
        try:
            return contact_api.create_contact(self._transport, plan.info)
        except RefusedError as error:
            if not self._shares_phone(plan, error):
                raise
        return contact_api.create_contact(self._transport, plan.info, allow_duplicates=True)

    def _shares_phone(self, plan: ContactPlan, error: RefusedError) -> bool:
        """Tell whether Wix refuses a phone of a contact whose customer number is another one."""
        if not error.code.startswith(DUPLICATE) or plan.after.emails:
            return False
        other = error.data.get("duplicateContactId")
        named = self._matcher.get_current(other) if isinstance(other, str) and other else None
        return self._matcher.shares_phone(plan.after, plan.patches, named["id"] if named else None)

    def _refused(self, plan: ContactPlan, error: RefusedError) -> Iterator[Result[ContactRecord]]:
        """Act on a refusal: a duplicate is the contact to change, never one to make again."""
        refusal = rejection_of(error)
        if error.code.startswith(DUPLICATE):
            named = error.data.get("duplicateContactId")
            contact = self._matcher.get_current(named) if isinstance(named, str) and named else None
            if contact:
                found = self._meant(plan, contact["id"])
            else:
                found = self._search(plan) or self._matcher.search_everywhere(plan.patches[0])
            if found:
                yield from self._adopted(plan, found)
                return
            if contact is not None:
                refusal = self._taken(plan, contact["id"], error.code, error.request_id)
        yield from _one_by_one(plan, refusal)

    def _as_if_created(self, plan: ContactPlan) -> Iterator[Result[ContactRecord]]:
        """Tell in a dry run what Wix would do: it takes an e-mail only once."""
        other = self._matcher.holder_of_email(plan.after)
        if not other:
            self._cache.put(as_contact(plan.after, self._run.made_up_id(), 1))
            yield from created(plan)
        elif found := self._meant(plan, other):
            yield from self._adopted(plan, found)
        else:
            yield from _one_by_one(plan, self._taken(plan, other, f"{DUPLICATE}S"))

    def _meant(self, plan: ContactPlan, contact_id: str) -> list[str]:
        """Return the contact that Wix names if the records mean it, and others that they mean.

        Wix names one of several people with a phone (wix-api contacts 2.4).
        """
        first = plan.records[0].patch
        if not all(self._matcher.means(record.patch, contact_id) for record in plan.records):
            return []
        others = [] if first.all_emails() else self._matcher.search(first)
        return sorted({contact_id, *others})

    def _taken(
        self, plan: ContactPlan, contact_id: str, code: str, request_id: str = ""
    ) -> Rejection:
        """Return the rejection of a record whose e-mail or phone is that of somebody else."""
        patch = plan.records[0].patch
        kind = "email" if patch.all_emails() else "phone"
        other = self._matcher.contradicts(patch, contact_id, kind)
        but = f" has another {other}" if other else " is somebody else"
        reason = f"Contact {contact_id} has this {kind} and{but}; Wix takes it only once."
        return Rejection(code, reason, kind, request_id)

    def _search(self, plan: ContactPlan) -> list[str]:
        """Look for what may have been created, and again when the index had time to see it."""
        for _ in two_looks(self._context.sleep):
            for record in plan.records:
                if found := self._matcher.search(record.patch):
                    return found
        return []

    def _adopted(
        self,
        plan: ContactPlan,
        found: Sequence[str],
        outcome: Outcome = Outcome.UNCHANGED,
    ) -> Iterator[Result[ContactRecord]]:
        """Yield that the records go on with a contact that turned out to exist.

        Args:
            plan: what was to be created.
            found: the contacts that have its e-mail or phone.
            outcome: what became of the first record if nothing is left to be written.
        """
        contact = self._cache.get(found[0])
        if len(found) > 1 or contact is None:
            for record in plan.records:
                yield Rejected(record, ambiguous("e-mail or phone", found))
            return
        for at, record in enumerate(plan.records):
            # Found by the very value that Wix compares, so the record does not change that value.
            kind = "email" if record.patch.all_emails() else "phone"
            match = Match(contact["id"], self._matcher.means(record.patch, found[0]) or kind)
            attempt = Attempt(outcome=Outcome.UNCHANGED if at else outcome)
            yield try_again(replace(record, match=match, is_sure=True, attempt=attempt))


def _one_by_one(plan: ContactPlan, refusal: Rejection) -> Iterator[Result[ContactRecord]]:
    """Yield that the first of several records is tried alone, and the others after it."""
    first, *others = plan.records
    if not others:
        yield Rejected(first, refusal)
        return
    yield try_again(replace(first, is_alone=True))
    yield from map(Waiting, others)
