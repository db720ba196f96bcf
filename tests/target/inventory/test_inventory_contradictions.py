"""Rows of which one key means this item, and another key another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.inventory.harness import StockShop

Json = dict[str, Any]
CONTRADICTION = {"CONTRADICTING_KEYS": 1}


def ids(shop: StockShop, sku: str, by: str) -> Json:
    """What the tap calls a variant, or its item."""
    ref = shop.variant(sku)
    if by == "variant":
        return ref
    if shop.is_v3:
        items = shop.site.v3.inventory.all()
        found = next(one for one in items if one["variantId"] == ref["variantId"])
        return {"id": found["id"]}
    return {"id": shop.site.v1.product(ref["productId"]).inventory_item_id, **ref}


@pytest.mark.parametrize("by", ["variant", "item"])
def test_ids_of_one_variant_and_the_sku_of_another_are_refused(shop: StockShop, by: str) -> None:
    shop.add("A", 5)
    shop.add("B", 7)
    run = shop.run({**ids(shop, "A", by), "sku": "B", "quantity": 1})
    assert (run.codes, run.writes) == (CONTRADICTION, [])
    assert shop.stock == {"A": 5, "B": 7}


def test_the_same_within_one_product(shop: StockShop) -> None:
    shop.add_sized(S=1, M=2)
    run = shop.run({**shop.variant("S"), "sku": "M", "quantity": 9})
    assert (run.codes, run.writes) == (CONTRADICTION, [])


@pytest.mark.parametrize("by", ["variant", "item"])
def test_a_variant_whose_sku_was_changed_since_is_found_by_its_ids(
    shop: StockShop, by: str
) -> None:
    shop.add("NEW", 5)
    run = shop.run({**ids(shop, "NEW", by), "sku": "OLD", "quantity": 1})
    assert (run.counts, shop.stock) == ({"updated": 1}, {"NEW": 1})


def test_a_variant_without_a_sku_is_found_by_its_ids(shop: StockShop) -> None:
    shop.add("", 5, name="Cup")
    row = {**shop.rows()[0], "sku": "A", "quantity": 1}
    assert shop.run(row).counts == {"updated": 1}
    shop.add("A", 3)
    run = shop.run({**row, "quantity": 2, "revision": None, "updatedDate": None})
    assert run.codes == CONTRADICTION


def test_one_sku_of_two_variants_is_told_apart_by_ids(shop: StockShop) -> None:
    shop.add("A", 5, name="Cup")
    ref = shop.variant("A")
    shop.add("A", 7, name="Mug")
    run = shop.run({**ref, "sku": "A", "quantity": 1})
    assert run.counts == {"updated": 1}
    assert sorted(shop.stock_numbers) == [1, 7]


def test_ids_of_another_shop_do_not_contradict_the_sku(shop: StockShop) -> None:
    shop.add("A", 5)
    foreign = {
        "id": "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c40",
        "productId": "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c41",
        "variantId": "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c42",
    }
    assert shop.run({**foreign, "sku": "A", "quantity": 1}).counts == {"updated": 1}
    other = {"siteId": "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c43", **shop.variant("A")}
    shop.add("B", 7)
    # A duplicate of a site has the ids of the one it was made of.
    assert shop.run({**other, "sku": "B", "quantity": 2}, copy_stock=True).counts == {"updated": 1}
    assert shop.stock == {"A": 1, "B": 2}


def test_rows_of_the_tap_cost_no_look_up_of_their_skus(v3: StockShop) -> None:
    for n in range(300):
        v3.add(f"S{n}", n)
    rows = [{**row, "quantity": 3} for row in v3.rows()]
    run = v3.run(*rows)
    assert run.counts == {"updated": 299, "unchanged": 1}
    assert not [one for one in run.requests if "variants" in one.path]


@pytest.mark.parametrize("name", ["productId", "variantId"])
def test_an_item_of_another_variant_is_refused(v3: StockShop, name: str) -> None:
    v3.add_sized(S=1, M=2) if name == "variantId" else [v3.add("S", 1), v3.add("M", 2)]
    row = {**ids(v3, "S", "item"), name: v3.variant("M")[name], "quantity": 9}
    run = v3.run(row)
    assert (run.codes, run.writes) == (CONTRADICTION, [])


def test_on_v1_an_item_of_another_product_is_refused(v1: StockShop) -> None:
    v1.add("S", 1)
    v1.add("M", 2)
    row = {**ids(v1, "S", "item"), **v1.variant("M"), "quantity": 9}
    run = v1.run(row)
    assert (run.codes, run.writes) == (CONTRADICTION, [])


@pytest.mark.parametrize("by", ["locationId", "location"])
def test_an_item_at_another_location_is_refused(v3: StockShop, by: str) -> None:
    v3.add("A", 5)
    place = v3.add_place("Shop")
    row = {**ids(v3, "A", "item"), by: place if by == "locationId" else "shop", "quantity": 1}
    run = v3.run(row)
    assert (run.codes, run.writes) == (CONTRADICTION, [])


def test_a_location_that_was_renamed_since_is_no_contradiction(v3: StockShop) -> None:
    v3.add("A", 5)
    row = {**ids(v3, "A", "item"), "location": "Former name", "quantity": 1}
    assert v3.run(row).counts == {"updated": 1}


def test_the_sku_of_a_product_with_variants_says_that_these_have_their_own(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add_sized(S=1, M=2)
    run = shop.run({"sku": "SHIRT", "quantity": 3})
    assert (run.codes, run.writes) == ({"UNKNOWN_SKU": 1}, [])
    assert "each has stock and a sku of its own, and the product has none" in caplog.text
