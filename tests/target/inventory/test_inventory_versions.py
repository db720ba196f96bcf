"""Never one shop's stock into another, never an old count over a newer sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.stores import PRODUCTS
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.faults import hook
from tests.target.contacts.harness import QuickTarget
from tests.target.inventory.harness import StockShop, as_line, schema
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


# -- other shops ---------------------------------------------------------------------------------


@pytest.fixture(params=[(V1, V1), (V1, V3), (V3, V1), (V3, V3)])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[StockShop, StockShop]]:
    """Two shops with the same goods and other stock."""
    one, other = map(Site, request.param)
    with FakeWix(one, other) as wix:
        shops = StockShop(wix, one), StockShop(wix, other)
        for shop, counts in zip(shops, ((9, 8, 7), (1, 2, 3)), strict=True):
            shop.add("A", counts[0])
            shop.add_sized(S=counts[1], M=counts[2])
        yield shops


def test_stock_of_another_shop_is_ignored_and_counted(
    both: tuple[StockShop, StockShop], caplog: pytest.LogCaptureFixture
) -> None:
    one, other = both
    run = other.run(*one.rows(sku="A"), {"sku": "A", "quantity": 4})
    assert (run.code, run.counts, other.stock["A"]) == (0, {"ignored": 3, "updated": 1}, 4)
    assert caplog.text.count("rows of another site are ignored") == 1


def test_stock_of_another_shop_is_found_by_sku_if_it_is_to_be_copied(
    both: tuple[StockShop, StockShop],
) -> None:
    one, other = both
    skus = {tuple(one.variant(sku).values()): sku for sku in ("A", "S", "M")}
    rows = [{**row, "sku": skus[row["productId"], row["variantId"]]} for row in one.rows()]
    run = other.run(*rows, copy_stock=True)
    assert (run.code, run.counts) == (0, {"updated": 3})
    assert other.stock == one.stock
    again = other.run(*rows, copy_stock=True)
    assert (again.counts, again.writes) == ({"unchanged": 3}, [])


def test_what_is_copied_needs_a_sku(both: tuple[StockShop, StockShop]) -> None:
    one, other = both
    before = other.stock
    rows = [{**row, "product": None, "revision": "0"} for row in one.rows()]
    run = other.run(*rows, copy_stock=True)
    assert (run.codes, run.writes, other.stock) == ({"NO_KEY": 3}, [], before)


def test_two_locations_of_another_shop_do_not_become_one(v3: StockShop) -> None:
    site, main, second = (v3.site.new_id() for _ in range(3))
    v3.add("A", 5)
    v3.add_place("Berlin")
    rows = [
        {"siteId": site, "sku": "A", "locationId": main, "quantity": 7},
        {"siteId": site, "sku": "A", "locationId": second, "quantity": 8},
        {
            "siteId": site,
            "sku": "A",
            "locationId": second,
            "location_name": "Berlin",
            "quantity": 9,
        },
    ]
    run = v3.run(*rows, copy_stock=True)
    assert run.codes == {"UNKNOWN_LOCATION": 2}
    assert v3.stock == {"A": 5, "A@Berlin": 9}


def test_the_site_may_be_spelled_otherwise(shop: StockShop) -> None:
    shop.add("A")
    row = {"SITE_ID": shop.site.site_id.upper(), "sku": "A", "quantity": 7}
    assert shop.run(row, {"site_id": "", "sku": "A", "quantity": 8}).counts == {"updated": 2}


# -- old counts ----------------------------------------------------------------------------------


def test_a_count_older_than_a_sale_is_refused(shop: StockShop) -> None:
    shop.add("A", 5)
    (row,) = shop.rows()
    shop.sell("A", 2)
    run = shop.run({**row, "quantity": 6})
    assert (run.codes, run.writes, shop.stock) == ({"STALE_RECORD": 1}, [], {"A": 3})
    assert shop.run(row).codes == {"STALE_RECORD": 1}
    assert shop.run({**row, "quantity": 3}).counts == {"unchanged": 1}
    assert shop.run({**row, "quantity": 6}, stale_records="overwrite").counts == {"updated": 1}
    assert shop.stock == {"A": 6}


def test_a_count_of_this_moment_is_written_whatever_the_shop_was_before(shop: StockShop) -> None:
    shop.add("A", 5)
    shop.sell("A")
    (row,) = shop.rows()
    assert shop.run({**row, "quantity": 6}).counts == {"updated": 1}
    assert shop.stock == {"A": 6}


def test_an_old_count_is_refused_by_its_revision_alone(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.sell("A")
    rows = ({"sku": "A", "revision": 1, "quantity": 6}, {"sku": "A", "quantity": 7})
    run = v3.run(*rows)
    assert (run.codes, run.counts["updated"], v3.stock) == ({"STALE_RECORD": 1}, 1, {"A": 7})


def test_a_sale_that_the_index_does_not_know_yet_is_not_undone(shop: StockShop) -> None:
    shop.add("A", 5)
    (row,) = shop.rows()
    shop.site.index_lag = 3600.0
    shop.sell("A", 2)
    run = shop.run({**row, "quantity": 6})
    assert (run.codes, shop.stock) == ({"STALE_RECORD": 1}, {"A": 3})


def test_a_sale_right_before_the_write_is_not_undone(v3: StockShop) -> None:
    v3.add("A", 5)
    (row,) = v3.rows()
    v3.site.faults.add(hook(lambda *_: v3.sell("A"), "bulk/inventory-items/update"))
    run = v3.run({**row, "quantity": 6})
    assert (run.codes, v3.stock) == ({"STALE_RECORD": 1}, {"A": 4})


def test_a_sale_right_before_the_write_does_not_keep_a_new_count_out(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.site.faults.add(hook(lambda *_: v3.sell("A"), "bulk/inventory-items/update"))
    run = v3.run({"sku": "A", "quantity": 6})
    assert (run.counts, v3.stock, run.naps) == ({"updated": 1}, {"A": 6}, [])


def test_what_this_run_wrote_makes_no_record_old(shop: StockShop) -> None:
    shop.add_sized(S=5, M=3)
    small, medium = sorted(shop.rows(), key=lambda row: -row["quantity"])
    filler = [{"sku": "S"}] * 1000
    rows = ({**small, "quantity": 6}, *filler, {**small, "quantity": 7}, {**medium, "quantity": 4})
    run = shop.run(*rows)
    assert (run.code, run.codes, shop.stock) == (0, {}, {"S": 7, "M": 4})


def test_a_sale_between_two_batches_of_a_run_is_seen(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.add("B", 5)
    row = next(row for row in v3.rows() if row["variantId"] == v3.variant("A")["variantId"])
    v3.site.faults.add(hook(lambda *_: v3.sell("A"), "inventory-items/query", after=2))
    run = v3.run({**row, "quantity": 6}, *[{"sku": "B"}] * 1000, {**row, "quantity": 7})
    assert (run.codes, v3.stock["A"]) == ({"STALE_RECORD": 1}, 5)


def test_a_sale_between_two_writes_of_a_run_stays_newer_than_old_rows(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.add("B", 5)
    row = next(row for row in v3.rows() if row["variantId"] == v3.variant("A")["variantId"])
    v3.site.faults.add(
        hook(lambda *_: v3.sell("A"), "search-variants|inventory-items/query", after=3)
    )
    filler = [{"sku": "B"}] * 1000
    run = v3.run(
        {**row, "quantity": 6},
        *filler,
        {"sku": "A", "quantity": 9},
        *filler,
        {**row, "quantity": 7},
    )
    assert (run.codes, v3.stock["A"]) == ({"STALE_RECORD": 1}, 9)


def test_on_v1_a_variant_is_old_where_another_one_was_sold_and_it_differs(v1: StockShop) -> None:
    v1.add_sized(S=5, M=3)
    rows = v1.rows()
    v1.sell("S")
    run = v1.run(*({**row, "quantity": 3} for row in rows))
    assert run.counts == {"rejected": 1, "unchanged": 1}
    assert v1.stock == {"S": 4, "M": 3}


def test_stock_follows_the_products_that_are_copied_in_the_same_run(
    both: tuple[StockShop, StockShop],
) -> None:
    """Rows of Catalog V1 have no skus: what their products became is all there is to go by."""
    one, other = both
    products = [dict(row) for row in PRODUCTS.rows(open_site(one.wix, one.site))]
    rows = [{**row, "product": None} for row in one.rows()]
    lines = [schema("products"), schema(), *map(as_line, rows)]
    lines[2:2] = [as_line(row, "products") for row in products]
    run = other.run_lines(lines, copy_stock=True, product_match_keys=["sku"])
    assert (run.code, run.counts, other.stock) == (0, {"updated": 3}, one.stock)


def test_a_shop_and_its_stock_are_copied_into_an_empty_one_whose_index_lags(
    both: tuple[StockShop, StockShop], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = both
    one.add("", 6, name="Jug")
    products = [dict(row) for row in PRODUCTS.rows(open_site(one.wix, one.site))]
    lines = [schema("products"), schema(), *map(as_line, one.rows())]
    lines[2:2] = [as_line(row, "products") for row in products]
    with FakeWix(Site(V3)) as wix:
        empty = StockShop(wix)
        clock = empty.site.clock
        monkeypatch.setattr(QuickTarget, "sleep", lambda _, seconds: clock.advance(seconds))
        empty.site.index_lag = 8.0
        run = empty.run_lines(lines, copy_stock=True, track_quantity=True, unknown_id="create")
        assert (run.code, empty.stock) == (0, one.stock)
        clock.advance(60)
        assert empty.run_lines(lines, copy_stock=True, unknown_id="create").writes == []
