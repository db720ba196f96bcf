"""Inventory V2, the stock of Catalog V1: one item a product (wix-api stores-v1 5)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tap_wix.api.paging import list_in, object_in
from tap_wix.api.stores_v1.reading import LARGEST_PAGE, as_text, read
from tap_wix.api.stores_v1.writing import write
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

_PATH = "/v2/inventoryItems"


def read_items(site: WixSite, item_ids: Sequence[str]) -> Iterator[Row]:
    """Yield inventory items by their own ids, a hundred a request.

    `productId` takes one value at a time, `id` takes many (stores-v1 5.1). Items come from an
    index, so fewer may come than exist.
    """
    path = f"{_PATH}/query"
    for start in range(0, len(item_ids), LARGEST_PAGE):
        wanted = list(item_ids[start : start + LARGEST_PAGE])
        query = {"paging": {"limit": LARGEST_PAGE}, "filter": as_text({"id": {"$hasSome": wanted}})}
        check = partial(list_in, key="inventoryItems", path=path)
        for row in check(read(site, path, {"query": query}, check=check)):
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
