"""Which products a category holds (stores-v3 6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.shape import clean, obj, text, violation
from tests.fake_wix.stores_v3.bulk import listed, one_by_one
from tests.fake_wix.stores_v3.categories_read import check_tree, found_category
from tests.fake_wix.stores_v3.categories_write import WRITE, refuse_collision
from tests.fake_wix.stores_v3.derived import refresh_product
from tests.fake_wix.stores_v3.state import STORES_APP_ID

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

ITEM = obj(
    {"catalogItemId": text(1, 36), "appId": text(1, 36)}, required=("catalogItemId", "appId")
)


def _named(row: Any, _item: Json | None) -> Json:
    """Results here name the item; there is no `id` (6.6)."""
    return {"item": row}


def _add(v3: CatalogV3, category_id: str, item: Json) -> None:
    key = item["catalogItemId"]
    if item["appId"] != STORES_APP_ID or key not in v3.products:
        raise application_error(404, "ITEM_NOT_FOUND", "Catalog item not found")
    if category_id == v3.all_products:
        return  # counted as a success, and nothing happens (6.6)
    if key in v3.members[category_id]:
        if v3.switches.existing_item_fails:
            raise application_error(409, v3.switches.existing_item_code)
        return
    v3.members[category_id][key] = None
    refresh_product(v3, key, bump=v3.switches.membership_bumps_product)


def _remove(v3: CatalogV3, category_id: str, item: Json) -> None:
    key = item["catalogItemId"]
    if category_id == v3.all_products:
        raise application_error(428, "MANAGED_CATEGORY_OPERATION_NOT_ALLOWED")
    if key not in v3.members[category_id]:
        raise application_error(428, "ITEM_NOT_IN_CATEGORY")
    del v3.members[category_id][key]
    refresh_product(v3, key, bump=v3.switches.membership_bumps_product)


def _items(request: Request, most: int) -> list[Json]:
    return [
        clean(ITEM, row, f"items[{index}]")
        for index, row in enumerate(listed(request, "items", most))
    ]


@route("POST", "/categories/v1/bulk/categories/{category_id}/add-items", needs=WRITE, catalog=V3)
def add_items(site: Site, request: Request, category_id: str) -> Json:
    v3 = site.v3
    check_tree(request.object().get("treeReference"))
    items = _items(request, 1000)
    found_category(v3, category_id)
    refuse_collision(v3)
    return one_by_one(v3, request, items, lambda item: _add(v3, category_id, item), _named)


@route("POST", "/categories/v1/bulk/categories/{category_id}/remove-items", needs=WRITE, catalog=V3)
def remove_items(site: Site, request: Request, category_id: str) -> Json:
    v3 = site.v3
    check_tree(request.object().get("treeReference"))
    items = _items(request, 100)
    found_category(v3, category_id)
    refuse_collision(v3)
    return one_by_one(v3, request, items, lambda item: _remove(v3, category_id, item), _named)


def _item_and_categories(request: Request) -> tuple[Json, list[Any]]:
    check_tree(request.object().get("treeReference"))
    if request.object().get("item") is None:
        violation("item", "must not be empty", "REQUIRED_FIELD")
    item = clean(ITEM, request.object()["item"], "item")
    return item, listed(request, "categoryIds", 100)


def _by_category(row: Any, _item: Json | None) -> Json:
    return {"id": row}


@route("POST", "/categories/v1/bulk/categories/add-item", needs=WRITE, catalog=V3)
def add_item(site: Site, request: Request) -> Json:
    v3 = site.v3
    item, keys = _item_and_categories(request)
    refuse_collision(v3)

    def act(key: str) -> None:
        found_category(v3, key)
        _add(v3, key, item)

    return one_by_one(v3, request, keys, act, _by_category)


@route("POST", "/categories/v1/bulk/categories/remove-item", needs=WRITE, catalog=V3)
def remove_item(site: Site, request: Request) -> Json:
    v3 = site.v3
    item, keys = _item_and_categories(request)
    refuse_collision(v3)

    def act(key: str) -> None:
        found_category(v3, key)
        _remove(v3, key, item)

    return one_by_one(v3, request, keys, act, _by_category)
