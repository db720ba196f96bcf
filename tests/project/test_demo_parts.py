"""The parts that demo and tests stand on leave nothing behind and say what they saw."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from demo.meltano import ROOT, RunFailedError, meltano_project
from demo.owner import Written, written
from demo.postgres import running_postgres
from demo.show import table
from tests.fake_wix.http.recorder import RecordedRequest

PRODUCT = "11111111-2222-4333-8444-555555555555"
CONTACT = "99999999-2222-4333-8444-555555555555"
# Says that the server runs, and waits to be stopped.
HOLDER = """
import time
from demo.__main__ import orderly_exit
from demo.postgres import running_postgres
with orderly_exit(), running_postgres() as server:
    print(server.port, server.password, flush=True)
    time.sleep(60)
"""


def request(method: str, path: str, body: object) -> RecordedRequest:
    return RecordedRequest(method, path, {}, {}, body, write=True)


def test_a_database_is_gone_after_use() -> None:
    with running_postgres() as server:
        other = server.create_database("other")
        assert other.rows("SELECT current_database() AS name") == [{"name": "other"}]
        folder = Path(str(other.rows("SHOW data_directory")[0]["data_directory"]))
        assert folder.parent.exists()

    with pytest.raises(psycopg.OperationalError):
        other.connect()
    assert not folder.parent.exists()


def test_a_database_does_not_outlive_a_program_that_is_told_to_stop() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        port, password = program.stdout.readline().split()
        program.terminate()
        program.communicate(timeout=30)

    assert program.returncode == 128 + 15
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host="127.0.0.1", port=int(port), user="shop", password=password, dbname="postgres"
        )


def test_a_failed_run_of_meltano_is_an_error_that_says_what_meltano_said() -> None:
    with meltano_project() as project:
        run = project.run("tap-nobody", "target-nobody")

    assert run.returncode
    with pytest.raises(RunFailedError, match="tap-nobody"):
        run.ok()


def test_what_was_written_is_told_by_entity_and_field() -> None:
    entry = {"product": {"id": PRODUCT, "revision": "2", "variantsInfo": {}, "name": "Cup"}}
    writes = [
        request("POST", "/stores/v3/bulk/products/update", {"products": [entry, entry]}),
        request("PATCH", f"/stores/v1/products/{PRODUCT}", {"product": {"priceData": {}}}),
        request("PATCH", f"/contacts/v4/contacts/{CONTACT}", {"revision": 1, "info": {"name": 1}}),
    ]

    assert written(writes) == [
        Written("product", PRODUCT, ("name", "variantsInfo")),
        Written("product", PRODUCT, ("name", "variantsInfo")),
        Written("product", PRODUCT, ("priceData",)),
        Written("contact", CONTACT, ("name",)),
    ]


def test_rows_are_shown_as_columns() -> None:
    when = datetime(2026, 10, 2, 8, 15, 31, 550000, tzinfo=UTC)
    rows: list[dict[str, Any]] = [{"name": "Cup", "when": when}, {"name": None, "when": "x" * 50}]

    assert table(rows, indent="").splitlines() == [
        "name  when",
        "----  ------------------------------------",
        "Cup   2026-10-02 08:15:31+00:00",
        f"      {'x' * 35}…",
    ]
    assert table([]) == "    (no rows)"
