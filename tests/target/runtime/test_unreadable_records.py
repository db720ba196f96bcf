"""Records that cannot be read are refused by their line; nothing before or behind is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_wix.runtime import line_reader as reading
from target_wix.target import TargetWix
from tests.target.runtime.harness import CONFIG, errors, printed, record, run, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_wix.runtime.pending import PendingRecord
    from tests.target.runtime.harness import MemoryShop

BAD_NUMBERS = (
    "NaN", "-Infinity", "Infinity", "1e999999", "-1E-999999", "1e99999999999999999999",
    "9" * 5000, "-" + "9" * 5000, "1." + "0" * 5000,
)  # fmt: skip


def _as_record(text: str, stream: str = "products") -> str:
    return '{"type": "RECORD", "stream": "%s", "record": %s}' % (stream, text)  # noqa: UP031


def _deep(levels: int) -> str:
    """A record with so many levels, its own object and the message's included."""
    return _as_record('{"id": 2, "a": ' + "[" * (levels - 2) + "]" * (levels - 2) + "}")


@pytest.mark.parametrize("number", BAD_NUMBERS, ids=lambda text: text[:12] + str(len(text)))
@pytest.mark.parametrize("place", ['{"price": %s}', '{"a": {"b": [1, %s]}}', '{"é\\ud83d": %s}'])
def test_a_number_that_is_none_costs_its_record_alone(
    number: str,
    place: str,
    memory_shop: MemoryShop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = _as_record(place % number)
    lines = [schema(), record(id=1), bad, record(id=2), state(done=1)]

    assert run(lines, rejected_dir=str(tmp_path)) == 1
    assert memory_shop.ids == [1, 2]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert "products line 3 rejected: BAD_VALUE: Line 3 of the input: " in caplog.text
    assert "number" in caplog.text
    assert "9" * 50 not in caplog.text
    (file,) = tmp_path.glob("*.jsonl")
    for line in file.read_text().splitlines():
        refused = json.loads(line, parse_constant=pytest.fail)
    assert number in json.dumps(refused["record"])
    assert refused["record"]["_sdc_rejected_line"] == 3


def test_the_field_of_a_number_that_is_none_is_named(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema(), _as_record('{"id": 7, "a": {"b": [1, NaN]}}')])

    assert (
        "products 7 rejected: BAD_VALUE: Line 2 of the input: NaN is not a number.; field a.b[1]"
        in caplog.text
    )


@pytest.mark.parametrize("number", BAD_NUMBERS, ids=lambda text: text[:12] + str(len(text)))
@pytest.mark.parametrize("stream", ["orders", "invoices"])
def test_in_a_stream_that_nobody_writes_no_number_matters(
    number: str, stream: str, memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = _as_record('{"id": 1, "discount": %s}' % number, stream)  # noqa: UP031
    lines = [schema(stream), bad, schema(), record(id=1), state(done=1)]

    assert run(lines, unknown_streams="ignore") == 0
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]


def test_a_record_that_a_map_filters_out_may_hold_anything(memory_shop: MemoryShop) -> None:
    maps = {"products": {"__filter__": "id != 2"}, "contacts": "__NULL__"}
    bad = _as_record('{"id": 2, "price": NaN}')

    gone = _as_record('{"id": 3, "a": NaN}', "contacts")
    assert run([schema(), schema("contacts"), bad, gone, record(id=1)], stream_maps=maps) == 0
    assert memory_shop.ids == [1]


def test_numbers_with_many_digits_that_can_be_reckoned_with_stay_exact(
    memory_shop: MemoryShop,
) -> None:
    big, small = "9" * 300, "0." + "1" * 300
    assert run([schema(), _as_record(f'{{"id": 1, "big": {big}, "small": {small}}}')]) == 0
    assert (str(memory_shop.records[0]["big"]), str(memory_shop.records[0]["small"])) == (
        big,
        small,
    )


@pytest.mark.parametrize("levels", [102, 494, 500, 900])
def test_a_record_that_is_too_deep_is_refused_by_its_line(
    levels: int,
    memory_shop: MemoryShop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines = [schema(), record(id=1), _deep(levels), record(id=3), state(done=1)]

    assert run(lines, rejected_dir=str(tmp_path)) == 1
    assert memory_shop.ids == [1, 3]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert "Line 3 of the input: it is nested more than 100 levels deep" in caplog.text
    (file,) = tmp_path.glob("*.jsonl")
    kept = file.read_text().splitlines()[1]
    assert kept.count("[") == levels - 2
    assert json.loads(kept.replace("[", "").replace("]", "").replace('"a":', '"a":0'))
    # What comes back in is refused again, and written once it is mended.
    assert run([schema(), kept], rejected_dir=str(tmp_path)) == 1


@pytest.mark.parametrize("levels", [2000, 100_000])
def test_nesting_without_end_stops_the_run_and_what_came_before_is_safe(
    levels: int,
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert run([schema(), record(id=1), state(done=1), _deep(levels), record(id=3)]) == 1
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert errors(caplog) == ["Line 4 of the input: it is nested more than 100 levels deep."]


@pytest.mark.parametrize("kind", ["SCHEMA", "STATE", "ACTIVATE_VERSION"])
@pytest.mark.parametrize("levels", [150, 500, 5000])
def test_another_message_that_is_too_deep_stops_the_run_in_order(
    kind: str,
    levels: int,
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    deep = '{"a":' * levels + "1" + "}" * levels
    line = (
        f'{{"type": "{kind}", "stream": "contacts", "schema": {{"properties": {deep}}},'
        f' "value": {deep}}}'
    )
    assert run([schema(), record(id=1), state(done=1), line]) == 1
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert errors(caplog) == ["Line 4 of the input: it is nested more than 100 levels deep."]


@pytest.mark.parametrize(
    "value",
    [
        [[]] * 5000,
        ["[[[[", "]]", '"[\\"[', "\\", "{"] * 500,
        {"a": [{"b": ["[" * 200]}] * 300},
    ],
)
def test_much_that_is_not_deep_is_written(value: Any, memory_shop: MemoryShop) -> None:
    assert run([schema(), record(id=1, a=value), record(id=2)]) == 0
    assert memory_shop.records[0]["a"] == value


@given(st.recursive(st.text('[]{}\\"a', max_size=5), lambda inner: st.lists(inner, max_size=3)))
def test_depth_is_told_whatever_the_texts_hold(value: Any) -> None:
    def depth(one: Any) -> int:
        return 1 + max(map(depth, one), default=0) if isinstance(one, list) else 0

    for around in (0, 90, 99, 100, 120):
        text = "[" * around + json.dumps([value, [""] * 101, [[]] * 101]) + "]" * around
        levels = around + 1 + max(depth(value), 2)
        assert reading._is_too_deep(text.encode()) == (levels > reading.MAX_DEPTH)


def test_a_line_without_end_stops_the_run_and_what_came_before_is_safe(
    memory_shop: MemoryShop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 2**20)
    long = record(id=2, text="x" * 2**20)

    assert run([schema(), record(id=1), state(done=1), long]) == 1
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert errors(caplog) == ["Line 4 of the input: it is longer than 1 MB."]


def test_a_record_that_brings_up_a_fault_of_the_program_is_refused_alone(
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    def fail(incoming: PendingRecord) -> None:
        if incoming.data["id"] == 300:
            raise TypeError("secret of a@b.example")

    memory_shop.before_each = fail
    lines = [schema(), *[record(id=n) for n in range(600)], state(done=1)]

    assert run(lines, rejected_dir=str(tmp_path)) == 1
    assert memory_shop.ids == [n for n in range(600) if n != 300]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert "products 300 rejected: PROGRAM_FAULT: target-wix has a fault here (TypeError" in (
        caplog.text
    )
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_program_that_fails_at_every_record_stops(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    memory_shop.before_each = lambda _: 1 / 0  # type: ignore[assignment]

    assert run([schema(), *[record(id=n) for n in range(600)], state(done=1)]) == 1
    assert caplog.text.count("PROGRAM_FAULT: ") == 25
    assert capsys.readouterr().out == ""


def test_without_memory_the_run_ends_and_what_came_before_is_safe(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(incoming: PendingRecord) -> None:
        if incoming.data["id"] == 3:
            raise MemoryError

    memory_shop.before_each = fail
    lines = [schema(), schema("contacts"), record("contacts", id="c")]
    for number in range(5):
        lines += [record(id=number), state(done=number)]

    assert run(lines) == 1
    assert memory_shop.ids == [0, 1, 2, "c"]
    assert printed(capsys.readouterr().out) == [{"done": 2}]
    assert errors(caplog) == ["products: the memory of this machine is used up."]


@pytest.mark.parametrize("kind", [RecursionError, KeyError, MemoryError, RuntimeError])
def test_a_fault_between_two_messages_ends_the_run_in_order(
    kind: type[Exception],
    memory_shop: MemoryShop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any) -> None:
        raise kind

    monkeypatch.setattr(TargetWix, "_process_activate_version_message", fail)
    lines = [schema(), record(id=1), state(done=1), '{"type": "ACTIVATE_VERSION"}', record(id=2)]

    assert run(lines) == 1
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    (message,) = errors(caplog)
    assert message.startswith("Line 4 of the input: ")


def test_a_value_that_a_map_cannot_reckon_with_costs_its_record_alone(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    maps = {"products": {"price": "float(price) * 2"}}
    lines = [schema(price={"type": "string"}), record(id=1, price="1.5"), record(id=2, price="a")]
    lines += [record(id=3), record(id=4, price=[]), record(id=5, price="2"), state(done=1)]

    assert run(lines, stream_maps=maps, rejected_dir=str(tmp_path)) == 1
    assert [(row["id"], row["price"]) for row in memory_shop.records] == [(1, 3.0), (5, 4.0)]
    assert caplog.text.count("rejected: STREAM_MAP") == 3


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["RECORD", "SCHEMA", "STATE", "products", "contacts", "orders", "id"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "stream",
                    "record",
                    "schema",
                    "properties",
                    "key_properties",
                    "value",
                    "id",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)
MESSAGES = (
    st.fixed_dictionaries(
        {"type": st.sampled_from(["RECORD", "SCHEMA", "STATE", "BATCH", "ACTIVATE_VERSION"])},
        optional={
            "stream": st.sampled_from(["products", "contacts", "orders", "x\n"]) | JSON,
            "record": st.dictionaries(st.text(max_size=5), JSON, max_size=3) | JSON,
            "schema": st.fixed_dictionaries({"properties": JSON}) | JSON,
            "key_properties": st.lists(st.sampled_from(["id", "a"])) | JSON,
            "value": JSON,
            "version": JSON,
        },
    )
    | JSON
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    message=MESSAGES, maps=st.sampled_from([None, {"__else__": None}, {"products": {"a": "id"}}])
)
def test_any_json_as_a_line_is_an_outcome_or_one_clear_error(
    message: Any,
    maps: Any,
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.clear()
    memory_shop.batches.clear()
    line = json.dumps(message)
    lines = [schema(), schema("orders"), record(id=1), state(at=1), line, state(at=2), record(id=3)]
    more = {"stream_maps": {"products": {}, **maps}} if maps else {}

    code = run(lines, unknown_streams="ignore", **more)

    said = errors(caplog)
    states = printed(capsys.readouterr().out)
    assert "Traceback" not in caplog.text
    assert "has a fault" not in caplog.text
    if code == 0:
        assert 3 in memory_shop.ids
        assert states[-1] == {"at": 2} or message.get("type") == "STATE"
    else:
        assert len(said) == 1
        assert states[0] == {"at": 1}
        assert states[-1] != {"at": 2}
    # Nothing was acknowledged that was not written, and what came before is.
    assert memory_shop.ids[0] == 1


@given(
    kinds=st.lists(
        st.sampled_from(["good", "refused", "nan", "deep", "fault", "state", "line"]), max_size=30
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_state_never_runs_ahead_of_what_is_settled_whatever_is_wrong(
    kinds: list[str], memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(incoming: PendingRecord) -> None:
        if incoming.data.get("fault"):
            raise TypeError

    memory_shop.batches.clear()
    memory_shop.before_each = fail
    made: dict[str, Callable[[int], str]] = {
        "good": lambda n: record(id=n),
        "refused": lambda n: record(id=n, refuse="NO"),
        "nan": lambda n: record(id=n, price=float("nan")),
        "deep": lambda _: _deep(200),
        "fault": lambda n: record(id=n, fault=True),
        "state": lambda n: state(done=n),
        "line": lambda _: "broken",
    }
    lines = [schema(), record(id=-1), *[made[kind](n) for n, kind in enumerate(kinds)]]

    code = run(lines)

    end = kinds.index("line") if "line" in kinds else len(kinds)
    bad = [n for n, kind in enumerate(kinds[:end]) if kind in ("refused", "nan", "deep", "fault")]
    good = [n for n, kind in enumerate(kinds[:end]) if kind == "good"]
    assert sorted(memory_shop.ids) == [-1, *good]
    allowed = [
        n for n, kind in enumerate(kinds[:end]) if kind == "state" and n < min(bad, default=end)
    ]
    states = printed(capsys.readouterr().out)
    assert (states[-1]["done"] if states else None) == max(allowed, default=None)
    assert code == int(bool(bad) or end < len(kinds))


def test_a_closed_input_is_one_line(
    memory_shop: MemoryShop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.stdin", None)

    assert TargetWix(config=dict(CONFIG)).run() == 1
    assert errors(caplog) == ["The input cannot be read: standard input is closed."]
