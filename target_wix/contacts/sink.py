"""The sink of contacts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.contacts.changes import patch_name
from target_wix.contacts.parse import read_patch
from target_wix.contacts.plan import AnyPlan
from target_wix.contacts.records import ContactGroup, ContactRecord
from target_wix.contacts.run import ContactsRun
from target_wix.contacts.steps import ContactSteps
from target_wix.pipeline.rounds import Pipeline
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from target_wix.runtime.pending import PendingRecord


class ContactsSink(WixSink):
    """Writes contacts, v4 (wix-api contacts 2)."""

    is_personal = True

    @cached_property
    def run(self) -> ContactsRun:
        """What the sinks of this stream know together."""
        return self.context.shared(lambda: ContactsRun(self.context.site, self.context.settings))

    @override
    def title_of(self, record: dict[str, Any]) -> str:
        """Return a contact's name, else its e-mail or phone, even of one that is refused."""
        try:
            return patch_name(read_patch(record, null_clears=False)[0])
        except Rejection:
            return next((text for text in record.values() if isinstance(text, str)), "")

    @override
    def write(self, pending: list[PendingRecord]) -> None:
        steps = ContactSteps(self.context, self.run)
        Pipeline[ContactRecord, ContactGroup, AnyPlan](self.context, steps).write(pending)
        self.run.end_batch()
