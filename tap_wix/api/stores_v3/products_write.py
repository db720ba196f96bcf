"""Catalog V3 products: made, changed and deleted, up to 100 in a request (stores-v3 3.4 to 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError
from tap_wix.api.stores_v3.bulk import BulkRow, bulk_call, bulk_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

CREATE_PATH = "/stores/v3/bulk/products/create"
CREATE_STOCKED_PATH = "/stores/v3/bulk/products-with-inventory/create"
UPDATE_PATH = "/stores/v3/bulk/products/update"
DELETE_PATH = "/stores/v3/bulk/products/delete"
PERMISSION = "Wix Stores, SCOPE.STORES.PRODUCT_WRITE"
_STOCK_PERMISSION = f"{PERMISSION} and SCOPE.STORES.INVENTORY_ITEM_WRITE"

MOST_PRODUCTS = 100
CAPS = {"variantsInfo": 1000, "options": 100, "modifiers": 100, "infoSections": 100}
"""Sums over a request; beyond one of them all rows are refused (wix-api stores-v3 3.6)."""


def create_products(
    transport: WixTransport, products: Sequence[Row], fields: Sequence[str]
) -> dict[int, BulkRow]:
    """Make products without stock; rows carry no ids."""
    body = {"products": list(products), "returnEntity": True, "fields": list(fields)}
    answer = transport.call("POST", CREATE_PATH, body, repeatable=False, permission=PERMISSION)
    return bulk_rows(answer, len(products), CREATE_PATH)


def create_stocked(
    transport: WixTransport, products: Sequence[Row], fields: Sequence[str]
) -> tuple[dict[int, BulkRow], int | None]:
    """Make products whose variants carry an `inventoryItem`.

    Returns:
        What became of the products, and how many inventory items were surely made with them; None
        if any failed or Wix does not say. A product can succeed while its stock does not.
    """
    body = {"products": list(products), "returnEntity": True, "fields": list(fields)}
    path = CREATE_STOCKED_PATH
    answer = transport.call("POST", path, body, repeatable=False, permission=_STOCK_PERMISSION)
    results = answer.get("productResults")
    if not isinstance(results, dict):
        raise AnswerError(f"Wix answered {path} with 200, but without results.", path=path)
    return bulk_rows(results, len(products), path), _items_made(answer.get("inventoryResults"))


def _items_made(stock: object) -> int | None:
    if not isinstance(stock, dict) or stock.get("error"):
        return None
    rows = stock.get("results")
    metas = [row.get("itemMetadata") for row in rows] if isinstance(rows, list) else []
    if not all(isinstance(meta, dict) and meta.get("success") is True for meta in metas):
        return None
    return len(metas)


def update_products(transport: WixTransport, products: Sequence[Row]) -> dict[int, BulkRow]:
    """Change products; each row has `id`, `revision` and the fields that change.

    Doing it twice does no harm: the second time the revisions are outdated.
    """
    rows = [{"product": product} for product in products]
    body = {"products": rows, "returnEntity": True}
    return bulk_call(transport, UPDATE_PATH, body, "products", PERMISSION)


def delete_products(transport: WixTransport, ids: Sequence[str]) -> dict[int, BulkRow]:
    """Delete products."""
    body = {"productIds": list(ids)}
    return bulk_call(transport, DELETE_PATH, body, "productIds", PERMISSION)
