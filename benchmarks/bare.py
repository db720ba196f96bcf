"""The least that any program must do: the same requests, decoded once, joined, encoded once.

    python -m benchmarks.bare contacts|v3|v1|orders http://127.0.0.1:1234

Nothing is checked, resumed or paced, and numbers go through float: no more than a yardstick.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import orjson
import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterator

_Row = dict[str, Any]


class Wire:
    """One connection."""

    def __init__(self, address: str) -> None:
        """Open it at the first request."""
        self._pool = urllib3.PoolManager()
        self._address = address

    def post(self, path: str, body: _Row) -> _Row:
        """Return the answer."""
        headers = {"Content-Type": "application/json", "Authorization": "key"}
        answer = self._pool.request(
            "POST", self._address + path, body=orjson.dumps(body), headers=headers
        )
        found: _Row = orjson.loads(answer.data)
        return found


def contacts(wire: Wire) -> Iterator[list[_Row]]:
    """Read contacts by `createdDate`, a thousand a page, the last of a page seen again."""
    where: _Row = {}
    last = ""
    while True:
        query = {"paging": {"limit": 1000, "offset": 0}, "fieldsets": ["FULL"], **where}
        rows = wire.post("/contacts/v4/contacts/query", {"query": query})["contacts"]
        yield [row for row in rows if row["id"] != last]
        if len(rows) < 1000:
            return
        last = rows[-1]["id"]
        where = {"filter": {"createdDate": {"$gte": rows[-1]["createdDate"]}}}


def _swept(wire: Wire, path: str, key: str, wrapper: str) -> Iterator[list[_Row]]:
    where: _Row = {}
    last = ""
    while True:
        answer = wire.post(path, {wrapper: {"cursorPaging": {"limit": 100}, **where}})
        rows = answer[key]
        yield [row for row in rows if row["id"] != last]
        if not (answer.get("pagingMetadata") or answer["metadata"])["hasNext"]:
            return
        last = rows[-1]["id"]
        where = {"filter": {"updatedDate": {"$gte": rows[-1]["updatedDate"]}}}


def v3(wire: Wire) -> Iterator[list[_Row]]:
    """Read products with their variants."""
    for rows in _swept(wire, "/stores/v3/products/query", "products", "query"):
        products = {row["id"]: row for row in rows}
        where = {"productData.productId": {"$in": [*products]}}
        query = {"filter": where, "cursorPaging": {"limit": 1000}}
        found = wire.post("/stores/v3/products/query-variants", {"query": query})["variants"]
        for variant in found:
            product = products[variant.pop("productData")["productId"]]
            variant["choices"] = variant.pop("optionChoices", [])
            product.setdefault("variantsInfo", {"variants": []})["variants"].append(variant)
        yield rows


def v1(wire: Wire) -> Iterator[list[_Row]]:
    """Read products of Catalog V1 as they are."""
    where: _Row = {}
    flags = ("includeVariants", "includeHiddenProducts", "includeMerchantSpecificData")
    while True:
        query = {"paging": {"limit": 100}, "sort": '[{"numericId":"asc"}]', **where}
        body = {"query": query, **dict.fromkeys(flags, True)}
        rows = wire.post("/stores-reader/v1/products/query", body)["products"]
        if not rows:
            return
        yield rows
        where = {"filter": json.dumps({"numericId": {"$gt": int(rows[-1]["numericId"])}})}


def orders(wire: Wire) -> Iterator[list[_Row]]:
    """Read orders, their payments and their fulfillments."""
    for rows in _swept(wire, "/ecom/v1/orders/search", "orders", "search"):
        body = {"orderIds": [row["id"] for row in rows]}
        yield rows
        yield wire.post("/ecom/v1/payments/list-by-ids", body)["orderTransactions"]
        yield wire.post("/ecom/v1/fulfillments/list-by-ids", body)["ordersWithFulfillments"]


def main() -> None:
    """Read everything of a kind and write it as Singer messages."""
    kind, address = sys.argv[1:]
    read = {"contacts": contacts, "v3": v3, "v1": v1, "orders": orders}[kind]
    write = sys.stdout.buffer.write
    for rows in read(Wire(address)):
        for row in rows:
            write(orjson.dumps({"type": "RECORD", "stream": kind, "record": row}) + b"\n")


if __name__ == "__main__":
    main()
