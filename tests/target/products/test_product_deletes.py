"""Deletions, dry runs, and a site without a shop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import item_failure, row_faults_after
from tests.target.products.harness import Shop

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

Json = dict[str, Any]
GONE = {"_sdc_deleted_at": "2026-11-25T08:00:00Z"}


def test_deleted_records_are_ignored_unless_the_settings_say_otherwise(shop: Shop) -> None:
    shop.add(sku="A")
    run = shop.run({"sku": "A", "name": "Gone", **GONE})
    assert run.counts == {"ignored": 1}
    assert [one["name"] for one in shop.products] == ["Cup"]


@pytest.mark.parametrize("key", ["id", "handle", "slug", "sku"])
def test_a_product_is_deleted_by_each_key(shop: Shop, key: str) -> None:
    product = shop.add(handle="erp-1", slug="cup", sku="A")
    value = {"id": product, "handle": "erp-1", "slug": "cup", "sku": "A"}[key]
    run = shop.run({key: value, **GONE}, {key: value, **GONE}, delete_mode="delete")
    assert run.counts == {"deleted": 1, "unchanged": 1}
    assert shop.products == []
    assert shop.run({key: value, **GONE}, delete_mode="delete").counts == {"unchanged": 1}


def test_a_row_of_one_sku_deletes_no_product_with_others(shop: Shop) -> None:
    shop.add_sized("S", "M")
    run = shop.run({"sku": "SKU-S", **GONE}, delete_mode="delete")
    assert run.codes == {"DELETES_VARIANT": 1}
    assert len(shop.products) == 1


def test_the_order_of_changes_and_deletions_is_kept(shop: Shop) -> None:
    product = shop.add(sku="A")
    run = shop.run(
        {"sku": "A", "name": "Bowl"},
        {"sku": "A", **GONE},
        {"sku": "A", "name": "Jug", "price": "3"},
        {"sku": "B", "name": "Mug", "price": "3"},
        delete_mode="delete",
    )
    assert run.counts == {"updated": 1, "deleted": 1, "created": 2}
    assert [one["name"] for one in shop.products] == ["Jug", "Mug"]
    assert product not in shop.v3.products


def test_many_deletions_go_in_bulk_and_fail_one_by_one(shop: Shop) -> None:
    ids = [shop.add() for _ in range(120)]
    shop.site.faults.add(item_failure("products/delete", indexes={3}, code="PRODUCT_LOCKED"))
    rows = [{"id": one, **GONE} for one in ids]
    run = shop.run(*rows, delete_mode="delete", max_deletes=200)
    assert run.counts == {"deleted": 119, "rejected": 1}
    assert run.codes == {"PRODUCT_LOCKED": 1}
    assert len(run.writes) == 2


@pytest.mark.parametrize("acted", [True, False])
def test_a_deletion_that_wix_had_a_fault_with_is_done_after_all(shop: Shop, *, acted: bool) -> None:
    ids = [shop.add() for _ in range(3)]
    path = "products/delete"
    fault = row_faults_after if acted else item_failure
    shop.site.faults.add(fault(path, indexes={1}, code="INTERNAL"))
    run = shop.run(*[{"id": one, **GONE} for one in ids], delete_mode="delete")
    assert run.counts == {"deleted": 3}
    assert shop.products == []


def test_a_deletion_without_details_is_looked_at(shop: Shop) -> None:
    ids = [shop.add() for _ in range(3)]
    shop.v3.switches.undetailed_failures = 1
    run = shop.run(*[{"id": one, **GONE} for one in ids], delete_mode="delete")
    assert run.codes == {"UNDETAILED_FAILURE": 1}
    assert [one["id"] for one in shop.products] == [ids[2]]


def test_a_dry_run_writes_nothing_and_lists_what_it_would(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add(sku="A", stock=5)
    shop.add(sku="B")
    shop.add(sku="C")
    caplog.set_level(logging.INFO)
    before = [dict(one) for one in shop.products]
    run = shop.run(
        {"sku": "A", "price": "3", "name": "Bowl", "quantity": 9},
        {"sku": "B", "name": "Cup"},
        {"sku": "C", **GONE},
        {"sku": "D", "name": "New", "price": "1", "collections": ["Nowhere"]},
        {"sku": "E", "name": "Brand new", "price": "1", "brand": "Nordhem"},
        {"sku": "F", "name": "x" * 81, "price": "1"},
        dry_run=True,
        delete_mode="delete",
    )
    assert run.writes == []
    assert run.counts == {
        "updated": 1,
        "unchanged": 1,
        "deleted": 1,
        "created": 2,
        "rejected": 1,
    }
    assert shop.products == before
    assert "Left out: unknown collections" in caplog.text
    for words in ("name", "variantsInfo.variants.price", "stock"):
        assert words in caplog.text


def test_a_site_without_stores_stops_the_run_with_one_clear_message(
    wix_contacts_only: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(wix_contacts_only.site, wix_contacts_only.url)
    caplog.set_level(logging.ERROR)
    run = shop.run({"sku": "A", "name": "Cup", "price": "1"})
    assert run.code == 1
    assert run.counts == {}
    (message,) = [one.getMessage() for one in caplog.records]
    assert "no Wix Stores" in message
