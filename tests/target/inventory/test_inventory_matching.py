"""Which item a row means, and what is said where none or several are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.stores_v1.model import DEFAULT_VARIANT

if TYPE_CHECKING:
    from tests.target.inventory.harness import StockShop

Json = dict[str, Any]
NOWHERE = "d7a1d0aa-0000-4000-8000-000000000001"
ZEROS = DEFAULT_VARIANT


def test_rows_by_product_and_variant(shop: StockShop) -> None:
    shop.add_sized(S=5, M=3, L=1)
    small = shop.variant("S")
    rows = (
        {**small, "quantity": 6},
        {"product_id": small["productId"].upper(), "VARIANT_ID": shop.variant("M")["variantId"],
         "quantity": 4},
        {"product": small["productId"], "variant": shop.variant("L")["variantId"], "quantity": 2},
    )  # fmt: skip
    run = shop.run(*rows)
    assert (run.counts, shop.stock) == ({"updated": 3}, {"S": 6, "M": 4, "L": 2})
    assert len(run.writes) == 1


def test_the_only_variant_of_a_product_need_not_be_named(shop: StockShop) -> None:
    rows: list[Json] = [
        {"productId": shop.add(sku), "quantity": 7, **variant}
        for sku, variant in (("A", {}), ("B", {"variantId": ZEROS}), ("C", {"variant_id": None}))
    ]
    assert shop.run(*rows).counts == {"updated": 3}
    assert shop.stock == dict.fromkeys("ABC", 7)


def test_a_product_and_a_sku_name_a_variant(shop: StockShop) -> None:
    product = shop.add_sized(S=5, M=3)
    assert shop.run({"product_id": product, "sku": "M", "quantity": 4}).counts == {"updated": 1}
    assert shop.stock == {"S": 5, "M": 4}


def test_one_of_several_variants_has_to_be_named(shop: StockShop) -> None:
    product = shop.add_sized(S=5, M=3)
    rows = (
        {"productId": product, "quantity": 4},
        {"productId": product, "variantId": NOWHERE, "quantity": 4},
        {"productId": product, "sku": "XL", "quantity": 4},
    )
    run = shop.run(*rows)
    assert run.codes == {"UNKNOWN_VARIANT": 2, "UNKNOWN_SKU": 1}
    assert (run.writes, shop.stock) == ([], {"S": 5, "M": 3})


def test_a_sku_is_found_however_it_is_spelled(shop: StockShop) -> None:
    spellings: list[tuple[str, object]] = [
        ("A-1", " A-1\u00a0"),
        ("1001", 1001),
        ("1002", "1002.0"),
        ("1003", 1003.0),
        ("A-2 ", "A-2"),
        ("1004.0", "1004"),
        ("caf\u00e9", "cafe\u0301"),
    ]
    for in_shop, _ in spellings:
        shop.add(in_shop)
    run = shop.run(*({"SKU": in_row, "quantity": 7} for _, in_row in spellings))
    assert run.counts == {"updated": len(spellings)}
    assert shop.stock == dict.fromkeys((in_shop for in_shop, _ in spellings), 7)


def test_columns_that_hold_a_sku(shop: StockShop) -> None:
    for sku in "ABCD":
        shop.add(sku)
    rows: list[Json] = [
        {"sku": "A", "quantity": 7},
        {"variant_sku": "B", "quantity": 7},
        {"product__variantSku": "C", "quantity": 7},
        {"product": {"variantSku": "D", "name": "Cup"}, "quantity": 7},
    ]
    assert shop.run(*rows).counts == {"updated": 4}
    assert shop.stock == dict.fromkeys("ABCD", 7)


def test_an_id_that_the_shop_does_not_have_falls_through_to_the_sku(shop: StockShop) -> None:
    shop.add("A")
    ids = {"id": NOWHERE, "productId": NOWHERE, "variantId": NOWHERE}
    assert shop.run({**ids, "sku": "A", "quantity": 7}).counts == {"updated": 1}
    assert shop.stock == {"A": 7}


def test_ids_of_an_erp_are_not_used_and_that_is_said_once(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add("A")
    run = shop.run(*[{"id": 17, "product_id": "P-1", "sku": "A", "quantity": n} for n in (6, 7)])
    assert (run.counts, shop.stock) == ({"updated": 2}, {"A": 7})
    assert caplog.text.count("ids that are no ids of Wix") == 1


def test_what_a_row_means_is_not_guessed(shop: StockShop, caplog: pytest.LogCaptureFixture) -> None:
    shop.add("A")
    shop.add("B")
    rows: list[Json] = [
        {"sku": "X", "quantity": 7},
        {"productId": NOWHERE, "quantity": 7},
        {"id": NOWHERE, "quantity": 7},
        {"sku": "N/A", "id": "", "quantity": 7},
        {"location_name": "Berlin", "sku": "A", "quantity": 7},
    ]
    run = shop.run(*rows, {"sku": "B", "quantity": 6})
    codes = ("UNKNOWN_SKU", "UNKNOWN_PRODUCT", "UNKNOWN_ID", "NO_KEY", "UNKNOWN_LOCATION")
    assert run.codes == dict.fromkeys(codes, 1)
    assert shop.stock == {"A": 5, "B": 6}
    for words in ('No product has the sku "X"', NOWHERE, "no product_id and no sku"):
        assert words in caplog.text


def test_a_sku_of_two_products_is_refused_with_both_named(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    both = [shop.add("A"), shop.add("A")]
    run = shop.run({"sku": "A", "quantity": 7})
    assert (run.codes, run.writes) == ({"AMBIGUOUS": 1}, [])
    assert all(product in caplog.text for product in both)
    assert shop.run({"sku": "A", "productId": both[1], "quantity": 7}).counts == {"updated": 1}


def test_a_sku_of_two_variants_is_refused_with_both_named(
    v1: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    product = v1.site.v1.edit(v1.add_sized(S=5, M=3))
    for variant in product.variants:
        variant.sku = "A"
    v1.site.v1.save(product, indexed=True)
    run = v1.run({"sku": "A", "quantity": 7}, {"sku": "A", "productId": product.id, "quantity": 7})
    assert run.codes == {"AMBIGUOUS": 2}
    assert all(variant.id in caplog.text for variant in product.variants)


def test_v1_variants_that_are_not_managed_have_one_stock(v1: StockShop) -> None:
    product = v1.site.v1.edit(v1.add("A"))
    product.fields["productOptions"] = [
        {"name": "Size", "choices": [{"value": n, "description": n} for n in ("S", "M")]}
    ]
    v1.site.v1.save(product, indexed=True)
    assert v1.run({"sku": "A", "quantity": 7}).counts == {"updated": 1}
    (row,) = v1.rows()
    assert v1.run({**row, "quantity": 8}).counts == {"updated": 1}
    assert v1.stock == {"A": 8}


def test_v1_items_by_their_own_id(v1: StockShop) -> None:
    v1.add("A")
    v1.add_sized(S=5, M=3)
    items = {row["productId"]: row["v1"]["inventoryItemId"] for row in v1.rows()}
    both = v1.variant("M")
    rows = (
        {"id": items[v1.variant("A")["productId"]], "quantity": 7},
        {"id": items[both["productId"]], "variantId": both["variantId"], "quantity": 4},
        {"id": items[both["productId"]], "quantity": 4},
    )
    run = v1.run(*rows)
    assert (run.codes, run.counts["updated"]) == ({"UNKNOWN_VARIANT": 1}, 2)
    assert v1.stock == {"A": 7, "S": 5, "M": 4}


# -- locations of Catalog V3 ---------------------------------------------------------------------


@pytest.fixture
def two_places(v3: StockShop) -> StockShop:
    """A shop with a variant that has stock in Berlin as well."""
    v3.add("A", 5)
    v3.add_place("Berlin")
    v3.stock_at("A", "Berlin", 50)
    return v3


def test_rows_name_a_location_by_id_or_name(two_places: StockShop) -> None:
    berlin = two_places.places["Berlin"]
    item = next(row["id"] for row in two_places.rows() if row["locationId"] == berlin)
    business = two_places.site.v3.locations.edit(berlin)["wixLocationId"]
    ref = two_places.variant("A")
    rows: list[Json] = [
        {"sku": "A", "location": " BERLIN "},
        {"sku": "A", "location_name": "berlin", "location": None},
        {"sku": "A", "location": berlin},
        {"sku": "A", "location_id": berlin.upper()},
        {"sku": "A", "location_id": "Berlin"},
        {"sku": "A", "location": business},
        {**ref, "locationId": berlin},
        {"id": item},
    ]
    for count, row in enumerate(rows):
        assert two_places.run({**row, "quantity": count}).counts == {"updated": 1}
        assert two_places.stock == {"A": 5, "A@Berlin": count}


def test_without_a_location_it_is_the_default_one(two_places: StockShop) -> None:
    locations: list[Json] = [{}, {"location": ""}, {"locationId": ZEROS}]
    for quantity, location in enumerate(locations):
        run = two_places.run({"sku": "A", "quantity": quantity, **location})
        assert run.counts == {"updated": 1}
        assert two_places.stock == {"A": quantity, "A@Berlin": 50}


def test_a_location_that_the_shop_does_not_have_is_refused_with_those_it_has(
    two_places: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    places = ("location", "Munich"), ("location", NOWHERE), ("location_id", NOWHERE)
    run = two_places.run(*({"sku": "A", column: name, "quantity": 7} for column, name in places))
    assert (run.codes, run.writes) == ({"UNKNOWN_LOCATION": 3}, [])
    assert 'it has "Berlin", "Default location"' in caplog.text


def test_two_locations_of_one_name_are_refused_with_both_named(
    two_places: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    both = [two_places.places["Berlin"], two_places.add_place("berlin")]
    run = two_places.run({"sku": "A", "location": "Berlin", "quantity": 7})
    assert run.codes == {"AMBIGUOUS": 1}
    assert all(place in caplog.text for place in both)


@pytest.mark.parametrize("quantity", [{"quantity": 7}, {"inStock": "yes"}])
def test_an_item_that_is_missing_is_created(two_places: StockShop, quantity: Json) -> None:
    two_places.add("B", None)
    expected = quantity.get("quantity", True)
    rows = (
        {"sku": "B", **quantity},
        {"sku": "B", "location": "Berlin", **quantity},
        {**two_places.variant("B"), **quantity, "location": "Berlin"},
    )
    run = two_places.run(*rows)
    assert run.counts == {"created": 2, "updated": 1}
    assert [one.path for one in run.writes] == ["/stores/v3/bulk/inventory-items/create"]
    assert two_places.stock == {"A": 5, "A@Berlin": 50, "B": expected, "B@Berlin": expected}
    assert two_places.run(*rows).counts == {"unchanged": 3}


def test_a_preorder_alone_makes_no_item(v3: StockShop) -> None:
    v3.add("B", None)
    run = v3.run({"sku": "B", "preorder": True})
    assert (run.counts, run.writes) == ({"unchanged": 1}, [])
    assert run.dropped == {"pre-order settings of variants without stock": 1}


def test_a_key_that_may_not_read_locations_writes_where_there_is_no_doubt(
    two_places: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    two_places.add("B", 1)
    two_places.add("C", None)
    two_places.site.deny("STORES.LOCATION_READ")
    rows = [{"sku": sku, "quantity": 7} for sku in "ABC"]
    by_id = {"sku": "A", "location_id": two_places.places["Berlin"], "quantity": 8}
    run = two_places.run(*rows, by_id, {"sku": "B", "location": "Berlin", "quantity": 8})
    assert run.codes == {"MISSING_PERMISSION": 2}
    assert two_places.stock == {"A": 5, "A@Berlin": 8, "B": 7, "C": 7}
    assert "SCOPE.STORES.LOCATION_READ" in caplog.text
    again = two_places.run(*rows[1:], by_id)
    assert (again.counts, again.writes) == ({"unchanged": 3}, [])


def test_rows_of_the_old_catalog_reach_the_shop_that_wix_has_moved(v3: StockShop) -> None:
    product = v3.add("A", 5)
    row = {
        "productId": product,
        "variantId": ZEROS,
        "locationId": ZEROS,
        "quantity": 7,
        "trackQuantity": True,
        "catalogVersion": "V1_CATALOG",
        "updatedDate": "2020-01-01T00:00:00Z",
    }
    assert v3.run(row).counts == {"updated": 1}
    assert v3.stock == {"A": 7}
