"""What the buyer pays and what is struck through."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.products.harness import Shop


def _prices(shop: Shop, product: str) -> tuple[str, str | None]:
    found = shop.variant(product)["price"]
    return found["actualPrice"]["amount"], found.get("compareAtPrice", {}).get("amount")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"price": "25"}, ("25", "30")),
        ({"price": "30"}, ("30", None)),
        ({"price": "31.5"}, ("31.5", None)),
        ({"compare_at_price": ""}, ("20.00", None)),
        ({"compare_at_price": 0}, ("20.00", None)),
        ({"compare_at_price": "20.0"}, ("20.00", None)),
        ({"compare_at_price": "45"}, ("20.00", "45")),
        ({"price": "40", "compare_at_price": "50"}, ("40", "50")),
        ({"price": "40", "compare_at_price": "40.00"}, ("40", None)),
        ({"price": "20.000"}, ("20.00", "30")),
        ({"price": Decimal("0.001")}, ("0.001", "30")),
        ({"price": 0}, ("0", "30")),
    ],
)
def test_prices_of_flat_rows(
    shop: Shop, row: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    product = shop.add(sku="A", price="20.00", compare_at="30")
    run = shop.run({"sku": "A", **row})
    assert run.code == 0
    assert _prices(shop, product) == expected
    assert shop.run({"sku": "A", **row}).counts == {"unchanged": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"price": "1.2345"}, "TOO_MANY_DECIMALS"),
        ({"compare_at_price": "99.9999"}, "TOO_MANY_DECIMALS"),
        ({"cost": "0.0001"}, "TOO_MANY_DECIMALS"),
        ({"price": "-1"}, "OUT_OF_RANGE"),
        ({"price": "1000000000"}, "OUT_OF_RANGE"),
        ({"price": "5", "compare_at_price": "4"}, "COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE"),
        ({"compare_at_price": "4"}, "COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE"),
    ],
)
def test_prices_that_wix_does_not_take_are_refused_and_never_rounded(
    shop: Shop, row: dict[str, Any], code: str
) -> None:
    shop.add(sku="A", price="20.00")
    run = shop.run({"sku": "A", **row})
    assert run.codes == {code: 1}
    assert run.writes == []


@pytest.mark.parametrize("amount", ["12.10", "12.1", "12.100", Decimal("12.1")], ids=repr)
def test_amounts_are_compared_by_value(shop: Shop, amount: object) -> None:
    shop.add(sku="A", price="12.10")
    assert shop.run({"sku": "A", "price": amount}).counts == {"unchanged": 1}


def test_numbers_survive_as_they_are(shop: Shop) -> None:
    shop.run({"sku": "A", "name": "Cup", "price": Decimal("12.10"), "cost": Decimal("1E+2")})
    (product,) = shop.products
    variant = shop.variant(product["id"])
    assert variant["price"]["actualPrice"]["amount"] == "12.1"
    assert variant["revenueDetails"]["cost"]["amount"] == "100"


def test_a_nested_price_that_reaches_the_old_compare_at_price_ends_the_sale(shop: Shop) -> None:
    product = shop.add(price="20.00", compare_at="30")
    variant = {"id": shop.variant(product)["id"], "price": {"actualPrice": {"amount": "30"}}}
    run = shop.run({"id": product, "variantsInfo": {"variants": [variant]}})
    assert run.counts == {"updated": 1}
    assert _prices(shop, product) == ("30", None)


def test_prices_that_the_shop_has_already_are_not_refused(shop: Shop) -> None:
    product = shop.add(sku="A", price="20.00", compare_at="10")
    assert shop.run({"sku": "A", "price": "20"}).counts == {"unchanged": 1}
    assert shop.run({"sku": "A", "name": "Bowl"}).counts == {"updated": 1}
    assert _prices(shop, product) == ("20.00", "10")
