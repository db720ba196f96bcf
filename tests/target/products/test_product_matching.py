"""Which product a record means: by id, by handle, slug and sku, in that order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.fake_wix import faults

if TYPE_CHECKING:
    from tests.fake_wix import Site
    from tests.fake_wix.http.routes import Request
    from tests.target.products.harness import Shop

UNKNOWN = "0f0f0f0f-1111-4222-8333-444444444444"


@pytest.mark.parametrize("key", ["id", "handle", "slug", "sku"])
def test_a_product_is_found_by_each_key_and_changed(shop: Shop, key: str) -> None:
    product = shop.add(handle="erp-1", slug="cup", sku="CUP-1")
    shop.add(handle="erp-2", slug="mug", sku="MUG-1")
    value = {"id": product, "handle": "erp-1", "slug": "cup", "sku": "CUP-1"}[key]
    run = shop.run({key: value, "price": "12.50"})
    assert run.counts == {"updated": 1}
    assert shop.variant(product)["price"] == {"actualPrice": {"amount": "12.5"}}
    assert len(shop.products) == 2


def test_the_first_key_that_finds_something_wins(shop: Shop) -> None:
    by_handle = shop.add(handle="erp-1", slug="one", sku="A")
    shop.add(handle="erp-2", slug="two", sku="B")
    shop.run({"handle": "erp-1", "sku": "B", "visible": False})
    assert shop.get(by_handle)["visible"] is False


def test_the_order_of_the_keys_is_that_of_the_setting(shop: Shop) -> None:
    by_handle = shop.add(handle="erp-1", sku="A")
    by_sku = shop.add(handle="erp-2", sku="B")
    run = shop.run(
        {"handle": "erp-1", "sku": "B", "price": "3"}, product_match_keys=["sku", "handle"]
    )
    assert run.counts == {"updated": 1}
    assert shop.variant(by_sku)["price"]["actualPrice"]["amount"] == "3"
    assert shop.variant(by_handle)["price"]["actualPrice"]["amount"] == "10.00"


def test_a_key_that_is_not_in_the_setting_is_not_used(shop: Shop) -> None:
    shop.add(sku="A", slug="cup")
    run = shop.run({"slug": "cup", "price": "3"}, product_match_keys=["sku"])
    assert run.codes == {"NO_KEY": 1}


def test_an_id_that_the_shop_does_not_have_is_refused(shop: Shop) -> None:
    run = shop.run({"id": UNKNOWN, "name": "Ghost", "price": "1"})
    assert run.codes == {"UNKNOWN_ID": 1}
    assert run.code == 1
    assert shop.products == []


def test_an_id_that_the_shop_does_not_have_is_made_if_the_settings_say_so(shop: Shop) -> None:
    run = shop.run({"id": UNKNOWN, "name": "Ghost", "price": "1"}, unknown_id="create")
    assert run.counts == {"created": 1}
    again = shop.run({"id": UNKNOWN, "name": "Ghost", "price": "1"}, unknown_id="create")
    assert again.counts == {"unchanged": 1}
    assert len(shop.products) == 1


def test_an_id_that_the_shop_does_not_have_falls_through_to_the_keys(shop: Shop) -> None:
    product = shop.add(handle="erp-1")
    run = shop.run({"id": UNKNOWN, "handle": "erp-1", "name": "Bowl"})
    assert run.counts == {"updated": 1}
    assert shop.get(product)["name"] == "Bowl"


def test_an_id_that_is_none_of_wix_is_left_alone_with_one_warning(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    product = shop.add(sku="A")
    caplog.set_level(logging.WARNING)
    run = shop.run({"id": "4711", "sku": "A", "name": "Bowl"}, {"id": "4712", "sku": "A"})
    assert run.counts == {"updated": 1, "unchanged": 1}
    assert shop.get(product)["name"] == "Bowl"
    assert caplog.text.count("no ids of Wix") == 1


def test_a_record_without_any_key_is_refused(shop: Shop) -> None:
    run = shop.run({"name": "Cup", "price": "1"})
    assert run.codes == {"NO_KEY": 1}
    assert run.writes == []


def test_two_products_with_one_sku_are_ambiguous_and_both_are_named(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    both = [shop.add(sku="A"), shop.add(sku="A")]
    run = shop.run({"sku": "A", "price": "1"})
    assert run.codes == {"AMBIGUOUS": 1}
    assert all(one in caplog.text for one in both)
    assert run.writes == []


def test_a_record_without_id_that_nothing_matches_is_made(shop: Shop) -> None:
    run = shop.run({"sku": "NEW-1", "name": "Jug", "price": 34.5, "handle": "erp-9"})
    assert run.counts == {"created": 1}
    (product,) = shop.products
    assert product["handle"] == "erp-9"
    assert shop.variant(product["id"])["sku"] == "NEW-1"
    assert shop.variant(product["id"])["price"] == {"actualPrice": {"amount": "34.5"}}


def test_search_that_ignores_its_filter_finds_no_stranger(shop: Shop) -> None:
    """Wix was seen to drop a filter and return the whole catalogue (stores-v3 3.3)."""
    for place in range(120):
        shop.add(sku=f"S{place}")
    run = shop.run({"sku": "S7", "price": "1"}, {"sku": "s7", "price": "2", "name": "Other"})
    assert run.counts == {"updated": 1, "created": 1}


def test_records_of_one_product_in_one_batch_are_written_once(shop: Shop) -> None:
    product = shop.add(handle="erp-1", sku="A")
    run = shop.run(
        {"handle": "erp-1", "name": "First", "price": "1"},
        {"sku": "A", "price": "2"},
        {"id": product, "name": "Last"},
    )
    assert run.counts == {"updated": 3}
    assert len(run.writes) == 1
    assert shop.get(product)["name"] == "Last"
    assert shop.variant(product)["price"]["actualPrice"]["amount"] == "2"


def test_records_of_one_new_product_make_it_once(shop: Shop) -> None:
    run = shop.run(
        {"handle": "erp-1", "name": "First", "sku": "A"},
        {"handle": "erp-1", "price": "2"},
    )
    assert run.counts == {"created": 1, "updated": 1}
    (product,) = shop.products
    assert (product["name"], shop.variant(product["id"])["sku"]) == ("First", "A")


def test_of_records_of_one_product_only_the_bad_one_is_refused(shop: Shop) -> None:
    product = shop.add(handle="erp-1")
    run = shop.run(
        {"handle": "erp-1", "name": "x" * 81},
        {"handle": "erp-1", "price": "2"},
        {"handle": "erp-1", "price": "cheap"},
    )
    assert run.codes == {"TOO_LONG": 1, "BAD_VALUE": 1}
    assert run.counts["updated"] == 1
    assert shop.get(product)["name"] == "Cup"


def test_what_wix_refuses_of_a_group_is_tried_record_by_record(shop: Shop) -> None:
    shop.add(slug="taken")
    product = shop.add(handle="erp-1", slug="mine")
    run = shop.run({"handle": "erp-1", "name": "Bowl"}, {"handle": "erp-1", "slug": "taken"})
    assert run.counts == {"updated": 1, "rejected": 1}
    assert run.codes == {"DUPLICATE_SLUG_ERROR": 1}
    assert (shop.get(product)["name"], shop.get(product)["slug"]) == ("Bowl", "mine")


def test_what_was_made_in_this_run_is_found_again_though_the_index_lags(shop: Shop) -> None:
    shop.site.index_lag = None
    for place in range(3):
        shop.add(sku=f"OLD-{place}")
    rows = [{"handle": f"erp-{place}", "name": "Cup", "price": "1"} for place in range(500)]
    run = shop.run(*rows, {"handle": "erp-3", "name": "Bowl"}, {"handle": "erp-4", "price": "1"})
    assert run.counts == {"created": 500, "updated": 1, "unchanged": 1}


def test_a_small_shop_is_read_once_instead_of_looked_up(shop: Shop) -> None:
    for place in range(30):
        shop.add(handle=f"old-{place}", sku=f"OLD-{place}")
    rows = [
        {"handle": f"erp-{place}", "sku": f"NEW-{place}", "name": "Cup", "price": "1"}
        for place in range(1200)
    ]
    run = shop.run(*rows)
    assert run.counts == {"created": 1200}
    assert shop.site.requests.count("query-variants") == 1
    assert shop.site.requests.count("products/query$") <= 5


# -- old records ----------------------------------------------------------------------------------


def test_a_record_older_than_the_shop_is_refused(shop: Shop) -> None:
    product = shop.add(sku="A", revision="7")
    run = shop.run({"id": product, "revision": "6", "name": "Old name"})
    assert run.codes == {"STALE_RECORD": 1}
    assert shop.get(product)["name"] == "Cup"


def test_a_record_older_than_the_shop_that_differs_in_nothing_is_unchanged(shop: Shop) -> None:
    product = shop.add(revision="7")
    assert shop.run({"id": product, "revision": "6", "name": "Cup"}).counts == {"unchanged": 1}


def test_old_records_win_if_the_settings_say_so(shop: Shop) -> None:
    product = shop.add(revision="7")
    run = shop.run({"id": product, "revision": 6, "name": "Old"}, stale_records="overwrite")
    assert run.counts == {"updated": 1}


@pytest.mark.parametrize("revision", ["7", "8", None, "", "many"])
def test_a_record_that_is_not_provably_older_is_written(shop: Shop, revision: object) -> None:
    product = shop.add(revision="7")
    assert shop.run({"id": product, "revision": revision, "name": "New"}).counts == {"updated": 1}


def test_our_own_writes_do_not_make_the_next_record_old(shop: Shop) -> None:
    product = shop.add(sku="A", revision="7")
    rows = [{"sku": "other", "name": "Cup", "price": "1"}] * 499
    run = shop.run(
        {"id": product, "revision": "7", "name": "One"},
        *rows,
        {"id": product, "revision": "7", "name": "Two"},
    )
    assert run.counts["updated"] == 2
    assert "rejected" not in run.counts
    assert shop.get(product)["name"] == "Two"


def test_a_record_from_before_the_change_of_somebody_else_is_old_after_a_write_of_ours_too(
    shop: Shop,
) -> None:
    product = shop.add(sku="A", handle="cup", revision="7")

    def theirs(site: Site, _: Request) -> None:
        there = site.v3.products.edit(product)
        site.v3.products.put({**there, "visible": False, "revision": "9"})

    hook = faults.hook(theirs, "bulk/products/update", when=lambda one: "brand" in str(one.body))
    shop.site.faults.add(hook)
    between = [{"sku": "other", "name": "Mug", "price": "1"}] * 499
    run = shop.run(
        {"handle": "cup", "name": "One"},
        *between,
        {"handle": "cup", "brand": "Nordhem"},
        *between,
        {"id": product, "revision": "8", "name": "Two"},
        *between,
        {"id": product, "revision": "9", "name": "Three"},
    )
    assert run.codes == {"STALE_RECORD": 1}
    assert (shop.get(product)["name"], shop.get(product)["visible"]) == ("Three", False)


def test_a_record_of_another_site_is_never_old(shop: Shop) -> None:
    shop.add(handle="erp-1", revision="7")
    run = shop.run({"id": UNKNOWN, "handle": "erp-1", "revision": "1", "name": "New"})
    assert run.counts == {"updated": 1}


def test_a_variant_that_names_no_product_stops_the_run_before_its_product_is_made_again(
    shop: Shop,
) -> None:
    shop.add(sku="A")
    body = {"variants": [{"variantId": UNKNOWN, "sku": "A"}], "pagingMetadata": {"hasNext": False}}
    shop.site.faults.add(faults.refusal("search-variants", status=200, body=body))

    run = shop.run({"sku": "A", "name": "Cup", "price": "2"})

    assert run.code == 1
    assert run.writes == []
    assert len(shop.products) == 1
