"""The real Meltano, run in a copy of the project that keeps nothing from one use to the next.

State, catalogs and logs go into a temporary folder, and of the environment only what is passed in
reaches the plugins: a demo or a test must never meet the key of a real shop in somebody's `.env`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / ".meltano"
MELTANO = ROOT / ".tools" / "meltano" / "bin" / "meltano"
GRACE_SECONDS = 10


class NotInstalledError(Exception):
    """Meltano or a plugin is missing; the text says what to do."""


class RunFailedError(Exception):
    """Meltano ended with an error; the text has all it said."""


@dataclass(frozen=True)
class MeltanoRun:
    """What came of one command."""

    returncode: int
    output: str

    def ok(self) -> MeltanoRun:
        """Return this run if it went well.

        Raises:
            RunFailedError: if it did not.
        """
        if self.returncode:
            raise RunFailedError(f"Meltano ended with {self.returncode}:\n{self.output}")
        return self


@dataclass(frozen=True)
class MeltanoProject:
    """A project folder with the plugins that `make install` installed."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict, repr=False)

    def with_environment(self, settings: Mapping[str, str]) -> MeltanoProject:
        """Return the same project with further environment variables for its plugins."""
        return MeltanoProject(self.folder, {**self.environment, **settings})

    def run(self, *blocks: str) -> MeltanoRun:
        """Run `meltano run` with these blocks and return what came of it."""
        return self("run", "--no-install", *blocks)

    def __call__(self, *arguments: str) -> MeltanoRun:
        """Run any command of Meltano; nothing of it is left when this returns or raises."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            process = subprocess.Popen(
                [MELTANO, "--log-format=uncolored", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                process.wait()
            finally:
                _end_group(process)
            output.seek(0)
            return MeltanoRun(process.returncode, output.read())


@contextmanager
def meltano_project() -> Iterator[MeltanoProject]:
    """Make a project folder with the repository's meltano.yml; delete it at the end.

    Raises:
        NotInstalledError: if `make install` has not been run.
    """
    if not MELTANO.exists() or not (PLUGINS / "installed").exists():
        raise NotInstalledError("Meltano and its plugins are not installed: run make install.")
    folder = Path(tempfile.mkdtemp(prefix="tap-wix-meltano-"))
    try:
        shutil.copy(ROOT / "meltano.yml", folder)
        system = folder / ".meltano"
        system.mkdir()
        for kind in ("extractors", "loaders"):
            (system / kind).symlink_to(PLUGINS / kind)
        yield MeltanoProject(folder, _environment(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "PATH": f"{MELTANO.parent}{os.pathsep}{os.defpath}",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "MELTANO_PROJECT_ROOT": str(folder),
        "MELTANO_PROJECT_READONLY": "true",
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
        "MELTANO_CLI_DISABLE_VERSION_CHECK": "true",
        "MELTANO_AUTO_INSTALL": "false",
    }


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End Meltano and its plugins, if they have not ended on their own."""
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    # A plugin can outlive Meltano itself: by now it has nobody to talk to.
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return
