"""The way of a batch through match, plan and write, shown with a shelf of named things."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from target_wix.pipeline.rounds import (
    MOST_TRIES,
    Parsed,
    Pipeline,
    Rejected,
    Result,
    Retry,
    Settled,
    Waiting,
)
from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import Outcome, Rejection
from target_wix.sinks import SINKS
from tests.target.runtime.harness import record, run, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from target_wix.runtime.pending import PendingRecord


@dataclass(frozen=True)
class _Named:
    pending: PendingRecord
    name: str
    value: int
    seen: int = 0


@dataclass
class _Shelf:
    """Things by name; each has a version, and `meddle` is called before each write."""

    values: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    meddle: Callable[[_Shelf, str], None] = lambda _shelf, _name: None

    def parse(self, pending: PendingRecord) -> Parsed[_Named]:
        data = pending.data
        if "name" not in data:
            raise Rejection("NO_KEY", "It has no name.", "name")
        one = _Named(pending, data["name"], data.get("value", 0))
        unknown = data.keys() - {"id", "name", "value", "gone"}
        return Parsed(one, sorted(unknown), ["odd"] * (one.name == "odd"), bool(data.get("gone")))

    def match(self, records: Sequence[_Named]) -> Iterator[_Named | Result[_Named]]:
        self.log.append("match " + " ".join(one.pending.key for one in records))
        taken: set[str] = set()
        for one in records:
            if one.name == "two":
                yield Rejected(one, Rejection("AMBIGUOUS", "Two have this name.", "name"))
            elif one.name in taken:
                yield Waiting(one)
            else:
                taken.add(one.name)
                yield one

    def plan(self, group: _Named) -> Iterator[tuple[_Named, int] | Result[_Named]]:
        self.log.append(f"plan {group.pending.key}")
        if self.values.get(group.name) == group.value:
            yield Settled(group, Outcome.UNCHANGED)
        else:
            yield group, self.versions.get(group.name, 0)

    def write(self, plans: Iterable[tuple[_Named, int]]) -> Iterator[Result[_Named]]:
        for one, version in plans:
            self.meddle(self, one.name)
            self.log.append(f"write {one.pending.key}")
            if self.versions.get(one.name, 0) != version:
                yield Retry(one, Rejection("BUSY", "It changes all the time."))
                continue
            outcome = Outcome.UPDATED if one.name in self.values else Outcome.CREATED
            self.values[one.name], self.versions[one.name] = one.value, version + 1
            yield Settled(one, outcome, ["value"], [("halves", "")] * (one.value == 5))

    def end_batch(self) -> None:
        self.log.append("end")

    def sink(self) -> type[WixSink]:
        shelf = self

        class ShelfSink(WixSink):
            def write(self, pending: list[PendingRecord]) -> None:
                Pipeline(self.context, shelf).write(pending)

        return ShelfSink


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> _Shelf:
    caplog.set_level(logging.INFO, "target-wix")
    shelf = _Shelf()
    monkeypatch.setitem(SINKS, "contacts", shelf.sink())
    return shelf


def _run(*rows: dict[str, Any], **settings: Any) -> int:
    lines = [record("contacts", id=f"r{at}", **row) for at, row in enumerate(rows)]
    return run([schema("contacts"), *lines], **settings)


def test_records_of_one_round_are_matched_together_and_then_planned_and_written_one_by_one(
    shelf: _Shelf,
) -> None:
    assert _run({"name": "a", "value": 1}, {"name": "b", "value": 2}) == 0
    assert shelf.log == ["match r0 r1", "plan r0", "write r0", "plan r1", "write r1"]
    assert shelf.values == {"a": 1, "b": 2}


def test_a_record_that_waits_for_another_is_matched_again_in_the_next_round(
    shelf: _Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"name": "a", "value": value} for value in (1, 2, 2, 1)]
    assert _run(*rows) == 0
    matched = [line for line in shelf.log if line.startswith("match")]
    assert matched == ["match r0 r1 r2 r3", "match r1 r2 r3", "match r2 r3", "match r3"]
    assert shelf.values == {"a": 1}
    assert "contacts: 1 created, 2 updated, 1 unchanged, 0 ignored, 0 rejected" in caplog.text


def test_a_record_that_any_step_rejects_costs_no_other_one_its_outcome(
    shelf: _Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    assert _run({"value": 1}, {"name": "two"}, {"name": "a", "value": 1}) == 1
    assert shelf.values == {"a": 1}
    assert "1 created, 0 updated, 0 unchanged, 0 ignored, 2 rejected" in caplog.text
    assert "NO_KEY 1: r0; AMBIGUOUS 1: r1" in caplog.text


def test_what_somebody_changes_meanwhile_is_planned_again(shelf: _Shelf) -> None:
    def meddle(shelf: _Shelf, name: str) -> None:
        if not shelf.versions:
            shelf.values[name], shelf.versions[name] = 7, 1

    shelf.meddle = meddle
    assert _run({"name": "a", "value": 1}, {"name": "b", "value": 2}) == 0
    assert shelf.values == {"a": 1, "b": 2}
    assert shelf.log.count("write r0") == 2
    assert shelf.log.count("write r1") == 1


def test_what_never_keeps_still_is_given_up_on_and_the_rest_is_written(
    shelf: _Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    def meddle(shelf: _Shelf, name: str) -> None:
        if name == "a":
            shelf.versions[name] = shelf.versions.get(name, 0) + 1

    shelf.meddle = meddle
    assert _run({"name": "a", "value": 1}, {"name": "b", "value": 2}, {"name": "a"}) == 1
    assert shelf.values == {"b": 2}
    assert shelf.log.count("write r0") == MOST_TRIES
    assert "contacts r0 rejected: BUSY: It changes all the time." in caplog.text


def test_a_step_that_never_gets_on_stops_the_run_instead_of_going_round_for_ever(
    shelf: _Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shelf, "match", lambda records: map(Waiting, records))
    assert _run({"name": "a", "value": 1}) == 1
    assert shelf.values == {}
    assert "target-wix has a fault here (OutcomeError in rounds.py" in caplog.text


def test_deletions_are_ignored_unless_they_are_asked_for(
    shelf: _Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    assert _run({"name": "a", "gone": True}) == 0
    assert _run({"name": "a", "value": 1, "gone": True}, delete_mode="delete") == 0
    assert "0 created, 0 updated, 0 unchanged, 1 ignored" in caplog.text
    assert shelf.values == {"a": 1}


def test_what_a_record_loses_and_what_nobody_knows_of_it_is_said(
    shelf: _Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    assert _run({"name": "odd", "value": 5, "colour": "red"}, {"name": "odd", "value": 4}) == 0
    assert "contacts: Unknown columns ignored: colour." in caplog.text
    assert caplog.text.count("contacts: odd") == 1
    assert "left out: halves 1" in caplog.text
