"""What the target takes for records that change nothing, and for streams that it ignores."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.processes import measured, server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_STREAMS = ("products", "contacts")


def table(count: int, rounds: int, folder: Path) -> list[Sequence[str]]:
    """Measure and return the lines of a table.

    Args:
        count: records of each kind.
        rounds: to take the median of.
        folder: for what the tap writes and the target reads.
    """
    lines: list[Sequence[str]] = [("target, unchanged", "rows", "CPU s", "of it start", "MB")]
    for version in ("V3", "V1"):
        with server("benchmarks.shop", version, str(count)) as (_, settings):
            config = folder / "target.json"
            config.write_text(settings)
            for stream in _STREAMS if version == "V3" else _STREAMS[:1]:
                records = folder / "records.jsonl"
                found = _read(config, stream, records)
                runs = [
                    measured("target_wix", "--config", str(config), stdin=records)
                    for _ in range(rounds)
                ]
                start = median(measured("target_wix", "--version").cpu for _ in range(rounds))
                cpu = median(one.cpu for one in runs)
                memory = max(one.memory for one in runs)
                name = f"{version} {stream}" if stream == "products" else stream
                lines.append((name, f"{found}", f"{cpu:.2f}", f"{start:.2f}", f"{memory:.0f}"))
    ours, naive = (
        [_seconds("benchmarks.ignored", whose, str(10 * count)) for _ in range(rounds)]
        for whose in ("ours", "naive")
    )
    times = median(two / one for one, two in zip(ours, naive, strict=True))
    lines.append(("orders, ignored", f"{10 * count}", f"{median(ours):.2f}"))
    lines.append((f"{times:.0f} times as fast as a target of the SDK's template",))
    return lines


def _read(config: Path, stream: str, records: Path) -> int:
    """Have the tap write a stream into a file; return how many records there are."""
    arguments = [sys.executable, "-m", "tap_wix", "--config", str(config)]
    discovery = [*arguments, "--discover"]
    catalog = json.loads(subprocess.check_output(discovery, stderr=subprocess.DEVNULL))
    for entry in catalog["streams"]:
        for item in entry["metadata"]:
            if not item["breadcrumb"]:
                item["metadata"]["selected"] = entry["tap_stream_id"] == stream
    path = config.with_name("catalog.json")
    path.write_text(json.dumps(catalog))
    with records.open("wb") as out:
        subprocess.run(
            [*arguments, "--catalog", str(path)], stdout=out, stderr=subprocess.DEVNULL, check=True
        )
    return records.read_bytes().count(b'"type":"RECORD"')


def _seconds(module: str, *arguments: str) -> float:
    return float(subprocess.check_output([sys.executable, "-m", module, *arguments]))
