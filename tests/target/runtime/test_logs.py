"""The log belongs to the program: what others wrote cannot forge, colour or turn a line of it."""

from __future__ import annotations

import json
import logging
import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_wix.api import foreign_text
from tap_wix.api.errors import AccessError, RefusedError, Violation
from target_wix.pipeline.refusals import rejection_of
from target_wix.runtime.dropped_data import DroppedData
from target_wix.runtime.outcomes import Outcome, Rejection, RunOutcomes
from target_wix.target import TargetWix
from tests.commands import run_command
from tests.target.runtime.harness import CONFIG, record, run, schema, state

if TYPE_CHECKING:
    from tests.target.contacts.harness import Shop
from tests.target.runtime.harness import MemoryShop

ROOT = Path(__file__).parents[3]
KEY = "IST.eyJraWQiOiJQb3pIX2FDMiIsImFsZyI6IlJTMjU2In0.secret-of-the-owner"
NASTY = (
    "a\nERROR forged", "a\rb", "a\u2028b", "a\u2029b", "a\x85b", "a\x9b31mb", "a\x1b[31mb\x1b[0m",
    "a\u202eb", "a\u2066b", "a\x00b", "a\x7fb", "a\u200bb", "\ufeffa", "a\x0bb", "a\x0cb",
)  # fmt: skip
PRIVATE = ("me@here.example", KEY, "+49 171 2345678")


def _is_ours(caplog: pytest.LogCaptureFixture) -> None:
    for one in caplog.records:
        said = one.getMessage()
        assert len(said.splitlines()) <= 1, said
        assert not [char for char in said if unicodedata.category(char)[0] == "C"], said
        for private in PRIVATE:
            assert private not in said


@pytest.mark.parametrize("text", NASTY + PRIVATE, ids=repr)
def test_names_and_values_of_any_kind_are_shown_on_one_line(
    text: str, memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    lines = [
        schema(),
        schema("contacts"),
        schema("order_" + text, keys=()),
        record("order_" + text, id=1),
        record(id=text, refuse="NO"),
        record(id=2, refuse=text),
        record("contacts", id=text, refuse="NO"),
        record(id=3, ignore=[text], fields=[text], outcome="updated"),
        json.dumps({"type": "RECORD", "stream": "products", "record": {text: float("nan")}}),
    ]
    ends = [schema(text), record(text), json.dumps({"type": text}), '{"type": "STATE"}' + text]
    for end in ends:
        for dry_run in (False, True):
            run([*lines, end], dry_run=dry_run, api_key=KEY, **{text: 1})
    run([schema(text)], stream_maps={text: {"a": text, "__alias__": text}}, api_key=KEY)
    run(lines, stream_maps={"__else__": None, text: {"__filter__": text}}, api_key=KEY)

    _is_ours(caplog)


@pytest.mark.parametrize("text", NASTY + PRIVATE, ids=repr)
def test_words_of_wix_are_shown_on_one_line(
    text: str, memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def fail(_: object) -> None:
        raise AccessError(f"Wix says: {text}")

    memory_shop.before_each = fail
    run([schema(), record(id=1)], api_key=KEY)
    results = RunOutcomes(logging.getLogger("target-wix"))
    violation = Violation(f"field {text}", f"is {text}")
    for error in (
        RefusedError("x", status=400, text=text, code=text),
        RefusedError("x", status=400, text="t", request_id=text.replace(" ", "")),
        RefusedError("x", status=400, violations=(violation,)),
    ):
        rejection = rejection_of(error)
        results.record("products", Outcome.REJECTED, "k", rejection=rejection)
    results.log_summary()

    _is_ours(caplog)


def test_values_of_a_contact_that_wix_quotes_are_hidden(
    memory_shop: MemoryShop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    results = RunOutcomes(logging.getLogger("target-wix"))
    error = RefusedError("x", status=400, text="Street 'Main Street 5' of Anna Berg is invalid")
    results.record(
        "contacts", Outcome.REJECTED, "k", rejection=rejection_of(error),
        hide=["Main Street 5", "Anna", "Berg"],
    )  # fmt: skip

    assert "Street '<hidden>' of <hidden> <hidden> is invalid" in caplog.text


def test_what_wix_says_of_a_contact_shows_none_of_its_values(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    there = people.add("a@example.org")
    row = {"id": there, "addresses": {"items": [{"address": {
        "addressLine": "Main Street 5", "city": "Springfield", "country": "XX",
    }}]}}  # fmt: skip
    people.run(row)

    assert "Main Street" not in caplog.text
    assert "Springfield" not in caplog.text


def test_our_key_does_not_reach_the_file_of_refused_records(
    memory_shop: MemoryShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.target.runtime.harness.Rejection", lambda code, *_: Rejection(code, f"No: {KEY}!")
    )
    run([schema(), record(id=1, refuse="NO")], rejected_dir=str(tmp_path), api_key=KEY)

    (file,) = tmp_path.glob("*.jsonl")
    assert KEY not in file.read_text()
    assert "No: <secret>!" in file.read_text()


def test_reasons_that_others_name_are_kept_short(caplog: pytest.LogCaptureFixture) -> None:
    dropped = DroppedData(logging.getLogger("target-wix"))
    for number in range(5000):
        dropped.add("unknown labels", name=f"{number}")
    assert len(caplog.records) <= 1000
    assert dropped.counts == {"unknown labels": 5000}


def test_a_megabyte_of_a_value_costs_no_more_than_a_line(
    memory_shop: MemoryShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # It ends at all: a quadratic pattern would need hours for these.
    texts = ["a@" * 500_000, "a" * 1_000_000, "1 " * 500_000, KEY[:40] * 25_000]
    lines = [schema(), schema("contacts")]
    for text in texts:
        for stream in ("products", "contacts"):
            lines += [record(stream, id=text, text=text, refuse="NO", ignore=[text])]

    assert run(lines, rejected_dir=str(tmp_path), api_key=KEY) == 1
    assert max(len(one.getMessage()) for one in caplog.records) < 2000


MISPLACED: list[dict[str, Any]] = [
    {"api_key": [KEY]},
    {"api_key": {"value": KEY}},
    {"api_key": {KEY: [[KEY]]}},
    {"api_key": KEY, "site_id": [KEY]},
    {"api_key": [KEY], "stream_maps": KEY},
    {"api_key": KEY, "api_url": [KEY]},
    {"api_key": KEY, "stream_maps": {"a": [KEY]}},
    {"api_key": KEY, "faker_config": {"seed": {"a": [KEY]}}},
    {"api_key": KEY, "max_rejected": KEY},
    {"api_key": KEY, KEY: 1},
    {"app_id": "a", "app_secret": [KEY], "instance_id": "b"},
]


@pytest.mark.parametrize("settings", MISPLACED, ids=range(len(MISPLACED)))
def test_a_secret_in_the_wrong_place_is_in_no_message(
    settings: dict[str, Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ordinary words beside the key are kept secret too, which is not for the next test.
    monkeypatch.setattr(foreign_text, "_secrets", foreign_text._Secrets())
    config = {name: CONFIG[name] for name in ("site_id", "api_url")} | settings
    said = []
    try:
        TargetWix(config=config)
    except ConfigValidationError as error:
        said = error.errors
    assert said or KEY in config
    assert KEY not in " ".join(said)
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("name", "text"),
    [("stream_maps", "{broken"), ("stream_maps", "[" * 100_000), ("stream_map_config", "nonsense")],
)
@pytest.mark.parametrize("place", ["environment", "file"])
def test_broken_json_in_a_setting_is_one_line(
    name: str, text: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = dict(CONFIG)
    arguments = ["--config", str(tmp_path / "config.json")]
    if place == "environment":
        monkeypatch.setenv(f"TARGET_WIX_{name.upper()}", text)
        arguments += ["--config", "ENV"]
    else:
        given[name] = text
    (tmp_path / "config.json").write_text(json.dumps(given))

    ended = run_command("target_wix", arguments, cwd=ROOT, env=os.environ, text=state(a=1))

    assert ended.code == 1
    assert f"{name} must be a JSON object." in ended.log
    assert "Traceback" not in ended.log
