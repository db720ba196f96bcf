"""What the report says of products, through the whole target, on both catalogs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.stores_v3.seed import add_category
from tests.target.contacts.harness import QuickTarget
from tests.target.products.harness import SCHEMA, as_line
from tests.target.report.reading import Report, report_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_wix import FakeWix, Site
    from tests.target.products.harness import Shop

Json = dict[str, Any]


def run(site: Site, url: str, folder: Path, *records: Json, **settings: Any) -> Report:
    lines = [SCHEMA, *map(as_line, records)]
    config = {**site.settings(url), **settings, "report_dir": str(folder)}
    QuickTarget(config=config).run(io.StringIO("".join(f"{line}\n" for line in lines)))
    return report_in(folder)


def changes(report: Report) -> list[tuple[Any, ...]]:
    return [
        (line["name"], one["field"], one.get("of", ""), one["before"], one["after"])
        for line in report.records
        for one in line["changes"]
    ]


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_value_before_and_after(shop: Shop, tmp_path: Path, *, dry_run: bool) -> None:
    add_category(shop.site, "Kitchen")
    product = shop.add(
        "Cup",
        sku="CUP",
        price="10.00",
        compare_at="12.00",
        stock=4,
        plainDescription="<p>Old cup</p>",
    )
    row = {
        "sku": "CUP",
        "name": "Big cup",
        "price": "9.50",
        "compare_at_price": "",
        "quantity": 7,
        "description": "New cup\nfor tea",
        "brand": "Ceramica",
        "collections": "Kitchen",
        "image_urls": "https://a.example/1.jpg",
        "visible": False,
        "weight": "0.3",
    }
    report = run(shop.site, shop.url, tmp_path, row, dry_run=dry_run)

    assert {field: (before, after) for _, field, _, before, after in changes(report)} == {
        "name": ("Cup", "Big cup"),
        "price": ("10.00", "9.50"),
        "compare-at price": ("12.00", None),
        "quantity": (4, 7),
        "description": ("Old cup", "New cup\nfor tea"),
        "brand": (None, "Ceramica"),
        "collection": ([], ["Kitchen"]),
        "picture": (None, ["https://a.example/1.jpg"]),
        "visibility": ("shown", "hidden"),
        "weight": (None, 0.3),
    }
    (line,) = report.records
    assert (line["outcome"], line["name"], line["id"], line["key"]) == (
        "updated",
        "Cup",
        product,
        "CUP",
    )
    would = "would change" if dry_run else "was changed"
    assert f"1 product {would}: 1 name, 1 visibility" in report.verdict
    assert bool(shop.site.requests.writes) != dry_run
    assert report.rows("Prices: 1")[0].startswith("Cup CUP, line 2 of the input")


def test_variants_are_called_by_their_sku(shop: Shop, tmp_path: Path) -> None:
    shop.add_sized("S", "M", stock=1)
    rows: list[Json] = [
        {"sku": "SKU-S", "price": "11"},
        {"sku": "SKU-M", "price": "12", "quantity": 3},
    ]
    report = run(shop.site, shop.url, tmp_path, *rows, dry_run=True)

    assert changes(report) == [
        ("Shirt", "price", "SKU-S", "10.00", "11.00"),
        ("Shirt", "price", "SKU-M", "10.00", "12.00"),
        ("Shirt", "quantity", "SKU-M", 1, 3),
    ]
    assert "1 product would change: 2 prices, 1 quantity." in report.verdict


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_new_product_shows_what_it_is(shop: Shop, tmp_path: Path, *, dry_run: bool) -> None:
    row = {"handle": "vase", "name": "Vase", "sku": "V-1", "price": "20.00", "quantity": 2}
    report = run(shop.site, shop.url, tmp_path, row, dry_run=dry_run)

    assert changes(report) == [
        ("Vase", "name", "", None, "Vase"),
        ("Vase", "price", "V-1", None, "20"),
        ("Vase", "SKU", "V-1", None, "V-1"),
        ("Vase", "quantity", "V-1", None, 2),
    ]
    (line,) = report.records
    assert line["outcome"] == "created"
    assert bool(line["id"]) != dry_run


def test_what_is_not_written_is_not_in_the_report(shop: Shop, tmp_path: Path) -> None:
    """What the shop has already, what belongs to others, and a quantity that is not counted."""
    shop.add("Cup", sku="CUP", price="10.00", stock=True)
    report = run(shop.site, shop.url, tmp_path, {"sku": "CUP", "price": "10.0", "quantity": 5})

    assert report.records == []
    (lost,) = [line for line in report.lines if line["type"] == "left_out"]
    assert (lost["reason"], lost["key"]) == ("quantity of uncounted variants", "CUP")
    assert "1 record was the same as in the shop." in report.verdict


def test_a_refused_row_has_its_name(shop: Shop, tmp_path: Path) -> None:
    report = run(shop.site, shop.url, tmp_path, {"Name": "Mug", "sku": "M", "price": "abc"})

    (line,) = report.records
    assert (line["outcome"], line["name"], line["key"], line["line"]) == ("rejected", "Mug", "M", 2)


def test_a_deleted_product_has_its_name(shop: Shop, tmp_path: Path) -> None:
    product = shop.add("Old mug", sku="M")
    record = {"sku": "M", "_sdc_deleted_at": "2026-01-31T08:00:00Z"}
    report = run(shop.site, shop.url, tmp_path, record, delete_mode="delete")

    (line,) = report.records
    assert (line["outcome"], line["name"], line["id"]) == ("deleted", "Old mug", product)
    assert report.rows("1 product") == [f"Old mug M, line 2 of the input, id {product}"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_v1_shop_reads_alike(wix_v1: FakeWix, tmp_path: Path, *, dry_run: bool) -> None:
    site = wix_v1.site
    fields = {"name": "Cup", "sku": "CUP", "priceData": {"price": 10}, "description": "<p>Old</p>"}
    site.v1.add(fields, indexed=True)
    rows = [
        {"sku": "CUP", "price": "9.50", "name": "Big cup", "description": "New"},
        {"name": "Vase", "sku": "V", "price": "20"},
    ]
    report = run(site, wix_v1.url, tmp_path, *rows, dry_run=dry_run)

    updated = {
        field: (before, after) for name, field, _, before, after in changes(report) if name == "Cup"
    }
    assert updated == {
        "name": ("Cup", "Big cup"),
        "price": ("10.00", "9.50"),
        "description": ("Old", "New"),
    }
    created = {field: after for name, field, _, _, after in changes(report) if name == "Vase"}
    assert (created["name"], created["price"], created["SKU"]) == ("Vase", "20", "V")
