"""Orders, and what belongs to them (wix-api orders 2, 8, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

SEARCH = "/ecom/v1/orders/search"
PAYMENTS = "/ecom/v1/payments"
FULFILLMENTS = "/ecom/v1/fulfillments"
STATUSES = ("APPROVED", "CANCELED", "PENDING", "REJECTED", "INITIALIZED")
OLDEST_FIRST = [{"fieldName": "updatedDate", "order": "ASC"}]
SOMEBODY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def shop(call: Caller) -> Caller:
    """A site with an order of each status."""
    for number, status in enumerate(STATUSES):
        moment = f"2026-03-0{number + 1}T10:00:00.000Z"
        call.site.ecom.add({"status": status, "createdDate": moment, "updatedDate": moment})
    return call


def statuses(shop: Caller, **search: Any) -> list[str]:
    """The statuses of the orders that a search finds, in its order."""
    return [order["status"] for order in shop.ok("POST", SEARCH, {"search": search})["orders"]]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["CANCELED", "APPROVED"]),
        ({"updatedDate": {"$gte": "2026-03-01T00:00:00Z"}}, ["CANCELED", "APPROVED"]),
        ({"status": {"$in": list(STATUSES)}}, ["REJECTED", "PENDING", "CANCELED", "APPROVED"]),
        ({"status": {"$in": ["PENDING", "APPROVED"]}}, ["PENDING", "APPROVED"]),
        ({"status": "REJECTED"}, ["REJECTED"]),
        ({"status": {"$eq": "PENDING"}}, ["PENDING"]),
        ({"status": {"$ne": "CANCELED"}}, ["APPROVED"]),
        ({"status": {"$nin": ["PENDING"]}}, ["CANCELED", "APPROVED"]),
        ({"status": "INITIALIZED"}, []),
    ],
)
def test_pending_and_rejected_orders_come_only_when_named_and_unfinished_ones_never(
    shop: Caller, filters: dict[str, Any], found: list[str]
) -> None:
    assert statuses(shop, filter=filters) == found


def test_any_order_is_read_by_its_id(shop: Caller) -> None:
    for order in shop.site.ecom.orders.all():
        assert shop.ok("GET", f"/ecom/v1/orders/{order['id']}") == {"order": order}
    assert shop.refused("GET", f"/ecom/v1/orders/{SOMEBODY}") == (404, "ORDER_NOT_FOUND")


def test_there_is_no_query_of_orders_by_get(shop: Caller) -> None:
    assert shop.refused("GET", "/ecom/v1/orders/search") == (404, "ORDER_NOT_FOUND")


def test_under_a_wrong_wrapper_everything_comes_newest_first(shop: Caller) -> None:
    body = {"query": {"filter": {"status": "PENDING"}, "cursorPaging": {"limit": 1}}}
    found = [order["status"] for order in shop.ok("POST", SEARCH, body)["orders"]]
    assert found == ["CANCELED", "APPROVED"]


def test_the_paging_block_is_called_metadata_and_the_cursor_keeps_the_statuses(
    shop: Caller,
) -> None:
    search = {
        "filter": {"status": {"$in": ["APPROVED", "CANCELED", "PENDING", "REJECTED"]}},
        "sort": OLDEST_FIRST,
        "cursorPaging": {"limit": 3},
    }
    first = shop.ok("POST", SEARCH, {"search": search})
    assert set(first) == {"orders", "metadata"}
    assert (first["metadata"]["count"], first["metadata"]["hasNext"]) == (3, True)
    block = {"limit": 3, "cursor": first["metadata"]["cursors"]["next"]}
    beside = {"filter": search["filter"], "cursorPaging": block}
    assert shop.refused("POST", SEARCH, {"search": beside}) == (400, "INVALID_CURSOR")
    rest = shop.ok("POST", SEARCH, {"search": {"cursorPaging": block}})
    assert [order["status"] for order in rest["orders"]] == ["REJECTED"]
    assert rest["metadata"] == {"count": 1, "cursors": {}, "hasNext": False}


def test_old_sites_may_leave_has_next_out(shop: Caller) -> None:
    shop.site.ecom.has_next = False
    assert shop.ok("POST", SEARCH)["metadata"] == {"count": 2, "cursors": {}}


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ({"cursorPaging": {"limit": 101}},
         "search.cursorPaging.limit must be less than or equal to 100"),
        ({"sort": [{"fieldName": "id"}]}, "value Field 'id' is not declared as sortable"),
        ({"sort": [{"fieldName": "archived"}]}, "value Field 'archived' is not declared as sortable"),
        ({"sort": OLDEST_FIRST * 5}, "value Too many sort fields"),
        ({"filter": {"lineItems.id": "1"}}, "value Field 'lineItems.id' is not declared as filterable"),
        ({"filter": {"status": {"$exists": True}}},
         "value Operator is not supported for field 'status'"),
        ({"filter": {"lineItems.catalogReference.appId": "x"}},
         "value Operator is not supported for field 'lineItems.catalogReference.appId'"),
    ],
)  # fmt: skip
def test_what_search_does_not_know_is_refused(
    shop: Caller, search: dict[str, Any], said: str
) -> None:
    assert shop.refused("POST", SEARCH, {"search": search}) == (400, said)


def test_a_changed_order_moves_to_the_end(shop: Caller) -> None:
    first = shop.site.ecom.orders.all()[0]
    shop.site.ecom.change(first["id"], archived=True)
    assert statuses(shop, sort=OLDEST_FIRST) == ["CANCELED", "APPROVED"]
    assert statuses(shop, filter={"archived": True}) == ["APPROVED"]


@pytest.mark.parametrize("path", [PAYMENTS, FULFILLMENTS])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "orderIds must not be empty"),
        ({"orderIds": []}, "orderIds must not be empty"),
        ({"orderIds": [SOMEBODY] * 101}, "orderIds has size 101, expected 100 or less"),
        ({"orderIds": SOMEBODY}, "Expected an array"),
        ({"orderIds": [1]}, "Expected a string"),
    ],
)
def test_a_list_by_ids_takes_one_to_a_hundred_ids(
    call: Caller, path: str, body: dict[str, Any], said: str
) -> None:
    assert call.refused("POST", f"{path}/list-by-ids", body) == (400, said)


def paid_orders(call: Caller, count: int) -> list[str]:
    """The ids of orders, each paid, refunded and sent."""
    orders = [
        call.site.ecom.add(
            {},
            payments=[{"id": f"paid-{number}"}],
            refunds=[{"id": f"back-{number}"}],
            fulfillments=[{"id": f"sent-{number}"}],
        )
        for number in range(count)
    ]
    return [order["id"] for order in orders]


def test_rows_come_in_any_order_and_unknown_ids_have_none(call: Caller) -> None:
    ids = paid_orders(call, 99)
    rows = call.ok("POST", f"{PAYMENTS}/list-by-ids", {"orderIds": [*ids, SOMEBODY]})
    rows = rows["orderTransactions"]
    assert [row["orderId"] for row in rows] != ids
    found = {row["orderId"]: (row["payments"][0]["id"], row["refunds"][0]["id"]) for row in rows}
    assert found == {key: (f"paid-{at}", f"back-{at}") for at, key in enumerate(ids)}
    sent = call.ok("POST", f"{FULFILLMENTS}/list-by-ids", {"orderIds": ids})
    named = {row["orderId"]: row["fulfillments"] for row in sent["ordersWithFulfillments"]}
    assert named == {key: [{"id": f"sent-{at}"}] for at, key in enumerate(ids)}


def test_an_order_without_payments_says_so_in_one_of_three_ways(call: Caller) -> None:
    bare = call.site.ecom.add({})["id"]
    half = call.site.ecom.add({}, payments=[{"id": "paid"}])["id"]

    def rows() -> dict[str, Any]:
        body = {"orderIds": [bare, half]}
        found = call.ok("POST", f"{PAYMENTS}/list-by-ids", body)["orderTransactions"]
        return {row.pop("orderId"): row for row in found}

    paid = [{"id": "paid"}]
    full = {"payments": paid, "refunds": []}
    assert rows() == {bare: {"payments": [], "refunds": []}, half: full}
    call.site.ecom.rows_without_children = "bare"
    assert rows() == {bare: {}, half: {"payments": paid}}
    call.site.ecom.rows_without_children = "none"
    assert rows() == {half: {"payments": paid}}


def test_of_one_order_the_answer_is_an_object_under_another_word(call: Caller) -> None:
    (key,) = paid_orders(call, 1)
    row = call.ok("GET", f"{PAYMENTS}/orders/{key}")["orderTransactions"]
    assert (row["orderId"], row["payments"]) == (key, [{"id": "paid-0"}])
    row = call.ok("GET", f"{FULFILLMENTS}/orders/{key}")["orderWithFulfillments"]
    assert (row["orderId"], row["fulfillments"]) == (key, [{"id": "sent-0"}])


@pytest.mark.parametrize(
    ("permission", "refused"),
    [
        ("ECOM.READ_ORDERS", SEARCH),
        ("ECOM.READ_TRANSACTIONS", f"{PAYMENTS}/list-by-ids"),
        ("ECOM.READ_FULFILLMENTS", f"{FULFILLMENTS}/list-by-ids"),
    ],
)
def test_orders_payments_and_fulfillments_have_a_permission_each(
    call: Caller, permission: str, refused: str
) -> None:
    call.site.deny(permission)
    body = {"orderIds": [SOMEBODY]}
    paths = (SEARCH, f"{PAYMENTS}/list-by-ids", f"{FULFILLMENTS}/list-by-ids")
    codes = {path: call("POST", path, body).status_code for path in paths}
    assert codes == {path: 403 if path == refused else 200 for path in paths}
