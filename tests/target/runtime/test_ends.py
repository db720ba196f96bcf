"""Ends that nobody planned, over real pipes: one line each, the right exit code, no traceback."""

from __future__ import annotations

import errno
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.target.runtime.harness import CONFIG, errors, printed, record, run, schema, state

if TYPE_CHECKING:
    from tests.target.runtime.harness import MemoryShop

ROOT = Path(__file__).parents[3]
LINES = [schema("orders"), record("orders", id=1), state(done=1), state(done=2)]


@pytest.fixture
def command(tmp_path: Path) -> str:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    return f"exec {shlex.quote(sys.executable)} -m target_wix --config {shlex.quote(str(config))}"


def _run(command: str, lines: list[str]) -> subprocess.CompletedProcess[str]:
    # Python buffers its log, unless somebody set otherwise.
    environment = {name: one for name, one in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["/bin/sh", "-c", command],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )


def _errors(ended: subprocess.CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr
    return [line for line in ended.stderr.splitlines() if "ERROR" in line or "cannot be" in line]


@pytest.mark.parametrize("target", [">/dev/full", ">&-"])
def test_a_state_that_cannot_be_handed_on_is_one_line(command: str, target: str) -> None:
    ended = _run(f"{command} {target}", LINES)

    assert ended.returncode == 1
    (line,) = _errors(ended)
    assert "The state cannot be handed on: standard output is closed or full" in line
    assert "orders: 0 created, 0 updated, 0 unchanged, 1 ignored" in ended.stderr


def test_a_reader_that_went_away_is_one_line(command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        ["/bin/sh", "-c", command],
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        os.close(writing)
        _, err = process.communicate("\n".join(LINES))
    ended = subprocess.CompletedProcess([], process.returncode, "", err)

    assert ended.returncode == 1
    (line,) = _errors(ended)
    assert "The state cannot be handed on" in line


def test_a_closed_standard_input_is_one_line(command: str) -> None:
    ended = _run(f"{command} <&-", [])

    assert ended.returncode == 1
    (line,) = _errors(ended)
    assert "The input cannot be read: standard input is closed." in line


@pytest.mark.parametrize("log", ["2>&-", "2>/dev/full"])
def test_a_log_that_cannot_be_written_keeps_nothing_from_going_on(command: str, log: str) -> None:
    ended = _run(f"{command} {log}", LINES)

    assert (ended.returncode, ended.stdout) == (0, '{"done": 1}\n{"done": 2}\n')


@pytest.mark.parametrize("wrong", [{"refuse": "NO"}, {"price": float("nan")}], ids=["no", "nan"])
@pytest.mark.parametrize("kept", [0, 2])
def test_on_a_full_disk_the_file_of_refused_records_ends_with_a_whole_line(
    kept: int,
    wrong: dict[str, Any],
    memory_shop: MemoryShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    left = [kept]
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        if b"RECORD" not in data:
            left[0] = -1  # the rest of what was cut
        left[0] -= 1
        if left[0] >= 0:
            return real(descriptor, data)
        if left[0] == -1:
            return real(descriptor, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("target_wix.runtime.rejected_file.os.write", write)
    lines = [schema(), schema("contacts"), record("contacts", id="c"), record(id="before")]
    for number in range(4):
        lines += [record(id=number, **wrong), state(done=number)]

    assert run(lines, rejected_dir=str(tmp_path)) == 1
    assert memory_shop.ids == ["before", "c"]
    files = list(tmp_path.glob("*.jsonl"))
    assert len(files) == int(kept > 0)
    for file in files:
        text = file.read_text()
        assert text.endswith("\n")
        assert [json.loads(line)["type"][0] for line in text.splitlines()] == ["S", "R", "R"]
    states = printed(capsys.readouterr().out)
    assert states == ([{"done": kept - 1}] if kept else [])
    assert errors(caplog) == [
        "A refused record could not be kept: [Errno 28] No space left on device."
    ]
