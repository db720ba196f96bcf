"""Stock is written only where a record speaks of it, and as the owner keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import hook, item_failure
from tests.fake_wix.stores_v3.seed import add_stock
from tests.target.products.harness import nested

if TYPE_CHECKING:
    from tests.target.products.harness import Shop

Json = dict[str, Any]
UPDATE, CREATE = "bulk/inventory-items/update", "bulk/inventory-items/create"


@pytest.mark.parametrize(
    ("stock", "row", "expected", "code"),
    [
        (5, {"quantity": 7}, 7, None),
        (5, {"quantity": "5"}, 5, None),
        (5, {"quantity": 0}, 0, None),
        (5, {"quantity": 7, "in_stock": False}, 7, None),
        (5, {"in_stock": True}, 5, None),
        (5, {"in_stock": False}, 5, "in_stock of counted variants"),
        (5, {"quantity": -1}, 0, "negative quantities written as 0"),
        (5, {"quantity": 100_000}, 5, "OUT_OF_RANGE"),
        (True, {"in_stock": False}, False, None),
        (True, {"in_stock": "yes"}, True, None),
        (True, {"quantity": 7}, True, "quantity of uncounted variants"),
        (True, {"quantity": 7, "in_stock": False}, False, None),
        (None, {"quantity": 7}, 7, None),
        (None, {"in_stock": True}, True, None),
    ],
)
def test_stock_of_a_variant(
    shop: Shop,
    stock: Any,
    row: Json,
    expected: object,
    code: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    product = shop.add(sku="A", **({} if stock is None else {"stock": stock}))
    run = shop.run({"sku": "A", **row})
    assert shop.stock(product) == {"A": expected}
    left_out = code is not None and not code.isupper()
    assert run.codes == ({code: 1} if code and not left_out else {})
    if left_out:
        assert f"Left out: {code}" in caplog.text
    if code is None or left_out:
        again = shop.run({"sku": "A", **row})
        assert again.counts == {"unchanged": 1}
        assert again.writes == []


def test_a_limit_of_a_pre_order_of_what_is_not_counted_is_left_out(shop: Shop) -> None:
    """Wix refuses it, for new variants and for others (stores-v3 4.3)."""
    item = {"inStock": False, "preorderInfo": {"enabled": True, "limit": 5}}
    variant = {"sku": "A", "price": {"actualPrice": {"amount": "1"}}, "inventoryItem": item}
    record = {"name": "Cup", "handle": "cup", "variantsInfo": {"variants": [variant]}}
    for done in ("created", "unchanged"):
        for settings in ({"dry_run": True}, {}):
            assert shop.run(record, **settings).counts == {done: 1}
    (stored,) = shop.v3.inventory.all()
    assert stored["preorderInfo"] == {"enabled": True}


def test_a_quantity_starts_to_be_counted_if_the_settings_say_so(shop: Shop) -> None:
    product = shop.add(sku="A", stock=True)
    assert shop.run({"sku": "A", "quantity": 7}, track_quantity=True).counts == {"updated": 1}
    assert shop.stock(product) == {"A": 7}


def test_the_rest_of_a_record_is_written_although_its_stock_is_not(shop: Shop) -> None:
    product = shop.add(sku="A", stock=True)
    run = shop.run({"sku": "A", "quantity": 7, "name": "Bowl"})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert shop.get(product)["name"] == "Bowl"


def test_what_the_shop_sold_is_never_put_back(shop: Shop) -> None:
    product = shop.add(sku="A", stock=5)
    (record,) = shop.records()
    key = shop.v3.items_of_product[product][0]
    shop.v3.inventory.put({**shop.v3.inventory.edit(key), "quantity": 0})
    run = shop.run({**record, "inventory": {"availabilityStatus": "IN_STOCK"}, "name": "Bowl"})
    assert run.counts == {"updated": 1}
    assert shop.stock(product) == {"A": 0}


def test_stock_in_a_nested_record(shop: Shop) -> None:
    product = shop.add_sized("S", "M", "L", stock=3)
    (record,) = shop.records()
    rows = nested(record, "variantsInfo")["variantsInfo"]["variants"]
    rows[0]["inventoryItem"] = {"quantity": 1}
    rows[1]["inventoryItem"] = {"quantity": 3, "inStock": True, "trackQuantity": True}
    run = shop.run({"id": product, "variantsInfo": {"variants": rows}})
    assert run.counts == {"updated": 1}
    assert shop.stock(product) == {"SKU-S": 1, "SKU-M": 3, "SKU-L": 3}
    assert run.writes == [f"/stores/v3/{UPDATE}"]


def test_preorder_is_written_and_left_alone(shop: Shop) -> None:
    product = shop.add(sku="A", stock=0)
    variant = {
        "id": shop.variant(product)["id"],
        "inventoryItem": {"preorderInfo": {"enabled": True, "message": "In May", "limit": 5}},
    }
    record: Json = {"id": product, "variantsInfo": {"variants": [variant]}}
    assert shop.run(record).counts == {"updated": 1}
    item = shop.v3.inventory.edit(shop.v3.items_of_product[product][0])
    assert item["preorderInfo"] == {"enabled": True, "message": "In May", "limit": 5}
    assert item["quantity"] == 0
    assert shop.run(record).counts == {"unchanged": 1}


def test_stock_of_other_locations_is_none_of_our_business(shop: Shop) -> None:
    product = shop.add(sku="A", stock=5)
    variant = shop.variant(product)["id"]
    elsewhere = dict(shop.v3.locations.get(shop.v3.default_location) or {})
    elsewhere |= {"id": shop.site.new_id(), "defaultLocation": False}
    shop.v3.locations.put(elsewhere, indexed=True)
    other = add_stock(shop.site, product, variant, 99)
    shop.v3.inventory.put(
        {**shop.v3.inventory.edit(other["id"]), "locationId": elsewhere["id"]}, indexed=True
    )
    assert shop.run({"sku": "A", "quantity": 7}).counts == {"updated": 1}
    quantities = {
        shop.v3.inventory.edit(key)["locationId"]: shop.v3.inventory.edit(key)["quantity"]
        for key in shop.v3.items_of_product[product]
    }
    assert quantities == {shop.v3.default_location: 7, elsewhere["id"]: 99}


def test_records_without_stock_cost_no_look_at_it(shop: Shop) -> None:
    shop.add(sku="A", stock=5)
    run = shop.run({"sku": "A", "price": "3"})
    assert not any("inventory" in one.path for one in run.requests)


@pytest.mark.parametrize("bumps", [True, False])
def test_a_sale_in_between_does_not_stop_us(shop: Shop, *, bumps: bool) -> None:
    shop.v3.switches.stock_bumps_product = bumps
    product = shop.add(sku="A", stock=5)
    key = shop.v3.items_of_product[product][0]

    def sell(_: object, __: object) -> None:
        item = shop.v3.inventory.edit(key)
        shop.v3.inventory.put({**item, "quantity": 4, "revision": str(int(item["revision"]) + 1)})

    shop.site.faults.add(hook(sell, UPDATE))
    assert shop.run({"sku": "A", "quantity": 9, "price": "4"}).counts == {"updated": 1}
    assert shop.stock(product) == {"A": 9}


def test_an_item_that_appears_in_between_is_updated(shop: Shop) -> None:
    product = shop.add(sku="A")

    def appear(_: object, __: object) -> None:
        add_stock(shop.site, product, shop.variant(product)["id"], 1)

    shop.site.faults.add(hook(appear, CREATE))
    assert shop.run({"sku": "A", "quantity": 9}).counts == {"updated": 1}
    assert shop.stock(product) == {"A": 9}


def test_stock_that_changes_all_the_time_is_given_up_on(shop: Shop) -> None:
    shop.add(sku="A", stock=5)
    shop.site.faults.add(item_failure(UPDATE, code="INVALID_REVISION", times=None))
    assert shop.run({"sku": "A", "quantity": 9}).codes == {"INVALID_REVISION": 1}


# -- opening stock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"inventory": {"availabilityStatus": "IN_STOCK"}}, True),
        ({"inventory": {"availabilityStatus": "OUT_OF_STOCK"}}, False),
        ({"v1": {"stock": {"trackInventory": True, "quantity": 12}}}, 12),
        ({"v1": {"stock": {"trackInventory": True, "quantity": -3}}}, 0),
        ({"v1": {"stock": {"trackInventory": False, "inStock": True}}}, True),
    ],
)
def test_a_product_is_made_with_the_stock_it_had_elsewhere(
    shop: Shop, more: Json, expected: object
) -> None:
    variants = [{"sku": "A", "price": {"actualPrice": {"amount": "1"}}}]
    shop.run({"handle": "a", "name": "Cup", "variantsInfo": {"variants": variants}, **more})
    assert shop.stock(shop.products[0]["id"]) == {"A": expected}


def _stocked(count: int) -> list[Json]:
    return [
        {"handle": f"h{n}", "sku": f"S{n}", "name": "Cup", "price": "1", "quantity": n + 1}
        for n in range(count)
    ]


@pytest.mark.parametrize("trouble", ["inventory_fails", "optionless_unstocked_in_bulk"])
def test_stock_that_was_not_made_with_the_product_is_made_after_it(
    shop: Shop, trouble: str
) -> None:
    """The product can succeed while its stock fails; option-less ones were seen unstocked (3.4)."""
    setattr(shop.v3.switches, trouble, True if trouble.startswith("option") else 2)
    run = shop.run(*_stocked(5))
    assert run.counts == {"created": 5}
    assert [shop.stock(one["id"]) for one in shop.products] == [{f"S{n}": n + 1} for n in range(5)]
    assert len(shop.products) == 5


def test_a_product_whose_stock_fails_for_good_is_reported_and_not_made_twice(shop: Shop) -> None:
    shop.v3.switches.optionless_unstocked_in_bulk = True
    shop.site.faults.add(item_failure(CREATE, code="NOT_FOUND", indexes={1}, times=None))
    rows = _stocked(3)
    run = shop.run(*rows)
    assert run.codes == {"STOCK_NOT_WRITTEN": 1}
    assert run.counts["created"] == 2
    assert len(shop.products) == 3
    shop.site.faults.clear()
    assert shop.run(*rows).counts == {"unchanged": 2, "updated": 1}
    assert len(shop.products) == 3


def test_a_key_without_the_right_to_stock_stops_the_run_with_its_name(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add(sku="A", stock=5)
    shop.site.deny("STORES.INVENTORY_ITEM_READ")
    run = shop.run({"sku": "A", "quantity": 9})
    assert run.code == 1
    assert "INVENTORY_ITEM_READ" in caplog.text
