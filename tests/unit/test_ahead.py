"""Parts of a page are asked for while the next page comes: in order, few at once, nothing lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tap_wix.api.ahead import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 20.0
"""Seconds that nothing waits for unless the code is wrong."""


def test_results_come_in_the_order_of_the_items_whichever_is_done_first() -> None:
    third = threading.Event()

    def work(item: int) -> int:
        if item == 1:
            assert third.wait(LONG)
        elif item == 3:
            third.set()
        return item

    assert list(in_order(work, range(6), 4)) == [0, 1, 2, 3, 4, 5]


def test_no_more_are_held_than_may_be_and_none_is_taken_before_the_first_is_done() -> None:
    taken: list[int] = []
    done: list[int] = []
    go_on = threading.Event()

    def items() -> Iterator[int]:
        for item in range(9):
            taken.append(item)
            if item == 1:
                assert done == [0]
            if len(taken) == 4:
                go_on.set()
            yield item

    def work(item: int) -> int:
        if item:
            assert go_on.wait(LONG)
        done.append(item)
        return item

    results = in_order(work, items(), 3)
    assert (next(results), taken) == (0, [0])
    # Three are held: the fourth item is the third one behind the first.
    assert next(results) == 1
    assert len(taken) == 4
    assert list(results) == [*range(2, 9)]


@pytest.mark.parametrize("broken", ["items", "work"])
def test_what_came_before_a_failure_is_there_before_it(broken: str) -> None:
    def items() -> Iterator[int]:
        yield from range(4)
        if broken == "items":
            raise OSError("no more")
        yield from range(4, 9)

    def work(item: int) -> int:
        if item == 4:
            raise OSError("not this one")
        return item

    results = in_order(work, items(), 3)
    assert [next(results) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(OSError, match="no"):
        next(results)


def test_nothing_is_done_of_nothing() -> None:
    assert list(in_order(str, [], 3)) == []
