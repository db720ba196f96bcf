"""Writing inventory items: one per variant and location (stores-v3 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.entity_types import fields_of
from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.shape import Problems, clean, number, violation
from tests.fake_wix.stores_v3.bulk import by_id, listed, one_by_one, unwrapped
from tests.fake_wix.stores_v3.derived import refresh_product
from tests.fake_wix.stores_v3.inventory_read import item_view
from tests.fake_wix.stores_v3.named import make
from tests.fake_wix.stores_v3.revisions import bumped, check_revision, require_revision
from tests.fake_wix.stores_v3.shapes import INVENTORY_ITEM

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

WRITE = "STORES.INVENTORY_ITEM_WRITE"
BELOW_ZERO = "REQUESTED_QUANTITY_MUST_BE_NON_NEGATIVE"
REASONS = ("ORDER", "MANUAL", "REVERT_INVENTORY_CHANGE")


def _check_preorder(body: Json) -> None:
    limit = (body.get("preorderInfo") or {}).get("limit")
    if limit is not None and body.get("inStock") is not None:
        raise application_error(428, "PREORDER_LIMIT_NOT_SUPPORTED_FOR_UNTRACKED_INVENTORY")


def _changed(v3: CatalogV3, item: Json) -> Json:
    """What an item says of its product follows; whether the product's revision does is open (11)."""
    refresh_product(v3, item["productId"], bump=v3.switches.stock_bumps_product)
    return item_view(v3, item)


def check_create(body: Json, path: str, problems: Problems) -> None:
    """What a new item must have."""
    for name in ("productId", "variantId"):
        if body.get(name) is None:
            problems.add(f"{path}.{name}", "must not be empty", "REQUIRED_FIELD")
    if body.get("quantity") is None and body.get("inStock") is None:
        problems.add(path, "one of quantity, inStock must be set", "ONE_OF_ALIGNMENT")
    if (body.get("quantity") or 0) < 0:
        problems.add(f"{path}.quantity", "must not be negative", "CUSTOM", BELOW_ZERO)


def create_item(v3: CatalogV3, body: Json) -> Json:
    """A new item; a second one for the same variant and location is a 409."""
    owner = v3.variant_owner.get(body["variantId"])
    if owner is None or owner != body["productId"]:
        raise application_error(404, "NOT_FOUND", "Variant not found")
    location = body.get("locationId") or v3.default_location
    if location not in v3.locations:
        raise application_error(404, "NOT_FOUND", "Location not found")
    keys = v3.items_of_product.setdefault(body["productId"], [])
    for key in keys:
        other = v3.inventory.get(key) or {}
        if (other.get("variantId"), other.get("locationId")) == (body["variantId"], location):
            raise application_error(409, "ITEM_ALREADY_EXISTS", "Inventory item already exists")
    _check_preorder(body)
    fields = {name: value for name, value in body.items() if name not in {"id", "revision"}}
    item = make(v3, v3.inventory, {**fields, "locationId": location})
    keys.append(item["id"])
    return _changed(v3, item)


def update_item(v3: CatalogV3, body: Json) -> Json:
    """An item changed: quantity makes it tracked, inStock untracked; what it belongs to stays."""
    current = v3.inventory.get(body.get("id") or "")
    if current is None:
        raise application_error(404, "NOT_FOUND", "Inventory item not found")
    check_revision(current, body)
    tracked = body.get("quantity") is not None
    flag = body.get("inStock") if tracked else body.get("inStock", current.get("inStock"))
    _check_preorder({**body, "inStock": flag})
    quantity = body.get("quantity")
    if quantity is not None and quantity < 0 and quantity < (current.get("quantity") or 0):
        violation("inventoryItem.quantity", "must not decrease", f"{BELOW_ZERO}_DECREASING")
    item = bumped(current, v3.site.now())
    for name, other in (("quantity", "inStock"), ("inStock", "quantity")):
        if body.get(name) is not None:
            item[name] = body[name]
            item.pop(other, None)
    for name in ("preorderInfo", "extendedFields"):
        if name in body:
            item[name] = body[name] or {}
    v3.inventory.put(item)
    return _changed(v3, item)


def change_by(v3: CatalogV3, key: str, amount: int, *, floor: bool) -> Json:
    """A tracked quantity moved by an amount; with `floor` not below zero."""
    current = v3.inventory.get(key)
    if current is None:
        raise application_error(404, "NOT_FOUND", "Inventory item not found")
    if current.get("quantity") is None:
        raise application_error(428, "INVENTORY_QUANTITY_NOT_TRACKED")
    quantity = current["quantity"] + amount
    if quantity < 0 and amount < 0 and floor:
        raise application_error(428, "INSUFFICIENT_INVENTORY")
    limits = fields_of("inventory_items_v3")["quantity"]
    if not int(limits["min"]) <= quantity <= int(limits["max"]):
        raise application_error(428, f"{'MAX' if amount > 0 else 'MIN'}_QUANTITY_LIMIT_REACHED")
    item = bumped({**current, "quantity": quantity}, v3.site.now())
    v3.inventory.put(item)
    return _changed(v3, item)


def delete_item(v3: CatalogV3, key: str) -> None:
    """An item deleted: its variant is out of stock."""
    item = v3.inventory.get(key)
    if item is None:
        raise application_error(404, "NOT_FOUND", "Inventory item not found")
    v3.inventory.remove(key)
    if key in v3.items_of_product.get(item["productId"], []):
        v3.items_of_product[item["productId"]].remove(key)
    refresh_product(v3, item["productId"], bump=v3.switches.stock_bumps_product)


def _check_reason(request: Request) -> None:
    reason = request.object().get("reason")
    if reason is not None and reason not in REASONS:
        violation("reason", f"has no enum value {reason}", "ENUM")


@route("POST", "/stores/v3/inventory-items", needs=WRITE, catalog=V3)
def create(site: Site, request: Request) -> Json:
    body = clean(INVENTORY_ITEM, request.part("inventoryItem"), "inventoryItem")
    problems = Problems()
    check_create(body, "inventoryItem", problems)
    problems.refuse_if_any()
    return {"inventoryItem": create_item(site.v3, body)}


@route("PATCH", "/stores/v3/inventory-items/{item_id}", needs=WRITE, catalog=V3)
def update(site: Site, request: Request, item_id: str) -> Json:
    body = {**clean(INVENTORY_ITEM, request.part("inventoryItem"), "inventoryItem"), "id": item_id}
    problems = Problems()
    require_revision(body, "inventoryItem", problems)
    problems.refuse_if_any()
    _check_reason(request)
    return {"inventoryItem": update_item(site.v3, body)}


@route("DELETE", "/stores/v3/inventory-items/{item_id}", needs=WRITE, catalog=V3)
def delete(site: Site, request: Request, item_id: str) -> Json:
    delete_item(site.v3, item_id)
    return {}


@route("POST", "/stores/v3/bulk/inventory-items/create", needs=WRITE, catalog=V3)
def bulk_create(site: Site, request: Request) -> Json:
    problems = Problems()
    rows = []
    for index, row in enumerate(listed(request, "inventoryItems", 1000)):
        path = f"inventoryItems[{index}]"
        rows.append(INVENTORY_ITEM(row, path, problems))
        check_create(rows[-1], path, problems)
    problems.refuse_if_any()
    return one_by_one(site.v3, request, rows, lambda row: create_item(site.v3, row), by_id)


@route("POST", "/stores/v3/bulk/inventory-items/update", needs=WRITE, catalog=V3)
def bulk_update(site: Site, request: Request) -> Json:
    problems = Problems()
    rows = []
    for index, row in enumerate(unwrapped(request, "inventoryItems", "inventoryItem", 1000)):
        path = f"inventoryItems[{index}].inventoryItem"
        rows.append(INVENTORY_ITEM(row, path, problems))
        require_revision(rows[-1], path, problems)
        if rows[-1].get("id") is None:
            problems.add(f"{path}.id", "must not be empty", "REQUIRED_FIELD")
    problems.refuse_if_any()
    _check_reason(request)
    return one_by_one(site.v3, request, rows, lambda row: update_item(site.v3, row), by_id)


@route("POST", "/stores/v3/bulk/inventory-items/delete", needs=WRITE, catalog=V3)
def bulk_delete(site: Site, request: Request) -> Json:
    keys = listed(request, "inventoryItemIds", 1000)
    return one_by_one(site.v3, request, keys, lambda key: delete_item(site.v3, key), by_id)


def _moved(site: Site, request: Request, word: str, sign: int) -> Json:
    rows = listed(request, f"{word}Data", 300)
    floor = bool(request.object().get("restrictInventory", False))
    problems = Problems()
    for index, row in enumerate(rows):
        amount = row.get(f"{word}By") if isinstance(row, dict) else None
        number(1, 99999, whole=True)(amount, f"{word}Data[{index}].{word}By", problems)
    problems.refuse_if_any()
    return one_by_one(
        site.v3,
        request,
        rows,
        lambda row: change_by(
            site.v3, row.get("inventoryItemId", ""), sign * row[f"{word}By"], floor=floor
        ),
        lambda row, _: {"id": row.get("inventoryItemId")},
    )


@route("POST", "/stores/v3/bulk/inventory-items/increment", needs=WRITE, catalog=V3)
def increment(site: Site, request: Request) -> Json:
    return _moved(site, request, "increment", 1)


@route("POST", "/stores/v3/bulk/inventory-items/decrement", needs=WRITE, catalog=V3)
def decrement(site: Site, request: Request) -> Json:
    return _moved(site, request, "decrement", -1)
