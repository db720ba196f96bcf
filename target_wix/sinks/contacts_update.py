"""One change of a contact that exists, repeated as long as somebody else is faster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.contacts.single import update_contact
from tap_wix.api.errors import LostAnswerError, NotFoundError, RefusedError, WixError
from target_wix.mapping.contacts.card import as_contact, read_card
from target_wix.mapping.contacts.compare import differences, named_fields
from target_wix.mapping.contacts.lists import keeping_primary_email
from target_wix.mapping.contacts.sameness import email_key
from target_wix.mapping.contacts.wish import CLEAR
from target_wix.results import Outcome, Rejection
from target_wix.sinks.contacts_shelf import revision_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.mapping.contacts.wish import Card, Row
    from target_wix.sinks.contacts import ContactsSink
    from target_wix.sinks.contacts_groups import Entry
    from target_wix.sinks.contacts_plan import Plan, Planner

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


class ContactUpdate:
    """Brings a plan into Wix.

    Attributes:
        put_off: records whose contact is no more: they have to be matched again.
        alone: records that were refused together and have to be tried one by one.
    """

    def __init__(self, sink: ContactsSink, planner: Planner, contact: Row, plan: Plan) -> None:
        """Take the contact that the plan starts from."""
        self.put_off: list[Entry] = []
        self.alone: list[Entry] = []
        self._sink = sink
        self._planner = planner
        self._contact = contact
        self._plan = plan
        self._member = False
        self._shared_phone = False
        self._null: str | None = None

    def run(self) -> None:
        """Send the change until it is in, or cannot be."""
        transport, finder = self._sink.site.transport, self._sink.run.finder
        if is_member(self._contact) and not self._keeps_email():
            self._without_email()
        for _ in range(_TRIES):
            info = self._info()
            contact_id, revision = self._contact["id"], revision_of(self._contact)
            if not info:
                self._settle()
                return
            if self._sink.dry_run:
                finder.shelf.put(as_contact(self._plan.after, contact_id, revision))
                self._settle()
                return
            sent = transport.requests_sent
            try:
                contact = update_contact(
                    transport, contact_id, revision, info, allow_duplicates=self._shared_phone
                )
            except LostAnswerError:
                contact = finder.fresh(contact_id) or self._contact
            except WixError as error:
                if not self._goes_on(error, repeated=transport.requests_sent > sent + 1):
                    return
                continue
            finder.shelf.put(contact, instead_of=revision)
            self._settle()
            return
        self._reject(
            self._plan.entries,
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
            self._sink.run.finder.fresh(self._contact["id"])
            if self._sink.run.finder.shelf.get(self._contact["id"]) != self._contact:
                self.put_off.extend(self._plan.entries)
                return False
        emptied = CLEAR in self._plan.after.custom.values()
        if error.code == _BAD_CUSTOM and emptied and self._null is None:
            self._null = ""  # null is only our best guess for it (wix-api contacts 2.5)
            return True
        if error.code.startswith(DUPLICATE) and self._may_share_phone(error):
            return True
        if len(self._plan.parts) > 1:
            self.alone.extend(self._plan.entries)
        else:
            self._reject(self._plan.entries, self._refusal(error))
        return False

    def _may_share_phone(self, error: WixError) -> bool:
        """Tell whether the other contact with this phone is known to be somebody else."""
        finder, other = self._sink.run.finder, error.data.get("duplicateContactId")
        if self._shared_phone:
            return False
        named = finder.fresh(other) if isinstance(other, str) and other else None
        self._shared_phone = finder.shares_phone(
            self._plan.after,
            self._plan.wishes,
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
        return Rejection.of(error)

    def _keeps_email(self) -> bool:
        before, after = self._plan.before.primary_email, self._plan.after.primary_email
        return email_key(before) == email_key(after)

    def _without_email(self) -> bool:
        """Leave the primary e-mail out of the change: it is the member's login."""
        before = self._plan.before
        if self._member or not before.primary_email:
            return False
        self._member = True
        self._plan.after = self._with_login(self._plan.after)
        return True

    def _with_login(self, after: Card) -> Card:
        return replace(after, emails=keeping_primary_email(self._plan.before.emails, after.emails))

    def _read_again(self, *, repeated: bool) -> bool:
        """Apply the records to the contact as it is by now; tell whether something is left to do."""
        old, entries = self._plan, self._plan.entries
        contact = self._sink.run.finder.fresh(self._contact["id"])
        if contact is None or contact["id"] != self._contact["id"]:
            self.put_off.extend(entries)
            return False
        before = read_card(contact)
        theirs = differences(old.before, before)
        # Labels are only ever added, so nobody's are undone.
        by_others = set(named_fields(theirs, old.before, before)) - {"labels"}
        names = {id(part.entry): part.names for part in old.parts}

        def stale(entry: Entry, fields: list[str]) -> bool:
            return self._sink.run.heeds_revision(entry) and not by_others.isdisjoint(fields)

        def unchanged(entry: Entry) -> None:
            # If the call was sent twice, the first one did it and only its answer was lost.
            if repeated:
                self._sink.settle(entry.incoming, Outcome.UPDATED, names[id(entry)])
            else:
                self._sink.settle(entry.incoming, Outcome.UNCHANGED)

        self._contact = contact
        self._plan = self._planner.plan(entries, before, stale=stale, unchanged=unchanged)
        if self._member and before.primary_email:
            self._plan.after = self._with_login(self._plan.after)
        return bool(self._plan.parts)

    def _settle(self) -> None:
        plan = self._plan
        written = named_fields(plan.info, plan.before, plan.after)
        for part in plan.parts:
            if self._member and "emails" in part.names:
                # It is for the member to change: all else was written.
                self._sink.also_left_out(part.entry.incoming, _LOGINS)
            # What a later record takes back was never written.
            names = [one for one in part.names if one in written]
            self._sink.settle(
                part.entry.incoming, Outcome.UPDATED if names else Outcome.UNCHANGED, names
            )

    def _reject(self, entries: Sequence[Entry], rejection: Rejection) -> None:
        for entry in entries:
            self._sink.reject(entry.incoming, rejection)
