"""Labels and custom fields of the site, by key and by display name; made where that is allowed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_wix.api.contacts import extended_fields, labels
from tap_wix.api.errors import RefusedError
from tap_wix.api.foreign_text import shown
from target_wix.contacts.apply import ResolvedRefs
from target_wix.contacts.patch import CLEAR, CUSTOM
from target_wix.contacts.values import guessed_type, same_value, says_no_value, typed
from target_wix.pipeline.field_types import TOO_LONG
from target_wix.pipeline.keys import key_text, trimmed
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tap_wix.api.site import WixSite
    from target_wix.config import TargetSettings
    from target_wix.contacts.patch import Dropped, Label, Row
    from target_wix.contacts.plan import ContactRecord
    from target_wix.contacts.state import ContactState

_KEY = re.compile(r"[a-z][0-9A-Za-z_-]{2,24}\.\S+", re.ASCII)
_FOREIGN_LABELS = "labels of another site, whose keys mean nothing here (name them instead)"


class _Directory:
    """Labels or fields of a site."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_key: dict[str, Row] = {}
        self._by_name: dict[str, Row] = {}
        self._by_folded: dict[str, Row] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Row, *aliases: str) -> None:
        """Take in a row, by its display name and others that it was found by."""
        self._by_key[row["key"]] = row
        for name in (str(row.get("displayName") or ""), *aliases):
            if name := trimmed(name):
                self._by_name.setdefault(name, row)
                self._by_folded.setdefault(name.casefold(), row)

    def by_key(self, key: str) -> Row | None:
        """Return the row of a key."""
        return self._by_key.get(key)

    def find(self, key: str, name: str) -> Row | None:
        """Return the row of a key, else of a display name, at last without regard to case."""
        name = trimmed(name)
        return (
            self._by_key.get(key) or self._by_name.get(name) or self._by_folded.get(name.casefold())
        )


class ReferenceResolver:
    """What the names in records mean on this site. Nothing is read before it is needed."""

    def __init__(self, site: WixSite, settings: TargetSettings) -> None:
        self._site = site
        self._transport = site.transport
        self._settings = settings
        keys = settings.contact_match_keys
        self._match_keys = [key for key in keys if key.startswith(CUSTOM)]
        self._refused: dict[tuple[str, str], str] = {}
        self._dropped: list[Dropped] = []

    @cached_property
    def _labels(self) -> _Directory:
        return _Directory(labels.LABELS.rows(self._site))

    @cached_property
    def _fields(self) -> _Directory:
        fields = extended_fields.EXTENDED_FIELDS.rows(self._site)
        return _Directory(field for field in fields if str(field["key"]).startswith(CUSTOM))

    def field(self, name: str) -> Row | None:
        """Return the custom field of a key, or of `custom.` and a display name."""
        return self._fields.find(name, name.removeprefix(CUSTOM))

    def can_have(self, match_key: str) -> bool:
        """Tell whether the site has a custom field, or gets it with the first value."""
        return self._settings.create_custom_fields or self.field(match_key) is not None

    def spellings(self, match_key: str) -> set[str]:
        """Return what a record may call a custom field that is a match key, without case."""
        names = {match_key}
        if (field := self.field(match_key)) is not None:
            names |= {str(field["key"]), f"{CUSTOM}{field.get('displayName')}"}
        return {name.casefold() for name in names}

    def match_fields(self) -> list[str]:
        """Return the keys of the custom fields that contacts are found by."""
        return [str(field["key"]) for key in self._match_keys if (field := self.field(key))]

    def is_taken(self, key: str, value: object) -> bool:
        """Tell whether Wix takes a value that a contact has: its field may be gone or another one.

        Apps leave values behind, and a field can be made anew with another type (wix-api contacts 4).
        """
        field = self._fields.by_key(key)
        if field is None:
            return False
        kind = str(field.get("dataType"))
        try:
            typed(kind, value, key)
        except Rejection:
            return False
        return isinstance(value, str) == (kind != "NUMBER")

    def resolve(
        self, record: ContactRecord, before: ContactState, keeps: frozenset[str]
    ) -> ResolvedRefs:
        """Return what the labels and custom fields of a record are on this site.

        Args:
            record: the record.
            before: the contact as it is.
            keeps: what the contact does not lose to this record, by the names in a state.

        Raises:
            Rejection: a value does not fit its field.
        """
        patch, matched_by = record.patch, record.match.by
        # Keys and ids of another site mean nothing here.
        foreign = (
            patch.id is not None
            and matched_by != "id"
            and patch.site_id != self._site.site_id.lower()
        )
        self._dropped = []
        wanted = patch.labels if isinstance(patch.labels, list) else []
        labels = [self._label(label, before, foreign=foreign) for label in wanted]
        custom: dict[str, Any] = {}
        said: dict[str, Any] = {}
        match_keys: set[str] = set()
        for name, value in patch.custom.items():
            held = before.custom.get(name)
            if value is not CLEAR and held is not None and same_value(held, value):
                key, fitting = name, held  # without a look at the fields of the site
            else:
                key, fitting = self._custom(name, value)
            if key:
                custom[key], said[key] = fitting, value
            if key and self._is_match_key(name, key):
                match_keys.add(key)
        return ResolvedRefs(
            labels=[key for key in labels if key is not None],
            custom=custom,
            said=said,
            keys=frozenset(match_keys),
            matched_by=matched_by,
            keeps=keeps,
            dropped=self._dropped,
            is_foreign=foreign,
            merge=self._settings.contact_lists == "merge",
            replace_picture=self._settings.media == "replace",
        )

    def _lose(self, kind: str, name: str = "") -> None:
        self._dropped.append((kind, repr(shown(name)) if name else ""))

    def _label(self, label: Label, state: ContactState, *, foreign: bool) -> str | None:
        """Return the key of a label on this site; None if it is left out."""
        name = trimmed(label.name or label.text)
        keylike = not label.name and (not name or _KEY.fullmatch(name) is not None)
        if foreign and keylike:
            self._lose(_FOREIGN_LABELS)
            return None
        for key in ("" if foreign else label.key, name):
            if key and (key in state.labels or self._labels.by_key(key) is not None):
                return key
        row = self._labels.find(name, name) if name else None
        if row is None and (keylike or not self._settings.create_labels):
            self._lose("unknown labels", name or label.key)
        elif row is None:
            row = self._new_label(name)
        return None if row is None else str(row["key"])

    def _new_label(self, name: str) -> Row | None:
        if len(name) > labels.LONGEST_NAME:
            reason = f"A label has {len(name)} characters; Wix takes {labels.LONGEST_NAME}."
            raise Rejection(TOO_LONG, reason, "info.labelKeys")
        row = self._created(
            "labels",
            {"key": name, "displayName": name},
            lambda: labels.find_or_create_label(self._transport, name),
        )
        if row is not None:
            self._labels.add(row, name)
        return row

    def _created(self, what: str, row: Row, create: Callable[[], Row]) -> Row | None:
        """Return what Wix creates; None if it refuses, which it is asked for once a run.

        Args:
            what: `labels` or `custom fields`.
            row: what is to be created; a dry run takes it for created.
            create: creates it.
        """
        if self._settings.dry_run:
            return row
        name = str(row["displayName"])
        if (what, name) not in self._refused:
            try:
                return create()
            except RefusedError as error:
                reason = f"{what} that Wix refused to create ({shown(error.code)})"
                self._refused[what, name] = reason
        self._lose(self._refused[what, name], name)
        return None

    def _custom(self, name: str, value: object) -> tuple[str, Any]:
        """Return the key of a custom field and the value as it takes it; no key if there is none."""
        field = self.field(name)
        key, kind = ("", "") if field is None else (str(field["key"]), str(field.get("dataType")))
        if value is CLEAR:
            return key, CLEAR
        is_key = self._is_match_key(name, key)
        if says_no_value(value, kind, is_key=is_key):
            return "", None
        field = field or self._new_field(name, value)
        if field is None:
            return "", None
        key = str(field["key"])
        fitting = typed(str(field.get("dataType")), value, key)
        return key, key_text(fitting) if is_key and isinstance(fitting, str) else fitting

    def _is_match_key(self, name: str, key: str) -> bool:
        """Tell whether contacts are found by a custom field, by its name in a record or its key."""
        names = {name.casefold(), key.casefold()}
        return any(not names.isdisjoint(self.spellings(one)) for one in self._match_keys)

    def _new_field(self, name: str, value: object) -> Row | None:
        display = name.removeprefix(CUSTOM)
        if not self._settings.create_custom_fields:
            self._lose("unknown custom fields", display)
            return None
        if len(display) > extended_fields.LONGEST_NAME:
            reason = f"The name of a custom field has more than {extended_fields.LONGEST_NAME} characters."
            raise Rejection(TOO_LONG, reason, name)
        kind = guessed_type(value)
        field = self._created(
            "custom fields",
            {"key": name, "displayName": display, "dataType": kind},
            lambda: extended_fields.find_or_create_field(self._transport, display, kind),
        )
        if field is None:
            return None
        if not str(field["key"]).startswith(CUSTOM):
            # A field of Wix's own goes by that name, and those are not for writing.
            self._lose("custom fields named like fields of Wix", display)
            return None
        self._fields.add(field, display)
        return field
