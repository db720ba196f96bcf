"""Products on Catalog V3 where what was written is not yet what is read, and what Wix keeps itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import lost_answer
from tests.fake_wix.stores_v3.seed import add_category
from tests.target.contacts.harness import QuickTarget
from tests.target.products.harness import Shop

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

LAG = 8.0


@pytest.fixture
def shop(wix_v3: FakeWix, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop on whose clock the target's waits pass."""
    monkeypatch.setattr(QuickTarget, "sleep", lambda _, seconds: wix_v3.site.clock.advance(seconds))
    return Shop(wix_v3.site, wix_v3.url)


def row(**fields: Any) -> dict[str, Any]:
    return {"sku": "CUP-1", "name": "Cup", "price": "3", **fields}


def test_stock_written_a_moment_ago_is_written_again_once_the_index_knows_it(shop: Shop) -> None:
    shop.site.index_lag = LAG
    key = shop.add("Cup", sku="CUP-1", stock=1)
    assert shop.run(row(quantity="4")).code == 0
    assert shop.run(row(quantity="5")).code == 0
    assert shop.stock(key) == {"CUP-1": 5}


def test_two_batches_of_a_run_write_the_stock_of_one_product_without_waiting_for_the_index(
    wix_v3: FakeWix,
) -> None:
    shop = Shop(wix_v3.site, wix_v3.url)
    key = shop.add("Cup", sku="CUP-1", stock=1)
    shop.site.index_lag = 3600.0
    others = [{"sku": "CUP-1"} for _ in range(500)]
    run = shop.run(row(quantity="4"), *others, row(quantity="5"), *others, row(quantity="5"))
    assert (run.code, run.naps) == (0, [])
    assert shop.stock(key) == {"CUP-1": 5}


def test_opening_stock_is_seen_after_a_lost_answer_although_the_index_lags(shop: Shop) -> None:
    shop.site.index_lag = LAG
    shop.site.faults.add(lost_answer("products-with-inventory/create"))
    run = shop.run(row(slug="cup", quantity="4"))
    assert (run.code, run.counts) == (0, {"created": 1})
    assert shop.stock(shop.products[0]["id"]) == {"CUP-1": 4}


@pytest.mark.parametrize("told", [True, False])
def test_a_product_made_with_collections_stays_in_all_products(shop: Shop, told: bool) -> None:  # noqa: FBT001
    shop.v3.switches.all_products_in_memberships = told
    mugs = add_category(shop.site, "Mugs")["id"]
    run = shop.run(row(collections="Mugs"), row(sku="CUP-2", collections=[]))
    assert (run.code, run.counts) == (0, {"created": 2})
    assert len(shop.v3.members[mugs]) == 1
    assert len(shop.v3.members[shop.v3.all_products]) == 2
