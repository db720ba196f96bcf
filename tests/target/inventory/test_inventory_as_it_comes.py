"""Rows as ERPs, spreadsheets and warehouses have them: what is written, refused, or said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_wix.inventory.parse import NOTHING_SAID
from target_wix.inventory.plan import REPEATED
from target_wix.products.fields.stock import BELOW_ZERO, COUNTED, UNCOUNTED

if TYPE_CHECKING:
    from tests.target.inventory.harness import StockShop

Json = dict[str, Any]
STOCK = {"A": 5, "F": True, "00123": 5, "456": 5, "S": 1, "M": 2}


@pytest.fixture
def filled(shop: StockShop) -> StockShop:
    shop.add("A", 5, name="Cup")
    shop.add("F", stock=True, name="Flag")
    shop.add("00123", 5, name="Zeros")
    shop.add("456", 5, name="Number")
    shop.add_sized(S=1, M=2)
    return shop


def written(shop: StockShop, *rows: Json) -> tuple[Json, Json, Json]:
    """What a run changes, refuses and leaves out; a dry run says the same, a second run is none."""
    dry = shop.run(*rows, dry_run=True)
    assert (shop.stock, dry.writes) == (STOCK, [])
    run = shop.run(*rows)
    assert (dry.counts, dry.codes, dry.dropped) == (run.counts, run.codes, run.dropped)
    changed = {sku: stock for sku, stock in shop.stock.items() if stock != STOCK[sku]}
    again = shop.run(*rows)
    assert (again.writes, again.codes) == ([], run.codes)
    return changed, run.codes, run.dropped


@pytest.mark.parametrize(
    ("quantity", "read"),
    [
        (6.0, 6),
        ("6.0", 6),
        ("6.0000", 6),
        (" 6 ", 6),
        ("\u00a06\u00a0", 6),
        ("+6", 6),
        ("1e3", 1000),
        ("1E+03", 1000),
        (0, 0),
        ("0.0", 0),
        ("-0", 0),
    ],
    ids=repr,
)
def test_a_number_in_any_spelling(filled: StockShop, quantity: object, read: int) -> None:
    assert written(filled, {"sku": "A", "quantity": quantity}) == ({"A": read}, {}, {})


@pytest.mark.parametrize(
    "quantity",
    [
        *("1,000", "1 000", "1'000", "1,5", "6,0", "1,234.00", "1.234,00", "12,345"),
        *("(3)", "3-", ">10", "10+", "5 pcs", "+=3", "=5", "'6", "#REF!", "NaN"),
        *("in stock", "out of stock", "unlimited", "true", "٦", "\uff16"),
        *(True, 2.5, "2.5", [5], {"available": 5}),
    ],
    ids=repr,
)
def test_what_is_no_number_for_sure_is_refused(filled: StockShop, quantity: object) -> None:
    assert written(filled, {"sku": "A", "quantity": quantity}) == ({}, {"BAD_VALUE": 1}, {})


def test_more_than_wix_counts_is_refused(filled: StockShop) -> None:
    assert written(filled, {"sku": "A", "quantity": 99999999999})[1] == {"OUT_OF_RANGE": 1}


def test_less_than_nothing_is_nothing_and_said(filled: StockShop) -> None:
    assert written(filled, {"sku": "A", "quantity": "-3"}) == ({"A": 0}, {}, {BELOW_ZERO: 1})


def test_a_thousand_that_may_be_one_is_said(
    filled: StockShop, caplog: pytest.LogCaptureFixture
) -> None:
    assert written(filled, {"sku": "A", "quantity": "1.000"}) == ({"A": 1}, {}, {})
    assert "quantities such as 1.000 are read as decimals" in caplog.text


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"quantity": None},
        {"quantity": ""},
        {"quantity": "N/A"},
        {"quantity": "∞"},
        {"qty": 6},
        {"Quantity on hand": 6},
        {"stock": 6},
        {"stock_status": "outofstock"},
        {"preorder": ""},
    ],
    ids=repr,
)
def test_a_row_that_says_nothing_of_stock_is_counted(filled: StockShop, row: Json) -> None:
    assert written(filled, {"sku": "A", **row}) == ({}, {}, {NOTHING_SAID: 1})


@pytest.mark.parametrize("value", ["no", "NO", "false", "0", 0, False, "n", "off"], ids=repr)
def test_a_flag_in_any_spelling(filled: StockShop, value: object) -> None:
    assert written(filled, {"sku": "F", "in_stock": value}) == ({"F": False}, {}, {})


@pytest.mark.parametrize("value", ["nein", "ausverkauft", "outofstock", 5, "?"], ids=repr)
def test_what_is_no_flag_for_sure_is_refused(filled: StockShop, value: object) -> None:
    assert written(filled, {"sku": "F", "in_stock": value}) == ({}, {"BAD_VALUE": 1}, {})


@pytest.mark.parametrize(
    ("row", "changed", "dropped"),
    [
        ({"sku": "A", "quantity": 6, "in_stock": False}, {"A": 6}, {COUNTED: 1}),
        ({"sku": "A", "quantity": 0, "in_stock": True}, {"A": 0}, {COUNTED: 1}),
        ({"sku": "A", "quantity": 6, "in_stock": True}, {"A": 6}, {}),
        ({"sku": "A", "quantity": 6, "track_quantity": "no"}, {}, {UNCOUNTED: 1}),
        ({"sku": "A", "in_stock": "no"}, {}, {COUNTED: 1}),
        ({"sku": "F", "quantity": 6}, {}, {UNCOUNTED: 1}),
    ],
    ids=repr,
)
def test_amounts_and_flags_that_do_not_go_together_are_said(
    filled: StockShop, row: Json, changed: Json, dropped: Json
) -> None:
    assert written(filled, row) == (changed, {}, dropped)


@pytest.mark.parametrize(
    ("sku", "found"),
    [(" A ", "A"), ("\ufeffA", "A"), ("00123", "00123"), (456, "456"), (456.0, "456"),
     ("456.0", "456"), ("456.00", "456")], ids=repr)  # fmt: skip
def test_a_sku_as_it_comes(filled: StockShop, sku: object, found: str) -> None:
    assert written(filled, {"sku": sku, "quantity": 6}) == ({found: 6}, {}, {})


@pytest.mark.parametrize(
    ("sku", "code"),
    [
        *(("123", "UNKNOWN_SKU"), (123, "UNKNOWN_SKU"), ("a", "UNKNOWN_SKU")),
        *(("'456", "UNKNOWN_SKU"), ("4.56E2", "UNKNOWN_SKU"), ("A;F", "UNKNOWN_SKU")),
        *((None, "NO_KEY"), ("", "NO_KEY"), ("N/A", "NO_KEY"), (["A"], "BAD_VALUE")),
    ],
    ids=repr,
)
def test_a_sku_that_is_none_of_the_shop_is_refused(
    filled: StockShop, sku: object, code: str
) -> None:
    assert written(filled, {"sku": sku, "quantity": 6}) == ({}, {code: 1}, {})


def test_two_counts_of_one_sku_are_said_and_the_last_one_counts(filled: StockShop) -> None:
    rows: list[Json] = [{"sku": "A", "quantity": 6}, {"sku": "A", "quantity": "9.0"}]
    assert written(filled, *rows) == ({"A": 9}, {}, {REPEATED: 1})


@pytest.mark.parametrize(
    "name", ["DEFAULT  LOCATION", "Default\u00a0location", " default location"], ids=repr
)
def test_a_location_in_any_spelling(v3: StockShop, name: str) -> None:
    v3.add("A", 5)
    assert v3.run({"sku": "A", "quantity": 6, "location": name}).counts == {"updated": 1}


@pytest.mark.parametrize("name", ["", None, "N/A", "-"], ids=repr)
def test_no_location_is_the_default_one(filled: StockShop, name: object) -> None:
    assert written(filled, {"sku": "A", "quantity": 6, "location": name})[0] == {"A": 6}


@pytest.mark.parametrize(
    "row",
    [{"product": "Cup"}, {"handle": "cup"}, {"barcode": "4006381333931"}, {"item_number": "A"}, {}],
    ids=repr,
)
def test_a_row_without_a_key_is_refused(filled: StockShop, row: Json) -> None:
    assert written(filled, {**row, "quantity": 6})[1] == {"NO_KEY": 1}


@pytest.mark.parametrize("more", [{"revision": "abc"}, {"updatedDate": "yesterday"},
                                  {"_sdc_deleted_at": ""}], ids=repr)  # fmt: skip
def test_metadata_that_cannot_be_read_stops_no_row(filled: StockShop, more: Json) -> None:
    assert written(filled, {"sku": "A", "quantity": 6, **more})[0] == {"A": 6}
