"""Reading the input line by line: cheap for records that nobody writes, exact for all."""

from __future__ import annotations

import sys
from collections import Counter
from typing import IO, TYPE_CHECKING, Any

import msgspec
from singer_sdk.singerlib.encoding import GenericSingerReader

from tap_wix.api import wire
from target_wix.stops import InputError

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_TOO_DEEP = "it is nested too deeply."


class Envelope(msgspec.Struct):
    """A message with its contents left as they came: most need no second look."""

    type: str
    stream: str | None = None
    record: msgspec.Raw = msgspec.Raw(b"")
    value: msgspec.Raw = msgspec.Raw(b"")


_decoder = msgspec.json.Decoder(Envelope)


class LineReader(GenericSingerReader[str]):
    """Reads Singer messages, counts lines from 1, and quotes none of them.

    The SDK's readers build every record before they know its stream (1,500 records a second with
    all that follows), and put a line they cannot read into the log.

    Attributes:
        line: number of the line in hand.
        record: text of the record in hand, as it came.
        skips: for each stream that nobody writes, what to do with a record instead of reading it.
    """

    def __init__(self) -> None:
        """Start before the first line."""
        super().__init__()
        self.line = 0
        self.record = b""
        self.skips: dict[str, Callable[[bytes], None]] = {}

    @property
    @override
    def default_input(self) -> IO[str]:
        return sys.stdin

    @override
    def process_lines(
        self,
        file_input: IO[str] | None,
        callbacks: dict[str, Callable[[dict[str, Any]], None]],
    ) -> Counter[str]:
        counts: Counter[str] = Counter()
        for line in _in_bytes(file_input or self.default_input):
            self.line += 1
            try:
                kind = self._process(line, callbacks)
            except InputError as error:
                error.line = self.line
                raise
            if kind:
                counts[kind] += 1
        return counts

    def _process(
        self, line: bytes, callbacks: dict[str, Callable[[dict[str, Any]], None]]
    ) -> str | None:
        envelope = _envelope(line)
        if envelope is None:
            return None
        if envelope.type == "RECORD":
            record = bytes(envelope.record)
            if not record.startswith(b"{"):
                raise InputError("a RECORD message without an object as its record.")
            if envelope.stream is None:
                raise InputError("a RECORD message without the name of its stream.")
            if (skip := self.skips.get(envelope.stream)) is not None:
                skip(record)
            else:
                self.record = record
                message = {"type": "RECORD", "stream": envelope.stream}
                callbacks["RECORD"]({**message, "record": _decode(record)})
        elif (callback := callbacks.get(envelope.type)) is None:
            raise InputError("a message of a type that Singer does not have.")
        elif envelope.type == "STATE":
            if not (value := bytes(envelope.value)):
                raise InputError("a STATE message without a value.")
            callback({"type": "STATE", "value": value})
        else:
            callback(self.deserialize_json(line.decode()))
        return envelope.type

    @override
    def deserialize_json(self, line: str) -> dict[str, Any]:
        message: dict[str, Any] = _decode(line)
        return message


def _in_bytes(file: IO[str]) -> Iterable[bytes]:
    """Yield the lines of a text file undecoded where it has bytes beneath."""
    if (beneath := getattr(file, "buffer", None)) is not None:
        yield from beneath
    else:
        for line in file:
            yield line.encode("utf-8", "surrogatepass")


def _envelope(line: bytes) -> Envelope | None:
    """Return the message of a line, None for a blank one.

    Raises:
        InputError: the line is no JSON, not in UTF-8, or no message.
    """
    try:
        if not line.isascii():
            line.decode()
        return _decoder.decode(line)
    except UnicodeDecodeError:
        raise InputError("it is not in UTF-8.") from None
    except msgspec.ValidationError as error:
        raise InputError(f"it is no Singer message: {error}.") from None
    except msgspec.DecodeError as error:
        return _patient_envelope(line, error)
    except RecursionError:
        raise InputError(_TOO_DEEP) from None


def _patient_envelope(line: bytes, error: msgspec.DecodeError) -> Envelope | None:
    """Read what only a slower parser takes, such as half a surrogate pair in a text."""
    if not line.strip():
        return None
    try:
        message = wire.decode(line.decode())
    except (ValueError, ArithmeticError, RecursionError):
        raise InputError(f"it is not JSON: {error}.") from None
    return _envelope(wire.encode(message))


def _decode(text: bytes | str) -> Any:  # noqa: ANN401 - JSON is any of six types
    try:
        return wire.decode(text)
    except ArithmeticError:
        raise InputError("a number in it is larger than any number can be.") from None
    except RecursionError:
        raise InputError(_TOO_DEEP) from None
    except ValueError:
        raise InputError("it is not JSON.") from None
