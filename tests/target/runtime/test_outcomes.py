"""The outcome of a run: which state goes out, which code it ends with, what it says."""

from __future__ import annotations

import json
import logging
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.errors import AccessError, UnavailableError
from tests.target.runtime.harness import errors, printed, record, run, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from target_wix.runtime.pending import PendingRecord
    from tests.target.runtime.harness import MemoryShop


def _numbered(count: int, refused: set[int] = frozenset(), every: int = 1) -> list[str]:  # type: ignore[assignment]
    lines = [schema()]
    for number in range(1, count + 1):
        lines.append(record(id=number, **({"refuse": "NO"} if number in refused else {})))
        if number % every == 0:
            lines.append(state(done=number))
    return lines


def _last_state(capsys: pytest.CaptureFixture[str]) -> Any:
    states = printed(capsys.readouterr().out)
    return states[-1]["done"] if states else None


def test_without_refusals_the_state_moves_to_the_end(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(_numbered(1234)) == 0
    assert _last_state(capsys) == 1234


def test_state_stays_before_the_first_refused_record_and_the_rest_is_written_all_the_same(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert run(_numbered(1200, {700, 900})) == 1
    assert _last_state(capsys) == 699
    assert len(memory_shop.records) == 1198
    assert "state stays before the first rejected record (line 1400" in caplog.text


def test_a_refusal_in_one_stream_holds_back_the_state_of_all(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        schema(),
        schema("contacts"),
        record("contacts", id="c", refuse="NO"),
        state(done=1),
        record(id=1),
        state(done=2),
    ]
    assert run(lines) == 1
    assert _last_state(capsys) is None
    assert memory_shop.ids == [1]


def test_with_a_folder_for_refused_records_the_state_moves_on(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(_numbered(100, {50}), rejected_dir=str(tmp_path)) == 1
    assert _last_state(capsys) == 100


@pytest.mark.parametrize(("allowed", "code"), [(0, 1), (1, 1), (2, 0), (3, 0)])
def test_up_to_max_rejected_a_run_with_a_folder_is_a_success(
    allowed: int, code: int, memory_shop: MemoryShop, tmp_path: Path
) -> None:
    settings = {"rejected_dir": str(tmp_path), "max_rejected": allowed}
    assert run(_numbered(10, {5, 6}), **settings) == code


def test_max_rejected_without_a_folder_excuses_nothing(memory_shop: MemoryShop) -> None:
    assert run(_numbered(10, {5}), max_rejected=10) == 1


def test_a_dry_run_prints_no_state_and_lists_what_would_happen(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    lines = [
        schema(),
        record(id="a"),
        record(id="b", outcome="updated", fields=["price", "name"]),
        record(id="c", outcome="unchanged"),
        state(done=1),
    ]
    assert run(lines, dry_run=True) == 0
    assert capsys.readouterr().out == ""
    assert "Dry run: products a created" in caplog.text
    assert "Dry run: products b updated: price, name" in caplog.text
    assert "Dry run: products c unchanged" in caplog.text
    assert "Dry run, nothing was written: products: 1 created, 1 updated" in caplog.text


def test_a_dry_run_with_refusals_ends_like_a_real_one(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(_numbered(3, {2}), dry_run=True) == 1
    assert run(_numbered(3, {2}), dry_run=True, rejected_dir=str(tmp_path), max_rejected=1) == 0
    assert capsys.readouterr().out == ""


def test_refused_records_are_piped_back_in_once_mended(
    memory_shop: MemoryShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the same settings, stream maps included, with every number exact."""
    settings: dict[str, Any] = {
        "rejected_dir": str(tmp_path / "made" / "by the target"),
        "max_rejected": 1,
        "stream_maps": {"public-products": {"__alias__": "products"}, "__else__": "__NULL__"},
    }
    exact = (
        '{"type":"RECORD","stream":"public-products","record":'
        '{"id":7,"refuse":"NO","price":12.10,"big":9007199254740993,"name":"é\\u0000"}}'
    )
    assert run([schema("public-products", price={"type": "number"}), exact], **settings) == 0

    (file,) = (tmp_path / "made" / "by the target").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["SCHEMA", "RECORD"]
    assert '"price":12.10,"big":9007199254740993' in lines[1]
    refused = json.loads(lines[1])["record"]
    assert refused["_sdc_rejected_code"] == "NO"
    assert refused["_sdc_rejected_reason"] == "No, said a@b.example."
    assert refused["_sdc_rejected_field"] == "name"
    assert refused["_sdc_rejected_request_id"] == "r1"
    assert refused["_sdc_rejected_line"] == 2
    assert set(json.loads(lines[0])["schema"]["properties"]) == {
        name for name in refused if name.startswith("_sdc_")
    } | {"id", "price"}

    assert run([line.replace('"refuse":"NO",', "") for line in lines], **settings) == 0
    (row,) = memory_shop.records
    assert {name: str(value) for name, value in row.items()} == {
        "id": "7",
        "price": "12.10",
        "big": "9007199254740993",
        "name": "é\ufffd",
    }


def test_refused_records_stand_under_the_schema_they_came_with(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    lines = [schema(old={}), record(id=1, refuse="NO"), record(id=2, refuse="NO"), schema(new={})]
    run([*lines, record(id=3, refuse="NO")], rejected_dir=str(tmp_path))

    (file,) = tmp_path.iterdir()
    messages = [json.loads(line) for line in file.read_text().splitlines()]
    assert [one["type"][0] for one in messages] == ["S", "R", "R", "S", "R"]
    assert "old" in messages[0]["schema"]["properties"]
    assert "new" in messages[3]["schema"]["properties"]


def test_a_refused_record_that_cannot_be_kept_stops_the_run_before_it(
    memory_shop: MemoryShop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "rejected"
    memory_shop.before_each = lambda _: folder.rmdir() if folder.exists() else None

    assert run(_numbered(3, {2}), rejected_dir=str(folder)) == 1
    assert "could not be kept" in errors(caplog)[0]
    assert _last_state(capsys) == 1


def test_a_record_refused_twice_has_only_the_last_reason(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    run([schema(), record(id=1, refuse="NO", _sdc_rejected_code="OLD")], rejected_dir=str(tmp_path))

    (file,) = tmp_path.iterdir()
    assert "OLD" not in file.read_text()


def test_each_run_has_a_file_of_its_own_and_a_good_run_none(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    for refused in ({1}, set(), {2, 3}):
        run(_numbered(4, refused), rejected_dir=str(tmp_path))

    texts = sorted(path.read_text().count("RECORD") for path in tmp_path.iterdir())
    assert texts == [1, 2]


def test_a_refused_record_is_in_its_file_before_the_run_goes_on(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    seen = []

    def look(incoming: PendingRecord) -> None:
        seen.append([path.read_text().count("RECORD") for path in tmp_path.iterdir()])

    memory_shop.before_each = look
    run(_numbered(3, {1, 2}), rejected_dir=str(tmp_path))
    assert seen == [[], [1], [2]]


def test_the_run_stops_when_the_first_25_records_are_all_refused(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert run(_numbered(600, set(range(1, 601)))) == 1
    assert caplog.text.count("rejected: NO") == 25
    assert "the run stops" in errors(caplog)[0]
    assert _last_state(capsys) is None


def test_after_one_success_any_number_of_refusals_stops_nothing(memory_shop: MemoryShop) -> None:
    assert run(_numbered(600, set(range(2, 600)))) == 1
    assert memory_shop.ids == [1, 600]


def test_ignored_records_do_not_hide_a_hopeless_run(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    orders = [schema("orders"), *[record("orders", id=n) for n in range(100)]]
    assert run([*orders, *_numbered(600, set(range(1, 601)))]) == 1
    assert caplog.text.count("rejected: NO") == 25


@pytest.mark.parametrize("kind", [AccessError, UnavailableError])
def test_the_first_call_that_cannot_work_stops_the_run_with_one_message(
    kind: type[AccessError],
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(incoming: PendingRecord) -> None:
        if incoming.data["id"] == 601:
            raise kind("The key of a@b.example may not do this.")

    memory_shop.before_each = fail
    assert run(_numbered(2000)) == 1
    assert errors(caplog) == ["products: The key of <e-mail> may not do this."]
    assert _last_state(capsys) == 600
    assert memory_shop.ids == list(range(1, 601))


def test_a_refused_record_is_logged_without_what_it_holds(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [
        schema("contacts"),
        record("contacts", id="c1", refuse="NO", secret="s3cret"),
        record("contacts", id="me@here.example", refuse="NO", email="me@here.example"),
    ]
    run(lines)

    said = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert said == [
        "contacts c1 rejected: NO: No, said <e-mail>; field name; Wix's request id r1",
        "contacts line 3 rejected: NO: No, said <e-mail>; field name; Wix's request id r1",
    ]
    assert "@" not in caplog.text
    assert "s3cret" not in caplog.text


def test_the_summary_counts_by_code_and_shows_five_keys(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [schema(), record(id="ok"), record(id="same", outcome="unchanged")]
    lines += [record(id=f"x{n}", refuse="STALE_RECORD") for n in range(7)]
    lines += [record(id="y", refuse="NO_KEY")]
    run(lines)

    assert (
        "products: 1 created, 0 updated, 1 unchanged, 0 ignored, 8 rejected"
        " (STALE_RECORD 7: x0, x1, x2, x3, x4, ...; NO_KEY 1: y); 0 requests, " in caplog.text
    )


def test_state_goes_out_as_soon_as_what_precedes_it_is_written(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    at_batch: list[Any] = []
    states: list[Any] = []

    def look(incoming: PendingRecord) -> None:
        states.extend(printed(capsys.readouterr().out))
        at_batch.append(states[-1]["done"] if states else 0)

    memory_shop.before_each = look
    assert run(_numbered(3000)) == 0
    assert at_batch[-1] == 2500


def test_a_state_per_record_does_not_make_batches_of_one(memory_shop: MemoryShop) -> None:
    assert run(_numbered(1000)) == 0
    assert len(memory_shop.batches) == 2


def test_a_stream_with_few_records_does_not_hold_back_the_state_of_a_long_one(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [schema("contacts"), record("contacts", id="c"), *_numbered(3000, every=100)]
    states: list[Any] = []
    memory_shop.before_each = lambda _: states.extend(printed(capsys.readouterr().out))

    assert run(lines) == 0
    assert states[0]["done"] <= 1100


def test_state_goes_out_after_a_while_even_if_few_records_came(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_wix.runtime.message_loop._STATE_EVERY_SECONDS", 0.0)
    assert run(_numbered(3)) == 0
    assert len(printed(capsys.readouterr().out)) == 3


def test_state_is_printed_as_it_came(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    run(['{"type": "STATE", "value": {"b": 12.10, "a": "é"}}', '{"type":"STATE","value":{}}'])
    assert capsys.readouterr().out == '{"b": 12.10, "a": "é"}\n'


def test_a_run_without_records_or_state_prints_nothing_and_succeeds(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([]) == 0
    assert capsys.readouterr().out == ""
