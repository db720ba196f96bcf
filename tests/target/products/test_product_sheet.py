"""A price list in a spreadsheet: what the tap's `skus` wrote comes back, all of it text."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.stores import PRODUCTS
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.wire import encode
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import read
from tests.target.contacts.harness import QuickTarget
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
Sheet = list[dict[str, str]]
MOST_VARIANTS = 20
"""Products of hundreds of variants take long, and show nothing more here."""


@contextmanager
def shop(version: str, seed: int = 0) -> Iterator[tuple[FakeWix, Site]]:
    site = Site(version)
    with FakeWix(site) as wix:
        nasty(site, seed, products=25, contacts=0)
        yield wix, site


def sheet_of(wix: FakeWix, site: Site) -> Sheet:
    """The stream `skus` through a CSV file and out of it again."""
    rows = read(site.settings(wix.url), streams=["skus"]).rows("skus")
    assert rows
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    file.seek(0)
    found = list(csv.DictReader(file))
    sizes = Counter(row["product_id"] for row in found)
    return [row for row in found if sizes[row["product_id"]] <= MOST_VARIANTS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value).removeprefix("number ")
    return text.lower() if isinstance(value, bool) else text


def send(
    wix: FakeWix, site: Site, sheet: Sheet, **settings: Any
) -> tuple[int, dict[str, int], int]:
    """Send a sheet as the stream `skus`; exit code, counts, and how many requests wrote."""
    keys = ["siteId", "product_id", "variant_id"]
    properties = {name: {"type": "string"} for name in sheet[0]}
    schema = {"type": "object", "properties": properties}
    messages: list[Json] = [
        {"type": "SCHEMA", "stream": "skus", "schema": schema, "key_properties": keys},
        *[{"type": "RECORD", "stream": "skus", "record": row} for row in sheet],
    ]
    target = QuickTarget(config={**site.settings(wix.url), **settings})
    before = len(site.requests.writes)
    code = target.run(io.StringIO("".join(json.dumps(one) + "\n" for one in messages)))
    counts = target.outcomes.tally("products").counts
    found = {outcome.value: count for outcome, count in counts.items() if count}
    return code, found, len(site.requests.writes) - before


def facts(wix: FakeWix, site: Site) -> dict[tuple[str, ...], Any]:
    """Every value of every product, by the way to it: lists by the ids in them."""
    rows = json.loads(encode(list(PRODUCTS.rows(open_site(wix, site)))))
    found: dict[tuple[str, ...], Any] = {}
    todo: list[tuple[tuple[str, ...], Any]] = [((row["id"],), row) for row in rows]
    while todo:
        way, value = todo.pop()
        if isinstance(value, dict):
            todo += [((*way, name), one) for name, one in value.items()]
        elif isinstance(value, list):
            names = [str(one.get("id", n)) if isinstance(one, dict) else str(n)
                     for n, one in enumerate(value)]  # fmt: skip
            todo += [((*way, name), one) for name, one in zip(names, value, strict=True)]
        else:
            found[way] = value
    return found


OF_WIX = {"revision", "updatedDate", "lastUpdated", "formattedAmount", "profit", "profitMargin"}
"""What follows from a change by itself."""
SUMS = {"actualPriceRange", "compareAtPriceRange", "costRange", "shippingWeightRange", "v1"}
SUMS |= {"pricePerUnit", "revenueDetails"}


def changes(
    before: dict[tuple[str, ...], Any], after: dict[tuple[str, ...], Any]
) -> dict[tuple[str, str], Any]:
    """What differs, by its product and its name."""
    ways = {way for way in before | after if before.get(way) != after.get(way)}
    return {
        (way[0], way[-1] if way[-1] != "amount" else way[-2]): after.get(way)
        for way in ways
        if way[-1] not in OF_WIX and SUMS.isdisjoint(way)
    }


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("version", [V1, V3])
def test_a_sheet_comes_back_without_a_write(version: str, seed: int) -> None:
    with shop(version, seed) as (wix, site):
        sheet = sheet_of(wix, site)
        code, counts, writes = send(wix, site, sheet)
        assert (code, counts, writes) == (0, {"unchanged": len(sheet)}, 0)


@pytest.mark.parametrize("version", [V1, V3])
def test_three_edited_cells_are_three_changes_and_stock_is_none(
    version: str, caplog: pytest.LogCaptureFixture
) -> None:
    with shop(version) as (wix, site):
        sheet = sheet_of(wix, site)
        by_product: dict[str, Sheet] = {}
        for row in sheet:
            by_product.setdefault(row["product_id"], []).append(row)
        alone = [rows[0] for rows in by_product.values() if len(rows) == 1]
        several = next(rows for rows in by_product.values() if len(rows) > 1)
        plain = [row for row in alone if row["product_type"] == "PHYSICAL"]
        dearer, renamed, edited = plain[0], several[-1], plain[1]
        dearer |= {"price": "12345.60", "compare_at_price": ""}
        renamed["name"] = "Renamed"
        edited["weight"] = "7.25"
        for row in sheet:
            row["stock"] = "4711"
        before = facts(wix, site)
        code, counts, _ = send(wix, site, sheet)
        assert (code, counts) == (0, {"updated": 3, "unchanged": len(sheet) - 3})
        found = changes(before, facts(wix, site))
        gone = {key for key, value in found.items() if value is None}
        assert {key: found[key] for key in found.keys() - gone} == {
            (dearer["product_id"], "actualPrice"): "12345.6",
            (renamed["product_id"], "name"): "Renamed",
            (edited["product_id"], "weight"): 7.25,
        }
        assert gone <= {(dearer["product_id"], "compareAtPrice")}
        assert "columns ignored" not in caplog.text
        # The rows beside it still have the old name: of a sheet that is sent twice, all are edited.
        for row in several:
            row["name"] = "Renamed"
        assert send(wix, site, sheet)[2] == 0


@pytest.mark.parametrize("blank", [" ", "\u00a0"])
@pytest.mark.parametrize("version", [V1, V3])
def test_blanks_around_every_cell_change_nothing(version: str, blank: str) -> None:
    site = Site(version)
    demo(site)
    with FakeWix(site) as wix:
        sheet = sheet_of(wix, site)
        spaced = [{name: f"{blank}{cell}{blank}" for name, cell in row.items()} for row in sheet]
        assert send(wix, site, spaced) == (0, {"unchanged": len(sheet)}, 0)


@pytest.mark.parametrize("column", ["barcode", "sku"])
@pytest.mark.parametrize("number", ["4.00638E+12", "4,00638E+12", "4E+12"])
def test_a_number_that_a_spreadsheet_rounded_replaces_no_barcode_and_no_sku(
    column: str, number: str
) -> None:
    site = Site(V3)
    demo(site)
    with FakeWix(site) as wix:
        sheet = sheet_of(wix, site)
        row = next(row for row in sheet if row["sku"] == "RUNNER")
        row["barcode"] = "4006381333931"
        assert send(wix, site, [row])[1] == {"updated": 1}
        before = facts(wix, site)
        assert send(wix, site, [{**row, column: number, "price": "1"}])[:2] == (1, {"rejected": 1})
        assert facts(wix, site) == before


@pytest.mark.parametrize("version", [V1, V3])
@pytest.mark.parametrize("number", ["4.00638E+12", "4,00638E+12"])
def test_products_whose_skus_a_spreadsheet_rounded_are_not_made_into_one(
    version: str, number: str
) -> None:
    site = Site(version)
    with FakeWix(site) as wix:
        rows = [{"name": name, "sku": number, "price": "1"} for name in ("Cup", "Bowl")]
        good = {"name": "Jug", "sku": "1E7", "price": "1"}
        assert send(wix, site, [*rows, good])[:2] == (1, {"created": 1, "rejected": 2})


@pytest.mark.parametrize("version", [V1, V3])
@pytest.mark.parametrize("column", ["name", "sku", "price", "brand", "description"])
@pytest.mark.parametrize("cell", ["#REF!", "#VALUE!", " #BEZUG! "])
def test_an_error_of_a_spreadsheet_is_written_nowhere(version: str, column: str, cell: str) -> None:
    site = Site(version)
    with FakeWix(site) as wix:
        row = {"handle": "cup", "slug": "cup", "sku": "A", "name": "Cup", "price": "1"}
        assert send(wix, site, [row])[:2] == (0, {"created": 1})
        before = facts(wix, site)
        assert send(wix, site, [{**row, column: cell}])[:2] == (1, {"rejected": 1})
        assert facts(wix, site) == before


@pytest.mark.parametrize("version", [V1, V3])
@pytest.mark.parametrize("cell", ["NULL", "nan", "#N/A", "None", "#NV"])
def test_a_word_for_nothing_names_no_product(version: str, cell: str) -> None:
    site = Site(version)
    with FakeWix(site) as wix:
        row = {"sku": "A", "name": "Cup", "price": "1"}
        assert send(wix, site, [row])[:2] == (0, {"created": 1})
        assert send(wix, site, [{**row, "name": cell}])[:2] == (0, {"unchanged": 1})
        assert send(wix, site, [{"sku": "B", "name": cell, "price": "1"}])[:2] == (
            1,
            {"rejected": 1},
        )


@pytest.mark.parametrize("version", [V1, V3])
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"quantity": "1.000"}, "quantities such as 1.000"),
        ({"price": "1.234"}, "prices such as 1.234"),
        ({"cost": "1.000"}, "prices such as 1.234"),
        ({"quantity": "1000", "price": "12.50", "cost": "1.2340"}, ""),
        ({"quantity": "1.0", "price": "0.125"}, ""),
    ],
)
def test_numbers_that_may_be_thousands_are_named(
    version: str, cells: Json, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(version)
    with FakeWix(site) as wix:
        rows = [{"sku": sku, "name": "Cup", "price": "1", **cells} for sku in ("A", "B")]
        send(wix, site, rows)
        assert caplog.text.count("are read as decimals") == bool(said)
        assert said in caplog.text


@pytest.mark.parametrize("version", [V1, V3])
def test_a_cell_of_a_variant_that_another_line_of_it_overrules_is_named(
    version: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(version)
    demo(site)
    with FakeWix(site) as wix:
        sheet = sheet_of(wix, site)
        row, other = sheet[0], sheet[1]
        assert row["product_id"] == other["product_id"]
        same = [{**row, "price": "5"}, {**row, "price": "5.00"}, {**other, "price": "6"}]
        assert send(wix, site, same)[0] == 0
        assert "Left out" not in caplog.text
        send(wix, site, [{**row, "price": "7"}, {**row, "price": "8"}])
        assert "values of rows of one product that a later row overrules" in caplog.text


@pytest.mark.parametrize("version", [V1, V3])
def test_what_one_stream_made_another_one_finds_whatever_the_index_knows(version: str) -> None:
    """A SCHEMA brings another sink, and what the run knows outlasts it."""
    with FakeWix(Site(version)) as wix:
        wix.site.index_lag = None
        lines = [
            {"type": "SCHEMA", "stream": "products", "schema": ANYTHING, "key_properties": []},
            _record("products", {"sku": "A", "handle": "cup", "name": "Cup", "price": "1"}),
            {
                "type": "SCHEMA",
                "stream": "skus",
                "schema": {"properties": {"price": {}}},
                "key_properties": [],
            },
            _record("skus", {"sku": "A", "price": "2"}),
            _record("products", {"handle": "cup", "price": "3"}),
        ]
        target = QuickTarget(config=wix.site.settings(wix.url))
        assert target.run(io.StringIO("".join(json.dumps(one) + "\n" for one in lines))) == 0
        assert target.outcomes.tally("products").line().startswith("1 created, 2 updated")


ANYTHING: Json = {"properties": {"sku": {}}}


def _record(stream: str, row: Json) -> Json:
    return {"type": "RECORD", "stream": stream, "record": row}


def test_a_sheet_beside_the_products_it_was_made_of_makes_nothing_twice() -> None:
    """Who selects both and copies a shop gets its products; the sheet says nothing more."""
    one, other = Site(V3), Site(V3)
    demo(one)
    with FakeWix(one, other) as wix:
        other.index_lag = 3600.0
        run = read(one.settings(wix.url), streams=["products", "skus"])
        messages = [m for m in run.messages if m["type"] != "STATE"]
        text = "".join(json.dumps(m).replace('"number ', '"') + "\n" for m in messages)
        target = QuickTarget(config={**other.settings(wix.url), "unknown_id": "create"})
        assert target.run(io.StringIO(text)) == 0
        count = len(one.v3.products)
        assert target.outcomes.tally("products").line().startswith(f"{count} created")
        ignored = target.outcomes.tally("skus").counts
        assert {one.value for one in ignored} == {"ignored"}
        assert len(other.v3.products) == count
        # On its own shop each row counts.
        own = QuickTarget(config=one.settings(wix.url))
        assert own.run(io.StringIO(text)) == 0
        assert "skus" not in own.outcomes.tallies
