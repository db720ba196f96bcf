"""The sink of contacts: reads records, finds whom they mean, and has them written in order."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.contacts.groups import ContactRecord, Groups
from target_wix.contacts.matcher import Match
from target_wix.contacts.parse import read_patch
from target_wix.contacts.patch import CUSTOM
from target_wix.contacts.run import ContactsRun
from target_wix.contacts.writer import ContactWriter
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.contacts.cache import Key
    from target_wix.contacts.patch import ContactPatch
    from target_wix.runtime.pending import PendingRecord

NO_KEY = "NO_KEY"
UNKNOWN_ID = "UNKNOWN_ID"


class ContactsSink(WixSink):
    """Writes contacts, v4 (wix-api contacts 2)."""

    is_personal = True

    @cached_property
    def run(self) -> ContactsRun:
        """What the sinks of this stream know together."""
        return self.context.shared(lambda: ContactsRun(self.context.site, self.context.settings))

    @override
    def write(self, pending: list[PendingRecord]) -> None:
        records = [record for one in pending if (record := self._read(one)) is not None]
        while records:
            records = self._round(records)
        self.run.matcher.cache.forget_misses()
        self.run.matcher.cache.prune()

    def _read(self, pending: PendingRecord) -> ContactRecord | None:
        """Return what a record asks for; None if that settles it."""
        try:
            patch, unknown = read_patch(pending.data, null_clears=self.context.settings.null_clears)
        except Rejection as rejection:
            self.context.reject(pending, rejection)
            return None
        self.context.ignore_columns(unknown)
        if patch.odd_id:
            self.context.warn_once("an id that is no id of Wix is not used; the match keys are.")
        if patch.deleted and self.context.settings.delete_mode == "ignore":
            self.context.set_outcome(pending, Outcome.IGNORED)
            return None
        return ContactRecord(pending, patch, Match())

    def _round(self, records: Sequence[ContactRecord]) -> list[ContactRecord]:
        """Write what can be written at once; return what has to be matched again after it."""
        matches = self.run.matcher.match([record.patch for record in records])
        groups = Groups(self.context.settings.contact_match_keys, self.run.matcher)
        for record, match in zip(records, matches, strict=True):
            record.match = match
            if match.rejection is not None:
                self.context.reject(record.pending, match.rejection)
            else:
                self._put(record, groups)
        writer = ContactWriter(self.context, self.run)
        for group in groups.all:
            self.context.raise_if_interrupted()
            writer.write(group)
        waiting = [*groups.postponed, *writer.postponed]
        return sorted(waiting, key=lambda record: record.pending.position)

    def _put(self, record: ContactRecord, groups: Groups) -> None:
        keys = self._keys(record.patch)
        if not groups.place(record, keys):
            self._put_unmatched(record, keys, groups)

    def _put_unmatched(
        self, record: ContactRecord, keys: dict[str, set[Key]], groups: Groups
    ) -> None:
        patch, run = record.patch, self.run
        sure = patch.id is None or run.matcher.cache.is_gone(patch.id)
        if patch.id is not None and not sure and (patch.deleted or run.may_be_here(patch)):
            contact = run.matcher.get_current(patch.id)
            # What was merged into another contact is deleted already; the other one stays.
            if contact is not None and (contact["id"] == patch.id or not patch.deleted):
                record.match = Match(contact["id"], "id")
                groups.known(record, contact["id"], keys)
                return
        if patch.deleted:
            self._put_nothing_to_delete(record, keys)
        elif patch.id is not None and self.context.settings.unknown_id == "reject":
            reason = (
                "The site has no contact with this id, and no key matches. Set unknown_id to create"
                " if contacts of another site are to be made anew."
            )
            self.context.reject(record.pending, Rejection(UNKNOWN_ID, reason, "id"))
        elif not self._findable(patch, keys):
            reason = (
                "There is nothing to find the contact by, now or the next time. Give it one of"
                f" these: {self._key_names()}."
            )
            if patch.dropped:
                reason += f" Not usable: {', '.join(patch.dropped)}."
            self.context.reject(record.pending, Rejection(NO_KEY, reason))
        else:
            groups.new(record, keys)

    def _put_nothing_to_delete(self, record: ContactRecord, keys: dict[str, set[Key]]) -> None:
        """Settle a deletion that found nobody: it is done, unless it says nothing of whom it means."""
        unique = [kind for kind in self.context.settings.contact_match_keys if kind != "phone"]
        if record.patch.id is not None or any(keys[kind] for kind in unique):
            self.context.set_outcome(record.pending, Outcome.UNCHANGED)
            return
        names = " or ".join(["id", *unique])
        reason = f"A deletion needs {names}: a phone may be that of several people."
        self.context.reject(record.pending, Rejection(NO_KEY, reason))

    def _key_names(self) -> str:
        """Return the match keys for a person, and what serves where there are none."""
        return ", ".join(
            dict.fromkeys([*self.context.settings.contact_match_keys, "email", "phone"])
        )

    def _keys(self, patch: ContactPatch) -> dict[str, set[Key]]:
        """Return what a record says of each match key; nothing at all is a key of its own."""
        return {
            kind: {key for lookup in self.run.matcher.lookups(patch, kind) for key in lookup.keys}
            or ({(kind, "")} if kind in {"email", "phone"} and patch.empties(kind) else set())
            for kind in (*self.context.settings.contact_match_keys, "email")
        }

    def _findable(self, patch: ContactPatch, keys: dict[str, Any]) -> bool:
        """Tell whether a contact could be found again: Wix itself guards e-mails and phones."""
        if patch.all_emails() or patch.all_phones():
            return True
        return any(
            kind.startswith(CUSTOM)
            and found
            and (
                self.context.settings.create_custom_fields or self.run.names.field(kind) is not None
            )
            for kind, found in keys.items()
        )
