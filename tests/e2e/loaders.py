"""Loaders of Singer messages, each in an environment of its own, and how to read back what they wrote."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from demo.meltano import PLUGINS, ROOT, NotInstalledError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from demo.postgres import Postgres

Row = dict[str, Any]

TOOLS = ROOT / ".tools"
SECONDS = 300
# The schema that DuckDB's tables are in if nobody says otherwise.
DUCKDB_SCHEMA = "main"
READ_DUCKDB = """
import duckdb, json, sys
rows = duckdb.connect(sys.argv[1], read_only=True).execute(sys.stdin.read())
names = [column[0] for column in rows.description]
spelled = lambda value: value.isoformat() if hasattr(value, "isoformat") else str(value)
print(json.dumps([dict(zip(names, row)) for row in rows.fetchall()], default=spelled))
"""


def program(environment: Path, name: str) -> Path:
    """A program of an environment.

    Raises:
        NotInstalledError: it was not installed.
    """
    found = environment / "bin" / name
    if not found.exists():
        raise NotInstalledError(f"{name} is not installed: run make install loaders.")
    return found


@dataclass(frozen=True)
class Loader:
    """One loader, and the settings that a test gives it."""

    command: Path
    settings: dict[str, Any]

    def load(self, lines: bytes, folder: Path) -> dict[str, Any]:
        """Load messages; return the state that the loader printed last."""
        config = folder / "loader.json"
        config.write_text(json.dumps(self.settings), encoding="utf-8")
        done = subprocess.run(
            [self.command, "--config", config],
            input=lines,
            capture_output=True,
            cwd=folder,
            env=own_environment(),
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        state = json.loads(done.stdout.splitlines()[-1])
        assert isinstance(state, dict)
        return state


def own_environment(**more: str) -> dict[str, str]:
    """An environment without settings of whoever runs the tests, in another time zone than Wix."""
    return {"PATH": os.defpath, "HOME": os.environ["HOME"], "TZ": "Asia/Kathmandu", **more}


def meltano_postgres(database: Postgres) -> Loader:
    """MeltanoLabs' target-postgres, as `make install` has it for Meltano."""
    return Loader(
        program(PLUGINS / "loaders" / "target-postgres" / "venv", "target-postgres"),
        {
            **_login(database),
            "database": database.database,
            "default_target_schema": "public",
            "load_method": "upsert",
        },
    )


def pipelinewise_postgres(database: Postgres) -> Loader:
    """pipelinewise's target-postgres."""
    return Loader(
        program(TOOLS / "loaders" / "pipelinewise-target-postgres", "target-postgres"),
        {
            **_login(database),
            "dbname": database.database,
            "default_target_schema": "public",
            "add_metadata_columns": True,
        },
    )


def jsonl(folder: Path) -> Loader:
    """target-jsonl: a file a stream."""
    return Loader(
        program(TOOLS / "loaders" / "target-jsonl", "target-jsonl"),
        {"destination_path": str(folder), "do_timestamp_file": False},
    )


def csv_files(folder: Path) -> Loader:
    """MeltanoLabs' target-csv: a file a stream."""
    return Loader(
        program(TOOLS / "loaders" / "target-csv", "target-csv"),
        {"output_path": str(folder), "file_naming_scheme": "{stream_name}.csv"},
    )


def duckdb(file: Path) -> Loader:
    """target-duckdb into a new file."""
    return Loader(
        program(TOOLS / "loaders" / "target-duckdb", "target-duckdb"),
        {
            "path": str(file),
            "default_target_schema": DUCKDB_SCHEMA,
            "add_metadata_columns": True,
        },
    )


def _login(database: Postgres) -> dict[str, Any]:
    return {
        "host": database.host,
        "port": database.port,
        "user": database.user,
        "password": database.password,
    }


def rows_of_duckdb(file: Path, query: str) -> list[Row]:
    """What a query finds in a DuckDB file; times as ISO text, decimals as text."""
    python = program(TOOLS / "loaders" / "target-duckdb", "python")
    done = subprocess.run(
        [python, "-c", READ_DUCKDB, file],
        input=query,
        capture_output=True,
        text=True,
        env=own_environment(),
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


def rows_of_jsonl(folder: Path, stream: str) -> list[Row]:
    """The rows of a stream; none if there is no file."""
    file = folder / f"{stream}.jsonl"
    lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
    return [json.loads(line) for line in lines if line]


def rows_of_csv(folder: Path, stream: str) -> list[Row]:
    """The rows of a stream."""
    csv.field_size_limit(sys.maxsize)
    with (folder / f"{stream}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def joined(lines: Iterable[bytes]) -> bytes:
    """Messages as a loader reads them."""
    return b"".join(line.rstrip(b"\n") + b"\n" for line in lines)
