"""Inventory items of Catalog V3: one for each variant and location (wix-api stores-v3 4)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, NotFoundError, RefusedError
from tap_wix.api.paging import chunks, cursor_pages, id_of, object_in, rows_of, text_in
from tap_wix.api.paths import quote_id
from tap_wix.api.stores_v3.bulk import BulkRow, bulk_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

_PATH = "/stores/v3/inventory-items"
QUERY_PATH = f"{_PATH}/query"
CREATE_PATH = "/stores/v3/bulk/inventory-items/create"
UPDATE_PATH = "/stores/v3/bulk/inventory-items/update"
LOCATIONS_PATH = "/stores/v3/locations/query"
LARGEST_PAGE = 1000
MOST_ITEMS = 1000
MOST_VALUES = 100
"""Values of one `$in`."""

EXISTS_CODE = "ALREADY_EXISTS"
"""In the code of an item that is there already, `ITEM_ALREADY_EXISTS` by the documentation."""

READ_PERMISSION = "Wix Stores, SCOPE.STORES.INVENTORY_ITEM_READ"
WRITE_PERMISSION = "Wix Stores, SCOPE.STORES.INVENTORY_ITEM_WRITE"
LOCATION_PERMISSION = "Wix Stores, SCOPE.STORES.LOCATION_READ"


def items_of(transport: WixTransport, product_ids: Sequence[str]) -> Iterator[Row]:
    """Yield the inventory items of products, those of all locations."""
    return _items_where(transport, "productId", product_ids)


def items_by_id(transport: WixTransport, item_ids: Sequence[str]) -> Iterator[Row]:
    """Yield inventory items by their own ids, as far as the index knows them."""
    return _items_where(transport, "id", item_ids)


def all_items(transport: WixTransport) -> Iterator[Row]:
    """Yield every inventory item of the shop."""
    return _items(transport, {})


def _items_where(transport: WixTransport, field: str, values: Sequence[str]) -> Iterator[Row]:
    for wanted in map(list, chunks(values, MOST_VALUES)):
        rows = _items(transport, {"filter": {field: {"$in": wanted}}})
        yield from (row for row in rows if text_in(row, field) in wanted)


def _items(transport: WixTransport, where: Row) -> Iterator[Row]:
    body = {"query": {**where, "cursorPaging": {"limit": LARGEST_PAGE}}}
    return rows_of(
        cursor_pages(transport, QUERY_PATH, body, "inventoryItems", permission=READ_PERMISSION)
    )


def item(transport: WixTransport, item_id: str) -> Row | None:
    """Return one inventory item as it is this moment, None if there is none."""
    path = f"{_PATH}/{quote_id(item_id)}"

    def check(answer: Row) -> str:
        return id_of(object_in(answer, "inventoryItem", path), path)

    try:
        answer = transport.call("GET", path, permission=READ_PERMISSION, check=check)
    except NotFoundError:
        return None
    return object_in(answer, "inventoryItem", path)


def create_items(transport: WixTransport, items: Sequence[Row]) -> dict[int, BulkRow]:
    """Make inventory items.

    A second one for the same variant fails with `EXISTS_CODE`: doing it twice does no harm.
    """
    body = {"inventoryItems": list(items), "returnEntity": True}
    return bulk_call(transport, CREATE_PATH, body, "inventoryItems", WRITE_PERMISSION)


def update_items(transport: WixTransport, items: Sequence[Row]) -> dict[int, BulkRow]:
    """Change inventory items; each has `id`, `revision` and what changes."""
    rows = [{"inventoryItem": row} for row in items]
    body = {"inventoryItems": rows, "reason": "MANUAL", "returnEntity": True}
    return bulk_call(transport, UPDATE_PATH, body, "inventoryItems", WRITE_PERMISSION)


def default_location(transport: WixTransport) -> str:
    """Return the id of the location that orders take their stock from, empty if Wix refuses."""
    where = {"defaultLocation": {"$eq": True}}
    try:
        rows = list(_locations(transport, {"filter": where}))
    except (AccessError, RefusedError) as error:
        logger.info("Wix does not tell the default location: %s", error)
        return ""
    return next((str(row.get("id") or "") for row in rows if is_default(row)), "")


def locations(transport: WixTransport) -> list[Row] | None:
    """Return where the shop keeps stock, None if this key may not know (wix-api stores-v3 4.4)."""
    try:
        return list(_locations(transport, {}))
    except (AccessError, RefusedError) as error:
        logger.info("Wix does not tell the locations: %s", error)
        return None


def is_default(location: Row) -> bool:
    """Tell whether orders take their stock from a location.

    The filter is called `defaultLocation`; a sample in the documentation writes `default`.
    """
    return location.get("defaultLocation") is True or location.get("default") is True


def _locations(transport: WixTransport, where: Row) -> Iterator[Row]:
    body = {"query": {**where, "cursorPaging": {"limit": 100}}}
    pages = cursor_pages(
        transport,
        LOCATIONS_PATH,
        body,
        "storesLocations",
        permission=LOCATION_PERMISSION,
        confirm_refusal=True,
    )
    return rows_of(pages)
