"""Input that is not Singer: the line is named, and everything before it is written."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from target_wix.target import TargetWix
from tests.target.runtime.harness import CONFIG, errors, printed, record, run, schema, state

if TYPE_CHECKING:
    from tests.target.runtime.harness import MemoryShop

BROKEN = {
    "garbage": "this is no JSON, says a@b.example",
    "half a line": '{"type": "RECORD", "stream": "products", "rec',
    "a list": "[1, 2]",
    "a number": "7",
    "null": "null",
    "no type": '{"stream": "products", "record": {}}',
    "a type that is no text": '{"type": 5}',
    "a type that Singer does not have": '{"type": "ROW", "stream": "products"}',
    "a record that is a list": '{"type": "RECORD", "stream": "products", "record": [1]}',
    "a record that is null": '{"type": "RECORD", "stream": "products", "record": null}',
    "no record": '{"type": "RECORD", "stream": "products"}',
    "no stream": '{"type": "RECORD", "record": {}}',
    "a stream that is no text": '{"type": "RECORD", "stream": 1, "record": {}}',
    "an ignored record that is a list": '{"type": "RECORD", "stream": "orders", "record": []}',
    "a text that does not end": '{"type": "RECORD", "stream": "products", "record": {"a": "b}}',
    "two messages on a line": '{"type": "STATE", "value": {}} {"type": "STATE", "value": {}}',
    "too deep": '{"type": "RECORD", "stream": "products", "record": {"a": ' + "[" * 100_000,
    "a record before its schema": '{"type": "RECORD", "stream": "contacts", "record": {}}',
    "a schema without properties": '{"type": "SCHEMA", "stream": "contacts", "schema": {}}',
    "a schema that is null": '{"type": "SCHEMA", "stream": "contacts", "schema": null}',
    "a schema without a stream": '{"type": "SCHEMA", "schema": {"properties": {}}}',
    "keys that are no list": (
        '{"type":"SCHEMA","stream":"contacts","schema":{"properties":{}},"key_properties":"id"}'
    ),
    "a state without a value": '{"type": "STATE"}',
    "a batch": (
        '{"type": "BATCH", "stream": "products", "encoding": {"format": "jsonl"},'
        ' "manifest": ["file:///nowhere"]}'
    ),
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN.keys())
def test_a_line_that_is_no_message_is_named_and_what_came_before_is_safe(
    line: str,
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines = [schema(), schema("orders"), record(id=1), state(done=1), line, record(id=2)]

    assert run([*lines, state(done=2)]) == 1
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    (message,) = errors(caplog)
    assert message.startswith("Line 5 of the input: ")
    assert len(message) < 300
    assert "a@b.example" not in caplog.text


@pytest.mark.parametrize("stream", ["products", "orders"])
def test_bytes_that_are_no_utf8_are_named(
    stream: str, memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [schema(stream).encode(), record(stream, id="\xe9").encode()]
    broken = b'{"type": "RECORD", "stream": "%s", "record": {"a": "\xe9"}}' % stream.encode()
    file = io.TextIOWrapper(io.BytesIO(b"\n".join([*lines, broken])), encoding="utf-8")

    assert TargetWix(config=dict(CONFIG)).run(file) == 1
    assert errors(caplog) == ["Line 3 of the input: it is not in UTF-8."]


def test_a_last_line_without_its_end_counts_if_it_is_whole(memory_shop: MemoryShop) -> None:
    file = io.StringIO(f"{schema()}\n{record(id=1)}")

    assert TargetWix(config=dict(CONFIG)).run(file) == 0
    assert memory_shop.ids == [1]


def test_blank_lines_and_carriage_returns_do_no_harm(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    assert run([f"{schema()}\r", "", "  ", record(id=1), "?"]) == 1
    assert memory_shop.ids == [1]
    assert errors(caplog)[0].startswith("Line 5")


def test_half_a_surrogate_pair_becomes_a_replacement_character(memory_shop: MemoryShop) -> None:
    line = '{"type": "RECORD", "stream": "products", "record": {"name": "a\\ud83d"}}'

    assert run([schema(), line]) == 0
    assert memory_shop.records == [{"name": "a\ufffd"}]


def test_a_batch_message_says_what_to_do(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([BROKEN["a batch"]])

    assert "batch_config" in errors(caplog)[0]
