"""A large shop, made of copies of the demo shop's rows, ready to be sent: a list of bytes a list.

Every copy has an id of its own and dates that ascend, so that sweeps have something to go by.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tap_wix.api.stores_v3.fields import PRODUCT_FIELDS, VARIANT_FIELDS
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo

_SINCE = datetime(2024, 1, 1, tzinfo=UTC)
_PAGE: dict[str, Any] = {"cursorPaging": {"limit": 100}}


@dataclass
class Listed:
    """Rows in the order of their moment.

    Attributes:
        rows: each as JSON text.
        keys: the id of each.
        places: by what a filter can name, a moment or a number, the place of the row.
        by_parent: for rows that are asked for by another's id: their JSON texts.
    """

    rows: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    by_parent: dict[str, list[bytes]] = field(default_factory=dict)


def moment(place: int) -> str:
    """The moment of the row at a place."""
    return f"{_SINCE + timedelta(seconds=37 * place):%Y-%m-%dT%H:%M:%S}.{place % 1000:03d}Z"


def key_of(place: int) -> str:
    """The id of the row at a place."""
    return str(uuid.UUID(int=(0x4F0C << 112) | (4 << 76) | (8 << 60) | place * 2_654_435_761))


def contacts(count: int) -> Listed:
    """Contacts in the order of `createdDate`."""
    rows = _asked(V3, "/contacts/v4/contacts/query", {"query": {"fieldsets": ["FULL"]}}, "contacts")
    return _copies(rows, count, "createdDate")


def orders(count: int) -> tuple[Listed, Listed, Listed]:
    """Orders in the order of `updatedDate`, their payments and their fulfillments."""
    rows = _asked(V3, "/ecom/v1/orders/search", {"search": _PAGE}, "orders")
    ids = {"orderIds": [row["id"] for row in rows]}
    payments = _asked(V3, "/ecom/v1/payments/list-by-ids", ids, "orderTransactions")
    parcels = _asked(V3, "/ecom/v1/fulfillments/list-by-ids", ids, "ordersWithFulfillments")
    return (
        _copies(rows, count, "updatedDate"),
        _children(rows, {row["orderId"]: [row] for row in payments}, count),
        _children(rows, {row["orderId"]: [row] for row in parcels}, count),
    )


def v3_products(count: int) -> tuple[Listed, Listed]:
    """Products in the order of `updatedDate`, and their variants."""
    rows = _asked(
        V3, "/stores/v3/products/query", {"query": _PAGE, "fields": [*PRODUCT_FIELDS]}, "products"
    )
    query = {"query": {"cursorPaging": {"limit": 1000}}, "fields": [*VARIANT_FIELDS]}
    by_product: dict[str, list[Any]] = {}
    for variant in _asked(V3, "/stores/v3/products/query-variants", query, "variants"):
        by_product.setdefault(variant["productData"]["productId"], []).append(variant)
    return _copies(rows, count, "updatedDate"), _children(rows, by_product, count)


def v1_products(count: int) -> Listed:
    """Products in the order of `numericId`."""
    flags = ("includeVariants", "includeHiddenProducts", "includeMerchantSpecificData")
    body = {"query": {"paging": {"limit": 100}}, **dict.fromkeys(flags, True)}
    rows = _asked(V1, "/stores-reader/v1/products/query", body, "products")
    return _copies(rows, count, "lastUpdated", number="numericId")


def _asked(version: str, path: str, body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return what the demo shop answers; its ids are others in each process, and the same in one."""
    rows = _SHOPS.setdefault(version, _Shop(version)).ask(path, body)[key]
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


class _Shop:
    def __init__(self, version: str) -> None:
        self._site = Site(version)
        demo(self._site)

    def ask(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        with FakeWix(self._site) as wix:
            settings = self._site.settings(wix.url)
            headers = {
                "Authorization": settings["api_key"],
                "wix-site-id": settings["site_id"],
            }
            answer = requests.post(wix.url + path, json=body, headers=headers, timeout=60)
            answer.raise_for_status()
            return answer.json()


_SHOPS: dict[str, _Shop] = {}


def _text(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _copies(rows: list[dict[str, Any]], count: int, date: str, *, number: str = "") -> Listed:
    listed = Listed()
    templates = []
    for row in rows:
        marked = {**row, date: "@date@", **({number: "@number@"} if number else {})}
        templates.append(_text(marked).replace(row["id"], "@id@"))
    for place in range(count):
        key, when, numeric = key_of(place), moment(place), str(1_700_000_000_000_000 + place)
        text = templates[place % len(templates)].replace("@id@", key).replace("@date@", when)
        listed.rows.append(text.replace("@number@", numeric).encode())
        listed.keys.append(key)
        listed.places[numeric if number else when] = place
    return listed


def _children(
    parents: list[dict[str, Any]], children: dict[str, list[dict[str, Any]]], count: int
) -> Listed:
    listed = Listed()
    templates = [
        [_text(child).replace(row["id"], "@id@") for child in children.get(row["id"], [])]
        for row in parents
    ]
    for place in range(count):
        key = key_of(place)
        texts = [text.replace("@id@", key).encode() for text in templates[place % len(templates)]]
        if texts:
            listed.by_parent[key] = texts
    return listed
