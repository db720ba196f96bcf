"""Being told to stop: what was read is kept, and no orchestrator takes half a run for a whole one."""

from __future__ import annotations

import array
import fcntl
import json
import signal
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import config
from tests.fake_wix import FakeWix, faults
from tests.tap.running import STREAMS, Run, catalog, environment, parsed, read, settings_file
from tests.tap.shops import put_products

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

PRODUCTS = "^/stores/v3/products/query$"
QUIET = 25


class Started:
    """A tap in a process of its own."""

    def __init__(
        self,
        folder: Path,
        settings: dict[str, Any],
        *arguments: str,
        streams: Iterable[str] = STREAMS,
    ) -> None:
        self.log = folder / "log"
        # The schemas of all streams are more than a pipe holds that nobody reads yet.
        # The schemas of all streams are more than a pipe holds that nobody reads yet.
        chosen = folder / "catalog.json"
        chosen.write_text(json.dumps(catalog(streams=streams)))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tap_wix",
                    "--config",
                    settings_file(folder, settings),
                    "--catalog",
                    str(chosen),
                    *arguments,
                ],
                cwd=folder,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def ended(self) -> tuple[int, Run, str]:
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, Run(parsed(out.splitlines())), self.log.read_text()

    def waiting_bytes(self) -> int:
        """How much it has written that nobody has read."""
        assert self.process.stdout is not None
        size = array.array("i", [0])
        fcntl.ioctl(self.process.stdout.fileno(), termios.FIONREAD, size)
        return size[0]


@pytest.fixture
def shop(wix_v3: FakeWix) -> FakeWix:
    """Enough products for several pages."""
    put_products(wix_v3.site, 250)
    return wix_v3


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_in_mid_run_leaves_a_state_that_the_next_run_goes_on_from(
    shop: FakeWix, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    started: list[Started] = []
    shop.site.faults.add(
        faults.hook(lambda *_: started[0].process.send_signal(number), PRODUCTS, after=2)
    )
    started.append(Started(tmp_path, config(shop)))
    exit_code, first, log = started[0].ended()
    assert exit_code == code
    assert "Traceback" not in log
    assert first.messages[-1]["type"] == "STATE"
    done = {row["id"] for row in first.rows("products")}
    assert 0 < len(done) < 250

    second = read(config(shop, lookback_minutes=0), state=first.state)
    assert not second.failures
    everything = {row["id"] for row in read(config(shop)).rows("products")}
    assert done | set(second.ids("products")) == everything
    assert len(second.rows("products")) < 250
    every_variant = {(v["productId"], v["id"]) for v in read(config(shop)).rows("product_variants")}
    variants = [*first.rows("product_variants"), *second.rows("product_variants")]
    assert {(v["productId"], v["id"]) for v in variants} == every_variant


def test_a_signal_while_the_loader_is_slow_does_not_cut_a_line(
    shop: FakeWix, tmp_path: Path
) -> None:
    started = Started(tmp_path, config(shop))
    # The pipe is full, and the tap stands in the middle of a line, once nothing more comes.
    waiting, quiet = 0, 0
    while quiet < QUIET:
        assert started.process.poll() is None
        time.sleep(0.02)
        quiet = quiet + 1 if waiting and started.waiting_bytes() == waiting else 0
        waiting = started.waiting_bytes()
    started.process.send_signal(signal.SIGTERM)
    code, run, log = started.ended()
    assert code == 143
    assert run.messages[-1]["type"] == "STATE"
    assert "Traceback" not in log


def test_a_signal_during_an_unsorted_stream_leaves_the_bookmark_where_it_was(
    wix_contacts_only: FakeWix, tmp_path: Path
) -> None:
    site = wix_contacts_only.site
    for number in range(3_200):
        site.contacts.add({"name": {"first": str(number)}})
    started: list[Started] = []

    # Two pages wait at most: before the fourth is asked for, the first was written.
    def stop(_site: Site, _request: Request) -> None:
        started[0].process.send_signal(signal.SIGTERM)

    site.faults.add(faults.hook(stop, "^/contacts/v4/contacts/query", after=3))
    state = {
        "bookmarks": {
            "contacts": {
                "replication_key": "updatedDate",
                "replication_key_value": "2026-01-01T00:00:00.000000000Z",
            }
        }
    }
    (tmp_path / "state.json").write_text(json.dumps(state))
    started.append(
        Started(tmp_path, config(wix_contacts_only), "--state", "state.json", streams=["contacts"])
    )
    code, run, _ = started[0].ended()
    assert code == 143
    assert 0 < len(run.rows("contacts")) < 3_200
    assert run.bookmark("contacts") == "2026-01-01T00:00:00.000000000Z"


@pytest.mark.parametrize(
    "fault",
    [
        faults.throttle_429("^/contacts/v4/contacts/query", retry_after=100, times=None),
        faults.slow("^/contacts/v4/contacts/query", seconds=300),
        faults.server_error("^/contacts/v4/contacts/query", times=None),
    ],
    ids=["429", "no answer yet", "5xx"],
)
def test_a_signal_while_the_tap_waits_does_not_wait_for_wix(
    wix_contacts_only: FakeWix, tmp_path: Path, fault: faults.Fault
) -> None:
    wix_contacts_only.site.faults.add(fault)
    started = Started(tmp_path, config(wix_contacts_only), streams=["contacts"])
    while not fault.hits:
        time.sleep(0.02)
    started.process.send_signal(signal.SIGTERM)
    code, run, log = started.ended()
    assert code == 143
    assert run.messages[-1]["type"] == "STATE"
    assert "Traceback" not in log


def test_a_signal_after_the_loader_has_gone_ends_as_a_signal_does(
    wix_contacts_only: FakeWix, tmp_path: Path
) -> None:
    fault = faults.slow("^/contacts/v4/contacts/query", seconds=300)
    wix_contacts_only.site.faults.add(fault)
    started = Started(tmp_path, config(wix_contacts_only), streams=["contacts"])
    while not fault.hits:
        time.sleep(0.02)
    assert started.process.stdout is not None
    started.process.stdout.close()
    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(60) == 143
    log = started.log.read_text()
    assert "The loader stopped reading" in log
    assert "Traceback" not in log
    assert "Exception ignored" not in log


def test_a_signal_cuts_no_line_of_an_output_without_a_buffer(
    shop: FakeWix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    test_a_signal_while_the_loader_is_slow_does_not_cut_a_line(shop, tmp_path)


# A tap that is told to stop while a line of its log is on its way.
IN_A_LINE = """
import io, signal, sys

class Interrupted(io.FileIO):
    is_told = False

    def write(self, data):
        if not self.is_told and b"METRIC" in bytes(data):
            self.is_told = True
            signal.raise_signal(signal.SIGTERM)
        return super().write(data)

log = io.BufferedWriter(Interrupted(sys.stderr.fileno(), "w", closefd=False))
sys.stderr = io.TextIOWrapper(log, line_buffering=True)
from tap_wix.__main__ import main
main()
"""


def test_a_signal_in_the_middle_of_a_line_of_the_log_is_told_of_after_it(
    wix_contacts_only: FakeWix, tmp_path: Path
) -> None:
    chosen = tmp_path / "catalog.json"
    chosen.write_text(json.dumps(catalog(streams=["contacts"])))
    settings = settings_file(tmp_path, config(wix_contacts_only))
    ended = subprocess.run(
        [sys.executable, "-c", IN_A_LINE, "--config", settings, "--catalog", str(chosen)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        # Python buffers its log, unless somebody set otherwise.
        env={name: one for name, one in environment().items() if name != "PYTHONUNBUFFERED"},
        check=False,
    )
    assert ended.returncode == 143
    assert "Stopped by signal 15" in ended.stderr
    assert "Traceback" not in ended.stderr
