"""Streams that are fed by another one: it needs no request to read them."""

from __future__ import annotations

import abc
import contextlib
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.client import ODD_SHAPES, WixStream, where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk.helpers.types import Context

    from tap_wix.client import Row


class FedStream(WixStream, abc.ABC):
    """A stream whose rows are parts of its parent's rows: it needs no request of its own."""

    state_partitioning_keys = ()

    @abc.abstractmethod
    def parts(self, row: Row) -> Iterable[Row]:
        """Return the rows within a row of the parent."""

    @override
    def get_records(self, context: Context | None) -> Iterator[Row]:
        """Have none of its own: the parent reads, and hands over what it has read."""
        return iter(())

    @override
    def read(self, since: str | None) -> Iterable[Row]:
        return ()

    def announce(self) -> None:
        """Write the schema; the SDK does so only for streams that read for themselves."""
        self._write_schema_message()

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Have the SDK's metric for these rows as for any others."""
        self._since_state = 0
        with self.get_record_counter() as self._counter:
            yield

    def take(self, parent: Row, origin: dict[str, str], *, resumable: bool) -> None:
        """Write the rows within a row of the parent."""
        if not self.covers(parent):
            return
        try:
            parts = list(self.parts(parent))
        except ODD_SHAPES as error:
            self.leave_out(parent, f"its {self.name} are not understood ({where(error)})")
            return
        for part in parts:
            limit = self.ABORT_AT_RECORD_COUNT
            if limit is not None and self._progress.rows >= limit:
                return
            row = self.row_of(self.shaped, part, origin)
            if row is None:
                continue
            self._write_record_message(row)
            self._counter.increment()
            self._progress.count(parent.get("updatedDate"))
            self._since_state += 1
        self.note_written(parent, resumable=resumable)
        if self._since_state >= self.STATE_MSG_FREQUENCY:
            self._since_state = 0
            self._tap.state_writer.write_state(self._tap.state)
