"""ProductWriter one contact: created, changed or deleted, whatever Wix answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.contacts import contact as contact_api
from tap_wix.api.errors import LostAnswerError, RefusedError, UnavailableError, WixError
from target_wix.contacts.matcher import Match, ambiguous
from target_wix.contacts.patch import ContactState
from target_wix.contacts.plan import STALE, ContactPlan, plan_contact
from target_wix.contacts.state import as_contact, read_state
from target_wix.contacts.updater import DUPLICATE, ContactUpdater, settle_left
from target_wix.pipeline.index_lag import two_looks
from target_wix.pipeline.refusals import rejection_of
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.groups import ContactRecord, Group
    from target_wix.contacts.patch import Row
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext

_LOST_TRIES = 8


class ContactWriter:
    """Writes groups of records; every record leaves with an outcome, or is put off.

    Attributes:
        postponed: records to be matched again, since what they were matched with is no more.
    """

    def __init__(self, context: StreamContext, run: ContactsRun) -> None:
        """Write with what a run knows."""
        self.postponed: list[ContactRecord] = []
        self._context = context
        self._run = run
        self._matcher = run.matcher
        self._cache = run.matcher.cache
        self._transport = context.site.transport

    def write(self, group: Group) -> None:
        """Write one group."""
        if group.deletes:
            self._delete(group.records[0], group.contact_id or "")
        elif group.contact_id is None:
            self._create(group.records)
        else:
            self._update(group.contact_id, group.records)

    def _update(self, contact_id: str, records: Sequence[ContactRecord]) -> None:
        contact = self._cache.get(contact_id)
        if contact is None:
            self.postponed.extend(records)
            return
        newest = self._cache.revision_before_us(contact)

        def is_stale(record: ContactRecord, _: list[str]) -> bool:
            # A record of a contact that was merged into this one is from before that.
            older = (record.patch.revision or 0) < newest or record.patch.id != contact["id"]
            return older and self._run.heeds_revision(record)

        self._send(contact, self._planned(records, read_state(contact), is_stale=is_stale))

    def _planned(
        self,
        records: Sequence[ContactRecord],
        before: ContactState,
        *,
        is_stale: Callable[[ContactRecord, list[str]], bool] = lambda *_: False,
    ) -> ContactPlan:
        plan = plan_contact(records, before, self._run.resolve, is_stale=is_stale)
        settle_left(self._context, plan)
        return plan

    def _send(self, contact: Row, plan: ContactPlan) -> None:
        if not plan.parts:
            return
        update = ContactUpdater(self._context, self._run, contact, plan)
        update.run()
        self.postponed.extend(update.postponed)
        for record in update.alone:
            self._update(contact["id"], [record])

    def _delete(self, record: ContactRecord, contact_id: str) -> None:
        """Delete a contact that is proved to be the one that is meant, and no newer than the record."""
        contact = self._matcher.get_current(contact_id)
        if contact is None or contact["id"] != contact_id:
            self._context.set_outcome(record.pending, Outcome.UNCHANGED)
            return
        if record.match.by != "id" and not self._matcher.means(record.patch, contact_id):
            self.postponed.append(record)
            return
        newest = self._cache.revision_before_us(contact)
        if self._run.heeds_revision(record) and (record.patch.revision or 0) < newest:
            reason = "The contact was changed after this record was made, so it is not deleted."
            self._context.reject(record.pending, Rejection(STALE, reason, "revision"))
            return
        self._context.allow_delete(record.pending)
        if not self._context.dry_run:
            try:
                contact_api.delete_contact(self._transport, contact_id)
            except WixError as error:
                # Which status Wix refuses with is not documented, so the code decides: a 403 would
                # pass for a key without permission (wix-api contacts 2.6).
                if not isinstance(error, RefusedError) and "DELETE" not in error.code:
                    raise
                self._context.reject(record.pending, rejection_of(error))
                return
        self._cache.gone(contact_id)
        self._context.set_outcome(record.pending, Outcome.DELETED)

    # -- contacts that do not exist -----------------------------------------------------------

    def _create(self, records: Sequence[ContactRecord]) -> None:
        plan = self._planned(records, ContactState())
        if not plan.parts:
            return
        if self._context.dry_run:
            if self._would_be_refused(plan):
                return
            made_up = as_contact(plan.after, self._run.made_up_id(), 1)
            self._created(made_up, plan)
            return
        for _ in range(_LOST_TRIES):
            self._context.raise_if_interrupted()
            if self._sent(plan):
                return
        raise UnavailableError(
            "Wix gives no answer when contacts are created.", path=contact_api.PATH
        )

    def _sent(self, plan: ContactPlan, *, shared_phone: bool = False) -> bool:
        """Send a create once; tell whether it is known what became of it."""
        try:
            contact = contact_api.create_contact(
                self._transport, plan.info, allow_duplicates=shared_phone
            )
        except LostAnswerError:
            found = self._search(plan)
            if found:
                self._adopt(plan, found, Outcome.CREATED)
            return bool(found)
        except RefusedError as error:
            other = error.data.get("duplicateContactId")
            if not shared_phone and self._shares_phone(plan, error, other):
                return self._sent(plan, shared_phone=True)
            self._refused(plan, error)
        else:
            self._created(contact, plan)
        return True

    def _shares_phone(self, plan: ContactPlan, error: RefusedError, other: object) -> bool:
        """Tell whether Wix refuses a phone of a contact whose customer number is another one."""
        if not error.code.startswith(DUPLICATE) or plan.after.emails:
            return False
        named = self._matcher.get_current(other) if isinstance(other, str) and other else None
        return self._matcher.shares_phone(plan.after, plan.patches, named["id"] if named else None)

    def _created(self, contact: Row, plan: ContactPlan) -> None:
        self._cache.put(contact)
        for at, part in enumerate(plan.parts):
            outcome = Outcome.UPDATED if at else Outcome.CREATED
            self._context.set_outcome(part.record.pending, outcome, part.names)

    def _refused(self, plan: ContactPlan, error: RefusedError) -> None:
        """Act on a refusal: a duplicate is the contact to change, never one to make again."""
        if error.code.startswith(DUPLICATE):
            named = error.data.get("duplicateContactId")
            contact = self._matcher.get_current(named) if isinstance(named, str) and named else None
            if contact:
                found = self._meant(plan, contact["id"])
            else:
                found = self._search(plan) or self._matcher.search_everywhere(plan.patches[0])
            if found:
                self._adopt(plan, found)
                return
            if contact is not None and len(plan.records) == 1:
                taken = self._taken(plan, contact["id"], error.code, error.request_id)
                self._context.reject(plan.records[0].pending, taken)
                return
        first, *others = plan.records
        if others:
            self._create([first])
            self.postponed.extend(others)
        else:
            self._context.reject(first.pending, rejection_of(error))

    def _would_be_refused(self, plan: ContactPlan) -> bool:
        """Act in a dry run on what Wix would say: it takes an e-mail only once."""
        other = self._matcher.holder_of_email(plan.after)
        if not other:
            return False
        first, *others = plan.records
        if found := self._meant(plan, other):
            self._adopt(plan, found)
        elif others:
            self._create([first])
            self.postponed.extend(others)
        else:
            self._context.reject(first.pending, self._taken(plan, other, f"{DUPLICATE}S"))
        return True

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

    def _adopt(
        self, plan: ContactPlan, found: Sequence[str], outcome: Outcome | None = None
    ) -> None:
        """Go on with a contact that turned out to exist.

        Args:
            plan: what was to be created.
            found: the contacts that have its e-mail or phone.
            outcome: what to call it if nothing is left to be written.
        """
        records = plan.records
        contact = self._cache.get(found[0])
        if len(found) > 1 or contact is None:
            for record in records:
                self._context.reject(record.pending, ambiguous("e-mail or phone", found))
            return
        for record in records:
            # Found by the very value that Wix compares, so the record does not change that value.
            kind = "email" if record.patch.all_emails() else "phone"
            record.match = Match(contact["id"], self._matcher.means(record.patch, found[0]) or kind)

        def outcome_of(record: ContactRecord) -> tuple[Outcome, Sequence[str]]:
            made = outcome if record is records[0] else None
            return made or Outcome.UNCHANGED, ()

        again = plan_contact(records, read_state(contact), self._run.resolve)
        settle_left(self._context, again, outcome_of)
        self._send(contact, again)
