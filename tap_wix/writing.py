"""The way out to the loader, which a signal must not cut in the middle of a line."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from singer_sdk.contrib.msgspec import MsgSpecWriter, encoder
from singer_sdk.singerlib import RecordMessage, StateMessage
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk.singerlib import Message

    Row = dict[str, Any]


_MOST_HELD = 64 * 1024
"""Bytes of lines that are held back before they are written at once."""


class OutputError(BaseException):
    """What was read cannot be handed on: there is nobody to read it, or no room.

    Not an `Exception`: the SDK would log it as an unhandled error of the stream that was read.
    """


def output_error(error: OSError) -> OutputError:
    """Return what a failure to write means, in words for a person."""
    if isinstance(error, BrokenPipeError):
        return OutputError(
            "The loader stopped reading. Why is in the loader's log, not in this one."
        )
    return OutputError(f"The output cannot be written: {error.strerror or type(error).__name__}.")


def abandon_output() -> None:
    """Have nothing more to write: Python flushes at its end, and would complain once more."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class WholeLineWriter(MsgSpecWriter):
    """Writes messages fast, `Decimal` exact, and puts off what interrupts a line.

    Attributes:
        record_bytes: length of all RECORD lines so far.
        state_bytes: length of all STATE lines so far.
        last_state_bytes: length of the last STATE line.
    """

    def __init__(self) -> None:
        """Start between two lines."""
        super().__init__()
        self.record_bytes = 0
        self.state_bytes = 0
        self.last_state_bytes = 0
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._writing = False
        self._afterwards: Callable[[], None] | None = None

    @override
    def serialize_message(self, message: Message) -> bytearray:
        line = super().serialize_message(message)
        if isinstance(message, RecordMessage):
            self.record_bytes += len(line)
        elif isinstance(message, StateMessage):
            self.last_state_bytes = len(line)
            self.state_bytes += len(line)
        return line

    @override
    def write_message(self, message: Message) -> None:
        self.flush()
        self.write_lines(self.format_message(message))

    def write_record(self, stream: str, record: Row, version: int | None) -> None:
        """Write a RECORD message as `write_message` does, soon: at the next message or `flush`.

        Args:
            stream: name of the stream.
            record: the row, JSON and `Decimal` alone.
            version: of the table, None if it has none.
        """
        message: dict[str, Any] = {"type": "RECORD", "stream": stream, "record": record}
        if version is not None:
            message["version"] = version
        message["time_extracted"] = datetime.now(UTC)
        line = encoder.encode(message) + b"\n"
        self.record_bytes += len(line)
        self._held.append(line)
        self._held_bytes += len(line)
        if self._held_bytes >= _MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Write the lines that were held back."""
        if self._held:
            # From here on a signal waits: its STATE must not come before lines that are taken out.
            self._writing = True
            held, self._held, self._held_bytes = self._held, [], 0
            self.write_lines(b"".join(held))

    def write_lines(self, lines: bytes | bytearray) -> None:
        """Write whole lines; what interrupts them acts when they are out."""
        self._writing = True
        try:
            # An unbuffered stdout (`python -u`) writes a part of a long line if a signal comes.
            while (written := sys.stdout.buffer.write(lines)) < len(lines):
                lines = lines[written:]
            sys.stdout.flush()
        except OSError as error:
            raise output_error(error) from None
        finally:
            self._writing = False
        if self._afterwards:
            act, self._afterwards = self._afterwards, None
            act()

    def between_lines(self, act: Callable[[], None]) -> None:
        """Act now, or when the lines that are being written are whole."""
        if self._writing:
            self._afterwards = act
        else:
            act()
