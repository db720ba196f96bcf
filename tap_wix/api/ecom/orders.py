"""How orders, their payments and their fulfillments are read (wix-api orders 2, 8, 9)."""

from __future__ import annotations

from dataclasses import replace

from tap_wix.api.resources import ByParentIds, Endpoint
from tap_wix.api.sweep import Sweep

STATUSES = ("APPROVED", "CANCELED", "PENDING", "REJECTED")
"""Every status that a search can give. Without this filter PENDING and REJECTED are left out in
silence (wix-api orders 2)."""

_SCOPE = "Wix Stores or Wix eCommerce, Read Orders, SCOPE.DC-STORES.READ-ORDERS"

ORDERS = Sweep(
    Endpoint(
        "/ecom/v1/orders/search",
        "orders",
        permission=_SCOPE,
        wrapper="search",
        where={"status": {"$in": [*STATUSES]}},
    )
)
YOUNGER_ORDERS = replace(ORDERS, date="createdDate")
TRANSACTIONS = ByParentIds(
    "/ecom/v1/payments/list-by-ids", "orderTransactions", "orderIds", "orderId", _SCOPE
)
FULFILLMENTS = ByParentIds(
    "/ecom/v1/fulfillments/list-by-ids", "ordersWithFulfillments", "orderIds", "orderId", _SCOPE
)
