"""What the SDK gives every tap: selection, stream maps, flattening, settings from the environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tap_wix.api.times import now
from tests.conftest import config
from tests.tap.running import catalog, command, parsed, read, settings_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_wix import FakeWix


@pytest.fixture
def book(wix_contacts_only: FakeWix) -> FakeWix:
    """One contact that has everything."""
    wix_contacts_only.site.contacts.add(
        {
            "name": {"first": "Ada", "last": "Lovelace"},
            "emails": {"items": [{"email": "ada@example.com"}]},
            "company": "Engines",
            "extendedFields": {"items": {"custom.shoe-size": 12, "custom.note": "x.y"}},
        }
    )
    return wix_contacts_only


def test_custom_fields_arrive_complete_with_the_dots_in_their_keys(book: FakeWix) -> None:
    [row] = read(config(book)).rows("contacts")
    items = row["info"]["extendedFields"]["items"]
    assert (items["custom.shoe-size"], items["custom.note"]) == (12, "x.y")


def test_a_stream_that_is_not_selected_is_neither_read_nor_announced(book: FakeWix) -> None:
    run = read(config(book), streams=["collections"])
    assert {m["stream"] for m in run.messages if m["type"] == "SCHEMA"} == {"collections"}
    assert not book.site.requests.count("^/contacts")


def test_a_nested_field_that_is_not_selected_is_in_neither_schema_nor_row(book: FakeWix) -> None:
    without = [("contacts", "info", "emails"), ("contacts", "primaryInfo"), ("contacts", "id")]
    run = read(config(book), streams=["contacts"], without=without)
    [row] = run.rows("contacts")
    assert "emails" not in row["info"]
    assert row["info"]["name"] == {"first": "Ada", "last": "Lovelace"}
    assert "primaryInfo" not in row
    assert "emails" not in run.schema("contacts")["properties"]["info"]["properties"]
    assert row["id"]


def test_stream_maps_rename_and_leave_out(book: FakeWix) -> None:
    maps = {
        "contacts": {"__alias__": "people", "info": "__NULL__", "first": "info['name']['first']"},
        "products": "__NULL__",
    }
    run = read(config(book, stream_maps=maps))
    [row] = run.rows("people")
    assert row["first"] == "Ada"
    assert "info" not in row
    assert "products" not in {m.get("stream") for m in run.messages}


def test_flattening_keeps_every_value(book: FakeWix) -> None:
    run = read(config(book, flattening_enabled=True, flattening_max_depth=4))
    [row] = run.rows("contacts")
    assert row["info__name__first"] == "Ada"
    assert row["info__company"] == "Engines"
    assert json.loads(row["info__emails__items"])[0]["email"] == "ada@example.com"
    assert json.loads(row["info__extendedFields__items"])["custom.shoe-size"] == 12
    assert row.keys() <= run.schema("contacts")["properties"].keys()


def test_settings_come_from_the_environment_alone(book: FakeWix, tmp_path: Path) -> None:
    settings = {f"TAP_WIX_{name.upper()}": str(value) for name, value in config(book).items()}
    ended = command(
        "--config=ENV", cwd=tmp_path, env={**settings, "TAP_WIX_START_DATE": "2020-01-01"}
    )
    assert ended.code == 0
    assert len(ended.run.rows("contacts")) == 1


def test_the_command_takes_state_and_catalog(book: FakeWix, tmp_path: Path) -> None:
    (tmp_path / "catalog.json").write_text(json.dumps(catalog(streams=["contacts"])))
    state = {"contacts": {"replication_key": "updatedDate", "replication_key_value": now()}}
    (tmp_path / "state.json").write_text(json.dumps({"bookmarks": state}))
    path = settings_file(tmp_path, config(book, lookback_minutes=0))
    ended = command(
        "--config", path, "--catalog", "catalog.json", "--state", "state.json", cwd=tmp_path
    )
    assert ended.code == 0
    assert ended.run.rows("contacts") == []
    assert {m["stream"] for m in ended.run.messages if m["type"] == "SCHEMA"} == {"contacts"}


def test_logs_can_be_structured(book: FakeWix, tmp_path: Path) -> None:
    logging_config = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "singer_sdk.logging.StructuredFormatter"}},
        "handlers": {
            "err": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "INFO", "handlers": ["err"]},
    }
    (tmp_path / "logging.yml").write_text(json.dumps(logging_config))
    ended = command(
        "--config",
        settings_file(tmp_path, config(book)),
        cwd=tmp_path,
        env={"SINGER_SDK_LOG_CONFIG": "logging.yml"},
    )
    assert ended.code == 0
    assert {line["level"] for line in parsed(ended.log.splitlines())} >= {"info"}
