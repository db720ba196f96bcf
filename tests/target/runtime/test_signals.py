"""A termination signal is acted on between two messages; over real pipes and real signals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from singer_sdk import Target

from target_wix.target import TargetWix
from tests.target.runtime.harness import CONFIG, record, schema, state

if TYPE_CHECKING:
    from collections.abc import Iterator

# A target whose sink says on stderr what it writes, and waits for leave after the first record.
PROGRAM = """
import os
import sys
from target_wix.runtime import signals
from target_wix.runtime.outcomes import Outcome
from target_wix.sinks import SINKS
from target_wix.pipeline.sink import WixSink
from target_wix.target import TargetWix

class SlowSink(WixSink):
    def write(self, records):
        for incoming in records:
            self.context.raise_if_interrupted()
            print("WRITING", incoming.data["id"], file=sys.stderr, flush=True)
            if incoming.data.get("wait"):
                open(incoming.data["wait"]).read()
            if incoming.data.get("sleep"):
                print("WAITING", file=sys.stderr, flush=True)
                self.context.sleep(incoming.data["sleep"])
            self.context.set_outcome(incoming, Outcome.CREATED)

SINKS["products"] = SlowSink
signals.GRACE_SECONDS = float(os.environ.get("GRACE", signals.GRACE_SECONDS))
TargetWix.cli()
"""


@pytest.fixture
def gate(tmp_path: Path) -> str:
    """A pipe with a name: who opens it waits until somebody opens the other end."""
    path = str(tmp_path / "gate")
    os.mkfifo(path)
    return path


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """To be asked for before `target`, which hands the environment on."""
    monkeypatch.setenv("GRACE", "0")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--config", str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        guard = threading.Timer(60, process.kill)
        guard.start()
        yield process
        guard.cancel()
        process.kill()


def _send(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdin
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()


def _wait_for(process: subprocess.Popen[str], text: str) -> list[str]:
    assert process.stderr
    seen = []
    for line in process.stderr:
        seen.append(line)
        if text in line:
            return seen
    raise AssertionError("".join(seen))


def _end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.usefixtures("no_grace")
def test_a_batch_that_outlasts_the_grace_is_left_and_nothing_unwritten_is_acknowledged(
    target: subprocess.Popen[str], gate: str
) -> None:
    _send(target, schema(), record(id=0), record(id=1, wait=gate), state(done=1))
    _send(target, *[record(id=n) for n in range(2, 500)], state(done=499))
    _wait_for(target, "WRITING 1")

    target.send_signal(signal.SIGTERM)
    Path(gate).write_text("go on")

    returncode, out, err = _end(target)
    assert (returncode, out) == (143, '{"done": 1}\n')
    assert "WRITING 2" not in err
    assert "products: 2 created" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["term", "int"]
)
def test_a_signal_while_waiting_for_input_writes_what_was_read_and_acknowledges_it(
    signum: int, code: int, target: subprocess.Popen[str]
) -> None:
    _send(target, schema(), record(id=1), state(done=1), schema("orders"))
    _wait_for(target, "Records of orders are ignored")

    target.send_signal(signum)

    returncode, out, err = _end(target)
    assert (returncode, out) == (code, '{"done": 1}\n')
    assert "WRITING 1" in err
    assert "products: 1 created" in err
    assert "Traceback" not in err


def test_a_signal_in_the_middle_of_a_batch_waits_for_its_end(
    target: subprocess.Popen[str], gate: str
) -> None:
    _send(target, schema(), record(id=0, wait=gate), *[record(id=n) for n in range(1, 499)])
    _send(target, state(done=499), record(id=499), record(id=500), state(done=501))
    _wait_for(target, "WRITING 0")

    target.send_signal(signal.SIGTERM)
    Path(gate).write_text("go on")

    returncode, out, err = _end(target)
    assert returncode == 143
    assert err.count("WRITING") == 499
    assert out == '{"done": 499}\n'


def test_the_same_signal_twice_stops_at_once_and_acknowledges_nothing(
    target: subprocess.Popen[str], gate: str
) -> None:
    _send(target, schema(), record(id=0, wait=gate), *[record(id=n) for n in range(1, 500)])
    _send(target, state(done=500))
    _wait_for(target, "WRITING 0")

    target.send_signal(signal.SIGTERM)
    # While a request is on its way nothing else tells that the signal was heard.
    _wait_for(target, "Signal 15 once more stops at once")

    # Signals of one kind that come before they are seen are one to the kernel: so send some.
    while target.poll() is None:
        target.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            target.wait(5)

    returncode, out, err = _end(target)
    assert (returncode, out) == (143, "")
    assert "Signal 15 once more: stopped at once" in err
    assert "Traceback" not in err


# A target in the middle of a line of its log, which its reader does not take yet.
IN_A_LINE = """
import logging, os, signal, sys, threading
from target_wix.runtime.signals import DeferredSignal

logging.basicConfig()
deferred = DeferredSignal(lambda signum: None, logging.warning)
signal.signal(signal.SIGTERM, lambda signum, frame: deferred.handle(signum))
with deferred:
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM)).start()
    print("x" * 1_000_000, file=sys.stderr, flush=True)
    while not deferred.signum:
        pass
"""


def test_a_signal_in_the_middle_of_a_line_of_the_log_is_told_of_after_it() -> None:
    environment = {name: one for name, one in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [sys.executable, "-c", IN_A_LINE], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr
        time.sleep(1)  # the pipe is full, and the signal has come
        told = process.stderr.read()

    assert told.startswith("x" * 1_000_000)
    assert "Signal 15 once more stops at once" in told


@pytest.mark.parametrize("at_end", [False, True], ids=["in a batch", "at the end"])
def test_a_signal_during_a_long_wait_is_not_put_off_by_it(
    at_end: bool,  # noqa: FBT001
    target: subprocess.Popen[str],
) -> None:
    _send(target, schema(), record(id=0), record(id=1, sleep=600), state(done=1))
    if at_end:
        assert target.stdin
        target.stdin.close()
        target.stdin = None
    else:
        _send(target, *[record(id=n) for n in range(2, 500)], state(done=499))
    _wait_for(target, "WAITING")

    target.send_signal(signal.SIGTERM)

    returncode, out, err = _end(target)
    assert (returncode, out) == (143, "")
    assert "products: 1 created" in err
    assert "Traceback" not in err


def test_a_signal_does_not_begin_a_long_wait_either(target: subprocess.Popen[str]) -> None:
    _send(target, schema(), record(id=0), state(done=0), record(id=1, sleep=600), state(done=1))
    _send(target, schema("orders"))
    _wait_for(target, "Records of orders are ignored")

    target.send_signal(signal.SIGTERM)

    returncode, out, err = _end(target)
    assert (returncode, out) == (143, '{"done": 0}\n')
    assert "products: 1 created" in err
    assert "Traceback" not in err


def test_the_names_of_the_sdk_that_the_frame_overrides_are_still_there() -> None:
    """They are private: when one goes, its override would silently do nothing."""
    names = (
        "_handle_termination",
        "_validate_config",
        "_process_schema_message",
        "_process_record_message",
        "_process_state_message",
        "_process_activate_version_message",
        "_process_batch_message",
    )
    assert [name for name in names if not hasattr(Target, name)] == []
    assert "_sinks_active" in vars(TargetWix(config=dict(CONFIG)))
