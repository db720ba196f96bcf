"""The sink of contacts, and the steps that it takes each record through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.contacts.bulk import BulkFacts
from target_wix.contacts.groups import Groups
from target_wix.contacts.matcher import Matcher
from target_wix.contacts.parse import read_patch
from target_wix.contacts.patch import CUSTOM
from target_wix.contacts.plan import (
    AnyPlan,
    ContactGroup,
    ContactRecord,
    Deletion,
    Match,
    match_again,
    plan_contact,
)
from target_wix.contacts.references import ReferenceResolver
from target_wix.contacts.state import read_state
from target_wix.contacts.writer import ContactWriter
from target_wix.pipeline.rounds import Parsed, Rejected, Result, Settled, Steps, Waiting
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.contacts.groups import Keys
    from target_wix.contacts.patch import ContactPatch, Row
    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.pending import PendingRecord

NO_KEY = "NO_KEY"
UNKNOWN_ID = "UNKNOWN_ID"
_ODD_ID = "an id that is no id of Wix is not used; the match keys are."


class ContactSteps(Steps[ContactRecord, ContactGroup, AnyPlan]):
    """What contacts bring to the pipeline: parse, match, plan, write."""

    @override
    def __init__(self, context: StreamContext) -> None:
        self._context = context
        self._settings = context.settings
        self._site_id = context.site.site_id.lower()
        self._names = ReferenceResolver(context.site, self._settings)
        self._matcher = Matcher(context.site, self._names, self._settings.contact_match_keys)
        self._bulk = BulkFacts()

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
        before = read_state(self._contact_of(group))
        records = []
        for record in group.records:
            keeps = self._matcher.keeps(record.match.by)
            try:
                records.append(replace(record, refs=self._names.resolve(record, before, keeps)))
            except Rejection as rejection:
                yield Rejected(record, rejection)
        if records:
            yield replace(group, records=tuple(records))

    def _contact_of(self, group: ContactGroup) -> Row:
        """Return a contact as it is known by now, empty if there is none."""
        return self._matcher.cache.get(group.contact_id) or {}

    def _place_unmatched(
        self, record: ContactRecord, keys: Keys, groups: Groups
    ) -> Result[ContactRecord] | None:
        """Place a record that no key matched, or return what becomes of it."""
        patch = record.patch
        if patch.id is not None and self._may_be_here(patch.id, patch):
            contact = self._matcher.lookup.get_current(patch.id)
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

    def _may_be_here(self, contact_id: str, patch: ContactPatch) -> bool:
        """Tell whether to ask for an id that the index does not have.

        It can be too new for the index, or merged away. A copy of another site would cost one
        request a record for nothing.
        """
        is_ours = self._settings.unknown_id == "reject" or patch.site_id == self._site_id
        return (patch.deleted or is_ours) and not self._matcher.cache.is_gone(contact_id)

    def _nothing_to_delete(self, record: ContactRecord, keys: Keys) -> Result[ContactRecord]:
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

    def _keys(self, patch: ContactPatch) -> Keys:
        """Return what a record says of each match key; nothing at all is a key of its own."""
        return {
            kind: {key for value in self._matcher.values(patch, kind) for key in value.keys}
            or ({(kind, "")} if kind in {"email", "phone"} and patch.empties(kind) else set())
            for kind in (*self._settings.contact_match_keys, "email")
        }

    def _findable(self, patch: ContactPatch, keys: Keys) -> bool:
        """Tell whether a contact could be found again: Wix itself guards e-mails and phones."""
        if patch.all_emails() or patch.all_phones():
            return True
        return any(
            kind.startswith(CUSTOM) and found and self._names.can_have(kind)
            for kind, found in keys.items()
        )

    # -- plan and write -----------------------------------------------------------------------

    def plan(self, group: ContactGroup) -> Iterator[AnyPlan | Result[ContactRecord]]:
        """Yield what is to be done for the records of a contact."""
        if group.deletes:
            yield Deletion(group.records[0], group.contact_id, group.keys)
            return
        contact = self._contact_of(group)
        if group.contact_id and not contact:
            # It was deleted or merged while others were written.
            yield from map(match_again, group.records)
            return
        newest = None
        if contact and self._settings.stale_records == "reject":
            newest = self._matcher.cache.revision_before_us(contact)
        yield from plan_contact(group, contact, read_state(contact), newest)

    def write(self, plans: Iterable[AnyPlan]) -> Iterator[Result[ContactRecord]]:
        """Send what is planned."""
        return ContactWriter(self._context, self._matcher, self._bulk).write(plans)

    @override
    def end_batch(self) -> None:
        self._matcher.cache.forget_misses()
        self._matcher.cache.prune()


class ContactsSink(WixSink):
    """Writes contacts, v4 (wix-api contacts 2)."""

    steps = ContactSteps
    is_personal = True

    @override
    def title_of(self, record: dict[str, Any]) -> str:
        """Return a contact's name, else its e-mail or phone, even of one that is refused."""
        try:
            return read_patch(record)[0].title
        except Rejection:
            return next((text for text in record.values() if isinstance(text, str)), "")
