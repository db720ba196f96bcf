"""What is deleted is meant beyond doubt; whatever contradicts keeps the product."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.either_catalog import EitherShop

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
GONE = {"_sdc_deleted_at": "2026-11-25T08:00:00Z"}
UNKNOWN = "0f0f0f0f-1111-4222-8333-444444444444"


@pytest.fixture(params=[V1, V3])
def either(request: pytest.FixtureRequest) -> Iterator[EitherShop]:
    with FakeWix(Site(request.param)) as wix:
        yield EitherShop(wix, wix.site)


@pytest.mark.parametrize("mark", ["null", "false", "0", "-", {}, True, 1, "2026-11-25"])
def test_only_a_date_and_time_deletes(either: EitherShop, mark: object) -> None:
    either.add(sku="A")
    run = either.run({"sku": "A", "_sdc_deleted_at": mark}, delete_mode="delete")
    assert run.codes == {"BAD_VALUE": 1}
    assert len(either.products) == 1


@pytest.mark.parametrize("key", ["id", "slug", "sku"])
def test_a_product_is_deleted_by_a_key_in_another_spelling(either: EitherShop, key: str) -> None:
    product = either.add(sku="1001", slug="cup")
    value = {"id": product.upper(), "slug": "cup  ", "sku": 1001.0}[key]
    run = either.run({key: value, **GONE}, delete_mode="delete")
    assert run.counts == {"deleted": 1}
    assert either.products == []


@pytest.mark.parametrize("key", [{"sku": "A"}, {"slug": "cup"}])
def test_an_old_record_does_not_delete_the_new_product_with_its_key(
    either: EitherShop, key: Json, caplog: pytest.LogCaptureFixture
) -> None:
    either.add(sku="A", slug="cup")
    run = either.run({"id": UNKNOWN, **key, **GONE}, delete_mode="delete")
    assert run.counts == {"unchanged": 1}
    assert len(either.products) == 1
    assert "deletions whose id is not there" in caplog.text


def test_a_name_that_differs_keeps_a_product_that_has_the_sku(either: EitherShop) -> None:
    either.add(sku="A", slug="cup")
    run = either.run({"sku": "A", "slug": "old-cup", **GONE}, delete_mode="delete")
    assert run.codes == {"CONTRADICTING_KEYS": 1}
    assert len(either.products) == 1


def test_a_product_that_was_edited_since_stays(either: EitherShop) -> None:
    either.add(sku="A", slug="cup")
    record = either.only
    assert either.run({"sku": "A", "name": "Edited"}).counts == {"updated": 1}
    if not either.is_v3:
        record["updatedDate"] = "2020-01-01T00:00:00Z"
    run = either.run({**record, **GONE}, delete_mode="delete")
    assert run.codes == {"STALE_RECORD": 1}
    assert len(either.products) == 1
    run = either.run({**record, **GONE}, delete_mode="delete", stale_records="overwrite")
    assert run.counts == {"deleted": 1}


def test_a_product_as_it_was_read_is_deleted(either: EitherShop) -> None:
    either.add(sku="A", slug="cup")
    assert either.run({**either.only, **GONE}, delete_mode="delete").counts == {"deleted": 1}


def test_a_run_ends_before_it_deletes_more_than_it_may(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for number in range(5):
        either.add(f"Cup {number}", sku=f"S-{number}", slug=f"s-{number}")
    rows = [{"sku": f"S-{number}", **GONE} for number in range(5)]
    dry = either.run(*rows, delete_mode="delete", max_deletes=3, dry_run=True)
    assert dry.counts == {"deleted": 5}
    assert all(f"S-{number} deleted" in caplog.text for number in range(5))
    assert len(either.products) == 5
    run = either.run(*rows, delete_mode="delete", max_deletes=3)
    assert (run.code, run.counts) == (1, {"deleted": 3})
    assert sorted(sku for _, sku, _ in either.goods) == ["S-3", "S-4"]
    assert "max_deletes" in caplog.text


def test_a_sku_is_free_again_after_its_product_is_gone(either: EitherShop) -> None:
    either.add(sku="A", slug="cup")
    run = either.run(
        {"sku": "A", **GONE},
        {"sku": "A", "name": "New cup", "slug": "new-cup", "price": "2"},
        delete_mode="delete",
    )
    assert run.counts == {"deleted": 1, "created": 1}
    assert either.goods == [("New cup", "A", "2")]
