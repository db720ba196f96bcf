"""The quirks of warehouses and spreadsheets, read as what they mean."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_wix.pipeline import coerce
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable


def test_nulls_mean_absent_at_every_depth() -> None:
    row = {"a": None, "b": {"c": None, "d": [None, {"e": None, "f": 0}]}, "g": "", "h": False}
    assert coerce.clean(row) == {"b": {"d": [{"f": 0}]}, "g": "", "h": False}


def test_nulls_stay_at_every_depth_where_they_clear() -> None:
    row = {"a": None, "b": {"c": None}, "o": "null", "l": None, "empty": ""}
    cleaned = coerce.clean(row, objects={"o", "empty"}, lists={"l"}, null_clears=True)
    assert cleaned == {"a": None, "b": {"c": None}, "o": None, "l": None}


def test_json_text_is_read_where_an_object_or_a_list_belongs() -> None:
    row = {"o": '{"a": 12.10, "n": null}', "l": "[1, null]", "text": "[1]", "none": "null"}
    cleaned = coerce.clean(row, objects={"o", "none"}, lists={"l"})
    assert cleaned == {"o": {"a": Decimal("12.10")}, "l": [1], "text": "[1]"}


@pytest.mark.parametrize(
    ("read", "value", "meaning"),
    [
        (coerce.as_list, "a; b ;;c", ["a", "b", "c"]),
        (coerce.as_list, "https://x.example/a.png", ["https://x.example/a.png"]),
        (coerce.as_list, "", None),
        (coerce.as_list, "[]", []),
        (coerce.as_list, [], []),
        (coerce.as_list, None, None),
        (coerce.as_object, "", None),
        (coerce.as_object, {}, {}),
        (coerce.as_number, "12.10", Decimal("12.10")),
        (coerce.as_number, " -3 ", Decimal(-3)),
        (coerce.as_number, 9007199254740993, 9007199254740993),
        (coerce.as_number, 0.1, Decimal("0.1")),
        (coerce.as_number, "", None),
        (coerce.as_whole_number, "5.0", 5),
        (coerce.as_whole_number, Decimal("1E+2"), 100),
        (coerce.as_flag, "TRUE", True),
        (coerce.as_flag, "f", False),
        (coerce.as_flag, 1, True),
        (coerce.as_flag, Decimal(0), False),
        (coerce.as_flag, " ", None),
        (coerce.as_text, 12345, "12345"),
        (coerce.as_text, Decimal("1E+3"), "1000"),
        (coerce.as_text, "", ""),
        (coerce.as_moment, "2026-01-31 08:00:00", "2026-01-31T08:00:00.000000000Z"),
        (coerce.as_moment, "2026-01-31T08:00:00+02:00", "2026-01-31T06:00:00.000000000Z"),
        (coerce.as_moment, "", None),
        (coerce.as_date, "1990-12-31", "1990-12-31"),
        (coerce.as_date, "1990-12-31T00:00:00+02:00", "1990-12-31"),
        (coerce.as_date, None, None),
        (coerce.as_date, "0000-00-00", None),
        (coerce.as_date, "0000-00-00 00:00:00", None),
        (coerce.as_date, "00.00.0000", None),
        (coerce.as_date, "0001-01-01T00:00:00Z", None),
        (coerce.as_date, "1900-01-00", None),
        (coerce.as_date, "N/A", None),
        (coerce.as_moment, "0000-00-00 00:00:00", None),
        (coerce.as_text, 1001.0, "1001"),
        (coerce.as_text, Decimal("1001.00"), "1001"),
        (coerce.as_text, Decimal("12.50"), "12.50"),
        (coerce.as_text, "1001.0", "1001.0"),
        (coerce.as_code, " 1001.0\ufeff", "1001"),
        (coerce.as_code, 4915112345678.0, "4915112345678"),
        (coerce.as_code, "007", "007"),
        (coerce.as_code, "1E7", "1E7"),
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
        (coerce.as_list, "[1"),
        (coerce.as_list, 5),
        (coerce.as_object, "secret"),
        (coerce.as_object, "[1]"),
        (coerce.as_object, []),
        (coerce.as_number, "12,50"),
        (coerce.as_number, "12 EUR"),
        (coerce.as_number, "NaN"),
        (coerce.as_number, Decimal("Infinity")),
        (coerce.as_number, float("nan")),
        (coerce.as_number, True),
        (coerce.as_number, "٣"),
        (coerce.as_number, []),
        (coerce.as_whole_number, "5.5"),
        (coerce.as_whole_number, "1e300"),
        (coerce.as_flag, "perhaps"),
        (coerce.as_flag, 2),
        (coerce.as_flag, {}),
        (coerce.as_text, {"a": 1}),
        (coerce.as_text, Decimal("1e5000")),
        (coerce.as_moment, "31.01.2026"),
        (coerce.as_date, "2026-13-01"),
    ],
)
def test_what_cannot_be_read_names_the_field_and_not_the_value(
    read: Callable[[object, str], Any], value: object
) -> None:
    with pytest.raises(Rejection) as caught:
        read(value, "weight")
    assert caught.value.field == "weight"
    assert caught.value.code == coerce.BAD_VALUE
    assert caught.value.reason.startswith("weight must be ")
    assert "secret" not in caught.value.reason


def test_columns_are_known_in_any_spelling_and_the_others_are_named() -> None:
    row = {"compare_at_price": 1, "UPDATEDDATE": 2, "colour": 3, "custom.a_b": 4, "custom.ab": 5}
    known = ["compareAtPrice", "updatedDate", "custom.a_b"]
    assert coerce.named(row, known) == (
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
    assert coerce.named({column: 1}, ["compareAtPrice"]) == ({"compareAtPrice": 1}, [])


def test_a_key_that_somebody_chose_is_a_column_by_what_is_seen_of_it() -> None:
    assert coerce.named({"\ufeffcustom.a_b ": 1}, ["custom.a_b"]) == ({"custom.a_b": 1}, [])


def test_of_two_spellings_of_a_field_its_own_wins_unless_it_is_null() -> None:
    known = ["inStock", "jobTitle"]
    row = {"in_stock": 1, "inStock": 2, "jobTitle": None, "job_title": "x"}
    assert coerce.named(row, known) == ({"inStock": 2, "jobTitle": "x"}, ["in_stock"])


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_no_digit_of_a_number_is_lost_on_the_way_through_text(number: Decimal) -> None:
    found = coerce.as_number(format(number, "f"), "price")
    assert format(found, "f") == format(number, "f")
