"""The file of refused records: a Singer stream, to be mended and piped back in."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from tap_wix.api import codec
from tap_wix.api.foreign_text import SECRET, shown
from target_wix.runtime.private_file import LinesFile, make_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from target_wix.runtime.outcomes import Rejection

PREFIX = "_sdc_rejected_"
_LONGEST_REASON = 2000
_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_COLUMNS = ("code", "reason", "field", "request_id", "line", "at")


class RejectedFile:
    """One file a run, made when the first record is refused.

    Records and schemas stand in it as they came in, before any stream map, so that the same
    settings take them in again.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder, which must work before anything is written to Wix.

        Raises:
            OSError: it is no folder, or not one that may be written to.
        """
        make_folder(folder)
        now = datetime.now(UTC)
        self.path = folder / f"rejected-{now:%Y%m%dT%H%M%S%fZ}-{os.getpid()}.jsonl"
        self._file: LinesFile | None = None
        self._schemas: dict[str, tuple[Any, Any]] = {}

    def add(
        self,
        stream: str,
        schema: dict[str, Any],
        keys: Sequence[str] | None,
        record: bytes,
        position: int,
        rejection: Rejection,
    ) -> None:
        """Write one record with the reason; it is in the file when this returns.

        Raises:
            OSError: the disk is full, or the folder went away.
        """
        lines = b""
        is_new = self._schemas.get(stream) != (schema, keys)
        if is_new:
            lines = _line(_schema_message(stream, schema, keys))
        at = datetime.now(UTC).isoformat()
        reasons = (
            rejection.code,
            rejection.reason,
            rejection.field,
            rejection.request_id or None,
            position,
            at,
        )
        columns = {
            PREFIX + column: _fit_to_keep(value)
            for column, value in zip(_COLUMNS, reasons, strict=True)
        }
        self._write(lines + _record_line(stream, record, columns))
        if is_new:
            self._schemas[stream] = (schema, keys)

    def _write(self, data: bytes) -> None:
        """Write whole lines or nothing; a file without any goes."""
        self._file = self._file or LinesFile(self.path)
        try:
            self._file.write(data)
        except OSError:
            if not self._file.size:
                self.close()
                self._file = None
                with contextlib.suppress(OSError):
                    self.path.unlink()
            raise

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()


def without_reasons(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without the reasons of an earlier refusal."""
    return {name: value for name, value in record.items() if not name.startswith(PREFIX)}


def _schema_message(
    stream: str, schema: dict[str, Any], keys: Sequence[str] | None
) -> dict[str, Any]:
    columns = {
        PREFIX + column: {"type": ["integer" if column == "line" else "string", "null"]}
        for column in _COLUMNS
    }
    properties = {**without_reasons(schema.get("properties", {})), **columns}
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {**schema, "properties": properties},
        "key_properties": list(keys or ()),
    }


def _record_line(stream: str, record: bytes, columns: dict[str, Any]) -> bytes:
    """Return the message of a record with its reasons, even of one that is too deep to be read."""
    try:
        values = without_reasons(_decoder.decode(record)) | columns
        return _line({"type": "RECORD", "stream": stream, "record": values})
    except (ValueError, ArithmeticError, RecursionError):
        inside = record.strip()[1:-1].strip()
        whole = b"{%b%b%b" % (inside, b"," if inside else b"", codec.encode(columns)[1:])
        message = {"type": "RECORD", "stream": stream, "record": msgspec.Raw(whole)}
        return _line(message)


def _fit_to_keep(value: object) -> object:
    """Return a reason without half surrogates, and without our key if Wix echoes it."""
    if not isinstance(value, str):
        return value
    text = shown(value, limit=_LONGEST_REASON)
    return text if SECRET in text else value.encode("utf-8", "replace").decode()


def _line(message: dict[str, Any]) -> bytes:
    return codec.encode(message) + b"\n"
