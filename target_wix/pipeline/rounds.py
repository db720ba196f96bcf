"""The one way of records into Wix: match, plan, write, in rounds, until each has its outcome.

    line -> record -> patch -> match -> plan -> write -> outcome

A stream brings its `Steps`. Each step takes what the one before it returned and changes none of it.
What a step can say of a record for good, or until later, is a `Result`; all else goes to the next
step. What is not settled goes into the next round, with what is known by then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from target_wix.pipeline.context import OutcomeError
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.outcomes import Changes
    from target_wix.runtime.pending import PendingRecord

MOST_TRIES = 5
"""How often a record is tried while somebody changes its entity at the same time."""


class Record(Protocol):
    """What a stream makes of a pending record."""

    @property
    def pending(self) -> PendingRecord:
        """The record, which needs an outcome."""


R = TypeVar("R", bound=Record)
RecordT = TypeVar("RecordT", bound=Record)
GroupT = TypeVar("GroupT")
PlanT = TypeVar("PlanT")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[R]):
    """A record that was understood.

    Attributes:
        record: what it asks for.
        unknown: its columns that mean nothing here.
        warnings: what to say once a run.
        is_deletion: whether it says that its entity is deleted.
    """

    record: R
    unknown: Sequence[str] = ()
    warnings: Sequence[str] = ()
    is_deletion: bool = False


@dataclass(frozen=True, slots=True)
class Result(Generic[R]):
    """What is known of one record after a step."""

    record: R


@dataclass(frozen=True, slots=True)
class Settled(Result[R]):
    """It is done.

    Attributes:
        outcome: what became of it.
        fields: names of what differed.
        dropped: what it loses although it is written: reasons, and names or empty texts.
        changes: returns what differed with its values, for a report.
    """

    outcome: Outcome
    fields: Sequence[str] = ()
    dropped: Sequence[tuple[str, str]] = ()
    changes: Callable[[], Changes] | None = None


@dataclass(frozen=True, slots=True)
class Rejected(Result[R]):
    """It cannot be written, for this reason."""

    rejection: Rejection


@dataclass(frozen=True, slots=True)
class Retry(Result[R]):
    """It is tried again in the next round, since what it was planned from is out of date.

    Attributes:
        otherwise: why it is rejected if it was tried as often as it may be for that reason.
        tries: how often that is.
    """

    otherwise: Rejection
    tries: int = MOST_TRIES


@dataclass(frozen=True, slots=True)
class Waiting(Result[R]):
    """It has to wait for another record of its batch; in its round, something is settled."""


@dataclass(frozen=True, slots=True)
class Deferred(Result[R]):
    """What it means is not in the shop, and may come later in the run: it waits for that.

    Attributes:
        rejection: why it is rejected if that does not come.
        keys: what it waits for, see `StreamContext.release`; without any, it is tried again along
            with the next batch.
    """

    rejection: Rejection
    keys: frozenset[str] = frozenset()


class Steps(Protocol[RecordT, GroupT, PlanT]):
    """What a stream brings: one for all of a run, also when a SCHEMA that changes brings another sink."""

    def __init__(self, context: StreamContext) -> None:
        """Begin a run."""

    def parse(self, pending: PendingRecord) -> Parsed[RecordT]:
        """Return what a record asks for. Sends nothing.

        Raises:
            Rejection: it cannot be understood.
        """

    def match(self, records: Sequence[RecordT]) -> Iterable[GroupT | Result[RecordT]]:
        """Yield the records of each entity together, or what is known of a record.

        Args:
            records: in the order of the input.
        """

    def plan(self, group: GroupT) -> Iterable[PlanT | Result[RecordT]]:
        """Yield what is to be done for the records of an entity. Sends nothing."""

    def write(self, plans: Iterable[PlanT]) -> Iterable[Result[RecordT]]:
        """Send what is planned; yield a result for each record of each plan.

        Args:
            plans: made one by one as they are taken, from what is known then. A writer that sends
                in bulk takes all of them first.
        """

    def end_batch(self) -> None:
        """Forget what a batch alone needed."""


class Pipeline(Generic[RecordT, GroupT, PlanT]):
    """Takes the records of a batch through the steps of their stream."""

    def __init__(self, context: StreamContext, steps: Steps[RecordT, GroupT, PlanT]) -> None:
        self._context = context
        self._steps = steps
        self._tries: Counter[tuple[PendingRecord, str]] = Counter()
        self._left: list[RecordT] = []
        self._got_on = False

    def write(self, pending: Iterable[PendingRecord]) -> None:
        """Give each record its outcome.

        Rounds are bounded: each one settles a record, or uses up one of its tries.

        Raises:
            OutcomeError: a step lost a record, or a round got nowhere.
        """
        records = [record for one in pending if (record := self._parse(one)) is not None]
        while records:
            records = self._round(records)

    def _parse(self, pending: PendingRecord) -> RecordT | None:
        try:
            parsed = self._steps.parse(pending)
        except Rejection as rejection:
            self._context.reject(pending, rejection)
            return None
        self._context.columns.add(parsed.unknown)
        for warning in parsed.warnings:
            self._context.warn_once(warning)
        if parsed.is_deletion and self._context.settings.delete_mode == "ignore":
            self._context.set_outcome(pending, Outcome.IGNORED)
            return None
        return parsed.record

    def _round(self, records: Sequence[RecordT]) -> list[RecordT]:
        """Take records through all steps; return those that are not settled, in their order."""
        self._left, self._got_on = [], False
        groups: list[GroupT] = list(self._unsettled(self._steps.match(records)))
        for result in self._steps.write(self._planned(groups)):
            self._settle(result)
        if not self._got_on:
            raise OutcomeError(f"a round settled none of {len(records)} records")
        return sorted(self._left, key=lambda record: record.pending.position)

    def _planned(self, groups: Iterable[GroupT]) -> Iterator[PlanT]:
        for group in groups:
            plans: Iterator[PlanT] = self._unsettled(self._steps.plan(group))
            yield from plans

    def _unsettled(self, stages: Iterable[T | Result[RecordT]]) -> Iterator[T]:
        """Settle the results among what a step returned; yield the rest."""
        for stage in stages:
            if isinstance(stage, Result):
                self._settle(stage)
            else:
                yield stage

    def _settle(self, result: Result[RecordT]) -> None:
        pending = result.record.pending
        if isinstance(result, Waiting):
            self._left.append(result.record)
            return
        self._got_on = True
        if isinstance(result, Settled):
            pending.dropped = [*pending.dropped, *result.dropped]
            self._context.set_outcome(pending, result.outcome, result.fields, result.changes)
        elif isinstance(result, Rejected):
            self._context.reject(pending, result.rejection)
        elif isinstance(result, Deferred):
            self._context.defer(pending, result.rejection, result.keys)
        elif isinstance(result, Retry):
            reason = (pending, result.otherwise.code)
            self._tries[reason] += 1
            if self._tries[reason] < result.tries:
                self._left.append(result.record)
            else:
                self._context.reject(pending, result.otherwise)
