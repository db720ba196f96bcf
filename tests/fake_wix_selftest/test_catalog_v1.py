"""The rules of Catalog V1 that differ from every newer Wix API (wix-api stores-v1 1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import NOT_INSTALLED, V3
from tests.fake_wix.stores_v1.doors import MANAGE, READ
from tests.fake_wix.stores_v3.seed import add_product

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

QUERY = "/stores-reader/v1/products/query"


def asked(
    filters: Any = None, sort: Any = None, limit: int = 100, offset: int = 0, **flags: bool
) -> dict[str, Any]:
    query: dict[str, Any] = {"paging": {"limit": limit, "offset": offset}}
    if filters is not None:
        query["filter"] = json.dumps(filters)
    if sort is not None:
        query["sort"] = json.dumps(sort)
    return {"query": query, **flags}


def names(answer: dict[str, Any]) -> list[str]:
    return [product["name"] for product in answer["products"]]


@pytest.fixture
def cups(call: Caller) -> Caller:
    for number, name in enumerate(("Cup", "Saucer", "Jug")):
        call.site.v1.add(
            {"name": name, "priceData": {"price": 10 + number}, "visible": name != "Jug"},
            number=9_007_199_254_740_991 + number,
        )
    return call


def test_metadata_items_is_the_page_size_asked_for(cups: Caller) -> None:
    answer = cups.ok("POST", QUERY, asked(limit=50))
    assert answer["metadata"] == {"items": 50, "offset": 0}
    assert answer["totalResults"] == len(answer["products"]) == 2


def test_hidden_products_come_only_with_the_flag(cups: Caller) -> None:
    hidden = {"visible": False}
    assert cups.ok("POST", QUERY, asked(hidden))["products"] == []
    assert names(cups.ok("POST", QUERY, asked(hidden, includeHiddenProducts=True))) == ["Jug"]


@pytest.mark.parametrize("flag", ["includeHiddenProducts", "includeMerchantSpecificData"])
def test_flags_without_the_manage_scope_are_refused_or_have_no_effect(
    cups: Caller, flag: str
) -> None:
    cups.site.deny(*MANAGE)
    assert cups.refused("POST", QUERY, asked(**{flag: True})) == (403, "")
    cups.site.v1.switches.missing_scope = "ignored"
    assert len(cups.ok("POST", QUERY, asked(**{flag: True}))["products"]) == 2
    cups.site.deny(*READ)
    assert cups.refused("POST", QUERY, asked()) == (403, "")


def test_a_keyset_on_numeric_id_is_exact_beyond_two_to_the_53(cups: Caller) -> None:
    greater = {"numericId": {"$gt": 9_007_199_254_740_992}}
    body = asked(greater, [{"numericId": "asc"}], includeHiddenProducts=True)
    answer = cups.ok("POST", QUERY, body)
    assert [one["numericId"] for one in answer["products"]] == ["9007199254740993"]
    text = asked({"numericId": {"$gt": "9007199254740992"}})
    assert cups.refused("POST", QUERY, text)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        asked(limit=101),
        asked(limit=100, offset=9_901),
        asked({"priceData.price": 3}),
        asked({"lastUpdated": {"$gte": 1_700_000_000_000}}),
        asked({"$or": [{"name": "Cup"}]}),
        asked(sort=[{"description": "asc"}]),
        {"query": {"filter": "{"}},
    ],
)
def test_queries_that_are_refused(cups: Caller, body: dict[str, Any]) -> None:
    assert cups.refused("POST", QUERY, body)[0] == 400


def test_a_filter_that_is_no_string_is_refused_or_ignored(cups: Caller) -> None:
    body = {"query": {"filter": {"name": "Cup"}}}
    assert cups.refused("POST", QUERY, body)[0] == 400
    cups.site.v1.switches.object_filter = "ignored"
    assert cups.ok("POST", QUERY, body)["totalResults"] == 2


def test_both_prefixes_read_until_the_reader_is_switched_off(cups: Caller) -> None:
    assert cups.ok("POST", "/stores/v1/products/query", asked(limit=1))["totalResults"] == 2
    cups.site.v1.switches.reader_prefix = False
    answer = cups("POST", QUERY, asked())
    assert (answer.status_code, answer.content) == (404, b"")
    assert cups.ok("POST", "/stores/v1/products/query", asked())["totalResults"] == 2


def test_a_query_sees_a_write_later_than_a_get(call: Caller) -> None:
    call.site.index_lag = None
    product = call.site.v1.add({"name": "Cup", "priceData": {"price": 1}})
    assert call.ok("POST", QUERY, asked())["products"] == []
    got = call.ok("GET", f"/stores-reader/v1/products/{product.id}")["product"]
    assert got["collectionIds"] == ["00000000-000000-000000-000000000001"]
    assert got["variants"][0]["id"] == "00000000-0000-0000-0000-000000000000"
    call.site.flush_index()
    found = call.ok("POST", QUERY, asked())["products"]
    assert [one["variants"] for one in found] == [[]]


def test_a_v3_site_refuses_v1_in_one_of_three_ways(call: Caller) -> None:
    call.site.catalog_version = V3
    call.site.v1.switches.reader_answers_on_v3 = False
    path = "/stores-reader/v1/collections/query"
    assert call.refused("POST", path) == (428, "CATALOG_V3_CALLING_CATALOG_V1_API")
    assert call.refused("POST", QUERY) == (428, "CATALOG_V3_CALLING_CATALOG_V1_API")
    call.site.wrong_catalog_code = "CATALOG_V3_SITE_CALLING_CATALOG_V1_API"
    assert call.refused("POST", path) == (428, "CATALOG_V3_SITE_CALLING_CATALOG_V1_API")
    call.site.wrong_catalog_status = 501
    assert call.refused("POST", path)[0] == 501


def test_a_v3_site_answers_the_reader_of_products_without_variants(call: Caller) -> None:
    call.site.catalog_version = V3
    add_product(call.site, "Cup")
    (cup,) = call.ok("POST", QUERY)["products"]
    assert (cup["name"], cup["variants"]) == ("Cup", [])
    wrong = (428, "CATALOG_V3_CALLING_CATALOG_V1_API")
    assert call.refused("POST", QUERY.replace("-reader", "")) == wrong
    assert call.refused("POST", "/stores-reader/v1/collections/query") == wrong


def test_stock_is_read_with_a_permission_of_its_own(call: Caller) -> None:
    call.site.deny("WIX_STORES.READ_INVENTORY")
    for prefix in ("stores", "stores-reader"):
        assert call("POST", f"/{prefix}/v2/inventoryItems/query", {}).status_code == 403
        assert call("POST", f"/{prefix}/v1/products/query", {}).status_code == 200


def test_a_site_without_stores_says_so(call: Caller) -> None:
    call.site.catalog_version = NOT_INSTALLED
    assert call.refused("POST", QUERY) == (428, "REQUIRED_APP_NOT_INSTALLED")


def test_collections_show_count_and_description_only_when_asked(call: Caller) -> None:
    path = "/stores-reader/v1/collections/query"
    everything = call.ok("POST", path)["collections"]
    assert [one["id"] for one in everything] == ["00000000-000000-000000-000000000001"]
    assert "numberOfProducts" not in everything[0]
    counted = call.ok("POST", path, {"includeNumberOfProducts": True})["collections"]
    assert counted[0]["numberOfProducts"] == 0
