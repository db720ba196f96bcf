"""What others wrote, as it may stand in a log: one line, short, nobody's secrets."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_wix.api.foreign_text import keep_secret, quoted, shown

KEY = "IST.eyJraWQiOiJQb3pIX2FDMiIsImFsZyI6IlJTMjU2In0.abcDEF+/=xyz-0987654321"
keep_secret(KEY)


def test_ordinary_words_stay_as_they_are() -> None:
    text = "Größe: 42 / Farbe: rot, 12.50 €, id 1f2e3d4c-5b6a-4789-8abc-def012345678, 日本"
    assert shown(text) == text


@pytest.mark.parametrize(
    ("char", "seen"),
    [
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\t", "\\t"),
        ("\0", "\\x00"),
        ("\x1b", "\\x1b"),
        ("\x7f", "\\x7f"),
        ("\x85", "\\x85"),
        ("\x9b", "\\x9b"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
        ("\u202e", "\\u202e"),
        ("\u2066", "\\u2066"),
        ("\u200f", "\\u200f"),
        ("\u061c", "\\u061c"),
        ("\u200b", "\\u200b"),
        ("\u2060", "\\u2060"),
        ("\ufeff", "\\ufeff"),
        ("\xad", "\\xad"),
        ("\u3164", "\\u3164"),
        ("\ufe0f", "\\ufe0f"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_is_not_seen_or_moves_other_text_is_escaped(char: str, seen: str) -> None:
    assert shown(f"before{char}after") == f"before{seen}after"


@given(st.text(max_size=400) | st.text("\n\r\x1b\u2028\u202e@+0123456789 ab", max_size=400))
def test_any_text_becomes_one_short_line_that_only_says_what_is_seen(text: str) -> None:
    line = shown(text, limit=100)
    assert len(line) <= 103
    assert len(line.splitlines()) <= 1
    assert all(unicodedata.category(char)[0] != "C" for char in line)
    line.encode()


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.org",
        "ann.o'neil+shop@mail.example.org",
        "ann\u200b@example.org",
        "ann\uff20example.org",
        "ann%40example.org",
        "mailto:ann@example.org",
        '{"email":"ann@example.org"}',
        "bounce+ann=example.org@list.example.org",
    ],
)
def test_an_e_mail_is_masked_in_every_spelling(address: str) -> None:
    line = shown(f"The contact {address} exists.")
    assert "example.org" not in line
    assert "<e-mail>" in line
    assert "ann" not in line
    assert line.startswith("The contact ")
    assert line.endswith(" exists.")


@pytest.mark.parametrize("at", range(170, 205))
def test_an_e_mail_at_the_cut_is_masked_whole(at: int) -> None:
    line = shown("-" * at + " anna.maria.long-name@shop.example.org and more")
    assert "anna" not in line
    assert "example" not in line


@pytest.mark.parametrize(
    "phone",
    ["+49 171 2345678", "0171/2345678", "(030) 123-45.67", "01712345678", "+1 (212) 555-0100"],
)
def test_a_phone_is_masked(phone: str) -> None:
    assert shown(f"Phone {phone} is taken.") == "Phone <number> is taken."


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "00000000-0000-0000-0000-000000000000",
        "12345678-1234-4321-8765-123456789012",
        "99.90",
        "123456",
        "2026-01-31T08:00:00.000Z",
    ],
)
def test_ids_dates_and_prices_are_no_phones(text: str) -> None:
    assert shown(text) == text


def test_a_long_number_stays_where_it_names_an_article() -> None:
    assert shown("4006381333931", numbers=True) == "4006381333931"


@pytest.mark.parametrize(
    "echo", [KEY, KEY[:30], KEY[20:], f"Bearer {KEY}", f"key={KEY}&x", KEY.replace("+", "%2B")]
)
def test_a_secret_and_its_parts_are_masked(echo: str) -> None:
    line = shown(f"Bad header: {echo}", limit=500)
    assert "<secret>" in line
    assert not any(KEY[start : start + 12] in line for start in range(len(KEY) - 11))


@pytest.mark.parametrize("at", range(120, 205, 5))
def test_a_secret_at_the_cut_is_masked(at: int) -> None:
    assert "IST." not in shown("-" * at + KEY)


def test_a_short_secret_is_masked_where_it_stands() -> None:
    keep_secret("s3cr3t")
    assert shown("Wrong password s3cr3t!") == "Wrong password <secret>!"


def test_a_secret_of_a_letter_or_two_does_not_hide_ordinary_words() -> None:
    keep_secret("k")
    keep_secret("")
    assert shown("kind key") == "kind key"


def test_values_of_a_record_are_masked_on_request() -> None:
    line = shown("Street 'Main Street 5' is invalid", hide=["Main Street 5", "", "in"])
    assert line == "Street '<hidden>' is invalid"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (None, "null"),
        (True, "true"),
        (12, "12"),
        (Decimal("1.50"), "1.50"),
        pytest.param(10**5000, "a number of very many digits", id="5,000 digits"),
        (["ann@example.org"], "a list"),
        ({"name": "Ann"}, "an object"),
    ],
)
def test_a_value_of_any_type_is_said_without_its_content(value: Any, seen: str) -> None:
    assert shown(value) == seen


def test_what_is_cut_says_so() -> None:
    assert shown("x" * 201) == "x" * 200 + "..."
    assert shown("x" * 200) == "x" * 200


def test_quotes_show_where_the_text_ends() -> None:
    assert quoted('a"; all is well\n') == '"a\\"; all is well\\n"'


@pytest.mark.parametrize("unit", ["a@", "a", "@", "1 ", "1", "+1-", "\u202e", "'", KEY])
def test_a_megabyte_costs_what_a_line_costs(unit: str) -> None:
    # It ends at all: a quadratic pattern would need hours for these.
    text = unit * (5_000_000 // len(unit))
    for _ in range(50):
        assert len(shown(text + "@")) <= 220
