"""The sink of inventory items, and the steps that it takes each record through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix.api.catalog_conversion.json_access import inside
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.stores_v3.inventory import MOST_ITEMS
from target_wix.inventory.lookup import NotThere
from target_wix.inventory.matcher import Matcher
from target_wix.inventory.parse import (
    InventoryPatch,
    InventoryRecord,
    read_inventory_item,
    site_of,
)
from target_wix.inventory.plan import ItemGroup, ItemPlan, Planner, with_one_preorder
from target_wix.inventory.v1 import InventoryV1
from target_wix.inventory.v3 import InventoryV3
from target_wix.inventory.writer import InventoryWriter
from target_wix.pipeline import coerce
from target_wix.pipeline.rounds import Deferred, Parsed, Rejected, Result, Settled, Steps
from target_wix.pipeline.sink import WixSink
from target_wix.pipeline.staleness import OwnWrites
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.inventory.items import Inventory, ItemKey
    from target_wix.pipeline.context import StreamContext
    from target_wix.runtime.pending import PendingRecord

_TITLES = ("product", "productName", "name", "sku")
OTHER_SITE = (
    "rows of another site are ignored, so that no shop's stock gets into another one. Set"
    " copy_stock to write them."
)
NOT_DELETED = (
    "rows with _sdc_deleted_at are ignored: an inventory item goes with its product, and a row that"
    " is gone does not mean that nothing is left."
)
BESIDE_VARIANTS = (
    "stock that Catalog V1 lists of a product as a whole, whose variants have stock of their own"
)
ODD_IDS = "ids that are no ids of Wix are not used to find stock."


class InventorySteps(Steps[InventoryRecord, ItemGroup, ItemPlan]):
    """What inventory items bring to the pipeline: parse, match, plan, write."""

    @override
    def __init__(self, context: StreamContext) -> None:
        """Write to the shop of the site.

        Raises:
            RunStoppedError: the site has none.
        """
        inventory = _inventory_of(context)
        self._settings = context.settings
        self._site_id = context.site.site_id.lower()
        self._inventory = inventory
        self._matcher = Matcher(inventory, context)
        own = OwnWrites()
        self._planner = Planner(context.settings, own, inventory, context.products_of_run)
        self._writer = InventoryWriter(inventory, context, self._planner, own)

    def parse(self, pending: PendingRecord) -> Parsed[InventoryRecord]:
        """Return what a record asks for; of one that is not written, nothing is looked at.

        Raises:
            Rejection: a value cannot be read as what its field holds.
        """
        site, deleted = site_of(pending.data), coerce.is_deleted(pending.data)
        is_foreign = site not in ("", self._site_id)
        if deleted or (is_foreign and not self._settings.copy_stock):
            ignored = InventoryRecord(pending, InventoryPatch(), is_ignored=True)
            return Parsed(ignored, warnings=[NOT_DELETED if deleted else OTHER_SITE])
        patch = read_inventory_item(pending.data, null_clears=self._settings.null_clears)
        record = InventoryRecord(pending, patch, site if is_foreign else "")
        warnings = [ODD_IDS] if patch.bad_ids else []
        warnings += [coerce.DECIMAL] if patch.is_read_as_decimal else []
        return Parsed(record, unknown=patch.unknown, warnings=warnings)

    def match(
        self, records: Sequence[InventoryRecord]
    ) -> Iterator[ItemGroup | Result[InventoryRecord]]:
        """Yield the records of each item together; on V1 those of a product one after another."""
        yield from (Settled(record, Outcome.IGNORED) for record in records if record.is_ignored)
        ready: list[InventoryRecord] = []
        for record in records:
            if record.is_ignored:
                continue
            if self._matcher.is_beside_variants(record):
                yield Settled(record, Outcome.IGNORED, dropped=[(BESIDE_VARIANTS, "")])
            elif (reason := self._matcher.waits(record)) is not None:
                yield Deferred(record, reason, frozenset({record.patch.location_id}))
            else:
                ready.append(record)
        groups: dict[ItemKey, ItemGroup] = {}
        for record, match in zip(ready, self._matcher.match(ready), strict=True):
            if isinstance(match, Rejection):
                is_open = isinstance(match, NotThere)
                yield Deferred(record, match, _keys(record)) if is_open else Rejected(record, match)
                continue
            group = groups.get(match.key) or ItemGroup(match)
            groups[match.key] = group.with_record(record, by_id=match.by_id)
        if self._inventory.has_revisions:
            yield from groups.values()
            return
        by_product: dict[str, list[ItemGroup]] = {}
        for key, group in groups.items():
            by_product.setdefault(key.product_id, []).append(group)
        for some in by_product.values():
            yield from with_one_preorder(some)

    def plan(self, group: ItemGroup) -> Iterator[ItemPlan | Result[InventoryRecord]]:
        """Yield what is to be written for the records of an item."""
        return self._planner.plan(group)

    def write(self, plans: Iterable[ItemPlan]) -> Iterator[Result[InventoryRecord]]:
        """Send what is planned."""
        return self._writer.write(plans)


class InventoryItemsSink(WixSink):
    """Writes stock, whichever catalog the shop is on (wix-api stores-v3 4, stores-v1 5)."""

    steps = InventorySteps
    written_after = ("products",)
    named_by = ("id", "sku", "productId")

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


def _keys(record: InventoryRecord) -> frozenset[str]:
    """Return what products are called that the record waits for."""
    return frozenset({record.patch.sku, record.patch.product_id} - {""})


def _inventory_of(context: StreamContext) -> Inventory:
    if context.stores_catalog("stock", "inventory items") is CatalogVersion.V1:
        return InventoryV1(context.site, context.dropped)
    return InventoryV3(context.site, context.sleep)
