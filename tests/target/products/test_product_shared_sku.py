"""Two products can have one sku: Wix need not keep skus unique, and V1 surely does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.products.harness import Shop


def goods(slug: str, name: str, **more: Any) -> dict[str, Any]:
    return {"slug": slug, "name": name, "sku": "SAME", "price": "5", **more}


@pytest.mark.parametrize("size", [1, 500], ids=["a batch each", "one batch"])
def test_two_records_with_one_sku_and_slugs_of_their_own_are_two_products(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("target_wix.pipeline.sink.BATCH_RECORDS", size)
    records = [goods("cup", "Cup"), goods("mug", "Mug")]

    assert shop.run(*records).counts == {"created": 2}
    assert shop.run(*records).counts == {"unchanged": 2}
    assert sorted(product["name"] for product in shop.products) == ["Cup", "Mug"]


def test_a_record_whose_product_is_not_there_does_not_take_the_one_of_another(shop: Shop) -> None:
    cup = shop.add("Cup", slug="cup", sku="SAME")

    shop.run(goods("mug", "Mug"), goods("cup", "Cup", price="6"))

    assert shop.get(cup)["slug"] == "cup"
    assert shop.get(cup)["name"] == "Cup"
    assert sorted(product["slug"] for product in shop.products) == ["cup", "mug"]


def test_a_row_that_has_nothing_but_the_sku_means_the_product_just_made(shop: Shop) -> None:
    run = shop.run(goods("cup", "Cup"), {"sku": "SAME", "price": "7"})

    assert run.counts == {"created": 1, "updated": 1}
    (product,) = shop.products
    assert shop.variant(product["id"])["price"]["actualPrice"]["amount"] in {"7", "7.00"}
