"""Flat rows: one row is one sku, columns in either spelling, values as spreadsheets have them."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.products.harness import Shop


def test_all_columns_of_a_new_product(shop: Shop) -> None:
    run = shop.run(
        {
            "handle": "erp-1",
            "slug": "linen-apron",
            "name": "Linen apron",
            "description": "<p>Heavy <b>linen</b>.</p>",
            "product_type": "physical",
            "visible": "false",
            "brand": "Nordhem",
            "ribbon": "New",
            "sku": 4711,
            "barcode": "4006381333931",
            "price": "34.50",
            "compare_at_price": 39,
            "cost": 12.1,
            "weight": "0.4",
            "quantity": "7.0",
            "image_urls": "https://cdn.example.com/a.jpg; https://cdn.example.com/b.jpg",
            "tax_group_id": "",
        }
    )
    assert run.counts == {"created": 1}
    (product,) = shop.products
    variant = shop.variant(product["id"])
    assert product["name"] == "Linen apron"
    assert product["visible"] is variant["visible"] is False
    assert (shop.v3.brands.get(product["brand"]["id"]) or {}).get("name") == "Nordhem"
    assert (shop.v3.ribbons.get(product["ribbon"]["id"]) or {}).get("name") == "New"
    assert variant["sku"] == "4711"
    assert variant["barcode"] == "4006381333931"
    assert variant["price"] == {
        "actualPrice": {"amount": "34.5"},
        "compareAtPrice": {"amount": "39"},
    }
    assert variant["revenueDetails"] == {"cost": {"amount": "12.1"}}
    assert str(variant["physicalProperties"]["weight"]) == "0.4"
    assert shop.stock(product["id"]) == {"4711": 7}
    assert len(product["media"]["itemsInfo"]["items"]) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("compareAtPrice", "20"), ("compare_at_price", 20), ("COMPARE_AT_PRICE", "20.00")],
)
def test_columns_may_be_spelt_either_way(shop: Shop, column: str, value: object) -> None:
    product = shop.add(sku="A")
    shop.run({"sku": "A", column: value})
    assert shop.variant(product)["price"]["compareAtPrice"]["amount"] in {"20", "20.00"}


@pytest.mark.parametrize("column", [None, ""])
def test_empty_cells_say_nothing(shop: Shop, column: object) -> None:
    product = shop.add(
        sku="A", barcode="B", weight=2, cost="3", brand={"id": shop.site.new_id()}, stock=5
    )
    names = [
        *("name", "slug", "description", "brand", "ribbon", "visible", "barcode", "cost"),
        *("weight", "quantity", "in_stock", "price", "image_urls", "collections", "options"),
    ]
    run = shop.run({"sku": "A", **dict.fromkeys(names, column)})
    assert run.counts == {"unchanged": 1}
    assert shop.stock(product) == {"A": 5}
    assert len(run.requests) <= 5


def test_json_text_is_read_where_the_field_is_an_object_or_a_list(shop: Shop) -> None:
    shop.run(
        {
            "handle": "erp-1",
            "name": "Cup",
            "price": "1",
            "seoData": json.dumps({"settings": {"keywords": [{"term": "cup"}]}}),
            "brand": json.dumps({"name": "Nordhem"}),
            "image_urls": json.dumps(["https://cdn.example.com/a.jpg"]),
            "infoSections": json.dumps([{"title": "Care", "plainDescription": "<p>Wash</p>"}]),
        }
    )
    (product,) = shop.products
    assert product["seoData"] == {"settings": {"keywords": [{"term": "cup"}]}}
    assert (shop.v3.brands.get(product["brand"]["id"]) or {}).get("name") == "Nordhem"
    assert len(product["media"]["itemsInfo"]["items"]) == 1
    assert (shop.v3.info_sections.get(product["infoSections"][0]["id"]) or {}).get(
        "title"
    ) == "Care"


def test_a_sku_of_several_writes_its_variant_and_nothing_of_the_product(shop: Shop) -> None:
    product = shop.add_sized("S", "M", "L", stock=3)
    before = shop.variants(product)
    run = shop.run(
        {"sku": "SKU-M", "price": "12", "name": "Medium shirt", "barcode": "77", "quantity": 9}
    )
    assert run.counts == {"updated": 1}
    after = shop.variants(product)
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert after[0] == before[0]
    assert after[2] == before[2]
    assert after[1]["price"]["actualPrice"]["amount"] == "12"
    assert after[1]["barcode"] == "77"
    assert shop.get(product)["name"] == "Shirt"
    assert shop.stock(product) == {"SKU-S": 3, "SKU-M": 9, "SKU-L": 3}


def test_a_sku_of_several_writes_product_columns_too_if_another_key_matched(shop: Shop) -> None:
    product = shop.add_sized("S", "M", handle="erp-1")
    shop.run({"handle": "erp-1", "sku": "SKU-M", "price": "12", "name": "Medium shirt"})
    assert shop.get(product)["name"] == "Medium shirt"
    assert [row["price"]["actualPrice"]["amount"] for row in shop.variants(product)] == [
        "10.00",
        "12",
    ]


def test_a_sku_that_the_product_does_not_have_adds_no_variant(shop: Shop) -> None:
    product = shop.add_sized("S", "M", handle="erp-1")
    run = shop.run({"handle": "erp-1", "sku": "SKU-XL", "price": "12"})
    assert run.codes == {"UNKNOWN_VARIANT": 1}
    assert len(shop.variants(product)) == 2


def test_rows_of_one_new_product_with_two_skus_need_options(shop: Shop) -> None:
    run = shop.run(
        {"handle": "erp-1", "sku": "A", "name": "Shirt", "price": "1"},
        {"handle": "erp-1", "sku": "B", "name": "Shirt", "price": "2"},
    )
    assert run.codes == {"FLAT_ROW_ADDS_VARIANT": 2}
    assert (run.writes, shop.products) == ([], [])


def test_two_skus_for_one_product_are_seen_in_a_later_batch_too(shop: Shop) -> None:
    product = shop.add(handle="erp-1", sku="A")
    rows = [{"sku": "other", "name": "Cup", "price": "1"}] * 499
    run = shop.run(
        {"handle": "erp-1", "sku": "A", "price": "2"},
        *rows,
        {"handle": "erp-1", "sku": "B", "price": "3"},
    )
    assert run.codes == {"FLAT_ROW_ADDS_VARIANT": 1}
    assert shop.variant(product)["sku"] == "A"


def test_the_sku_of_a_product_can_change(shop: Shop) -> None:
    product = shop.add(handle="erp-1", sku="A", barcode="1")
    assert shop.run({"handle": "erp-1", "sku": "B"}).counts == {"updated": 1}
    assert shop.variant(product)["sku"] == "B"
    assert shop.variant(product)["barcode"] == "1"


def test_columns_that_nobody_knows_are_named_once(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add(sku="A")
    caplog.set_level(logging.WARNING)
    shop.run({"sku": "A", "colour": "crimson", "supplier": 1}, {"sku": "A", "colour": "blue"})
    assert caplog.text.count("colour") == 1
    assert caplog.text.count("supplier") == 1
    assert "crimson" not in caplog.text


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"price": "12,50"}, "price"),
        ({"price": "€12"}, "price"),
        ({"price": True}, "price"),
        ({"quantity": "5.5"}, "quantity"),
        ({"visible": "perhaps"}, "visible"),
        ({"weight": "heavy"}, "weight"),
        ({"seoData": "{"}, "seoData"),
    ],
)
def test_values_that_cannot_be_read_are_refused_without_a_request(
    shop: Shop, row: dict[str, Any], field: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add(sku="A")
    run = shop.run({"sku": "A", **row})
    assert run.codes == {"BAD_VALUE": 1}
    assert run.requests == []
    assert field in caplog.text


def test_a_new_product_needs_a_name_and_a_price(shop: Shop) -> None:
    run = shop.run({"handle": "a", "price": "1"}, {"handle": "b", "name": "Cup"})
    assert run.codes == {"UNKNOWN_HANDLE": 1, "MISSING_PRICE": 1}
    assert run.writes == []


def test_nulls_clear_if_the_settings_say_so(shop: Shop) -> None:
    product = shop.add(sku="A", barcode="B", cost="3", weight=2, compare_at="20.00")
    shop.run({"sku": "A", "brand": "Nordhem", "description": "<p>Text</p>"})
    run = shop.run(
        {
            "sku": "A",
            "name": None,
            "brand": None,
            "description": None,
            "barcode": None,
            "cost": None,
            "weight": None,
            "compare_at_price": None,
            "price": None,
        },
        null_clears=True,
    )
    assert run.counts == {"updated": 1}
    stored, variant = shop.get(product), shop.variant(product)
    assert stored["name"] == "Cup"
    assert "brand" not in stored
    assert not stored.get("description")
    assert variant["price"] == {"actualPrice": {"amount": "10.00"}}
    assert "barcode" not in variant
    assert "revenueDetails" not in variant
    assert "weight" not in variant["physicalProperties"]
    assert variant["sku"] == "A"
