"""Products, variants and categories from either catalog, in one shape."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tap_wix.api.times import canonical
from tests.conftest import config
from tests.fake_wix import V1, FakeWix, Site, faults
from tests.tap.running import STREAMS, read, state_of
from tests.tap.shops import moment, put_category, put_product, put_products

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request


def test_every_product_variant_and_category_arrives(wix: FakeWix) -> None:
    simple = put_product(wix.site, "Mug")
    sized = put_product(wix.site, "Shirt", sizes=3, visible=False)
    seen, hidden = put_category(wix.site, "Kitchen"), put_category(wix.site, "Old", visible=False)
    run = read(config(wix))
    assert not run.failures
    assert set(run.ids("products")) == {simple, sized}
    assert {seen, hidden} <= set(run.ids("collections"))
    owners = [row["productId"] for row in run.rows("product_variants")]
    assert sorted(owners) == sorted([simple, sized, sized, sized])


def test_rows_say_where_they_come_from(wix: FakeWix) -> None:
    put_product(wix.site, "Mug")
    put_category(wix.site, "Kitchen")
    wix.site.contacts.add({"name": {"first": "A"}})
    run = read(config(wix))
    for stream in ("products", "product_variants", "collections"):
        for row in run.rows(stream):
            assert (row["siteId"], row["catalogVersion"]) == (
                wix.site.site_id,
                wix.site.catalog_version,
            )
    assert run.rows("contacts")[0]["siteId"] == wix.site.site_id


def test_an_app_reads_the_same_shop_as_a_key(wix: FakeWix) -> None:
    put_product(wix.site, "Mug", sizes=2)
    wix.site.contacts.add({"name": {"first": "A"}})
    by_app, by_key = read(wix.site.app_settings(wix.url)), read(config(wix))
    assert not by_app.failures
    for stream in ("products", "product_variants", "collections", "contacts"):
        rows = [{**row, "siteId": ""} for row in by_key.rows(stream)]
        assert [{**row, "siteId": ""} for row in by_app.rows(stream)] == rows
    assert {row["siteId"] for row in by_app.rows("products")} == {wix.site.instance_id}


def test_a_variant_row_is_the_variant_within_its_product(wix: FakeWix) -> None:
    product_id = put_product(wix.site, "Shirt", sizes=2, updated=moment(1, ".5"))
    run = read(config(wix))
    [product] = run.rows("products")
    rows = run.rows("product_variants")
    for row, variant in zip(rows, product["variantsInfo"]["variants"], strict=True):
        assert variant.items() <= row.items()
        assert row["productId"] == product_id
        assert row["productName"] == "Shirt"
        assert row["currency"] == "EUR"
        assert row["updatedDate"] == product["updatedDate"] == canonical(moment(1, ".5"))
    assert len({row["id"] for row in rows}) == 2


def test_money_and_revisions_survive_unchanged(wix: FakeWix) -> None:
    put_product(wix.site, "Mug", price="12.10")
    run = read(config(wix))
    [variant] = run.rows("product_variants")
    assert variant["price"]["actualPrice"]["amount"] in {"12.10", "12.1"}
    if wix.site.catalog_version != V1:
        assert run.rows("products")[0]["revision"] == "9007199254740993"
        assert variant["price"]["compareAtPrice"]["amount"] == "9007199254740993.01"


@pytest.mark.parametrize("as_text", [False, True])
def test_the_address_of_a_product_is_an_object_however_wix_writes_it(
    wix_v3: FakeWix, *, as_text: bool
) -> None:
    wix_v3.site.v3.switches.url_as_string = as_text
    put_product(wix_v3.site, "Mug")
    [product] = read(config(wix_v3)).rows("products")
    assert product["url"]["url"].startswith("https://")


def test_fields_that_nobody_knows_yet_arrive_and_are_named_once(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("Mug", "Cup"):
        put_product(
            wix_v3.site,
            name,
            undocumented={"numericId": "9007199254740993"},
            seoData={"tags": [], "new": {"deep": True}},
        )
    rows = read(config(wix_v3)).rows("products")
    for row in rows:
        assert row["additionalFields"] == {"numericId": "9007199254740993"}
        assert row["seoData"]["new"] == {"deep": True}
    assert caplog.text.count("numericId") == 1


def test_variants_are_read_without_their_products_being_selected(wix: FakeWix) -> None:
    put_products(wix.site, 3)
    run = read(config(wix), streams=["product_variants"])
    assert len(run.rows("product_variants")) == 3
    assert {m["stream"] for m in run.messages if m["type"] == "SCHEMA"} == {"product_variants"}
    assert run.bookmark("product_variants") == canonical(moment(2))
    assert run.bookmark("products") is None

    again = read(config(wix, lookback_minutes=0), state=run.state, streams=["product_variants"])
    assert [row["productName"] for row in again.rows("product_variants")] == ["Product 2"]


def test_variants_selected_later_are_read_whole_while_products_go_on(wix: FakeWix) -> None:
    put_products(wix.site, 3, step=3600)
    first = read(config(wix), streams=["products"])
    second = read(config(wix), state=first.state, streams=["products", "product_variants"])
    assert len(second.rows("product_variants")) == 3
    assert [row["name"] for row in second.rows("products")] == ["Product 2"]
    assert second.bookmark("product_variants") == second.bookmark("products")


def test_variants_cost_no_request_of_their_own(wix: FakeWix) -> None:
    put_products(wix.site, 3)
    read(config(wix), streams=["products"])
    alone = len(wix.site.requests)
    read(config(wix), streams=["products", "product_variants"])
    assert len(wix.site.requests) == 2 * alone


def test_a_field_left_out_of_variant_rows_stays_in_products(wix: FakeWix) -> None:
    put_product(wix.site, "Shirt", sizes=2)
    run = read(config(wix), without=[("product_variants", "price", "actualPrice")])
    [product] = run.rows("products")
    for row, variant in zip(
        run.rows("product_variants"), product["variantsInfo"]["variants"], strict=True
    ):
        assert "actualPrice" not in row["price"]
        assert variant["price"]["actualPrice"]


def test_a_product_that_changes_while_it_is_read_comes_again_or_next_time(wix: FakeWix) -> None:
    ids = put_products(wix.site, 120)
    changed: list[str] = []

    def change(site: Site, _request: Request) -> None:
        changed.append(put_product(site, "Changed", product_id=ids[0], updated=site.now()))

    wix.site.faults.add(faults.hook(change, "products/query$", after=1))
    first = read(config(wix, lookback_minutes=0))
    assert not first.failures
    assert changed
    second = read(config(wix, lookback_minutes=0), state=first.state)
    rows = [*first.rows("products"), *second.rows("products")]
    assert "Changed" in [row["name"] for row in rows if row["id"] == ids[0]]
    assert {row["id"] for row in first.rows("products")} == set(ids)


def test_state_is_written_every_thousand_rows_or_so(wix_v3: FakeWix) -> None:
    for number in range(30):
        put_product(wix_v3.site, f"Shirt {number}", sizes=100, updated=moment(number))
    run = read(config(wix_v3))
    assert len(run.rows("product_variants")) == 3_000
    since = 0
    for message in run.messages:
        since = 0 if message["type"] == "STATE" else since + 1
        assert since < 1_150


@pytest.mark.parametrize(
    "selected", [["products"], ["product_variants"], ["products", "product_variants"]]
)
def test_no_state_of_a_sorted_sweep_is_ahead_of_a_row_that_follows_it(
    wix_v3: FakeWix, selected: list[str]
) -> None:
    site = wix_v3.site
    for number in range(24):
        put_product(
            site, f"P{number}", sizes=100, updated=moment(number // 5, f".{number % 7:09d}")
        )
    run = read(config(wix_v3), streams=selected)
    bookmarks: dict[str, str] = {}
    written: list[str] = []
    for message in run.messages:
        if message["type"] == "STATE":
            for stream in message["value"]["bookmarks"]:
                state = state_of(message["value"], stream)
                bookmarks[stream] = state.get("replication_key_value") or ""
            written.append(max(bookmarks.values(), default=""))
        elif message["type"] == "RECORD":
            moment_of_row = message["record"]["updatedDate"]
            assert moment_of_row >= bookmarks.get(message["stream"], "")
    assert written == sorted(written)
    if "product_variants" in selected:
        assert len({value for value in written if value}) > 1


def test_a_v1_sweep_moves_its_bookmark_at_its_end_only(wix_v1: FakeWix) -> None:
    for number in range(30):
        put_product(wix_v1.site, f"P{number}", sizes=100, updated=moment(30 - number))
    run = read(config(wix_v1))
    assert run.bookmark("products") == canonical(moment(30))
    for state in run.states[:-2]:
        for stream in ("products", "product_variants"):
            assert "replication_key_value" not in state_of(state, stream)


def test_a_shop_that_wix_moved_to_v3_is_read_whole_once(
    wix_v1: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v1.site
    put_products(site, 3, step=3600)
    first = read(config(wix_v1))
    assert first.state_of("products")["catalogVersion"] == "V1_CATALOG"
    site.catalog_version = "V3_CATALOG"
    ids = put_products(site, 3, step=3600)

    moved = read(config(wix_v1), state=first.state)
    assert set(moved.ids("products")) == set(ids)
    assert len(moved.rows("product_variants")) == 3
    assert caplog.text.count("read whole once") == 2
    assert moved.state_of("products")["catalogVersion"] == "V3_CATALOG"

    after = read(config(wix_v1), state=moved.state)
    assert [row["name"] for row in after.rows("products")] == ["Product 2"]


def test_an_interrupted_first_run_after_the_move_does_not_fall_back_to_the_old_bookmark(
    wix_v1: FakeWix,
) -> None:
    site = wix_v1.site
    put_product(site, "Old", updated="2026-10-01T00:00:00Z")
    first = read(config(wix_v1))
    site.catalog_version = "V3_CATALOG"
    ids = put_products(site, 250)
    query = "^/stores/v3/products/query$"
    broken = faults.refusal(query, status=200, body={}, after=1, times=2)
    site.faults.add(broken)
    half = read(config(wix_v1), state=first.state)
    assert half.failures
    assert canonical(moment(0)) < (half.bookmark("products") or "") < canonical(moment(250))
    rest = read(config(wix_v1, lookback_minutes=0), state=half.state)
    assert set(half.ids("products")) | set(rest.ids("products")) == set(ids)
    assert len(rest.ids("products")) < 250


def test_the_same_columns_are_filled_on_either_catalog() -> None:
    kinds = {}
    for version in ("V1_CATALOG", "V3_CATALOG"):
        with FakeWix(Site(version)) as wix:
            put_product(wix.site, "Shirt", sizes=2)
            run = read(config(wix))
            kinds[version] = {
                name: type(value)
                for stream in ("products", "product_variants")
                for name, value in run.rows(stream)[0].items()
                if value not in (None, {}, [])
            }
    old, new = kinds["V1_CATALOG"], kinds["V3_CATALOG"]
    assert all(old[name] is new[name] for name in old.keys() & new.keys())
    assert {"id", "name", "slug", "variantsInfo", "price"} <= old.keys() & new.keys()


def test_rows_of_two_sites_with_the_same_ids_have_different_keys() -> None:
    twins = [Site(V1, site_id=f"1f2e3d4c-5b6a-4789-8abc-def01234567{n}") for n in (1, 2)]
    contact = "0b1f9f3c-2a64-4d53-9a3e-5d1d3d0d0001"
    product = "0b1f9f3c-2a64-4d53-9a3e-5d1d3d0d0002"
    for site in twins:
        put_product(site, "Mug", product_id=product, sizes=2)
        site.contacts.add({"name": {"first": "A"}}, contact_id=contact)
    keys: dict[str, set[tuple[str, ...]]] = {stream: set() for stream in STREAMS}
    counts = dict.fromkeys(STREAMS, 0)
    with FakeWix(*twins) as wix:
        for site in twins:
            run = read(config(wix, site))
            for message in run.messages:
                if message["type"] == "SCHEMA":
                    assert message["key_properties"][0] == "siteId"
            for stream in STREAMS:
                [names] = [
                    m["key_properties"]
                    for m in run.messages
                    if m["type"] == "SCHEMA" and m["stream"] == stream
                ]
                rows = run.rows(stream)
                keys[stream] |= {tuple(row[name] for name in names) for row in rows}
                counts[stream] += len(rows)
    assert {stream: len(found) for stream, found in keys.items()} == counts
    assert all(counts.values())
