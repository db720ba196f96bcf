"""Query Sites: the sites of an account (wix-api platform 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.fake_wix import FakeWix, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERY = "/site-list/v2/sites/query"
COUNT = "/site-list/v2/sites/count"
ACCOUNT = "0a5c8a1e-0000-4000-8000-000000000001"
KEY = "IST.key-of-the-account"
OF_ALL_KINDS = {"namespace": {"$in": ["WIX", "HEADLESS"]}}


@pytest.fixture
def account() -> Iterator[FakeWix]:
    """Four sites of one account, a headless one and one in the trash among them, and somebody else's."""
    sites = [Site(account_id=ACCOUNT) for _ in range(4)]
    for number, site in enumerate(sites):
        site.listing |= {
            "displayName": f"Shop {number}",
            "createdDate": f"2026-01-0{number + 1}T00:00:00.000Z",
        }
    sites[1].listing |= {"namespace": "HEADLESS"}
    sites[2].listing |= {"trashedDate": "2026-02-01T00:00:00.000Z"}
    with FakeWix(*sites, Site()) as wix:
        wix.site_list.account_keys.add(KEY)
        yield wix


def ask(
    wix: FakeWix, body: Any = None, path: str = QUERY, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Status and body of an answer; a header is left out by an empty text."""
    given = {"Authorization": KEY, "wix-account-id": ACCOUNT, **headers}
    sent = {name: text for name, text in given.items() if text}
    answer = requests.post(wix.url + path, json=body, headers=sent, timeout=20)
    return answer.status_code, answer.json()


def shops(wix: FakeWix, **query: Any) -> list[str]:
    status, said = ask(wix, {"query": query})
    assert status == 200, said
    return [site["displayName"][-1] for site in said["sites"]]


def test_headless_sites_come_only_when_the_filter_names_them(account: FakeWix) -> None:
    assert shops(account) == ["3", "2", "0"]
    assert shops(account, filter=OF_ALL_KINDS) == ["3", "2", "1", "0"]
    assert shops(account, filter={"namespace": "HEADLESS"}) == ["1"]
    assert ask(account, {"filter": OF_ALL_KINDS}, COUNT) == (200, {"count": 4})
    assert ask(account, {}, COUNT) == (200, {"count": 3})


def test_the_paging_block_is_called_metadata_and_the_cursor_goes_alone(account: FakeWix) -> None:
    query = {
        "filter": OF_ALL_KINDS,
        "sort": [{"fieldName": "createdDate", "order": "ASC"}],
        "cursorPaging": {"limit": 3},
    }
    _, first = ask(account, {"query": query})
    assert set(first) == {"sites", "metadata"}
    assert [site["displayName"][-1] for site in first["sites"]] == ["0", "1", "2"]
    block = {"limit": 3, "cursor": first["metadata"]["cursors"]["next"]}
    status, said = ask(account, {"query": {**query, "cursorPaging": block}})
    assert (status, said["details"]["applicationError"]["code"]) == (400, "INVALID_CURSOR")
    assert shops(account, cursorPaging=block) == ["3"]
    assert shops(account, paging={"limit": 1}) == ["3"]


def test_an_id_is_what_the_header_of_a_site_wants_and_dates_are_no_filter(
    account: FakeWix,
) -> None:
    wanted = account.sites[3].site_id
    assert shops(account, filter={"id": {"$in": [wanted]}}) == ["3"]
    body = {"query": {"filter": {"createdDate": {"$gte": "2026-01-01T00:00:00Z"}}}}
    status, said = ask(account, body)
    assert (status, "not declared as filterable" in said["message"]) == (400, True)
    status, said = ask(account, {"query": {"cursorPaging": {"limit": 101}}})
    assert said["message"] == "query.cursorPaging.limit must be less than or equal to 100"


def test_it_takes_the_key_of_an_account_and_its_header_alone(account: FakeWix) -> None:
    site = account.site
    assert ask(account, Authorization=site.api_key)[0] == 401
    assert ask(account, Authorization="")[0] == 401
    assert ask(account, **{"wix-account-id": ""})[0] == 400
    assert ask(account, **{"wix-site-id": site.site_id})[0] == 400
    assert ask(account, **{"wix-account-id": "another"}) == (
        200,
        {"sites": [], "metadata": {"count": 0, "cursors": {}, "hasNext": False}},
    )
    login = {
        "grant_type": "client_credentials",
        "client_id": site.app_id,
        "client_secret": site.app_secret,
        "instance_id": site.instance_id,
    }
    token = requests.post(f"{account.url}/oauth2/token", json=login, timeout=20).json()
    assert ask(account, Authorization=token["access_token"])[0] == 401
    account.site_list.may_read = False
    assert ask(account) == (403, {"message": "", "details": {}})


def test_to_be_listed_is_not_to_be_reachable(account: FakeWix) -> None:
    account.sites[3].listing["blocked"] = True
    assert shops(account) == ["3", "2", "0"]
    codes = [
        requests.get(
            f"{account.url}/site-properties/v4/properties",
            headers={"Authorization": site.api_key, "wix-site-id": site.site_id},
            timeout=20,
        ).status_code
        for site in account.sites
    ]
    assert codes == [200, 200, 404, 403, 200]


def test_a_site_that_is_not_published_has_no_address(account: FakeWix) -> None:
    account.site.listing["published"] = False
    _, said = ask(account, {"query": {"filter": {"id": account.site.site_id}}})
    assert said["sites"][0]["viewUrl"] == ""
