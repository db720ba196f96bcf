"""What a report is made of: what became of each record, and how the run ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.runtime.outcomes import Changes

if TYPE_CHECKING:
    from datetime import datetime

    from target_wix.runtime.outcomes import Outcome, Rejection


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one record, or would in a dry run.

    Attributes:
        stream: its stream.
        outcome: what became of it.
        line: its line in the input.
        key: what the log calls it.
        fields: the names of what differed, as the log has them.
        changes: the same with values.
        rejection: why it was refused.
    """

    stream: str
    outcome: Outcome
    line: int
    key: str
    fields: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)
    rejection: Rejection | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a run before its first record.

    Attributes:
        tool: the program and its version.
        site: the site that it writes to.
        dry_run: whether it only reads and compares.
        started: when it began.
    """

    tool: str
    site: str
    dry_run: bool
    started: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended.

    Attributes:
        exit_code: what the program returns; None while it runs, or if nobody knows.
        reasons: why it stopped before the end of its input, none if it did not.
        signum: the signal that ended it.
        rejected_file: where the refused records are kept.
    """

    exit_code: int | None = None
    reasons: tuple[str, ...] = ()
    signum: int | None = None
    rejected_file: str = ""
