"""Writes and look-ups of Catalog V1, one call a thing that Wix can do."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.errors import AccessError, LostAnswerError, NotFoundError, WrongCatalogError
from tap_wix.api.stores_v1.collections import add_products, has_collection, remove_products
from tap_wix.api.stores_v1.inventory import item_of, read_items, set_stock
from tap_wix.api.stores_v1.lookup import ProductLookup
from tap_wix.api.stores_v1.products_write import (
    add_media,
    create_product,
    delete_media,
    delete_product,
    remove_name,
    update_product,
    update_variants,
)
from tests.fake_wix import V3, faults
from tests.fake_wix.stores_v1.model import DEFAULT_VARIANT
from tests.unit.opening import ids, open_site

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

SIZES = {
    "optionType": "drop_down",
    "name": "Size",
    "choices": [{"value": "s", "description": "S"}, {"value": "m", "description": "M"}],
}
VARIANTS = "/v1/variants/query$"
QUERY = "/v1/products/query$"


def add(wix: FakeWix, name: str = "Apron", **fields: Any) -> str:
    """A product of the shop; its id."""
    fields = {"priceData": {"price": Decimal("34.5")}, **fields}
    return wix.site.v1.add({"name": name, **fields}, indexed=True).id


def test_a_product_is_made_changed_and_deleted(wix_v1: FakeWix) -> None:
    site = open_site(wix_v1)
    body = {"product": {"name": "Apron", "priceData": {"price": Decimal("34.50")}, "brand": "N"}}
    made = create_product(site, body)
    changed = update_product(site, made["id"], {"product": {"slug": "mine", "ribbon": "New"}})
    assert (changed["slug"], changed["priceData"]["price"]) == ("mine", Decimal("34.5"))
    remove_name(site, made["id"], "brand")
    remove_name(site, made["id"], "ribbon")
    now = ProductLookup(site).one(made["id"])
    assert now is not None
    assert (now["brand"], now["ribbon"]) == (None, "")
    delete_product(site, made["id"])
    assert ProductLookup(site).one(made["id"]) is None
    with pytest.raises(NotFoundError):
        delete_product(site, made["id"])


def test_writes_go_under_the_prefix_for_writes_even_if_reads_do_not(wix_v1: FakeWix) -> None:
    create_product(open_site(wix_v1), {"product": {"name": "A", "priceData": {"price": 1}}})
    assert [one.path for one in wix_v1.requests] == ["/stores/v1/products"]


def test_variants_are_changed_by_id_or_by_all_their_choices(wix_v1: FakeWix) -> None:
    site = open_site(wix_v1)
    key = add(wix_v1, manageVariants=True, productOptions=[SIZES])
    small = wix_v1.site.v1.product(key).variants[0].id
    entries = [
        {"variantIds": [small], "price": Decimal("1.10"), "sku": "A-S"},
        {"choices": {"Size": "M"}, "weight": Decimal("0.5"), "visible": False},
    ]
    assert len(update_variants(site, key, entries)) == 2
    one, other = wix_v1.site.v1.product(key).variants
    assert (one.price, one.sku, other.weight, other.visible) == (
        Decimal("1.1"),
        "A-S",
        Decimal("0.5"),
        False,
    )


def test_pictures_are_added_one_a_call_and_no_ids_delete_none(wix_v1: FakeWix) -> None:
    site = open_site(wix_v1)
    key = add(wix_v1, productOptions=[SIZES])
    add_media(site, key, url="https://example.com/1.jpg")
    add_media(site, key, media_id="ab12_x.jpg", choice=("Size", "M"))
    items = wix_v1.site.v1.product(key).media
    assert len(items) == 2
    delete_media(site, key, [])
    assert len(wix_v1.site.v1.product(key).media) == 2
    delete_media(site, key, [items[0]["id"]])
    left = wix_v1.site.v1.product(key)
    assert [one["id"] for one in left.media] == ["ab12_x.jpg"]
    assert left.choice_media == {"Size": {"M": ["ab12_x.jpg"]}}


def test_more_pictures_than_a_call_takes_are_deleted_in_several(wix_v1: FakeWix) -> None:
    delete_media(open_site(wix_v1), add(wix_v1), [f"{n}.jpg" for n in range(101)])
    sent = wix_v1.requests.matching("/media/delete$")
    assert [len(one.body["mediaIds"]) for one in sent] == [50, 50, 1]


def test_what_would_happen_twice_is_not_sent_twice(wix_v1: FakeWix) -> None:
    site, key = open_site(wix_v1), add(wix_v1)
    wix_v1.site.faults.add(faults.lost_answer("/stores/v1/products", times=2))
    with pytest.raises(LostAnswerError):
        create_product(site, {"product": {"name": "A", "priceData": {"price": 1}}})
    with pytest.raises(LostAnswerError):
        add_media(site, key, url="https://example.com/1.jpg")
    assert len(wix_v1.site.requests.writes) == 2


def test_stock_is_set_with_its_tracking_and_the_rest_stays(wix_v1: FakeWix) -> None:
    site = open_site(wix_v1)
    key = add(wix_v1, manageVariants=True, productOptions=[SIZES])
    one, other = (row.id for row in wix_v1.site.v1.product(key).variants)
    set_stock(site, key, tracked=True, variants=[{"variantId": one, "quantity": 7}])
    set_stock(site, key, tracked=True, variants=[{"variantId": other, "quantity": 3}])
    set_stock(site, key, tracked=True, preorder={"enabled": True})
    assert all(
        "trackQuantity" in sent.body["inventoryItem"] for sent in wix_v1.site.requests.writes
    )
    item = item_of(site, key)
    assert [row["quantity"] for row in item["variants"]] == [7, 3]
    assert item["preorderInfo"] == {"enabled": True}


def test_inventory_items_are_read_a_hundred_a_request(wix_v1: FakeWix) -> None:
    wanted = [wix_v1.site.v1.product(add(wix_v1, f"A {n}")).inventory_item_id for n in range(101)]
    rows = list(read_items(open_site(wix_v1), wanted))
    assert sorted(ids(rows)) == sorted(wanted)
    assert wix_v1.requests.count("/v2/inventoryItems/query$") == 2
    assert rows[0]["variants"][0]["variantId"] == DEFAULT_VARIANT


def test_products_go_into_a_collection_and_out_again(wix_v1: FakeWix) -> None:
    site, key = open_site(wix_v1), add(wix_v1)
    made = site.transport.call("POST", "/stores/v1/collections", {"collection": {"name": "K"}})
    collection = made["collection"]["id"]
    add_products(site, collection, [key])
    assert wix_v1.site.v1.product(key).collection_ids == [collection]
    remove_products(site, collection, [key])
    assert wix_v1.site.v1.product(key).collection_ids == []
    assert has_collection(site, collection)
    assert not has_collection(site, wix_v1.site.new_id())


def test_products_are_found_by_id_slug_and_sku_hidden_ones_too(wix_v1: FakeWix) -> None:
    lookup = ProductLookup(open_site(wix_v1))
    keys = [add(wix_v1, f"Cup {n}", sku=f"S-{n // 2}", visible=n % 3 > 0) for n in range(130)]
    assert sorted(ids(lookup.where("id", keys))) == sorted(keys)
    assert ids(lookup.where("slug", ["cup-3", "cup-129", "nothing"])) == [keys[3], keys[129]]
    assert ids(lookup.where("sku", ["S-0", "S-64"])) == [keys[0], keys[1], keys[128], keys[129]]
    assert wix_v1.requests.count(QUERY) == 4
    assert list(lookup.where("id", [])) == []


def test_a_sku_that_more_than_a_page_of_products_has_is_found_on_all(wix_v1: FakeWix) -> None:
    keys = [add(wix_v1, f"Cup {n}", sku="SAME") for n in range(230)]
    assert ids(ProductLookup(open_site(wix_v1)).where("sku", ["SAME"])) == keys


def test_a_filter_that_wix_ignores_finds_the_same(wix_v1: FakeWix) -> None:
    keys = [add(wix_v1, f"Cup {n}", sku=f"S-{n}") for n in range(150)]

    def forget(_: Any, request: Any) -> None:
        asked = json.loads(request.body["query"].get("filter", "{}"))
        asked.pop("sku", None)
        request.body["query"]["filter"] = json.dumps(asked)

    wix_v1.site.faults.add(faults.hook(forget, QUERY, times=None))
    assert ids(ProductLookup(open_site(wix_v1)).where("sku", ["S-149"])) == [keys[149]]


def test_products_are_found_by_the_skus_of_their_variants(wix_v1: FakeWix) -> None:
    keys = [
        add(wix_v1, f"Apron {n}", manageVariants=True, productOptions=[SIZES]) for n in range(2)
    ]
    for key in keys:
        product = wix_v1.site.v1.edit(key)
        product.variants[1].sku = f"A-{keys.index(key)}"
        wix_v1.site.v1.save(product, indexed=True)
    found = ProductLookup(open_site(wix_v1)).variants_with({"A-0", "A-1", "B"})
    assert found is not None
    assert sorted(found) == sorted([(keys[0], "A-0"), (keys[1], "A-1")])


def test_an_operator_that_wix_refuses_is_tried_once(wix_v1: FakeWix) -> None:
    add(wix_v1, sku="A")
    refused = faults.refusal(
        VARIANTS, status=400, times=None, when=lambda one: "$in" in str(one.body)
    )
    wix_v1.site.faults.add(refused)
    lookup = ProductLookup(open_site(wix_v1))
    for _ in range(2):
        found = lookup.variants_with({"A"})
        assert found is not None
        assert len(list(found)) == 1
    assert refused.hits == 1


@pytest.mark.parametrize("how", ["refused", "ignored"])
def test_where_variants_cannot_be_asked_for_by_sku_that_is_said(wix_v1: FakeWix, how: str) -> None:
    for number in range(150):
        add(wix_v1, f"Cup {number}", sku=f"S-{number}")

    def forget(_: Any, request: Any) -> None:
        request.body["query"].pop("filter", None)

    fault = faults.refusal(VARIANTS, status=400, times=None)
    fault = fault if how == "refused" else faults.hook(forget, VARIANTS, times=None)
    wix_v1.site.faults.add(fault)
    lookup = ProductLookup(open_site(wix_v1))
    assert lookup.variants_with({"S-149"}) is None
    asked = wix_v1.requests.count(VARIANTS)
    assert lookup.variants_with({"S-1"}) is None
    assert wix_v1.requests.count(VARIANTS) == asked == 2


def test_the_newest_number_and_what_came_after_it(wix_v1: FakeWix) -> None:
    lookup = ProductLookup(open_site(wix_v1))
    assert lookup.newest() == 0
    add(wix_v1, "First")
    newest = lookup.newest()
    later = [add(wix_v1, f"Later {n}", visible=False) for n in range(2)]
    assert ids(lookup.after(newest)) == later
    assert lookup.count() == 3


def test_without_the_right_to_costs_a_product_comes_without_them(wix_v1: FakeWix) -> None:
    key = add(wix_v1, costAndProfitData={"itemCost": 3})
    wix_v1.site.deny("SCOPE.DC-STORES.MANAGE-PRODUCTS", "SCOPE.DC-STORES-MEGA.MANAGE-STORES")
    site = open_site(wix_v1)
    product = ProductLookup(site).one(key)
    assert product is not None
    assert "costAndProfitData" not in product
    with pytest.raises(AccessError, match="MANAGE-PRODUCTS"):
        delete_product(site, key)


@pytest.mark.parametrize("status", [428, 501])
def test_a_write_to_a_shop_that_wix_moved_to_v3_says_so(wix_v1: FakeWix, status: int) -> None:
    key = add(wix_v1)
    wix_v1.site.catalog_version = V3
    wix_v1.site.wrong_catalog_status = status
    with pytest.raises(WrongCatalogError):
        update_product(open_site(wix_v1), key, {"product": {"name": "B"}})
