"""Numbers must survive unchanged, and no odd text may cost a page."""

from __future__ import annotations

from decimal import Decimal

import pytest

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
