"""Inventory V2, read: one item per product, all its variants inside (wix-api stores-v1 5.1, 5.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.filters import declare
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.asking import Asked, ask
from tests.fake_wix.stores_v1.doors import read
from tests.fake_wix.stores_v1.products_read import RANGE, of_product
from tests.fake_wix.stores_v1.render_rest import show_inventory
from tests.fake_wix.stores_v1.shapes import INVENTORY_VARIANTS

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Product

READ_INVENTORY = ("WIX_STORES.READ_INVENTORY",)
INVENTORY = Asked(
    {
        "numericId": declare(
            RANGE, sort=True, kind="number", read=of_product(lambda one: one.numeric_id)
        ),
        "lastUpdated": declare(
            RANGE, sort=True, kind="date", read=of_product(lambda one: one.stock_updated)
        ),
        "productId": declare("eq", read=of_product(lambda one: one.id)),
        "id": declare("eq ne hasSome", read=of_product(lambda one: one.inventory_item_id)),
    },
    default_key=of_product(lambda one: one.numeric_id),
)


@read("POST", "/v2/inventoryItems/query", also=READ_INVENTORY)
def query_inventory(site: Site, request: Request) -> dict[str, Any]:
    asked = replace(INVENTORY, date_operand=site.v1.switches.inventory_date_operand)
    page = ask(site.v1.indexed_products(), request.object(), asked, site.v1.switches)
    return {"inventoryItems": [show_inventory(row["it"]) for row in page.rows], **page.envelope}


@read("POST", "/v2/inventoryItems/{item_id}/getVariants", also=READ_INVENTORY)
def get_by_item(site: Site, request: Request, item_id: str) -> dict[str, Any]:
    return _variants(request, site.v1.product_of_inventory_item(item_id))


@read("POST", "/v2/inventoryItems/product/{product_id}/getVariants", also=READ_INVENTORY)
def get_by_product(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    return _variants(request, site.v1.product(product_id))


@read("POST", "/v2/inventoryItems/external/{external_id}/getVariants", also=READ_INVENTORY)
def get_by_external_id(site: Site, request: Request, external_id: str) -> dict[str, Any]:
    """The external id equals the product's."""
    return _variants(request, site.v1.product(external_id))


def _variants(request: Request, product: Product) -> dict[str, Any]:
    wanted = clean(INVENTORY_VARIANTS, request.object(), "").get("variantIds")
    return {"inventoryItem": show_inventory(product, wanted)}
