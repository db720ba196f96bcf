"""Programs that are measured, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KILO = 1024
_PYTHONS_OWN = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH")
_BYTECODE = tempfile.TemporaryDirectory(prefix="bytecode-")


class Measured(NamedTuple):
    """What a process took.

    Attributes:
        cpu: seconds of all its threads, in the system too.
        wall: seconds from its start to its end.
        memory: the most it had, in MB.
        requests: how many it sent.
    """

    cpu: float
    wall: float
    memory: float
    requests: int = 0


def measured(
    module: str, *arguments: str, stdin: Path | None = None, server: str = "", quiet: bool = True
) -> Measured:
    """Run a module to its end and return what it took.

    Args:
        module: of this repository, as `python -m` takes it.
        arguments: of its command line.
        stdin: the file to read, nothing if it is None.
        server: address to ask for the number of requests.
        quiet: whether what it logs is thrown away.

    Raises:
        RuntimeError: it failed.
    """
    if server:
        _requests_at(server)
    with Path(stdin or os.devnull).open("rb") as source:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
            env=_environment(),
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{module} {' '.join(arguments)} ended with {process.returncode}"
        raise RuntimeError(message)
    return Measured(
        usage.ru_utime + usage.ru_stime,
        wall,
        usage.ru_maxrss / _KILO,
        _requests_at(server) if server else 0,
    )


def _environment() -> dict[str, str]:
    """Return an environment in which Python keeps bytecode, as it does where nobody forbids it."""
    kept = {name: value for name, value in os.environ.items() if name not in _PYTHONS_OWN}
    return {**kept, "PYTHONWARNINGS": "ignore", "PYTHONPYCACHEPREFIX": _BYTECODE.name}


def _requests_at(server: str) -> int:
    with urllib.request.urlopen(f"{server}/requests") as answer:  # noqa: S310 - loopback
        return int(answer.read())


@contextmanager
def server(module: str, *arguments: str) -> Iterator[Sequence[str]]:
    """Run a server; it prints its addresses as JSON and ends with its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None  # noqa: S101 - for the types
    assert process.stdout is not None  # noqa: S101
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
