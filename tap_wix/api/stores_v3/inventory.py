"""Inventory items of Catalog V3: one for each variant and location (wix-api stores-v3 4)."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, RefusedError
from tap_wix.api.paging import cursor_pages, list_in, text_in
from tap_wix.api.stores_v3.bulk import BulkRow, bulk_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

QUERY_PATH = "/stores/v3/inventory-items/query"
CREATE_PATH = "/stores/v3/bulk/inventory-items/create"
UPDATE_PATH = "/stores/v3/bulk/inventory-items/update"
LOCATIONS_PATH = "/stores/v3/locations/query"
LARGEST_PAGE = 1000
MOST_ITEMS = 1000
MOST_PRODUCTS = 100
EXISTS_CODE = "ITEM_ALREADY_EXISTS"
READ_PERMISSION = "Wix Stores, SCOPE.STORES.INVENTORY_ITEM_READ"
WRITE_PERMISSION = "Wix Stores, SCOPE.STORES.INVENTORY_ITEM_WRITE"


def items_of(transport: WixTransport, product_ids: Sequence[str]) -> Iterator[Row]:
    """Yield the inventory items of products, those of all locations."""
    for start in range(0, len(product_ids), MOST_PRODUCTS):
        ids = list(product_ids[start : start + MOST_PRODUCTS])
        body = {
            "query": {
                "filter": {"productId": {"$in": ids}},
                "cursorPaging": {"limit": LARGEST_PAGE},
            }
        }
        wanted = set(ids)
        for page in cursor_pages(
            transport, QUERY_PATH, body, "inventoryItems", permission=READ_PERMISSION
        ):
            yield from (row for row in page.rows if text_in(row, "productId") in wanted)


def create_items(transport: WixTransport, items: Sequence[Row]) -> dict[int, BulkRow]:
    """Make inventory items.

    A second one for the same variant fails with `EXISTS_CODE`: doing it twice does no harm.
    """
    body = {"inventoryItems": list(items), "returnEntity": True}
    return bulk_call(transport, CREATE_PATH, body, len(items), WRITE_PERMISSION)


def update_items(transport: WixTransport, items: Sequence[Row]) -> dict[int, BulkRow]:
    """Change inventory items; each has `id`, `revision` and what changes."""
    rows = [{"inventoryItem": row} for row in items]
    body = {"inventoryItems": rows, "reason": "MANUAL", "returnEntity": True}
    return bulk_call(transport, UPDATE_PATH, body, len(items), WRITE_PERMISSION)


def default_location(transport: WixTransport) -> str:
    """Return the id of the location that orders take their stock from, empty if Wix refuses."""
    body = {
        "query": {
            "filter": {"defaultLocation": {"$eq": True}},
            "cursorPaging": {"limit": 100},
        }
    }
    try:
        answer = transport.call(
            "POST",
            LOCATIONS_PATH,
            body,
            permission="Wix Stores, SCOPE.STORES.LOCATION_READ",
            check=partial(list_in, key="storesLocations", path=LOCATIONS_PATH),
            confirm_refusal=True,
        )
    except (AccessError, RefusedError) as error:
        logger.info("Wix does not tell the default location: %s", error)
        return ""
    for row in list_in(answer, "storesLocations", LOCATIONS_PATH):
        # The filter's name; a sample in the documentation writes `default` (stores-v3 4.4).
        if row.get("defaultLocation") is True or row.get("default") is True:
            return str(row.get("id") or "")
    return ""
