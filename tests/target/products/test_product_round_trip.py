"""Whole shops: onto themselves, and into empty ones and back out (Catalog V3)."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix.http.wire import decode, encode
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty
from tests.fake_wix.stores_v3.derived import store_product
from tests.target.products.harness import Shop, by_slug, unequal

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


@pytest.fixture
def both() -> Iterator[tuple[Shop, Shop]]:
    """Two Catalog V3 shops."""
    one, other = Site(V3), Site(V3)
    with FakeWix(one, other) as wix:
        yield Shop(one, wix.url), Shop(other, wix.url)


def _fill(shop: Shop, seed: int | str, count: int = 70) -> None:
    if isinstance(seed, str):
        demo(shop.site)
    else:
        nasty(shop.site, seed, contacts=0, products=count)


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shop_onto_itself_writes_nothing(shop: Shop, seed: int, *, kept: bool) -> None:
    shop.v3.switches.keep_plain_description = kept
    shop.v3.switches.trim_zeros = not kept
    shop.v3.switches.url_as_string = kept
    _fill(shop, seed)
    records = shop.records()
    run = shop.run(*records)
    assert (run.code, run.counts, run.writes) == (0, {"unchanged": len(records)}, [])


def test_a_shop_onto_itself_writes_nothing_where_the_index_lags(shop: Shop) -> None:
    _fill(shop, 4)
    shop.v3.switches.variants_lag = None
    records = shop.records()
    for one in shop.products[::7]:
        stored = shop.v3.products.edit(one["id"])
        shop.v3.products.put({**stored, "revision": str(int(stored["revision"]) + 1)})
    run = shop.run(*records)
    assert run.counts == {"unchanged": len(records)}
    assert run.writes == []


def _as_a_warehouse_has_it(record: Json) -> Json:
    """Every column there and null, objects as JSON text, absent ones as JSON null."""
    columns = dict.fromkeys(
        ("brand", "ribbon", "taxGroupId", "seoData", "purchaseEligibility", "v1", "handle")
    )
    columns |= {"subscriptionDetails": "null", "additionalRibbons": "null"}
    found = {
        name: json.dumps(decode(encode(value)), default=str)
        if isinstance(value, dict | list)
        else value
        for name, value in record.items()
    }
    return {**columns, **found}


def test_a_shop_out_of_a_warehouse_onto_itself_writes_nothing(shop: Shop) -> None:
    _fill(shop, 5)
    records = [_as_a_warehouse_has_it(one) for one in shop.records()]
    run = shop.run(*records)
    assert (run.counts, run.writes) == ({"unchanged": len(records)}, [])


@pytest.mark.parametrize("seed", [6, "demo"])
def test_a_shop_into_an_empty_one_and_back_out_is_equal(
    both: tuple[Shop, Shop], seed: int | str, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = both
    _fill(one, seed)
    records = one.records()
    caplog.set_level(logging.WARNING)
    run = other.run(*records, unknown_id="create")
    assert (run.code, run.counts) == (0, {"created": len(records)})
    copies = by_slug(other.records())
    for record in records:
        copy = copies[record["slug"]]
        assert unequal(record, copy) == set(), record["slug"]
        assert _pictures_and_stock(record) == _pictures_and_stock(copy)
    left_out = [line for line in caplog.text.splitlines() if "Left out: " in line]
    assert left_out
    assert len(left_out) == len(set(left_out))
    again = other.run(*records, unknown_id="create")
    assert (again.counts, again.writes) == ({"unchanged": len(records)}, [])
    back = one.run(*other.records())
    assert (back.counts, back.writes) == ({"unchanged": len(records)}, [])


def _pictures_and_stock(product: Json) -> tuple[int, list[bool]]:
    media = product.get("media") or {"itemsInfo": {"items": []}}
    rows = product["variantsInfo"]["variants"]
    return len(media["itemsInfo"]["items"]), [row["inventoryStatus"]["inStock"] for row in rows]


def test_what_changed_in_one_shop_follows_in_the_other(both: tuple[Shop, Shop]) -> None:
    one, other = both
    _fill(one, 8, 40)
    other.run(*one.records(), unknown_id="create")
    for number, record in enumerate(one.records()):
        stored = one.v3.products.edit(record["id"])
        if number % 3 == 0:
            stored["name"] = f"Renamed {number}"
        if number % 3 == 1:
            stored["variantsInfo"]["variants"][-1]["barcode"] = f"new-{number}"
        store_product(one.v3, stored, indexed=True)
    records = one.records()
    ids = {row["id"] for product in other.products for row in product["variantsInfo"]["variants"]}
    run = other.run(*records)
    changed = sum(1 for number in range(len(records)) if number % 3 < 2)
    assert run.counts == {"updated": changed, "unchanged": len(records) - changed}
    assert ids == {
        row["id"] for product in other.products for row in product["variantsInfo"]["variants"]
    }
    copies = by_slug(other.records())
    assert all(unequal(record, copies[record["slug"]]) == set() for record in records)
