"""Every trouble on the way to Wix and back: nothing lost, nothing twice, each record with its fate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import (
    PASSING,
    Fault,
    cut_connection,
    empty_403,
    hook,
    item_failure,
    lost_answer,
    refusal,
    row_faults_after,
    server_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.target.products.harness import Run, Shop

Json = dict[str, Any]
PLAIN, STOCKED = "bulk/products/create", "bulk/products-with-inventory/create"
UPDATE = "bulk/products/update"


def _new(count: int, **more: Any) -> list[Json]:
    return [
        {"handle": f"erp-{n}", "slug": f"cup-{n}", "name": f"Cup {n}", "price": "1", **more}
        for n in range(count)
    ]


def _made_once(shop: Shop, run: Run, count: int) -> None:
    assert run.counts == {"created": count}
    assert sorted(one["slug"] for one in shop.products) == sorted(f"cup-{n}" for n in range(count))


@pytest.mark.parametrize("stocked", [True, False])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_products_are_made_exactly_once_whatever_happens_to_the_answer(
    shop: Shop, fault: Callable[[str], Fault], *, stocked: bool
) -> None:
    struck = shop.site.faults.add(fault(STOCKED if stocked else PLAIN))
    run = shop.run(*_new(12, **({"quantity": 3} if stocked else {})))
    assert struck.hits == 1
    _made_once(shop, run, 12)
    if stocked:
        assert [shop.stock(one["id"]) for one in shop.products] == [{"": 3}] * 12


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_products_are_changed_whatever_happens_to_the_answer(
    shop: Shop, fault: Callable[[str], Fault]
) -> None:
    ids = [shop.add(sku=f"S{n}") for n in range(12)]
    shop.site.faults.add(fault(UPDATE))
    run = shop.run(*[{"id": one, "name": "Bowl"} for one in ids])
    assert run.counts == {"updated": 12}
    assert {one["name"] for one in shop.products} == {"Bowl"}
    assert {one["revision"] for one in shop.products} == {"2"}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize(
    "path", ["products/query$", "query-variants", "search-variants", "inventory-items", "items$"]
)
def test_every_other_call_is_repeated(shop: Shop, path: str, fault: Callable[[str], Fault]) -> None:
    from tests.fake_wix.stores_v3.seed import add_category  # noqa: PLC0415

    add_category(shop.site, "Vases")
    product = shop.add(sku="A", slug="cup-0", stock=5)
    shop.site.faults.add(fault(path))
    run = shop.run({"sku": "A", "name": "Bowl", "quantity": 7, "collections": ["Vases"]})
    assert run.counts == {"updated": 1}
    assert shop.get(product)["name"] == "Bowl"
    assert shop.stock(product) == {"A": 7}


def test_a_burst_answered_by_an_empty_403_is_waited_out(shop: Shop) -> None:
    ids = [shop.add() for _ in range(150)]
    shop.site.faults.add(empty_403(UPDATE, after=1, times=2))
    assert shop.run(*[{"id": one, "name": "Bowl"} for one in ids]).counts == {"updated": 150}


# -- lost creates ---------------------------------------------------------------------------------


def test_after_a_lost_answer_it_waits_for_the_index_and_looks_again(shop: Shop) -> None:
    shop.site.index_lag = 3600.0
    shop.site.faults.add(lost_answer(PLAIN))
    shop.site.faults.add(
        hook(lambda site, _: site.flush_index(), "products/query$", after=3, times=None)
    )
    run = shop.run(*_new(5))
    _made_once(shop, run, 5)
    assert 10.0 in run.naps


def test_what_a_lost_answer_really_lost_is_made_again(shop: Shop) -> None:
    shop.site.faults.add(cut_connection(PLAIN))
    run = shop.run(*_new(5))
    _made_once(shop, run, 5)
    assert len([path for path in run.writes if path.endswith(PLAIN)]) == 2


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize("key", ["handle", "sku"])
def test_a_product_without_a_slug_is_found_again_too(
    shop: Shop, key: str, *, writable: bool
) -> None:
    """Whether Wix takes handles is not certain (stores-v3 11)."""
    shop.v3.switches.handle_writable = writable
    shop.site.faults.add(lost_answer(PLAIN))
    rows = [{key: f"k{n}", "name": "Cup", "price": "1"} for n in range(5)]
    assert shop.run(*rows).counts == {"created": 5}
    assert len(shop.products) == 5
    if key == "sku" or writable:
        assert shop.run(*rows).counts == {"unchanged": 5}
    assert len(shop.products) == 5


def test_a_product_that_is_there_but_lagging_is_updated_instead(shop: Shop) -> None:
    """409 is the guard behind the look-up."""
    shop.site.index_lag = None
    first = shop.run({"slug": "cup", "name": "Cup", "price": "1"})
    second = shop.run({"slug": "cup", "name": "Bowl", "price": "1"})
    assert (first.counts, second.counts) == ({"created": 1}, {"updated": 1})
    assert [one["name"] for one in shop.products] == ["Bowl"]


def test_a_slug_that_records_are_not_matched_by_is_not_taken_over(shop: Shop) -> None:
    shop.add(slug="cup")
    row = {"sku": "A", "slug": "cup", "name": "Other", "price": "1"}
    run = shop.run(row, product_match_keys=["sku"])
    assert run.codes == {"DUPLICATE_SLUG_ERROR": 1}
    shop.site.faults.add(lost_answer(PLAIN))
    run = shop.run(row, product_match_keys=["sku"])
    assert run.codes == {"DUPLICATE_SLUG_ERROR": 1}
    assert [one["name"] for one in shop.products] == ["Cup"]


# -- bulk answers ---------------------------------------------------------------------------------


def test_results_in_any_order_are_told_by_their_index(shop: Shop) -> None:
    shop.v3.switches.shuffle_bulk = True
    shop.site.faults.add(item_failure(PLAIN, indexes={2}, code="PRODUCTS_LIMIT_EXCEEDED"))
    run = shop.run(*_new(6))
    assert run.codes == {"PRODUCTS_LIMIT_EXCEEDED": 1}
    assert {one["slug"] for one in shop.products} == {f"cup-{n}" for n in (0, 1, 3, 4, 5)}
    rows = [{"slug": one["slug"], "name": f"New {one['slug']}"} for one in shop.products]
    assert shop.run(*rows).counts == {"updated": 5}
    assert all(one["name"] == f"New {one['slug']}" for one in shop.products)


def test_single_failures_are_reported_in_wixs_own_words(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    ids = [shop.add() for _ in range(4)]
    shop.site.faults.add(
        item_failure(UPDATE, indexes={1}, code="PRODUCT_RESTRICTION_ERROR", description="Not so")
    )
    run = shop.run(*[{"id": one, "name": "Bowl"} for one in ids])
    assert run.counts == {"updated": 3, "rejected": 1}
    assert run.codes == {"PRODUCT_RESTRICTION_ERROR": 1}
    assert "Not so" in caplog.text
    assert ids[1] in caplog.text


@pytest.mark.parametrize("bad", [0, 57, 99])
def test_a_batch_refused_whole_is_halved_until_the_bad_row_stands_alone(
    shop: Shop, bad: int
) -> None:
    def is_bad(request: Any) -> bool:
        return any(row["slug"] == f"cup-{bad}" for row in request.body["products"])

    body = {
        "message": "bad",
        "details": {
            "validationError": {
                "fieldViolations": [
                    {"field": "slug", "description": "is odd", "violatedRule": "FORMAT"}
                ]
            }
        },
    }
    shop.site.faults.add(refusal(PLAIN, status=400, body=body, when=is_bad, times=None))
    run = shop.run(*_new(100))
    assert run.counts == {"created": 99, "rejected": 1}
    assert run.codes == {"FORMAT": 1}
    assert len(shop.products) == 99
    assert len(run.writes) <= 15


def test_an_update_refused_whole_is_halved_too(shop: Shop) -> None:
    ids = [shop.add() for _ in range(50)]

    def is_bad(request: Any) -> bool:
        return any(row["product"]["id"] == ids[20] for row in request.body["products"])

    body = {"message": "bad", "details": {"applicationError": {"code": "ODD", "description": "x"}}}
    shop.site.faults.add(refusal(UPDATE, status=428, body=body, when=is_bad, times=None))
    run = shop.run(*[{"id": one, "name": "Bowl"} for one in ids])
    assert run.counts == {"updated": 49, "rejected": 1}
    assert run.codes == {"ODD": 1}


@pytest.mark.parametrize("counted", [True, False])
def test_rows_that_no_result_is_about_are_looked_at(shop: Shop, *, counted: bool) -> None:
    shop.v3.switches.undetailed_counted = counted
    shop.v3.switches.undetailed_failures = 2
    _made_once(shop, shop.run(*_new(5)), 5)
    shop.v3.switches.undetailed_failures = 2
    run = shop.run(*[{"slug": f"cup-{n}", "name": "Bowl"} for n in range(5)])
    assert run.counts == {"updated": 5}
    assert {one["name"] for one in shop.products} == {"Bowl"}


def test_a_row_that_is_never_told_about_is_reported_and_nothing_is_made_twice(shop: Shop) -> None:
    def forget(site: Any, _: object) -> None:
        site.v3.switches.undetailed_failures = 1

    shop.site.faults.add(hook(forget, PLAIN, times=None))
    run = shop.run(*_new(3))
    assert run.counts == {"created": 2, "rejected": 1}
    assert run.codes == {"UNDETAILED_FAILURE": 1}
    assert len(shop.products) == 2


ROW_FAULTS = ("INTERNAL", "UNAVAILABLE", "ABORTED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "")


@pytest.mark.parametrize("acted", [True, False])
@pytest.mark.parametrize("code", ROW_FAULTS)
@pytest.mark.parametrize("stocked", [True, False])
def test_a_row_that_wix_had_a_fault_with_is_made_after_all_and_once(
    shop: Shop, code: str, *, acted: bool, stocked: bool
) -> None:
    path = STOCKED if stocked else PLAIN
    fault = (
        row_faults_after(path, indexes={1, 3}, code=code)
        if acted
        else item_failure(path, indexes={1, 3}, code=code, times=2)
    )
    shop.site.faults.add(fault)
    run = shop.run(*_new(5, **({"quantity": 3} if stocked else {})))
    _made_once(shop, run, 5)
    if stocked:
        assert [shop.stock(one["id"]) for one in shop.products] == [{"": 3}] * 5


@pytest.mark.parametrize("acted", [True, False])
@pytest.mark.parametrize("code", ROW_FAULTS)
def test_a_row_that_wix_had_a_fault_with_is_changed_after_all(
    shop: Shop, code: str, *, acted: bool
) -> None:
    ids = [shop.add() for _ in range(5)]
    fault = (
        row_faults_after(UPDATE, indexes={1, 3}, code=code)
        if acted
        else item_failure(UPDATE, indexes={1, 3}, code=code, times=1)
    )
    shop.site.faults.add(fault)
    run = shop.run(*[{"id": one, "name": "Bowl"} for one in ids])
    assert run.counts == {"updated": 5}
    assert {(one["name"], one["revision"]) for one in shop.products} == {("Bowl", "2")}
    sent = [len(one.body["products"]) for one in run.requests if one.path.endswith(UPDATE)]
    assert sent == [5, 2]


@pytest.mark.parametrize(("path", "code"), [(PLAIN, "INTERNAL"), (UPDATE, "UNAVAILABLE")])
def test_a_row_that_fails_all_the_time_is_refused_in_wixs_words_and_stops_no_other(
    shop: Shop, path: str, code: str
) -> None:
    shop.add(slug="cup-0", name="Old")
    shop.add(slug="cup-1", name="Old")
    rows = _new(2) if path == UPDATE else _new(4)[2:]

    def is_bad(request: Any) -> bool:
        rows = [row.get("product", row) for row in request.body["products"]]
        return any(row.get("name") == "Cup 1" or row.get("slug") == "cup-3" for row in rows)

    shop.site.faults.add(item_failure(path, code=code, when=is_bad, indexes={1}, times=1))
    shop.site.faults.add(
        item_failure(path, code=code, when=is_bad, indexes={0}, times=None, after=1)
    )
    run = shop.run(*rows)
    done = "updated" if path == UPDATE else "created"
    assert (run.counts, run.codes) == ({done: 1, "rejected": 1}, {code: 1})
    assert len([one for one in run.writes if one.endswith(path)]) < 8


# -- somebody else --------------------------------------------------------------------------------


def _rename(shop: Shop, product: str, **fields: Any) -> Callable[[Any, Any], None]:
    def change(_: object, __: object) -> None:
        stored = shop.v3.products.edit(product)
        stored |= {**fields, "revision": str(int(stored["revision"]) + 1)}
        shop.v3.products.put(stored, indexed=True)

    return change


def test_a_change_by_somebody_else_is_kept_and_ours_is_applied_again(shop: Shop) -> None:
    product = shop.add(sku="A")
    shop.site.faults.add(hook(_rename(shop, product, visible=False), UPDATE))
    assert shop.run({"sku": "A", "name": "Bowl"}).counts == {"updated": 1}
    stored = shop.get(product)
    assert (stored["name"], stored["visible"], stored["revision"]) == ("Bowl", False, "3")


def test_a_record_that_somebody_else_overtakes_is_old(shop: Shop) -> None:
    product = shop.add(sku="A", revision="4")
    shop.site.faults.add(hook(_rename(shop, product, name="Theirs"), UPDATE))
    run = shop.run({"id": product, "revision": "4", "name": "Ours"})
    assert run.codes == {"STALE_RECORD": 1}
    assert shop.get(product)["name"] == "Theirs"


def test_an_index_that_lags_is_no_harm(shop: Shop) -> None:
    product = shop.add(sku="A")
    shop.site.index_lag = None
    stored = shop.v3.products.edit(product)
    shop.v3.products.put({**stored, "revision": "5", "visible": False})
    assert shop.run({"sku": "A", "name": "Bowl"}).counts == {"updated": 1}
    assert shop.get(product)["visible"] is False


def test_a_product_that_never_keeps_still_is_given_up_on(shop: Shop) -> None:
    product = shop.add(sku="A")
    shop.site.faults.add(hook(_rename(shop, product), UPDATE, times=None))
    run = shop.run({"sku": "A", "name": "Bowl"})
    assert run.codes == {"INVALID_REVISION": 1}
    assert len(run.writes) == 6


def test_a_product_deleted_in_between_is_reported(shop: Shop) -> None:
    product = shop.add(sku="A")

    def delete(_: object, __: object) -> None:
        shop.v3.products.remove(product, indexed=True)

    shop.site.faults.add(hook(delete, UPDATE))
    run = shop.run({"id": product, "name": "Bowl"})
    assert run.counts == {"rejected": 1}
    assert shop.products == []


# -- the end of a run -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [PLAIN, UPDATE, "products/query$"])
def test_a_wix_that_is_down_stops_the_run_and_the_next_one_completes_it(
    shop: Shop, path: str
) -> None:
    product = shop.add(slug="cup-old")
    down = shop.site.faults.add(server_error(path, times=None))
    rows = [*_new(3), {"id": product, "name": "Bowl"}]
    assert shop.run(*rows).code == 1
    shop.site.faults.remove(down)
    assert shop.run(*rows).code == 0
    assert sorted(one["slug"] for one in shop.products) == ["cup-0", "cup-1", "cup-2", "cup-old"]
    assert shop.get(product)["name"] == "Bowl"
    assert shop.run(*rows).counts == {"unchanged": 4}


def test_a_key_that_may_not_write_stops_the_run_with_what_it_needs(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    product = shop.add()
    shop.site.deny("STORES.PRODUCT_WRITE")
    run = shop.run({"id": product, "name": "Bowl"})
    assert run.code == 1
    assert "SCOPE.STORES.PRODUCT_WRITE" in caplog.text


# -- what Wix may do otherwise --------------------------------------------------------------------


def test_keys_are_looked_up_one_by_one_if_wix_does_not_take_them_together(shop: Shop) -> None:
    body = {"message": "$or is not supported", "details": {}}
    shop.site.faults.add(
        refusal(
            "products/query$",
            status=400,
            body=body,
            when=lambda request: "$or" in str(request.body),
            times=None,
        )
    )
    product = shop.add(handle="erp-1", slug="cup")
    run = shop.run({"handle": "erp-1", "name": "Bowl"}, {"slug": "cup", "visible": False})
    assert run.counts == {"updated": 2}
    assert (shop.get(product)["name"], shop.get(product)["visible"]) == ("Bowl", False)


def test_products_are_made_with_a_key_that_may_not_see_costs(shop: Shop) -> None:
    shop.site.deny("STORES.PRODUCT_READ_ADMIN")
    run = shop.run(*_new(3, cost="2"))
    _made_once(shop, run, 3)
    assert shop.variant(shop.products[0]["id"])["revenueDetails"] == {"cost": {"amount": "2"}}


@pytest.mark.parametrize("merges", [True, False])
def test_what_is_cleared_inside_an_object_is_cleared_whether_wix_merges_or_replaces(
    shop: Shop, *, merges: bool
) -> None:
    shop.v3.switches.objects_merge = merges
    profile = shop.site.new_id()
    product = shop.add(physicalProperties={"deliveryProfileId": profile, "fulfillerId": profile})
    record = {"id": product, "physicalProperties": {"fulfillerId": None}}
    assert shop.run(record, null_clears=True).counts == {"updated": 1}
    properties = shop.get(product)["physicalProperties"]
    assert properties["deliveryProfileId"] == profile
    assert properties.get("fulfillerId") is None
    assert shop.run(record, null_clears=True).counts == {"unchanged": 1}


def test_what_wix_does_not_clear_is_said_and_not_called_updated(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    shop.v3.switches.nulls_ignored = True
    shop.run({"handle": "cup", "name": "Cup", "brand": "Nordhem", "ribbon": "New", "price": 3})
    record = {"handle": "cup", "name": "Bowl", "brand": None, "ribbon": None}
    assert shop.run(record, null_clears=True).counts == {"updated": 1}
    assert [one["name"] for one in shop.products] == ["Bowl"]
    assert "nulls of fields that Wix does not clear 2" in caplog.text
    assert shop.run(record, null_clears=True).counts == {"unchanged": 1}


def test_a_handle_that_wix_does_not_take_is_said_and_the_slug_serves(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.v3.switches.handle_writable = False
    rows = [{"handle": f"erp-{n}", "name": f"Cup {n}", "price": "1"} for n in range(3)]
    assert shop.run(*rows).counts == {"created": 3}
    assert "handles, which Wix did not take" in caplog.text
    assert shop.run(*rows).counts == {"unchanged": 3}
    assert len(shop.products) == 3


def test_what_a_refusal_in_the_middle_leaves_half_done_is_said_and_done_by_the_next_run(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    product = shop.add("Cup", sku="A", price="9", stock=3)
    rows = {"sku": "A", "price": 10, "quantity": 5}, {"handle": "new", "name": "New", "price": 3}
    shop.site.deny("STORES.INVENTORY_ITEM_WRITE")
    assert shop.run(*rows).code == 1
    assert "products: 2 records are not done" in caplog.text
    shop.site.denied.clear()
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"updated": 1, "unchanged": 1})
    assert shop.variant(product)["price"]["actualPrice"]["amount"] == "10"
    assert shop.stock(product) == {"A": 5}
