"""Catalog V3 of the fake: bulk calls, stock, categories (wix-api stores-v3 3.6, 4, 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import faults
from tests.fake_wix.stores_v3.seed import add_category, add_product
from tests.fake_wix.stores_v3.state import STORES_APP_ID
from tests.fake_wix_selftest.test_catalog_v3 import cup, no, shirt, v3

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

__all__ = ["v3"]
CREATE = "/stores/v3/bulk/products/create"
UPDATE = "/stores/v3/bulk/products/update"
STOCKED = "/stores/v3/bulk/products-with-inventory/create"
ITEMS = "/stores/v3/inventory-items"
TREE = {"treeReference": {"appNamespace": "@wix/stores", "treeKey": None}}


def outcomes(answer: Any) -> dict[int, str]:
    """What became of each row, by its place in the request."""
    rows = (row["itemMetadata"] for row in answer["results"])
    return {row["originalIndex"]: "" if row["success"] else row["error"]["code"] for row in rows}


def two_options() -> Any:
    """A product that has its option twice: wrong, but the caps are looked at before."""
    product = shirt()
    product["options"] *= 2
    for row in product["variantsInfo"]["variants"]:
        row["choices"] *= 2
    return product


def test_rows_fail_one_by_one_and_are_matched_by_their_index(v3: Caller) -> None:
    v3.site.v3.switches.shuffle_bulk = True
    rows = [cup(slug="one"), cup(slug="one"), cup(slug="two"), cup(name="   ")]
    answer = v3.ok("POST", CREATE, {"products": rows, "returnEntity": True})
    said = {0: "", 1: "DUPLICATE_SLUG_ERROR", 2: "", 3: "ONLY_SPACES_STRING_ERROR"}
    assert outcomes(answer) == said
    assert answer["bulkActionMetadata"]["totalFailures"] == 2
    named = {row["itemMetadata"]["originalIndex"]: row.get("item") for row in answer["results"]}
    assert named[2]["slug"] == "two"
    assert "item" not in v3.ok("POST", CREATE, {"products": [cup()]})["results"][0]


def test_one_bad_slug_refuses_the_whole_batch(v3: Caller) -> None:
    rows = [cup(), cup(slug="Bad Slug")]
    assert no(v3, "POST", CREATE, {"products": rows}) == (400, "INVALID_SLUG_FORMAT")
    assert len(v3.site.v3.products) == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([cup()] * 101, (400, "products has size 101, expected 100 or less")),
        ([cup(id="x")], (400, "ID_NOT_ALLOWED_IN_REQUEST")),
        ([two_options()] * 51, (428, "TOO_MANY_OPTIONS_IN_REQUEST")),
        ([cup(variantsInfo={"variants": cup()["variantsInfo"]["variants"] * 11})] * 91,
         (428, "TOO_MANY_VARIANTS")),
    ],
)  # fmt: skip
def test_a_batch_over_a_cap_is_refused_whole(
    v3: Caller, rows: list[Any], said: tuple[int, str]
) -> None:
    assert no(v3, "POST", CREATE, {"products": rows}) == said


@pytest.mark.parametrize(
    ("field", "row", "code"),
    [
        ("infoSections", {"uniqueName": "x", "title": "x"}, "TOO_MANY_INFO_SECTIONS_ERROR"),
        ("modifiers", {"name": "x", "modifierRenderType": "FREE_TEXT"},
         "TOO_MANY_MODIFIERS_IN_REQUEST"),
    ],
)  # fmt: skip
def test_modifiers_and_info_sections_have_caps_too(
    v3: Caller, field: str, row: dict[str, Any], code: str
) -> None:
    rows = [cup(**{field: [row] * 6})] * 17
    assert no(v3, "POST", CREATE, {"products": rows}) == (428, code)


def test_update_rows_wear_one_more_level_and_no_product_comes_twice(v3: Caller) -> None:
    product = add_product(v3.site, "Cup")
    row = {"id": product["id"], "revision": "1", "name": "Mug"}
    assert no(v3, "POST", UPDATE, {"products": [row]})[0] == 400
    twice = {"products": [{"product": row}, {"product": row}]}
    assert no(v3, "POST", UPDATE, twice) == (400, "DUPLICATE_PRODUCT_IDS_REQUEST")
    body = {"products": [{"product": row}]}
    assert outcomes(v3.ok("POST", UPDATE, body)) == {0: ""}
    assert outcomes(v3.ok("POST", UPDATE, body)) == {0: "INVALID_REVISION"}


def test_failures_can_come_without_rows_and_rows_can_fail_on_order(v3: Caller) -> None:
    v3.site.v3.switches.undetailed_failures = 1
    v3.site.faults.add(faults.item_failure(CREATE, indexes=[0], code="INTERNAL"))
    answer = v3.ok("POST", CREATE, {"products": [cup(), cup(), cup()]})
    assert outcomes(answer) == {0: "INTERNAL", 1: ""}
    assert answer["bulkActionMetadata"]["undetailedFailures"] == 1
    assert len(v3.site.v3.products) == 1


def test_a_product_can_succeed_while_its_stock_fails(v3: Caller) -> None:
    product = cup()
    product["variantsInfo"]["variants"][0]["inventoryItem"] = {"quantity": 5}
    body = {"products": [product], "returnEntity": True}
    v3.site.v3.switches.inventory_fails = 1
    first, second = (v3.ok("POST", STOCKED, body) for _ in range(2))
    assert outcomes(first["productResults"]) == outcomes(second["productResults"]) == {0: ""}
    assert "error" in first["inventoryResults"]
    assert second["inventoryResults"]["results"][0]["item"]["quantity"] == 5
    status = [
        v3.ok("GET", f"/stores/v3/products/{key}")["product"]["inventory"]["availabilityStatus"]
        for answer in (first, second)
        for key in [answer["productResults"]["results"][0]["itemMetadata"]["id"]]
    ]
    assert status == ["OUT_OF_STOCK", "IN_STOCK"]
    product["variantsInfo"]["variants"][0]["inventoryItem"] = {"quantity": -1}
    said = no(v3, "POST", STOCKED, body)
    assert said == (400, "REQUESTED_QUANTITY_MUST_BE_NON_NEGATIVE")


def test_an_inventory_item_has_a_quantity_or_a_flag_and_exists_once(v3: Caller) -> None:
    product = add_product(v3.site, "Cup")
    place = {"productId": product["id"], "variantId": product["variantsInfo"]["variants"][0]["id"]}
    both = {**place, "quantity": 1, "inStock": True}
    assert no(v3, "POST", ITEMS, {"inventoryItem": both})[0] == 400
    body = {"inventoryItem": {**place, "quantity": 3, "trackQuantity": False}}
    item = v3.ok("POST", ITEMS, body)["inventoryItem"]
    assert (item["trackQuantity"], item["inStock"], item["revision"]) == (True, True, "1")
    assert no(v3, "POST", ITEMS, body) == (409, "ITEM_ALREADY_EXISTS")
    change = {"inventoryItem": {"id": item["id"], "revision": "1", "inStock": False}}
    changed = v3.ok("PATCH", f"{ITEMS}/{item['id']}", change)["inventoryItem"]
    assert "quantity" not in changed
    assert no(v3, "PATCH", f"{ITEMS}/{item['id']}", change) == (409, "INVALID_REVISION")


def test_inventory_in_bulk_is_told_row_by_row_and_refused_whole_where_it_is_malformed(
    v3: Caller,
) -> None:
    product = add_product(v3.site, "Cup")
    place = {"productId": product["id"], "variantId": product["variantsInfo"]["variants"][0]["id"]}
    create, update = ("/stores/v3/bulk/inventory-items/" + word for word in ("create", "update"))
    below = {"inventoryItems": [{**place, "quantity": 3}, {**place, "quantity": -1}]}
    assert no(v3, "POST", create, below) == (400, "REQUESTED_QUANTITY_MUST_BE_NON_NEGATIVE")
    nowhere = {**place, "locationId": v3.site.new_id(), "quantity": 3}
    rows = [{**place, "quantity": 3}, {**place, "quantity": 4}, nowhere]
    answer = v3.ok("POST", create, {"inventoryItems": rows, "returnEntity": True})
    assert outcomes(answer) == {0: "", 1: "ITEM_ALREADY_EXISTS", 2: "NOT_FOUND"}
    item = answer["results"][0]["item"]
    ahead = {"enabled": True, "limit": 5}

    def change(revision: str, **fields: Any) -> str:
        row = {"inventoryItem": {"id": item["id"], "revision": revision, **fields}}
        return outcomes(v3.ok("POST", update, {"inventoryItems": [row], "reason": "MANUAL"}))[0]

    assert change("0", quantity=4) == "INVALID_REVISION"
    assert change("1", inStock=True) == ""
    assert change("2", preorderInfo=ahead) == (
        "PREORDER_LIMIT_NOT_SUPPORTED_FOR_UNTRACKED_INVENTORY"
    )
    assert change("2", preorderInfo=ahead, quantity=0) == ""
    no_revision = {"inventoryItems": [{"inventoryItem": {"id": item["id"], "quantity": 1}}]}
    assert no(v3, "POST", update, no_revision)[0] == 400
    assert no(v3, "POST", update, {"inventoryItems": [{}] * 1001})[0] == 400


def test_locations_are_asked_for_by_what_they_are_called(v3: Caller) -> None:
    place = v3.site.v3.locations.all()[0]
    for where in ({"wixLocationId": place["wixLocationId"]}, {"defaultLocation": {"$eq": True}}):
        answer = v3.ok("POST", "/stores/v3/locations/query", {"query": {"filter": where}})
        assert [row["id"] for row in answer["storesLocations"]] == [place["id"]]
    sort = {"query": {"sort": [{"fieldName": "wixLocationId", "order": "ASC"}]}}
    assert no(v3, "POST", "/stores/v3/locations/query", sort)[0] == 400


def test_the_tree_is_named_beside_the_category(v3: Caller) -> None:
    path = "/categories/v1/categories"
    inside = {"category": {"name": "Kitchen", **TREE}}
    assert no(v3, "POST", path, inside) == (400, "REQUIRED_FIELD")
    assert v3("GET", f"{path}/{v3.site.v3.all_products}").status_code == 400
    made = v3.ok("POST", path, {"category": {"name": "Kitchen"}, **TREE})["category"]
    address = f"{path}/{made['id']}?treeReference.appNamespace=%40wix%2Fstores"
    assert v3.ok("GET", address)["category"]["slug"] == "kitchen"


def test_a_tree_conflict_is_a_409_and_the_category_may_exist_all_the_same(v3: Caller) -> None:
    v3.site.v3.switches.tree_conflicts = 1
    v3.site.v3.switches.category_race_creates = True
    body = {"category": {"name": "Kitchen"}, **TREE}
    assert no(v3, "POST", "/categories/v1/categories", body) == (409, "INVALID_REVISION")
    found = v3.ok("POST", "/categories/v1/categories/query", {"query": {}, **TREE})
    assert {row["name"] for row in found["categories"]} == {"Kitchen", "All Products"}


def test_products_enter_and_leave_categories(v3: Caller) -> None:
    product, kitchen = add_product(v3.site, "Cup"), add_category(v3.site, "Kitchen")
    items = [{"catalogItemId": product["id"], "appId": STORES_APP_ID}]
    base = f"/categories/v1/bulk/categories/{kitchen['id']}"
    body = {"items": [*items, {"catalogItemId": "gone", "appId": STORES_APP_ID}], **TREE}
    assert outcomes(v3.ok("POST", f"{base}/add-items", body)) == {0: "", 1: "ITEM_NOT_FOUND"}
    path = f"/stores/v3/products/{product['id']}?fields=DIRECT_CATEGORIES_INFO"
    rows = v3.ok("GET", path)["product"]["directCategoriesInfo"]["categories"]
    assert {row["id"] for row in rows} == {kitchen["id"], v3.site.v3.all_products}
    body = {"items": items, **TREE}
    assert outcomes(v3.ok("POST", f"{base}/remove-items", body)) == {0: ""}
    again = outcomes(v3.ok("POST", f"{base}/remove-items", body))
    assert again == {0: "ITEM_NOT_IN_CATEGORY"}


def test_hiding_a_category_hides_those_below_it(v3: Caller) -> None:
    top = add_category(v3.site, "Top")
    below = add_category(v3.site, "Below", parent=top["id"])
    path = "/categories/v1/categories/visibility"
    hide = {"categoryId": top["id"], "visible": False, "revision": "1", **TREE}
    v3.ok("PATCH", path, hide)
    show = {"categoryId": below["id"], "visible": True, "revision": "2", **TREE}
    assert no(v3, "PATCH", path, show) == (428, "PARENT_CATEGORY_HIDDEN")
    asked = {"query": {}, **TREE}
    url = "/categories/v1/categories/query"
    assert len(v3.ok("POST", url, asked)["categories"]) == 1
    assert len(v3.ok("POST", url, {**asked, "returnNonVisibleCategories": True})["categories"]) == 3
