"""One change of a contact that exists, repeated as long as somebody else is faster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.contacts.contact import update_contact
from tap_wix.api.errors import LostAnswerError, NotFoundError, RefusedError, WixError
from target_wix.contacts.cache import revision_of
from target_wix.contacts.compare import differences, named_fields
from target_wix.contacts.fields.equality import email_key
from target_wix.contacts.fields.lists import keeping_primary_email
from target_wix.contacts.patch import CLEAR
from target_wix.contacts.plan import plan_contact
from target_wix.contacts.state import as_contact, read_state
from target_wix.pipeline.refusals import rejection_of
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.groups import ContactRecord
    from target_wix.contacts.patch import Row
    from target_wix.contacts.plan import ContactPlan
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext

DUPLICATE = "DUPLICATE_CONTACT_EXIST"
"""As it begins: an old sample of Wix has no `S` at the end (wix-api contacts 2.4)."""

_CHANGED = "CONTACT_ALREADY_CHANGED"
_MEMBER_EMAIL = "CANNOT_UPDATE_MEMBER_EMAIL"
_BAD_CUSTOM = "INVALID_EXTENDED_FIELD_VALUE"
_TRIES = 5
_LOGINS = "login e-mails of members"


def is_member(contact: Row) -> bool:
    """Tell whether a contact shows that its e-mail is a member's login (wix-api contacts 1)."""
    extended = contact.get("info", {}).get("extendedFields") or {}
    return bool((extended.get("items") or {}).get("members.membershipStatus") == "APPROVED")


def settle_left(
    context: StreamContext,
    plan: ContactPlan,
    outcome_of: Callable[[ContactRecord], tuple[Outcome, Sequence[str]]] = lambda _: (
        Outcome.UNCHANGED,
        (),
    ),
) -> None:
    """Settle the records that a plan leaves out.

    Args:
        context: where outcomes go.
        plan: the plan.
        outcome_of: returns the outcome of a record that changes nothing.
    """
    for record, rejection in plan.left:
        if rejection is not None:
            context.reject(record.pending, rejection)
        else:
            context.set_outcome(record.pending, *outcome_of(record))


class ContactUpdater:
    """Brings a plan into Wix.

    Attributes:
        postponed: records whose contact is no more: they have to be matched again.
        alone: records that were refused together and have to be tried one by one.
    """

    def __init__(
        self,
        context: StreamContext,
        run: ContactsRun,
        contact: Row,
        plan: ContactPlan,
    ) -> None:
        """Take the contact that the plan starts from."""
        self.postponed: list[ContactRecord] = []
        self.alone: list[ContactRecord] = []
        self._context = context
        self._run = run
        self._contact = contact
        self._plan = plan
        self._member = False
        self._shared_phone = False
        self._null: str | None = None

    def run(self) -> None:
        """Send the change until it is in, or cannot be."""
        transport, matcher = self._context.site.transport, self._run.matcher
        if is_member(self._contact) and not self._keeps_email():
            self._without_email()
        for _ in range(_TRIES):
            info = self._info()
            contact_id, revision = self._contact["id"], revision_of(self._contact)
            if not info:
                self._settle()
                return
            if self._context.dry_run:
                matcher.cache.put(as_contact(self._plan.after, contact_id, revision))
                self._settle()
                return
            sent = transport.requests_sent
            try:
                contact = update_contact(
                    transport, contact_id, revision, info, allow_duplicates=self._shared_phone
                )
            except LostAnswerError:
                contact = matcher.get_current(contact_id) or self._contact
            except WixError as error:
                if not self._goes_on(error, repeated=transport.requests_sent > sent + 1):
                    return
                continue
            matcher.cache.put(contact, instead_of=revision)
            self._settle()
            return
        self._reject(
            self._plan.records,
            Rejection(_CHANGED, "The contact is changed by others faster than it can be written."),
        )

    def _info(self) -> Row:
        """Return what to send; a custom field is emptied with null, or as Wix takes it."""
        info = self._plan.info
        if self._null is not None and "extendedFields" in info:
            items = info["extendedFields"]["items"]
            items = {key: self._null if value is None else value for key, value in items.items()}
            info["extendedFields"] = {"items": items}
        return info

    def _goes_on(self, error: WixError, *, repeated: bool) -> bool:
        """Act on a refusal; tell whether there is something else to try."""
        if error.code == _CHANGED:
            return self._read_again(repeated=repeated)
        if error.code == _MEMBER_EMAIL and self._without_email():
            return True
        if not isinstance(error, RefusedError):
            raise error
        if isinstance(error, NotFoundError):
            self._run.matcher.get_current(self._contact["id"])
            if self._run.matcher.cache.get(self._contact["id"]) != self._contact:
                self.postponed.extend(self._plan.records)
                return False
        emptied = CLEAR in self._plan.after.custom.values()
        if error.code == _BAD_CUSTOM and emptied and self._null is None:
            self._null = ""  # null is only our best guess for it (wix-api contacts 2.5)
            return True
        if error.code.startswith(DUPLICATE) and self._may_share_phone(error):
            return True
        if len(self._plan.parts) > 1:
            self.alone.extend(self._plan.records)
        else:
            self._reject(self._plan.records, self._refusal(error))
        return False

    def _may_share_phone(self, error: WixError) -> bool:
        """Tell whether the other contact with this phone is known to be somebody else."""
        matcher, other = self._run.matcher, error.data.get("duplicateContactId")
        if self._shared_phone:
            return False
        named = matcher.get_current(other) if isinstance(other, str) and other else None
        self._shared_phone = matcher.shares_phone(
            self._plan.after,
            self._plan.patches,
            named["id"] if named else None,
            self._contact["id"],
        )
        return self._shared_phone

    def _refusal(self, error: WixError) -> Rejection:
        other = error.data.get("duplicateContactId")
        if error.code.startswith(DUPLICATE) and isinstance(other, str):
            reason = (
                f"Contact {other} has this e-mail or phone already, so {self._contact['id']} cannot"
                " have it."
            )
            return Rejection(error.code, reason, "info.emails", error.request_id)
        return rejection_of(error)

    def _keeps_email(self) -> bool:
        before, after = self._plan.before.primary_email, self._plan.after.primary_email
        return email_key(before) == email_key(after)

    def _without_email(self) -> bool:
        """Leave the primary e-mail out of the change: it is the member's login."""
        before = self._plan.before
        if self._member or not before.primary_email:
            return False
        self._member = True
        self._plan = self._with_login(self._plan)
        return True

    @staticmethod
    def _with_login(plan: ContactPlan) -> ContactPlan:
        emails = keeping_primary_email(plan.before.emails, plan.after.emails)
        return replace(plan, after=replace(plan.after, emails=emails))

    def _read_again(self, *, repeated: bool) -> bool:
        """Apply the records to the contact as it is by now; tell whether something is left to do."""
        old, records = self._plan, self._plan.records
        contact = self._run.matcher.get_current(self._contact["id"])
        if contact is None or contact["id"] != self._contact["id"]:
            self.postponed.extend(records)
            return False
        before = read_state(contact)
        theirs = differences(old.before, before)
        # Labels are only ever added, so nobody's are undone.
        by_others = set(named_fields(theirs, old.before, before)) - {"labels"}
        names = {id(part.record): part.names for part in old.parts}

        def is_stale(record: ContactRecord, fields: list[str]) -> bool:
            return self._run.heeds_revision(record) and not by_others.isdisjoint(fields)

        def outcome_of(record: ContactRecord) -> tuple[Outcome, Sequence[str]]:
            # If the call was sent twice, the first one did it and only its answer was lost.
            return (Outcome.UPDATED, names[id(record)]) if repeated else (Outcome.UNCHANGED, ())

        self._contact = contact
        self._plan = plan_contact(records, before, self._run.resolve, is_stale=is_stale)
        settle_left(self._context, self._plan, outcome_of)
        if self._member and before.primary_email:
            self._plan = self._with_login(self._plan)
        return bool(self._plan.parts)

    def _settle(self) -> None:
        plan = self._plan
        written = named_fields(plan.info, plan.before, plan.after)
        for part in plan.parts:
            if self._member and "emails" in part.names:
                # It is for the member to change: all else was written.
                part.record.pending.dropped.append((_LOGINS, ""))
            # What a later record takes back was never written.
            names = [one for one in part.names if one in written]
            self._context.set_outcome(
                part.record.pending, Outcome.UPDATED if names else Outcome.UNCHANGED, names
            )

    def _reject(self, records: Sequence[ContactRecord], rejection: Rejection) -> None:
        for record in records:
            self._context.reject(record.pending, rejection)
