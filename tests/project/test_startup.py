"""A process begins with what a run needs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.tap.running import environment

_PROGRAM = """
import contextlib, json, sys
from {package}.__main__ import main
sys.argv = ["program", "--version"]
with contextlib.suppress(SystemExit):
    main()
known = sorted(sys.modules)
from joblib import Parallel
from upath import UPath
import asyncio, backoff
import singer_sdk.target_base, singer_sdk.helpers._batch as batch
from singer_sdk.helpers.jsonpath import extract_jsonpath
work = singer_sdk.target_base
tries = iter([ZeroDivisionError, None])
@backoff.on_exception(backoff.constant, ZeroDivisionError, interval=0)
async def second_time():
    if error := next(tries):
        raise error
    return "done"
done = work.Parallel()(work.delayed(abs)(one) for one in (-1, 2))
print(json.dumps([
    known,
    done,
    isinstance(UPath("/tmp"), batch.UPath),
    str(batch.UPath("/tmp")),
    list(extract_jsonpath("$.rows[*]", {{"rows": [1, 2]}})),
    asyncio.run(second_time()),
]))
"""


@pytest.mark.parametrize("package", ["tap_wix", "target_wix"])
def test_what_no_run_needs_is_not_imported_and_works_for_whoever_does(package: str) -> None:
    program = _PROGRAM.format(package=package)
    out = subprocess.check_output([sys.executable, "-c", program], env=environment(), text=True)
    known, *worked = json.loads(out.splitlines()[-1])
    unneeded = {"asyncio", "joblib", "upath", "fsspec", "jsonpath_ng", "phonenumbers", "sqlalchemy"}
    assert not unneeded & set(known)
    assert "singer_sdk.streams.rest" in known
    assert worked == [[1, 2], True, "/tmp", [1, 2], "done"]
