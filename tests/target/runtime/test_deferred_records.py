"""Records that wait: which of them is the oldest, and that this costs the same however many wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_wix.runtime import pending
from target_wix.runtime.outcomes import Rejection
from target_wix.runtime.pending import DeferredRecord, DeferredRecords, PendingRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

WHY = Rejection("UNKNOWN_SKU", "No product has it.")


class CountedRecord(PendingRecord):
    """A record that counts how often somebody asks for its line."""

    asked = 0

    def __getattribute__(self, name: str) -> object:
        if name == "position":
            CountedRecord.asked += 1
        return super().__getattribute__(name)


def _record(position: int, *keys: str) -> DeferredRecord:
    return DeferredRecord(PendingRecord({}, position, wire=b"x" * 10), WHY, frozenset(keys))


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "release", "take", "overflow"]), st.integers(0, 8)),
        max_size=40,
    ),
    st.integers(1, 5),
)
def test_the_oldest_is_the_first_of_those_that_wait(
    steps: Sequence[tuple[str, int]], most: int
) -> None:
    records, waiting = DeferredRecords(), dict[int, str]()
    released: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pending, "MOST_DEFERRED", most)
        patch.setattr(pending, "_MOST_GONE", 2)
        for kind, number in steps:
            key = f"key {number % 3}"
            if kind == "add" and number not in waiting:
                records.add(_record(number, key))
                waiting[number] = key
            elif kind == "release":
                records.release([key])
                released |= {one for one, its in waiting.items() if its == key}
            elif kind == "take":
                assert {one.position for one in records.take()} == released
                waiting = {one: its for one, its in waiting.items() if one not in released}
                released = set()
            elif kind == "overflow":
                gone = [one.pending.position for one in records.overflow()]
                assert gone == sorted(waiting)[: max(0, len(waiting) - most)]
                for one in gone:
                    del waiting[one]
                released -= {*gone}
            assert (len(records), records.oldest) == (len(waiting), min(waiting, default=None))


def test_a_record_too_many_costs_no_look_at_all_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    most = 2000
    monkeypatch.setattr(pending, "MOST_DEFERRED", most)
    records = DeferredRecords()
    CountedRecord.asked = 0
    for position in range(2 * most):
        records.add(DeferredRecord(CountedRecord({}, position), WHY))
        assert all(one.pending.key == "" for one in records.overflow())
        assert records.oldest == max(0, position + 1 - most)
    assert CountedRecord.asked < 20 * most


def test_records_of_one_line_wait_each_for_itself() -> None:
    records = DeferredRecords()
    first, second, later = _record(1, "A"), _record(1, "B"), _record(2, "A")
    for one in (first, second, later):
        records.add(one)
    records.release(["A"])
    assert {*records.take()} == {first.pending, later.pending}
    assert (len(records), records.oldest) == (1, 1)
    assert records.take(everything=True) == [second.pending]
    assert (len(records), records.oldest) == (0, None)
