"""Products changed in bulk (wix-api stores-v3 3.5, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError, NotFoundError, RefusedError
from tap_wix.api.stores_v3.bulk import STALE_CODE
from tap_wix.api.stores_v3.products_write import (
    MOST_PRODUCTS,
    delete_products,
    update_products,
)
from target_wix.pipeline.refusals import rejection_of, send_in_halves
from target_wix.products.catalog import Change, Stale, Updated
from target_wix.products.v3.bodies import requests_of, update_body
from target_wix.products.v3.references import References, refused_part
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.stores_v3.bulk import BulkRow
    from tap_wix.api.transport import WixTransport
    from target_wix.products.v3.reader import Reader

_GONE = frozenset({"NOT_FOUND", "PRODUCT_NOT_FOUND", "404"})


@dataclass
class PendingUpdate:
    """A change on its way to Wix.

    Attributes:
        change: what was asked for.
        body: its row.
        left_out: the fields that cannot be written.
    """

    change: Change
    body: Json
    left_out: list[str]

    def updated(self, revision: str = "") -> Updated:
        """Return that it is written, as far as it can be."""
        return Updated(revision=revision, left_out=tuple(self.left_out))


class Updater:
    """Changes and deletes products."""

    def __init__(self, transport: WixTransport, reader: Reader, references: References) -> None:
        """Nothing is changed yet."""
        self._transport = transport
        self._reader = reader
        self._references = references

    def update(
        self, changes: Sequence[Change]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        """Change products; see `Catalog.update`."""
        self._references.prepare(changes)
        ready = []
        for change in changes:
            replaced, left_out = self._references.replaced(change.desired, change.changed)
            changed = [name for name in change.changed if name not in left_out]
            body = update_body(change.current, change.desired, changed, replaced)
            entry = PendingUpdate(change, body, left_out)
            if changed:
                ready.append(entry)
            else:
                yield change, entry.updated()
        for batch in requests_of(ready):
            yield from self._send(batch)

    def _send(
        self, entries: Sequence[PendingUpdate]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        for some, rows in send_in_halves(entries, self._call):
            if isinstance(rows, RefusedError):
                yield from self._refused(some[0], rows)
            else:
                yield from self._sorted_out(some, rows)

    def _call(self, entries: Sequence[PendingUpdate]) -> Mapping[int, BulkRow]:
        try:
            return update_products(self._transport, [entry.body for entry in entries])
        except AnswerError:
            return {}  # an answer without results: reading the products again will tell

    def _sorted_out(
        self, entries: Sequence[PendingUpdate], rows: Mapping[int, BulkRow]
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        for place, entry in enumerate(entries):
            key = entry.change.current["id"]
            row = rows.get(place)
            self._reader.wrote(key)
            if row is None:
                yield entry.change, Stale()  # reading it again will tell
            elif row.error is not None:
                yield from self._refused(entry, row.error)
            else:
                revision = str((row.item or {}).get("revision") or "")
                yield entry.change, entry.updated(revision)

    def _refused(
        self, entry: PendingUpdate, error: RefusedError
    ) -> Iterator[tuple[Change, Updated | Stale | Rejection]]:
        change = entry.change
        self._reader.wrote(change.current["id"])
        part = refused_part(error, entry.body)
        if error.code == STALE_CODE or "revision" in error.text.lower():
            yield change, Stale()
        elif part:
            self._references.drop_field(part, error)
            del entry.body[part]
            entry.left_out.append(part)
            if set(change.changed) - set(entry.left_out):
                yield from self._send([entry])
            else:
                yield change, entry.updated()
        else:
            yield change, rejection_of(error)

    def delete(self, ids: Sequence[str]) -> Iterator[tuple[str, Rejection | None]]:
        """Delete products; see `Catalog.delete`."""
        for start in range(0, len(ids), MOST_PRODUCTS):
            batch = ids[start : start + MOST_PRODUCTS]
            for some, rows in send_in_halves(batch, self._call_delete):
                if isinstance(rows, RefusedError):
                    gone = isinstance(rows, NotFoundError) or rows.code in _GONE
                    yield some[0], None if gone else rejection_of(rows)
                else:
                    yield from self._deleted(some, rows)

    def _call_delete(self, ids: Sequence[str]) -> Mapping[int, BulkRow]:
        try:
            return delete_products(self._transport, ids)
        except AnswerError:
            return {}  # an answer without results: looking for the products will tell

    def _deleted(
        self, ids: Sequence[str], rows: Mapping[int, BulkRow]
    ) -> Iterator[tuple[str, Rejection | None]]:
        unknown = []
        for place, key in enumerate(ids):
            row = rows.get(place)
            self._reader.wrote(key)
            if row is None:
                unknown.append(key)
            elif row.error is None or row.error.code in _GONE:
                yield key, None
            else:
                yield key, rejection_of(row.error)
        left = self._reader.by_ids(unknown)
        for key in unknown:
            reason = Rejection("UNDETAILED_FAILURE", "Wix did not delete it, nor say why.")
            yield key, reason if key in left else None
