"""docs/add-a-stream.md, followed word for word with a copy of the programs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "add-a-stream.md"
_BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_a_stream_that_is_added_as_the_page_says_is_read(tmp_path: Path) -> None:
    for folder in ("tap_wix", "tests"):
        # What is compiled already need not be compiled again.
        ignored = shutil.ignore_patterns("__snapshots__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    blocks = _BLOCK.findall(PAGE.read_text())
    for kind, name, text in blocks:
        file = tmp_path / name
        if kind == "diff":
            file.write_text(changed(file.read_text(), text))
        else:
            assert not file.exists(), name
            file.write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/tap/test_toys.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def changed(text: str, difference: str) -> str:
    """A text with each added line below the line that stands above it in the difference."""
    lines = text.splitlines()
    at = -1
    for line in difference.splitlines():
        if line.startswith("+"):
            at += 1
            lines.insert(at, line[1:])
        else:
            at = lines.index(line[1:], at + 1)
    return "\n".join(lines) + "\n"
