"""Several sites in one run: side by side, each with its own catalog, state and failures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.tap.running import catalog, command, read, settings_file
from tests.tap.shops import put_category, put_product

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOUR = ("products", "product_variants", "collections", "contacts")
ACCOUNT_KEY = "IST.fake-key-of-the-agency"
ACCOUNT = "aaaaaaaa-0000-4000-8000-000000000001"


def shop(version: str, name: str) -> Site:
    site = Site(version, account_id=ACCOUNT, api_key=ACCOUNT_KEY)
    put_category(site, name)
    put_product(site, f"{name} cup")
    site.contacts.add({"name": {"first": name}})
    return site


@pytest.fixture
def agency() -> Iterator[FakeWix]:
    sites = [shop(V1, "Old"), shop(V3, "New"), shop(V3, "Newest")]
    with FakeWix(*sites) as wix:
        wix.site_list.account_keys.add(ACCOUNT_KEY)
        yield wix


def config(wix: FakeWix, *sites: str, **more: Any) -> dict[str, Any]:
    own = {"api_key": ACCOUNT_KEY, "api_url": wix.url, "requests_per_minute": 60_000}
    return {**own, "site_ids": [*sites], **more}


def ids(wix: FakeWix) -> list[str]:
    return [site.site_id for site in wix.sites]


def names(run: Any, stream: str = "products") -> dict[str, str]:
    return {row["siteId"]: row["name"] for row in run.rows(stream)}


def test_old_and_new_catalogs_are_read_side_by_side_into_the_same_columns(agency: FakeWix) -> None:
    run = read(config(agency, *ids(agency)), streams=FOUR)
    assert not run.failures
    assert names(run) == dict(zip(ids(agency), ["Old cup", "New cup", "Newest cup"], strict=True))
    assert len({(row["siteId"], row["id"]) for row in run.rows("collections")}) == 6
    for site in agency.sites:
        assert {"V1_CATALOG" if site.catalog_version == V1 else "V3_CATALOG"} == {
            row["catalogVersion"] for row in run.rows("products") if row["siteId"] == site.site_id
        }


def test_one_broken_site_leaves_the_others_whole_and_is_named(agency: FakeWix) -> None:
    broken = agency.sites[1]
    broken.faults.add(faults.refusal("", status=403, times=None))
    run = read(config(agency, *ids(agency)), streams=FOUR)
    assert run.failures
    assert all(broken.site_id in message for message in run.failures)
    others = {site.site_id for site in agency.sites} - {broken.site_id}
    for stream in FOUR:
        assert {row["siteId"] for row in run.rows(stream)} == others


def test_every_site_has_its_own_bookmark_and_a_new_one_alone_is_read_whole(
    agency: FakeWix,
) -> None:
    old, new, newest = ids(agency)
    first = read(config(agency, old, new, lookback_minutes=0), streams=["contacts"])
    for site in agency.sites[:2]:
        site.clock.advance(60)
    second = read(
        config(agency, old, new, newest, lookback_minutes=0),
        state=first.state,
        streams=["contacts"],
    )
    sites = [row["siteId"] for row in second.rows("contacts")]
    assert newest in sites
    parts = second.state["bookmarks"]["contacts"]["partitions"]
    assert {part["context"]["siteId"] for part in parts} == {old, new, newest}


def test_a_site_that_leaves_the_list_keeps_its_bookmark(agency: FakeWix) -> None:
    old, new, _ = ids(agency)
    first = read(config(agency, old, new), streams=["contacts"])
    second = read(config(agency, old), state=first.state, streams=["contacts"])
    kept = [
        part
        for part in second.state["bookmarks"]["contacts"]["partitions"]
        if part["context"]["siteId"] == new
    ]
    assert kept == [
        part
        for part in first.state["bookmarks"]["contacts"]["partitions"]
        if part["context"]["siteId"] == new
    ]
    assert kept[0]["replication_key_value"]


def test_the_state_of_a_single_site_goes_on_when_others_join(agency: FakeWix) -> None:
    old, new, _ = ids(agency)
    single = {**config(agency, old, lookback_minutes=0), "site_id": old}
    del single["site_ids"]
    first = read(single, streams=["contacts"])
    later = agency.sites[0].contacts.add({"name": {"first": "Later"}})
    second = read(
        config(agency, old, new, lookback_minutes=0), state=first.state, streams=["contacts"]
    )
    mine = [row["id"] for row in second.rows("contacts") if row["siteId"] == old]
    assert later["id"] in mine


def test_all_sites_of_the_account_are_found_but_those_in_the_trash(agency: FakeWix) -> None:
    agency.sites[2].listing = {"trashedDate": "2026-10-01T00:00:00.000Z"}
    run = read(config(agency, "*", account_id=ACCOUNT), streams=["contacts"])
    assert {row["siteId"] for row in run.rows("contacts")} == set(ids(agency)[:2])


def test_the_list_of_sites_is_read_once_and_not_once_a_site(agency: FakeWix) -> None:
    asked = agency.requests.count("site-list")
    run = read(config(agency, *ids(agency), account_id=ACCOUNT), streams=["sites", "sweeps"])
    assert sorted(row["siteId"] for row in run.rows("sites")) == sorted(ids(agency))
    assert agency.requests.count("site-list") == asked + 1
    assert [row["stream"] for row in run.rows("sweeps")] == ["sites"]


def test_the_list_of_sites_can_be_activated_though_it_is_read_once(agency: FakeWix) -> None:
    settings = config(agency, *ids(agency), account_id=ACCOUNT, activate_versions=True)
    run = read(settings, streams=["sites"])
    assert [m["stream"] for m in run.messages if m["type"] == "ACTIVATE_VERSION"] == ["sites"]


@pytest.mark.parametrize("written", [json.dumps, ",".join], ids=["JSON", "commas"])
def test_the_environment_names_sites_as_json_or_with_commas(
    agency: FakeWix, tmp_path: Path, written: Any
) -> None:
    settings = config(agency)
    del settings["site_ids"]
    ended = command(
        "--config",
        settings_file(tmp_path, settings),
        "--config=ENV",
        cwd=tmp_path,
        env={"TAP_WIX_SITE_IDS": written(ids(agency))},
    )
    assert ended.code == 0, ended.log
    assert set(names(ended.run)) == set(ids(agency))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"site_ids": ["not-an-id"]}, "not a site id"),
        ({"site_ids": "7"}, "must be a list"),
        ({"site_ids": ["*"]}, "account_id is missing"),
        ({"site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678"}, "not both"),
    ],
)
def test_a_mistake_in_the_list_of_sites_is_one_line(
    agency: FakeWix, tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    chosen = {**config(agency, *ids(agency)), **settings}
    ended = command("--config", settings_file(tmp_path, chosen), cwd=tmp_path)
    assert ended.code == 1
    assert any(words in line for line in ended.errors), ended.log
    assert "Traceback" not in ended.log
    assert ACCOUNT_KEY not in ended.log


def test_two_hundred_tiny_shops_lose_nothing_and_state_stays_small_beside_the_rows(
    tmp_path: Path,
) -> None:
    sites = [Site(V3, account_id=ACCOUNT, api_key=ACCOUNT_KEY) for _ in range(200)]
    for number, site in enumerate(sites):
        for at in range(3):
            site.contacts.add({"name": {"first": f"P{number}-{at}", "last": "x" * 900}})
    with FakeWix(*sites) as wix:
        settings = config(wix, *(site.site_id for site in sites))
        chosen = catalog(streams=["contacts"])
        (tmp_path / "catalog.json").write_text(json.dumps(chosen))
        ended = command(
            "--config",
            settings_file(tmp_path, settings),
            "--catalog",
            "catalog.json",
            cwd=tmp_path,
        )
    assert ended.code == 0, ended.log
    found = {(row["siteId"], row["info"]["name"]["first"]) for row in ended.run.rows("contacts")}
    assert len(found) == 600
    lines = ended.out.splitlines()
    rows = sum(len(line) for line in lines if '"type":"RECORD"' in line)
    *states, last = [line for line in lines if '"type":"STATE"' in line]
    assert sum(map(len, states)) <= rows / 10
    assert len(json.loads(last)["value"]["bookmarks"]["contacts"]["partitions"]) == 200
