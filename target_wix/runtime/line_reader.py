"""Reading the input line by line: cheap for records that nobody writes, exact for all."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import msgspec
from singer_sdk.singerlib.encoding import GenericSingerReader
from typing_extensions import override

from tap_wix.api import codec
from tap_wix.api.foreign_text import shown
from target_wix.runtime.exceptions import InputError, RunStoppedError, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_DEPTH = 100
"""Objects and lists within each other; Wix's own go to about 30 (rich content in a product)."""

MAX_LINE = 64 * 2**20
"""Bytes of a line; a product with all that Wix allows has about one million."""

_LARGEST_EXPONENT = 400
_MOST_DIGITS = 400
_LONGEST_INTEGER = 4000  # Python reads up to 4,300 digits
_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"
_NUL = b"\\u0000"
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_TO_SQUARE = bytes.maketrans(b"{}", b"[]")


class Envelope(msgspec.Struct):
    """A message with its contents left as they came: most need no second look."""

    type: str
    stream: str | None = None
    record: msgspec.Raw = msgspec.Raw(b"")
    value: msgspec.Raw = msgspec.Raw(b"")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a record cannot be read, though it is known where it begins and ends.

    Attributes:
        reason: such as `NaN is not a number`.
        field: the path of the value, if one is to blame.
    """

    reason: str
    field: str | None = None


class _BadNumber(str):
    """The text of a number that is none."""

    __slots__ = ()


def _exact(text: str) -> Decimal:
    """Return a number that can be reckoned with.

    Raises:
        ArithmeticError: it is beyond what a `Decimal` can be.
        ValueError: it is beyond all that prices and weights can be.
    """
    number = Decimal(text)
    if len(text) <= _MOST_DIGITS and abs(number.adjusted()) <= _LARGEST_EXPONENT:
        return number
    raise ValueError


def _lenient(text: str) -> Decimal | _BadNumber:
    try:
        return _exact(text)
    except (ArithmeticError, ValueError):
        return _BadNumber(text)


def _lenient_integer(text: str) -> int | _BadNumber:
    return int(text) if len(text) <= _LONGEST_INTEGER else _BadNumber(text)


_decoder = msgspec.json.Decoder(Envelope)
_record_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=_exact)


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
        for line in _lines(file_input or self.default_input):
            self.line += 1
            try:
                kind = self._process(line, callbacks)
            except InputError as error:
                error.line = self.line
                raise
            except RunStoppedError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the run ends in order
                unexpected = InputError(fault(error))
                unexpected.line = self.line
                raise unexpected from None
            if kind:
                counts[kind] += 1
        return counts

    def _process(
        self, line: bytes, callbacks: dict[str, Callable[[dict[str, Any]], None]]
    ) -> str | None:
        found = _message(line)
        if found is None:
            return None
        envelope, flaw = found
        callback = callbacks.get(envelope.type)
        if envelope.type == "RECORD":
            self._process_record(envelope, flaw, callbacks["RECORD"])
        elif callback is None:
            raise InputError("a message of a type that Singer does not have.")
        elif flaw is not None:
            raise InputError(f"{flaw.reason}.")
        elif _is_too_deep(line):
            raise InputError(f"{_TOO_DEEP}.")
        elif envelope.type == "STATE":
            if not (value := bytes(envelope.value)):
                raise InputError("a STATE message without a value.")
            callback({"type": "STATE", "value": value})
        else:
            callback(self.deserialize_json(line.decode()))
        return envelope.type

    def _process_record(
        self, envelope: Envelope, flaw: Flaw | None, callback: Callable[[dict[str, Any]], None]
    ) -> None:
        record, stream = bytes(envelope.record), envelope.stream
        if not record.startswith(b"{"):
            raise InputError("a RECORD message without an object as its record.")
        if stream is None:
            raise InputError("a RECORD message without the name of its stream.")
        if (skip := self.skips.get(stream)) is not None:
            skip(record)
            return
        values, own_flaw = _read_record(record)
        flaw = flaw or own_flaw
        # What cannot be written as JSON is kept as text, so that the owner can mend it.
        self.record = codec.encode(values) if flaw and flaw.field is not None else record
        callback({"type": "RECORD", "stream": stream, "record": values, "flaw": flaw})

    @override
    def deserialize_json(self, line: str) -> dict[str, Any]:
        try:
            message: dict[str, Any] = codec.decode(line)
        except ArithmeticError:
            raise InputError("a number in it is larger than any number can be.") from None
        except ValueError:
            raise InputError("it is not JSON.") from None
        return message


def _lines(file: IO[str] | None) -> Iterator[bytes]:
    """Yield the lines of a text file, undecoded where it has bytes beneath.

    Of a line that is too long no more is read than shows that it is.

    Raises:
        RunStoppedError: the file cannot be read.
    """
    beneath = getattr(file, "buffer", file)
    try:
        while line := beneath.readline(MAX_LINE + 1):  # type: ignore[union-attr]
            yield line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
    except (AttributeError, OSError, ValueError) as error:
        reason = "standard input is closed" if file is None else shown(str(error))
        raise RunStoppedError(f"The input cannot be read: {reason}.") from None


def _message(line: bytes) -> tuple[Envelope, Flaw | None] | None:
    """Return the message of a line and what is wrong with its contents, None for a blank line.

    Raises:
        InputError: the line is no JSON, not in UTF-8, or no message.
    """
    if len(line) > MAX_LINE:
        raise InputError(f"it is longer than {MAX_LINE // 2**20} MB.")
    try:
        if not line.isascii():
            line.decode()
        return _decoder.decode(line), None
    except UnicodeDecodeError:
        raise InputError("it is not in UTF-8.") from None
    except msgspec.ValidationError as error:
        raise InputError(f"it is no Singer message: {error}.") from None
    except RecursionError:
        raise InputError(f"{_TOO_DEEP}.") from None
    except msgspec.DecodeError as error:
        return _patient_message(line, error)


def _is_too_deep(text: bytes) -> bool:
    """Tell whether JSON text is nested too deeply, in time that grows with its length alone."""
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return False
    # Without escaped quotes every second part between quotes stands outside of all texts.
    parts = text.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    brackets = b"".join(parts[::2]).translate(_TO_SQUARE, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        inner = len(brackets)
        brackets = brackets.replace(b"[]", b"")  # takes away the innermost level
        if len(brackets) == inner:
            break
    return b"[]" in brackets or brackets.count(b"[") > MAX_DEPTH


def _patient_message(
    line: bytes, error: msgspec.DecodeError
) -> tuple[Envelope, Flaw | None] | None:
    """Read what only a slower parser takes, such as half a surrogate pair in a text, or NaN."""
    if not line.strip():
        return None
    if _is_too_deep(line):
        raise InputError(f"{_TOO_DEEP}.")
    try:
        message = _parsed(line.decode())
    except ValueError:
        raise InputError(f"it is not JSON: {error}.") from None
    if not isinstance(message, dict):
        raise InputError("it is no Singer message: it is not an object.")
    kind = message.get("type")
    content = {"RECORD": "record", "STATE": "value"}.get(kind if isinstance(kind, str) else "")
    flaws: list[Flaw] = []
    for name, value in message.items():
        found: list[Flaw] = []
        message[name] = _writable(value, "" if name == content else name, found)
        if content in (name, None):
            flaws += found
    try:
        envelope = _decoder.decode(codec.encode(message))
    except msgspec.ValidationError as wrong:
        raise InputError(f"it is no Singer message: {wrong}.") from None
    return envelope, flaws[0] if flaws else None


def _read_record(record: bytes) -> tuple[dict[str, Any], Flaw | None]:
    """Return a record, and what is wrong with it."""
    if _is_too_deep(record):
        return {}, Flaw(_TOO_DEEP)
    flaws: list[Flaw] = []
    try:
        values: dict[str, Any] = _record_decoder.decode(record)
        if _NUL in record:
            values = _writable(values, "", flaws)
    except (msgspec.DecodeError, ArithmeticError):
        values = _writable(_parsed(record.decode()), "", flaws)
    return values, flaws[0] if flaws else None


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON is any of six types
    return json.loads(
        text, parse_float=_lenient, parse_int=_lenient_integer, parse_constant=_BadNumber
    )


def _writable(value: Any, path: str, flaws: list[Flaw]) -> Any:  # noqa: ANN401
    """Return JSON that can be written, and note numbers that are none, which become texts.

    Half surrogates and U+0000 become U+FFFD, as in all that is read from Wix (`codec.decode`):
    else what was written would differ from what is read in every run.
    """
    if isinstance(value, _BadNumber):
        is_constant = value.lstrip("-") in ("NaN", "Infinity")
        reason = "is not a number" if is_constant else "is too large or too exact a number"
        flaws.append(Flaw(f"{shown(str(value), limit=20, numbers=True)} {reason}", path))
        return str(value)
    if isinstance(value, str):
        text = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_writable(item, f"{path}[{place}]", flaws) for place, item in enumerate(value)]
    if isinstance(value, dict):
        named = ((_writable(key, "", flaws), item) for key, item in value.items())
        return {
            key: _writable(item, f"{path}.{key}" if path else key, flaws) for key, item in named
        }
    return value
