"""Amounts stay exact and are spelled as Wix accepts them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_wix.api.money import decimal_of, decimal_text, decimals, same_amount


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.10"), "12.10"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-3"), "0.001"),
        (Decimal("0E-8"), "0.00000000"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("-3.5"), "-3.5"),
        (9007199254740993, "9007199254740993"),
        (" 34.50 ", "34.50"),
        ("+5", "5"),
        ("1e2", "100"),
    ],
)
def test_an_amount_is_written_in_plain_notation(value: Decimal | int | str, text: str) -> None:
    assert decimal_text(value) == text


@pytest.mark.parametrize(
    "value",
    ["", "twelve", "1,50", "1_000", "NaN", "-inf", "1e999999", "\u0661\u0662", True, None, [], {}],
)
def test_what_is_no_number_is_not_read_as_one(value: object) -> None:
    assert decimal_of(value) is None


def test_a_text_that_is_no_number_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match=r"^not a decimal number$"):
        decimal_text("a@b.example")


def test_a_float_is_read_by_the_text_it_was_parsed_from() -> None:
    assert decimal_of(12.1) == Decimal("12.1")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("34.5", "34.50", True),
        (Decimal("34.5"), "34.500", True),
        (34, "34.0", True),
        ("34.5", "34.51", False),
        (None, None, True),
        (None, 0, False),
        ("x", "x", True),
        ("x", "y", False),
        (True, 1, False),
    ],
)
def test_amounts_are_compared_by_value(left: object, right: object, *, same: bool) -> None:
    assert same_amount(left, right) is same


@pytest.mark.parametrize(
    ("value", "count"), [("12", 0), ("12.100", 1), ("12.345", 3), ("12.3450", 3), ("1e-4", 4)]
)
def test_only_decimals_that_matter_are_counted(value: str, count: int) -> None:
    assert decimals(value) == count


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3
    )
)
def test_no_digit_is_lost_or_won(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert same_amount(text, value)
