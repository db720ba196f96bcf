"""Inventory items: which rows are written at all, and what the others come to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.stores_v3.inventory import MOST_ITEMS
from target_wix.inventory.parse import read_inventory_item, read_origin
from target_wix.inventory.patch import InventoryRecord
from target_wix.inventory.v1 import InventoryV1
from target_wix.inventory.v3 import InventoryV3
from target_wix.inventory.writer import InventoryWriter
from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.exceptions import RunStoppedError
from target_wix.runtime.outcomes import Outcome, Rejection, loggable_key

if TYPE_CHECKING:
    from target_wix.inventory.items import Inventory
    from target_wix.runtime.pending import PendingRecord

_SHOWN = ("id", "sku", "productId")
OTHER_SITE = (
    "rows of another site are ignored, so that no shop's stock gets into another one. Set"
    " copy_stock to write them."
)
NOT_DELETED = (
    "rows with _sdc_deleted_at are ignored: an inventory item goes with its product, and stock that"
    " is gone from a source is not none."
)


class InventoryItemsSink(WixSink):
    """Brings stock into the shop, whichever catalog it is on."""

    written_after: ClassVar[tuple[str, ...]] = ("products",)

    @cached_property
    def inventory(self) -> Inventory:
        """The shop's stock.

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

    @cached_property
    def writer(self) -> InventoryWriter:
        """Writes what differs."""
        return InventoryWriter(self.inventory, self.context)

    @override
    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return the first key that a row has: rows of an ERP have no id of Wix."""
        row, _ = coerce.named(record, _SHOWN)
        shown = next(filter(None, (key_text(row.get(name)) for name in _SHOWN)), None)
        return loggable_key(shown, position, numbers=True)

    @property
    @override
    def max_size(self) -> int:
        """As many as one request of Wix changes."""
        return MOST_ITEMS

    @override
    def write(self, pending: list[PendingRecord]) -> None:
        records = [record for one in pending if (record := self._read(one)) is not None]
        if records:
            self.writer.write(records)

    def _read(self, pending: PendingRecord) -> InventoryRecord | None:
        """Return what a record asks for; None if its outcome is clear already."""
        settings = self.context.settings
        try:
            origin = read_origin(pending.data)
            is_foreign = bool(origin.site_id) and origin.site_id != self._site_id
            if (is_foreign and not settings.copy_stock) or origin.deleted:
                self.context.warn_once(NOT_DELETED if origin.deleted else OTHER_SITE)
                self.context.set_outcome(pending, Outcome.IGNORED)
                return None
            patch = read_inventory_item(pending.data, null_clears=settings.null_clears)
        except Rejection as rejection:
            self.context.reject(pending, rejection)
            return None
        self.context.ignore_columns(patch.unknown)
        if patch.bad_ids:
            self.context.warn_once("ids that are no ids of Wix are not used to find stock.")
        return InventoryRecord(pending, patch, origin.site_id if is_foreign else "")

    @property
    def _site_id(self) -> str:
        return self.context.site.site_id.lower()
