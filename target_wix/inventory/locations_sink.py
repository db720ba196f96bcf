"""The sink of `locations`: none is written, but the stock of other sites lies at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.pipeline import coerce
from target_wix.pipeline.context import context_of
from target_wix.pipeline.ignored_sink import IgnoringSink
from target_wix.pipeline.keys import guid_of, key_text
from target_wix.pipeline.other_sites import SiteLocation
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from singer_sdk import Target

    from target_wix.runtime.pending import PendingRecord

STREAM = "locations"
_COLUMNS = ("id", "siteId", "name", "defaultLocation", "default")


class LocationsSink(IgnoringSink):
    """Ignores the records, and notes what they tell of locations: stock may wait for that."""

    @override
    def __init__(self, target: Target, *args: Any, **kwargs: Any) -> None:
        super().__init__(target, *args, **kwargs)
        self._run = context_of(target)
        self._run.site_locations.are_expected = True

    @property
    @override
    def skip(self) -> None:
        """Skip none: each is looked at."""

    @override
    def take(self, record: PendingRecord) -> None:
        super().take(record)
        if record.unreadable is None:
            self._note(record.data)

    def _note(self, record: dict[str, Any]) -> None:
        row, _ = coerce.named(record, _COLUMNS)
        if not (key := guid_of(key_text(row.get("id")))):
            return
        name = row.get("name")
        location = SiteLocation(
            name if isinstance(name, str) else "",
            _is_true(row.get("defaultLocation")) or _is_true(row.get("default")),
        )
        site = key_text(row.get("siteId"))
        self._run.site_locations.note((guid_of(site) or site).lower(), key, location)
        self._run.came([key])


def _is_true(value: object) -> bool:
    try:
        return coerce.as_flag(value, "defaultLocation") is True
    except Rejection:
        return False
