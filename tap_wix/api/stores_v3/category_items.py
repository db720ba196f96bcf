"""Which products a category holds (wix-api stores-v3 6.6).

One call at a time: the categories of a shop share one revision, and calls side by side collide
(wix-api stores-v3 6.4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.stores_v3.bulk import BulkRow, bulk_call
from tap_wix.api.stores_v3.categories import STORES_TREE
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

STORES_APP_ID = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
MOST_ITEMS = 100
PERMISSION = "Wix Stores, SCOPE.CATEGORIES.CATEGORY_WRITE"
_BASE = "/categories/v1/bulk/categories"


def add_items(
    transport: WixTransport, category_id: str, product_ids: Sequence[str]
) -> dict[int, BulkRow]:
    """Put products into a category, at most 100; what is in it already stays."""
    return _change(transport, category_id, "add-items", product_ids)


def remove_items(
    transport: WixTransport, category_id: str, product_ids: Sequence[str]
) -> dict[int, BulkRow]:
    """Take products out of a category, at most 100."""
    return _change(transport, category_id, "remove-items", product_ids)


def _change(
    transport: WixTransport, category_id: str, action: str, product_ids: Sequence[str]
) -> dict[int, BulkRow]:
    path = f"{_BASE}/{quote_id(category_id)}/{action}"
    items: list[Row] = [{"catalogItemId": key, "appId": STORES_APP_ID} for key in product_ids]
    body = {"items": items, "treeReference": STORES_TREE}
    return bulk_call(transport, path, body, len(items), PERMISSION)
