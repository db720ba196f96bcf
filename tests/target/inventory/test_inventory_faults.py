"""Every trouble on the way to Wix and back: the shop has what rows say, each with its fate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.faults import (
    PASSING,
    cut_connection,
    empty_403,
    hook,
    item_failure,
    lost_answer,
    refusal,
    rewritten,
    row_faults_after,
)
from tests.fake_wix.stores_v3.seed import add_stock
from tests.target.contacts.harness import QuickTarget
from tests.target.inventory.harness import StockShop, as_line, schema

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
UPDATE, CREATE = "bulk/inventory-items/update", "bulk/inventory-items/create"
PATCH = "/stores/v2/inventoryItems/product/[^/]+$"
V3_CALLS = ("inventory-items/query", "search-variants", "locations/query", UPDATE, CREATE)
V1_CALLS = ("products/query", "variants/query", "inventoryItems/query", PATCH)


def _rows(shop: StockShop) -> list[Json]:
    """Changes and, on V3, an item that is missing."""
    shop.add("A", 5)
    shop.add_sized(S=5, M=3)
    if shop.is_v3:
        shop.add("B", None)
    return [{"sku": sku, "quantity": 7} for sku in ("A", "S", "M", *(["B"] if shop.is_v3 else []))]


@pytest.mark.parametrize("fault", PASSING)
def test_stock_is_written_whatever_happens_to_each_call(shop: StockShop, fault: str) -> None:
    rows = _rows(shop)
    calls = V3_CALLS if shop.is_v3 else V1_CALLS
    struck = [shop.site.faults.add(PASSING[fault](path)) for path in calls]
    run = shop.run(*rows)
    assert ([one.hits for one in struck], run.code) == ([1] * len(calls), 0)
    assert run.counts == ({"updated": 3, "created": 1} if shop.is_v3 else {"updated": 3})
    assert set(shop.stock.values()) == {7}
    again = shop.run(*rows)
    assert (again.counts, again.writes) == ({"unchanged": len(rows)}, [])


@pytest.mark.parametrize("version", [V1, V3])
@pytest.mark.parametrize("lost", [True, False])
def test_a_run_that_ends_at_any_request_is_finished_by_the_next(
    version: str, *, lost: bool
) -> None:
    with FakeWix(Site(version)) as wix:
        count = len(StockShop(wix).run(*_rows(StockShop(wix))).requests)
    for after in range(1, count + 1):
        with FakeWix(Site(version)) as wix:
            shop = StockShop(wix)
            rows = _rows(shop)
            if lost:
                shop.site.faults.add(lost_answer(after=after - 1))
            shop.site.faults.add(cut_connection(after=after, times=None))
            shop.run(*rows)
            shop.site.faults.clear()
            assert shop.run(*rows).code == 0
            assert set(shop.stock.values()) == {7}
            if shop.is_v3:
                items = [(i["variantId"], i["locationId"]) for i in shop.site.v3.inventory.all()]
                assert len(items) == len(set(items)) == len(rows)


def test_a_burst_answered_by_an_empty_403_is_waited_out(shop: StockShop) -> None:
    rows = _rows(shop)
    filler = [{"sku": "A"}] * 1000
    struck = shop.site.faults.add(empty_403(UPDATE if shop.is_v3 else PATCH, after=1, times=2))
    assert shop.run({"sku": "A", "quantity": 8}, *filler, *rows).code == 0
    assert (struck.hits, set(shop.stock.values())) == (2, {7})


# -- bulk answers ---------------------------------------------------------------------------------


def test_results_in_any_order_are_told_by_their_index(v3: StockShop) -> None:
    for n in range(6):
        v3.add(f"S{n}", 1)
    v3.site.v3.switches.shuffle_bulk = True
    v3.site.faults.add(
        item_failure(UPDATE, indexes={2}, code="MAX_QUANTITY_LIMIT_REACHED", description="Not so")
    )
    run = v3.run(*[{"sku": f"S{n}", "quantity": n + 10} for n in range(6)])
    assert (run.counts, run.codes) == (
        {"updated": 5, "rejected": 1},
        {"MAX_QUANTITY_LIMIT_REACHED": 1},
    )
    assert v3.stock == {f"S{n}": 1 if n == 2 else n + 10 for n in range(6)}


@pytest.mark.parametrize("acted", [True, False])
@pytest.mark.parametrize("code", ["INTERNAL", "RESOURCE_EXHAUSTED"])
def test_a_row_that_wix_had_a_fault_with_is_written_after_all(
    v3: StockShop, code: str, *, acted: bool
) -> None:
    for n in range(6):
        v3.add(f"S{n}", 1 if n < 3 else None)
    for path in (UPDATE, CREATE):
        v3.site.faults.add(
            row_faults_after(path, indexes={1}, code=code)
            if acted
            else item_failure(path, indexes={1}, code=code)
        )
    run = v3.run(*[{"sku": f"S{n}", "quantity": 7} for n in range(6)])
    assert run.counts == {"updated": 3, "created": 3}
    assert v3.stock == {f"S{n}": 7 for n in range(6)}


@pytest.mark.parametrize("counted", [True, False])
def test_rows_that_no_result_is_about_are_looked_at_again(v3: StockShop, *, counted: bool) -> None:
    for n in range(6):
        v3.add(f"S{n}", 1 if n < 3 else None)
    v3.site.v3.switches.undetailed_failures = 2
    v3.site.v3.switches.undetailed_counted = counted
    run = v3.run(*[{"sku": f"S{n}", "quantity": 7} for n in range(6)])
    assert run.counts == {"updated": 3, "created": 3}
    assert v3.stock == {f"S{n}": 7 for n in range(6)}


@pytest.mark.parametrize(("path", "bad"), [(UPDATE, 0), (UPDATE, 5), (CREATE, 11)])
def test_a_batch_refused_whole_is_halved_until_the_bad_row_stands_alone(
    v3: StockShop, path: str, bad: int
) -> None:
    ids = [v3.add(f"S{n}", 1 if path == UPDATE else None) for n in range(12)]

    def is_bad(request: Any) -> bool:
        rows = [row.get("inventoryItem", row) for row in request.body["inventoryItems"]]
        return any(row["quantity"] == bad + 10 for row in rows)

    violation = {"field": "inventoryItems", "description": "No", "violatedRule": "CUSTOM"}
    body = {"message": "No", "details": {"validationError": {"fieldViolations": [violation]}}}
    v3.site.faults.add(refusal(path, status=400, body=body, times=None, when=is_bad))
    run = v3.run(*[{"productId": key, "quantity": n + 10} for n, key in enumerate(ids)])
    assert sum(run.codes.values()) == 1
    expected = {f"S{n}": n + 10 for n in range(12) if n != bad}
    assert v3.stock == (expected | {f"S{bad}": 1} if path == UPDATE else expected)


def test_a_patch_refused_whole_is_halved_until_the_bad_variant_stands_alone(v1: StockShop) -> None:
    v1.add_sized(S=1, M=2, L=3)

    def is_bad(request: Any) -> bool:
        return any(row["quantity"] == 8 for row in request.body["inventoryItem"]["variants"])

    v1.site.faults.add(refusal(PATCH, status=400, times=None, when=is_bad))
    run = v1.run(*[{"sku": sku, "quantity": n} for n, sku in enumerate(("S", "M", "L"), 7)])
    assert (run.counts, v1.stock) == ({"updated": 2, "rejected": 1}, {"S": 7, "M": 2, "L": 9})


def test_items_that_change_all_the_time_are_given_up_on(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.site.faults.add(item_failure(UPDATE, code="INVALID_REVISION", times=None))
    assert v3.run({"sku": "A", "quantity": 9}).codes == {"INVALID_REVISION": 1}


def test_an_item_that_appears_in_between_is_updated(v3: StockShop) -> None:
    product = v3.add("A", None)
    variant = v3.variant("A")["variantId"]

    def appear(*_: object) -> None:
        add_stock(v3.site, product, variant, 1)

    v3.site.faults.add(hook(appear, CREATE))
    assert v3.run({"sku": "A", "quantity": 9}).code == 0
    assert v3.stock == {"A": 9}


def test_an_item_that_somebody_deletes_in_between_is_created(v3: StockShop) -> None:
    product = v3.add("A", 5)

    def vanish(*_: object) -> None:
        (key,) = v3.site.v3.items_of_product.pop(product)
        v3.site.v3.inventory.remove(key)

    v3.site.faults.add(hook(vanish, UPDATE))
    assert v3.run({"sku": "A", "quantity": 9}).counts == {"created": 1}
    assert v3.stock == {"A": 9}


def test_a_query_whose_filter_wix_ignores_puts_nothing_elsewhere(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.add("B", 5)
    everything = v3.rows()
    v3.site.faults.add(
        rewritten(
            "inventory-items/query",
            rewrite=lambda body: {**body, "inventoryItems": everything},
            times=None,
        )
    )
    row = everything[0]
    assert v3.run({"productId": row["productId"], "quantity": 7}).counts == {"updated": 1}
    assert sorted(v3.stock.values()) == [5, 7]


# -- lag ------------------------------------------------------------------------------------------


def test_stock_written_a_moment_ago_is_written_again_though_the_index_lags(shop: StockShop) -> None:
    shop.add("A", 1)
    shop.add("B", None if shop.is_v3 else 1)
    rows = [{"sku": "A", "quantity": 4}, {"sku": "B", "quantity": 4}]
    shop.site.index_lag = 3600.0
    filler = [{"sku": "A"}] * 1000
    back = {"sku": "A", "quantity": 1}
    run = shop.run(*rows, *filler, *[{**row, "quantity": 5} for row in rows], *filler, back)
    assert (run.code, run.naps) == (0, [])
    assert shop.stock == {"A": 1, "B": 5}


def test_a_second_run_writes_nothing_though_the_index_lags(v3: StockShop) -> None:
    v3.add("A", 1)
    v3.site.index_lag = 3600.0
    row = {"sku": "A", "quantity": 4}
    assert v3.run(row).counts == {"updated": 1}
    revision = v3.site.v3.inventory.all()[0]["revision"]
    assert v3.run(row).code == 0
    assert v3.stock == {"A": 4}
    assert v3.site.v3.inventory.all()[0]["revision"] == revision


def test_products_of_the_same_run_are_written_first_and_waited_for(
    shop: StockShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = shop.site.clock
    monkeypatch.setattr(QuickTarget, "sleep", lambda _, seconds: clock.advance(seconds))
    shop.site.index_lag = 8.0
    lines = [
        schema(),
        schema("products"),
        as_line({"sku": "A", "quantity": 7}),
        as_line({"sku": "A", "name": "Cup", "price": "3", "quantity": 1}, "products"),
    ]
    run = shop.run_lines(lines)
    assert (run.code, run.counts, shop.stock) == (0, {"updated": 1}, {"A": 7})


# -- refusals and the end of a run ----------------------------------------------------------------


@pytest.mark.parametrize("right", ["STORES.INVENTORY_ITEM_READ", "STORES.INVENTORY_ITEM_WRITE"])
def test_a_key_without_the_right_to_stock_stops_the_run_with_its_name(
    v3: StockShop, right: str, caplog: pytest.LogCaptureFixture
) -> None:
    v3.add("A", 5)
    v3.site.deny(right)
    run = v3.run({"sku": "A", "quantity": 9})
    assert (run.code, run.counts, v3.stock) == (1, {}, {"A": 5})
    assert right in caplog.text


def test_stock_is_written_although_the_products_before_it_cannot_be(v3: StockShop) -> None:
    v3.add("A", 5)
    v3.site.deny("STORES.PRODUCT_WRITE")
    lines = [
        schema("products"),
        as_line({"sku": "A", "name": "Bowl"}, "products"),
        schema(),
        as_line({"sku": "A", "quantity": 9}),
    ]
    run = v3.run_lines(lines)
    assert (run.code, run.counts, v3.stock) == (1, {"updated": 1}, {"A": 9})


def test_refused_rows_are_kept_and_the_state_moves(
    shop: StockShop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.add("A", 5)
    lines = [
        schema(),
        as_line({"sku": "X", "quantity": 9}),
        as_line({"sku": "A", "quantity": 9}),
        '{"type": "STATE", "value": {"done": 1}}',
    ]
    assert shop.run_lines(lines).code == 1
    assert capsys.readouterr().out == ""
    assert shop.run_lines(lines, rejected_dir=str(tmp_path), max_rejected=1).code == 0
    assert '{"done": 1}' in capsys.readouterr().out.replace('{"done":1}', '{"done": 1}')
    (kept,) = tmp_path.iterdir()
    shop.add("X", 5)
    assert shop.run_lines(kept.read_text().splitlines()).counts == {"updated": 1}
    assert shop.stock == {"A": 9, "X": 9}


@pytest.fixture
def slow(v3: StockShop, monkeypatch: pytest.MonkeyPatch) -> StockShop:
    """A shop whose index lags, on whose clock the target's waits pass."""
    monkeypatch.setattr(QuickTarget, "sleep", lambda _, seconds: v3.site.clock.advance(seconds))
    v3.site.index_lag = 8.0
    return v3


@pytest.mark.parametrize("count", [3, 40])
def test_sales_that_the_index_does_not_know_yet_do_not_keep_new_counts_out(
    slow: StockShop, count: int
) -> None:
    for n in range(count):
        slow.add(f"S{n}", 5)
    for n in range(count):
        slow.sell(f"S{n}")
    run = slow.run(*[{"sku": f"S{n}", "quantity": 9} for n in range(count)])
    assert (run.code, run.counts) == (0, {"updated": count})
    assert set(slow.stock.values()) == {9}


def test_an_item_that_the_index_does_not_know_yet_is_not_made_twice(slow: StockShop) -> None:
    slow.add("A", None)
    row = {"sku": "A", "quantity": 9}
    assert slow.run(row).counts == {"created": 1}
    assert slow.run({**row, "quantity": 7}).code == 0
    assert (slow.stock, len(slow.site.v3.inventory)) == ({"A": 7}, 1)
