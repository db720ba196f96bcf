"""Writing one contact: created, changed or deleted, whatever Wix answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.contacts import single
from tap_wix.api.errors import LostAnswerError, RefusedError, UnavailableError, WixError
from target_wix.mapping.contacts.card import as_contact, read_card
from target_wix.mapping.contacts.wish import Card
from target_wix.results import Outcome, Rejection
from target_wix.sinks.contacts_finder import Match, ambiguous
from target_wix.sinks.contacts_plan import STALE, Plan, Planner
from target_wix.sinks.contacts_update import DUPLICATE, ContactUpdate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.mapping.contacts.wish import Row
    from target_wix.sinks.contacts import ContactsSink
    from target_wix.sinks.contacts_groups import Entry, Group

_LOST_TRIES = 8
_INDEX_SECONDS = 10.0


class ContactWriter:
    """Writes groups of records; every record leaves with an outcome, or is put off.

    Attributes:
        put_off: records to be matched again, since what they were matched with is no more.
    """

    def __init__(self, sink: ContactsSink) -> None:
        """Write for a sink."""
        self.put_off: list[Entry] = []
        self._sink = sink
        self._planner = Planner(sink)
        self._finder = sink.run.finder
        self._shelf = sink.run.finder.shelf
        self._transport = sink.site.transport

    def write(self, group: Group) -> None:
        """Write one group."""
        if group.deletes:
            self._delete(group.entries[0], group.contact_id or "")
        elif group.contact_id is None:
            self._create(group.entries)
        else:
            self._update(group.contact_id, group.entries)

    def _update(self, contact_id: str, entries: Sequence[Entry]) -> None:
        contact = self._shelf.get(contact_id)
        if contact is None:
            self.put_off.extend(entries)
            return
        newest = self._shelf.revision_before_us(contact)

        def stale(entry: Entry, _: list[str]) -> bool:
            # A record of a contact that was merged into this one is from before that.
            older = (entry.wish.revision or 0) < newest or entry.wish.id != contact["id"]
            return older and self._sink.run.heeds_revision(entry)

        self._send(contact, self._planner.plan(entries, read_card(contact), stale=stale))

    def _send(self, contact: Row, plan: Plan) -> None:
        if not plan.parts:
            return
        update = ContactUpdate(self._sink, self._planner, contact, plan)
        update.run()
        self.put_off.extend(update.put_off)
        for entry in update.alone:
            self._update(contact["id"], [entry])

    def _delete(self, entry: Entry, contact_id: str) -> None:
        """Delete a contact that is proved to be the one that is meant, and no newer than the record."""
        contact = self._finder.fresh(contact_id)
        if contact is None or contact["id"] != contact_id:
            self._sink.settle(entry.incoming, Outcome.UNCHANGED)
            return
        if entry.match.by != "id" and not self._finder.means(entry.wish, contact_id):
            self.put_off.append(entry)
            return
        newest = self._shelf.revision_before_us(contact)
        if self._sink.run.heeds_revision(entry) and (entry.wish.revision or 0) < newest:
            reason = "The contact was changed after this record was made, so it is not deleted."
            self._sink.reject(entry.incoming, Rejection(STALE, reason, "revision"))
            return
        self._sink.may_delete(entry.incoming)
        if not self._sink.dry_run:
            try:
                single.delete_contact(self._transport, contact_id)
            except WixError as error:
                # Which status Wix refuses with is not documented, so the code decides: a 403 would
                # pass for a key without permission (wix-api contacts 2.6).
                if not isinstance(error, RefusedError) and "DELETE" not in error.code:
                    raise
                self._sink.reject(entry.incoming, Rejection.of(error))
                return
        self._shelf.gone(contact_id)
        self._sink.settle(entry.incoming, Outcome.DELETED)

    # -- contacts that do not exist -----------------------------------------------------------

    def _create(self, entries: Sequence[Entry]) -> None:
        plan = self._planner.plan(entries, Card())
        if not plan.parts:
            return
        if self._sink.dry_run:
            if self._would_be_refused(plan):
                return
            made_up = as_contact(plan.after, self._sink.run.made_up_id(), 1)
            self._created(made_up, plan)
            return
        for _ in range(_LOST_TRIES):
            self._sink.breathe()
            if self._sent(plan):
                return
        raise UnavailableError("Wix gives no answer when contacts are created.", path=single.PATH)

    def _sent(self, plan: Plan, *, shared_phone: bool = False) -> bool:
        """Send a create once; tell whether it is known what became of it."""
        try:
            contact = single.create_contact(
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

    def _shares_phone(self, plan: Plan, error: RefusedError, other: object) -> bool:
        """Tell whether Wix refuses a phone of a contact whose customer number is another one."""
        if not error.code.startswith(DUPLICATE) or plan.after.emails:
            return False
        named = self._finder.fresh(other) if isinstance(other, str) and other else None
        return self._finder.shares_phone(plan.after, plan.wishes, named["id"] if named else None)

    def _created(self, contact: Row, plan: Plan) -> None:
        self._shelf.put(contact)
        for at, part in enumerate(plan.parts):
            outcome = Outcome.UPDATED if at else Outcome.CREATED
            self._sink.settle(part.entry.incoming, outcome, part.names)

    def _refused(self, plan: Plan, error: RefusedError) -> None:
        """Act on a refusal: a duplicate is the contact to change, never one to make again."""
        if error.code.startswith(DUPLICATE):
            named = error.data.get("duplicateContactId")
            contact = self._finder.fresh(named) if isinstance(named, str) and named else None
            if contact:
                found = self._meant(plan, contact["id"])
            else:
                found = self._search(plan) or self._finder.search_everywhere(plan.wishes[0])
            if found:
                self._adopt(plan, found)
                return
            if contact is not None and len(plan.entries) == 1:
                taken = self._taken(plan, contact["id"], error.code, error.request_id)
                self._sink.reject(plan.entries[0].incoming, taken)
                return
        first, *others = plan.entries
        if others:
            self._create([first])
            self.put_off.extend(others)
        else:
            self._sink.reject(first.incoming, Rejection.of(error))

    def _would_be_refused(self, plan: Plan) -> bool:
        """Act in a dry run on what Wix would say: it takes an e-mail only once."""
        other = self._finder.holder_of_email(plan.after)
        if not other:
            return False
        first, *others = plan.entries
        if found := self._meant(plan, other):
            self._adopt(plan, found)
        elif others:
            self._create([first])
            self.put_off.extend(others)
        else:
            self._sink.reject(first.incoming, self._taken(plan, other, f"{DUPLICATE}S"))
        return True

    def _meant(self, plan: Plan, contact_id: str) -> list[str]:
        """Return the contact that Wix names if the records mean it, and others that they mean.

        Wix names one of several people with a phone (wix-api contacts 2.4).
        """
        first = plan.entries[0].wish
        if not all(self._finder.means(entry.wish, contact_id) for entry in plan.entries):
            return []
        others = [] if first.all_emails() else self._finder.search(first)
        return sorted({contact_id, *others})

    def _taken(self, plan: Plan, contact_id: str, code: str, request_id: str = "") -> Rejection:
        """Return the rejection of a record whose e-mail or phone is that of somebody else."""
        wish = plan.entries[0].wish
        kind = "email" if wish.all_emails() else "phone"
        other = self._finder.contradicts(wish, contact_id, kind)
        but = f" has another {other}" if other else " is somebody else"
        reason = f"Contact {contact_id} has this {kind} and{but}; Wix takes it only once."
        return Rejection(code, reason, kind, request_id)

    def _search(self, plan: Plan) -> list[str]:
        """Look for what may have been created, and again when the index had time to see it."""
        if found := self._found(plan):
            return found
        self._sink.sleep(_INDEX_SECONDS)
        return self._found(plan)

    def _found(self, plan: Plan) -> list[str]:
        return next((ids for one in plan.entries if (ids := self._finder.search(one.wish))), [])

    def _adopt(self, plan: Plan, found: Sequence[str], outcome: Outcome | None = None) -> None:
        """Go on with a contact that turned out to exist.

        Args:
            plan: what was to be created.
            found: the contacts that have its e-mail or phone.
            outcome: what to call it if nothing is left to be written.
        """
        entries = plan.entries
        contact = self._shelf.get(found[0])
        if len(found) > 1 or contact is None:
            for entry in entries:
                self._sink.reject(entry.incoming, ambiguous("e-mail or phone", found))
            return
        for entry in entries:
            # Found by the very value that Wix compares, so that value is no wish to change it.
            kind = "email" if entry.wish.all_emails() else "phone"
            entry.match = Match(contact["id"], self._finder.means(entry.wish, found[0]) or kind)

        def unchanged(entry: Entry) -> None:
            made = outcome if entry is entries[0] else None
            self._sink.settle(entry.incoming, made or Outcome.UNCHANGED)

        again = self._planner.plan(entries, read_card(contact), unchanged=unchanged)
        self._send(contact, again)
