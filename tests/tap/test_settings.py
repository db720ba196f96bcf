"""Mistakes in the settings: one message each, all at once, none of which tells a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_wix.tap import TapWix
from tests.conftest import config
from tests.tap.running import command, read, settings_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_wix import FakeWix

SITE = "1f2e3d4c-5b6a-4789-8abc-def012345678"
KEY = "IST.very-secret-key"
GOOD = {"api_key": KEY, "site_id": SITE}
APP = {"app_id": "an-app", "app_secret": "very-secret", "instance_id": "an-instance"}


def mistakes(config: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigValidationError) as caught:
        TapWix(config=dict(config))
    return caught.value.errors


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "No login"),
        ({"api_key": "", "site_id": ""}, "No login"),
        ({"api_key": KEY}, "site_id is missing or empty"),
        ({"api_key": "", "site_id": SITE}, "No login"),
        ({"api_key": KEY, "site_id": "  "}, "site_id is missing or empty"),
        ({"api_key": KEY, "site_id": "my-shop"}, "site_id is no site id"),
        ({**GOOD, **APP}, "Two logins"),
        ({"app_id": "an-app", "app_secret": "very-secret"}, "instance_id is missing or empty"),
        ({**GOOD, "api_key": "IST.\u043a\u043b\u044e\u0447"}, "api_key has spaces"),
        ({**APP, "app_secret": "very-\u2028secret"}, "app_secret has spaces"),
        ({**GOOD, "api_url": "http://www.wixapis.com"}, "https://"),
        ({**GOOD, "api_url": "wixapis"}, "api_url is no web address"),
        ({**GOOD, "requests_per_minute": 0}, "requests_per_minute must be"),
        ({**GOOD, "requests_per_minute": "many"}, "requests_per_minute must be"),
        ({**GOOD, "start_date": "last week"}, "start_date must be a date"),
        ({**GOOD, "start_date": 20260131}, "start_date must be a date"),
        ({**GOOD, "start_date": "2026-02-30T00:00:00Z"}, "start_date must be a date"),
        ({**GOOD, "lookback_minutes": -1}, "lookback_minutes must be"),
        ({**GOOD, "lookback_minutes": 1.5}, "lookback_minutes must be"),
        ({**GOOD, "lookback_minutes": True}, "lookback_minutes must be"),
    ],
)
def test_each_mistake_has_one_message_that_names_the_setting_and_tells_no_secret(
    config: dict[str, Any], words: str
) -> None:
    [message] = mistakes(config)
    assert words in message
    assert "very-secret" not in message


@pytest.mark.parametrize("value", [["very-secret"], {"very-secret": 1}, 1234567, True])
@pytest.mark.parametrize("name", ["api_key", "app_secret", "stream_maps", "flattening_max_depth"])
def test_a_value_of_another_kind_is_never_told(
    name: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    if (name, type(value)) in {("stream_maps", dict), ("flattening_max_depth", int)}:
        return
    messages = mistakes({**(APP if name == "app_secret" else GOOD), name: value})
    told = f"{messages} {caplog.text}"
    assert name in told
    assert "very-secret" not in told
    assert "1234567" not in told


@pytest.mark.parametrize("option", [[], ["--test"]])
def test_a_key_in_a_list_is_told_by_no_command(tmp_path: Path, option: list[str]) -> None:
    path = settings_file(tmp_path, {**GOOD, "api_key": [KEY]})
    ended = command("--config", path, *option, cwd=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert "api_key must be a text" in ended.log
    assert KEY not in ended.log
    assert "Traceback" not in ended.log


def test_all_mistakes_are_told_at_once() -> None:
    config = {"api_key": KEY, "site_id": "x", "start_date": "soon", "lookback_minutes": -5}
    assert len(mistakes(config)) == 3


@pytest.mark.parametrize("config", [GOOD, APP, {**GOOD, "app_id": "", "app_secret": None}])
def test_either_login_is_enough_and_empty_settings_count_as_none(config: dict[str, Any]) -> None:
    tap = TapWix(config=dict(config))
    assert tap.lookback_minutes == 10
    assert tap.start_date is None


@pytest.mark.parametrize(
    "null", ["start_date", "lookback_minutes", "api_url", "requests_per_minute"]
)
def test_a_setting_that_is_null_has_its_default(null: str) -> None:
    tap = TapWix(config={**GOOD, null: None})
    assert (tap.start_date, tap.lookback_minutes) == (None, 10)


@pytest.mark.parametrize(
    "more",
    [
        {"site_id": None, "site_ids": [GOOD["site_id"]]},
        {"site_id": None, "site_ids": ["*"], "account_id": GOOD["site_id"]},
        {"lookback_minutes": None},
    ],
)
def test_settings_that_are_right_are_warned_of_by_nobody(
    more: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        TapWix(config={**GOOD, **more})
    assert caplog.text == ""


@pytest.mark.parametrize(
    "written",
    ["2026-01-31", "2026-01-31T00:00:00", "2026-01-31T02:00:00+02:00", "2026-01-31T00:00Z"],
)
def test_a_start_date_is_understood_in_every_usual_spelling_and_read_as_utc(written: str) -> None:
    assert (
        TapWix(config={**GOOD, "start_date": written}).start_date
        == "2026-01-31T00:00:00.000000000Z"
    )


def test_a_setting_that_does_not_exist_is_named_without_its_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    TapWix(config={**GOOD, "start_dat": "secret-value"})
    assert "start_dat" in caplog.text
    assert "secret-value" not in caplog.text


def test_a_state_that_holds_no_moment_is_refused_before_anything_is_read() -> None:
    state = {"bookmarks": {"contacts": {"replication_key_value": "yesterday"}}}
    with pytest.raises(ConfigValidationError) as caught:
        TapWix(config=dict(GOOD), state=state)
    assert caught.value.errors == ["The state of stream contacts holds no date and time."]


def test_a_state_whose_bookmarks_are_too_deep_is_refused_and_does_not_read_everything() -> None:
    for wrapper in ("value", "singer_state"):
        state = {"type": "STATE", wrapper: {"bookmarks": {}}}
        with pytest.raises(ConfigValidationError) as caught:
            TapWix(config=dict(GOOD), state=state)
        assert "too deep" in caught.value.errors[0]


def test_what_other_programs_left_in_a_state_does_no_harm(wix_contacts_only: FakeWix) -> None:
    left = {"partitions": "x", "starting_replication_value": 7, "progress_markers": 3}
    state = {"bookmarks": {"contacts": left, "orders": 5}, "currently_syncing": None}
    run = read(config(wix_contacts_only), state=state, streams=["contacts"])
    assert not run.failures


def test_the_command_ends_with_1_and_without_a_traceback(tmp_path: Path) -> None:
    path = settings_file(tmp_path, {"api_key": KEY, "site_id": "x", "lookback_minutes": -1})
    ended = command("--config", path, cwd=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert "site_id is no site id" in ended.log
    assert "lookback_minutes must be" in ended.log
    assert "Traceback" not in ended.log
    assert KEY not in ended.log


def test_the_connection_test_ends_with_1_and_without_a_traceback(tmp_path: Path) -> None:
    ended = command("--test", cwd=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.errors) == 1
    assert "No login" in ended.errors[0]
    assert "Traceback" not in ended.log


def test_numbers_and_json_in_the_environment_that_are_none_are_named(tmp_path: Path) -> None:
    wrong = {"TAP_WIX_LOOKBACK_MINUTES": "ten", "TAP_WIX_STREAM_MAPS": "{x"}
    ended = command("--config=ENV", cwd=tmp_path, env=wrong)
    assert ended.code == 1
    assert "lookback_minutes must be a whole number" in ended.log
    assert "stream_maps must be a JSON object" in ended.log
    assert "Traceback" not in ended.log


@pytest.mark.parametrize("text", ["{", "[1]", None])
def test_a_settings_file_that_cannot_be_read_is_one_message(
    tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "config.json"
    if text is not None:
        path.write_text(text)
    ended = command("--config", str(path), cwd=tmp_path)
    assert ended.code == 1
    assert "settings file cannot be read" in ended.log
    assert "Traceback" not in ended.log


@pytest.mark.parametrize("option", ["--state", "--catalog"])
def test_a_state_or_catalog_that_is_no_json_is_one_message(tmp_path: Path, option: str) -> None:
    path = settings_file(tmp_path, GOOD)
    for text in ("{'single': 'quotes'}", "", "[]"):
        (tmp_path / "broken.json").write_text(text)
        ended = command("--config", path, option, "broken.json", cwd=tmp_path)
        assert (ended.code, ended.out) == (1, "")
        assert "no JSON" in ended.log
        assert "Traceback" not in ended.log


@pytest.mark.parametrize(
    "streams", [None, [5], [{"tap_stream_id": "contacts"}], [{"tap_stream_id": "x", "schema": {}}]]
)
def test_a_file_that_is_no_catalog_is_one_message(tmp_path: Path, streams: object) -> None:
    (tmp_path / "catalog.json").write_text(json.dumps({"streams": streams}))
    path = settings_file(tmp_path, GOOD)
    ended = command("--config", path, "--catalog", "catalog.json", cwd=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.errors) == 1
    assert "no Singer catalog" in ended.errors[0]
    assert "Traceback" not in ended.log


def test_about_and_discover_need_neither_settings_nor_a_network(tmp_path: Path) -> None:
    for arguments in (["--about"], ["--about", "--format=json"], ["--about", "--format=markdown"]):
        ended = command(*arguments, cwd=tmp_path)
        assert ended.code == 0
        assert "lookback_minutes" in ended.out
    discovered = command("--discover", cwd=tmp_path, env={"https_proxy": "http://127.0.0.1:1"})
    assert discovered.code == 0
    assert '"tap_stream_id":"product_variants"' in discovered.out.replace(" ", "")
