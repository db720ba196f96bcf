"""Moments in one spelling: text order must be time order, and no digit may be lost."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_wix.api import times


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020-05-10T07:14:59Z", "2020-05-10T07:14:59.000000000Z"),
        ("2023-11-10T08:28:58.917Z", "2023-11-10T08:28:58.917000000Z"),
        ("2023-11-10T08:28:58.123456789Z", "2023-11-10T08:28:58.123456789Z"),
        ("2023-11-10 08:28:58+00:00", "2023-11-10T08:28:58.000000000Z"),
        ("2023-11-10T01:30:00+02:00", "2023-11-09T23:30:00.000000000Z"),
        ("2023-11-09T22:00:00.5-0130", "2023-11-09T23:30:00.500000000Z"),
        ("2023-11-10T08:28:58", "2023-11-10T08:28:58.000000000Z"),
        ("2023-11-10", "2023-11-10T00:00:00.000000000Z"),
    ],
)
def test_every_spelling_of_a_moment_becomes_the_canonical_one(written: str, meant: str) -> None:
    assert times.canonical(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "1585518845000",
        "2023-13-01",
        "2023-11-10T8:00Z",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-05:00",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no date and time|month|years"):
        times.canonical(text)


zones = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001


@given(moments, moments)
def test_the_order_of_the_texts_is_the_order_of_the_moments(a: datetime, b: datetime) -> None:
    assert (times.canonical(a.isoformat()) < times.canonical(b.isoformat())) == (a < b)


def test_earlier_keeps_the_fraction() -> None:
    assert times.earlier("2026-01-01T00:05:00.000000001Z", minutes=10) == (
        "2025-12-31T23:55:00.000000001Z"
    )


def test_earlier_than_the_first_year_is_the_first_year() -> None:
    assert times.earlier("0001-01-01T00:00:00Z", minutes=10) == "0001-01-01T00:00:00.000000000Z"
