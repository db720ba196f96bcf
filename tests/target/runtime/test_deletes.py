"""Deletions: what counts as one, and how many a run may make."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_wix.pipeline.coerce import is_deleted
from target_wix.runtime.outcomes import Rejection
from tests.target.runtime.harness import errors, printed, record, run, schema, state

if TYPE_CHECKING:
    from tests.target.runtime.harness import MemoryShop

GONE = "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    "value",
    [
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05.678901234+01:00",
        "2024-01-02 03:04:05+00",
        "2024-01-02 03:04:05.123456",
        "2024-01-02 03:04:05 UTC",
        "2024-01-02T03:04",
        "20240102T030405Z",
        " 2024-01-02T03:04:05Z ",
    ],
)
def test_a_date_and_time_reports_a_deletion(value: str) -> None:
    assert is_deleted({"_sdc_deleted_at": value})


@pytest.mark.parametrize("value", [None, "", "  ", "0000-00-00", "0000-00-00 00:00:00"])
def test_nothing_reports_no_deletion(value: object) -> None:
    assert not is_deleted({"_sdc_deleted_at": value})
    assert not is_deleted({})


@pytest.mark.parametrize(
    "value",
    [
        "null", "None", "NULL", "false", "true", "0", "1", "-", "N/A", "nan", "deleted", "T",
        "2024-01-02", "03:04:05", "20240102", "1704164645", "02.01.2024 03:04", "2024-13-01T00:00:00Z",
        "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "00:00:00",
        0, 1, 1704164645, 1.5, True, False, {}, {"at": GONE}, [], [GONE],
    ],
    ids=repr,
)  # fmt: skip
def test_all_else_is_a_mistake_that_names_the_column(value: object) -> None:
    with pytest.raises(Rejection) as caught:
        is_deleted({"_sdc_deleted_at": value})
    assert (caught.value.code, caught.value.field) == ("BAD_VALUE", "_sdc_deleted_at")
    assert caught.value.reason.startswith("Deletions need a date")


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31)))  # noqa: DTZ001
def test_every_moment_of_our_times_is_understood(moment: datetime) -> None:
    for text in (moment.isoformat(), moment.replace(tzinfo=UTC).isoformat(), str(moment)):
        assert is_deleted({"_sdc_deleted_at": text})


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_any_other_value_is_read_or_refused(value: Any) -> None:
    with contextlib.suppress(Rejection):
        assert is_deleted({"_sdc_deleted_at": value}) in (True, False)


@pytest.mark.parametrize("name", ["_sdc_deleted_at", "_SDC_DELETED_AT"])
def test_the_column_is_known_as_any_warehouse_writes_it(name: str, memory_shop: MemoryShop) -> None:
    run([schema(), record(id=1, **{name: GONE}), record(id=2, _SDC_BATCHED_AT=GONE)])

    assert memory_shop.records == [{"id": 1, "_sdc_deleted_at": GONE}, {"id": 2}]


def _run_with(lines: list[str], **settings: Any) -> int:
    return run([schema(), schema("contacts"), *lines], **settings)


def test_a_run_ends_before_it_deletes_more_than_it_may(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    lines = [record("contacts", id="c"), state(done="c")]
    for number in range(1, 15):
        lines += [record(id=number, outcome="deleted", _sdc_deleted_at=GONE)]
        lines += [record(id=-number), state(done=number)]

    assert _run_with(lines) == 1
    assert sorted(memory_shop.deleted) == list(range(1, 11))
    assert [one for one in memory_shop.ids if one == "c" or one < 0][:10] == [
        -n for n in range(1, 11)
    ]
    assert "c" in memory_shop.ids
    assert printed(capsys.readouterr().out)[-1] == {"done": 10}
    (message,) = errors(caplog)
    assert "max_deletes allows 10" in message
    assert "set max_deletes" in message
    assert "10 deleted" in caplog.text


def test_deletions_that_a_bulk_would_make_count_before_it_is_sent(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    memory_shop.in_bulk = True
    lines = [record(id=n, outcome="deleted", _sdc_deleted_at=GONE) for n in range(5)]

    assert _run_with([*lines, state(done=1)], max_deletes=3) == 1
    assert memory_shop.deleted == [0, 1, 2]
    assert capsys.readouterr().out == ""


def test_the_limit_counts_for_all_streams_of_a_run_together(memory_shop: MemoryShop) -> None:
    lines = [record(id=1, outcome="deleted"), record("contacts", id=2, outcome="deleted")]

    assert _run_with(lines, max_deletes=1) == 1
    assert memory_shop.deleted == [1]
    assert _run_with(lines, max_deletes=2) == 0


def test_records_that_stream_maps_make_of_one_line_count_each(memory_shop: MemoryShop) -> None:
    both = {
        "products": {},
        "contacts": {"__source__": "products", "id": "id", "outcome": "outcome"},
    }
    text = {"type": "string"}
    lines = [schema(outcome=text), record(id=1, outcome="deleted")]

    assert run(lines, stream_maps=both, max_deletes=1) == 1
    assert memory_shop.deleted == [1]
    assert run(lines, stream_maps=both, max_deletes=2) == 0
    assert memory_shop.deleted == [1, 1, 1]


def test_a_dry_run_lists_all_deletions(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [record(id=n, outcome="deleted", _sdc_deleted_at=GONE) for n in range(5)]

    assert _run_with(lines, max_deletes=3, dry_run=True) == 0
    assert caplog.text.count(" deleted\n") == 5
    assert caplog.text.count("A real run would stop before it deletes more than 3.") == 1


def test_no_deletion_at_all_can_be_asked_for(memory_shop: MemoryShop) -> None:
    assert _run_with([record(id=1, outcome="deleted")], max_deletes=0) == 1
    assert memory_shop.deleted == []
