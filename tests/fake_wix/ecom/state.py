"""The orders of a site, each with its payments, refunds and fulfillments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]


class Ecom:
    """What the eCommerce APIs of a site hold."""

    def __init__(self, site: Site) -> None:
        """No order yet."""
        self.site = site
        self.orders = Store(site)
        self.payments: dict[str, list[Json]] = {}
        self.refunds: dict[str, list[Json]] = {}
        self.fulfillments: dict[str, list[Json]] = {}
        # What the reference leaves open (orders 2, 7).
        self.has_next = True
        self.rows_without_children: Literal["empty", "bare", "none"] = "empty"
        """Of an order without payments: a row with empty lists, without the lists, or no row at all."""

    def add(
        self,
        order: Json,
        *,
        payments: list[Json] | None = None,
        refunds: list[Json] | None = None,
        fulfillments: list[Json] | None = None,
    ) -> Json:
        """Put an order in, complete with what belongs to it; what it lacks is filled in."""
        now = self.site.now()
        filled = {
            "id": self.site.new_id(),
            "number": str(10_000 + len(self.orders)),
            "createdDate": now,
            "updatedDate": now,
            "status": "APPROVED",
            "lineItems": [],
            **order,
        }
        self.orders.put(filled, indexed=True)
        key = str(filled["id"])
        self.payments[key] = payments or []
        self.refunds[key] = refunds or []
        self.fulfillments[key] = fulfillments or []
        return filled

    def change(self, order_id: str, **changes: Any) -> Json:
        """Change an order as its owner would: `updatedDate` moves."""
        order = {**self.orders.edit(order_id), **changes, "updatedDate": self.site.now()}
        self.orders.put(order)
        return order
