"""One run writes to a site at a time; over real processes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.target.runtime.harness import CONFIG, errors, record, run, schema, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.target.runtime.harness import MemoryShop

ROOT = Path(__file__).parents[3]
OTHER_SITE = "2f2e3d4c-5b6a-4789-8abc-def012345678"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that waits for its input, with the lock of its site."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    with subprocess.Popen(
        [sys.executable, "-m", "target_wix", "--config", str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(schema("orders") + "\n")
        process.stdin.flush()
        for line in process.stderr:
            if "Records of orders are ignored" in line:
                break
        yield process
        process.kill()


def _write(**settings: Any) -> int:
    return run([schema(), record(id=1), state(done=1)], **settings)


def test_a_second_run_on_the_same_site_ends_at_once_and_says_whose_turn_it_is(
    other: subprocess.Popen[str],
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert _write(site_id=CONFIG["site_id"].upper()) == 1
    assert memory_shop.records == []
    assert capsys.readouterr().out == ""
    (message,) = errors(caplog)
    assert message.startswith(f"Another target-wix writes to this site (process {other.pid} on ")
    assert "wait until it has ended" in message


def test_another_site_and_a_dry_run_need_not_wait(
    other: subprocess.Popen[str], memory_shop: MemoryShop
) -> None:
    assert other.poll() is None
    assert _write(site_id=OTHER_SITE) == 0
    assert _write(dry_run=True) == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_however_a_run_ends_the_next_one_has_its_turn(
    how: signal.Signals | None, other: subprocess.Popen[str], memory_shop: MemoryShop
) -> None:
    if how is None:
        assert other.stdin
        other.stdin.close()
    else:
        other.send_signal(how)
    other.wait()

    assert _write() == 0
    assert _write() == 0
    assert memory_shop.ids == [1, 1]


def test_a_folder_where_nothing_can_be_locked_is_said_and_keeps_nobody_from_writing(
    memory_shop: MemoryShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))

    assert _write() == 0
    assert memory_shop.ids == [1]
    assert "The site cannot be locked" in caplog.text
