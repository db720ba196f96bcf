"""All measurements in one table: `make bench`, or `python -m benchmarks --small`.

CPU and time are ratios to the bare loop of the same round, since machines differ; of several
rounds the median counts. "but start" is CPU without what `tap-wix --version` takes, most of it the
import of the SDK; "of ours" is how many times our CPU a naive tap of the SDK takes. Everything runs
against canned answers from a process of its own.
"""

from __future__ import annotations

import argparse
import copy
import json
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import to_wix
from benchmarks.processes import Measured, measured, server
from tap_wix.tap import TapWix

if TYPE_CHECKING:
    from collections.abc import Sequence

_SITE = "1f2e3d4c-5b6a-4789-8abc-def012345678"
_STREAMS = {
    "contacts": ("contacts",),
    "v3": ("products",),
    "v1": ("products",),
    "orders": ("orders", "order_line_items", "order_payments", "order_fulfillments"),
}
_NAMES = {
    "contacts": "contacts",
    "v3": "V3 products",
    "v1": "V1 products",
    "orders": "orders and parts",
}
_FULL = {"contacts": 40_000, "v3": 10_000, "v1": 12_000, "orders": 6_000}
_SMALL = {"contacts": 4_000, "v3": 1_000, "v1": 1_200, "orders": 600}
_SLOW = {"contacts": 20_000, "v3": 2_000, "v1": 2_000, "orders": 2_000}
_CHAIN = {"contacts": 1, "v3": 3, "v1": 2, "orders": 2}
"""Requests that wait for each other besides the pages: the catalog's version, the last parts."""

_QUOTA_SECONDS = 60 / 180
_HEAD = (
    "beside a bare loop",
    "rows",
    "requests",
    "CPU",
    "but start",
    "time",
    "MB",
    "naive CPU",
    "of ours",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the rows, one round")
    parser.add_argument("--rounds", type=int, default=0, help="rounds to take the median of (3)")
    parser.add_argument("--only", nargs="*", default=(), metavar="PART", help="parts to measure")
    options = parser.parse_args()
    sizes = _SMALL if options.small else _FULL
    rounds = options.rounds or (1 if options.small else 3)
    parts = options.only or [*sizes, "slow", "memory", "target"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _print([_HEAD])
        for kind in [kind for kind in sizes if kind in parts]:
            _print([_beside_others(kind, sizes[kind], rounds, folder)])
        if "slow" in parts:
            slow = {kind: min(size, sizes[kind]) for kind, size in _SLOW.items()}
            _print([("at 500 ms a request", "rows", "requests", "seconds", "of the bound")])
            _print([_slow(kind, slow[kind], folder) for kind in slow])
        if "memory" in parts:
            few, many = 2_000, 5_000 if options.small else 50_000
            _print([("memory", "MB", "MB"), _memory(few, many, folder)])
        if "target" in parts:
            _print(to_wix.table(100 if options.small else 1_000, rounds, folder))


def _print(lines: Sequence[Sequence[str]]) -> None:
    for line in lines:
        print(f"{line[0]:24}" + "".join(f"{cell:>13}" for cell in line[1:]), flush=True)


def _beside_others(kind: str, count: int, rounds: int, folder: Path) -> Sequence[str]:
    with server("benchmarks.server", f"{kind}={count}") as (address, _):
        bare, ours, naive = [], [], []
        _ours(kind, address, folder)  # Python's bytecode and the machine's files are at hand then
        for _ in range(rounds):
            bare.append(measured("benchmarks.bare", kind, address, server=address))
            ours.append(_ours(kind, address, folder))
            naive.append(measured("benchmarks.naive", kind, address))
    cpu = median(one.cpu / two.cpu for one, two in zip(ours, bare, strict=True))
    start = measured("tap_wix", "--version").cpu
    begun = median((one.cpu - start) / two.cpu for one, two in zip(ours, bare, strict=True))
    wall = median(one.wall / two.wall for one, two in zip(ours, bare, strict=True))
    other = median(one.cpu / two.cpu for one, two in zip(naive, bare, strict=True))
    return (
        _NAMES[kind],
        f"{count}",
        f"{ours[0].requests} / {bare[0].requests}",
        f"{cpu:.2f}",
        f"{begun:.2f}",
        f"{wall:.2f}",
        f"{max(one.memory for one in ours):.0f}",
        f"{other:.1f}",
        f"{other / cpu:.1f}",
    )


def _ours(kind: str, address: str, folder: Path, *, per_minute: int = 1_000_000) -> Measured:
    settings, catalog = folder / "config.json", folder / "catalog.json"
    settings.write_text(
        json.dumps(
            {
                "api_key": "IST.made-up",
                "site_id": _SITE,
                "api_url": address,
                "requests_per_minute": per_minute,
            }
        )
    )
    catalog.write_text(json.dumps(_catalog(_STREAMS[kind])))
    arguments = ("--config", str(settings), "--catalog", str(catalog))
    return measured("tap_wix", *arguments, server=address)


def _catalog(streams: Sequence[str]) -> dict[str, Any]:
    catalog = copy.deepcopy(TapWix(config={}, validate_config=False).catalog_dict)
    for entry in catalog["streams"]:
        for item in entry["metadata"]:
            if not item["breadcrumb"]:
                item["metadata"]["selected"] = entry["tap_stream_id"] in streams
    return catalog


def _slow(kind: str, count: int, folder: Path) -> Sequence[str]:
    """Compare with the least that quota and latency allow."""
    latency = 0.5
    with server("benchmarks.server", f"{kind}={count}") as (_, address):
        measured("tap_wix", "--version")
        started = measured("tap_wix", "--version").wall
        ours = _ours(kind, address, folder, per_minute=180)
    page = 1_000 if kind == "contacts" else 100
    chain = -(-count // page) + _CHAIN[kind]
    bound = max(ours.requests * _QUOTA_SECONDS, chain * latency)
    seconds = ours.wall - started
    return _NAMES[kind], f"{count}", f"{ours.requests}", f"{seconds:.1f}", f"{seconds / bound:.2f}"


def _memory(few: int, many: int, folder: Path) -> Sequence[str]:
    found = []
    for count in (few, many):
        with server("benchmarks.server", f"contacts={count}") as (address, _):
            found.append(f"{_ours('contacts', address, folder).memory:.0f}")
    return (f"{few} and {many} contacts", *found)


if __name__ == "__main__":
    main()
