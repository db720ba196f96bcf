"""Running the tap: within this process where its messages are looked at, as a command where its exit is."""

from __future__ import annotations

import copy
import functools
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tap_wix.streams
from tap_wix.api.connection import read_connection
from tap_wix.api.site import WixSite
from tap_wix.api.transport import WixTransport
from tap_wix.failures import RunFailedError
from tap_wix.tap import TapWix
from tap_wix.writing import WholeLineWriter
from tests import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_wix.client import WixStream

ROOT = Path(__file__).parents[2]
STREAMS = ("collections", "contacts", "product_variants", "products")
"""What the tests read that are about no stream in particular."""
ALL_STREAMS = tuple(str(vars(stream)["name"]) for stream in tap_wix.streams.STREAMS)


class Collector(WholeLineWriter):
    """Keeps the lines that would have gone to the loader."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[bytes] = []

    def write_lines(self, lines: bytes | bytearray) -> None:
        self.lines += bytes(lines).splitlines(keepends=True)


@dataclass
class Run:
    """What a run wrote, and what it failed with."""

    messages: list[dict[str, Any]]
    failures: list[str] = field(default_factory=list)

    def rows(self, stream: str) -> list[dict[str, Any]]:
        return [
            m["record"] for m in self.messages if m["type"] == "RECORD" and m["stream"] == stream
        ]

    def ids(self, stream: str) -> list[str]:
        return [row["id"] for row in self.rows(stream)]

    def schema(self, stream: str) -> dict[str, Any]:
        [schema] = [
            m["schema"] for m in self.messages if m["type"] == "SCHEMA" and m["stream"] == stream
        ]
        return dict(schema)

    @property
    def states(self) -> list[dict[str, Any]]:
        return [m["value"] for m in self.messages if m["type"] == "STATE"]

    @property
    def state(self) -> dict[str, Any]:
        return self.states[-1]

    def state_of(self, stream: str) -> dict[str, Any]:
        return state_of(self.state, stream)

    def bookmark(self, stream: str) -> str | None:
        value = self.state_of(stream).get("replication_key_value")
        assert value is None or isinstance(value, str)
        return value


def state_of(state: Mapping[str, Any], stream: str) -> dict[str, Any]:
    """The state of a stream of the only site."""
    parts = state["bookmarks"].get(stream, {}).get("partitions", [])
    assert len(parts) <= 1
    return dict(parts[0]) if parts else {}


def parsed(lines: Iterable[bytes | str]) -> list[dict[str, Any]]:
    # Numbers as the text they were written as: 12.10 is not 12.1 here.
    return [json.loads(line, parse_float=lambda text: f"number {text}") for line in lines]


@functools.cache
def _discovered(_streams: tuple[type[WixStream], ...]) -> str:
    """The catalog as text, made once: most of a small run would be discovery."""
    return json.dumps(TapWix(config={}, validate_config=False).catalog_dict)


def catalog(
    *, streams: Iterable[str] = STREAMS, without: Iterable[tuple[str, ...]] = ()
) -> dict[str, Any]:
    """The discovered catalog with these streams selected, `without` properties such as ("products", "media")."""
    chosen: dict[str, Any] = json.loads(_discovered(tuple(tap_wix.streams.STREAMS)))
    streams = set(streams)
    for entry in chosen["streams"]:
        name = entry["tap_stream_id"]
        for item in entry["metadata"]:
            path = tuple(part for part in item["breadcrumb"] if part != "properties")
            if not path:
                item["metadata"]["selected"] = name in streams
            elif (name, *path) in without:
                item["metadata"]["selected"] = False
    return chosen


def read(
    config: Mapping[str, Any],
    *,
    state: dict[str, Any] | None = None,
    streams: Iterable[str] | None = None,
    without: Iterable[tuple[str, ...]] = (),
    hurried: bool = False,
) -> Run:
    """Run the tap in this process; `hurried` has it wait on a clock of its own."""
    writer = Collector()
    chosen = catalog(streams=streams or STREAMS, without=set(without))
    tap = TapWix(
        config=dict(config), state=copy.deepcopy(state or {}), catalog=chosen, message_writer=writer
    )
    if hurried:
        tap.__dict__["site"] = hurried_site(config)
    failures = []
    try:
        tap.sync_all()
    except RunFailedError as error:
        failures = error.messages
    return Run(parsed(writer.lines), failures)


def hurried_site(config: Mapping[str, Any]) -> WixSite:
    """A site on whose clock waiting takes no time."""
    connection = read_connection(config)
    seconds = [0.0]

    def sleep(more: float) -> None:
        seconds[0] += more

    transport = WixTransport(connection, user_agent="test", clock=lambda: seconds[0], sleep=sleep)
    return WixSite(connection, transport=transport)


class Ended(commands.Ended):
    """How the command of the tap ended."""

    @property
    def run(self) -> Run:
        return Run(parsed(self.out.splitlines()))


def environment(**more: str) -> dict[str, str]:
    """An environment without settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TAP_WIX_")}
    clean.pop("LOGLEVEL", None)
    return {**clean, "PYTHONPATH": str(ROOT), **more}


def command(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run the command in a process of its own."""
    ended = commands.run_command("tap_wix", arguments, cwd=cwd, env=environment(**(env or {})))
    return Ended(ended.code, ended.out, ended.log)


def settings_file(folder: Path, config: Mapping[str, Any], name: str = "config.json") -> str:
    path = folder / name
    path.write_text(json.dumps(config))
    return str(path)
