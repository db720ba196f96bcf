"""With `column_names: snake_case` every stream is the same but for the names of its columns."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest

import tap_wix.streams
from tap_wix.columns import Columns, snake_case
from tap_wix.failures import RunFailedError
from tap_wix.tap import TapWix
from tests.conftest import config
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, Collector, Run, catalog, parsed, read
from tests.tap.shops import moment, put_product

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.fake_wix import FakeWix

SNAKE = {"column_names": "snake_case"}
A_NAME_IN_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VARIES = {
    "startedAt",
    "finishedAt",
    "deletedBefore",
    *map(snake_case, ("startedAt", "finishedAt", "deletedBefore")),
}


def folded(name: str) -> str:
    """A name as the target compares it: without case and underscores."""
    return name.replace("_", "").lower()


def discovered(**settings: Any) -> dict[str, dict[str, Any]]:
    entries = TapWix(config=settings, validate_config=False).catalog_dict["streams"]
    return {entry["tap_stream_id"]: entry for entry in entries}


def run_with(settings: Mapping[str, Any], chosen: dict[str, Any], state: Any = None) -> Run:
    writer = Collector()
    tap = TapWix(config=dict(settings), catalog=chosen, state=state, message_writer=writer)
    try:
        tap.sync_all()
    except RunFailedError as error:
        return Run(parsed(writer.lines), error.messages)
    return Run(parsed(writer.lines))


def in_wix_names(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Any]:
    """Rows with the names of the fields again, sorted; without what the clock decides."""
    found = [{names[key]: value for key, value in row.items() if key not in VARIES} for row in rows]
    return sorted(found, key=repr)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("siteId", "site_id"),
        ("updatedDate", "updated_date"),
        ("id", "id"),
        ("v1", "v1"),
        ("visibleInPos", "visible_in_pos"),
        ("e164Phone", "e164_phone"),
        ("addressLine2", "address_line2"),
        ("seoURLPath", "seo_url_path"),
        ("URL", "url"),
        ("product_id", "product_id"),
    ],
)
def test_a_word_begins_where_a_capital_does_and_digits_stay_with_their_word(
    name: str, expected: str
) -> None:
    assert snake_case(name) == expected


@pytest.mark.parametrize("stream", tap_wix.streams.STREAMS, ids=lambda stream: stream.name)
def test_no_two_columns_of_a_stream_share_a_name_in_any_loader(stream: Any) -> None:
    fields = list(stream.schema["properties"])
    names = [snake_case(field) for field in fields]
    assert all(A_NAME_IN_SNAKE_CASE.fullmatch(name) for name in names)
    assert len({folded(name) for name in names}) == len(fields)
    columns = Columns(fields, "snake_case")
    assert [columns.field(name) for name in names] == fields


def test_the_catalog_has_the_same_streams_keys_and_columns_under_their_other_names() -> None:
    usual, snake = discovered(), discovered(**SNAKE)
    assert usual.keys() == snake.keys() == {*ALL_STREAMS}
    for stream, entry in snake.items():
        one = usual[stream]
        assert list(entry["key_properties"]) == [snake_case(key) for key in one["key_properties"]]
        assert entry.get("replication_key") == (
            snake_case(one["replication_key"]) if "replication_key" in one else None
        )
        properties = one["schema"]["properties"]
        assert entry["schema"]["properties"] == {
            snake_case(name): field for name, field in properties.items()
        }
        selectable = {tuple(item["breadcrumb"])[:2] for item in entry["metadata"]}
        assert selectable == {(), *(("properties", snake_case(name)) for name in properties)}
    assert discovered(column_names="wix") == usual


def test_every_row_of_every_stream_differs_in_nothing_but_the_names(wix: FakeWix) -> None:
    nasty(wix.site, 7, products=8, contacts=12, orders=12, members=5, deleted=4, business=True)
    wix.site_list.account_keys.add(wix.site.api_key)
    settings = config(wix, account_id=wix.site.account_id)
    chosen = catalog(streams=ALL_STREAMS)
    usual = run_with(settings, copy.deepcopy(chosen))
    snake = run_with({**settings, **SNAKE}, chosen)
    assert not usual.failures
    assert not snake.failures
    for stream in ALL_STREAMS:
        fields = {snake_case(name): name for name in usual.schema(stream)["properties"]}
        same = {name: name for name in fields.values()}
        assert in_wix_names(snake.rows(stream), fields) == in_wix_names(usual.rows(stream), same)
        assert set(snake.schema(stream)["properties"]) == set(fields)
    assert snake.rows("products")
    messages = [m for m in snake.messages if m["type"] == "SCHEMA" and m["stream"] == "orders"]
    assert [m["key_properties"] for m in messages] == [["site_id", "id"]]
    assert [m["bookmark_properties"] for m in messages] == [["updated_date"]]
    assert messages[0]["schema"]["required"] == ["site_id", "id"]


def test_a_state_goes_on_when_the_setting_changes_and_back(wix: FakeWix) -> None:
    put_product(wix.site, "Old", updated=moment(0))
    settings = config(wix, lookback_minutes=0)
    first = read({**settings, **SNAKE}, streams=["products"])
    put_product(wix.site, "New", updated=moment(60))
    second = read(settings, streams=["products"], state=first.state)
    put_product(wix.site, "Newest", updated=moment(120))
    third = read({**settings, **SNAKE}, streams=["products"], state=second.state)
    assert first.state_of("products")["replication_key"] == "updatedDate"
    # What shares the bookmark's millisecond is read again.
    assert [row["name"] for row in second.rows("products")] == ["Old", "New"]
    assert [row["name"] for row in third.rows("products")] == ["New", "Newest"]
    assert third.bookmark("products") == moment(120, ".000000000")


@pytest.mark.parametrize("setting", ["wix", "snake_case"])
@pytest.mark.parametrize("made_with", ["wix", "snake_case"])
def test_what_a_catalog_deselects_stays_away_in_whichever_spelling_it_was_made(
    wix_v3: FakeWix, made_with: str, setting: str
) -> None:
    put_product(wix_v3.site, "Cup")
    entries = list(discovered(column_names=made_with).values())
    unwanted = {"seoData", "seo_data", "variantsInfo", "variants_info"}
    for entry in entries:
        for item in entry["metadata"]:
            if not item["breadcrumb"]:
                item["metadata"]["selected"] = entry["tap_stream_id"] == "products"
            elif unwanted & set(item["breadcrumb"]):
                item["metadata"]["selected"] = False
    run = run_with(config(wix_v3, column_names=setting), {"streams": entries})
    expected = {"siteId", "updatedDate", "slug", "visible"}
    if setting == "snake_case":
        expected = {snake_case(name) for name in expected}
    [row] = run.rows("products")
    assert expected <= set(row) <= set(run.schema("products")["properties"])
    assert not unwanted & set(run.schema("products")["properties"])
    assert run.state_of("products")["replication_key_value"]


def test_stream_maps_and_flattening_see_the_names_that_go_out(wix_v3: FakeWix) -> None:
    put_product(wix_v3.site, "Cup")
    maps = {"products": {"seo_data": None, "shop": "site_id"}}
    settings = config(wix_v3, column_names="snake_case", stream_maps=maps, flattening_enabled=True)
    run = read({**settings, "flattening_max_depth": 2}, streams=["products"])
    [row] = run.rows("products")
    assert row["shop"] == wix_v3.site.site_id == row["site_id"]
    assert row["actual_price_range__minValue__amount"] == "12.10"
    assert not any(name.startswith("seo") for name in run.schema("products")["properties"])
