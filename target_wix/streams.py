"""Which streams are written, which are ignored and why, and that there are no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.foreign_text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

WRITTEN = ("products", "contacts", "inventory_items")
"""Streams that end up in the shop."""

_ORDER_STREAMS = frozenset(
    {
        "orders",
        "line_items",
        "fulfillments",
        "transactions",
        "payments",
        "refunds",
        "draft_orders",
        "abandoned_carts",
        "abandoned_checkouts",
    }
)
_ORDER_PREFIXES = ("order_", "orders_")

_TAP_STREAMS = frozenset(
    {
        "product_variants",
        "collection_products",
        "collections",
        "categories",
        "brands",
        "ribbons",
        "info_sections",
        "customizations",
        "labels",
        "contact_labels",
        "extended_fields",
        "contact_custom_fields",
        "contact_extended_fields",
        "deleted_contacts",
        "members",
        "locations",
        "currencies",
        "site_properties",
        "business_locations",
        "sites",
        "sweeps",
    }
)

_SKUS = "skus"

_ORDERS_REASON = "Wix allows no general update of an order once it was created"
_TAP_REASON = "this stream of tap-wix is not written back"
_SKUS_REASON = "rows of skus are written once stream_maps calls them products"
UNKNOWN_REASON = "nothing in a Wix shop goes by this name (unknown_streams is set to ignore)"


def reason_to_ignore(stream: str) -> str | None:
    """Return why a known stream is not written, None if it is not one of those."""
    if stream in _ORDER_STREAMS or stream.startswith(_ORDER_PREFIXES):
        return _ORDERS_REASON
    if stream == _SKUS:
        return _SKUS_REASON
    return _TAP_REASON if stream in _TAP_STREAMS else None


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def unknown_stream(stream: str) -> str:
    """Return the message for a stream that stops the run."""
    return (
        f"there is no stream {quoted(stream)}. Written are {_and(WRITTEN)}; ignored are orders"
        " and all that belongs to them (orders, order_..., fulfillments, refunds, ...) and"
        f" {', '.join(sorted({*_TAP_STREAMS, _SKUS}))}. Rename it with stream_maps, leave it out in the tap,"
        " or set unknown_streams to ignore."
    )
