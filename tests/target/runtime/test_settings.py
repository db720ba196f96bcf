"""Settings: one message a mistake, exit code 1, no traceback, nothing secret repeated."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from singer_sdk.exceptions import ConfigValidationError

from target_wix.config import TARGET_PROPERTIES, TargetSettings, read_settings
from target_wix.target import TargetWix
from tests.commands import Ended, run_command
from tests.target.runtime.harness import CONFIG, record, schema

ROOT = Path(__file__).parents[3]


def _command(*arguments: str, text: str = "") -> Ended:
    return run_command("target_wix", arguments, cwd=ROOT, env=os.environ, text=text)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"unknown_id": "perhaps"}, "unknown_id must be one of: reject, create."),
        ({"dry_run": "yes"}, "dry_run must be true or false."),
        ({"max_rejected": -1}, "max_rejected must be a whole number of at least 0."),
        ({"max_rejected": True}, "max_rejected must be a whole number of at least 0."),
        ({"rejected_dir": 5}, "rejected_dir must be a text."),
        ({"product_match_keys": "sku"}, "product_match_keys must be a list of: handle, slug, sku."),
        ({"product_match_keys": ["ean"]}, "product_match_keys must be a list of"),
        ({"contact_match_keys": ["custom."]}, "contact_match_keys must be a list of"),
        ({"api_key": ""}, "No login"),
        ({"site_id": ""}, "site_id is missing"),
    ],
)
def test_a_mistake_is_one_message(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigValidationError) as caught:
        TargetWix(config={**CONFIG, **settings})
    (said,) = caught.value.errors
    assert said.startswith(message)


def test_all_mistakes_are_told_at_once() -> None:
    mistakes = {"site_id": "x", "delete_mode": "all", "max_rejected": "two"}
    with pytest.raises(ConfigValidationError) as caught:
        TargetWix(config={**CONFIG, **mistakes})
    assert len(caught.value.errors) == 3


def test_a_folder_that_cannot_be_used_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigValidationError) as caught:
        TargetWix(config={**CONFIG, "rejected_dir": str(tmp_path / "file")})
    assert "rejected_dir cannot be used" in caught.value.errors[0]


def test_a_stream_map_that_cannot_be_is_a_mistake() -> None:
    with pytest.raises(ConfigValidationError) as caught:
        TargetWix(config={**CONFIG, "stream_maps": {"__odd__": {}}})
    assert caught.value.errors[0].startswith("stream_maps: ")


def test_every_option_has_a_place_a_title_and_a_description() -> None:
    assert {one.name for one in fields(TargetSettings)} == set(TARGET_PROPERTIES)
    for schema_ in TargetWix.config_jsonschema["properties"].values():
        assert schema_["title"]
        assert schema_["description"]


def test_the_defaults_that_are_shown_are_the_ones_that_hold() -> None:
    shown = {name: one["default"] for name, one in TARGET_PROPERTIES.items() if "default" in one}
    assert read_settings({**CONFIG, **shown})[1] == read_settings(CONFIG)[1] == TargetSettings()


def test_settings_that_are_null_are_as_good_as_absent() -> None:
    empty = dict.fromkeys(TARGET_PROPERTIES)
    assert TargetWix(config={**CONFIG, **empty}).settings == TargetSettings()


def test_settings_that_do_not_exist_are_named(caplog: pytest.LogCaptureFixture) -> None:
    TargetWix(config={**CONFIG, "dryrun": True})
    assert "Settings that do not exist: dryrun." in caplog.text


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CONFIG.items():
        monkeypatch.setenv(f"TARGET_WIX_{name.upper()}", value)
    monkeypatch.setenv("TARGET_WIX_PRODUCT_MATCH_KEYS", '["sku"]')
    monkeypatch.setenv("TARGET_WIX_DRY_RUN", "true")
    monkeypatch.setenv("TARGET_WIX_MAX_REJECTED", "7")
    settings = TargetWix(parse_env_config=True).settings
    assert (settings.product_match_keys, settings.dry_run, settings.max_rejected) == (
        ("sku",),
        True,
        7,
    )


def test_a_number_in_the_environment_that_is_none_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TARGET_WIX_MAX_REJECTED", "many")
    with pytest.raises(ConfigValidationError) as caught:
        TargetWix(config=dict(CONFIG), parse_env_config=True)
    assert caught.value.errors == ["max_rejected must be a whole number."]


@pytest.mark.parametrize("kind", ["json", "markdown"])
def test_about_shows_the_settings_and_none_that_is_not_honoured(kind: str) -> None:
    shown = CliRunner().invoke(TargetWix.get_singer_command(), ["--about", "--format", kind])
    assert shown.exit_code == 0
    for name in ("api_key", "unknown_id", "rejected_dir", "stream_maps"):
        assert name in shown.output
    for name in ("load_method", "batch_size_rows", "add_record_metadata", "validate_records"):
        assert name not in shown.output
    if kind == "json":
        assert "validate-records" not in json.loads(shown.output)["capabilities"]


def test_a_mistake_ends_the_command_with_1_and_no_traceback(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**CONFIG, "unknown_id": "perhaps", "api_key": ["IST.s3cret"]}))
    ended = _command("--config", str(config))
    assert ended.code == 1
    assert "unknown_id must be one of" in ended.log
    assert "Traceback" not in ended.log
    assert "s3cret" not in ended.log


@pytest.mark.parametrize("text", ["{", None])
def test_a_settings_file_that_cannot_be_read_is_one_message(
    text: str | None, tmp_path: Path
) -> None:
    config = tmp_path / "config.json"
    if text is not None:
        config.write_text(text)
    ended = _command("--config", str(config))
    assert ended.code == 1
    assert "The settings file cannot be read" in ended.log
    assert "Traceback" not in ended.log


def test_garbage_over_a_real_pipe_ends_with_1_and_no_traceback(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    lines = [schema("orders"), record("orders", id=1), '{"type":"STATE","value":{"a":1}}', "garb"]
    ended = _command("--config", str(config), text="\n".join(lines))
    assert ended.code == 1
    assert ended.out == '{"a":1}\n'
    assert "Line 4 of the input: it is not JSON" in ended.log
    assert "orders: 0 created, 0 updated, 0 unchanged, 1 ignored" in ended.log
    assert "Traceback" not in ended.log


def test_the_input_can_be_a_file(tmp_path: Path) -> None:
    config, given = tmp_path / "config.json", tmp_path / "in.jsonl"
    config.write_text(json.dumps(CONFIG))
    given.write_text('{"type":"STATE","value":{"a":1}}\n')
    assert _command("--config", str(config), "--input", str(given)).out == '{"a":1}\n'
