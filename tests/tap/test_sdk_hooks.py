"""The private names of singer-sdk that the tap stands on: a test each, to fail when they go."""

from __future__ import annotations

import inspect
import json
import re
import sys
from types import SimpleNamespace

import pytest
from singer_sdk import Stream, Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.plugin_base import PluginBase
from singer_sdk.singerlib import StateMessage

from tap_wix.client import WixStream
from tap_wix.writing import WholeLineWriter


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (Stream, "_increment_stream_state", ["self", "latest_record", "context"]),
        (Stream, "_write_schema_message", ["self"]),
        (Stream, "_write_record_message", ["self", "record"]),
        (Stream, "_generate_record_messages", ["self", "record"]),
        (Stream, "generate_child_contexts", ["self", "record", "context"]),
        (Stream, "get_replication_key_signpost", ["self", "context"]),
        (Stream, "compare_start_date", ["self", "value", "start_date_value"]),
        (PluginBase, "_validate_config", ["self", "raise_errors"]),
        (Tap, "_handle_termination", ["self", "signum", "frame"]),
        (Tap, "sync_all", ["self"]),
        (Tap, "load_state", ["self", "state"]),
        (MsgSpecWriter, "write_message", ["self", "message"]),
    ],
)
def test_the_sdk_still_has_the_hook(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


@pytest.mark.parametrize("name", ["_write_schema_message", "_write_record_message"])
def test_the_sdk_still_writes_by_these_names_what_the_sync_loop_writes(name: str) -> None:
    assert f"self.{name}(" in inspect.getsource(Stream)
    assert f"self.{name}(" in inspect.getsource(WixStream)


def test_the_sdk_still_does_to_a_record_what_the_fast_way_leaves_out_and_no_more() -> None:
    source = inspect.getsource(Stream._generate_record_messages)
    calls = set(re.findall(r"([\w.]+)\(", source)) - {"_generate_record_messages"}
    assert calls == {
        "pop_deselected_record_properties",
        "conform_record_data_types",
        "stream_map.transform",
        "singer.RecordMessage",
        "utc_now",
    }
    assert {"mask", "effective_schema", "stream_maps"} <= vars(Stream).keys()


def test_rows_that_are_held_back_go_out_before_whatever_is_written_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out: list[bytes] = []
    writer = WholeLineWriter()

    def write(data: bytes) -> int:
        out.append(bytes(data))
        return len(data)

    buffer = SimpleNamespace(write=write)
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=buffer, flush=lambda: None))
    for number in range(3):
        writer.write_record("people", {"id": str(number)}, None)
    assert not out
    writer.write_message(StateMessage({"a": 1}))
    lines = b"".join(out).splitlines()
    assert [json.loads(line)["type"] for line in lines] == [*["RECORD"] * 3, "STATE"]
    writer.write_record("people", {"id": "long", "text": "x" * 100_000}, 7)
    assert json.loads(b"".join(out).splitlines()[-1])["version"] == 7


def test_a_line_that_is_being_written_is_finished_before_a_signal_is_acted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[str] = []
    writer = WholeLineWriter()

    def write(data: bytes) -> int:
        writer.between_lines(lambda: events.append("acted"))
        events.append("written")
        return len(data)

    stdout = SimpleNamespace(buffer=SimpleNamespace(write=write), flush=lambda: None)
    monkeypatch.setattr(sys, "stdout", stdout)
    writer.write_message(StateMessage({}))
    writer.between_lines(lambda: events.append("at once"))
    assert events == ["written", "acted", "at once"]
