"""`--test`: what can be read and what is missing, in words for an owner, and none of the shop's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import config
from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, Ended, command, settings_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=[V1, V3])
def shop(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    """A shop that has something of everything, and a name."""
    site = Site(request.param)
    nasty(site, contacts=30, products=20, orders=150, members=20, deleted=20, business=True)
    site.business.properties["siteDisplayName"] = "Northern Clay"
    with FakeWix(site) as wix:
        yield wix


def check(wix: FakeWix, folder: Path, **more: Any) -> Ended:
    return command("--test", "--config", settings_file(folder, config(wix, **more)), cwd=folder)


def lines(ended: Ended) -> dict[str, str]:
    """What is said of each stream."""
    said = [line.split(None, 1) for line in ended.out.splitlines() if line.startswith("  ")]
    return dict(said)


def test_login_site_catalog_and_each_stream_are_told(shop: FakeWix, tmp_path: Path) -> None:
    ended = check(shop, tmp_path)
    assert (ended.code, ended.errors) == (0, [])
    assert f"Site {shop.site.site_id}: Northern Clay" in ended.out
    assert f"Catalog: {shop.site.catalog_version}" in ended.out
    assert lines(ended).keys() == set(ALL_STREAMS)
    for stream in ("products", "contacts", "orders", "order_payments", "members"):
        assert lines(ended)[stream].startswith("can be read")
    assert ("empty" in lines(ended)["brands"]) == (shop.site.catalog_version == V1)


def test_no_row_is_printed_and_little_is_asked_for(shop: FakeWix, tmp_path: Path) -> None:
    ended = check(shop, tmp_path)
    assert "RECORD" not in ended.out + ended.log
    for contact in shop.site.contacts.store.all():
        assert contact["id"] not in ended.out + ended.log
    for member in shop.site.members.store.all():
        assert member["loginEmail"] not in ended.out + ended.log
    assert len(shop.requests.matching("/orders/search$")) == 1
    assert len(shop.requests.matching("/products/query$")) == 1
    assert len(shop.requests) < 2 * len(ALL_STREAMS)


@pytest.mark.parametrize(
    ("scope", "stream", "permission"),
    [
        ("MEMBERS.MEMBER_READ", "members", "Read Members"),
        ("ECOM.READ_TRANSACTIONS", "order_payments", "Read Orders"),
        ("ECOM.READ_ORDERS", "orders", "Read Orders"),
        ("ECOM.READ_ORDERS", "order_line_items", "Read Orders"),
    ],
)
def test_a_stream_that_is_refused_names_the_permission_and_fails_the_check(
    shop: FakeWix, tmp_path: Path, scope: str, stream: str, permission: str
) -> None:
    shop.site.deny(scope)
    ended = check(shop, tmp_path)
    assert ended.code == 1
    assert lines(ended)[stream].startswith("REFUSED")
    assert permission in lines(ended)[stream]
    assert lines(ended)["contacts"] == "can be read"
    assert "Traceback" not in ended.log


def test_a_stream_that_nobody_selected_does_not_fail_the_check(
    shop: FakeWix, tmp_path: Path
) -> None:
    shop.site.deny("SITE_SETTINGS.VIEW", "LOCATIONS.READ")
    ended = check(shop, tmp_path)
    assert ended.code == 0
    for stream in ("site_properties", "business_locations", "sites"):
        assert lines(ended)[stream].startswith("REFUSED")
        assert lines(ended)[stream].endswith("(not selected)")


def test_what_is_missing_from_products_is_told(shop: FakeWix, tmp_path: Path) -> None:
    shop.site.deny(
        "STORES.PRODUCT_READ_ADMIN",
        "SCOPE.DC-STORES.MANAGE-PRODUCTS",
        "SCOPE.DC-STORES-MEGA.MANAGE-STORES",
    )
    ended = check(shop, tmp_path)
    assert ended.code == 0
    assert "hidden products" in lines(ended)["products"]


def test_how_long_a_full_run_takes_follows_from_rows_and_quota(tmp_path: Path) -> None:
    site = Site(V3)
    nasty(site, contacts=2500, products=0)
    with FakeWix(site) as wix:
        ended = check(wix, tmp_path, requests_per_minute=60)
    [last] = [line for line in ended.out.splitlines() if line.startswith("A full run takes")]
    words = last.split()
    requests, minutes = int(words[words.index("requests:") - 1]), int(words[-7])
    assert minutes == -(-requests // 60)
    assert requests >= 3


def test_an_odd_answer_is_a_line_and_not_a_crash(shop: FakeWix, tmp_path: Path) -> None:
    shop.site.faults.add(
        faults.refusal("/members/query$", status=200, body={"members": [5]}, times=None)
    )
    ended = check(shop, tmp_path)
    assert ended.code == 1
    assert lines(ended)["members"].startswith("FAILED")
    assert "Traceback" not in ended.log


def test_a_wrong_key_says_so(shop: FakeWix, tmp_path: Path) -> None:
    ended = check(shop, tmp_path, api_key="IST.not-the-key")
    assert ended.code == 1
    assert "API key" in ended.out
    assert "IST.not-the-key" not in ended.out + ended.log


def test_the_check_of_the_schema_still_prints_schemas(shop: FakeWix, tmp_path: Path) -> None:
    path = settings_file(tmp_path, config(shop))
    ended = command("--test=schema", "--config", path, cwd=tmp_path)
    assert ended.code == 0
    assert {m["type"] for m in ended.run.messages} == {"SCHEMA"}
    assert not shop.requests


def test_a_site_without_stores_can_be_read_otherwise(
    wix_contacts_only: FakeWix, tmp_path: Path
) -> None:
    ended = check(wix_contacts_only, tmp_path)
    assert ended.code == 0
    assert lines(ended)["products"] == lines(ended)["skus"].removesuffix(" (not selected)")
    assert "not installed" in lines(ended)["products"]
