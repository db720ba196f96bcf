"""Every product of a Catalog V3 shop, with all its variants, in the order of `updatedDate`."""

from __future__ import annotations

import logging
from math import ceil
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from tap_wix.api.errors import AccessError, AnswerError
from tap_wix.api.optional_fields import MERCHANT_DATA_CODE
from tap_wix.api.stores_v3 import products as reader
from tap_wix.api.stores_v3.fields import PRODUCT_FIELDS
from tap_wix.api.stores_v3.products import V3_PRODUCTS
from tests.fake_wix import FakeWix, Site, faults
from tests.fake_wix.stores_v3.derived import refresh_product, store_product
from tests.unit.opening import ids, open_site, small_pages
from tests.unit.stored_products import at, put, take, touch, variants

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request

QUERY = "^/stores/v3/products/query$"
VARIANTS = "/query-variants$"
ONE = r"^/stores/v3/products/[0-9a-f-]{36}$"
ADMIN = "STORES.PRODUCT_READ_ADMIN"


def read(wix: FakeWix, since: str | None = None) -> list[dict[str, Any]]:
    return list(V3_PRODUCTS.rows(open_site(wix), since))


def test_an_empty_shop_costs_a_query_and_the_look_for_hidden_products(wix_v3: FakeWix) -> None:
    assert read(wix_v3) == []
    assert [request.path for request in wix_v3.requests] == [reader.QUERY_PATH, reader.COUNT_PATH]


@pytest.mark.parametrize("count", [1, 100, 101, 200, 300, 1234])
def test_every_product_comes_once_within_the_quota_of_the_design(
    wix_v3: FakeWix, count: int
) -> None:
    made = [put(wix_v3.site, at(n)) for n in range(count)]
    assert ids(read(wix_v3)) == made
    assert wix_v3.requests.count(QUERY) <= 1.02 * ceil(count / 100) + 1
    assert wix_v3.requests.count(VARIANTS) == wix_v3.requests.count(QUERY)
    others = wix_v3.requests.count() - 2 * wix_v3.requests.count(QUERY)
    assert others <= 2


def test_hundreds_of_one_timestamp_across_a_page_border_come_once_and_cost_little(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    made = {put(site, at(n)) for n in range(50)} | {put(site, at(100)) for _ in range(300)}
    made |= {put(site, at(200 + n)) for n in range(50)}
    rows = read(wix_v3)
    assert len(rows) == 400
    assert set(ids(rows)) == made
    assert wix_v3.requests.count(QUERY) <= 1.02 * 4 + 3


def test_a_product_is_what_get_shows_of_it(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    key = put(site, at(1), variants=4, plainDescription="<p>Heavy linen.</p>", visible=False)
    row = read(wix_v3)[0]
    from_get = open_site(wix_v3).transport.call(
        "GET", f"/stores/v3/products/{key}", params=[("fields", n) for n in PRODUCT_FIELDS]
    )["product"]
    for info in ("directCategoriesInfo", "allCategoriesInfo"):
        from_get[info]["categories"] = []  # All Products
    assert row == from_get
    assert [variant["sku"][-1] for variant in row["variantsInfo"]["variants"]] == list("0123")
    assert row["variantsInfo"]["variants"][0]["price"]["actualPrice"]["amount"] == "12.10"


def test_all_cursor_pages_of_variants_are_read(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    sizes = {put(site, at(n), variants=300): 300 for n in range(5)}
    rows = read(wix_v3)
    assert {row["id"]: len(variants(row)) for row in rows} == sizes
    assert wix_v3.requests.count(VARIANTS) == 2
    assert wix_v3.requests.count(ONE) == 0


def test_every_page_asks_for_all_fields_again(wix_v3: FakeWix) -> None:
    for _ in range(250):
        put(wix_v3.site, at(1), plainDescription="<p>Linen</p>")
    assert all(row["plainDescription"] == "<p>Linen</p>" for row in read(wix_v3))
    assert any(
        "cursor" in request.body["query"]["cursorPaging"]
        for request in wix_v3.requests.matching(QUERY)
    )


def test_since_reads_what_changed_at_or_after_a_date(wix_v3: FakeWix) -> None:
    made = [put(wix_v3.site, at(n)) for n in range(30)]
    with small_pages(reader, "PRODUCTS_ENDPOINT", 7):
        assert ids(read(wix_v3, "2026-01-02T00:00:00.011999999Z")) == made[11:]


@pytest.mark.parametrize("digits", ["", ".5", ".500", ".500000", ".500000001"])
def test_dates_go_back_to_wix_as_it_spelled_them(wix_v3: FakeWix, digits: str) -> None:
    site = wix_v3.site
    put(site, "2026-01-02T00:00:00Z")
    last = put(site, f"2026-01-02T00:00:01{digits}Z")
    put(site, "2026-01-02T00:00:02Z")
    with small_pages(reader, "PRODUCTS_ENDPOINT", 2):
        assert len(read(wix_v3)) == 3
    sent = [request.body["query"].get("filter") for request in wix_v3.requests.matching(QUERY)]
    date = site.v3.products.get(last)["updatedDate"]  # type: ignore[index]
    assert sent[1] == {"updatedDate": {"$gte": date}}


def test_all_products_is_left_out_of_memberships(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    key = put(site, at(1))
    category = site.new_id()
    now = site.now()
    site.v3.categories.put(
        {"id": category, "name": "Kitchen", "slug": "kitchen", "createdDate": now}, indexed=True
    )
    site.v3.members[category] = {key: None}
    row = read(wix_v3)[0]
    for info in ("directCategoriesInfo", "allCategoriesInfo"):
        assert ids(row[info]["categories"]) == [category]


def test_a_product_whose_variants_lag_behind_is_read_by_get(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    made = [put(site, at(n), variants=3) for n in range(4)]
    touch(site, made[1], updated=at(1), variants_too=False)
    rows = read(wix_v3)
    assert ids(rows) == made
    assert [row["revision"] for row in rows] == ["1", "2", "1", "1"]
    assert [request.path.split("/")[-1] for request in wix_v3.requests.matching(ONE)] == [made[1]]


def test_variants_have_one_order_however_their_product_is_read(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    key = put(site, at(1), variants=5)
    stored = site.v3.products.edit(key)
    stored["variantsInfo"]["variants"].reverse()
    store_product(site.v3, stored, indexed=True)
    joined = [row["sku"] for row in read(wix_v3)[0]["variantsInfo"]["variants"]]
    assert joined == [f"{key[:8]}-{n}" for n in range(5)]
    touch(site, key, updated=at(1), variants_too=False)
    assert [row["sku"] for row in read(wix_v3)[0]["variantsInfo"]["variants"]] == joined
    assert wix_v3.requests.count(ONE) == 1


def test_a_product_with_fewer_variants_in_the_index_than_it_has_is_read_by_get(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    key = put(site, at(1), variants=3)
    kept = site.v3.variants.edit(key)
    kept["product"]["variantsInfo"]["variants"].pop()
    kept["rows"] = None
    site.v3.variants.put(kept, indexed=True)
    assert len(variants(read(wix_v3)[0])) == 3
    assert wix_v3.requests.count(ONE) == 1


def test_a_product_that_get_shows_newer_waits_until_the_sweep_comes_to_its_date(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    made = [put(site, at(n), variants=2) for n in range(4)]
    site.index_lag = None
    touch(site, made[1], updated=at(500), variants_too=True)
    rows = read(wix_v3)
    assert ids(rows) == [made[0], made[2], made[3], made[1]]
    assert rows[-1]["updatedDate"] == at(500)


def test_a_product_that_waited_is_not_emitted_twice_when_the_index_has_it(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    made = [put(site, at(n), variants=2) for n in (0, 1, 2, 3, 4, 6, 7)]
    made += [put(site, at(5), key=f"{digit * 8}-0000-4000-8000-000000000000") for digit in "0f"]
    site.index_lag = None
    touch(site, made[1], updated=at(5), variants_too=True)
    site.faults.add(faults.hook(lambda site, _: site.flush_index(), QUERY, after=1))
    with small_pages(reader, "PRODUCTS_ENDPOINT", 3):
        rows = read(wix_v3)
    assert sorted(ids(rows)) == sorted(made)
    assert [row["updatedDate"] for row in rows] == sorted(row["updatedDate"] for row in rows)


def test_counting_cursors_lose_nothing_when_a_product_leaves_a_crowded_moment(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    site.cursors.by_offset = True
    made = sorted(put(site, at(1)) for _ in range(30))
    made.append(put(site, at(2)))
    site.faults.add(faults.hook(lambda site, _: touch(site, made[0]), QUERY, after=1))
    with small_pages(reader, "PRODUCTS_ENDPOINT", 6):
        rows = read(wix_v3)
    assert sorted(ids(rows)) == sorted([*made, made[0]])
    assert rows[-1]["id"] == made[0]


def test_a_crowded_moment_that_somebody_changes_all_the_time_is_read_to_its_end(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    site.cursors.by_offset = True
    made = [put(site, at(1)) for _ in range(40)]
    left = iter(sorted(made))
    site.faults.add(
        faults.hook(lambda site, _: touch(site, next(left)), QUERY, after=1, times=len(made))
    )
    with small_pages(reader, "PRODUCTS_ENDPOINT", 6):
        assert set(ids(read(wix_v3))) == set(made)


def test_a_product_deleted_before_its_variants_were_read_is_left_out_and_said(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v3.site
    made = [put(site, at(n), variants=2) for n in range(3)]
    site.faults.add(faults.hook(lambda site, _: take(site, made[1]), VARIANTS))
    with caplog.at_level(logging.INFO):
        assert ids(read(wix_v3)) == [made[0], made[2]]
    assert f"Product {made[1]} was deleted" in caplog.text


def test_one_damaged_product_does_not_hide_the_others(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v3.site
    made = [put(site, at(n), variants=2) for n in range(3)]
    touch(site, made[1], updated=at(1), variants_too=False)
    site.v3.broken_products.add(made[1])
    with caplog.at_level(logging.WARNING):
        rows = read(wix_v3)
    assert ids(rows) == made
    assert len(variants(rows[1])) == 2
    assert "MISSING_VARIANT_OPTION_CHOICE" in caplog.text


def test_a_get_that_answers_another_product_is_an_error(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    key = put(site, at(1))
    touch(site, key, updated=at(1), variants_too=False)
    body = {"product": {"id": "another"}}
    site.faults.append(faults.refusal(ONE, status=200, body=body))
    with pytest.raises(AnswerError, match="without that product"):
        read(wix_v3)


def test_without_the_admin_right_costs_are_left_out_and_hidden_products_said_to_be_missing(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v3.site
    shown = put(site, at(1), variants=2)
    put(site, at(2), visible=False)
    site.deny(ADMIN)
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert ids(read(wix_v3)) == [shown]
        assert len(caplog.records) == 1
        assert "hidden products" in caplog.text
        assert "SCOPE.STORES.PRODUCT_READ_ADMIN" in caplog.text
    assert wix_v3.requests.count(QUERY) == 6


@pytest.mark.parametrize("status", [400, 403, 404, 428, 500, 501])
def test_hidden_products_that_cannot_be_counted_are_said_to_be_missing_in_every_run(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    product = put(wix_v3.site, at(1))
    wix_v3.site.faults.append(faults.refusal("/products/count$", status=status, times=None))
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert ids(read(wix_v3)) == [product]
        assert "Hidden products are probably missing" in caplog.text


def test_a_field_that_wix_does_not_know_any_more_is_given_up_with_a_warning(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(3):
        put(wix_v3.site, at(n))
    known = frozenset(PRODUCT_FIELDS) - {"BREADCRUMBS_INFO", "THUMBNAIL"}
    with (
        mock.patch("tests.fake_wix.stores_v3.products_read.QUERY_FIELDS", known),
        caplog.at_level(logging.WARNING),
    ):
        assert len(read(wix_v3)) == 3
    assert "THUMBNAIL, BREADCRUMBS_INFO" in caplog.text


def test_a_refusal_in_mid_run_is_no_reason_to_go_on_with_less(wix_v3: FakeWix) -> None:
    for n in range(5):
        put(wix_v3.site, at(n))

    def with_costs(request: Request) -> bool:
        return "MERCHANT_DATA" in request.body.get("fields", ())

    refused = faults.empty_403(QUERY, after=1, when=with_costs, times=None)
    wix_v3.site.faults.append(refused)
    with small_pages(reader, "PRODUCTS_ENDPOINT", 2), pytest.raises(AccessError):
        read(wix_v3)


def test_variants_come_without_costs_where_only_those_are_refused(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    made = [put(wix_v3.site, at(n), variants=2) for n in range(3)]

    def with_costs(request: Request) -> bool:
        return "MERCHANT_DATA" in request.body.get("fields", ())

    body = {"message": "", "details": {"applicationError": {"code": MERCHANT_DATA_CODE}}}
    refused = faults.refusal(VARIANTS, status=428, body=body, when=with_costs, times=None)
    wix_v3.site.faults.append(refused)
    with caplog.at_level(logging.WARNING):
        rows = read(wix_v3)
    assert ids(rows) == made
    assert all(len(variants(row)) == 2 for row in rows)
    assert "Variants are read without MERCHANT_DATA" in caplog.text


def test_a_key_without_any_right_to_products_is_refused_as_a_whole(wix_v3: FakeWix) -> None:
    wix_v3.site.deny(ADMIN, "STORES.PRODUCT_READ")
    with pytest.raises(AccessError, match="Wix Stores"):
        read(wix_v3)
    assert [request.status for request in wix_v3.requests] == [403] * 3, "one is asked twice"


def test_where_wix_will_not_sort_all_pages_are_read_all_the_same(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    site = wix_v3.site
    site.v3.switches.updated_date_sortable = False
    made = {put(site, at(n % 7), variants=2) for n in range(40)}
    with (
        small_pages(reader, "PRODUCTS_ENDPOINT", 6),
        caplog.at_level(logging.WARNING),
    ):
        pages = list(V3_PRODUCTS.pages(open_site(wix_v3), at(2)))
    assert not any(page.in_order for page in pages)
    rows = [row for page in pages for row in page.rows]
    assert "cannot be read in the order" in caplog.text
    wanted = {key for key in made if site.v3.products.get(key)["updatedDate"] >= at(2)}  # type: ignore[index]
    assert len(rows) == len(wanted)
    assert set(ids(rows)) == wanted
    assert all(len(variants(row)) == 2 for row in rows)


def test_where_wix_silently_does_not_sort_nothing_is_lost_either(wix_v3: FakeWix) -> None:
    made = {put(wix_v3.site, at(n)) for n in range(20)}

    def unsorted(request: Request) -> bool:
        request.body["query"].pop("sort", None)
        return False

    wix_v3.site.faults.append(faults.slow(QUERY, seconds=0, when=unsorted))
    with small_pages(reader, "PRODUCTS_ENDPOINT", 6):
        pages = list(V3_PRODUCTS.pages(open_site(wix_v3)))
    assert {row["id"] for page in pages for row in page.rows} == made
    assert not any(page.in_order for page in pages)


def test_an_expired_cursor_loses_nothing(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    made = {put(site, at(1)) for _ in range(30)}
    site.faults.add(faults.hook(lambda site, _: site.cursors.expire(), QUERY, after=3))
    with small_pages(reader, "PRODUCTS_ENDPOINT", 6):
        rows = read(wix_v3)
    assert len(rows) == 30
    assert set(ids(rows)) == made


def test_a_stock_change_that_moves_a_product_in_mid_sweep_shows_it_again_at_the_end(
    wix_v3: FakeWix,
) -> None:
    site = wix_v3.site
    made = [put(site, at(n)) for n in range(12)]

    def sell(site: Site, _: Request) -> None:
        refresh_product(site.v3, made[0], bump=True)

    site.faults.add(faults.hook(sell, QUERY, after=2))
    with small_pages(reader, "PRODUCTS_ENDPOINT", 4):
        rows = read(wix_v3)
    assert ids(rows) == [*made, made[0]]
    assert [rows[0]["revision"], rows[-1]["revision"]] == ["1", "2"]


@pytest.mark.parametrize("path", [QUERY, VARIANTS])
@pytest.mark.parametrize("body", [{}, {"items": []}, {"pagingMetadata": {"count": 2}}], ids=str)
def test_a_wrong_envelope_is_an_error(wix_v3: FakeWix, path: str, body: dict[str, Any]) -> None:
    put(wix_v3.site, at(1))
    wix_v3.site.faults.append(faults.refusal(path, status=200, body=body, times=2))
    with pytest.raises(AnswerError):
        read(wix_v3)
