"""Orders, and the rows that belong to them (wix-api orders 2, 8, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api import times
from tap_wix.api.ecom.orders import FULFILLMENTS, ORDERS, TRANSACTIONS, YOUNGER_ORDERS
from tap_wix.client import EmbeddedStream, WixStream
from tap_wix.schemas.source import SITE, column, wix_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite

_ORDER = {
    "orderId": column("string", "The order it belongs to."),
    "orderNumber": column("string", "The number of the order that buyers see."),
    "currency": column("string", "ISO 4217 code that all prices of the order are in."),
    "orderUpdatedDate": column("date-time", "Last change of the order."),
}
_FROM_ORDER = {
    "orderId": "id",
    "orderNumber": "number",
    "currency": "currency",
    "orderUpdatedDate": "updatedDate",
}
_KEYS = ("siteId", "orderId", "id")


class OrdersStream(WixStream):
    """Orders of all statuses that Wix shows, with lines, prices, addresses and activities."""

    name = "orders"
    replication_key = "updatedDate"
    schema = wix_schema("orders", own=SITE)
    resource = ORDERS

    @override
    def more_pages(self, site: WixSite) -> Iterator[Rows]:
        """Read younger orders again, for payments and parcels that did not move their order.

        Whether a late chargeback or a tracking number moves `updatedDate` is not documented
        (orders 8, 9).
        """
        days = self.config.get("order_lookback_days") or 0
        if days:
            start = times.earlier(site.now(), minutes=days * 24 * 60)
            for page in YOUNGER_ORDERS.pages(site, start):
                yield page._replace(embedded_only=True)


class OrderLineItemsStream(EmbeddedStream):
    """One row for each line of an order."""

    name = "order_line_items"
    parent_stream_type = OrdersStream
    primary_keys = _KEYS
    replication_key = "orderUpdatedDate"
    schema = wix_schema("orders", at="lineItems[]", keys=_KEYS, parent=_ORDER, own=SITE)
    embedded_at, from_parent = "lineItems", _FROM_ORDER


class OrderPaymentsStream(EmbeddedStream):
    """One row for each payment of an order: regular, by gift card, by membership."""

    name = "order_payments"
    parent_stream_type = OrdersStream
    primary_keys = _KEYS
    replication_key = "orderUpdatedDate"
    schema = wix_schema("order_transactions", at="payments[]", keys=_KEYS, parent=_ORDER, own=SITE)
    requested, embedded_at, from_parent = TRANSACTIONS, "payments", _FROM_ORDER


class OrderRefundsStream(EmbeddedStream):
    """One row for each refund of an order; it may touch several payments."""

    name = "order_refunds"
    parent_stream_type = OrdersStream
    primary_keys = _KEYS
    replication_key = "orderUpdatedDate"
    schema = wix_schema("order_transactions", at="refunds[]", keys=_KEYS, parent=_ORDER, own=SITE)
    requested, embedded_at, from_parent = TRANSACTIONS, "refunds", _FROM_ORDER


class OrderFulfillmentsStream(EmbeddedStream):
    """One row for each parcel or other fulfillment of an order, with its tracking."""

    name = "order_fulfillments"
    parent_stream_type = OrdersStream
    primary_keys = _KEYS
    replication_key = "orderUpdatedDate"
    schema = wix_schema(
        "order_fulfillments", at="fulfillments[]", keys=_KEYS, parent=_ORDER, own=SITE
    )
    requested, embedded_at, from_parent = FULFILLMENTS, "fulfillments", _FROM_ORDER
