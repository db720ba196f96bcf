"""Numbers must survive unchanged, and no odd text may cost a page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_wix.api import wire


def test_money_and_large_ids_come_and_go_unchanged() -> None:
    text = b'{"price":12.10,"id":9007199254740993,"huge":123456789012345678901234567890}'
    value = wire.decode(text)
    assert value["price"] == Decimal("12.10")
    assert wire.encode(value) == text


def test_a_lone_surrogate_does_not_cost_the_page() -> None:
    assert wire.decode(rb'{"name":"cup \ud83d","good":"\ud83d\ude00","price":0.1}') == {
        "name": "cup \N{REPLACEMENT CHARACTER}",
        "good": "\N{GRINNING FACE}",
        "price": Decimal("0.1"),
    }


@pytest.mark.parametrize("text", [b"{", b"<html>", b'{"a": NaN}', b'{"a": -Infinity}', b""])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any wording
        wire.decode(text)


@pytest.mark.parametrize(
    "number",
    [b"1e99999999999999999999", b"-1e-99999999999999999999", b"9" * 5000],
    ids=["exponent", "negative exponent", "5,000 digits"],
)
@pytest.mark.parametrize("beside", [b'"x"', rb'"\ud800"'], ids=["plain", "lone surrogate"])
def test_a_number_that_nobody_can_hold_is_refused(number: bytes, beside: bytes) -> None:
    with pytest.raises(wire.UnusableJsonError, match="number"):
        wire.decode(b'{"a":' + beside + b',"b":' + number + b"}")


@pytest.mark.parametrize("depth", [101, 500, 900, 5000, 200_000])
@pytest.mark.parametrize(("begin", "end"), [(b'{"a":', b"}"), (b"[", b"]"), (b'[{"a":', b"}]")])
@pytest.mark.parametrize("beside", [b'"x"', rb'"\ud800"'], ids=["plain", "lone surrogate"])
def test_values_too_deep_in_each_other_are_refused(
    depth: int, begin: bytes, end: bytes, beside: bytes
) -> None:
    with pytest.raises(wire.UnusableJsonError, match="inside of each other"):
        wire.decode(b"[" + beside + b"," + begin * depth + b"1" + end * depth + b"]")


@pytest.mark.parametrize(
    "text", ["", "[" * 500, "}" * 500, '\\"[{' * 200, "\\\\", '"', "[{(" * 200 + '\\"']
)
def test_brackets_in_texts_have_no_depth(text: str) -> None:
    value = {"a": [{"b": text}] * 3, text: [1, [2, [3, [text]]]]}
    assert wire.decode(wire.encode(value)) == value
    assert wire.decode(wire.encode(value).decode()) == value


def test_brackets_in_texts_do_not_hide_how_deep_the_others_lie() -> None:
    hiding = b'["]",' * 500 + b'"["' + b',"["]' * 499 + b"]"
    with pytest.raises(wire.UnusableJsonError):
        wire.decode(hiding)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text('[]{}"\\ x', max_size=12),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=20,
    )
)
def test_any_json_of_usual_depth_comes_and_goes_unchanged(value: object) -> None:
    assert wire.decode(wire.encode(value)) == value
    for _ in range(wire.MOST_LEVELS + 1):
        value = [value]
    with pytest.raises(wire.UnusableJsonError):
        wire.decode(wire.encode(value))
