"""What Catalog V1 does with a write, and what it silently does not do (wix-api stores-v1 2 to 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

PRODUCTS = "/stores/v1/products"
EVERYTHING = "00000000-000000-000000-000000000001"
SIZES = {
    "name": "Size",
    "choices": [{"value": "s", "description": "S"}, {"value": "m", "description": "M"}],
}
COLOURS = {
    "name": "Color",
    "optionType": "color",
    "choices": [
        {"value": "#FF0000", "description": "Red"},
        {"value": "#0000FF", "description": "Blue"},
    ],
}


def create(call: Caller, **fields: Any) -> dict[str, Any]:
    product = {"name": "Apron", "priceData": {"price": 30}, **fields}
    created: dict[str, Any] = call.ok("POST", PRODUCTS, {"product": product})["product"]
    return created


def get(call: Caller, product: dict[str, Any]) -> dict[str, Any]:
    got: dict[str, Any] = call.ok("GET", f"{PRODUCTS}/{product['id']}")["product"]
    return got


def patch(call: Caller, product: dict[str, Any], **fields: Any) -> dict[str, Any]:
    path = f"{PRODUCTS}/{product['id']}"
    patched: dict[str, Any] = call.ok("PATCH", path, {"product": fields})["product"]
    return patched


@pytest.mark.parametrize(
    "fields",
    [
        {"priceData": {"price": "30"}},
        {"priceData": {}},
        {"priceData": {"price": 1.005}},
        {"name": ""},
        {"name": "x" * 81},
        {"productType": "digital"},
        {"productType": "PHYSICAL"},
        {"costAndProfitData": {}},
        {"productDimensions": {"length": 3}},
        {"discount": {"type": "PERCENT", "value": 101}},
        {"productOptions": [SIZES, SIZES]},
        {"brand": ""},
    ],
)
def test_creates_that_are_refused(call: Caller, fields: dict[str, Any]) -> None:
    body = {"product": {"name": "Apron", "priceData": {"price": 30}, **fields}}
    assert call.refused("POST", PRODUCTS, body)[0] == 400


def test_all_violations_of_a_body_are_told_at_once(call: Caller) -> None:
    wrong = {"name": "x" * 81, "priceData": {}, "productDimensions": {"length": "1000000000"}}
    answer = call("POST", PRODUCTS, {"product": wrong})
    violations = answer.json()["details"]["validationError"]["fieldViolations"]
    assert {(one["field"], one["violatedRule"]) for one in violations} == {
        ("product.name", "MAX_LENGTH"),
        ("product.priceData.price", "REQUIRED_FIELD"),
        ("product.productDimensions.length", "DECIMAL"),
    }


def test_a_slug_that_is_taken_is_suffixed_without_a_word(call: Caller) -> None:
    assert [create(call, slug="mine")["slug"] for _ in range(3)] == ["apron", "apron-1", "apron-2"]


def test_variants_are_generated_and_follow_the_product_until_patched(call: Caller) -> None:
    made = create(call, sku="A", manageVariants=True, productOptions=[SIZES, COLOURS])
    assert made["sku"] == ""
    assert [one["choices"] for one in made["variants"]][1] == {"Size": "S", "Color": "Blue"}
    body = {"variants": [{"choices": {"Size": "S"}, "price": 40, "variant": {"sku": "no"}}]}
    path = f"{PRODUCTS}/{made['id']}/variants"
    changed = call.ok("PATCH", path, body)["variants"]
    assert len(changed) == 2
    patch(call, made, priceData={"price": 20}, discount={"type": "PERCENT", "value": 10})
    after = get(call, made)
    paid = [str(one["variant"]["priceData"]["discountedPrice"]) for one in after["variants"]]
    assert paid == ["36", "36", "18", "18"]
    assert {one["variant"]["sku"] for one in after["variants"]} == {"A"}
    assert after["priceRange"] == {"minValue": 20, "maxValue": 40}
    by_value = {"variants": [{"choices": {"Color": "#FF0000"}, "price": 1}]}
    assert call.refused("PATCH", path, by_value)[0] == 400


def test_variants_are_written_only_while_managed(call: Caller) -> None:
    made = create(call, productOptions=[SIZES])
    body = {"variants": [{"choices": {"Size": "S"}, "price": 40}]}
    assert call.refused("PATCH", f"{PRODUCTS}/{made['id']}/variants", body)[0] == 400
    assert [one["choices"] for one in made["variants"]] == [{}]


def test_options_are_replaced_whole_and_known_combinations_keep_their_ids(call: Caller) -> None:
    made = create(call, manageVariants=True, productOptions=[SIZES])
    more = {**SIZES, "choices": [*SIZES["choices"], {"value": "l", "description": "L"}]}
    after = patch(call, made, productOptions=[more])
    assert [one["id"] for one in after["variants"]][:2] == [one["id"] for one in made["variants"]]
    assert len(after["variants"]) == 3


def test_managing_variants_ends_only_after_the_options_are_gone(call: Caller) -> None:
    made = create(call, manageVariants=True, productOptions=[SIZES])
    path = f"{PRODUCTS}/{made['id']}"
    body = {"product": {"manageVariants": False, "productOptions": []}}
    assert call.refused("PATCH", path, body)[0] == 400
    assert call.refused("DELETE", f"{path}/options")[0] == 400
    patch(call, made, productOptions=[])
    assert patch(call, made, manageVariants=False)["manageVariants"] is False


def test_more_than_300_variants_cannot_be_managed(call: Caller) -> None:
    many = [{"value": str(n), "description": str(n)} for n in range(16)]
    options = [
        {"name": "A", "choices": many},
        {
            "name": "B",
            "choices": [*many, *[{"value": "x", "description": f"x{n}"} for n in range(3)]],
        },
    ]
    made = create(call, productOptions=options)
    path = f"{PRODUCTS}/{made['id']}"
    assert call.refused("PATCH", path, {"product": {"manageVariants": True}})[0] == 400


def test_the_product_type_and_an_empty_ribbon_are_ignored(call: Caller) -> None:
    made = create(call, ribbon="New", brand="Nordhem")
    after = patch(call, made, productType="digital", ribbon="")
    assert (after["productType"], after["ribbon"]) == ("physical", "New")
    assert after["lastUpdated"] > made["lastUpdated"]
    assert call.ok("POST", f"{PRODUCTS}/{made['id']}/remove-ribbon") == {}
    assert get(call, made)["ribbon"] == ""


def test_media_are_appended_one_url_a_call_and_an_empty_list_deletes_all(call: Caller) -> None:
    made = create(call)
    path = f"{PRODUCTS}/{made['id']}/media"
    call.site.v1.switches.media_lag = None
    body = {"media": [{"url": "https://a.example/1.png"}, {"url": "https://a.example/2.png"}]}
    for _ in range(2):
        assert call.ok("POST", path, body) == {}
    call.ok("POST", path, {"media": [{"url": "nonsense"}]})
    assert get(call, made)["media"]["items"] == []
    call.site.v1.fetch_media()
    media = get(call, made)["media"]
    assert len(media["items"]) == 2
    assert media["mainMedia"] == media["items"][0]
    assert call.ok("POST", f"{path}/delete", {}) == {}
    assert get(call, made)["media"]["items"] == []


def test_choice_media_hang_on_one_option_only(call: Caller) -> None:
    made = create(call, productOptions=[SIZES, COLOURS])
    path = f"{PRODUCTS}/{made['id']}/media"
    red = {"url": "https://a.example/1.png", "choice": {"option": "Color", "choice": "Red"}}
    call.ok("POST", path, {"media": [red]})
    small = {**red, "choice": {"option": "Size", "choice": "S"}}
    assert call.refused("POST", path, {"media": [small]})[0] == 400
    colours = get(call, made)["productOptions"][1]["choices"]
    assert ["media" in choice for choice in colours] == [True, False]


def test_all_products_is_in_every_membership_and_takes_no_writes(call: Caller) -> None:
    made = create(call)
    collections = "/stores/v1/collections"
    kitchen = call.ok("POST", collections, {"collection": {"name": "Kitchen"}})["collection"]
    ids = {"productIds": [made["id"]]}
    assert call.ok("POST", f"{collections}/{kitchen['id']}/productIds", ids) == {}
    assert get(call, made)["collectionIds"] == [EVERYTHING, kitchen["id"]]
    assert call.refused("POST", f"{collections}/{EVERYTHING}/productIds", ids)[0] == 400
    assert call.refused("DELETE", f"{collections}/{EVERYTHING}")[0] == 400
    call.ok("DELETE", f"{collections}/{kitchen['id']}")
    assert get(call, made)["collectionIds"] == [EVERYTHING]


def test_leaving_out_track_quantity_switches_tracking_off(call: Caller) -> None:
    made = create(call)
    path = f"/stores/v2/inventoryItems/product/{made['id']}"
    row = {"variantId": "00000000-0000-0000-0000-000000000000", "quantity": -2}
    call.ok("PATCH", path, {"inventoryItem": {"trackQuantity": True, "variants": [row]}})
    stock = get(call, made)["stock"]
    assert (stock["quantity"], stock["inventoryStatus"]) == (-2, "OUT_OF_STOCK")
    assert get(call, made)["lastUpdated"] == made["lastUpdated"]
    call.ok("PATCH", path, {"inventoryItem": {"variants": [{**row, "quantity": 9}]}})
    read = f"/stores-reader/v2/inventoryItems/{made['inventoryItemId']}/getVariants"
    item = call.ok("POST", read)["inventoryItem"]
    assert item["trackQuantity"] is False
    assert "quantity" not in item["variants"][0]
    step = {"incrementData": [{**row, "productId": made["id"], "incrementBy": 1}]}
    assert call.refused("POST", "/stores/v2/inventoryItems/increment", step)[0] == 400


def test_a_bulk_update_sets_one_value_and_reports_unknown_ids(call: Caller) -> None:
    made = create(call)
    path = "/stores/v1/bulk/products/update"
    gone = "00000000-1111-4111-8111-000000000000"
    answer = call.ok("POST", path, {"ids": [made["id"], gone], "set": {"price": 12.1}})
    assert answer["bulkActionMetadata"]["totalFailures"] == 1
    assert answer["results"][1]["itemMetadata"]["error"]["code"] == "PRODUCT_NOT_FOUND"
    assert get(call, made)["priceData"]["formatted"]["price"] == "€12.10"
    assert call.refused("POST", path, {"ids": [gone], "set": {"price": 1, "cost": 1}})[0] == 400


def test_the_store_wide_variants_page_by_cursor_too(call: Caller) -> None:
    made = create(call, sku="A", manageVariants=True, productOptions=[SIZES, COLOURS])
    path, seen, cursor = "/stores-reader/v1/variants/query", [], None
    while cursor != "":
        paging = {"limit": 3, "cursor": cursor} if cursor else {"limit": 3}
        answer = call.ok("POST", path, {"query": {"cursorPaging": paging}})
        seen += [one["id"] for one in answer["variants"]]
        cursor = answer["metadata"]["cursors"].get("next", "")
    assert seen == sorted(f"{made['id']}-{one['id']}" for one in made["variants"])
    wanted = {"query": {"filter": {"sku": "A"}, "paging": {"limit": 2}}}
    answer = call.ok("POST", path, wanted)
    assert (len(answer["variants"]), answer["metadata"]["total"]) == (2, 4)
