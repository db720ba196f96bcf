"""What a run knows of the contacts of its site, and what that says of single records."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_wix.contacts.cache import ContactCache
from target_wix.contacts.matcher import Matcher
from target_wix.contacts.references import ReferenceResolver

if TYPE_CHECKING:
    from tap_wix.api.site import WixSite
    from target_wix.config import TargetSettings
    from target_wix.contacts.apply import ResolvedRefs
    from target_wix.contacts.patch import ContactPatch, ContactState
    from target_wix.contacts.records import ContactRecord


_MADE_UP = "dry-run-"


def known_id(contact_id: str) -> str:
    """Return the id of a contact; empty for one that a dry run would create."""
    return "" if contact_id.startswith(_MADE_UP) else contact_id


@dataclass(slots=True)
class BulkFacts:
    """What a run knows of Contacts v5.

    Attributes:
        is_usable: whether this key and site have it.
        keeps_main_tag: whether v4 shows its main e-mail with the tag MAIN; None before it is known.
        keeps_country: whether v4 shows the country of its international phones.
    """

    is_usable: bool = True
    keeps_main_tag: bool | None = None
    keeps_country: bool | None = None


class ContactsRun:
    """What is known of contacts over a run, also when a SCHEMA change brings another sink."""

    def __init__(self, site: WixSite, settings: TargetSettings) -> None:
        """Know nothing yet."""
        self._settings = settings
        self._site_id = site.site_id
        self._numbers = itertools.count(1)
        self.bulk = BulkFacts()
        self.names = ReferenceResolver(site, settings)
        cache = ContactCache(self.names.match_fields)
        self.matcher = Matcher(site, cache, self.names, settings.contact_match_keys)

    def end_batch(self) -> None:
        """Forget what only a batch may rely on."""
        self.matcher.cache.forget_misses()
        self.matcher.cache.prune()

    def keeps(self, matched_by: str) -> frozenset[str]:
        """Return what a contact that was found by a match key keeps, by the names in a state."""
        if matched_by in {"", "id"}:
            return frozenset()
        stronger = self.matcher.stronger(matched_by)
        fields = ((key, self.names.field(key)) for key in stronger)
        return frozenset(str(field["key"]) if field else key for key, field in fields)

    def resolve(self, record: ContactRecord, before: ContactState) -> ResolvedRefs:
        """Return what the labels and custom fields of a record are on this site.

        Raises:
            Rejection: a value does not fit its field.
        """
        return self.names.resolve(
            record.patch,
            before,
            foreign=self.is_foreign(record),
            matched_by=record.match.by,
            keeps=self.keeps(record.match.by),
        )

    def is_foreign(self, record: ContactRecord) -> bool:
        """Tell whether a record comes from another site, whose keys and ids mean nothing here."""
        patch = record.patch
        return patch.id is not None and record.match.by != "id" and patch.site_id != self._site_id

    def heeds_revision(self, record: ContactRecord) -> bool:
        """Tell whether a record's revision says how old it is."""
        return (
            record.match.by == "id"
            and record.patch.revision is not None
            and self._settings.stale_records == "reject"
        )

    def may_be_here(self, patch: ContactPatch) -> bool:
        """Tell whether to ask for an id that the index does not have.

        It can be too new for the index, or merged away. A copy of another site would cost one
        request a record for nothing.
        """
        return self._settings.unknown_id == "reject" or patch.site_id == self._site_id

    def made_up_id(self) -> str:
        """Return an id for a contact that a dry run would create."""
        return f"{_MADE_UP}{next(self._numbers)}"
