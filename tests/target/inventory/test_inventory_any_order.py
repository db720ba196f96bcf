"""Stock and products of one run in any order, and the tap piped into an empty shop."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tap_wix.tap import TapWix
from target_wix.runtime import message_loop
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.tap.running import Collector, catalog
from tests.target.inventory.harness import StockShop, as_line, schema

Json = dict[str, Any]
SKUS = ("A", "B", "C", "D")


def product(sku: str) -> str:
    row = {"sku": sku, "handle": f"p-{sku.lower()}", "slug": f"p-{sku.lower()}"}
    return as_line({**row, "name": f"Product {sku}", "price": "3"}, "products")


def _run(version: str, lines: list[str]) -> tuple[dict[str, Any], dict[str, int]]:
    with FakeWix(Site(version)) as wix:
        shop = StockShop(wix)
        shop.add("A", 5, name="There already")
        run = shop.run_lines([schema(), schema("products"), *lines], track_quantity=True)
        return shop.stock, run.codes


_MESSAGES = st.lists(
    st.one_of(
        st.tuples(st.just("product"), st.sampled_from(SKUS[1:])),
        st.tuples(st.just("stock"), st.sampled_from(SKUS), st.integers(1, 9)),
        st.tuples(st.just("state")),
    ),
    max_size=14,
)


@pytest.mark.parametrize("version", [V1, V3])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(messages=_MESSAGES)
def test_stock_and_products_come_to_the_same_in_any_order(
    version: str, messages: list[tuple[Any, ...]]
) -> None:
    """As if all products had come first, and stock in its order after them."""
    lines, products, stock = [], [], []
    for number, (kind, *rest) in enumerate(messages):
        if kind == "product":
            lines.append(product(rest[0]))
            products.append(lines[-1])
        elif kind == "stock":
            lines.append(as_line({"sku": rest[0], "quantity": rest[1]}))
            stock.append(lines[-1])
        else:
            state = {"type": "STATE", "value": {"bookmarks": {"at": number}}}
            lines.append(json.dumps(state))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(message_loop, "_STATE_EVERY_SECONDS", 0.0)
        assert _run(version, lines) == _run(version, [*products, *stock])


@pytest.mark.parametrize("comes", [V1, V3])
@pytest.mark.parametrize("goes", [V1, V3])
def test_the_tap_piped_into_an_empty_shop_brings_its_stock_in_one_run(
    comes: str, goes: str
) -> None:
    sites = [Site(comes), Site(goes)]
    with FakeWix(*sites) as wix:
        here, there = (StockShop(wix, site) for site in sites)
        for number in range(130):
            here.add(f"S{number}", number % 7, name=f"Cup {number}")
        here.add_sized(S=1, M=2)
        writer = Collector()
        TapWix(
            config=here.site.settings(wix.url),
            catalog=catalog(streams=["products", "collections", "inventory_items"]),
            message_writer=writer,
        ).sync_all()
        lines = [line.decode().strip() for line in writer.lines]
        options: Json = {"copy_stock": True, "unknown_id": "create", "track_quantity": True}
        dry = there.run_lines(lines, dry_run=True, **options)
        assert (dry.codes, dry.writes) == ({}, [])
        run = there.run_lines(lines, **options)
        assert (run.code, run.codes, run.counts) == (0, {}, dry.counts)
        assert there.stock == here.stock
        assert there.run_lines(lines, **options).writes == []


@pytest.mark.parametrize("version", [V1, V3])
def test_rows_that_stream_maps_make_of_one_line_wait_each_for_its_product(version: str) -> None:
    maps = {
        "erp": {"__alias__": "inventory_items", "sku": "sku", "quantity": "here", "__else__": None},
        "inventory_items": {
            "__source__": "erp",
            "sku": "sku + '-2'",
            "quantity": "there",
            "__else__": None,
        },
        "products": {},
    }
    columns = {"sku": {"type": "string"}, "here": {"type": "integer"}, "there": {"type": "integer"}}
    lines = [
        json.dumps(
            {
                "type": "SCHEMA",
                "stream": "erp",
                "schema": {"type": "object", "properties": columns},
                "key_properties": [],
            }
        ),
        schema("products"),
        as_line({"sku": "B", "here": 3, "there": 4}, "erp"),
        as_line({"sku": "never", "here": 3, "there": 4}, "erp"),
        json.dumps({"type": "STATE", "value": {"at": 1}}),
        product("B"),
        json.dumps({"type": "STATE", "value": {"at": 2}}),
        product("B-2"),
        json.dumps({"type": "STATE", "value": {"at": 3}}),
    ]
    with FakeWix(Site(version)) as wix, pytest.MonkeyPatch.context() as patch:
        patch.setattr(message_loop, "_STATE_EVERY_SECONDS", 0.0)
        shop = StockShop(wix)
        run = shop.run_lines(lines, track_quantity=True, stream_maps=maps)
        assert run.codes == {"UNKNOWN_SKU": 2}
        assert shop.stock == {"B": 3, "B-2": 4}
