"""Orders and what belongs to them, run after run: nothing is lost, and little is read twice."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.times import canonical, earlier
from tests.conftest import config
from tests.fake_wix import FakeWix, Site, faults
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import Run, command, read, settings_file, state_of
from tests.tap.shops import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHILDREN = ("order_line_items", "order_payments", "order_refunds", "order_fulfillments")
STREAMS = ("orders", *CHILDREN)
SEARCH, PAYMENTS, PARCELS = (
    "/orders/search$",
    "/payments/list-by-ids$",
    "/fulfillments/list-by-ids$",
)


@pytest.fixture
def wix() -> Iterator[FakeWix]:
    """A shop without an order yet."""
    with FakeWix(Site()) as running:
        yield running


def put_order(site: Site, number: int, *, updated: str = "", **more: Any) -> str:
    """An order with two lines, a payment, a refund and a parcel; returns its id."""
    when = updated or moment(number)
    lines = [{"id": f"00000000-0000-0000-0000-{line:012}", "quantity": line} for line in (1, 2)]
    order = {"createdDate": when, "updatedDate": when, "currency": "EUR", "lineItems": lines}
    return str(
        site.ecom.add(
            {**order, **more},
            payments=[{"id": site.new_id(), "status": "APPROVED"}],
            refunds=[{"id": site.new_id()}],
            fulfillments=[{"id": site.new_id(), "completed": True}],
        )["id"]
    )


def run(wix: FakeWix, state: dict[str, Any] | None = None, **more: Any) -> Run:
    wix.requests.clear()
    chosen = {"lookback_minutes": 0, **more}
    return read(config(wix, **chosen), state=state, streams=STREAMS, hurried=True)


def counts(done: Run) -> list[int]:
    return [len(done.rows(stream)) for stream in STREAMS]


def test_an_order_that_changes_brings_all_that_belongs_to_it_again(wix: FakeWix) -> None:
    ids = [put_order(wix.site, number) for number in range(5)]
    first = run(wix)
    assert counts(first) == [5, 10, 5, 5, 5]
    wix.site.ecom.payments[ids[1]].append({"id": wix.site.new_id(), "status": "PENDING"})
    wix.site.ecom.change(ids[1], archived=True)
    second = run(wix, first.state)
    changed = {row["orderId"] for stream in CHILDREN for row in second.rows(stream)}
    assert changed == {ids[1], ids[4]}  # the last one read comes again
    assert counts(second) == [2, 4, 3, 2, 2]
    assert len(wix.requests.matching(SEARCH)) == 1


def test_the_look_back_reads_again_what_the_index_may_have_shown_late(wix: FakeWix) -> None:
    put_order(wix.site, 0)
    put_order(wix.site, 1, updated=moment(3600))
    first = run(wix)
    late = put_order(wix.site, 2, updated=moment(3000))
    assert late not in run(wix, first.state).ids("orders")
    assert late in run(wix, first.state, lookback_minutes=11).ids("orders")


@pytest.mark.parametrize("path", [SEARCH, PAYMENTS, PARCELS])
def test_a_run_that_breaks_off_is_gone_on_with_where_it_was(wix: FakeWix, path: str) -> None:
    ids = {put_order(wix.site, number) for number in range(350)}
    fault = wix.site.faults.add(faults.server_error(path, status=501, after=2, times=None))
    broken = run(wix)
    assert broken.failures
    wix.site.faults.remove(fault)
    rest = run(wix, broken.state)
    assert not rest.failures
    for stream, name in zip(STREAMS, ("id", *["orderId"] * 4), strict=True):
        rows = Counter(row[name] for done in (broken, rest) for row in done.rows(stream))
        assert rows.keys() == ids
        per_order = 2 if stream == "order_line_items" else 1
        again = sum(rows.values()) - per_order * len(ids)
        assert 0 <= again <= per_order * 101, stream


def test_hundreds_of_orders_of_one_moment_are_all_read(wix: FakeWix) -> None:
    ids = {put_order(wix.site, 5) for _ in range(250)} | {put_order(wix.site, 6)}
    done = run(wix)
    assert sorted(done.ids("orders")) == sorted(ids)
    assert counts(done) == [251, 502, 251, 251, 251]


def test_an_order_that_leaves_its_moment_while_it_is_read_costs_no_other_one(
    wix: FakeWix,
) -> None:
    ids = [put_order(wix.site, 5) for _ in range(250)]
    wix.site.cursors.by_offset = True

    put_order(wix.site, 1)

    def change(site: Site, _request: object) -> None:
        site.ecom.change(min(ids), archived=True)

    wix.site.faults.add(faults.hook(change, SEARCH, after=2))
    done = run(wix)
    assert not done.failures
    assert set(ids) <= set(done.ids("orders"))


@pytest.mark.parametrize("reading", ["empty", "bare", "none"])
def test_orders_without_payments_are_read_however_wix_says_so(wix: FakeWix, reading: Any) -> None:
    wix.site.ecom.rows_without_children = reading
    wix.site.ecom.has_next = reading != "bare"
    paid = put_order(wix.site, 1)
    wix.site.ecom.add({"updatedDate": moment(2), "createdDate": moment(2)})
    done = run(wix)
    assert not done.failures
    assert counts(done) == [2, 2, 1, 1, 1]
    assert {row["orderId"] for stream in CHILDREN for row in done.rows(stream)} == {paid}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"orderTransactions": None},
        {"orderTransactions": {"orderId": "x"}},
        {"orderTransactions": [{"orderId": "of nobody", "payments": []}]},
    ],
)
def test_an_answer_about_other_payments_is_not_taken_for_none(wix: FakeWix, odd: Any) -> None:
    put_order(wix.site, 1)
    wix.site.faults.add(faults.refusal(PAYMENTS, status=200, body=odd, times=None))
    done = run(wix)
    [message] = done.failures
    assert message.startswith("Not read: order_payments, order_refunds:")
    assert counts(done) == [1, 2, 0, 0, 1]
    assert done.bookmark("orders")
    assert done.bookmark("order_payments") is None


def test_payments_that_the_key_may_not_see_cost_only_themselves(wix: FakeWix) -> None:
    put_order(wix.site, 1)
    wix.site.deny("ECOM.READ_TRANSACTIONS")
    done = run(wix)
    [message] = done.failures
    assert message.startswith("Not read: order_payments, order_refunds:")
    assert "permission" in message
    assert counts(done) == [1, 2, 0, 0, 1]
    wix.site.denied.clear()
    gained = run(wix, done.state)
    assert [len(gained.rows(stream)) for stream in ("order_payments", "order_refunds")] == [1, 1]


@pytest.mark.parametrize(("skip", "code"), [(False, 1), (True, 0)])
def test_whether_a_refused_stream_fails_the_command_is_for_the_owner_to_say(
    wix: FakeWix, tmp_path: Path, *, skip: bool, code: int
) -> None:
    put_order(wix.site, 1)
    wix.site.deny("ECOM.READ_TRANSACTIONS")
    path = settings_file(tmp_path, config(wix, skip_unavailable_streams=skip))
    ended = command("--config", path, cwd=tmp_path)
    assert ended.code == code
    assert len(ended.run.rows("orders")) == 1
    level = "WARNING" if skip else "ERROR"
    said = [line for line in ended.log.splitlines() if "Not read: order_payments" in line]
    assert len(said) == 1
    assert f"| {level}" in said[0]


def test_younger_orders_are_asked_again_for_payments_that_did_not_move_them(
    wix: FakeWix,
) -> None:
    now = wix.site.now()
    old, young = (
        put_order(wix.site, 1, updated=earlier(canonical(now), minutes=days * 24 * 60))
        for days in (20, 5)
    )
    put_order(wix.site, 2, updated=now)
    state = run(wix).state
    for order in (old, young):
        wix.site.ecom.payments[order].append({"id": wix.site.new_id(), "status": "CHARGEBACK"})
    assert len(run(wix, state).rows("order_payments")) == 1
    done = run(wix, state, order_lookback_days=7)
    assert [row["orderId"] for row in done.rows("order_payments")].count(young) == 2
    assert old not in {row["orderId"] for row in done.rows("order_payments")}
    assert young not in done.ids("orders")
    assert done.bookmark("order_payments") == done.bookmark("orders")
    assert (done.bookmark("orders") or "") >= state_of(state, "orders")["replication_key_value"]


def test_orders_alone_are_not_read_twice_for_the_sake_of_payments(wix: FakeWix) -> None:
    put_order(wix.site, 1)
    settings = config(wix, order_lookback_days=7)
    state = read(settings, streams=["orders"]).state
    wix.requests.clear()
    read(settings, state=state, streams=["orders"])
    assert len(wix.requests.matching("^/ecom/")) == 1


def test_payments_are_read_without_their_orders_being_selected(wix: FakeWix) -> None:
    ids = {put_order(wix.site, number) for number in range(3)}
    done = read(config(wix), streams=["order_payments"])
    assert {row["orderId"] for row in done.rows("order_payments")} == ids
    assert not wix.requests.count(PARCELS)


def test_fields_of_tomorrow_arrive_and_are_named_once(
    wix: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(2):
        put_order(
            wix.site,
            number,
            loyalty={"points": 7},
            priceSummary={"tip": {"amount": "1.10"}},
            lineItems=[{"id": "a", "warranty": ["two years"]}],
        )
    done = run(wix)
    for row in done.rows("orders"):
        assert row["additionalFields"] == {"loyalty": {"points": 7}}
        assert row["priceSummary"] == {"tip": {"amount": "1.10"}}
    for row in done.rows("order_line_items"):
        assert row["additionalFields"] == {"warranty": ["two years"]}
    assert caplog.text.count("loyalty") == caplog.text.count("warranty") == 1


def test_members_are_read_whether_wix_sorts_them_or_not() -> None:
    site = Site()
    nasty(site, contacts=3, products=0, members=230)
    site.members.sortable = False
    with FakeWix(site) as wix:
        done = read(config(wix), streams=["members"])
    assert not done.failures
    assert sorted(done.ids("members")) == sorted(one["id"] for one in site.members.store.all())


@pytest.mark.parametrize("total", [True, False])
def test_a_member_who_leaves_while_members_are_read_takes_no_other_along(*, total: bool) -> None:
    site = Site()
    nasty(site, contacts=3, products=0, members=230, seed=2)
    site.members.with_total = total
    [gone, *left] = sorted(site.members.store.all(), key=lambda one: one["createdDate"])

    def leave(site: Site, _request: object) -> None:
        site.members.store.remove(gone["id"], indexed=True)

    site.faults.add(faults.hook(leave, "/members/query$", after=1))
    with FakeWix(site) as wix:
        done = read(config(wix), streams=["members"])
    assert not done.failures
    assert {one["id"] for one in left} <= set(done.ids("members"))


@pytest.mark.parametrize("without_app", ["code", "forbidden", "empty"])
def test_a_site_without_members_keeps_nothing_else_from_being_read(without_app: Any) -> None:
    site = Site()
    site.members.installed, site.members.without_app = False, without_app
    with FakeWix(site) as wix:
        done = read(config(wix), streams=["members", "currencies"], hurried=True)
    assert len(done.rows("currencies")) == 8
    assert [message.startswith("Not read: members:") for message in done.failures] == (
        [] if without_app == "empty" else [True]
    )


def test_currencies_come_without_a_login_where_the_key_has_no_right_to_them(wix: FakeWix) -> None:
    wix.site.deny("CURRENCY_CONVERTER.READ_CURRENCIES")
    done = read(config(wix), streams=["currencies"], hurried=True)
    assert not done.failures
    assert len(done.rows("currencies")) == 8
    assert "authorization" not in wix.requests[-1].headers


def test_sites_of_an_account_need_its_id_and_come_without_the_login_of_a_site(
    wix: FakeWix,
) -> None:
    headless = Site(account_id=wix.site.account_id)
    headless.listing["namespace"] = "HEADLESS"
    gone = Site(account_id=wix.site.account_id)
    gone.listing["trashedDate"] = "2026-01-01T00:00:00.000Z"
    wix.sites += [headless, gone, Site()]
    wix.site_list.account_keys.add(wix.site.api_key)
    done = read(config(wix), streams=["sites"])
    [message] = done.failures
    assert "account_id" in message
    done = read(config(wix, account_id=wix.site.account_id), streams=["sites"])
    assert not done.failures
    rows = {row["siteId"]: row for row in done.rows("sites")}
    assert rows.keys() == {wix.site.site_id, headless.site_id, gone.site_id}
    assert rows[gone.site_id]["trashedDate"]


def test_a_later_run_asks_the_trash_bin_from_where_the_last_one_ended(wix: FakeWix) -> None:
    site = wix.site
    site.trash_bin.add({"updatedDate": "2019-01-01T00:00:00.000Z", "name": "long unchanged"})
    first = read(config(wix), streams=["deleted_contacts"])
    noted = first.bookmark("deleted_contacts")
    assert noted
    late = site.trash_bin.add({"updatedDate": "2018-01-01T00:00:00.000Z"})
    second = read(config(wix), state=first.state, streams=["deleted_contacts"])
    [request] = wix.requests.matching("trash-bin")[-1:]
    assert canonical(request.params["deletedFromDate"][0]) <= earlier(noted, minutes=10)
    rows = {row["id"]: row for row in second.rows("deleted_contacts")}
    assert rows[late["id"]]["deletedAfter"] == earlier(noted, minutes=10)
    assert rows[late["id"]]["deletedBefore"] >= noted
    assert (second.bookmark("deleted_contacts") or "") >= noted


def test_an_empty_trash_bin_moves_the_bookmark_too(wix: FakeWix) -> None:
    assert read(config(wix), streams=["deleted_contacts"]).bookmark("deleted_contacts")
