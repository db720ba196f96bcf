"""Every collection of a V1 shop, every category of a V3 shop."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_wix.api.errors import AnswerError
from tap_wix.api.stores_v1 import collections as reader
from tap_wix.api.stores_v1.collections import V1_COLLECTIONS
from tests.fake_wix import V1, FakeWix, Site, faults
from tests.fake_wix.stores_v1.model import ALL_PRODUCTS, Collection
from tests.unit.opening import ids, open_site

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request

QUERY = "/v1/collections/query$"


def add(site: Site, **fields: Any) -> str:
    key = site.new_id()
    name = f"MemoryShop {key[:8]}"
    site.v1.save_collection(Collection(key, name, name.lower(), **fields), indexed=True)
    return key


def read(wix: FakeWix) -> list[dict[str, Any]]:
    return list(V1_COLLECTIONS.rows(open_site(wix)))


def test_all_products_is_a_collection_too(wix_v1: FakeWix) -> None:
    assert ids(read(wix_v1)) == [ALL_PRODUCTS]
    assert wix_v1.requests.count() == 1


def test_hidden_collections_descriptions_and_counts_arrive(wix_v1: FakeWix) -> None:
    wix_v1.site.v1.switches.unasked = "empty"
    key = add(wix_v1.site, description="All for the kitchen", visible=False)
    row = next(row for row in read(wix_v1) if row["id"] == key)
    assert (row["description"], row["visible"], row["itemCounter"]) == (
        "All for the kitchen",
        False,
        0,
    )


@pytest.mark.parametrize("count", [99, 100, 199, 200, 517])
def test_every_collection_comes_once_within_the_quota_of_the_design(
    wix_v1: FakeWix, count: int
) -> None:
    made = [ALL_PRODUCTS, *(add(wix_v1.site) for _ in range(count))]
    assert ids(read(wix_v1)) == sorted(made)
    assert wix_v1.requests.count() <= 1.02 * ceil(len(made) / 100) + 1


def test_a_collection_deleted_meanwhile_hides_no_other(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    made = sorted(add(site) for _ in range(12))

    def delete_the_first(site: Site, _: Request) -> None:
        site.v1.remove_collection(made[0])

    site.faults.add(faults.hook(delete_the_first, QUERY, after=1))
    with mock.patch.object(reader, "LARGEST_PAGE", 4):
        rows = read(wix_v1)
    assert sorted(ids(rows)) == [ALL_PRODUCTS, *made]


def test_one_deleted_and_one_added_meanwhile_keep_the_total_and_are_noticed_all_the_same(
    wix_v1: FakeWix,
) -> None:
    site = wix_v1.site
    made = sorted(add(site) for _ in range(12))

    def change(site: Site, _: Request) -> None:
        site.v1.remove_collection(made[0])
        last = Collection("ffffffff-ffff-4fff-8fff-ffffffffffff", "Last", "last")
        site.v1.save_collection(last, indexed=True)

    site.faults.add(faults.hook(change, QUERY, after=1))
    with mock.patch.object(reader, "LARGEST_PAGE", 4):
        rows = read(wix_v1)
    assert set(made) < set(ids(rows))
    assert len(rows) == len(set(ids(rows))) == 14


def test_collections_that_never_hold_still_are_an_error(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    for _ in range(12):
        add(site)

    def one_more(site: Site, _: Request) -> None:
        add(site)

    site.faults.add(faults.hook(one_more, QUERY, times=None))
    with (
        mock.patch.object(reader, "LARGEST_PAGE", 4),
        pytest.raises(AnswerError, match="changes faster"),
    ):
        read(wix_v1)


@pytest.mark.parametrize("total", [0, 1, 4, 5, 8, 12])
def test_a_total_that_is_too_low_does_not_end_the_sweep(wix_v1: FakeWix, total: int) -> None:
    made = sorted(add(wix_v1.site) for _ in range(12))
    wix_v1.site.faults.add(
        faults.rewritten(QUERY, rewrite=lambda body: {**body, "totalResults": total}, times=None)
    )
    with mock.patch.object(reader, "LARGEST_PAGE", 4):
        rows = read(wix_v1)
    assert sorted(ids(rows)) == [ALL_PRODUCTS, *made]


def test_without_a_total_a_page_without_news_is_the_end(wix_v1: FakeWix) -> None:
    body = {"collections": [{"id": "a"}], "metadata": {"items": 100, "offset": 0}}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=body, times=2))
    assert ids(read(wix_v1)) == ["a"]


@pytest.mark.parametrize("body", [{}, {"collections": [{}], "totalResults": 1}], ids=str)
def test_an_answer_that_would_lose_collections_is_an_error(
    wix_v1: FakeWix, body: dict[str, Any]
) -> None:
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=body, times=2))
    with pytest.raises(AnswerError):
        read(wix_v1)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(0, 20),
    page=st.integers(2, 6),
    changes=st.lists(st.sampled_from(["", "", "", "add", "delete"]), max_size=4),
)
def test_no_collection_that_was_there_all_the_time_is_ever_missed(
    count: int, page: int, changes: list[str]
) -> None:
    site = Site(V1)
    made = {add(site) for _ in range(count)}
    gone: set[str] = set()

    def change(site: Site, _: Request) -> None:
        kind = changes.pop() if changes else ""
        there = sorted(collection.id for collection in site.v1.collections())
        if kind == "add":
            add(site)
        elif kind == "delete" and there:
            gone.add(victim := there[len(changes) * 7 % len(there)])
            site.v1.remove_collection(victim)

    site.faults.add(faults.hook(change, QUERY, times=None))
    with FakeWix(site) as wix, mock.patch.object(reader, "LARGEST_PAGE", page):
        rows = read(wix)
    assert made - gone <= set(ids(rows))
    assert len(rows) == len(set(ids(rows)))
