"""Parts that Wix may refuse: asked for once more, and never missing without a word or for good."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import config
from tests.fake_wix import V1, FakeWix, faults
from tests.tap.running import Run, read
from tests.tap.shops import moment, put_category, put_product

if TYPE_CHECKING:
    from tests.fake_wix import Site
    from tests.fake_wix.http.routes import Request

QUERY = "/products/query$"
STREAMS = ("products", "product_variants")
ADMIN = {V1: ("SCOPE.DC-STORES.MANAGE-PRODUCTS", "SCOPE.DC-STORES-MEGA.MANAGE-STORES")}


@pytest.fixture
def shop(wix: FakeWix) -> FakeWix:
    """A shop with a product that is shown and one that is not."""
    put_product(wix.site, "Mug", updated=moment(1))
    put_product(wix.site, "Cup", updated=moment(2), visible=False)
    return wix


def refuse(site: Site) -> None:
    site.deny(*ADMIN.get(site.catalog_version, ("STORES.PRODUCT_READ_ADMIN",)))


def run(wix: FakeWix, state: dict[str, Any] | None = None) -> Run:
    return read(config(wix, lookback_minutes=0), state=state, streams=STREAMS, hurried=True)


def bookmarks(done: Run) -> list[str | None]:
    return [done.bookmark(stream) for stream in STREAMS]


def complete(done: Run) -> bool:
    return not done.failures and [len(done.rows(stream)) for stream in STREAMS] == [2, 2]


@pytest.mark.parametrize("path", [QUERY, "/products/count$", "/query-variants$"])
def test_one_empty_403_costs_nothing(
    shop: FakeWix, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    fault = shop.site.faults.add(faults.empty_403(path))
    with caplog.at_level(logging.WARNING):
        done = run(shop)
    assert complete(done)
    assert bookmarks(done) == [f"{moment(2)[:-1]}.000000000Z"] * 2
    assert "refuse" not in caplog.text
    assert fault.hits == (1 if path == QUERY or shop.site.catalog_version != V1 else 0)


def test_one_empty_403_hides_no_category(wix_v3: FakeWix) -> None:
    hidden = put_category(wix_v3.site, "Old", visible=False)
    wix_v3.site.faults.add(faults.empty_403("/categories/query$"))
    done = read(config(wix_v3), streams=["collections"])
    assert not done.failures
    assert hidden in done.ids("collections")


@pytest.mark.parametrize("path", [QUERY, "/products/count$", "/categories/query$"])
def test_a_401_is_never_a_reason_to_read_less(wix_v3: FakeWix, path: str) -> None:
    put_product(wix_v3.site, "Mug", visible=False)
    put_category(wix_v3.site, "Old", visible=False)
    wix_v3.site.faults.add(faults.refusal(path, status=401, times=None))
    done = read(config(wix_v3))
    assert done.failures


def test_a_run_that_lacks_a_part_for_the_first_time_keeps_the_bookmarks_where_they_were(
    shop: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    before = run(shop)
    new = put_product(shop.site, "Can", updated=moment(9), visible=False)
    denied = set(shop.site.denied)
    refuse(shop.site)
    put_product(shop.site, "Jug", updated=moment(10))
    without = run(shop, before.state)
    assert not without.failures
    assert new not in without.ids("products")
    assert bookmarks(without) == bookmarks(before)
    assert "for the first time" in caplog.text

    shop.site.denied = denied
    again = run(shop, without.state)
    assert new in again.ids("products")
    assert bookmarks(again) == [f"{moment(10)[:-1]}.000000000Z"] * 2


def test_a_key_that_never_has_the_right_does_not_read_everything_for_ever(shop: FakeWix) -> None:
    refuse(shop.site)
    first = run(shop)
    assert bookmarks(first) == [None, None]
    second = run(shop, first.state)
    assert len(second.rows("products")) == 1
    assert bookmarks(second) == [f"{moment(1)[:-1]}.000000000Z"] * 2
    late = put_product(shop.site, "Jug", updated=moment(9))
    third = run(shop, second.state)
    assert late in third.ids("products")
    assert len(run(shop, third.state).ids("products")) == 1


def test_a_key_that_gains_the_right_reads_again_what_lacked_the_part(shop: FakeWix) -> None:
    everything = run(shop)
    denied = set(shop.site.denied)
    refuse(shop.site)
    state = everything.state
    for number in range(3):
        put_product(shop.site, f"Jug {number}", updated=moment(10 + number))
        hidden = put_product(shop.site, f"Can {number}", updated=moment(20 + number), visible=False)
        state = run(shop, state).state
    assert bookmarks(run(shop, state)) == [f"{moment(12)[:-1]}.000000000Z"] * 2

    shop.site.denied = denied
    gained = run(shop, state)
    assert hidden in gained.ids("products")
    # What was read before the right was lost does not come again, but for the row of the bookmark.
    assert len(gained.rows("products")) == len(gained.rows("product_variants")) == 7
    assert bookmarks(gained) == [f"{moment(22)[:-1]}.000000000Z"] * 2
    assert len(run(shop, gained.state).rows("products")) == 1


def test_a_part_that_is_back_is_remembered_as_missing_until_all_of_it_was_read_again(
    shop: FakeWix,
) -> None:
    denied = set(shop.site.denied)
    refuse(shop.site)
    state = run(shop, run(shop).state).state
    shop.site.denied = denied
    fault = shop.site.faults.add(faults.server_error(QUERY, status=501, after=1, times=None))
    failed = run(shop, state)
    assert failed.failures
    assert fault.hits
    shop.site.faults.remove(fault)
    assert complete(run(shop, failed.state))


def test_a_run_without_products_does_not_take_a_refused_part_of_variants_for_given(
    wix_v3: FakeWix,
) -> None:
    product = put_product(wix_v3.site, "Mug", updated=moment(1))

    def with_costs(request: Request) -> bool:
        return "MERCHANT_DATA" in request.body.get("fields", ())

    wix_v3.site.faults.add(faults.empty_403("/query-variants$", when=with_costs, times=None))
    state = run(wix_v3, run(wix_v3).state).state
    # Nothing is new, so nothing is known of variants in this run.
    wix_v3.site.v3.products.remove(product, indexed=True)
    nothing = run(wix_v3, state)
    assert nothing.rows("products") == []
    late = put_product(wix_v3.site, "Jug", updated=moment(5))
    assert run(wix_v3, nothing.state).ids("products") == [late]


def test_what_a_state_says_of_missing_parts_may_be_anything(shop: FakeWix) -> None:
    done = run(shop)
    for odd in ("x", 5, None, ["MERCHANT_DATA"], {"MERCHANT_DATA": 7, "hidden products": {}}):
        state = {
            "bookmarks": {
                name: {**values, "missing_parts": odd}
                for name, values in done.state["bookmarks"].items()
            }
        }
        assert not run(shop, state).failures
