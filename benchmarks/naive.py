"""A tap as the SDK's template has it, with the same requests: what one gets without thinking of it.

python -m benchmarks.naive contacts|v3|v1|orders http://127.0.0.1:1234
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import RESTStream, Tap
from singer_sdk.pagination import BaseAPIPaginator
from typing_extensions import override

from tap_wix.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import requests
    from singer_sdk.helpers.types import Context


class _LastRow(BaseAPIPaginator[Any]):
    """Goes on from the last row of a page."""

    def __init__(self, stream: _NaiveStream) -> None:
        super().__init__(None)
        self._stream = stream

    @override
    def get_next(self, response: requests.Response) -> Any:
        rows = response.json()[self._stream.key]
        more = rows if self._stream.limit == 0 else len(rows) == self._stream.limit
        return rows[-1][self._stream.date] if more else None


class _NaiveStream(RESTStream[Any]):
    """Rows by a query, page by page."""

    http_method = "POST"
    primary_keys = ("id",)
    key: ClassVar[str]
    date: ClassVar[str]
    limit: ClassVar[int] = 100
    wrapper: ClassVar[str] = "query"

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    @override
    def records_jsonpath(self) -> str:
        return f"$.{self.key}[*]"

    @override
    def get_new_paginator(self) -> _LastRow:
        return _LastRow(self)

    @override
    def prepare_request_payload(
        self, context: Context | None, next_page_token: Any | None
    ) -> dict[str, Any]:
        query: dict[str, Any] = {"cursorPaging": {"limit": self.limit}}
        if next_page_token:
            query["filter"] = {self.date: {"$gte": next_page_token}}
        return {self.wrapper: query}


def _schema(name: str) -> dict[str, Any]:
    [stream] = [one for one in STREAMS if one.name == name]
    return stream.schema


class Contacts(_NaiveStream):
    """Contacts."""

    name = "contacts"
    path = "/contacts/v4/contacts/query"
    key, date, limit = "contacts", "createdDate", 1000
    schema = _schema("contacts")

    @override
    def prepare_request_payload(
        self, context: Context | None, next_page_token: Any | None
    ) -> dict[str, Any]:
        query = super().prepare_request_payload(context, next_page_token)["query"]
        query["paging"] = {"limit": self.limit, "offset": 0}
        return {"query": {**query, "fieldsets": ["FULL"]}}


class V3Products(_NaiveStream):
    """Products, each page with a request for its variants."""

    name = "products"
    path = "/stores/v3/products/query"
    key, date = "products", "updatedDate"
    schema = _schema("products")

    @override
    def parse_response(self, response: requests.Response) -> Iterable[dict[str, Any]]:
        rows = [*super().parse_response(response)]
        where = {"productData.productId": {"$in": [row["id"] for row in rows]}}
        query = {"filter": where, "cursorPaging": {"limit": 1000}}
        answer = self.requests_session.post(
            f"{self.url_base}/stores/v3/products/query-variants", json={"query": query}
        )
        found: dict[str, list[Any]] = {}
        for variant in answer.json()["variants"]:
            found.setdefault(variant["productData"]["productId"], []).append(variant)
        for row in rows:
            row["variantsInfo"] = {"variants": found.get(row["id"], [])}
            yield row


class V1Products(_NaiveStream):
    """Products of Catalog V1, put into the columns by name."""

    name = "products"
    path = "/stores-reader/v1/products/query"
    key, date, limit = "products", "numericId", 0
    schema = _schema("products")

    @override
    def prepare_request_payload(
        self, context: Context | None, next_page_token: Any | None
    ) -> dict[str, Any]:
        query: dict[str, Any] = {"paging": {"limit": 100}}
        if next_page_token:
            query["filter"] = json.dumps({"numericId": {"$gt": int(next_page_token)}})
        return {"query": query, "includeVariants": True}

    @override
    def post_process(
        self, row: dict[str, Any], context: Context | None = None
    ) -> dict[str, Any] | None:
        row["updatedDate"] = row.pop("lastUpdated")
        row["variantsInfo"] = {"variants": row.pop("variants", [])}
        row["v1"] = {name: row.pop(name) for name in [*row] if name not in self._columns}
        return row

    @property
    def _columns(self) -> dict[str, Any]:
        return {**self.schema["properties"]}


class Orders(_NaiveStream):
    """Orders without their payments and fulfillments."""

    name = "orders"
    path = "/ecom/v1/orders/search"
    key, date, wrapper = "orders", "updatedDate", "search"
    schema = _schema("orders")


class NaiveTap(Tap):
    """One stream."""

    name = "tap-naive"
    stream_class: ClassVar[type[_NaiveStream]]
    config_jsonschema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {"api_url": {"type": "string"}},
    }

    @override
    def discover_streams(self) -> list[_NaiveStream]:
        return [self.stream_class(self)]


def main() -> None:
    """Read everything of a kind."""
    kind, address = sys.argv[1:]
    kinds = {"contacts": Contacts, "v3": V3Products, "v1": V1Products, "orders": Orders}
    NaiveTap.stream_class = kinds[kind]
    NaiveTap(config={"api_url": address}).sync_all()


if __name__ == "__main__":
    main()
