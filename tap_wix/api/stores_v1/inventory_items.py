"""Stock of Catalog V1, read whole: one item a product, its variants inside (wix-api stores-v1 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.inventory import upgrade_inventory_item
from tap_wix.api.errors import RefusedError
from tap_wix.api.keyset import at_or_before
from tap_wix.api.resources import Resource, Rows
from tap_wix.api.stores_v1.reading import LARGEST_PAGE, as_text, numbered_pages, read_sorted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

_PATH = "/v2/inventoryItems/query"


@dataclass(frozen=True)
class V1InventoryItems(Resource):
    """Inventory items by `numericId`, one row for each variant, in the shape of Catalog V3."""

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the rows of items that changed since a moment."""
        date: object = at_or_before(since) if since else None
        forms = [date, [date]]

        def ask(after: Row) -> Row:
            while True:
                changed = {"lastUpdated": {"$gte": forms[0]}} if since else {}
                query: Row = {"paging": {"limit": LARGEST_PAGE}}
                if where := {**changed, **after}:
                    query["filter"] = as_text(where)
                try:
                    return read_sorted(site, _PATH, "inventoryItems", "numericId", query, {})
                except RefusedError:
                    # The one archived example wraps the date in a list (stores-v1 5.1).
                    if not since or len(forms) == 1:
                        raise
                    del forms[0]

        for _, rows in numbered_pages(ask, "inventoryItems", _PATH):
            yield Rows([row for item in rows for row in upgrade_inventory_item(item)])


V1_INVENTORY_ITEMS = V1InventoryItems()
