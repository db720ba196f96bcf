"""A sink that writes to a memory_shop instead of a shop, to show what the frame around sinks does."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from target_wix.pipeline.sink import WixSink
from target_wix.runtime.outcomes import Change, Changes, Outcome, Rejection
from target_wix.target import TargetWix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pytest

    from target_wix.runtime.pending import PendingRecord

CONFIG = {
    "api_key": "IST.made-up",
    "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678",
    "api_url": "http://127.0.0.1:9",
}


@dataclass
class MemoryShop:
    """What was written, batch by batch, and what a test wants to happen meanwhile."""

    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    deleted: list[Any] = field(default_factory=list)
    in_bulk: bool = False
    before_each: Callable[[PendingRecord], None] = lambda _: None

    @property
    def records(self) -> list[dict[str, Any]]:
        return [record for batch in self.batches for record in batch]

    @property
    def ids(self) -> list[Any]:
        return [record.get("id") for record in self.records]

    def sink(self) -> type[WixSink]:
        memory_shop = self

        class ShelfSink(WixSink):
            """Refuses what has a `refuse`, the rest goes on the memory_shop without what it is to lose."""

            def write(self, records: list[PendingRecord]) -> None:
                memory_shop.batches.append([])
                doomed = [one for one in records if one.data.get("outcome") == "deleted"]
                for incoming in doomed if memory_shop.in_bulk else ():
                    self.context.allow_delete(incoming)
                for incoming in records:
                    memory_shop.before_each(incoming)
                    self.context.columns.add(incoming.data.get("ignore", ()))
                    for kind in incoming.data.get("lose", ()):
                        self.context.dropped.add(kind, key=incoming.key)
                    if code := incoming.data.get("refuse"):
                        self.context.reject(
                            incoming, Rejection(code, "No, said a@b.example.", "name", "r1")
                        )
                    else:
                        outcome = Outcome(incoming.data.get("outcome", "created"))
                        if outcome is Outcome.DELETED:
                            self.context.allow_delete(incoming)
                            memory_shop.deleted.append(incoming.data["id"])
                        memory_shop.batches[-1].append(incoming.data)
                        values = incoming.data.get("changes", ())
                        names = incoming.data.get("fields", [one[0] for one in values])
                        self.context.set_outcome(
                            incoming, outcome, names, partial(_changes, incoming.data)
                        )

        return ShelfSink


def _changes(data: dict[str, Any]) -> Changes:
    values = tuple(Change(*one) for one in data.get("changes", ()))
    return Changes(data.get("name", ""), str(data["id"]), values)


def schema(stream: str = "products", *, keys: tuple[str, ...] = ("id",), **columns: Any) -> str:
    properties = {name: {} for name in keys} | columns
    return json.dumps(
        {
            "type": "SCHEMA",
            "stream": stream,
            "schema": {"type": "object", "properties": properties},
            "key_properties": list(keys),
        }
    )


def record(stream: str = "products", **values: Any) -> str:
    return json.dumps({"type": "RECORD", "stream": stream, "record": values})


def state(**value: Any) -> str:
    return json.dumps({"type": "STATE", "value": value})


def run(lines: Iterable[str], **settings: Any) -> int:
    """Run the target over lines, in this process; return the exit code."""
    text = "".join(f"{line}\n" for line in lines)
    return TargetWix(config={**CONFIG, **settings}).run(io.StringIO(text))


def printed(text: str) -> list[Any]:
    """States that a run printed."""
    return [json.loads(line) for line in text.splitlines()]


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was said as an error, none of it with a traceback."""
    found = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert not any(one.exc_info for one in found)
    return [one.getMessage() for one in found]
