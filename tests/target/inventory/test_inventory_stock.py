"""What rows say of stock, and what the shop has afterwards, on either catalog."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.target.inventory.harness import StockShop, as_line, schema

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

Json = dict[str, Any]
UNCOUNTED, COUNTED = "quantity of uncounted variants", "in_stock of counted variants"
BELOW_ZERO = "negative quantities written as 0"
NOTHING_SAID = "rows that say nothing of stock (no quantity, in_stock or preorder)"
REPEATED = "quantities of earlier rows for the same stock (the last row counts)"


ROWS: list[tuple[Any, Json, object, str | None]] = [
    (5, {"quantity": 7}, 7, None),
    (5, {"quantity": "12.0"}, 12, None),
    (5, {"Quantity": " 5 "}, 5, None),
    (5, {"quantity": 0}, 0, None),
    (5, {"quantity": 7, "in_stock": False}, 7, None),
    (5, {"quantity": 7, "inStock": False, "trackQuantity": True}, 7, None),
    (5, {"quantity": "", "in_stock": None}, 5, None),
    (5, {"quantity": "N/A"}, 5, None),
    (5, {"in_stock": "no"}, 5, COUNTED),
    (5, {"quantity": -1}, 0, BELOW_ZERO),
    (0, {"quantity": -1}, 0, BELOW_ZERO),
    (-3, {"quantity": -3}, -3, None),
    (-3, {"quantity": -2}, 0, BELOW_ZERO),
    (True, {"in_stock": "no"}, False, None),
    (True, {"IN STOCK": 1}, True, None),
    (True, {"quantity": 7}, True, UNCOUNTED),
    (True, {"quantity": 7, "track_quantity": False}, True, UNCOUNTED),
    (True, {"quantity": 7, "in_stock": False}, False, UNCOUNTED),
    (False, {"quantity": 0, "inStock": True, "trackQuantity": False}, True, None),
]
"""What the shop has, what a row says, what the shop has then, and what is left out."""


def test_stock_of_rows(shop: StockShop) -> None:
    for n, (stock, *_) in enumerate(ROWS):
        shop.add(f"A{n}", stock)
    rows = [{"sku": f"A{n}", **row} for n, (_, row, _, _) in enumerate(ROWS)]
    run = shop.run(*rows)
    assert shop.stock == {f"A{n}": expected for n, (_, _, expected, _) in enumerate(ROWS)}
    changed = sum(before != after or before is not after for before, _, after, _ in ROWS)
    assert (run.code, run.counts) == (0, {"updated": changed, "unchanged": len(ROWS) - changed})
    assert run.dropped == {UNCOUNTED: 3, COUNTED: 2, BELOW_ZERO: 3, NOTHING_SAID: 2}
    again = shop.run(*rows)
    assert (again.counts, again.writes) == ({"unchanged": len(ROWS)}, [])


REFUSED: list[tuple[Json, str]] = [
    ({"quantity": 100_000}, "OUT_OF_RANGE"),
    ({"quantity": "1.5"}, "BAD_VALUE"),
    ({"quantity": 1.5}, "BAD_VALUE"),
    ({"quantity": "many"}, "BAD_VALUE"),
    ({"quantity": "1,000"}, "BAD_VALUE"),
    ({"quantity": "NaN"}, "BAD_VALUE"),
    ({"quantity": True}, "BAD_VALUE"),
    ({"in_stock": "perhaps"}, "BAD_VALUE"),
    ({"preorderInfo": "soon"}, "BAD_VALUE"),
    ({"preorder_limit": 100_001, "preorder_enabled": True}, "OUT_OF_RANGE"),
    ({"_sdc_deleted_at": "yes"}, "BAD_VALUE"),
]


def test_what_cannot_be_written_is_refused_and_the_rest_is_written(shop: StockShop) -> None:
    for n in range(len(REFUSED)):
        shop.add(f"A{n}")
    shop.add("B")
    rows: list[Json] = [{"sku": f"A{n}", **row} for n, (row, _) in enumerate(REFUSED)]
    run = shop.run({"sku": "B", "quantity": 1}, *rows, {"sku": "B", "quantity": 2})
    codes = [code for _, code in REFUSED]
    assert (run.code, run.codes) == (1, {code: codes.count(code) for code in codes})
    assert run.counts == {"updated": 2, "rejected": len(REFUSED)}
    assert shop.stock == {**{f"A{n}": 5 for n in range(len(REFUSED))}, "B": 2}


def test_a_number_that_is_none_is_refused_with_its_line(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add("A")
    line = as_line({"sku": "A", "quantity": 7}).replace("7", "NaN")
    run = shop.run_lines([schema(), line])
    assert (run.codes, shop.stock) == ({"BAD_VALUE": 1}, {"A": 5})
    assert "Line 2" in caplog.text


def test_counting_begins_if_the_settings_say_so(shop: StockShop) -> None:
    shop.add("A", stock=True)
    assert shop.run({"sku": "A", "quantity": 7}, track_quantity=True).counts == {"updated": 1}
    assert shop.stock == {"A": 7}


@pytest.mark.parametrize(
    "row",
    [
        {"preorderInfo": {"enabled": True, "message": "In May", "limit": 5}},
        {"preorderInfo": '{"enabled": true, "message": "In May", "limit": 5.0}'},
        {"preorder_info__enabled": "t", "preorderinfo__message": "In May", "preorder_limit": "5"},
        {"preorder": "yes", "preorder_message": "In May", "PREORDER LIMIT": 5},
    ],
)
def test_preorders_nested_and_flat(shop: StockShop, row: Json) -> None:
    shop.add("A", 0)
    assert shop.run({"sku": "A", **row}).counts == {"updated": 1}
    assert shop.preorder("A") == {"enabled": True, "message": "In May", "limit": 5}
    assert shop.stock == {"A": 0}
    again = shop.run({"sku": "A", **row, "quantity": 0})
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


def test_a_part_of_a_preorder_leaves_the_other_parts_alone(shop: StockShop) -> None:
    shop.add("A", 0)
    shop.run({"sku": "A", "preorder": True, "preorder_message": "In May", "preorder_limit": 5})
    assert shop.run({"sku": "A", "preorder": False, "preorder_message": ""}).counts == {
        "updated": 1
    }
    assert shop.preorder("A") == {"enabled": False, "message": "In May", "limit": 5}


IDLE_LIMIT = "limits of pre-orders of uncounted variants"


@pytest.mark.parametrize("stock", [True, False, None])
def test_a_limit_of_what_is_not_counted_is_left_out_on_v3(v3: StockShop, stock: Any) -> None:
    """Wix refuses it (stores-v3 4.3); a copy of a V1 shop has it."""
    v3.add("A", stock)
    row = {"sku": "A", "in_stock": stock is True, "preorder": True, "preorder_limit": 5}
    dry = v3.run(row, dry_run=True)
    run = v3.run(row)
    done = "created" if stock is None else "updated"
    assert dry.counts == run.counts == {done: 1}
    assert dry.dropped == run.dropped == {IDLE_LIMIT: 1}
    assert v3.preorder("A") == {"enabled": True}
    again = v3.run(row)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


def test_a_limit_comes_with_the_counting(v3: StockShop) -> None:
    v3.add("A", stock=True)
    run = v3.run({"sku": "A", "quantity": 5, "preorder_limit": 5}, track_quantity=True)
    assert (run.counts, run.dropped) == ({"updated": 1}, {})
    assert v3.preorder("A") == {"enabled": False, "limit": 5}


def test_a_limit_that_an_item_kept_when_its_counting_ended_is_not_sent_again(v3: StockShop) -> None:
    v3.add("A", stock=True)
    item = v3.site.v3.inventory.all()[0]
    v3.site.v3.inventory.put({**item, "preorderInfo": {"enabled": False, "limit": 5}}, indexed=True)
    assert v3.run({"sku": "A", "preorder": True}).counts == {"updated": 1}
    assert v3.preorder("A") == {"enabled": True}


def test_on_v1_a_limit_of_what_is_not_counted_is_kept(v1: StockShop) -> None:
    v1.add("A", stock=True)
    row = {"sku": "A", "preorder": True, "preorder_limit": 5}
    assert v1.run(row).counts == {"updated": 1}
    assert v1.preorder("A") == {"enabled": True, "limit": 5}


def test_on_v1_variants_have_one_preorder_which_the_last_row_decides(v1: StockShop) -> None:
    v1.add_sized(S=5, M=5)
    rows = [
        {"sku": "S", "quantity": 5, "preorderInfo": {"enabled": True, "message": "In May"}},
        {"sku": "M", "quantity": 5, "preorderInfo": {"enabled": False, "message": "Soon"}},
    ]
    run = v1.run(*rows)
    assert (run.code, v1.preorder("S")) == (0, {"enabled": False, "message": "Soon"})
    assert [reason for reason in run.dropped if "differ within a product" in reason]
    assert v1.run(*rows).writes == []
    assert v1.run(*rows[::-1]).counts == {"updated": 1, "unchanged": 1}
    assert v1.preorder("S") == {"enabled": True, "message": "In May"}


def test_a_preorder_that_is_off_is_none(shop: StockShop) -> None:
    shop.add("A", 5)
    run = shop.run({"sku": "A", "preorderInfo": {"enabled": False}})
    assert (run.counts, run.writes) == ({"unchanged": 1}, [])


def test_rows_of_one_item_are_merged_and_the_later_wins(shop: StockShop) -> None:
    ref = shop.variant("A") if shop.add("A") else {}
    rows = ({"sku": "A", "quantity": 9}, {**ref, "quantity": 7}, {"sku": "A", "preorder": True})
    run = shop.run(*rows)
    assert (run.counts, len(run.writes)) == ({"updated": 3}, 1)
    assert (shop.stock, shop.preorder("A")["enabled"]) == ({"A": 7}, True)


def test_a_row_that_says_another_amount_than_an_earlier_one_is_named(shop: StockShop) -> None:
    shop.add("A", 5)
    shop.add("B", stock=True)
    rows: list[Json] = [
        {"sku": "A", "quantity": 7},
        {"sku": "A ", "quantity": "7"},
        {"sku": "A", "quantity": 9},
        {"sku": "B", "in_stock": "no"},
        {"sku": "B", "in_stock": True},
    ]
    for run in (shop.run(*rows), shop.run(*rows)):
        assert (run.code, run.dropped) == (0, {REPEATED: 2})
        assert shop.stock == {"A": 9, "B": True}
    assert run.writes == []
    assert shop.run(*rows[:2]).dropped == {}


def test_a_row_of_a_later_batch_that_says_another_amount_is_named_too(shop: StockShop) -> None:
    shop.add("A", 5)
    shop.add("B", 5)
    rows: list[Json] = [{"sku": "A", "quantity": 7}]
    rows += [{"sku": "B", "quantity": 6}] * 2000
    run = shop.run(*rows, {"sku": "A", "quantity": 9})
    assert (run.dropped, shop.stock) == ({REPEATED: 1}, {"A": 9, "B": 6})


def test_a_dry_run_lists_and_writes_nothing(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "target-wix")
    shop.add("A")
    shop.add("B")
    rows = ({"sku": "A", "quantity": 7}, {"sku": "B", "quantity": 5}, {"sku": "C", "quantity": 1})
    run = shop.run(*rows, dry_run=True)
    assert run.counts == {"updated": 1, "unchanged": 1, "rejected": 1}
    assert (run.writes, shop.stock) == ([], {"A": 5, "B": 5})
    assert "Dry run: inventory_items A updated: quantity" in caplog.text


def test_a_dry_run_lists_the_stock_of_a_new_product(shop: StockShop) -> None:
    lines = [
        schema("products"),
        as_line({"sku": "C", "name": "Cup", "price": "3"}, "products"),
        schema(),
        as_line({"sku": "C", "quantity": 1}),
        as_line({"sku": "D", "quantity": 1}),
    ]
    run = shop.run_lines(lines, dry_run=True, track_quantity=True)
    assert (run.codes, run.writes, run.naps) == ({"UNKNOWN_SKU": 1}, [], [])
    assert run.counts == {"created" if shop.is_v3 else "updated": 1, "rejected": 1}


def test_columns_nobody_knows_are_named_once(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add("A")
    rows = [{"sku": "A", "quantity": 7, "warehouse_bin": "x", "product": "Cup"}] * 3
    assert shop.run(*rows).counts == {"updated": 3}
    assert caplog.text.count("Unknown columns ignored: warehouse_bin, product") == 1


def test_a_deletion_is_ignored_and_never_a_stock_of_zero(
    shop: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add("A")
    row = {"sku": "A", "quantity": 0, "_sdc_deleted_at": "2026-01-31T08:00:00Z"}
    run = shop.run(row, delete_mode="delete")
    assert (run.code, run.counts, run.writes) == (0, {"ignored": 1}, [])
    assert shop.stock == {"A": 5}
    assert "an inventory item goes with its product" in caplog.text


def test_a_site_without_a_shop_stops_the_stream_with_a_clear_word(
    wix_contacts_only: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    run = StockShop(wix_contacts_only).run({"sku": "A", "quantity": 1})
    assert run.code == 1
    assert "The site has no Wix Stores" in caplog.text
