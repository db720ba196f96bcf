"""The sink for streams that are not written: counts, and spends nothing else on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.sinks import RecordSink
from typing_extensions import override

from tap_wix.api.foreign_text import shown
from target_wix.pipeline.context import context_of
from target_wix.runtime.exceptions import RecordLacksKeyError
from target_wix.runtime.outcomes import Outcome
from target_wix.runtime.pending import PendingRecord
from target_wix.runtime.sink import TargetSink
from target_wix.streams import UNKNOWN_REASON, reason_to_ignore

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk import Target

_COUNTED_BETWEEN_CLOCKS = 1000
_top_level = msgspec.json.Decoder(dict[str, msgspec.Raw])


class IgnoringSink(TargetSink, RecordSink):
    """Lets the records of one stream pass by, so that state flows and the others are written."""

    @override
    def __init__(self, target: Target, *args: Any, **kwargs: Any) -> None:
        super().__init__(target, *args, **kwargs)
        run = context_of(target)
        self._outcomes = run.outcomes
        self._counts = run.outcomes.tally(self.stream_name).counts
        reason = reason_to_ignore(self.stream_name)
        # Of a stream that nobody knows, Singer's own rule is all there is to check.
        self._required = frozenset(self.key_properties if reason is None else ())
        run.warn_once(
            "Records of %s are ignored: %s.", shown(self.stream_name), reason or UNKNOWN_REASON
        )

    @property
    @override
    def oldest_unsettled(self) -> None:
        """There is never a record that waits."""

    @property
    @override
    def skip(self) -> Callable[[bytes], None] | None:
        return self._count

    def _count(self, record: bytes) -> None:
        """Count one record that was never built, from the text it came as.

        Raises:
            RecordLacksKeyError: a record of an unknown stream without its key.
        """
        if self._required:
            self._require_key(_top_level.decode(record))
        counts = self._counts
        counts[Outcome.IGNORED] += 1
        if not counts[Outcome.IGNORED] % _COUNTED_BETWEEN_CLOCKS:
            self._outcomes.log_progress()

    @override
    def take(self, record: PendingRecord) -> None:
        if record.unreadable is None:
            self._require_key(record.data)
        self._counts[Outcome.IGNORED] += 1

    @override
    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        self.take(PendingRecord(record, 0))

    def _require_key(self, record: dict[str, Any]) -> None:
        if not self._required <= record.keys():
            raise RecordLacksKeyError(
                f"a record of {shown(self.stream_name)} without its key properties."
            )

    @override
    def clean_up(self) -> None:
        """Say nothing: the summary has the count."""
