"""The sink of inventory items."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import inside
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.stores_v3.inventory import MOST_ITEMS
from target_wix.inventory.parse import InventoryRecord
from target_wix.inventory.plan import ItemGroup, ItemPlan
from target_wix.inventory.steps import InventorySteps
from target_wix.inventory.v1 import InventoryV1
from target_wix.inventory.v3 import InventoryV3
from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.rounds import Pipeline
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.exceptions import RunStoppedError
from target_wix.runtime.outcomes import loggable_key

if TYPE_CHECKING:
    from target_wix.inventory.items import Inventory
    from target_wix.runtime.pending import PendingRecord

_SHOWN = ("id", "sku", "productId")
_TITLES = ("product", "productName", "name", "sku")


class InventoryItemsSink(WixSink):
    """Writes stock, whichever catalog the shop is on (wix-api stores-v3 4, stores-v1 5)."""

    written_after = ("products",)

    @cached_property
    def steps(self) -> InventorySteps:
        """What the sinks of this stream know together."""
        return self.context.shared(lambda: InventorySteps(self.context, self._inventory()))

    def _inventory(self) -> Inventory:
        """Return the shop's stock.

        Raises:
            RunStoppedError: the site has none.
        """
        site = self.context.site
        if site.catalog_version is CatalogVersion.NOT_INSTALLED:
            raise RunStoppedError(
                "The site has no Wix Stores, so that stock cannot be written to it. Add Wix Stores"
                " to the site, or leave out the stream of inventory items."
            )
        if site.catalog_version is CatalogVersion.V1:
            return InventoryV1(site, self.context.dropped)
        return InventoryV3(site, self.context.sleep)

    @override
    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return the first key that a row has: rows of an ERP have no id of Wix."""
        row, _ = coerce.named(record, _SHOWN)
        shown = next(filter(None, (key_text(row.get(name)) for name in _SHOWN)), None)
        return loggable_key(shown, position, numbers=True)

    @override
    def title_of(self, record: dict[str, Any]) -> str:
        """Return the name of the product, or the sku: an item has no name of its own."""
        row, _ = coerce.named(record, _TITLES)
        names = [inside(row, "product", "name"), *(row.get(name) for name in _TITLES)]
        return next((name for name in names if isinstance(name, str) and name), "")

    @property
    @override
    def max_size(self) -> int:
        """As many as one request of Wix changes."""
        return MOST_ITEMS

    @override
    def write(self, pending: list[PendingRecord]) -> None:
        pipeline = Pipeline[InventoryRecord, ItemGroup, ItemPlan](self.context, self.steps)
        pipeline.write(pending)
