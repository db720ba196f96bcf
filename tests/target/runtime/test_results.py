"""Counters, progress and the gate of state, by themselves."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_wix.api.errors import RefusedError, Violation
from tap_wix.api.foreign_text import keep_secret
from target_wix.pipeline.refusals import rejection_of
from target_wix.runtime import state_gate
from target_wix.runtime.outcomes import Outcome, Rejection, RunOutcomes, loggable_key
from target_wix.runtime.pending import PendingRecord
from target_wix.runtime.state_gate import StateGate
from target_wix.target import TargetWix
from tests.target.runtime.harness import CONFIG, MemoryShop

LOGGER = logging.getLogger("test-results")


def test_progress_is_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOGGER.name)
    now = [0.0]
    results = RunOutcomes(LOGGER, clock=lambda: now[0])
    for second in range(1, 181):
        now[0] = second
        results.record("products", Outcome.UPDATED, str(second))
    said = [one.getMessage() for one in caplog.records]
    assert len(said) == 3
    assert said[1].startswith("So far, products: 0 created, 120 updated")


def test_the_summary_has_deletions_only_where_there_are_some() -> None:
    results = RunOutcomes(LOGGER)
    assert "deleted" not in results.tally("contacts").line()
    results.record("contacts", Outcome.DELETED, "c")
    assert "1 deleted" in results.tally("contacts").line()


def test_memory_for_refusals_does_not_grow_with_their_number() -> None:
    results = RunOutcomes(LOGGER)
    for number in range(1000):
        results.record("p", Outcome.REJECTED, str(number), rejection=Rejection("A", "b"))
    assert results.tally("p").samples == {"A": ["0", "1", "2", "3", "4"]}


def test_a_refusal_of_wix_is_told_in_its_own_words() -> None:
    violation = Violation("product.name", "too long")
    error = RefusedError("x", status=400, text="name too long", request_id="r", code="C")
    refused = rejection_of(error)
    assert (refused.code, refused.reason, refused.field, refused.request_id) == (
        "C",
        "name too long",
        None,
        "r",
    )
    bare = rejection_of(RefusedError("x", status=400, violations=(violation,)))
    assert (bare.code, bare.reason, bare.field) == ("400", "too long", "product.name")


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("a-1", "a-1"),
        (5, "5"),
        (None, "line 9"),
        ("", "line 9"),
        ("me@here.example", "line 9"),
        ("a\nb", "a\\nb"),
        ("x" * 200, "x" * 80 + "..."),
        ("+49 171 2345678", "line 9"),
        ("IST.made-up-key-of-the-owner", "line 9"),
        (["a"], "line 9"),
        (True, "true"),
    ],
)
def test_a_key_in_the_log_is_no_email_and_one_short_line(value: object, key: str) -> None:
    keep_secret("IST.made-up-key-of-the-owner")
    assert loggable_key(value, 9) == key


def test_a_sku_of_many_digits_is_no_phone() -> None:
    assert loggable_key("4006381333931", 9, numbers=True) == "4006381333931"


def test_a_sink_that_forgets_a_record_or_settles_it_twice_is_found_out() -> None:
    target = TargetWix(config=dict(CONFIG))

    class Forgetful(MemoryShop().sink()):  # type: ignore[misc]
        def write(self, records: list[PendingRecord]) -> None:
            for incoming in records[1:]:
                self.context.set_outcome(incoming, Outcome.CREATED)
                self.context.set_outcome(incoming, Outcome.CREATED)

    sink = Forgetful(target, "products", {"properties": {}}, None)
    sink.take(PendingRecord({"id": "a"}, 1, "products", b"{}"))
    with pytest.raises(RuntimeError, match="1 records were left without an outcome"):
        sink.process_batch({})
    sink = Forgetful(target, "products", {"properties": {}}, None)
    sink.take(PendingRecord({"id": "b"}, 2, "products", b"{}"))
    sink.take(PendingRecord({"id": "c"}, 3, "products", b"{}"))
    with pytest.raises(RuntimeError, match="c was given a second outcome"):
        sink.process_batch({})


@given(
    st.lists(st.sampled_from(["record", "refused", "state"]), max_size=40),
    st.booleans(),
    st.data(),
)
def test_no_state_ever_passes_what_is_open_or_refused_and_the_last_good_one_goes_out(
    messages: list[str],
    kept: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    gate = StateGate(dry_run=False, refused_are_kept=kept)
    waiting: list[tuple[int, str]] = []
    printed = 0
    refused: list[int] = []
    for position, kind in enumerate(messages, start=1):
        if kind == "state":
            gate.arrived(position, str(position).encode())
        else:
            waiting.append((position, kind))
        if data.draw(st.booleans()):
            refused += [at for at, one in waiting if one == "refused"]
            for at in refused:
                gate.refused(at)
            waiting.clear()
        barriers = [at for at, _ in waiting] + ([] if kept else refused)
        if (state := gate.release(min((at for at, _ in waiting), default=None))) is not None:
            assert int(state) > printed
            printed = int(state)
        allowed = [
            at
            for at, one in enumerate(messages[:position], start=1)
            if one == "state" and at < min(barriers, default=position + 1)
        ]
        assert printed == max(allowed, default=0)


@given(st.lists(st.sampled_from(["record", "state", "state", "settled"]), max_size=120))
def test_of_many_states_that_wait_some_are_dropped_and_none_is_ahead(messages: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state_gate, "MOST_WAITING", 6)
        gate = StateGate(dry_run=False, refused_are_kept=True)
        waiting: list[int] = []
        newest = printed = 0
        for position, kind in enumerate(messages, start=1):
            if kind == "state":
                gate.arrived(position, str(position).encode())
                newest = position
            elif kind == "record":
                waiting.append(position)
            elif waiting:
                waiting.pop(0)
            assert len(gate) <= 6
            if (state := gate.release(min(waiting, default=None))) is not None:
                assert printed < int(state) < min(waiting, default=position + 1)
                printed = int(state)
            if not waiting:
                assert printed == newest
