"""The steps of a contact's record: parse, match, plan, write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from target_wix.contacts.compare import changed_fields
from target_wix.contacts.groups import Groups
from target_wix.contacts.parse import read_patch
from target_wix.contacts.patch import CUSTOM, ContactState
from target_wix.contacts.plan import Deletion, plan_contact
from target_wix.contacts.records import ContactGroup, ContactRecord, Match, match_again
from target_wix.contacts.state import read_state
from target_wix.contacts.writer import ContactWriter
from target_wix.pipeline.rounds import Parsed, Rejected, Result, Settled, Waiting
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.contacts.cache import Key
    from target_wix.contacts.patch import ContactPatch, Row
    from target_wix.contacts.plan import AnyPlan
    from target_wix.contacts.run import ContactsRun
    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.pending import PendingRecord

NO_KEY = "NO_KEY"
UNKNOWN_ID = "UNKNOWN_ID"
_ODD_ID = "an id that is no id of Wix is not used; the match keys are."


class ContactSteps:
    """What contacts bring to the pipeline."""

    def __init__(self, context: StreamContext, run: ContactsRun) -> None:
        """Write with what a run knows."""
        self._settings = context.settings
        self._run = run
        self._matcher = run.matcher
        self._writer = ContactWriter(context, run)

    def parse(self, pending: PendingRecord) -> Parsed[ContactRecord]:
        """Return what a record asks for.

        Raises:
            Rejection: a value cannot be read as what its field holds.
        """
        patch, unknown = read_patch(pending.data, null_clears=self._settings.null_clears)
        return Parsed(
            ContactRecord(pending, patch),
            unknown=unknown,
            warnings=[_ODD_ID] if patch.odd_id else [],
            is_deletion=patch.deleted,
        )

    # -- match --------------------------------------------------------------------------------

    def match(
        self, records: Sequence[ContactRecord]
    ) -> Iterator[ContactGroup | Result[ContactRecord]]:
        """Yield the records of each contact together."""
        unsure = [record for record in records if not record.is_sure]
        matches = iter(self._matcher.match([record.patch for record in unsure]))
        groups = Groups(self._settings.contact_match_keys, self._matcher)
        for record in records:
            match = record.match if record.is_sure else next(matches)
            if isinstance(match, Rejection):
                yield Rejected(record, match)
                continue
            matched, keys = replace(record, match=match), self._keys(record.patch)
            if not groups.place(matched, keys):
                result = self._place_unmatched(matched, keys, groups)
                if result is not None:
                    yield result
        yield from map(Waiting, groups.postponed)
        for group in groups.all:
            yield from self._resolved(group)

    def _resolved(self, group: ContactGroup) -> Iterator[ContactGroup | Result[ContactRecord]]:
        """Yield a group with what the labels and custom fields of its records are on the site."""
        if group.deletes:
            yield group
            return
        before, _ = self._read(group)
        records = []
        for record in group.records:
            try:
                records.append(replace(record, refs=self._run.resolve(record, before)))
            except Rejection as rejection:
                yield Rejected(record, rejection)
        if records:
            yield replace(group, records=tuple(records))

    def _read(self, group: ContactGroup) -> tuple[ContactState, Row | None]:
        """Return a contact as it is known by now, empty and None if there is none."""
        contact = self._matcher.cache.get(group.contact_id) if group.contact_id else None
        return (ContactState() if contact is None else read_state(contact)), contact

    def _place_unmatched(
        self, record: ContactRecord, keys: dict[str, set[Key]], groups: Groups
    ) -> Result[ContactRecord] | None:
        """Place a record that no key matched, or return what becomes of it."""
        patch, run = record.patch, self._run
        sure = patch.id is None or self._matcher.cache.is_gone(patch.id)
        if patch.id is not None and not sure and (patch.deleted or run.may_be_here(patch)):
            contact = self._matcher.get_current(patch.id)
            # What was merged into another contact is deleted already; the other one stays.
            if contact is not None and (contact["id"] == patch.id or not patch.deleted):
                matched = replace(record, match=Match(contact["id"], "id"))
                groups.known(matched, contact["id"], keys)
                return None
        if patch.deleted:
            return self._nothing_to_delete(record, keys)
        if patch.id is not None and self._settings.unknown_id == "reject":
            reason = (
                "The site has no contact with this id, and no key matches. Set unknown_id to create"
                " if contacts of another site are to be made anew."
            )
            return Rejected(record, Rejection(UNKNOWN_ID, reason, "id"))
        if not self._findable(patch, keys):
            reason = (
                "There is nothing to find the contact by, now or the next time. Give it one of"
                f" these: {self._key_names()}."
            )
            if patch.dropped:
                reason += f" Not usable: {', '.join(patch.dropped)}."
            return Rejected(record, Rejection(NO_KEY, reason))
        groups.new(record, keys)
        return None

    def _nothing_to_delete(
        self, record: ContactRecord, keys: dict[str, set[Key]]
    ) -> Result[ContactRecord]:
        """Return that a deletion which found nobody is done, unless it does not say whom it means."""
        unique = [kind for kind in self._settings.contact_match_keys if kind != "phone"]
        if record.patch.id is not None or any(keys[kind] for kind in unique):
            return Settled(record, Outcome.UNCHANGED)
        names = " or ".join(["id", *unique])
        reason = f"A deletion needs {names}: a phone may be that of several people."
        return Rejected(record, Rejection(NO_KEY, reason))

    def _key_names(self) -> str:
        """Return the match keys for a person, and what serves where there are none."""
        return ", ".join(dict.fromkeys([*self._settings.contact_match_keys, "email", "phone"]))

    def _keys(self, patch: ContactPatch) -> dict[str, set[Key]]:
        """Return what a record says of each match key; nothing at all is a key of its own."""
        return {
            kind: {key for lookup in self._matcher.lookups(patch, kind) for key in lookup.keys}
            or ({(kind, "")} if kind in {"email", "phone"} and patch.empties(kind) else set())
            for kind in (*self._settings.contact_match_keys, "email")
        }

    def _findable(self, patch: ContactPatch, keys: dict[str, Any]) -> bool:
        """Tell whether a contact could be found again: Wix itself guards e-mails and phones."""
        if patch.all_emails() or patch.all_phones():
            return True
        return any(
            kind.startswith(CUSTOM)
            and found
            and (self._settings.create_custom_fields or self._run.names.field(kind) is not None)
            for kind, found in keys.items()
        )

    # -- plan and write -----------------------------------------------------------------------

    def plan(self, group: ContactGroup) -> Iterator[AnyPlan | Result[ContactRecord]]:
        """Yield what is to be done for the records of a contact."""
        if group.deletes:
            yield Deletion(group.records[0], group.contact_id or "", group.keys)
            return
        before, contact = self._read(group)
        if group.contact_id is not None and contact is None:
            # It was deleted or merged while others were written.
            yield from map(match_again, group.records)
            return

        def is_stale(record: ContactRecord, names: Sequence[str]) -> bool:
            return contact is not None and self._is_stale(record, contact, before, names)

        yield from plan_contact(group, contact, before, is_stale=is_stale)

    def _is_stale(
        self, record: ContactRecord, contact: Row, before: ContactState, names: Sequence[str]
    ) -> bool:
        """Tell whether a record is too old to change these fields."""
        if not self._run.heeds_revision(record):
            return False
        if record.attempt.before is not None:
            # Labels are only ever added, so nobody's are undone.
            by_others = {*changed_fields(record.attempt.before, before)} - {"labels"}
            return not by_others.isdisjoint(names)
        # A record of a contact that was merged into this one is from before that.
        newest = self._matcher.cache.revision_before_us(contact)
        return (record.patch.revision or 0) < newest or record.patch.id != contact["id"]

    def write(self, plans: Iterable[AnyPlan]) -> Iterator[Result[ContactRecord]]:
        """Send what is planned."""
        return self._writer.write(plans)
