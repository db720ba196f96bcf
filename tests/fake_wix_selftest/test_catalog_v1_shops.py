"""Shops on Catalog V1: legal, and with every kind of trouble in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, Site
from tests.fake_wix.shape import clean
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty
from tests.fake_wix.stores_v1.products_write import check
from tests.fake_wix.stores_v1.shapes import COLLECTION_CREATED, CREATED

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller


def filled(kind: str, seed: int = 1) -> Site:
    site = Site(V1, seed=7)
    if kind == "demo":
        demo(site)
    else:
        nasty(site, seed, contacts=0, products=240)
    return site


@pytest.mark.parametrize("kind", ["demo", "nasty"])
def test_every_product_could_have_been_sent_to_wix(kind: str) -> None:
    site = filled(kind)
    for product in site.v1.products():
        assert clean(CREATED, product.fields, "product").items() <= product.fields.items()
        check(product.fields)
        assert all(len(one.sku or "") <= 40 for one in product.variants)
    for collection in site.v1.collections():
        sent = {"name": collection.name, "description": collection.description}
        assert clean(COLLECTION_CREATED, sent, "collection")["name"] == collection.name


def test_the_same_seed_gives_the_same_shop() -> None:
    one, same, other = (list(filled("nasty", seed).v1.products()) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_a_nasty_shop_has_what_breaks_careless_clients() -> None:
    products = list(filled("nasty").v1.products())
    assert {len(one.variants) for one in products} >= {0, 1, 300}
    assert max(one.numeric_id for one in products) > 2**53 > min(one.numeric_id for one in products)
    assert {one.fields["discount"]["type"] for one in products} >= {"AMOUNT", "PERCENT", "NONE"}
    assert {one.fields["productType"] for one in products} == {"physical", "digital"}
    assert {one.created_date is None for one in products} == {True, False}
    assert len({one.last_updated for one in products}) < len(products)


def test_a_keyset_sweep_finds_every_product_of_a_nasty_shop(call: Caller) -> None:
    nasty(call.site, 3, contacts=0, products=230)
    seen: list[dict[str, Any]] = []
    while True:
        query = {"sort": '[{"numericId":"asc"}]'}
        if seen:
            last = int(seen[-1]["numericId"])
            query["filter"] = json.dumps({"numericId": {"$gt": last}})
        flags = {"includeVariants": True, "includeHiddenProducts": True}
        body = {"query": query, **flags, "includeMerchantSpecificData": True}
        page = call.ok("POST", "/stores-reader/v1/products/query", body)["products"]
        if not page:
            break
        seen += page
    assert len({one["id"] for one in seen}) == len(seen) == 230
    assert all(one["variants"] for one in seen)
