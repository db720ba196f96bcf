"""Shops on Catalog V3: legal, so that whoever reads one may write it to another."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.products_v3 import nasty_products
from tests.fake_wix_selftest.conftest import Caller

FIELDS = (
    *("PLAIN_DESCRIPTION", "MERCHANT_DATA", "VARIANT_OPTION_CHOICE_NAMES", "INFO_SECTION"),
    *("INFO_SECTION_PLAIN_DESCRIPTION", "MEDIA_ITEMS_INFO"),
)
OWN = ("id", "revision", "choiceId", "optionChoiceIds")


def shop(kind: str, count: int = 120) -> Site:
    site = Site(V3, seed=7)
    if kind == "demo":
        demo(site)
    else:
        nasty_products(site, count, random.Random(3))
    return site


def foreign(value: Any) -> Any:
    """What was read, as it can be sent to another site: names and addresses instead of ids."""
    if isinstance(value, list):
        return [foreign(row) for row in value]
    if not isinstance(value, dict):
        return value
    if "image" in value:
        return {"url": value["image"]["url"]}
    return {name: foreign(row) for name, row in value.items() if name not in OWN}


@pytest.mark.parametrize("kind", ["demo", "nasty"])
def test_every_product_of_a_shop_can_be_written_to_another(kind: str) -> None:
    asked = "&".join(f"fields={name}" for name in FIELDS)
    with FakeWix(shop(kind)) as one, FakeWix(Site(V3)) as other:
        here, there = Caller(one), Caller(other)
        for row in one.site.v3.products.all():
            product = here.ok("GET", f"/stores/v3/products/{row['id']}?{asked}")["product"]
            made = there.ok("POST", "/stores/v3/products", {"product": foreign(product)})
            assert made["product"]["actualPriceRange"] == product["actualPriceRange"]
            kept = {name: product[name] for name in ("id", "revision", "options", "variantsInfo")}
            here.ok("PATCH", f"/stores/v3/products/{row['id']}", {"product": kept})


def test_a_nasty_shop_has_what_breaks_careless_readers() -> None:
    products = shop("nasty", 600).v3.products.all()
    dates = [row["updatedDate"] for row in products]
    assert len(set(dates)) < len(dates)
    assert {len(text) for text in dates} == {20, 24, 30}
    assert max(len(row["variantsInfo"]["variants"]) for row in products) >= 300
    assert {row["productType"] for row in products} == {"PHYSICAL", "DIGITAL"}
    assert {row["visible"] for row in products} == {True, False}
    assert any("subscriptionDetails" in row for row in products)
