"""Numbers must survive unchanged, and no odd text may cost a page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tap_wix.api import codec


def test_money_and_large_ids_come_and_go_unchanged() -> None:
    text = b'{"price":12.10,"id":9007199254740993,"huge":123456789012345678901234567890}'
    value = codec.decode(text)
    assert value["price"] == Decimal("12.10")
    assert codec.encode(value) == text


def test_a_lone_surrogate_does_not_cost_the_page() -> None:
    assert codec.decode(rb'{"name":"cup \ud83d","good":"\ud83d\ude00","price":0.1}') == {
        "name": "cup \N{REPLACEMENT CHARACTER}",
        "good": "\N{GRINNING FACE}",
        "price": Decimal("0.1"),
    }


@pytest.mark.parametrize("as_text", [False, True])
def test_the_character_that_no_database_has_is_replaced_at_every_depth(as_text: bool) -> None:  # noqa: FBT001
    text = r'{"a\u0000":"\u0000Lind","b":[{"c":["x\u0000y",1.10,"\\u0000"]}],"d\u0000e":{"\u0000":null}}'
    assert codec.decode(text if as_text else text.encode()) == {
        "a\ufffd": "\ufffdLind",
        "b": [{"c": ["x\ufffdy", Decimal("1.10"), r"\u0000"]}],
        "d\ufffde": {"\ufffd": None},
    }


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "-1.5E-99999999999999999999", "7" * 5000]
)
def test_a_number_that_no_program_can_hold_arrives_as_its_text(number: str) -> None:
    assert codec.decode(f'{{"price":12.10,"odd":[{number}]}}') == {
        "price": Decimal("12.10"),
        "odd": [number],
    }


@pytest.mark.parametrize("text", [b"{", b"<html>", b'{"a": NaN}', b'{"a": -Infinity}', b""])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any wording
        codec.decode(text)


@pytest.mark.parametrize("depth", [1500, 200_000])
@pytest.mark.parametrize(("begin", "end"), [(b'{"a":', b"}"), (b"[", b"]"), (b'[{"a":', b"}]")])
@pytest.mark.parametrize("beside", [b'"x"', rb'"\ud800"'], ids=["plain", "lone surrogate"])
def test_what_is_nested_deeper_than_python_can_follow_is_refused(
    depth: int, begin: bytes, end: bytes, beside: bytes
) -> None:
    with pytest.raises(codec.UnusableJsonError, match="too deeply"):
        codec.decode(b"[" + beside + b"," + begin * depth + b"1" + end * depth + b"]")
