"""What became of every record: outcomes, what changed, counters, and the lines a run ends with."""

from __future__ import annotations

import enum
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.foreign_text import E_MAIL, NUMBER, SECRET, shown

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterable, Sequence


SAMPLES = 5
"""Keys shown for each code; all of them are in the log and in the rejected-records file."""

TOO_MANY_FAILURES = 25
"""A run that starts with so many refusals is wrong as a whole: a wrong site, a wrong mapping."""

_PROGRESS_SECONDS = 60.0
_MOST_REASONS = 20
_LONGEST_TEXT = 500
_LONGEST_KEY = 80
_LONGEST_NAME = 60
_MASKED = re.compile(f"{E_MAIL}|{NUMBER}|{SECRET}")


class Outcome(enum.Enum):
    """What a record led to; in a dry run, what it would lead to."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    IGNORED = "ignored"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs.

    Attributes:
        field: what the shop's owner calls it, such as `price`.
        before: a text, a number, a truth value, a list of texts, or None where there was nothing.
        after: the same of what it becomes.
        of: which part of the entity has it, such as a sku.
    """

    field: str
    before: object
    after: object
    of: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one record changes of one entity.

    Attributes:
        name: the entity's name, by which its owner finds it.
        id: its id in Wix, empty if it has none yet.
        fields: the values that differ; of an entity that is made, those worth seeing.
    """

    name: str = ""
    id: str = ""
    fields: tuple[Change, ...] = ()


class Rejection(Exception):  # noqa: N818 - a record is rejected, nothing is broken
    """This record cannot be written: set it aside and go on.

    Attributes:
        code: ours (`NO_KEY`, `STALE_RECORD`, ...) or Wix's.
        reason: a sentence for a person, ours or Wix's own words.
        field: the field that is to blame, if one is.
        request_id: what Wix's support asks for, where Wix refused it.
        is_of_wix: whether the reason is in Wix's own words, which can quote any value.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        field: str | None = None,
        request_id: str = "",
        *,
        is_of_wix: bool = False,
    ) -> None:
        """Keep what the log and the rejected-records file will say."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.field = field
        self.request_id = request_id
        self.is_of_wix = is_of_wix


def loggable_key(value: object, position: int, *, numbers: bool = False) -> str:
    """Return a key as it may stand in a log, else the record's line in the input.

    Args:
        value: the key, of any type.
        position: the line.
        numbers: whether a long number is a sku and not somebody's phone.
    """
    text = shown(
        value.strip() if isinstance(value, str) else value, limit=_LONGEST_KEY, numbers=numbers
    )
    is_key = isinstance(value, str | int) and text and not _MASKED.search(text)
    return text if is_key else f"line {position}"


@dataclass(slots=True)
class Tally:
    """What happened to the records of one stream; `dropped` counts by reason what they lost."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    seconds: float = 0.0

    def reject(self, code: str, key: str) -> None:
        """Count a refusal by its code and keep the first few keys."""
        self.codes[code] += 1
        keys = self.samples.setdefault(code, [])
        if len(keys) < SAMPLES:
            keys.append(key)

    def line(self) -> str:
        """Return all counters as one line."""
        parts = [
            f"{self.counts[outcome]} {outcome.value}"
            for outcome in Outcome
            if outcome is not Outcome.DELETED or self.counts[outcome]
        ]
        if self.codes:
            by_code = "; ".join(
                f"{shown(code, limit=_LONGEST_NAME)} {count}: {', '.join(self.samples[code])}"
                f"{', ...' if count > len(self.samples[code]) else ''}"
                for code, count in self.codes.most_common()
            )
            parts[-1] += f" ({by_code})"
        line = f"{', '.join(parts)}; {self.requests} requests, {self.seconds:.1f} s"
        if self.dropped:
            most = self.dropped.most_common(_MOST_REASONS)
            line += f"; left out: {', '.join(f'{reason} {count}' for reason, count in most)}"
            if rest := self.dropped.total() - sum(count for _, count in most):
                line += f", for other reasons {rest}"
        return line


class RunOutcomes:
    """The outcomes of a run. Says each refusal when it happens, and how far it is once a minute."""

    def __init__(
        self,
        logger: logging.Logger,
        *,
        dry_run: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tallies: dict[str, Tally] = {}
        self._logger = logger
        self._dry_run = dry_run
        self._clock = clock
        self._last_progress = clock()
        self._failures = 0
        self._succeeded = False

    @property
    def rejected(self) -> int:
        """How many records were refused so far."""
        return sum(tally.counts[Outcome.REJECTED] for tally in self.tallies.values())

    @property
    def too_many_failures(self) -> bool:
        """Whether the first outcomes were all refusals; ignored records say nothing either way."""
        return not self._succeeded and self._failures >= TOO_MANY_FAILURES

    def tally(self, stream: str) -> Tally:
        """Return the counters of a stream."""
        return self.tallies.setdefault(stream, Tally())

    def record(
        self,
        stream: str,
        outcome: Outcome,
        key: str,
        fields: Sequence[str] = (),
        rejection: Rejection | None = None,
        hide: Iterable[str] = (),
        *,
        numbers: bool = False,
    ) -> None:
        """Count the outcome of one record, and say it if a person wants to know at once.

        Args:
            stream: its stream.
            outcome: what became of it.
            key: what to call it, ready for a log.
            fields: the names of what differed.
            rejection: why it was refused.
            hide: values that no log may show, though Wix may quote them.
            numbers: whether a long number in our own words is a sku and not somebody's phone.
        """
        tally = self.tally(stream)
        tally.counts[outcome] += 1
        if rejection is not None:
            self._failures += 1
            tally.reject(rejection.code, key)
            why = _why(rejection, hide, numbers=numbers)
            self._logger.warning("%s %s rejected: %s", stream, key, why)
        elif outcome is not Outcome.IGNORED:
            self._succeeded = True
        if self._dry_run and rejection is None:
            names = ", ".join(shown(name, limit=_LONGEST_NAME) for name in fields)
            names = f": {names}" if names else ""
            self._logger.info("Dry run: %s %s %s%s", stream, key, outcome.value, names)
        self.log_progress()

    def log_progress(self) -> None:
        """Say once a minute how far the run is."""
        now = self._clock()
        if now - self._last_progress >= _PROGRESS_SECONDS:
            self._last_progress = now
            for stream, tally in self.tallies.items():
                self._logger.info("So far, %s: %s.", _name(stream), tally.line())

    def log_summary(self) -> None:
        """Say one line for each stream."""
        prefix = "Dry run, nothing was written: " if self._dry_run else ""
        for stream, tally in self.tallies.items():
            self._logger.info("%s%s: %s.", prefix, _name(stream), tally.line())


def _name(stream: str) -> str:
    return shown(stream, limit=_LONGEST_NAME)


def _why(rejection: Rejection, hide: Iterable[str], *, numbers: bool) -> str:
    hide, numbers = (tuple(hide), False) if rejection.is_of_wix else ((), numbers)
    reason = shown(rejection.reason, limit=_LONGEST_TEXT, hide=hide, numbers=numbers)
    parts = [f"{shown(rejection.code, limit=_LONGEST_NAME)}: {reason}"]
    if rejection.field:
        parts.append(f"field {shown(rejection.field, limit=_LONGEST_KEY)}")
    if rejection.request_id:
        parts.append(f"Wix's request id {shown(rejection.request_id, numbers=True)}")
    return "; ".join(parts)
