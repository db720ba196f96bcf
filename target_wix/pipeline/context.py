"""What the steps of the pipeline are given: the site, the settings, and where outcomes go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.foreign_text import shown
from target_wix.pipeline.cross_stream import (
    ProductCopies,
    ProductsOfRun,
    SiteCategories,
    SiteLocations,
)
from target_wix.report.entries import Entry
from target_wix.runtime.dropped_data import DroppedData, UnknownColumns
from target_wix.runtime.exceptions import (
    RunStoppedError,
    StoppedAtRecordError,
    TooManyDeletesError,
    fault,
)
from target_wix.runtime.outcomes import Changes, Outcome, Rejection
from target_wix.runtime.pending import DeferredRecord, DeferredRecords

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from singer_sdk import Target

    from tap_wix.api.site import WixSite
    from target_wix.config import TargetSettings
    from target_wix.report.run_report import RunReport
    from target_wix.runtime.logs import WarnOnce
    from target_wix.runtime.outcomes import RunOutcomes, Tally
    from target_wix.runtime.pending import PendingRecord

T = TypeVar("T")

_REPORTED = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.DELETED})
_MOST_VALUES = 500
_LONGEST_VALUE = 200


class OutcomeError(RuntimeError):
    """A step forgot a record, or gave it two outcomes: a fault of the program."""


@dataclass
class RunContext:
    """What all streams of a run share.

    Attributes:
        settings: all options of the target.
        open_site: makes the site that the settings name, when it is first needed.
        outcomes: what became of every record so far.
        sleep: waits, but not beyond the grace that a signal leaves.
        raise_if_interrupted: stops the run if a signal came and its grace is over.
        warn_once: logs a warning once a run.
        keep_rejected: puts a rejected record into its file, or holds the state back before it.
        drain_stream: writes what was read of another stream so far.
        shared: what the sinks of a stream know together, by stream.
        categories: what the run did to the categories of the shop, for all streams.
        deletes: the records whose deletion `max_deletes` has allowed.
        unknown_columns: columns that mean nothing, by stream.
        report: takes in what became of every record, None if nobody wants a report.
        deferred: records that wait for what comes later in the run, by stream.
        is_at_end: whether nothing comes any more.
        products_of_run: what the run did to products, for the stock of the same run.
        site_locations: what rows tell of the locations of other sites.
    """

    settings: TargetSettings
    open_site: Callable[[], WixSite]
    outcomes: RunOutcomes
    sleep: Callable[[float], None]
    raise_if_interrupted: Callable[[], None]
    warn_once: WarnOnce
    keep_rejected: Callable[[PendingRecord, Rejection], None]
    drain_stream: Callable[[str], None]
    shared: dict[str, Any] = field(default_factory=dict)
    categories: SiteCategories = field(default_factory=SiteCategories)
    deletes: set[PendingRecord] = field(default_factory=set)
    unknown_columns: dict[str, UnknownColumns] = field(default_factory=dict)
    report: RunReport | None = None
    deferred: dict[str, DeferredRecords] = field(default_factory=dict)
    is_at_end: bool = False
    products_of_run: ProductsOfRun = field(default_factory=ProductsOfRun)
    site_locations: SiteLocations = field(default_factory=SiteLocations)

    @cached_property
    def product_copies(self) -> ProductCopies:
        """What the products of other sites became; only the stock of these sites asks for it."""
        return ProductCopies(are_wanted=self.settings.copy_stock)

    @cached_property
    def site(self) -> WixSite:
        """The site that the settings name."""
        return self.open_site()

    def release(self, keys: Collection[str]) -> None:
        """Let records that wait, of whatever stream, be tried again.

        Args:
            keys: what is known from now on, see `StreamContext.defer`.
        """
        for deferred in self.deferred.values():
            deferred.release(keys)


class _HasContext(Protocol):
    context: RunContext


def context_of(target: Target) -> RunContext:
    """Return what the sinks of a target share."""
    return cast("_HasContext", target).context


class StreamContext:
    """What writing one stream needs: the site, the settings, and one outcome for each record.

    Attributes:
        settings: all options of the target.
        dry_run: read and compare only; outcomes are what would happen.
        dropped: where to count what a record loses that is written all the same.
        tally: the counters of the stream.
        columns: columns of the stream that mean nothing here.
        deferred: its records that wait for what comes later in the run.
        categories: what the run did to the categories of the shop, and what those of other sites
            became; also `product_copies`, `products_of_run` and `site_locations`, see `RunContext`.
        sleep: waits for Wix, but not beyond the grace that a signal leaves.
        raise_if_interrupted: stops here if a signal asks for it; to be called between the requests
            of a long batch.
        drain_stream: writes what was read of another stream so far.
        release: lets records that wait, of whatever stream, be tried again.
    """

    def __init__(
        self,
        run: RunContext,
        stream: str,
        logger: logging.Logger,
        *,
        is_personal: bool = False,
        title_of: Callable[[dict[str, Any]], str] = lambda _: "",
    ) -> None:
        """Expect no records yet.

        Args:
            run: what all streams share.
            stream: its name.
            logger: where it is logged what records lose.
            is_personal: whether no log may show values of a record.
            title_of: returns what a record's owner calls it, for the report alone.
        """
        self.settings = run.settings
        self.dry_run = run.settings.dry_run
        self.tally: Tally = run.outcomes.tally(stream)
        self.dropped = DroppedData(logger, self.tally.dropped, self._report_left_out)
        self.columns = run.unknown_columns.setdefault(stream, UnknownColumns(stream, logger))
        self.deferred = run.deferred.setdefault(stream, DeferredRecords())
        self.categories, self.products_of_run = run.categories, run.products_of_run
        self.product_copies, self.site_locations = run.product_copies, run.site_locations
        self.sleep, self.raise_if_interrupted = run.sleep, run.raise_if_interrupted
        self.drain_stream, self.release = run.drain_stream, run.release
        self._run = run
        self._stream = stream
        self._is_personal = is_personal
        self._title_of = title_of
        self._unsettled: set[PendingRecord] = set()

    @property
    def site(self) -> WixSite:
        """The site, shared by all sinks of the run."""
        return self._run.site

    def stores_catalog(self, what: str, stream: str = "") -> CatalogVersion:
        """Return the catalog that the site's shop is on.

        Args:
            what: is to be written to it, for a person.
            stream: how a person calls the stream of it, where that is another word.

        Raises:
            RunStoppedError: the site has no shop.
        """
        version = self.site.catalog_version
        if version is CatalogVersion.NOT_INSTALLED:
            raise RunStoppedError(
                f"The site has no Wix Stores, so that {what} cannot be written to it. Add Wix Stores"
                f" to the site, or leave out the stream of {stream or what}."
            )
        return version

    @property
    def is_at_end(self) -> bool:
        """Whether nothing comes any more that a record could wait for."""
        return self._run.is_at_end

    def shared(self, make: Callable[[], T]) -> T:
        """Return what the sinks of this stream have in common over a run, made when first needed.

        A SCHEMA that changes brings another sink, and what is known of the shop must outlast it.
        """
        if self._stream not in self._run.shared:
            self._run.shared[self._stream] = make()
        kept: T = self._run.shared[self._stream]
        return kept

    def count(self, stream: str, *outcomes: Outcome) -> int:
        """Return how many records of a stream have come to one of these outcomes so far."""
        tally = self._run.outcomes.tallies.get(stream)
        return sum(tally.counts[one] for one in outcomes) if tally else 0

    # -- outcomes -----------------------------------------------------------------------------

    def expect(self, records: Iterable[PendingRecord]) -> None:
        """Note records that need an outcome."""
        self._unsettled.update(records)

    @property
    def unsettled(self) -> list[PendingRecord]:
        """The records without an outcome, in the order of the input."""
        return sorted(self._unsettled, key=lambda one: one.position)

    def set_outcome(
        self,
        record: PendingRecord,
        outcome: Outcome,
        fields: Sequence[str] = (),
        changes: Callable[[], Changes] | None = None,
    ) -> None:
        """Note what became of a record.

        Args:
            record: the record.
            outcome: what became of it; in a dry run, what would.
            fields: the names of what differed.
            changes: returns the same with values; called at once, and only for a report.
        """
        for reason, name in record.dropped:
            self.dropped.add(reason, name=name, key=record.key)
        self._close(record)
        self._run.outcomes.record(self._stream, outcome, record.key, fields)
        if outcome in _REPORTED:
            self._report(record, outcome, fields, changes)

    def reject(self, record: PendingRecord, rejection: Rejection) -> None:
        """Set a record aside, with the reason.

        Raises:
            RunStoppedError: all records so far were rejected, or the record could not be kept.
        """
        self._close(record)
        try:
            self._run.keep_rejected(record, rejection)
        except OSError as error:
            self._unsettled.add(record)
            why = shown(str(error), numbers=True)
            raise StoppedAtRecordError(
                f"A refused record could not be kept: {why}.", record.position
            ) from error
        self._run.outcomes.record(
            self._stream,
            Outcome.REJECTED,
            record.key,
            rejection=rejection,
            hide=_texts_in(record.data) if self._is_personal else (),
            numbers=not self._is_personal,
        )
        self._report(record, Outcome.REJECTED, rejection=rejection)
        # A batch is refused in steps: what its earlier records come to may still give hope.
        if self._run.outcomes.too_many_failures and not any(
            one.position < record.position for one in self._unsettled
        ):
            raise RunStoppedError(
                "The first records were all refused, so that the rest would be too: the run stops."
                " Is it the right site, and do the columns mean what target-wix takes them for?",
                others_go_on=False,
            )

    def defer(self, record: PendingRecord, rejection: Rejection, keys: frozenset[str]) -> None:
        """Let a record wait for what comes later in the run; at its end it is rejected.

        STATE stays before what waits. There is room for so many, see `deferred`: those that have waited
        longest are rejected to make some.

        Args:
            record: the record.
            rejection: why it cannot be written as things are.
            keys: what it waits for, see `release`.
        """
        if self.is_at_end:
            self.reject(record, rejection)
            return
        self._close(record)
        self.deferred.add(DeferredRecord(record, rejection, keys))
        for one in self.deferred.overflow():
            self._unsettled.add(one.pending)
            self.reject(one.pending, one.without_room)

    def _report(
        self,
        record: PendingRecord,
        outcome: Outcome,
        fields: Sequence[str] = (),
        changes: Callable[[], Changes] | None = None,
        rejection: Rejection | None = None,
    ) -> None:
        """Tell the report, if there is one; nothing about it may cost the run."""
        if self._run.report is None:
            return
        known = Changes()
        try:
            known = known if changes is None else changes()
            known = known if known.name else replace(known, name=self._title_of(record.data))
        except Exception as error:  # noqa: BLE001 - the record is written
            self.warn_once("the report lacks values of some records: %s", fault(error))
        self._run.report.add(
            Entry(
                self._stream,
                outcome,
                record.position,
                record.key,
                tuple(fields),
                known,
                rejection,
            )
        )

    def _report_left_out(self, reason: str, count: int, name: str, key: str) -> None:
        if self._run.report is not None:
            self._run.report.add_left_out(self._stream, reason, count, name, key)

    def allow_delete(self, record: PendingRecord) -> None:
        """Ask before an entity is deleted on behalf of a record, once the entity was found.

        To be called for each deletion that is about to be sent, before the first of a bulk is. A
        dry run lists them all.

        Raises:
            TooManyDeletesError: `max_deletes` is reached; no step may catch it.
        """
        allowed = self._run.deletes
        if record in allowed:
            return
        limit = self.settings.max_deletes
        if len(allowed) < limit:
            allowed.add(record)
        elif not self.dry_run:
            raise TooManyDeletesError(limit, record.position)
        else:
            self._run.warn_once("A real run would stop before it deletes more than %d.", limit)

    def _close(self, record: PendingRecord) -> None:
        if record not in self._unsettled:
            raise OutcomeError(f"{record.key} was given a second outcome")
        self._unsettled.remove(record)

    def warn_once(self, text: str, *args: object) -> None:
        """Log a warning once a run for this stream, such as for a column that nobody knows."""
        self._run.warn_once(f"%s: {text}", self._stream, *args)


def _texts_in(record: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of a record, so many as a log line could quote."""
    left: list[Any] = [record]
    for _ in range(_MOST_VALUES):
        if not left:
            return
        value = left.pop()
        if isinstance(value, str):
            yield value[:_LONGEST_VALUE]
        elif isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield str(value)[:_LONGEST_VALUE]
