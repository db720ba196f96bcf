"""Many rows of one product: what the work for them grows with, and what becomes of each."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3
from tests.target.products.either_catalog import EitherShop
from tests.target.products.test_product_v1_sink import serving
from tests.target.products.v1_harness import option, sizes, variant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]


@pytest.fixture(params=[V1, V3])
def either(request: pytest.FixtureRequest) -> Iterator[EitherShop]:
    """An empty shop on each catalog."""
    with serving(request.param) as (wix, (site,)):
        yield EitherShop(wix, site)


def _product(count: int, slug: str = "shirt") -> Json:
    rows = [variant("10.00", sku=f"{slug}-{n}", choices={"Size": f"S{n}"}) for n in range(count)]
    product = sizes(*rows, name="Shirt", slug=slug, plainDescription="<p>Warm</p>")
    return {**product, "options": [option("Size", *(f"S{n}" for n in range(count)))]}


def _rows(shop: EitherShop, slug: str = "shirt", **cells: Any) -> list[Json]:
    (product,) = [one for one in shop.products if one["slug"] == slug]
    return [
        {
            "product_id": product["id"],
            "name": product["name"],
            "slug": slug,
            "sku": one["sku"],
            "price": one["price"]["actualPrice"]["amount"],
            **cells,
        }
        for one in product["variantsInfo"]["variants"]
    ]


def _calls(work: Callable[[], object]) -> int:
    """How many functions are called meanwhile in this thread: the fake answers in others."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("cells", [{}, {"price": "12.50"}], ids=["unchanged", "changed"])
def test_the_work_for_rows_of_one_product_grows_no_faster_than_their_number(
    either: EitherShop, cells: Json
) -> None:
    assert either.run(_product(15, "small"), _product(60, "large")).counts == {"created": 2}
    few, many = _rows(either, "small", **cells), _rows(either, "large", **cells)
    before = _calls(lambda: either.run(*few))
    after = _calls(lambda: either.run(*many))
    assert after < 4.5 * before
    assert {Decimal(price) for _, _, price in either.goods} == {Decimal(cells.get("price", 10))}


def test_each_of_many_rows_is_told_what_it_changed(either: EitherShop) -> None:
    either.run(_product(6))
    rows = _rows(either)
    rows[1]["price"] = rows[4]["price"] = "11"
    rows[3]["name"] = "Blouse"
    run = either.run(*rows)
    assert run.counts == {"updated": 3, "unchanged": 3}
    assert either.only["name"] == "Blouse"
    assert [sku for _, sku, price in either.goods if price.startswith("11")] == [
        "shirt-1",
        "shirt-4",
    ]


@pytest.mark.parametrize("bad", [(0,), (5,), (2, 3), (0, 1, 2, 3, 4)])
def test_rows_that_the_catalog_cannot_hold_cost_the_others_nothing(
    either: EitherShop, bad: tuple[int, ...]
) -> None:
    either.run(_product(6))
    rows = _rows(either, price="11")
    for place in bad:
        rows[place]["price"] = "11.123456789"
    run = either.run(*rows)
    assert run.counts == {"updated": 6 - len(bad), "rejected": len(bad)}
    dear = {sku for _, sku, price in either.goods if price.startswith("11")}
    assert dear == {f"shirt-{n}" for n in range(6) if n not in bad}


def test_rows_that_are_older_than_the_shop_are_refused_only_where_they_differ(
    either: EitherShop,
) -> None:
    either.run(_product(4))
    rows = _rows(either)
    old = {"updatedDate": "2020-01-01T00:00:00Z", "revision": 0 if either.is_v3 else None}
    rows = [{**row, **old} for row in rows]
    rows[2]["price"] = "11"
    run = either.run(*rows)
    assert run.counts == {"unchanged": 3, "rejected": 1}
    assert run.codes == {"STALE_RECORD": 1}


def test_two_rows_of_one_sku_are_laid_over_each_other_in_their_order(either: EitherShop) -> None:
    either.run(_product(3))
    rows = _rows(either)
    again = [{**rows[1], "price": "12"}, {**rows[1], "price": "13"}, {**rows[1], "price": "13"}]
    assert either.run(*rows, *again).counts == {"updated": 2, "unchanged": 4}
    assert {sku: price for _, sku, price in either.goods if price.startswith("13")}.keys() == {
        "shirt-1"
    }
