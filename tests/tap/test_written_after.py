"""Products come after the collections that they are in, stock after the locations where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import config
from tests.fake_wix import V1, faults
from tests.fake_wix.stores_v3.seed import add_product, price
from tests.tap.running import read
from tests.tap.shops import put_category, put_product

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

STREAMS = ("collections", "inventory_items", "products")
SLOW = 0.2


def put_shop(wix: FakeWix, products: int) -> None:
    put_category(wix.site, "Kitchen")
    for number in range(products):
        if wix.site.catalog_version == V1:
            put_product(wix.site, f"Cup {number}")
        else:
            add_product(wix.site, f"Cup {number}", [{"price": price("10"), "stock": 3}])


@pytest.mark.parametrize("slow", ["products/query$", "(collections|categories)/query$"])
def test_products_come_after_all_collections(wix: FakeWix, slow: str) -> None:
    put_shop(wix, 120)
    wix.site.faults.add(faults.slow(slow, seconds=SLOW, times=None))
    run = read(config(wix), streams=STREAMS)
    assert not run.failures
    rows = [one["stream"] for one in run.messages if one["type"] == "RECORD"]
    first = rows.index("products")
    assert "collections" in rows[:first]
    assert "collections" not in rows[first:]
    assert rows.count("products") == rows.count("inventory_items") == 120


def test_no_page_of_products_is_asked_for_before_the_last_collection_is_out(wix: FakeWix) -> None:
    put_shop(wix, 3)
    run = read(config(wix), streams=STREAMS)
    assert not run.failures
    paths = [one.path for one in wix.site.requests]
    products = [place for place, path in enumerate(paths) if path.endswith("products/query")]
    lists = [
        n
        for n, path in enumerate(paths)
        if path.endswith(("collections/query", "categories/query"))
    ]
    assert min(products) > max(lists)


def test_stock_comes_after_the_locations_where_it_is(wix_v3: FakeWix) -> None:
    put_shop(wix_v3, 3)
    wix_v3.site.faults.add(faults.slow("locations/query$", seconds=SLOW, times=None))
    run = read(config(wix_v3), streams=("inventory_items", "locations"))
    rows = [one["stream"] for one in run.messages if one["type"] == "RECORD"]
    assert rows == sorted(rows, reverse=True)
    assert {*rows} == {"locations", "inventory_items"}


def test_stock_is_read_while_products_are(wix: FakeWix) -> None:
    put_shop(wix, 120)
    wix.site.faults.add(faults.slow("products/query$", seconds=SLOW, times=None))
    run = read(config(wix), streams=STREAMS)
    assert not run.failures
    paths = [one.path for one in wix.site.requests]
    stock = [place for place, path in enumerate(paths) if "nventory" in path]
    products = [place for place, path in enumerate(paths) if path.endswith("products/query")]
    assert min(stock) < max(products)


def test_stock_comes_although_products_cannot_be_read(wix: FakeWix) -> None:
    put_shop(wix, 3)
    wix.site.faults.add(faults.refusal("products/query$", status=403, times=None))
    run = read(config(wix), streams=STREAMS, hurried=True)
    assert run.failures
    assert len(run.rows("inventory_items")) == 3


def test_stock_is_read_where_products_are_not_selected(wix: FakeWix) -> None:
    put_shop(wix, 3)
    run = read(config(wix), streams=["inventory_items"])
    assert not run.failures
    assert len(run.rows("inventory_items")) == 3
