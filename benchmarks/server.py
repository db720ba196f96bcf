"""A server that must not be what is measured: canned rows, joined and sent, in its own process.

    python -m benchmarks.server contacts=40000 v3=10000 v1=12000 orders=2000

It prints the addresses as JSON, one for each delay, and ends with its standard input. Each address
counts its requests: GET /requests gives the number since it was asked last.
"""

from __future__ import annotations

import asyncio
import functools
import json
import sys
from typing import TYPE_CHECKING, Any

from benchmarks import canned

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.canned import Listed

DELAYS = (0.0, 0.5)
_Answer = tuple[int, bytes]


class Shop:
    """What is asked for by path: a page of rows from the place that a filter names."""

    def __init__(self, sizes: dict[str, int]) -> None:
        """Make the rows."""
        self._posts: dict[str, Callable[[dict[str, Any]], bytes]] = {}
        products, variants = canned.v3_products(sizes.get("v3", 0))
        found, payments, parcels = canned.orders(sizes.get("orders", 0))
        of_v1 = canned.v1_products(sizes.get("v1", 0))
        people = canned.contacts(sizes.get("contacts", 0))
        self.version = "V1_CATALOG" if sizes.get("v1") else "V3_CATALOG"
        self._posts["/contacts/v4/contacts/query"] = lambda body: _by_offset(
            people, body["query"], "contacts", "createdDate"
        )
        self._posts["/stores/v3/products/query"] = lambda body: _sweep(
            products, body["query"], "products"
        )
        self._posts["/stores/v3/products/query-variants"] = lambda body: _children(
            variants, body["query"]["filter"]["productData.productId"]["$in"], "variants"
        )
        self._posts["/stores/v3/products/count"] = lambda _: b'{"count":%d}' % len(products.rows)
        self._posts["/ecom/v1/orders/search"] = lambda body: _sweep(found, body["search"], "orders")
        self._posts["/ecom/v1/payments/list-by-ids"] = lambda body: _children(
            payments, body["orderIds"], "orderTransactions"
        )
        self._posts["/ecom/v1/fulfillments/list-by-ids"] = lambda body: _children(
            parcels, body["orderIds"], "ordersWithFulfillments"
        )
        self._posts["/stores-reader/v1/products/query"] = lambda body: _numbered(
            of_v1, body["query"]
        )

    def answer(self, method: str, path: str, body: bytes) -> _Answer:
        """Return status and body."""
        if method == "GET" and path == "/stores/v3/provision/version":
            return 200, b'{"catalogVersion":"%s"}' % self.version.encode()
        if method == "GET" and path == "/stores/v3/all-products-category":
            return 200, b'{"categoryId":"00000000-0000-4000-8000-000000000000"}'
        ask = self._posts.get(path)
        return (200, ask(json.loads(body))) if ask else (404, b"{}")


def _page(key: str, rows: list[bytes], about: bytes) -> bytes:
    return b'{"%s":[%s],%s}' % (key.encode(), b",".join(rows), about)


def _start(listed: Listed, condition: dict[str, Any] | None) -> int:
    if not condition:
        return 0
    if "$gt" in condition:
        return listed.places[str(condition["$gt"])] + 1
    return listed.places[condition["$gte"]]


def _by_offset(listed: Listed, query: dict[str, Any], key: str, date: str) -> bytes:
    start = _start(listed, query.get("filter", {}).get(date))
    first = start + query["paging"]["offset"]
    rows = listed.rows[first : first + query["paging"]["limit"]]
    return _page(key, rows, b'"pagingMetadata":{"total":%d}' % (len(listed.rows) - start))


def _sweep(listed: Listed, query: dict[str, Any], key: str) -> bytes:
    start = _start(listed, query.get("filter", {}).get("updatedDate"))
    rows = listed.rows[start : start + query["cursorPaging"]["limit"]]
    more = start + len(rows) < len(listed.rows)
    cursor = b',"cursors":{"next":"c%d"}' % start if more else b""
    name = b"metadata" if key == "orders" else b"pagingMetadata"
    return _page(
        key, rows, b'"%s":{"hasNext":%s%s}' % (name, b"true" if more else b"false", cursor)
    )


def _children(listed: Listed, ids: list[str], key: str) -> bytes:
    rows = [row for one in ids for row in listed.by_parent.get(one, ())]
    return _page(key, rows, b'"pagingMetadata":{"count":%d,"hasNext":false}' % len(rows))


def _numbered(listed: Listed, query: dict[str, Any]) -> bytes:
    start = _start(listed, json.loads(query.get("filter") or "{}").get("numericId"))
    rows = listed.rows[start : start + query["paging"]["limit"]]
    return _page("products", rows, b'"totalResults":%d' % (len(listed.rows) - start))


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as far as clients of a benchmark speak it."""

    def __init__(self, shop: Shop, delay: float, counter: list[int]) -> None:
        self._shop = shop
        self._delay = delay
        self._counter = counter
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return
        self._received = rest[length:]
        method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        if path == "/requests":
            self._send(200, b"%d" % self._counter[0])
            self._counter[0] = 0
            return
        self._counter[0] += 1
        answer = self._shop.answer(method, path, rest[:length])
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._send, *answer)
        else:
            self._send(*answer)

    def _send(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def _serve(shop: Shop) -> None:
    loop = asyncio.get_running_loop()
    addresses = []
    for delay in DELAYS:
        connection = functools.partial(_Connection, shop, delay, [0])
        server = await loop.create_server(connection, "127.0.0.1", 0)
        addresses.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    print(json.dumps(addresses), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serve shops of the sizes that are named."""
    sizes = dict(argument.split("=") for argument in sys.argv[1:])
    asyncio.run(_serve(Shop({name: int(count) for name, count in sizes.items()})))


if __name__ == "__main__":
    main()
