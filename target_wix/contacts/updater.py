"""One change of a contact that exists, in whichever way Wix takes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.contacts.contact import update_contact
from tap_wix.api.errors import LostAnswerError, NotFoundError, RefusedError, WixError
from target_wix.contacts.cache import revision_of
from target_wix.contacts.changes import changes_of
from target_wix.contacts.compare import named_fields
from target_wix.contacts.fields.equality import email_key
from target_wix.contacts.fields.lists import keeping_primary_email
from target_wix.contacts.patch import CLEAR, ContactState
from target_wix.contacts.records import CHANGED, Attempt, Match, match_again, try_again
from target_wix.contacts.run import known_id
from target_wix.contacts.state import as_contact
from target_wix.pipeline.refusals import rejection_of
from target_wix.pipeline.rounds import Rejected, Result, Retry, Settled
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_wix.contacts.patch import Row
    from target_wix.contacts.plan import ContactPlan, Part
    from target_wix.contacts.records import ContactRecord
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext

DUPLICATE = "DUPLICATE_CONTACT_EXIST"
"""As it begins: an old sample of Wix has no `S` at the end (wix-api contacts 2.4)."""

_MEMBER_EMAIL = "CANNOT_UPDATE_MEMBER_EMAIL"
_BAD_CUSTOM = "INVALID_EXTENDED_FIELD_VALUE"
_CONFLICT = "409"
_LOGINS = "login e-mails of members"


class ContactUpdater:
    """Changes contacts."""

    def __init__(self, context: StreamContext, run: ContactsRun) -> None:
        """Write with what a run knows."""
        self._context = context
        self._run = run
        self._matcher = run.matcher

    def update(self, contact: Row, plan: ContactPlan) -> Iterator[Result[ContactRecord]]:
        """Change a contact as planned; yield what becomes of the plan's records."""
        transport = self._context.site.transport
        contact_id, revision = contact["id"], revision_of(contact)
        if plan.ways.keeps_login or (is_member(contact) and not _keeps_email(plan)):
            plan = _with_login(plan)
        while True:  # each way is tried once
            info = _body(plan)
            if not info:
                break
            if self._context.dry_run:
                self._matcher.cache.put(as_contact(plan.after, contact_id, revision))
                break
            sent = transport.requests_sent
            try:
                changed = update_contact(
                    transport, contact_id, revision, info, allow_duplicates=plan.ways.shares_phone
                )
            except LostAnswerError:
                changed = self._matcher.get_current(contact_id) or contact
            except WixError as error:
                other_way = self._other_way(contact_id, plan, error)
                if other_way is not None:
                    plan = other_way
                    continue
                repeated = transport.requests_sent > sent + 1
                yield from self._refused(contact, plan, error, repeated=repeated)
                return
            self._matcher.cache.put(changed, instead_of=revision)
            break
        yield from _settled(known_id(contact_id), plan)

    def _other_way(self, contact_id: str, plan: ContactPlan, error: WixError) -> ContactPlan | None:
        """Return the plan as Wix may take it after a refusal, None if there is no other way."""
        ways = plan.ways
        if error.code == _MEMBER_EMAIL and not ways.keeps_login and plan.before.primary_email:
            return _with_login(plan)
        if not isinstance(error, RefusedError) or isinstance(error, NotFoundError):
            return None
        if error.code == _BAD_CUSTOM and CLEAR in plan.after.custom.values() and ways.null is None:
            # null is only our best guess for it (wix-api contacts 2.5)
            return replace(plan, ways=replace(ways, null=""))
        if error.code.startswith(DUPLICATE) and not ways.shares_phone:
            other = error.data.get("duplicateContactId")
            named = self._matcher.get_current(other) if isinstance(other, str) and other else None
            holder = named["id"] if named else None
            if self._matcher.shares_phone(plan.after, plan.patches, holder, contact_id):
                return replace(plan, ways=replace(ways, shares_phone=True))
        return None

    def _refused(
        self, contact: Row, plan: ContactPlan, error: WixError, *, repeated: bool
    ) -> Iterator[Result[ContactRecord]]:
        """Yield what becomes of records whose change Wix does not take."""
        contact_id = contact["id"]
        # A refusal for a conflict that cannot be read is most likely that one.
        if error.code in {CHANGED, _CONFLICT}:
            newest = self._matcher.get_current(contact_id)
            is_there = newest is not None and newest["id"] == contact_id
            for part in plan.parts:
                if is_there:
                    yield self._planned_again(contact_id, plan, part, repeated=repeated)
                else:
                    yield match_again(part.record)
            return
        if not isinstance(error, RefusedError):
            raise error
        if isinstance(error, NotFoundError):
            self._matcher.get_current(contact_id)
            if self._matcher.cache.get(contact_id) != contact:
                yield from map(match_again, plan.records)
                return
        refusal = _refusal(contact_id, error)
        for record in plan.records:
            if len(plan.parts) == 1:
                yield Rejected(record, refusal)
            else:
                match = Match(contact_id, record.match.by)
                yield Retry(replace(record, match=match, is_sure=True, is_alone=True), refusal)

    def _planned_again(
        self, contact_id: str, plan: ContactPlan, part: Part, *, repeated: bool
    ) -> Result[ContactRecord]:
        """Return that a record is applied anew to what somebody else made of its contact."""
        attempt = Attempt(plan.before, ways=plan.ways)
        earlier = part.record.attempt
        if earlier.outcome is Outcome.CREATED:
            attempt = replace(earlier, before=plan.before, ways=plan.ways)
        elif repeated:
            # The call was sent twice: the first one did it, and only its answer was lost.
            attempt = replace(attempt, outcome=Outcome.UPDATED, names=part.names)
        match = Match(contact_id, part.record.match.by)
        return try_again(replace(part.record, match=match, is_sure=True, attempt=attempt))


def is_member(contact: Row) -> bool:
    """Tell whether a contact shows that its e-mail is a member's login (wix-api contacts 1)."""
    extended = contact.get("info", {}).get("extendedFields") or {}
    return bool((extended.get("items") or {}).get("members.membershipStatus") == "APPROVED")


def _keeps_email(plan: ContactPlan) -> bool:
    return email_key(plan.before.primary_email) == email_key(plan.after.primary_email)


def _with_login(plan: ContactPlan) -> ContactPlan:
    """Return a plan that leaves the primary e-mail alone: it is the member's login."""
    if not plan.before.primary_email:
        return plan
    emails = keeping_primary_email(plan.before.emails, plan.after.emails)
    ways = replace(plan.ways, keeps_login=True)
    return replace(plan, after=replace(plan.after, emails=emails), ways=ways)


def _body(plan: ContactPlan) -> Row:
    """Return what to send; a custom field is emptied with null, or as Wix takes it."""
    info = plan.info
    if plan.ways.null is not None and "extendedFields" in info:
        items = info["extendedFields"]["items"]
        items = {key: plan.ways.null if value is None else value for key, value in items.items()}
        info["extendedFields"] = {"items": items}
    return info


def _settled(contact_id: str, plan: ContactPlan) -> Iterator[Result[ContactRecord]]:
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
        if part.record.attempt.outcome is Outcome.CREATED:
            # It was made a moment ago, and this is the rest of it.
            outcome, names = Outcome.CREATED, [*(part.record.attempt.names or names)]
            changes = changes_of(contact_id, ContactState(), after)
        yield Settled(part.record, outcome, names, [*part.dropped, *lost], changes)


def _refusal(contact_id: str, error: WixError) -> Rejection:
    other = error.data.get("duplicateContactId")
    if error.code.startswith(DUPLICATE) and isinstance(other, str):
        reason = (
            f"Contact {other} has this e-mail or phone already, so {contact_id} cannot have it."
        )
        return Rejection(error.code, reason, "info.emails", error.request_id)
    return rejection_of(error)
