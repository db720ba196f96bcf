"""The writer of Contacts v4: contacts created, changed or deleted, whatever Wix answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.contacts import contact as contact_api
from tap_wix.api.errors import (
    LostAnswerError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    WixError,
)
from target_wix.contacts.bulk import BulkCreator
from target_wix.contacts.matcher import ambiguous
from target_wix.contacts.patch import CLEAR, CUSTOM
from target_wix.contacts.plan import (
    CHANGED,
    Attempt,
    Deletion,
    created,
    match_again,
    try_again,
    updated,
)
from target_wix.contacts.state import (
    as_contact,
    changes_of,
    is_member,
    read_state,
)
from target_wix.contacts.swaps import Swaps
from target_wix.pipeline.refusals import rejection_of, two_looks
from target_wix.pipeline.rounds import Rejected, Result, Retry, Settled, Waiting
from target_wix.pipeline.staleness import STALE, revision_of
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.contacts.bulk import BulkFacts
    from target_wix.contacts.matcher import Matcher
    from target_wix.contacts.patch import Row
    from target_wix.contacts.plan import AnyPlan, ContactPlan, ContactRecord, Part
    from target_wix.contacts.values import Key
    from target_wix.pipeline.context import StreamContext

DUPLICATE = "DUPLICATE_CONTACT_EXIST"
"""As it begins: an old sample of Wix has no `S` at the end (wix-api contacts 2.4)."""

_MEMBER = "CANNOT_DELETE_MEMBER"
"""What Wix says of a contact that is a member of the site (wix-api contacts 2.6)."""

_MEMBER_EMAIL = "CANNOT_UPDATE_MEMBER_EMAIL"
_BAD_CUSTOM = "INVALID_EXTENDED_FIELD_VALUE"
_CONFLICT = "409"
_LOST_TRIES = 8
_TAKEN = {"duplicateEmail": ("e-mail", "info.emails"), "duplicatePhone": ("phone", "info.phones")}
"""What Wix says is taken, and the field of it (wix-api contacts 2.4)."""

_MADE_UP = "dry-run-"
"""What the ids of contacts begin with that a dry run would create."""


class ContactWriter:
    """Sends what is planned, one contact after another; new ones by the hundred where possible."""

    def __init__(self, context: StreamContext, matcher: Matcher, bulk: BulkFacts) -> None:
        self._context = context
        self._matcher = matcher
        self._lookup = matcher.lookup
        self._cache = matcher.cache
        self._transport = context.site.transport
        self._open: set[Key] = set()
        self._swaps = Swaps(matcher.cache)
        self._bulk = BulkCreator(context, matcher, bulk, self._send, self._update)

    def write(self, plans: Iterable[AnyPlan]) -> Iterator[Result[ContactRecord]]:
        """Send what is planned; yield a result for each record.

        What has to do with a contact that goes into the next round waits for it: written now, it
        would overtake an earlier record.
        """
        self._open.clear()
        for plan in plans:
            self._context.raise_if_interrupted()
            if self._has_to_wait(plan):
                yield from map(Waiting, plan.records)
            elif self._bulk.takes(plan):
                if self._bulk.is_full:
                    yield from self._create_waiting()
            else:
                if not self._bulk.keys.isdisjoint(plan.keys):
                    yield from self._create_waiting()
                yield from self._send(plan)
        yield from self._create_waiting()
        yield from self._write_swaps()

    def _has_to_wait(self, plan: AnyPlan) -> bool:
        """Tell whether a plan has to do with what goes into the next round; then it goes there, too."""
        if self._open.isdisjoint(plan.keys):
            return False
        self._open |= plan.keys
        return True

    def _create_waiting(self) -> Iterator[Result[ContactRecord]]:
        """Create the contacts that wait for a call of Contacts v5."""
        for plan, results in self._bulk.create():
            yield from self._noted(plan, results)

    def _send(self, plan: AnyPlan) -> Iterator[Result[ContactRecord]]:
        """Send a plan, unless it has to wait."""
        if self._has_to_wait(plan):
            yield from map(Waiting, plan.records)
        elif isinstance(plan, Deletion):
            yield from self._noted(plan, [self._deleted(plan)])
        elif plan.contact:
            yield from self._noted(plan, self._update(plan))
        else:
            yield from self._noted(plan, self._created(plan))

    def _noted(
        self, plan: AnyPlan, results: Iterable[Result[ContactRecord]]
    ) -> Iterator[Result[ContactRecord]]:
        """Yield what becomes of the records of a plan; note whether some go into the next round."""
        for result in results:
            if isinstance(result, Retry):
                self._open |= plan.keys
            yield result

    def _deleted(self, plan: Deletion) -> Result[ContactRecord]:
        """Delete a contact that is proved to be the one that is meant, and no newer than the record.

        Raises:
            TooManyDeletesError: `max_deletes` does not allow it.
        """
        record, contact_id = plan.record, plan.contact_id
        is_made_up = contact_id.startswith(_MADE_UP)
        find = self._cache.get if is_made_up else self._lookup.get_current
        contact = find(contact_id)
        if contact is None or contact["id"] != contact_id:
            return Settled(record, Outcome.UNCHANGED)
        if record.match.by != "id" and not self._matcher.means(record.patch, contact_id):
            return match_again(record)
        if (
            self._context.settings.stale_records == "reject"
            and record.revision is not None
            and record.revision < self._cache.revision_before_us(contact)
        ):
            reason = "The contact was changed after this record was made, so it is not deleted."
            return Rejected(record, Rejection(STALE, reason, "revision"))
        self._context.allow_delete(record.pending)
        if self._context.dry_run:
            if is_member(contact):
                reason = (
                    "The contact is a member of the site, and is not deleted before the member."
                )
                return Rejected(record, Rejection(_MEMBER, reason))
        else:
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
        shown_id = "" if is_made_up else contact_id
        return Settled(record, Outcome.DELETED, changes=changes_of(shown_id, state, state))

    def _write_swaps(self) -> Iterator[Result[ContactRecord]]:
        """Write what waits as soon as nobody else has its e-mail or phone; reject the rest."""
        while (plan := self._swaps.next_plan()) is not None:
            self._context.raise_if_interrupted()
            yield from self._send(plan)
        yield from self._left_of_swaps()

    def _left_of_swaps(self) -> Iterator[Result[ContactRecord]]:
        """Reject what still waits, unless whoever has its e-mail or phone goes into the next round."""
        left = self._swaps.give_up()
        while again := [one for one in left if not self._open.isdisjoint(one.wanted)]:
            left = [one for one in left if self._open.isdisjoint(one.wanted)]
            for taken in again:
                self._open |= taken.plan.keys
                yield Waiting(taken.plan.records[0])
        for taken in left:
            yield Rejected(taken.plan.records[0], taken.refusal)

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
        holder = (self._named(error) or {}).get("id", "")
        return self._matcher.shares_phone(plan.after, plan.patches, holder, plan.contact_id)

    def _named(self, error: WixError) -> Row | None:
        """Return the contact that Wix says has an e-mail or a phone already, None if it does not."""
        return self._lookup.get_current(error.data.get("duplicateContactId"))

    def _refused(self, plan: ContactPlan, error: RefusedError) -> Iterator[Result[ContactRecord]]:
        """Act on a refusal: a duplicate is the contact to change, never one to make again."""
        refusal = rejection_of(error)
        if error.code.startswith(DUPLICATE):
            contact = self._named(error)
            if contact is not None:
                found = self._meant(plan, contact["id"])
            else:
                found = self._search(plan) or self._matcher.search_everywhere(plan.patches[0])
            if found:
                yield from self._adopted(plan, found)
                return
            if contact is not None:
                refusal = self._of_somebody(plan, contact["id"], error.code, error.request_id)
                if self._swaps.put_off(plan, contact["id"], refusal):
                    return
        yield from _one_by_one(plan, refusal)

    def _as_if_created(self, plan: ContactPlan) -> Iterator[Result[ContactRecord]]:
        """Tell in a dry run what Wix would do: it takes an e-mail only once."""
        other = self._other_holder(plan)
        if not other:
            made_up = f"{_MADE_UP}{plan.records[0].pending.position}"
            self._cache.put(as_contact(plan.after, made_up, 1))
            yield from created(plan)
        elif found := self._meant(plan, other):
            yield from self._adopted(plan, found)
        else:
            refusal = self._of_somebody(plan, other, f"{DUPLICATE}S")
            if not self._swaps.put_off(plan, other, refusal):
                yield from _one_by_one(plan, refusal)

    def _other_holder(self, plan: ContactPlan) -> str:
        """Return the contact for whose e-mail or phone Wix would refuse a plan, empty if for none."""
        matcher = self._matcher
        other = matcher.other_holder(plan.before, plan.after, plan.contact_id)
        shared = other and matcher.shares_phone(plan.after, plan.patches, other, plan.contact_id)
        return "" if shared else other

    def _meant(self, plan: ContactPlan, contact_id: str) -> list[str]:
        """Return the contact that Wix names if the records mean it, and others that they mean.

        Wix names one of several people with a phone (wix-api contacts 2.4).
        """
        first = plan.patches[0]
        if not all(self._matcher.means(patch, contact_id) for patch in plan.patches):
            return []
        others = [] if first.all_emails() else self._matcher.search(first)
        return sorted({contact_id, *others})

    def _of_somebody(
        self, plan: ContactPlan, contact_id: str, code: str, request_id: str = ""
    ) -> Rejection:
        """Return the rejection of a record whose e-mail or phone is that of somebody else."""
        patch = plan.patches[0]
        key = patch.unique_key
        other = self._matcher.contradicts(patch, contact_id, key)
        but = f" has another {other}" if other else " is somebody else"
        reason = f"Contact {contact_id} has this {key} and{but}; Wix takes it only once."
        return Rejection(code, reason, key, request_id)

    def _search(self, plan: ContactPlan) -> list[str]:
        """Look for what may have been created, and again when the index had time to see it."""
        for _ in two_looks(self._context.sleep):
            for patch in plan.patches:
                if found := self._matcher.search(patch):
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
        for at, part in enumerate(plan.parts):
            record, is_made = part.record, not at and outcome is Outcome.CREATED
            names = part.names if is_made else ()
            # Found by the very value that Wix compares, so the record does not change that value.
            by = self._matcher.means(record.patch, found[0]) or record.patch.unique_key
            attempt = Attempt(outcome=Outcome.UNCHANGED if at else outcome, names=names)
            yield try_again(record.meaning(contact["id"], by, attempt))

    # -- contacts that exist --------------------------------------------------------------------

    def _update(self, plan: ContactPlan) -> Iterator[Result[ContactRecord]]:
        """Change a contact as planned, in whichever way Wix takes it."""
        contact_id, revision = plan.contact_id, revision_of(plan.contact) or 0
        if plan.ways.keeps_login or (is_member(plan.contact) and not plan.keeps_email):
            plan = plan.with_login()
        while True:  # each way is tried once
            info = plan.body
            if not info:
                break
            if self._context.dry_run:
                other = self._other_holder(plan)
                if other and not plan.ways.swaps:
                    refused = RefusedError(
                        "Wix takes an e-mail or phone only once.",
                        code=f"{DUPLICATE}S",
                        data={
                            "duplicateContactId": other,
                            "duplicateEmail" if plan.after.emails else "duplicatePhone": "",
                        },
                    )
                    yield from self._not_taken(plan, refused, repeated=False)
                    return
                self._cache.put(_as_if_changed(plan), instead_of=revision)
                break
            sent = self._transport.requests_sent
            try:
                changed = contact_api.update_contact(
                    self._transport,
                    contact_id,
                    revision,
                    info,
                    allow_duplicates=plan.ways.shares_phone or plan.ways.swaps,
                )
            except LostAnswerError:
                changed = self._lookup.get_current(contact_id) or plan.contact
            except WixError as error:
                other_way = self._other_way(plan, error)
                if other_way is not None:
                    plan = other_way
                    continue
                repeated = self._transport.requests_sent > sent + 1
                yield from self._not_taken(plan, error, repeated=repeated)
                return
            self._cache.put(changed, instead_of=revision)
            break
        contact_id = "" if contact_id.startswith(_MADE_UP) else contact_id
        yield from updated(plan, contact_id)

    def _other_way(self, plan: ContactPlan, error: WixError) -> ContactPlan | None:
        """Return the plan as Wix may take it after a refusal, None if there is no other way."""
        ways = plan.ways
        if error.code == _MEMBER_EMAIL:
            if not ways.keeps_login and plan.before.primary_email:
                return plan.with_login()
            return plan.without_emails() if "emails" in plan.info else None
        if not isinstance(error, RefusedError) or isinstance(error, NotFoundError):
            return None
        if error.code == _BAD_CUSTOM:
            return self._with_other_values(plan)
        if not ways.shares_phone and self._shares_phone(plan, error):
            return replace(plan, ways=replace(ways, shares_phone=True))
        return None

    def _with_other_values(self, plan: ContactPlan) -> ContactPlan | None:
        """Return the plan with custom fields as Wix may take them, None if there is no other way."""
        ways = plan.ways
        if not ways.without and (without := self._matcher.untaken(plan.before, plan.after)):
            return replace(plan, ways=replace(ways, without=without))
        if CLEAR in plan.after.custom.values() and ways.null is None:
            # null is only our best guess for it (wix-api contacts 2.5)
            return replace(plan, ways=replace(ways, null=""))
        return None

    def _not_taken(
        self, plan: ContactPlan, error: WixError, *, repeated: bool
    ) -> Iterator[Result[ContactRecord]]:
        """Yield what becomes of records whose change Wix does not take."""
        contact_id = plan.contact_id
        # A refusal for a conflict that cannot be read is most likely that one.
        if error.code in {CHANGED, _CONFLICT}:
            newest = self._lookup.get_current(contact_id)
            is_there = newest is not None and newest["id"] == contact_id
            for part in plan.parts:
                if is_there:
                    yield self._planned_again(plan, part, repeated=repeated)
                else:
                    yield match_again(part.record)
            return
        if not isinstance(error, RefusedError):
            raise error
        if isinstance(error, NotFoundError):
            self._lookup.get_current(contact_id)
            if self._cache.get(contact_id) != plan.contact:
                yield from map(match_again, plan.records)
                return
        refusal = _refusal(contact_id, error)
        if self._swaps.put_off(plan, _holder(error), refusal):
            return
        for record in plan.records:
            if len(plan.parts) == 1:
                yield Rejected(record, refusal)
            else:
                again = record.meaning(contact_id, record.match.by, record.attempt)
                yield Retry(replace(again, is_alone=True), refusal)

    def _planned_again(
        self, plan: ContactPlan, part: Part, *, repeated: bool
    ) -> Result[ContactRecord]:
        """Return that a record is applied anew to what somebody else made of its contact."""
        attempt = Attempt(plan.before, ways=plan.ways)
        earlier = part.record.attempt
        if earlier.outcome is not Outcome.UNCHANGED:
            attempt = replace(earlier, before=plan.before, ways=plan.ways)
        elif repeated:
            # The call was sent twice: the first one did it, and only its answer was lost.
            attempt = replace(attempt, outcome=Outcome.UPDATED, names=part.names)
        return try_again(part.record.meaning(plan.contact_id, part.record.match.by, attempt))


def _one_by_one(plan: ContactPlan, refusal: Rejection) -> Iterator[Result[ContactRecord]]:
    """Yield that the first of several records is tried alone, and the others after it."""
    first, *others = plan.records
    if not others:
        yield Rejected(first, refusal)
        return
    yield try_again(replace(first, is_alone=True))
    yield from map(Waiting, others)


def _as_if_changed(plan: ContactPlan) -> Row:
    """Return a contact as Wix would send it after a change, with what only Wix writes.

    It is one revision on, so that no look-up of a dry run brings back what it has now.
    """
    changed = as_contact(plan.after, plan.contact_id, (revision_of(plan.contact) or 0) + 1)
    items = (plan.contact["info"].get("extendedFields") or {}).get("items") or {}
    kept = {key: value for key, value in items.items() if not key.startswith(CUSTOM)}
    changed["info"]["extendedFields"]["items"] |= kept
    return changed


def _holder(error: RefusedError) -> str:
    """Return the contact that has the e-mail or phone which Wix refuses, empty if there is none."""
    is_duplicate = error.code.startswith(DUPLICATE)
    return str(error.data.get("duplicateContactId") or "") if is_duplicate else ""


def _refusal(contact_id: str, error: WixError) -> Rejection:
    other = error.data.get("duplicateContactId")
    if error.code.startswith(DUPLICATE) and isinstance(other, str):
        said = (_TAKEN[name] for name in _TAKEN if name in error.data)
        what, field = next(said, ("e-mail or phone", None))
        reason = f"Contact {other} has this {what} already, so {contact_id} cannot have it."
        return Rejection(error.code, reason, field, error.request_id)
    return rejection_of(error)
