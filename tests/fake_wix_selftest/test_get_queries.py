"""Queries as GET, the way of Wix's own client (wix-api platform 1 and trap 15)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix.stores_v3.seed import add_product
from tests.fake_wix_selftest.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

PRODUCTS = "/stores/v3/products"
FLAT_TREE = "treeReference.appNamespace=%40wix%2Fstores"


@pytest.fixture
def v3() -> Iterator[Caller]:
    with FakeWix(Site(V3)) as wix:
        for number in range(3):
            add_product(wix.site, f"Cup {number}", visible=number != 2)
        wix.site.flush_index()
        yield Caller(wix)


def encoded(body: Any) -> str:
    """A body as Wix's client puts it into an address."""
    text = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()
    return f"?.r={text.rstrip('=')}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{PRODUCTS}/query", {"query": {"sort": [{"fieldName": "slug"}]}, "fields": ["CURRENCY"]}),
        (f"{PRODUCTS}/search", {"search": {"filter": {"name": {"$startsWith": "Cup ~?>"}}}}),
        (f"{PRODUCTS}/count", {"returnNonVisibleProducts": True}),
        (f"{PRODUCTS}/query-variants", {"query": {"cursorPaging": {"limit": 2}}}),
        (f"{PRODUCTS}/search-variants", {"search": {"filter": {"visible": True}}}),
        ("/stores/v3/inventory-items/query", {}),
        ("/stores/v3/locations/query", {}),
        ("/stores/v3/brands/query", {}),
        ("/stores/v3/ribbons/count", {}),
        ("/categories/v1/categories/query",
         {"treeReference": {"appNamespace": "@wix/stores", "treeKey": None}}),
    ],
)  # fmt: skip
def test_a_query_is_answered_by_get_as_by_post(v3: Caller, path: str, body: Any) -> None:
    def without_cursor(answer: Any) -> Any:
        answer.get("pagingMetadata", {}).get("cursors", {}).pop("next", None)
        return answer

    by_get = without_cursor(v3.ok("GET", path + encoded(body)))
    assert by_get == without_cursor(v3.ok("POST", path, body))


def test_the_pages_of_a_query_follow_one_another_by_get(v3: Caller) -> None:
    first = v3.ok("GET", f"{PRODUCTS}/query" + encoded({"query": {"cursorPaging": {"limit": 2}}}))
    block = {"limit": 2, "cursor": first["pagingMetadata"]["cursors"]["next"]}
    rest = v3.ok("GET", f"{PRODUCTS}/query" + encoded({"query": {"cursorPaging": block}}))
    names = sorted(row["name"] for row in first["products"] + rest["products"])
    assert names == ["Cup 0", "Cup 1", "Cup 2"]


def test_what_plain_parameters_can_say_is_understood(v3: Caller) -> None:
    asked = "query.cursorPaging.limit=2&fields=CURRENCY&fields=URL"
    page = v3.ok("GET", f"{PRODUCTS}/query?{asked}")
    assert len(page["products"]) == 2
    assert {"currency", "url"} <= set(page["products"][0])
    assert v3.ok("GET", f"{PRODUCTS}/count?returnNonVisibleProducts=true") == {"count": 3}
    shelf = v3.ok("GET", f"/categories/v1/categories/query?{FLAT_TREE}")["categories"][0]
    path = f"/categories/v1/categories/{shelf['id']}/list-items"
    assert len(v3.ok("GET", f"{path}?{FLAT_TREE}&cursorPaging.limit=2")["items"]) == 2


@pytest.mark.parametrize("text", ["***", "bm8ganNvbg", "e30=e30"])
def test_a_request_that_cannot_be_read_is_refused(v3: Caller, text: str) -> None:
    assert v3.refused("GET", f"{PRODUCTS}/query?.r={text}") == (400, "Malformed request")
    assert v3.refused("GET", f"{PRODUCTS}/query{encoded([])}") == (400, "Expected an object")


@pytest.mark.parametrize("slug", ["query", "search-lamp", "count"])
def test_a_product_may_be_called_like_a_query(v3: Caller, slug: str) -> None:
    product = add_product(v3.site, "Lamp", slug=slug)
    found = v3.ok("GET", f"{PRODUCTS}/slug/{slug}")["product"]
    assert found["id"] == product["id"]


def test_the_older_apis_query_by_post_alone(v3: Caller) -> None:
    for path in ("/contacts/v4/contacts/query", "/members/v1/members/query"):
        assert v3("GET", path + encoded({})).status_code == 404
        assert v3("POST", path, {}).status_code == 200
