"""Stock and products of one run: in any order, in a dry run, and where both name an amount."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.stores import PRODUCTS
from target_wix.pipeline.cross_stream import OTHER_AMOUNT
from target_wix.runtime import message_loop, pending
from tests.fake_wix import FakeWix, Site
from tests.fake_wix.http.wire import decode, encode
from tests.target.inventory.harness import StockShop, as_line, schema
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
CUP = {"sku": "C", "handle": "cup", "slug": "cup", "name": "Cup", "price": "3"}
BOTH = [schema(), schema("products")]


def product(**row: Any) -> str:
    return as_line({**CUP, **row}, "products")


def stock(**row: Any) -> str:
    return as_line({"sku": "C", **row})


def state(number: int) -> str:
    return json.dumps({"type": "STATE", "value": {"bookmarks": {"at": number}}})


def states(capsys: pytest.CaptureFixture[str]) -> list[int]:
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line)["bookmarks"]["at"] for line in lines]


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each STATE has everything written that came before it."""
    monkeypatch.setattr(message_loop, "_STATE_EVERY_SECONDS", 0.0)


@pytest.mark.usefixtures("_impatient")
def test_stock_waits_for_a_product_that_comes_later(
    shop: StockShop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.add("A", 5, name="Mug")
    lines = [
        *BOTH,
        stock(sku="A", quantity=1),
        state(1),
        stock(quantity=4),
        state(2),
        stock(sku="A", quantity=2),
        state(3),
        product(),
        state(4),
        stock(sku="A", quantity=3),
        state(5),
    ]
    run = shop.run_lines(lines, track_quantity=True)
    assert (run.code, run.codes) == (0, {})
    assert shop.stock == {"A": 3, "C": 4}
    assert states(capsys) == [1, 5]
    again = shop.run_lines(lines[:2] + lines[4:5], track_quantity=True)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


@pytest.mark.usefixtures("_impatient")
def test_an_earlier_row_that_waited_does_not_go_over_a_later_one(shop: StockShop) -> None:
    lines = [*BOTH, stock(quantity=4), state(1), product(), state(2), stock(quantity=9), state(3)]
    run = shop.run_lines(lines, track_quantity=True)
    assert run.codes == {}
    assert shop.stock == {"C": 9}


@pytest.mark.usefixtures("_impatient")
def test_products_after_all_stock_are_in_time(shop: StockShop) -> None:
    run = shop.run_lines([schema(), stock(quantity=4), state(1), schema("products"), product()],
                         track_quantity=True)  # fmt: skip
    assert (run.codes, shop.stock) == ({}, {"C": 4})


@pytest.mark.usefixtures("_impatient")
def test_a_variant_that_a_later_product_adds_is_waited_for(shop: StockShop) -> None:
    key = shop.add("C", 5)
    lines = [
        *BOTH,
        as_line({"productId": key, "sku": "NEW", "quantity": 4}),
        state(1),
        as_line({"id": key, "name": "Cup", "sku": "NEW"}, "products"),
    ]
    run = shop.run_lines(lines)
    assert (run.codes, shop.stock) == ({}, {"NEW": 4})


@pytest.mark.usefixtures("_impatient")
def test_a_sku_that_never_comes_is_refused_at_the_end(
    shop: StockShop, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    shop.add("A", 5, name="Mug")
    lines = [schema(), stock(quantity=4), state(1), stock(sku="A", quantity=1), state(2)]
    run = shop.run_lines(lines, rejected_dir=str(tmp_path))
    assert (run.code, run.codes, run.counts) == (
        1,
        {"UNKNOWN_SKU": 1},
        {"updated": 1, "rejected": 1},
    )
    assert states(capsys) == [2]


@pytest.mark.usefixtures("_impatient")
def test_rows_that_wait_cost_no_look_up_in_each_batch(v3: StockShop) -> None:
    v3.add("A", 5)
    unknown = [stock(sku=f"U{n}", quantity=1) for n in range(30)]
    batches = [line for n in range(20) for line in (stock(sku="A", quantity=n), state(n))]
    few = v3.run_lines([schema(), *batches])
    many = v3.run_lines([schema(), stock(sku="A", quantity=7), *unknown, state(99), *batches])
    assert many.codes == {"UNKNOWN_SKU": 30}
    assert len(many.requests) - len(few.requests) <= 6


@pytest.mark.usefixtures("_impatient")
def test_of_too_many_that_wait_the_first_are_refused(
    shop: StockShop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pending, "MOST_DEFERRED", 1)
    lines = [*BOTH, stock(sku="B", quantity=1), stock(quantity=4), state(1), product(sku="B"),
             product(slug="mug", handle="mug", name="Mug")]  # fmt: skip
    run = shop.run_lines(lines, track_quantity=True)
    assert run.codes == {"UNKNOWN_SKU": 1}
    assert "By the next run, what has come is in the shop." in caplog.text
    assert shop.stock["C"] == 4
    again = shop.run_lines([schema(), stock(sku="B", quantity=1)], track_quantity=True)
    assert again.counts.keys() <= {"updated", "created"}


# -- dry runs -------------------------------------------------------------------------------------

FLAT = [
    [product(), stock(quantity=4)],
    [product(quantity=4), stock(quantity=4)],
    [product(quantity=4), stock(quantity=5)],
    [product(in_stock="true"), stock(in_stock="no")],
    [stock(quantity=4), product(quantity=3)],
]


@pytest.mark.parametrize("track", [False, True])
@pytest.mark.parametrize("lines", FLAT)
def test_a_dry_run_tells_of_the_stock_of_new_products_what_the_run_does(
    shop: StockShop,
    lines: list[str],
    track: bool,  # noqa: FBT001
) -> None:
    dry = shop.run_lines([*BOTH, *lines], dry_run=True, track_quantity=track)
    assert (dry.writes, dry.codes, dry.naps) == ([], {}, [])
    run = shop.run_lines([*BOTH, *lines], track_quantity=track)
    assert (dry.counts, dry.dropped) == (run.counts, run.dropped)


@pytest.mark.usefixtures("_impatient")
def test_a_dry_run_takes_two_records_of_a_new_product_for_one(shop: StockShop) -> None:
    lines = [
        *BOTH,
        product(quantity=3),
        state(1),
        product(name="Cup, large", quantity=4),
        state(2),
        stock(quantity=4),
    ]
    dry = shop.run_lines(lines, dry_run=True)
    assert (dry.codes, dry.counts) == ({}, {"unchanged": 1})
    assert shop.run_lines(lines).counts == {"unchanged": 1}


def test_a_dry_run_knows_that_a_product_would_be_gone(shop: StockShop) -> None:
    shop.add("A", 5, name="Mug")
    gone = as_line({"sku": "A", "_sdc_deleted_at": "2026-01-01T00:00:00Z"}, "products")
    lines = [*BOTH, gone, stock(sku="A", quantity=3)]
    dry = shop.run_lines(lines, dry_run=True, delete_mode="delete")
    assert (dry.codes, shop.stock) == ({"UNKNOWN_SKU": 1}, {"A": 5})
    assert shop.run_lines(lines, delete_mode="delete").codes == {"UNKNOWN_SKU": 1}


def test_a_dry_run_tells_new_products_apart_that_have_a_sku_alone(shop: StockShop) -> None:
    rows = [{"sku": sku, "name": "Cup", "price": "3", "quantity": 3} for sku in "CD"]
    lines = [
        *BOTH,
        *(as_line(row, "products") for row in rows),
        stock(sku="C", quantity=4),
        stock(sku="D", quantity=3),
    ]
    dry = shop.run_lines(lines, dry_run=True)
    run = shop.run_lines(lines)
    assert (dry.codes, dry.counts) == ({}, {"updated": 1, "unchanged": 1})
    assert (run.codes, run.counts, run.dropped) == ({}, dry.counts, dry.dropped)


def test_a_dry_run_foresees_a_sku_that_a_product_is_given(shop: StockShop) -> None:
    key = shop.add("OLD", 5)
    lines = [
        *BOTH,
        as_line({"id": key, "name": "Cup", "sku": "NEW"}, "products"),
        stock(sku="NEW", quantity=4),
    ]
    dry = shop.run_lines(lines, dry_run=True)
    assert (dry.counts, dry.writes) == ({"updated": 1}, [])
    assert shop.run_lines(lines).counts == {"updated": 1}


@pytest.fixture(params=[(a, b) for a in ("V1_CATALOG", "V3_CATALOG")
                        for b in ("V1_CATALOG", "V3_CATALOG")])  # fmt: skip
def two(request: pytest.FixtureRequest) -> Iterator[tuple[StockShop, StockShop]]:
    """A shop to copy from, and an empty one."""
    sites = [Site(version) for version in request.param]
    with FakeWix(*sites) as wix:
        yield StockShop(wix, sites[0]), StockShop(wix, sites[1])


def test_a_dry_run_of_a_copy_tells_of_stock_what_the_run_does(
    two: tuple[StockShop, StockShop],
) -> None:
    here, there = two
    here.add("A", 5)
    here.add("", 3, name="No sku")
    here.add("F", stock=True, name="Flag")
    here.add_sized(S=1, M=2)
    own = {"siteId": here.site.site_id, "catalogVersion": here.site.catalog_version}
    rows = [{**row, **own} for row in PRODUCTS.rows(open_site(here.wix, here.site))]
    products = [as_line(decode(encode(row)), "products") for row in rows]
    lines = [*BOTH, *products, *map(as_line, here.rows())]
    options: Json = {"copy_stock": True, "unknown_id": "create", "track_quantity": True}
    dry = there.run_lines(lines, dry_run=True, **options)
    assert (dry.codes, dry.writes) == ({}, [])
    run = there.run_lines(lines, **options)
    assert (dry.counts, run.codes) == (run.counts, {})
    again = there.run_lines(lines, **options)
    assert again.writes == []


# -- two streams, one amount ----------------------------------------------------------------------


@pytest.mark.parametrize("dry_run", [False, True])
def test_products_and_stock_that_name_another_amount_are_named(
    shop: StockShop,
    caplog: pytest.LogCaptureFixture,
    dry_run: bool,  # noqa: FBT001
) -> None:
    shop.run_lines([*BOTH, product(quantity=5)])
    for _ in range(2):
        caplog.clear()
        run = shop.run_lines([*BOTH, product(quantity=5), stock(quantity=7)], dry_run=dry_run)
        assert run.dropped == {OTHER_AMOUNT: 1}
        assert caplog.text.count("amounts of products and of inventory_items that differ") == 1
        assert "(cup), first in C" in caplog.text
    assert shop.stock == {"C": 5 if dry_run else 7}


@pytest.mark.usefixtures("_impatient")
def test_the_same_the_other_way_round(shop: StockShop) -> None:
    shop.run_lines([*BOTH, product(quantity=5)])
    lines = [*BOTH, stock(quantity=7), state(1), product(quantity=5)]
    run = shop.run_lines(lines)
    assert shop.stock == {"C": 5}
    assert run.products_dropped == {OTHER_AMOUNT: 1}


def test_a_new_product_whose_stock_is_another_one_is_named(shop: StockShop) -> None:
    run = shop.run_lines([*BOTH, product(quantity=5), stock(quantity=7)])
    assert run.dropped == {OTHER_AMOUNT: 1}


def test_flags_that_differ_are_named(shop: StockShop) -> None:
    lines = [*BOTH, product(in_stock="no"), stock(in_stock="yes")]
    for dry_run in (True, False, False):
        assert shop.run_lines(lines, dry_run=dry_run).dropped == {OTHER_AMOUNT: 1}


def test_amounts_that_agree_are_not_named(shop: StockShop) -> None:
    run = shop.run_lines([*BOTH, product(quantity=5), stock(quantity="5.0"), stock(in_stock=True)])
    assert OTHER_AMOUNT not in run.dropped


def test_stock_elsewhere_is_no_other_amount(v3: StockShop) -> None:
    v3.add_place("Shop")
    run = v3.run_lines([*BOTH, product(quantity=5), stock(quantity=7, location="Shop")])
    assert run.dropped == {}
    assert v3.stock == {"C": 5, "C@Shop": 7}


# -- a dry run, where several records name the stock of one variant that is there ---------------


def _of_mug(stream: str, **row: Any) -> str:
    return as_line({"sku": "A", **row}, stream)


@pytest.mark.parametrize(
    "lines",
    [
        [_of_mug("products", quantity=3), _of_mug("inventory_items", quantity=3)],
        [_of_mug("products", quantity=3), _of_mug("inventory_items", quantity=5)],
        [_of_mug("inventory_items", quantity=3), _of_mug("products", quantity=3)],
        [_of_mug("inventory_items", quantity=3), _of_mug("inventory_items", quantity=3)],
        [_of_mug("inventory_items", quantity=3), _of_mug("inventory_items", quantity=5)],
        [_of_mug("products", quantity=3), _of_mug("products", quantity=3)],
    ],
    ids=["both", "both differ", "stock first", "twice", "back again", "products twice"],
)
@pytest.mark.parametrize("amount", [5, None], ids=["counted", "without stock"])
@pytest.mark.usefixtures("_impatient")
def test_a_dry_run_foresees_stock_that_an_earlier_record_would_have_written(
    shop: StockShop, lines: list[str], amount: int | None
) -> None:
    shop.add("A", amount, name="Mug")
    lines = [*BOTH, lines[0], state(1), lines[1], state(2)]
    dry = shop.run_lines(lines, track_quantity=True, dry_run=True)
    run = shop.run_lines(lines, track_quantity=True)
    assert (run.code, dry.writes) == (0, [])
    assert dry.others == run.others


def test_a_dry_run_foresees_the_skus_of_variants_beside_those_that_a_record_adds(
    shop: StockShop,
) -> None:
    shop.add_sized(S=5)
    (row,) = decode(encode([*PRODUCTS.rows(open_site(shop.wix, shop.site))]))
    (small,) = row["variantsInfo"]["variants"]
    (size,) = row["options"]
    choices = [{"name": name, "choiceType": "CHOICE_TEXT"} for name in ("S", "L")]
    record = {
        "slug": row["slug"],
        "options": [{**size, "choicesSettings": {"choices": choices}}],
        "variantsInfo": {
            "variants": [
                {"sku": f"NEW-{name}", "choices": {"Size": name}, "price": small["price"]}
                for name in ("S", "L")
            ]
        },
    }
    lines = [*BOTH, as_line(record, "products")]
    lines += [stock(sku=f"NEW-{name}", quantity=3) for name in ("S", "L")]
    dry = shop.run_lines(lines, track_quantity=True, dry_run=True)
    run = shop.run_lines(lines, track_quantity=True)
    assert (run.code, run.codes) == (0, {})
    assert dry.others == run.others


@pytest.mark.usefixtures("_impatient")
def test_a_dry_run_tells_the_stock_of_two_locations_apart(v3: StockShop) -> None:
    v3.add("A", 5, name="Mug")
    v3.add_place("Annex")
    rows: list[Json] = [{"quantity": 3}, {"quantity": 3, "location": "Annex"}, {"quantity": 3}]
    lines = [schema()]
    for number, row in enumerate(rows):
        lines += [_of_mug("inventory_items", **row), state(number)]
    dry = v3.run_lines(lines, track_quantity=True, dry_run=True)
    run = v3.run_lines(lines, track_quantity=True)
    assert run.counts == {"updated": 1, "created": 1, "unchanged": 1}
    assert dry.counts == run.counts
