"""Why a run ends before its input does; each text is the one message that its person gets."""

from __future__ import annotations

import traceback
from pathlib import Path

from singer_sdk.exceptions import MissingKeyPropertiesError, RecordsWithoutSchemaException


class RunStoppedError(Exception):
    """The run cannot go on. What is not written yet stays unacknowledged.

    Attributes:
        others_go_on: whether what was read of other streams is still written.
    """

    def __init__(self, message: str, *, others_go_on: bool = True) -> None:
        """Keep the one message that the person gets."""
        super().__init__(message)
        self.others_go_on = others_go_on


class StoppedAtRecordError(RunStoppedError):
    """A record cannot be dealt with; what stands before it in the input is still written.

    Attributes:
        position: its line.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class TooManyDeletesError(StoppedAtRecordError):
    """The next deletion would be one too many."""

    def __init__(self, limit: int, position: int) -> None:
        """Say the limit and how to raise it."""
        super().__init__(
            f"The run stops before the deletion of line {position} of the input: max_deletes allows"
            f" {limit}. If the source really has more deletions, set max_deletes to a larger number.",
            position,
        )


class InputError(RunStoppedError):
    """The input is not what a target can take; everything before that line is still written.

    Attributes:
        line: number of the line, counted from 1; the reader, which counts, fills it in.
    """

    line: int | None = None

    def __str__(self) -> str:
        """Name the line: never quote it, it may hold a person's data."""
        what = super().__str__()
        return what if self.line is None else f"Line {self.line} of the input: {what}"


class RecordBeforeSchemaError(InputError, RecordsWithoutSchemaException):
    """A record of a stream whose SCHEMA has not come yet."""


class RecordLacksKeyError(InputError, MissingKeyPropertiesError):
    """A record without its stream's key, where nobody knows another way to tell records apart."""


class UnknownStreamError(InputError):
    """A stream that is neither written nor known as one to ignore."""


def fault(error: BaseException) -> str:
    """Return what a person can report of an error that nobody foresaw: never what it quotes."""
    if isinstance(error, MemoryError):
        return "the memory of this machine is used up."
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if {"target_wix", "tap_wix"} & set(Path(frame.filename).parts)
    ]
    where = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return (
        f"target-wix has a fault here ({type(error).__name__}{where}). Please report it with this"
        " message."
    )
