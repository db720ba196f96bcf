"""The files of a report: who can read them, what is in the lines, and how a run's end shows."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from singer_sdk.exceptions import ConfigValidationError

from target_wix.report.entries import Entry
from target_wix.report.lines import ReportLines
from target_wix.report.run_report import RunReport
from target_wix.runtime.outcomes import Change, Changes, Outcome, Tally
from target_wix.target import TargetWix
from tests.target.report.reading import Report, report_in
from tests.target.runtime.harness import CONFIG, errors, record, run, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.target.runtime.harness import MemoryShop

PRICE = record(id="t1", name="Towel", outcome="updated", changes=[["price", "1.00", "2.00", "T-S"]])


def test_the_lines_have_every_record_that_came_to_something(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    lines = [
        schema(),
        PRICE,
        record(id="s", outcome="unchanged"),
        record(
            id="n", name="Vase", changes=[["price", None, "3.10"]], lose=["unknown collections"]
        ),
        record(id="r", name="Mug", refuse="BAD_VALUE"),
        record(id="g", name="Old", outcome="deleted"),
    ]
    run(lines, report_dir=str(tmp_path))

    report = report_in(tmp_path)
    first, end = report.lines[0], report.end
    (lost,) = (line for line in report.lines if line["type"] == "left_out")
    *records, rejected, deleted = report.records
    assert first["type"] == "run"
    assert (first["site"], first["dry_run"]) == (CONFIG["site_id"], False)
    assert records == [
        {
            "type": "record",
            "stream": "products",
            "outcome": "updated",
            "line": 2,
            "key": "t1",
            "name": "Towel",
            "id": "t1",
            "fields": ["price"],
            "changes": [{"field": "price", "of": "T-S", "before": "1.00", "after": "2.00"}],
        },
        {
            "type": "record",
            "stream": "products",
            "outcome": "created",
            "line": 4,
            "key": "n",
            "name": "Vase",
            "id": "n",
            "fields": ["price"],
            "changes": [{"field": "price", "before": None, "after": "3.10"}],
        },
    ]
    assert lost == {
        "type": "left_out",
        "stream": "products",
        "reason": "unknown collections",
        "count": 1,
        "name": "",
        "key": "n",
    }
    assert (rejected["outcome"], rejected["line"], rejected["name"]) == ("rejected", 5, "Mug")
    assert (rejected["code"], rejected["field"], rejected["request_id"]) == (
        "BAD_VALUE",
        "name",
        "r1",
    )
    assert rejected["reason"] == "No, said a@b.example."
    assert (deleted["outcome"], deleted["name"], deleted["id"]) == ("deleted", "Old", "g")
    counts = end["streams"]["products"]
    assert {
        name: counts[name] for name in ("created", "updated", "deleted", "unchanged", "rejected")
    } == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 1, "rejected": 1}
    assert (counts["rejected_by_code"], counts["left_out"]) == (
        {"BAD_VALUE": 1},
        {"unknown collections": 1},
    )
    assert (end["exit_code"], end["signal"], end["stopped_by"]) == (1, None, [])


def test_streams_that_are_only_counted_are_counted(memory_shop: MemoryShop, tmp_path: Path) -> None:
    run(
        [schema("orders"), record("orders", id=1), record("orders", id=2)], report_dir=str(tmp_path)
    )

    report = report_in(tmp_path)
    assert report.end["streams"]["orders"]["ignored"] == 2
    assert "2 records were ignored." in report.verdict


def test_only_their_owner_can_read_them(memory_shop: MemoryShop, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        run([schema(), PRICE], report_dir=str(tmp_path / "made" / "for it"))
    finally:
        os.umask(before)

    folder = tmp_path / "made" / "for it"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [one.stat().st_mode & 0o777 for one in folder.iterdir()] == [0o600, 0o600]


def test_reports_sort_by_time_and_none_is_overwritten(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    for name in ("first", "second", "third"):
        run([schema(), record(id=name, name=name)], report_dir=str(tmp_path))

    reports = [Report(path) for path in sorted(tmp_path.glob("*.html"))]
    assert [one.records[0]["name"] for one in reports] == ["first", "second", "third"]
    assert len(list(tmp_path.iterdir())) == 6


def test_a_folder_that_cannot_be_used_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigValidationError) as caught:
        TargetWix(config={**CONFIG, "report_dir": str(tmp_path / "file")})

    assert [one[:26] for one in caught.value.errors] == ["report_dir cannot be used:"]


def test_a_folder_that_goes_away_before_the_run_is_one_message(
    memory_shop: MemoryShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    target = TargetWix(config={**CONFIG, "report_dir": str(tmp_path / "reports")})
    (tmp_path / "reports").rmdir()

    assert target.run() == 1
    assert [one[:26] for one in errors(caplog)] == ["report_dir cannot be used:"]
    assert memory_shop.records == []


def test_a_report_that_cannot_be_gone_on_with_ends_no_run(
    memory_shop: MemoryShop,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    memory_shop.before_each = lambda one: (
        monkeypatch.setattr(ReportLines, "write", full) if one.data["id"] == "2" else None
    )
    lines = [schema(), *(record(id=f"{n}") for n in range(1, 5)), state(done=1)]

    assert run(lines, report_dir=str(tmp_path)) == 0
    assert memory_shop.ids == ["1", "2", "3", "4"]
    assert [one[:27] for one in errors(caplog)] == ["The report is not complete:"]
    (path,) = tmp_path.glob("*.jsonl")
    assert path.read_text().count('"type":"record"') == 1
    verdict = report_in(tmp_path).verdict
    assert "This report is not complete: [Errno 28] No space left on device" in verdict
    assert "4 products were created." in verdict


def test_values_that_nobody_can_tell_cost_a_record_its_values_alone(
    memory_shop: MemoryShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    odd = record(id="1", fields=["x"], changes=[["too", "few"]])
    assert run([schema(), odd, PRICE], report_dir=str(tmp_path)) == 0

    first, second = report_in(tmp_path).records
    assert (first["outcome"], first["changes"]) == ("created", [])
    assert second["changes"]
    assert any("the report lacks values" in one.getMessage() for one in caplog.records)


def test_a_run_without_a_report_pays_nothing_for_one(memory_shop: MemoryShop) -> None:
    loaded = {name for name in sys.modules if name.startswith(("jinja2", "target_wix.report.page"))}
    for name in loaded:
        del sys.modules[name]

    # The values would not do: nobody asks for them.
    assert run([schema(), record(id="1", fields=["x"], changes=[["too", "few"]])]) == 0
    assert not {name for name in sys.modules if name.startswith("jinja2")}


# -- how a run ends -------------------------------------------------------------------------------


def test_what_was_done_before_an_error_stands_in_the_report(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    assert run([schema(), PRICE, schema("nonsense")], report_dir=str(tmp_path)) == 1

    report = report_in(tmp_path)
    assert report.verdict.startswith("The run stopped before its end.")
    assert 'Line 3 of the input: there is no stream "nonsense"' in report.verdict
    assert "1 product was changed: 1 price." in report.verdict
    assert report.rows("Prices: 1")
    assert report.end["exit_code"] == 1
    assert len(report.end["stopped_by"]) == 1


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_what_was_done_before_a_signal_stands_in_the_report(
    memory_shop: MemoryShop, tmp_path: Path, signum: int, code: int
) -> None:
    memory_shop.before_each = lambda _: os.kill(os.getpid(), signum)

    with pytest.raises(SystemExit) as ended:
        run([schema(), PRICE, state(done=1)], report_dir=str(tmp_path))

    assert ended.value.code == code
    report = report_in(tmp_path)
    assert f"The run was asked to stop (signal {signum})." in report.verdict
    assert report.rows("Prices: 1")
    assert (report.end["exit_code"], report.end["signal"]) == (code, signum)


def test_a_second_run_on_the_site_leaves_a_report_that_says_why(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    inner: list[int] = []

    def second(_: Any) -> None:
        memory_shop.before_each = lambda _: None
        inner.append(run([schema(), PRICE], report_dir=str(tmp_path / "second")))

    memory_shop.before_each = second
    run([schema(), PRICE], report_dir=str(tmp_path / "first"))

    assert inner == [1]
    assert "Another target-wix writes to this site" in report_in(tmp_path / "second").verdict
    assert report_in(tmp_path / "first").verdict.startswith("Everything was written.")


def test_a_run_that_is_killed_leaves_what_it_did(tmp_path: Path) -> None:
    now = [0.0]
    logger = logging.getLogger("test")
    report = RunReport(tmp_path, logger, dry_run=False, clock=lambda: now[0])
    tallies = {"products": Tally()}
    report.open(tallies, tool="target-wix", site="s")
    changes = Changes("Towel", "t1", (Change("price", "1", "2"),))
    for line in range(3):
        tallies["products"].counts[Outcome.UPDATED] += 1
        report.add(Entry("products", Outcome.UPDATED, line, "t", ("price",), changes))
        now[0] += 45

    # Nobody closes it: the lines are all there, and the page of the last minute.
    left = report_in(tmp_path)
    assert len(left.records) == 3
    assert left.verdict.startswith(
        "This run has not come to its end: it still goes on, or it was killed."
    )
    assert "2 records" not in left.verdict
    assert len(left.rows("Prices: 3")) == 3


def test_the_page_names_the_file_of_refused_records(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    folders = {"report_dir": str(tmp_path / "a"), "rejected_dir": str(tmp_path / "b")}
    run([schema(), record(id="r", refuse="NO")], **folders)

    (rejected,) = (tmp_path / "b").iterdir()
    assert str(rejected) in report_in(tmp_path / "a").page.one("dl", cls="facts").text


def test_the_end_of_the_run_names_the_report(
    memory_shop: MemoryShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema(), PRICE], report_dir=str(tmp_path))

    (path,) = tmp_path.glob("*.html")
    assert f"The report of this run is {path}." in [one.getMessage() for one in caplog.records]
