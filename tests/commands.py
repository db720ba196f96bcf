"""The two commands, each in a process of its own that begins with everything imported.

Most of a short run of a command would be imports. A server process, which has imported both once
and runs nothing else, forks for each run. Signals, closed pipes and full disks are tested with
`python -m`, in a process that nothing has prepared.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 120
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tap_wix.tap", "target_wix.target"])


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    log: str

    @property
    def errors(self) -> list[str]:
        return [line for line in self.log.splitlines() if "| ERROR" in line]


def run_command(
    package: str, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], text: str = ""
) -> Ended:
    """Run a command as `python -m <package>` would, with a text as its standard input."""
    with tempfile.TemporaryDirectory() as folder:
        given, out, err = (Path(folder) / name for name in ("in", "out", "err"))
        given.write_text(text, encoding="utf-8")
        process = _SERVER.Process(
            target=_run,
            args=(package, list(arguments), str(cwd), dict(env), [given, out, err]),
        )
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"{package} {arguments} did not end in {SECONDS} s.")
        return Ended(
            process.exitcode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )


def _run(
    package: str, arguments: list[str], cwd: str, env: dict[str, str], files: list[Path]
) -> None:
    """Become the command: its folder, environment, files and arguments are this process's own."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (file, flag) in enumerate(zip(files, flags, strict=True)):
        os.dup2(os.open(file, flag), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    assert not logging.getLogger().handlers, "whoever imports must not have set up the log"
    sys.argv = [package, *arguments]
    importlib.import_module(f"{package}.__main__").main()
