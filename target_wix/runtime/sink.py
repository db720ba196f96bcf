"""What the message loop asks of every sink, whatever the sink does with its records."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

from singer_sdk import metrics
from singer_sdk.sinks import Sink
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_wix.runtime.pending import PendingRecord


class QuietTimer(metrics.Timer):
    """A timer that logs nothing: the SDK logs one line a batch, and the summary has the time."""

    @override
    def __exit__(self, *args: object) -> None:
        """Log nothing."""


class TargetSink(Sink):
    """A sink of this target: it takes records with their place in the input."""

    @abc.abstractmethod
    def take(self, record: PendingRecord) -> None:
        """Take in one record, which needs a key and then an outcome."""

    @property
    @abc.abstractmethod
    def oldest_unsettled(self) -> int | None:
        """Line of the first record without an outcome."""

    @property
    def unfinished(self) -> int:
        """How many records it has that came to no outcome."""
        return 0

    @property
    def skip(self) -> Callable[[bytes], None] | None:
        """What counts a record from its text alone; None if the sink needs the record itself."""
        return None

    @property
    @override
    def include_sdc_metadata_properties(self) -> bool:
        """Add no columns: Wix knows none of them."""
        return False

    @override
    def get_validator(self) -> None:
        """Check nothing against the incoming schema.

        Warehouses send nulls, text for numbers and JSON as text; the target can read them.
        """

    @override
    def get_batch_processing_timer(self) -> metrics.Timer:
        tags = {metrics.Tag.STREAM: self.stream_name}
        return QuietTimer(metrics.Metric.BATCH_PROCESSING_TIME, tags)
