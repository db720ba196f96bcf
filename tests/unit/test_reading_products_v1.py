"""Every product of a Catalog V1 shop, with all its variants."""

from __future__ import annotations

import logging
import uuid
from math import ceil
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_wix.api.errors import AccessError, AnswerError, WrongCatalogError
from tap_wix.api.stores_v1 import products as reader
from tap_wix.api.stores_v1.products import read_v1_products
from tests.fake_wix import V1, FakeWix, Site, faults
from tests.fake_wix.stores_v1.model import Product
from tests.unit.opening import ids, open_site
from tests.unit.stored_products import at, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fake_wix.http.routes import Request

QUERY = "/v1/products/query$"
MANAGE = ("SCOPE.DC-STORES.MANAGE-PRODUCTS", "SCOPE.DC-STORES-MEGA.MANAGE-STORES")


def add(
    site: Site,
    *,
    number: int | None = None,
    updated: str = "2026-01-02T03:04:05.006Z",
    sizes: int = 0,
    **fields: Any,
) -> str:
    """A product; with `sizes`, that many managed variants. Its id."""
    number = site.v1.next_number() if number is None else number
    product = Product(
        id=str(uuid.UUID(int=site.random.getrandbits(128), version=4)),
        numeric_id=number,
        fields={
            "name": f"Cup {number}",
            "slug": f"cup-{number}",
            "visible": True,
            "productType": "physical",
            "priceData": {"price": 5},
            **fields,
        },
        last_updated=updated,
        created_date="2026-01-01T00:00:00Z",
        stock_updated=updated,
    )
    if sizes:
        labels = [{"value": f"S{n}", "description": f"Size {n}"} for n in range(sizes)]
        product.fields["manageVariants"] = True
        product.fields["productOptions"] = [{"name": "Size", "choices": labels}]
        site.v1.regenerate_variants(product)
    site.v1.save(product, bump=False, indexed=True)
    return product.id


def read(wix: FakeWix, since: str | None = None) -> list[dict[str, Any]]:
    return [row for page in read_v1_products(open_site(wix), since) for row in page.rows]


def queries(wix: FakeWix) -> list[Any]:
    return [request.body for request in wix.requests.matching(QUERY)]


def test_an_empty_shop_is_one_request(wix_v1: FakeWix) -> None:
    assert read(wix_v1) == []
    assert wix_v1.requests.count() == 1


@pytest.mark.parametrize("count", [1, 99, 100, 101, 200, 1234])
def test_every_product_comes_once_within_the_quota_of_the_design(
    wix_v1: FakeWix, count: int
) -> None:
    made = [add(wix_v1.site) for _ in range(count)]
    assert ids(read(wix_v1)) == made
    assert wix_v1.requests.count() <= 1.02 * ceil(count / 100) + 1


def test_more_than_10000_products_come_without_an_offset(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    made = {add(site) for _ in range(10_050)}
    assert set(ids(read(wix_v1))) == made
    assert wix_v1.requests.count() <= 1.02 * 101 + 1


def test_numbers_beyond_what_a_float_holds_stay_exact(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    first = 2**53
    made = [add(site, number=first + n) for n in range(5)]
    with mock.patch.object(reader, "LARGEST_PAGE", 2):
        rows = read(wix_v1)
    assert ids(rows) == made
    assert [row["numericId"] for row in rows] == [str(first + n) for n in range(5)]
    assert f'{{"numericId": {{"$gt": {first + 1}}}}}' in [
        body["query"].get("filter") for body in queries(wix_v1)
    ]


def test_hidden_products_variants_and_costs_are_asked_for(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    hidden = add(site, visible=False, sizes=3, costAndProfitData={"itemCost": 2})
    row = read(wix_v1)[0]
    assert row["id"] == hidden
    assert len(row["variants"]) == 3
    assert row["costAndProfitData"]["itemCost"] == 2


def test_since_reads_what_changed_at_or_after_a_date_over_all_pages(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    made = [add(site, updated=f"2026-01-02T03:04:05.{n:03d}Z") for n in range(30)]
    with mock.patch.object(reader, "LARGEST_PAGE", 4):
        rows = read(wix_v1, "2026-01-02T03:04:05.011000000Z")
    assert ids(rows) == made[11:]


def test_300_variants_of_one_product_arrive(wix_v1: FakeWix) -> None:
    add(wix_v1.site, sizes=300)
    assert len({variant["id"] for variant in read(wix_v1)[0]["variants"]}) == 300


@pytest.mark.parametrize("missing", ["absent", "empty", "short"])
def test_variants_that_did_not_come_with_their_product_are_asked_for(
    wix_v1: FakeWix, missing: str
) -> None:
    product = add(wix_v1.site, sizes=7)
    whole = read(wix_v1)[0]
    cut: dict[str, Any] = {**whole, "variants": whole["variants"][:2] if missing == "short" else []}
    if missing == "absent":
        del cut["variants"]
    answer = {"products": [cut], "totalResults": 1}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=answer))
    with mock.patch.object(reader, "LARGEST_PAGE", 3):
        row = read(wix_v1)[0]
    assert row["id"] == product
    assert row["variants"] == whole["variants"]


@pytest.mark.parametrize("total", [0, 1, 3])
def test_a_total_of_variants_that_is_too_low_costs_none(wix_v1: FakeWix, total: int) -> None:
    add(wix_v1.site, sizes=7)
    whole = read(wix_v1)[0]
    answer = {"products": [{**whole, "variants": []}], "totalResults": 1}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=answer))
    wix_v1.site.faults.append(
        faults.rewritten(
            "/variants/query$", rewrite=lambda body: {**body, "totalResults": total}, times=None
        )
    )
    with mock.patch.object(reader, "LARGEST_PAGE", 3):
        assert read(wix_v1)[0]["variants"] == whole["variants"]


def test_a_managed_product_whose_variants_wix_does_not_know_comes_without_and_it_is_said(
    wix_v1: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    add(wix_v1.site, sizes=2)
    cut = {**read(wix_v1)[0], "variants": []}
    gone = {"message": "", "details": {"applicationError": {"code": "PRODUCT_NOT_FOUND"}}}
    answer = {"products": [cut], "totalResults": 1}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=answer))
    wix_v1.site.faults.append(faults.refusal("/variants/query$", status=404, body=gone))
    with caplog.at_level(logging.INFO):
        assert read(wix_v1) == [cut]
    assert "without variants" in caplog.text


def test_variants_are_not_asked_for_again_where_more_of_another_product_were_all(
    wix_v1: FakeWix,
) -> None:
    counts = [1, 3, 2, 1, 3, 0, 2]
    made = {add(wix_v1.site, sizes=6): count for count in counts}
    cut = {
        row["id"]: {**row, "variants": row["variants"][: made[row["id"]]]} for row in read(wix_v1)
    }
    asked = []

    def no_more(_: reader.ProductQuery, path: str) -> Iterator[dict[str, Any]]:
        asked.append(made[product := path.split("/")[3]])
        return iter(cut[product]["variants"])

    answer = {"products": [*cut.values()], "totalResults": len(cut)}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=answer))
    with mock.patch.object(reader.ProductQuery, "_variants", no_more):
        assert [len(row["variants"]) for row in read(wix_v1)] == counts
    # Three again, since Wix may cut off there; none at all says nothing of others.
    assert asked == [1, 3, 3, 0]


def test_what_the_key_may_not_see_is_said_even_where_wix_is_silent_about_it(
    wix_v1: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v1.site
    shown = add(site)
    hidden = add(site, visible=False)
    assert ids(read(wix_v1)) == [shown, hidden]
    assert not caplog.records
    site.deny(*MANAGE)
    site.v1.switches.missing_scope = "ignored"
    with caplog.at_level(logging.WARNING):
        assert ids(read(wix_v1)) == [shown]
    assert "SCOPE.DC-STORES.MANAGE-PRODUCTS" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert ids(read(wix_v1, "2020-01-01T00:00:00Z")) == [shown]
    assert not caplog.records


def test_what_the_key_may_not_see_is_left_out_and_said_in_every_run(
    wix_v1: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v1.site
    shown = add(site)
    add(site, visible=False)
    site.deny(*MANAGE)
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert ids(read(wix_v1)) == [shown]
        assert len(caplog.records) == 2
        assert "hidden products" in caplog.text
        assert "costs and profits" in caplog.text
        assert "SCOPE.DC-STORES.MANAGE-PRODUCTS" in caplog.text


def test_only_costs_are_given_up_where_only_costs_are_refused(
    wix_v1: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    made = [add(wix_v1.site), add(wix_v1.site, visible=False)]

    def with_costs(request: Request) -> bool:
        return bool(request.body.get("includeMerchantSpecificData"))

    wix_v1.site.faults.append(faults.empty_403(QUERY, when=with_costs, times=None))
    with caplog.at_level(logging.WARNING):
        assert ids(read(wix_v1)) == made
    assert [record.message for record in caplog.records] == [caplog.records[0].message]
    assert "costs" in caplog.text


def test_a_refusal_in_mid_run_is_no_reason_to_go_on_with_less(wix_v1: FakeWix) -> None:
    for _ in range(5):
        add(wix_v1.site, visible=False)

    def with_hidden(request: Request) -> bool:
        return bool(request.body.get("includeHiddenProducts"))

    refused = faults.empty_403(QUERY, after=2, when=with_hidden, times=None)
    wix_v1.site.faults.append(refused)
    with mock.patch.object(reader, "LARGEST_PAGE", 2), pytest.raises(AccessError):
        read(wix_v1)


def test_a_key_without_any_right_to_products_is_refused_as_a_whole(wix_v1: FakeWix) -> None:
    wix_v1.site.deny("SCOPE.DC-STORES.READ-PRODUCTS", "SCOPE.DC-STORES-MEGA.READ-STORES")
    with pytest.raises(AccessError, match="Wix Stores"):
        read(wix_v1)


def test_the_older_prefix_is_found_once_and_kept(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    site.v1.switches.reader_prefix = False
    made = [add(site) for _ in range(5)]
    with mock.patch.object(reader, "LARGEST_PAGE", 2):
        assert ids(read(wix_v1)) == made
    assert wix_v1.requests.count("^/stores-reader/") == 1
    assert wix_v1.requests.count("^/stores/v1/") == 4


def test_the_other_form_of_sorting_is_found_once_and_kept(wix_v1: FakeWix) -> None:
    site = wix_v1.site
    site.v1.switches.sort_form = "fieldName"
    made = [add(site) for _ in range(5)]
    with mock.patch.object(reader, "LARGEST_PAGE", 2):
        assert ids(read(wix_v1)) == made
    statuses = [request.status for request in wix_v1.requests]
    assert statuses == [400, 400, *[200] * 4], "a refusal is asked once more, in one form"


def test_a_total_that_differs_is_a_warning_only(
    wix_v1: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    product = add(wix_v1.site)
    row = read(wix_v1)[0]
    body = {"products": [row], "metadata": {"items": 100}, "totalResults": 9}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=body))
    with caplog.at_level(logging.WARNING):
        assert ids(read(wix_v1)) == [product]
    assert "spoke of 9 products" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"product": [], "totalResults": 4},
        {"products": [{"id": "a"}], "totalResults": 1},
        {"products": [{"id": "a", "numericId": "1.5"}]},
        {"products": [{"id": "a", "numericId": "7"}, {"id": "b", "numericId": "6"}]},
    ],
    ids=str,
)
def test_an_answer_that_would_lose_products_is_an_error(
    wix_v1: FakeWix, body: dict[str, Any]
) -> None:
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=body, times=2))
    with pytest.raises(AnswerError):
        read(wix_v1)


def test_a_filter_that_wix_ignores_does_not_read_the_first_page_for_ever(wix_v1: FakeWix) -> None:
    add(wix_v1.site)
    body = {"products": read(wix_v1), "totalResults": 1}
    wix_v1.site.faults.append(faults.refusal(QUERY, status=200, body=body, times=None))
    with pytest.raises(AnswerError, match="order of numericId"):
        read(wix_v1)


@pytest.mark.parametrize("status", [428, 501])
def test_a_site_that_moved_to_v3_says_so(wix_v3: FakeWix, status: int) -> None:
    wix_v3.site.v1.switches.reader_answers_on_v3 = False
    wix_v3.site.wrong_catalog_status = status
    with pytest.raises(WrongCatalogError):
        read(wix_v3)


def test_a_v3_site_that_answers_v1_reads_does_not_pass_for_a_shop_without_variants(
    wix_v3: FakeWix,
) -> None:
    wix_v3.site.v1.switches.reader_answers_on_v3 = True
    put(wix_v3.site, at(1), variants=3)
    with pytest.raises(AnswerError, match="numericId"):
        read(wix_v3)


class Change:
    """What somebody else does to the shop before a page is served."""

    def __init__(self, kinds: list[str]) -> None:
        self.kinds = kinds
        self.gone: set[str] = set()

    def __call__(self, site: Site, _: Request) -> None:
        there = sorted(product.id for product in site.v1.products())
        kind = self.kinds.pop() if self.kinds else ""
        if kind == "add":
            add(site)
        elif there and kind == "delete":
            self.gone.add(victim := there[len(self.kinds) * 7 % len(there)])
            site.v1.remove(victim)
        elif there and kind == "touch":
            site.v1.save(site.v1.edit(there[len(self.kinds) * 5 % len(there)]))


@settings(max_examples=50, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 4), max_size=25),
    page=st.integers(1, 6),
    changes=st.lists(st.sampled_from(["", "", "add", "delete", "touch"]), max_size=10),
    since=st.sampled_from([None, "2026-01-01T00:00:00Z"]),
)
def test_no_product_that_was_there_all_the_time_is_ever_missed(
    sizes: list[int], page: int, changes: list[str], since: str | None
) -> None:
    site = Site(V1)
    made = {add(site, sizes=size): size for size in sizes}
    change = Change(changes)
    site.faults.add(faults.hook(change, QUERY, times=None))
    with FakeWix(site) as wix, mock.patch.object(reader, "LARGEST_PAGE", page):
        rows = read(wix, since)
    assert set(made) - change.gone <= set(ids(rows))
    assert len(rows) == len(set(ids(rows)))
    assert all(len(row["variants"]) == max(made.get(row["id"], 0), 1) for row in rows)
