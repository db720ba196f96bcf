"""Inventory V2, written (wix-api stores-v1 5.3, 5.4). Items come and go with their product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import plain
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import write
from tests.fake_wix.stores_v1.shapes import DECREMENT, INCREMENT, INVENTORY_PATCH

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Product


@write("PATCH", "/v2/inventoryItems/{item_id}")
def update_by_item(site: Site, request: Request, item_id: str) -> dict[str, Any]:
    return _update(site, request, site.v1.product_of_inventory_item(item_id))


@write("PATCH", "/v2/inventoryItems/product/{product_id}")
def update_by_product(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    return _update(site, request, site.v1.edit(product_id))


@write("PATCH", "/v2/inventoryItems/external/{external_id}")
def update_by_external_id(site: Site, request: Request, external_id: str) -> dict[str, Any]:
    return _update(site, request, site.v1.edit(external_id))


def _update(site: Site, request: Request, product: Product) -> dict[str, Any]:
    """Absolute values. A missing `trackQuantity` is false, for the whole product (trap 9).

    `quantity` has no effect while untracked, `inStock` none while tracked; what is not listed
    keeps its numbers.
    """
    sent = clean(INVENTORY_PATCH, request.object().get("inventoryItem"), "inventoryItem")
    stocks = product.stocks()
    for row in sent.get("variants", ()):
        if row["variantId"] not in stocks:
            raise plain(400, f"variant {row['variantId']} not found")
    product.track_quantity = sent.get("trackQuantity", False)
    for row in sent.get("variants", ()):
        stock = stocks[row["variantId"]]
        if product.track_quantity:
            stock.quantity = row.get("quantity", stock.quantity)
        else:
            stock.in_stock = row.get("inStock", stock.in_stock)
    if "preorderInfo" in sent:
        product.preorder = sent["preorderInfo"]
    _save(site, product)
    return {}


@write("POST", "/v2/inventoryItems/increment")
def increment(site: Site, request: Request) -> dict[str, Any]:
    rows = clean(INCREMENT, request.object(), "")["incrementData"]
    return _step(site, [(row, row["incrementBy"]) for row in rows])


@write("POST", "/v2/inventoryItems/decrement")
def decrement(site: Site, request: Request) -> dict[str, Any]:
    rows = clean(DECREMENT, request.object(), "")["decrementData"]
    return _step(site, [(row, -row["decrementBy"]) for row in rows])


def _step(site: Site, steps: list[tuple[Json, int]]) -> dict[str, Any]:
    """Tracked items only; nothing happens unless all of it can."""
    changed: dict[str, Product] = {}
    for row, amount in steps:
        if ("productId" in row) is ("inventoryId" in row):
            raise plain(400, "exactly one of productId and inventoryId must be sent")
        product = (
            site.v1.edit(row["productId"])
            if "productId" in row
            else site.v1.product_of_inventory_item(row["inventoryId"])
        )
        product = changed.setdefault(product.id, product)
        stock = product.stocks().get(row["variantId"])
        if stock is None:
            raise plain(400, f"variant {row['variantId']} not found")
        if not product.track_quantity:
            raise plain(400, "the quantity of an untracked item cannot be changed")
        stock.quantity += amount
    for product in changed.values():
        _save(site, product)
    return {}


def _save(site: Site, product: Product) -> None:
    product.stock_updated = site.v1.now()
    site.v1.save(product, bump=site.v1.switches.stock_bumps)
