"""The quirks of warehouses and spreadsheets, read as what they mean."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_wix.mapping import warehouse
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable


def test_nulls_mean_absent_at_every_depth() -> None:
    row = {"a": None, "b": {"c": None, "d": [None, {"e": None, "f": 0}]}, "g": "", "h": False}
    assert warehouse.clean(row) == {"b": {"d": [{"f": 0}]}, "g": "", "h": False}


def test_nulls_stay_at_every_depth_where_they_clear() -> None:
    row = {"a": None, "b": {"c": None}, "o": "null", "l": None, "empty": ""}
    cleaned = warehouse.clean(row, objects={"o", "empty"}, lists={"l"}, null_clears=True)
    assert cleaned == {"a": None, "b": {"c": None}, "o": None, "l": None}


def test_json_text_is_read_where_an_object_or_a_list_belongs() -> None:
    row = {"o": '{"a": 12.10, "n": null}', "l": "[1, null]", "text": "[1]", "none": "null"}
    cleaned = warehouse.clean(row, objects={"o", "none"}, lists={"l"})
    assert cleaned == {"o": {"a": Decimal("12.10")}, "l": [1], "text": "[1]"}


@pytest.mark.parametrize(
    ("read", "value", "meaning"),
    [
        (warehouse.as_list, "a; b ;;c", ["a", "b", "c"]),
        (warehouse.as_list, "https://x.example/a.png", ["https://x.example/a.png"]),
        (warehouse.as_list, "", None),
        (warehouse.as_list, "[]", []),
        (warehouse.as_list, [], []),
        (warehouse.as_list, None, None),
        (warehouse.as_object, "", None),
        (warehouse.as_object, {}, {}),
        (warehouse.as_number, "12.10", Decimal("12.10")),
        (warehouse.as_number, " -3 ", Decimal(-3)),
        (warehouse.as_number, 9007199254740993, 9007199254740993),
        (warehouse.as_number, 0.1, Decimal("0.1")),
        (warehouse.as_number, "", None),
        (warehouse.as_whole_number, "5.0", 5),
        (warehouse.as_whole_number, Decimal("1E+2"), 100),
        (warehouse.as_flag, "TRUE", True),
        (warehouse.as_flag, "f", False),
        (warehouse.as_flag, 1, True),
        (warehouse.as_flag, Decimal(0), False),
        (warehouse.as_flag, " ", None),
        (warehouse.as_text, 12345, "12345"),
        (warehouse.as_text, Decimal("1E+3"), "1000"),
        (warehouse.as_text, "", ""),
        (warehouse.as_moment, "2026-01-31 08:00:00", "2026-01-31T08:00:00.000000000Z"),
        (warehouse.as_moment, "2026-01-31T08:00:00+02:00", "2026-01-31T06:00:00.000000000Z"),
        (warehouse.as_moment, "", None),
        (warehouse.as_date, "1990-12-31", "1990-12-31"),
        (warehouse.as_date, "1990-12-31T00:00:00+02:00", "1990-12-31"),
        (warehouse.as_date, None, None),
        (warehouse.as_date, "0000-00-00", None),
        (warehouse.as_date, "0000-00-00 00:00:00", None),
        (warehouse.as_date, "00.00.0000", None),
        (warehouse.as_date, "0001-01-01T00:00:00Z", None),
        (warehouse.as_date, "1900-01-00", None),
        (warehouse.as_date, "N/A", None),
        (warehouse.as_moment, "0000-00-00 00:00:00", None),
        (warehouse.as_text, 1001.0, "1001"),
        (warehouse.as_text, Decimal("1001.00"), "1001"),
        (warehouse.as_text, Decimal("12.50"), "12.50"),
        (warehouse.as_text, "1001.0", "1001.0"),
        (warehouse.as_code, " 1001.0\ufeff", "1001"),
        (warehouse.as_code, 4915112345678.0, "4915112345678"),
        (warehouse.as_code, "007", "007"),
        (warehouse.as_code, "1E7", "1E7"),
    ],
)
def test_a_value_is_read_as_what_it_means(
    read: Callable[[object, str], Any], value: object, meaning: object
) -> None:
    found = read(value, "field")
    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (warehouse.as_list, "[1"),
        (warehouse.as_list, 5),
        (warehouse.as_object, "secret"),
        (warehouse.as_object, "[1]"),
        (warehouse.as_object, []),
        (warehouse.as_number, "12,50"),
        (warehouse.as_number, "12 EUR"),
        (warehouse.as_number, "NaN"),
        (warehouse.as_number, Decimal("Infinity")),
        (warehouse.as_number, float("nan")),
        (warehouse.as_number, True),
        (warehouse.as_number, "٣"),
        (warehouse.as_number, []),
        (warehouse.as_whole_number, "5.5"),
        (warehouse.as_whole_number, "1e300"),
        (warehouse.as_flag, "perhaps"),
        (warehouse.as_flag, 2),
        (warehouse.as_flag, {}),
        (warehouse.as_text, {"a": 1}),
        (warehouse.as_text, Decimal("1e5000")),
        (warehouse.as_moment, "31.01.2026"),
        (warehouse.as_date, "2026-13-01"),
    ],
)
def test_what_cannot_be_read_names_the_field_and_not_the_value(
    read: Callable[[object, str], Any], value: object
) -> None:
    with pytest.raises(Rejection) as caught:
        read(value, "weight")
    assert caught.value.field == "weight"
    assert caught.value.code == warehouse.BAD_VALUE
    assert caught.value.reason.startswith("weight must be ")
    assert "secret" not in caught.value.reason


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("compare_at_price", "compareAtPrice"),
        ("compareAtPrice", "compareAtPrice"),
        ("address_line2", "addressLine2"),
        ("id", "id"),
        ("custom.vat_id", "custom.vat_id"),
        ("_sdc_deleted_at", "_sdc_deleted_at"),
    ],
)
def test_columns_become_names_of_fields(column: str, name: str) -> None:
    assert warehouse.camel(column) == name


def test_columns_are_known_in_any_spelling_and_the_others_are_named() -> None:
    row = {"compare_at_price": 1, "UPDATEDDATE": 2, "colour": 3, "custom.a_b": 4, "custom.ab": 5}
    known = ["compareAtPrice", "updatedDate", "custom.a_b"]
    assert warehouse.named(row, known) == (
        {"compareAtPrice": 1, "updatedDate": 2, "custom.a_b": 4},
        ["colour", "custom.ab"],
    )


@pytest.mark.parametrize(
    "column",
    [
        "\ufeffcompare_at_price",
        "Compare At Price ",
        "compare-at price",
        "\u200bCOMPAREATPRICE\u00a0",
    ],
)
def test_nothing_that_nobody_sees_tells_two_column_names_apart(column: str) -> None:
    assert warehouse.named({column: 1}, ["compareAtPrice"]) == ({"compareAtPrice": 1}, [])


def test_a_key_that_somebody_chose_is_a_column_by_what_is_seen_of_it() -> None:
    assert warehouse.named({"\ufeffcustom.a_b ": 1}, ["custom.a_b"]) == ({"custom.a_b": 1}, [])


def test_of_two_spellings_of_a_field_its_own_wins_unless_it_is_null() -> None:
    known = ["inStock", "jobTitle"]
    row = {"in_stock": 1, "inStock": 2, "jobTitle": None, "job_title": "x"}
    assert warehouse.named(row, known) == ({"inStock": 2, "jobTitle": "x"}, ["in_stock"])


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_no_digit_of_a_number_is_lost_on_the_way_through_text(number: Decimal) -> None:
    found = warehouse.as_number(format(number, "f"), "price")
    assert format(found, "f") == format(number, "f")
