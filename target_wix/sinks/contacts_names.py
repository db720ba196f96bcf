"""Labels and custom fields of the site, by key and by display name; made where that is allowed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_wix.api.contacts import extended_fields, labels
from tap_wix.api.errors import RefusedError
from tap_wix.api.foreign_text import shown
from target_wix.mapping.contacts.apply import Understood
from target_wix.mapping.contacts.custom_fields import guessed_type, same_value, typed
from target_wix.mapping.contacts.validate import TOO_LONG
from target_wix.mapping.contacts.wish import CLEAR, CUSTOM
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_wix.api.site import WixSite
    from target_wix.mapping.contacts.wish import Card, ContactWish, Row
    from target_wix.notices import Notices
    from target_wix.settings import TargetSettings

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
            self._by_name.setdefault(name, row)
            self._by_folded.setdefault(name.casefold(), row)

    def find(self, key: str, name: str) -> Row | None:
        """Return the row of a key, else of a display name, at last without regard to case."""
        return (
            self._by_key.get(key) or self._by_name.get(name) or self._by_folded.get(name.casefold())
        )


class ContactNames:
    """What the names in records mean on this site. Nothing is read before it is needed."""

    def __init__(self, site: WixSite, settings: TargetSettings, notices: Notices) -> None:
        """Ask nothing yet."""
        self._site = site
        self._transport = site.transport
        self._settings = settings
        self._notices = notices

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

    def match_fields(self) -> list[str]:
        """Return the keys of the custom fields that contacts are found by."""
        keys = [key for key in self._settings.contact_match_keys if key.startswith(CUSTOM)]
        return [str(field["key"]) for key in keys if (field := self.field(key))]

    def understand(
        self, wish: ContactWish, card: Card, *, foreign: bool, matched_by: str
    ) -> Understood:
        """Return what a record means for a contact.

        Args:
            wish: what the record says.
            card: the contact as it is.
            foreign: whether the record comes from another site, whose keys mean nothing here.
            matched_by: how the contact was found.

        Raises:
            Rejection: a value does not fit its field.
        """
        wanted = wish.labels if isinstance(wish.labels, list) else []
        keys = (self._label(label, card, foreign=foreign) for label in wanted)
        custom: dict[str, Any] = {}
        for name, value in wish.custom.items():
            custom.update(self._custom(name, value, card))
        if foreign and isinstance(wish.picture, dict) and wish.picture.pop("id", None):
            wish.picture = wish.picture if wish.picture.get("url") else None
        return Understood(
            labels=[key for key in keys if key is not None],
            custom=custom,
            matched_by=matched_by,
            merge=self._settings.contact_lists == "merge",
            replace_picture=self._settings.media == "replace",
        )

    def _label(self, label: str, card: Card, *, foreign: bool) -> str | None:
        keylike = _KEY.fullmatch(label) is not None
        if foreign and keylike:
            self._notices.left_out(_FOREIGN_LABELS)
            return None
        if label in card.labels:
            return label
        found = self._labels.find(label, label)
        if found is not None:
            return str(found["key"])
        if keylike or not self._settings.create_labels:
            self._notices.left_out("unknown labels", name=repr(shown(label)))
            return None
        if len(label) > labels.LONGEST_NAME:
            reason = f"A label has {len(label)} characters; Wix takes {labels.LONGEST_NAME}."
            raise Rejection(TOO_LONG, reason, "info.labelKeys")
        row = self._new_label(label)
        if row is None:
            return None
        self._labels.add(row, label)
        return str(row["key"])

    def _new_label(self, name: str) -> Row | None:
        if self._settings.dry_run:
            return {"key": name, "displayName": name}
        try:
            return labels.find_or_create_label(self._transport, name)
        except RefusedError as error:
            kind = f"labels that Wix refused to create ({shown(error.code)})"
            self._notices.left_out(kind, name=repr(shown(name)))
            return None

    def _custom(self, name: str, value: Any, card: Card) -> dict[str, Any]:  # noqa: ANN401
        if value is not CLEAR and name in card.custom and same_value(card.custom[name], value):
            return {}
        field = self.field(name)
        if field is None:
            field = None if value is CLEAR else self._new_field(name, value)
            if field is None:
                return {}
        key = str(field["key"])
        current = card.custom.get(key)
        if value is CLEAR:
            return {} if current is None else {key: CLEAR}
        if current is not None and same_value(current, value):
            return {}
        fitting = typed(str(field.get("dataType")), value, key)
        return {} if current is not None and same_value(current, fitting) else {key: fitting}

    def _new_field(self, name: str, value: object) -> Row | None:
        display = name.removeprefix(CUSTOM)
        if not self._settings.create_custom_fields:
            self._notices.left_out("unknown custom fields", name=repr(shown(display)))
            return None
        if len(display) > extended_fields.LONGEST_NAME:
            reason = f"The name of a custom field has more than {extended_fields.LONGEST_NAME} characters."
            raise Rejection(TOO_LONG, reason, name)
        kind = guessed_type(value)
        field: Row = {"key": name, "displayName": display, "dataType": kind}
        if not self._settings.dry_run:
            try:
                field = extended_fields.find_or_create_field(self._transport, display, kind)
            except RefusedError as error:
                refused = f"custom fields that Wix refused to create ({shown(error.code)})"
                self._notices.left_out(refused, name=repr(shown(display)))
                return None
            if not str(field["key"]).startswith(CUSTOM):
                # A field of Wix's own goes by that name, and those are not for writing.
                own = "custom fields named like fields of Wix"
                self._notices.left_out(own, name=repr(shown(display)))
                return None
        self._fields.add(field, display)
        return field
