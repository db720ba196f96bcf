"""The sink of contacts: reads records, finds whom they mean, and has them written in order."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.contacts.groups import Entry, Groups
from target_wix.contacts.matcher import Match
from target_wix.contacts.parse import read_wish
from target_wix.contacts.patch import CUSTOM
from target_wix.contacts.run import ContactsRun
from target_wix.contacts.writer import ContactWriter
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.contacts.cache import Key
    from target_wix.contacts.patch import ContactWish
    from target_wix.pipeline.pending import PendingRecord

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
    def write(self, records: list[PendingRecord]) -> None:
        entries = [entry for one in records if (entry := self._read(one)) is not None]
        while entries:
            entries = self._round(entries)
        self.run.finder.shelf.forget_misses()
        self.run.finder.shelf.prune()

    def _read(self, incoming: PendingRecord) -> Entry | None:
        """Return what a record asks for; None if that settles it."""
        try:
            wish, unknown = read_wish(
                incoming.record, null_clears=self.context.settings.null_clears
            )
        except Rejection as rejection:
            self.context.reject(incoming, rejection)
            return None
        self.context.ignore_columns(unknown)
        if wish.odd_id:
            self.context.warn_once("an id that is no id of Wix is not used; the match keys are.")
        if wish.deleted and self.context.settings.delete_mode == "ignore":
            self.context.set_outcome(incoming, Outcome.IGNORED)
            return None
        return Entry(incoming, wish, Match())

    def _round(self, entries: Sequence[Entry]) -> list[Entry]:
        """Write what can be written at once; return what has to be matched again after it."""
        matches = self.run.finder.match([entry.wish for entry in entries])
        groups = Groups(self.context.settings.contact_match_keys, self.run.finder)
        for entry, match in zip(entries, matches, strict=True):
            entry.match = match
            if match.rejection is not None:
                self.context.reject(entry.incoming, match.rejection)
            else:
                self._put(entry, groups)
        writer = ContactWriter(self.context, self.run)
        for group in groups.all:
            self.context.raise_if_interrupted()
            writer.write(group)
        waiting = [*groups.put_off, *writer.put_off]
        return sorted(waiting, key=lambda entry: entry.incoming.position)

    def _put(self, entry: Entry, groups: Groups) -> None:
        keys = self._keys(entry.wish)
        if not groups.place(entry, keys):
            self._put_unmatched(entry, keys, groups)

    def _put_unmatched(self, entry: Entry, keys: dict[str, set[Key]], groups: Groups) -> None:
        wish, run = entry.wish, self.run
        sure = wish.id is None or run.finder.shelf.is_gone(wish.id)
        if wish.id is not None and not sure and (wish.deleted or run.may_be_here(wish)):
            contact = run.finder.fresh(wish.id)
            # What was merged into another contact is deleted already; the other one stays.
            if contact is not None and (contact["id"] == wish.id or not wish.deleted):
                entry.match = Match(contact["id"], "id")
                groups.known(entry, contact["id"], keys)
                return
        if wish.deleted:
            self._put_nothing_to_delete(entry, keys)
        elif wish.id is not None and self.context.settings.unknown_id == "reject":
            reason = (
                "The site has no contact with this id, and no key matches. Set unknown_id to create"
                " if contacts of another site are to be made anew."
            )
            self.context.reject(entry.incoming, Rejection(UNKNOWN_ID, reason, "id"))
        elif not self._findable(wish, keys):
            reason = (
                "There is nothing to find the contact by, now or the next time. Give it one of"
                f" these: {self._key_names()}."
            )
            if wish.left_out:
                reason += f" Not usable: {', '.join(wish.left_out)}."
            self.context.reject(entry.incoming, Rejection(NO_KEY, reason))
        else:
            groups.new(entry, keys)

    def _put_nothing_to_delete(self, entry: Entry, keys: dict[str, set[Key]]) -> None:
        """Settle a deletion that found nobody: it is done, unless it says nothing of whom it means."""
        unique = [kind for kind in self.context.settings.contact_match_keys if kind != "phone"]
        if entry.wish.id is not None or any(keys[kind] for kind in unique):
            self.context.set_outcome(entry.incoming, Outcome.UNCHANGED)
            return
        names = " or ".join(["id", *unique])
        reason = f"A deletion needs {names}: a phone may be that of several people."
        self.context.reject(entry.incoming, Rejection(NO_KEY, reason))

    def _key_names(self) -> str:
        """Return the match keys for a person, and what serves where there are none."""
        return ", ".join(
            dict.fromkeys([*self.context.settings.contact_match_keys, "email", "phone"])
        )

    def _keys(self, wish: ContactWish) -> dict[str, set[Key]]:
        """Return what a record says of each match key; nothing at all is a key of its own."""
        return {
            kind: {key for probe in self.run.finder.probes(wish, kind) for key in probe.keys}
            or ({(kind, "")} if kind in {"email", "phone"} and wish.empties(kind) else set())
            for kind in (*self.context.settings.contact_match_keys, "email")
        }

    def _findable(self, wish: ContactWish, keys: dict[str, Any]) -> bool:
        """Tell whether a contact could be found again: Wix itself guards e-mails and phones."""
        if wish.all_emails() or wish.all_phones():
            return True
        return any(
            kind.startswith(CUSTOM)
            and found
            and (
                self.context.settings.create_custom_fields or self.run.names.field(kind) is not None
            )
            for kind, found in keys.items()
        )
