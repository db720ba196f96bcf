"""Requests counted: Wix's quota is what a run costs."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.stores_v3.seed import add_product
from tests.target.products.harness import nested

if TYPE_CHECKING:
    from tests.target.products.harness import Shop

Json = dict[str, Any]


def _filled(shop: Shop, count: int, prefix: str = "old") -> list[str]:
    return [
        str(
            add_product(
                shop.site,
                f"Cup {n}",
                [{"sku": f"{prefix}-{n}", "price": {"actualPrice": {"amount": "1"}}}],
                handle=f"{prefix}-h{n}",
                slug=f"{prefix}-s{n}",
            )["id"]
        )
        for n in range(count)
    ]


def _record(shop: Shop, n: int, *, key: str) -> Json:
    sizes = {"choicesSettings": {"choices": [{"name": "S"}]}}
    record: Json = {
        "slug": f"new-s{n}",
        "name": f"Cup {n}",
        "brand": {"name": "Nordhem"},
        "ribbon": {"name": "New"},
        "options": [{"name": "Size", **sizes}],
        "variantsInfo": {
            "variants": [
                {
                    "sku": f"new-{n}",
                    "choices": {"Size": "S"},
                    "price": {"actualPrice": {"amount": "1"}},
                }
            ]
        },
    }
    value = shop.site.new_id() if key == "id" else f"new-h{n}"
    return {**record, key: value}


@pytest.mark.parametrize(
    ("key", "others"), [("id", 0), ("handle", 0), ("handle", 1000), ("id", 6000)]
)
def test_a_thousand_new_products_cost_at_most_40_requests(
    shop: Shop, key: str, others: int
) -> None:
    _filled(shop, others)
    run = shop.run(*[_record(shop, n, key=key) for n in range(1000)], unknown_id="create")
    assert run.counts == {"created": 1000}
    assert len(run.requests) <= 40


@pytest.mark.parametrize(("key", "others"), [("id", 0), ("handle", 3000)])
def test_a_thousand_changed_products_cost_at_most_50_requests(
    shop: Shop, key: str, others: int
) -> None:
    _filled(shop, others, "other")
    ids = _filled(shop, 1000)
    rows = [{key: one if key == "id" else f"old-h{n}", "price": "2"} for n, one in enumerate(ids)]
    run = shop.run(*rows)
    assert run.counts == {"updated": 1000}
    assert len(run.requests) <= 50


@pytest.mark.parametrize(("key", "others"), [("id", 3000), ("handle", 0), ("slug", 3000)])
def test_a_thousand_unchanged_products_cost_at_most_25_requests(
    shop: Shop, key: str, others: int
) -> None:
    _filled(shop, others, "other")
    ids = set(_filled(shop, 1000))
    records = [one for one in shop.records() if one["id"] in ids]
    rows = [nested(one, key, "name", "variantsInfo") for one in records]
    rows = [row if key == "id" else {n: row[n] for n in row if n != "id"} for row in rows]
    run = shop.run(*rows)
    assert (run.counts, run.writes) == ({"unchanged": 1000}, [])
    assert len(run.requests) <= 25


def test_half_of_each_costs_no_more_than_both(shop: Shop) -> None:
    ids = _filled(shop, 1000)
    changed = [{"id": one, "price": "2" if n % 2 else "1"} for n, one in enumerate(ids)]
    run = shop.run(*changed)
    assert run.counts == {"updated": 500, "unchanged": 500}
    assert len(run.requests) <= 30


def test_a_thousand_quantities_cost_little(shop: Shop) -> None:
    _filled(shop, 1000)
    rows = [{"handle": f"old-h{n}", "quantity": n} for n in range(1000)]
    run = shop.run(*rows)
    assert run.counts == {"updated": 1000}
    assert len(run.requests) <= 45
    again = shop.run(*copy.deepcopy(rows))
    assert (again.counts, again.writes) == ({"unchanged": 1000}, [])


@pytest.mark.parametrize(
    ("fields", "most"),
    [
        ({"modifiers": [{"name": str(n), "freeTextSettings": {}} for n in range(10)]}, 10),
        ({"infoSections": [{"title": str(n)} for n in range(20)]}, 5),
    ],
    ids=["modifiers", "sections"],
)
def test_no_request_exceeds_a_cap(shop: Shop, fields: Json, most: int) -> None:
    rows = [{"handle": f"h{n}", "name": "Cup", "price": "1", **fields} for n in range(25)]
    run = shop.run(*rows)
    assert run.counts == {"created": 25}
    sizes = [
        len(one.body["products"]) for one in run.requests if one.path.endswith("products/create")
    ]
    assert max(sizes) == most


def test_variants_are_capped_by_their_sum(shop: Shop) -> None:
    variants = [
        {"choices": {"N": str(n)}, "sku": f"{n}", "price": {"actualPrice": {"amount": "1"}}}
        for n in range(300)
    ]
    rows = [
        {"handle": f"h{n}", "name": "Cup", "variantsInfo": {"variants": variants}} for n in range(7)
    ]
    run = shop.run(*rows, product_match_keys=["handle"])
    assert run.counts == {"created": 7}
    assert run.code == 0
    assert all(len(shop.variants(one["id"])) == 300 for one in shop.products)
