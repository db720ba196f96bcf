"""Inventory V2, the stock of Catalog V1: one item a product, its variants inside (wix-api stores-v1 5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_conversion.inventory import upgrade_inventory_item
from tap_wix.api.errors import RefusedError
from tap_wix.api.keyset import at_or_before
from tap_wix.api.paging import chunks, list_in, object_in
from tap_wix.api.paths import quote_id
from tap_wix.api.resources import Resource, Rows
from tap_wix.api.stores_v1.calls import (
    LARGEST_PAGE,
    as_text,
    numbered_pages,
    read,
    read_sorted,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

_PATH = "/v2/inventoryItems"
_QUERY_PATH = f"{_PATH}/query"


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
                    return read_sorted(site, _QUERY_PATH, "inventoryItems", "numericId", query, {})
                except RefusedError:
                    # The one archived example wraps the date in a list (stores-v1 5.1).
                    if not since or len(forms) == 1:
                        raise
                    del forms[0]

        for _, rows in numbered_pages(ask, "inventoryItems", _QUERY_PATH):
            yield Rows([row for item in rows for row in upgrade_inventory_item(item)])


V1_INVENTORY_ITEMS = V1InventoryItems()


def read_items(site: WixSite, item_ids: Sequence[str]) -> Iterator[Row]:
    """Yield inventory items by their own ids, a hundred a request.

    `productId` takes one value at a time, `id` takes many (stores-v1 5.1). Items come from an
    index, so fewer may come than exist.
    """
    for wanted in map(list, chunks(item_ids, LARGEST_PAGE)):
        query = {"paging": {"limit": LARGEST_PAGE}, "filter": as_text({"id": {"$hasSome": wanted}})}
        check = partial(list_in, key="inventoryItems", path=_QUERY_PATH)
        for row in check(read(site, _QUERY_PATH, {"query": query}, check=check)):
            if row.get("id") in wanted:
                yield row


def item_of(site: WixSite, product_id: str) -> Row:
    """Return the inventory item of one product as it is now."""
    path = f"{_PATH}/product/{quote_id(product_id)}/getVariants"
    check = partial(object_in, key="inventoryItem", path=path)
    return check(read(site, path, {}, check=check))


def set_stock(
    site: WixSite,
    product_id: str,
    *,
    tracked: bool,
    variants: Sequence[Row] = (),
    preorder: dict[str, Any] | None = None,
) -> None:
    """Set the stock of a product; variants that are not listed keep theirs (stores-v1 5.3).

    Args:
        site: with Catalog V1.
        product_id: whose stock it is.
        tracked: whether the product's stock is counted. Always sent: left out it would be false,
            and the counting of all variants would end.
        variants: rows of `variantId` and `quantity` if counted, `inStock` if not.
        preorder: `preorderInfo`, None to leave it as it is.
    """
    item: Row = {"trackQuantity": tracked}
    if variants:
        item["variants"] = list(variants)
    if preorder is not None:
        item["preorderInfo"] = preorder
    write(site, "PATCH", f"{_PATH}/product/{quote_id(product_id)}", {"inventoryItem": item})
