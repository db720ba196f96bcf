"""The tools that `make install` brought, for tests that do what a stranger would."""

from __future__ import annotations

import functools
import os
import shutil
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from demo.meltano import MELTANO, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

UV = ROOT / ".tools" / "uv" / "bin" / "uv"
# What is in the folder of somebody who has just cloned the repository, and nothing else.
_NOT_CLONED = shutil.ignore_patterns(
    *(".git", ".venv", ".tools", ".meltano", ".*_cache", ".hypothesis", ".env", ".coverage"),
    *("__pycache__", "dist", "build", "output", "rejected", "*.egg-info"),
)
_SECRET = ("TAP_", "TARGET_", "MELTANO_")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a person with uv and Meltano on the path, and a home of their own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_SECRET) and name not in {"VIRTUAL_ENV", "PYTHONPATH"}
    }
    path = [str(UV.parent), str(MELTANO.parent), kept.get("PATH", os.defpath)]
    return {
        **kept,
        "PATH": os.pathsep.join(path),
        "HOME": str(home),
        "UV_CACHE_DIR": kept.get("UV_CACHE_DIR", str(ROOT / ".tools" / "cache")),
        "UV_TOOL_DIR": str(home / "tools"),
        "UV_TOOL_BIN_DIR": str(home / "bin"),
        "UV_PYTHON_DOWNLOADS": "never",
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
        "MELTANO_CLI_DISABLE_VERSION_CHECK": "true",
        "NO_COLOR": "1",
        **more,
    }


def run(command: str, folder: Path, env: Mapping[str, str]) -> str:
    """Run lines of shell as they stand; stop at the first that fails.

    Returns:
        What they printed, errors included.
    """
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def build(into: Path) -> Path:
    """Build both distributions, each from its own source distribution."""
    env = environment(into)
    for source in (".", "packaging/target-wix"):
        run(f'uv build --quiet --out-dir "{into}" {source}', ROOT, env)
    return into


def clone(folder: Path) -> Path:
    """Copy the repository as somebody else would have it, with what `make install` installs."""
    shutil.copytree(ROOT, folder, ignore=_NOT_CLONED, symlinks=True)
    for name in (".venv", ".tools"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".meltano").mkdir()
    for part in (ROOT / ".meltano").iterdir():
        if part.name in {"extractors", "loaders", "installed"}:
            (folder / ".meltano" / part.name).symlink_to(part)
    return folder


@contextmanager
def served(folder: Path, certificate: Path | None = None) -> Iterator[str]:
    """Serve the files of a folder on this machine, over TLS with a certificate; give the address."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http{'s' if certificate else ''}://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: the output belongs to the tests."""
