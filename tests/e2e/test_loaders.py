"""The tap's rows through loaders of other people, read back: what docs/loaders.md says of each."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

import tap_wix.streams
from tap_wix.streams.stores import SkusStream
from tap_wix.tap import TapWix
from tests.conftest import config
from tests.e2e import loaders
from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import Collector, catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from demo.postgres import Postgres

    Row = dict[str, Any]
    Spelling = Mapping[str, Callable[[Any], Any]]

pytestmark = pytest.mark.e2e

# What is selected by default, and the spreadsheet of the shop.
STREAMS = tuple(
    str(vars(stream)["name"])
    for stream in tap_wix.streams.STREAMS
    if stream.selected_by_default or stream is SkusStream
)
ONE_QUERY = """
    SELECT p.site_id, v.product_id, v.id, p.visible
    FROM snake_products AS p
    JOIN snake_product_variants AS v ON v.site_id = p.site_id AND v.product_id = p.id
    WHERE p.updated_date IS NOT NULL AND p.catalog_version = 'V3_CATALOG'"""
CONTROL = re.compile(r"[\x00-\x1f]")


class Shop:
    """A shop's rows as the tap writes them."""

    def __init__(self, wix: FakeWix) -> None:
        self.lines = self._read(wix, STREAMS)
        names = ("products", "product_variants")
        maps = {name: {"__alias__": f"snake_{name}"} for name in names}
        self.snake = self._read(wix, names, column_names="snake_case", stream_maps=maps)

    @staticmethod
    def _read(wix: FakeWix, streams: tuple[str, ...], **settings: Any) -> list[bytes]:
        writer = Collector()
        TapWix(
            config=config(wix, **settings),
            catalog=catalog(streams=streams),
            message_writer=writer,
        ).sync_all()
        states = [line for line in writer.lines if line.startswith(b'{"type":"STATE"')]
        return [*(line for line in writer.lines if line not in states), states[-1]]


class Expected:
    """What a tap wrote: by stream the columns, the keys and the rows."""

    def __init__(self, lines: list[bytes]) -> None:
        messages = [json.loads(line, parse_float=Decimal) for line in lines]
        self.state = messages[-1]["value"]
        schemas = [message for message in messages if message["type"] == "SCHEMA"]
        self.columns = {m["stream"]: m["schema"]["properties"] for m in schemas}
        self.keys = {m["stream"]: m["key_properties"] for m in schemas}
        self.rows: dict[str, list[Row]] = {stream: [] for stream in self.columns}
        for message in messages:
            if message["type"] == "RECORD":
                self.rows[message["stream"]].append(message["record"])

    def check(
        self,
        stream: str,
        found: list[Row],
        spelling: Spelling,
        *,
        name: Callable[[str], str] = str,
    ) -> None:
        """Compare every value of a stream with what a loader made of it."""
        keys, columns = self.keys[stream], self.columns[stream]
        by_key = {tuple(str(row[name(key)]) for key in keys): row for row in found}
        assert len(by_key) == len(found) == len(self.rows[stream]), stream
        for row in self.rows[stream]:
            there = by_key[tuple(row[key] for key in keys)]
            wanted = {
                name(column): spelling[kind(columns[column])](row.get(column)) for column in columns
            }
            assert {column: there.get(column) for column in wanted} == wanted, stream


def kind(column: dict[str, Any]) -> str:
    """The kind of a column: that of its JSON type, or of its format."""
    kinds = column["type"] if isinstance(column["type"], list) else [column["type"]]
    [one] = [kind for kind in kinds if kind != "null"]
    return str(column.get("format", one))


def unless_null(how: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else how(value)


def same(value: Any) -> Any:
    return value


def utc(text: str) -> datetime:
    """A moment without its zone, to the microsecond."""
    return datetime.fromisoformat(text).replace(tzinfo=None)


def rounded_utc(text: str) -> datetime:
    """The same, rounded where `utc` cuts off."""
    digits = re.sub(r"\D", "", text.partition(".")[2]).ljust(9, "0")
    up = timedelta(microseconds=int(digits[6:9]) >= 500)
    return utc(text) + up


def decimals(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def floats(value: Any) -> Any:
    return json.loads(json.dumps(value, default=float))


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    site = Site(V3)
    nasty(site, 5, contacts=8, products=6, orders=8, members=3)
    with FakeWix(site) as wix:
        yield Shop(wix)


def all_lines(shop: Shop) -> bytes:
    """Both spellings, and at the end the state of the first."""
    return loaders.joined([*shop.lines[:-1], *shop.snake[:-1], shop.lines[-1]])


def one_query_fits(rows: list[Row], shop: Shop) -> None:
    snake = Expected(shop.snake)
    visible = {row["id"]: row["visible"] for row in snake.rows["snake_products"]}
    assert sorted(map(repr, (tuple(row.values()) for row in rows))) == sorted(
        repr((row["site_id"], row["product_id"], row["id"], visible[row["product_id"]]))
        for row in snake.rows["snake_product_variants"]
    )


def test_target_postgres_of_meltanolabs(shop: Shop, database: Postgres, tmp_path: Path) -> None:
    expected = Expected(shop.lines)
    state = loaders.meltano_postgres(database).load(all_lines(shop), tmp_path)
    spelling = {
        **dict.fromkeys(("string", "boolean", "integer", "number", "object", "array"), same),
        "date-time": unless_null(utc),
        "date": unless_null(date.fromisoformat),
    }
    assert state == expected.state
    for stream in STREAMS:
        found = database.rows(f'SELECT * FROM "{stream}"')
        expected.check(stream, exact_json(found), spelling)
    one_query_fits(database.rows(ONE_QUERY), shop)


def test_target_postgres_of_pipelinewise(shop: Shop, database: Postgres, tmp_path: Path) -> None:
    expected = Expected(shop.lines)
    state = loaders.pipelinewise_postgres(database).load(all_lines(shop), tmp_path)
    spelling = {
        **dict.fromkeys(("boolean", "integer", "date", "object", "array"), same),
        # Line breaks and other control characters arrive as JSON spells them.
        "string": unless_null(lambda text: CONTROL.sub(lambda m: json.dumps(m[0])[1:-1], text)),
        "number": unless_null(float),
        "date-time": unless_null(rounded_utc),
    }
    assert state == expected.state
    for stream in STREAMS:
        found = database.rows(f'SELECT * FROM "{stream}"')
        expected.check(stream, exact_json(found), spelling, name=str.lower)
    one_query_fits(database.rows(ONE_QUERY), shop)


def exact_json(rows: list[Row]) -> list[Row]:
    """Rows whose JSON has decimals as the tap wrote them: psycopg reads them as floats."""
    return [
        {
            name: decimals(json.dumps(value)) if isinstance(value, dict | list) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def test_target_jsonl(shop: Shop, tmp_path: Path) -> None:
    expected = Expected(shop.lines)
    assert loaders.jsonl(tmp_path).load(loaders.joined(shop.lines), tmp_path) == expected.state
    for stream in STREAMS:
        found = loaders.rows_of_jsonl(tmp_path, stream)
        kinds = {"string", "boolean", "integer", "number", "object", "array", "date-time", "date"}
        expected.check(stream, found, dict.fromkeys(kinds, floats))


def test_target_csv_of_meltanolabs(shop: Shop, tmp_path: Path) -> None:
    expected = Expected(shop.lines)
    state = loaders.csv_files(tmp_path).load(loaders.joined(shop.lines), tmp_path)
    assert state == expected.state

    def as_text(value: Any) -> str:
        """Objects and lists are spelled as Python does, not as JSON."""
        return "" if value is None else str(value)

    def as_moment(value: str | None) -> str:
        return "" if value is None else f"{utc(value).isoformat(' ')}+00:00"

    kinds = ("string", "boolean", "integer", "number", "date", "object", "array")
    spelling = {**dict.fromkeys(kinds, as_text), "date-time": as_moment}
    for stream in STREAMS:
        expected.check(stream, loaders.rows_of_csv(tmp_path, stream), spelling)


def test_target_duckdb(shop: Shop, tmp_path: Path) -> None:
    expected, file = Expected(shop.lines), tmp_path / "shop.duckdb"
    assert loaders.duckdb(file).load(all_lines(shop), tmp_path) == expected.state
    spelling = {
        **dict.fromkeys(("boolean", "integer", "date"), same),
        # What is empty is null.
        "string": lambda text: text or None,
        "number": unless_null(float),
        "date-time": unless_null(lambda text: utc(text).isoformat()),
        "object": same,
        "array": same,
    }
    for stream in STREAMS:
        found = loaders.rows_of_duckdb(file, f'SELECT * FROM "{stream}"')
        for row in found:
            for column, field in expected.columns[stream].items():
                if kind(field) in {"object", "array"} and row[column.lower()] is not None:
                    row[column.lower()] = decimals(row[column.lower()])
        expected.check(stream, found, spelling, name=str.lower)
    one_query_fits(loaders.rows_of_duckdb(file, ONE_QUERY), shop)
