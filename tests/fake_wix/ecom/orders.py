"""Orders: search and GET (wix-api orders 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error, field_violation, plain
from tests.fake_wix.http.routes import Request, route
from tests.fake_wix.query import QuerySpec, declare, run_query

if TYPE_CHECKING:
    from tests.fake_wix.ecom.state import Json
    from tests.fake_wix.site import Site

READ_ORDERS = "ECOM.READ_ORDERS"
READ_TRANSACTIONS = "ECOM.READ_TRANSACTIONS"
READ_FULFILLMENTS = "ECOM.READ_FULFILLMENTS"
ALL = "eq ne exists in nin lt lte gt gte startsWith"
SAME = "eq ne in nin"
SOME = "hasSome hasAll"
_TEXTS = (
    *("number", "buyerInfo.email", "billingInfo.contactDetails.firstName"),
    *("billingInfo.contactDetails.lastName", "businessLocation.id", "businessLocation.name"),
    "shippingInfo.logistics.deliveryTime",
)
_AMOUNTS = (
    *("priceSummary.total.amount", "taxInfo.totalTax.amount", "taxInfo.totalExempt.amount"),
    *(f"balanceSummary.{name}.amount" for name in ("authorized", "pending", "pendingRefund")),
)
_DATES = (
    *("createdDate", "updatedDate", "purchasedDate"),
    *(f"shippingInfo.logistics.deliveryTimeSlot.{end}" for end in ("from", "to")),
)
_KINDS = (
    *("status", "paymentStatus", "fulfillmentStatus", "channelInfo.type"),
    *("shippingInfo.title", "shippingInfo.region.name"),
)
_IDS = (
    *("id", "buyerInfo.contactId", "buyerInfo.memberId", "channelInfo.externalOrderId"),
    *("checkoutId", "createdBy.userId", "lineItems.subscriptionInfo.id"),
)
_LISTS = (
    *("lineItems.catalogReference.appId", "lineItems.catalogReference.catalogItemId"),
    *("lineItems.locations.id", "appliedDiscounts.coupon.id"),
)
_SORTED_LISTS = ("lineItems.productName.original", "fulfillmentStatusesAggregate.statuses")
# The table of orders 2.1.
SPEC = QuerySpec(
    {
        **{name: declare(ALL, sort=True, kind="date") for name in _DATES},
        **{name: declare(ALL, sort=True) for name in _TEXTS},
        **{name: declare(ALL, sort=True, kind="number") for name in _AMOUNTS},
        **{name: declare(SAME, sort=True) for name in _KINDS},
        **{name: declare(SAME) for name in _IDS},
        **{
            name: declare(ALL, kind="bool")
            for name in ("archived", "imported", "seenByAHuman", "demo")
        },
        **{name: declare(SOME) for name in _LISTS},
        **{name: declare(SOME, sort=True) for name in _SORTED_LISTS},
    },
    api="ecom.orders",
    inside="search",
    max_sort=4,
)
MOST_IDS = 100
_HIDDEN_UNLESS_NAMED = {"PENDING", "REJECTED"}


def _named_statuses(filters: Any) -> set[str]:
    """The statuses that a filter names explicitly; `$in` and `$eq` surely count as that (orders 2)."""
    condition = filters.get("status") if isinstance(filters, dict) else None
    if isinstance(condition, str):
        return {condition}
    if not isinstance(condition, dict):
        return set()
    named = condition.get("$in", [condition.get("$eq")])
    return {one for one in named if isinstance(one, str)} if isinstance(named, list) else set()


@route("POST", "/ecom/v1/orders/search", needs=READ_ORDERS)
def search_orders(site: Site, request: Request) -> Json:
    """A page of orders; the block is called `metadata`, a wrong wrapper is an empty search."""
    search = request.part("search")
    place = site.cursors.place_of(search)
    named = _named_statuses(search.get("filter") if place is None else place.filter)
    rows = [
        order
        for order in site.ecom.orders.all_indexed()
        if order.get("status") != "INITIALIZED"
        and (order.get("status") not in _HIDDEN_UNLESS_NAMED or order.get("status") in named)
    ]
    spec = replace(SPEC, has_next=site.ecom.has_next)
    page, paging = run_query(rows, search, spec, site.cursors)
    return {"orders": page, "metadata": paging}


@route("GET", "/ecom/v1/orders/{order_id}", needs=READ_ORDERS)
def get_order(site: Site, request: Request, order_id: str) -> Json:
    """One order, whatever its status."""
    order = site.ecom.orders.get(order_id)
    if order is None:
        raise application_error(404, "ORDER_NOT_FOUND", "Order not found")
    return {"order": order}


def _order_ids(request: Request) -> list[str]:
    ids = request.object().get("orderIds") or []
    if not isinstance(ids, list):
        raise plain(400, "Expected an array")
    if not all(isinstance(one, str) for one in ids):
        raise plain(400, "Expected a string")
    if not ids:
        raise field_violation("orderIds", "must not be empty", "MIN_SIZE")
    if len(ids) > MOST_IDS:
        raise field_violation(
            "orderIds", f"has size {len(ids)}, expected {MOST_IDS} or less", "MAX_SIZE"
        )
    return ids


def _rows(site: Site, ids: list[str], lists: dict[str, dict[str, list[Json]]]) -> list[Json]:
    """A row an order, in no particular order; unknown ids have none (orders 7)."""
    rows = []
    for key in dict.fromkeys(ids):
        if key not in site.ecom.orders:
            continue
        found = {name: held.get(key, []) for name, held in lists.items()}
        if site.ecom.rows_without_children != "empty":
            found = {name: children for name, children in found.items() if children}
        if not found and site.ecom.rows_without_children == "none":
            continue
        rows.append({"orderId": key, **found})
    site.random.shuffle(rows)
    return rows


@route("POST", "/ecom/v1/payments/list-by-ids", needs=READ_TRANSACTIONS)
def list_transactions(site: Site, request: Request) -> Json:
    """Payments and refunds of up to 100 orders (orders 8)."""
    lists = {"payments": site.ecom.payments, "refunds": site.ecom.refunds}
    return {"orderTransactions": _rows(site, _order_ids(request), lists)}


@route("GET", "/ecom/v1/payments/orders/{order_id}", needs=READ_TRANSACTIONS)
def get_transactions(site: Site, request: Request, order_id: str) -> Json:
    """Those of one order: an object, not a list (orders 6, trap 16)."""
    lists = {"payments": site.ecom.payments, "refunds": site.ecom.refunds}
    rows = _rows(site, [order_id], lists)
    return {"orderTransactions": rows[0] if rows else {"orderId": order_id}}


@route("POST", "/ecom/v1/fulfillments/list-by-ids", needs=READ_FULFILLMENTS)
def list_fulfillments(site: Site, request: Request) -> Json:
    """Fulfillments of up to 100 orders (orders 9)."""
    rows = _rows(site, _order_ids(request), {"fulfillments": site.ecom.fulfillments})
    return {"ordersWithFulfillments": rows}


@route("GET", "/ecom/v1/fulfillments/orders/{order_id}", needs=READ_FULFILLMENTS)
def get_fulfillments(site: Site, request: Request, order_id: str) -> Json:
    """Those of one order."""
    rows = _rows(site, [order_id], {"fulfillments": site.ecom.fulfillments})
    return {"orderWithFulfillments": rows[0] if rows else {"orderId": order_id}}
