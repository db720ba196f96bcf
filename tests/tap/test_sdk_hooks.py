"""The private names of singer-sdk that the tap stands on: a test each, to fail when they go."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from singer_sdk import Stream, Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter

from tap_wix.client import WixStream
from tap_wix.fed import FedStream
from tap_wix.tap import TapWix
from tap_wix.writing import WholeLineWriter


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (Stream, "_increment_stream_state", ["self", "latest_record", "context"]),
        (Stream, "_write_schema_message", ["self"]),
        (Stream, "_write_record_message", ["self", "record"]),
        (Stream, "generate_child_contexts", ["self", "record", "context"]),
        (Stream, "get_replication_key_signpost", ["self", "context"]),
        (Stream, "compare_start_date", ["self", "value", "start_date_value"]),
        (Tap, "_validate_config", ["self", "raise_errors"]),
        (Tap, "_handle_termination", ["self", "signum", "frame"]),
        (Tap, "sync_all", ["self"]),
        (Tap, "load_state", ["self", "state"]),
        (MsgSpecWriter, "write_message", ["self", "message"]),
    ],
)
def test_the_sdk_still_has_the_hook(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


@pytest.mark.parametrize(
    "name", ["_increment_stream_state", "generate_child_contexts", "get_replication_key_signpost"]
)
def test_the_sdk_still_calls_the_hook_while_it_reads(name: str) -> None:
    source = inspect.getsource(Stream)
    assert f"self.{name}(" in source
    assert name in vars(WixStream)


def test_the_sdk_still_reads_children_only_through_their_parent() -> None:
    source = inspect.getsource(Tap.sync_all)
    assert "has_selected_descendents" in source
    [child] = TapWix(config={}, validate_config=False).streams["products"].child_streams
    assert isinstance(child, FedStream)
    assert list(child.get_records(None)) == []


def test_a_line_that_is_being_written_is_finished_before_a_signal_is_acted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events: list[str] = []
    writer = WholeLineWriter()

    def write(self: MsgSpecWriter, message: Any) -> None:
        writer.between_lines(lambda: events.append("acted"))
        events.append("written")

    monkeypatch.setattr(MsgSpecWriter, "write_message", write)
    writer.write_message(None)  # type: ignore[arg-type]
    writer.between_lines(lambda: events.append("at once"))
    assert events == ["written", "acted", "at once"]
