"""Requests counted: Wix's quota is what a run costs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import rewritten

if TYPE_CHECKING:
    from tests.target.inventory.harness import StockShop

Json = dict[str, Any]


def _filled(shop: StockShop, count: int) -> None:
    for n in range(count):
        shop.add(f"S{n}", n % 50)


@pytest.mark.parametrize(("key", "others"), [("id", 0), ("product", 0), ("sku", 0), ("sku", 10**6)])
def test_a_thousand_changes_on_v3_cost_a_handful_of_requests(
    v3: StockShop, key: str, others: int
) -> None:
    _filled(v3, 1000)
    if others:  # so large a shop is never read whole
        v3.site.faults.add(
            rewritten("products/count", rewrite=lambda _: {"count": others}, times=None)
        )
    names = {"id": ("id",), "product": ("productId", "variantId", "locationId")}
    rows = [
        {"sku": row["product"]["variantSku"]}
        if key == "sku"
        else {name: row[name] for name in names[key]}
        for row in v3.rows()
    ]
    rows = [{**row, "quantity": 77} for row in rows[:1000]]
    run = v3.run(*rows)
    assert run.counts == {"updated": 1000}
    assert len(run.writes) == 1
    most = 25 if others else 8
    assert len(run.requests) <= most, Counter(one.path for one in run.requests)
    again = v3.run(*rows)
    assert (again.counts, again.writes) == ({"unchanged": 1000}, [])
    assert len(again.requests) < most


def test_a_thousand_new_items_on_v3_cost_a_handful_of_requests(v3: StockShop) -> None:
    for n in range(1000):
        v3.add(f"S{n}", None)
    run = v3.run(*[{"sku": f"S{n}", "quantity": n} for n in range(1000)])
    assert run.counts == {"created": 1000}
    assert (len(run.writes), len(run.requests) <= 10) == (1, True), run.requests


def test_a_few_rows_cost_a_few_requests_in_a_large_shop(v3: StockShop) -> None:
    _filled(v3, 1200)
    run = v3.run({"sku": "S1", "quantity": 77}, {"sku": "S2", "quantity": 77})
    assert len(run.requests) <= 5, [one.path for one in run.requests]


def test_on_v1_the_variants_of_a_product_are_one_request(v1: StockShop) -> None:
    for n in range(40):
        v1.add_sized(**{f"{size}{n}": 5 for size in "SML"})
    rows = [
        {name: row[name] for name in ("productId", "variantId")} | {"quantity": 9}
        for row in v1.rows()
    ]
    run = v1.run(*rows)
    assert (run.counts, len(run.writes)) == ({"updated": 120}, 40)
    assert len(run.requests) - len(run.writes) <= 4, Counter(one.path for one in run.requests)
    assert all(one.body["inventoryItem"]["trackQuantity"] is True for one in run.writes)
    again = v1.run(*rows)
    assert (again.counts, again.writes) == ({"unchanged": 120}, [])


def test_on_v1_skus_beside_ids_cost_nothing(v1: StockShop) -> None:
    for n in range(40):
        v1.add_sized(**{f"{size}{n}": 5 for size in "SML"})
    rows = [{**v1.variant(f"{size}{n}"), "quantity": 9} for n in range(40) for size in "SML"]
    named = [
        {**row, "sku": f"{size}{n}"}
        for row, (n, size) in zip(
            rows, ((n, size) for n in range(40) for size in "SML"), strict=True
        )
    ]
    run, again = v1.run(*rows), v1.run(*rows)
    assert run.counts == {"updated": 120}
    assert len(v1.run(*named).requests) == len(again.requests)


def test_on_v1_rows_with_a_date_are_compared_once_more_right_before_they_are_written(
    v1: StockShop,
) -> None:
    _filled(v1, 30)
    rows = [{**row, "quantity": 99} for row in v1.rows()]
    run = v1.run(*rows)
    assert (run.counts, len(run.writes)) == ({"updated": 30}, 30)
    assert len(run.requests) <= 2 * 30 + 4
    assert len(v1.run(*v1.rows()).requests) <= 4
