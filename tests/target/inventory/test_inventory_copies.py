"""Stock of another site: which variant here its variants are."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.stores import PRODUCTS
from target_wix.runtime import message_loop
from tests.api.opening import open_site
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.wire import decode, encode
from tests.target.contacts.harness import QuickTarget
from tests.target.inventory.harness import StockShop, as_line, schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
PAIRS = list(itertools.product((V1, V3), repeat=2))
KINDS = [
    (comes, goes, sku)
    for comes, goes in PAIRS
    for sku in ("", "SH")
    if not sku or goes == V1  # V3 takes a sku only once in a product (wix-api stores-v3 11)
]
OPTIONS: Json = {"copy_stock": True, "unknown_id": "create", "track_quantity": True}
SCHEMAS = [schema(stream) for stream in ("products", "inventory_items")]


def _two(comes: str, goes: str) -> Iterator[tuple[StockShop, StockShop]]:
    sites = [Site(comes), Site(goes)]
    with FakeWix(*sites) as wix:
        here, there = (StockShop(wix, site) for site in sites)
        yield here, there


@pytest.fixture(params=PAIRS, ids="-".join)
def two(request: pytest.FixtureRequest) -> Iterator[tuple[StockShop, StockShop]]:
    """A shop to copy from, and an empty one."""
    yield from _two(*request.param)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each STATE has everything written that came before it."""
    monkeypatch.setattr(message_loop, "_STATE_EVERY_SECONDS", 0.0)


def own(shop: StockShop, row: Json) -> Json:
    site = shop.site
    mine = {"siteId": site.site_id, "catalogVersion": site.catalog_version}
    found: Json = decode(encode({**row, **mine}))
    return found


def products(shop: StockShop) -> list[Json]:
    return [own(shop, row) for row in PRODUCTS.rows(open_site(shop.wix, shop.site))]


def one_by_one(lines: Iterable[str]) -> list[str]:
    """Lines with a STATE after each."""
    found = []
    for number, line in enumerate(lines):
        state = {"type": "STATE", "value": {"bookmarks": {"at": number}}}
        found += [line, json.dumps(state)]
    return found


# -- variants -------------------------------------------------------------------------------------


def sizes(shop: StockShop) -> Json:
    """Quantity by product, or by product and size."""
    found: Json = {}
    if not shop.is_v3:
        for goods in shop.site.v1.products():
            choices = {one.id: one.choices for one in goods.variants}
            for key, stock in goods.stocks().items():
                name = " ".join([goods.fields["name"], *choices.get(key, {}).values()])
                found[name] = stock.quantity if goods.track_quantity else stock.in_stock
        return found
    for item in shop.site.v3.inventory.all():
        product = shop.site.v3.products.get(item["productId"]) or {}
        (row,) = [
            one for one in product["variantsInfo"]["variants"] if one["id"] == item["variantId"]
        ]
        names = [one["optionChoiceNames"]["choiceName"] for one in row.get("choices", ())]
        found[" ".join([product["name"], *names])] = item.get("quantity", item.get("inStock"))
    return found


def copied(here: StockShop, sku: str, *, more: int = 0) -> list[str]:
    """Rows of a shop whose variants all have one sku, or none; the stock a little more."""
    rows = products(here)
    for row in rows:
        for variant in row["variantsInfo"]["variants"]:
            variant["sku"] = sku
    stock = [{**row, "product": None, "quantity": row["quantity"] + more} for row in here.rows()]
    lines = [as_line(row, "products") for row in rows]
    return [*SCHEMAS, *lines, *map(as_line, stock)]


@pytest.fixture(params=KINDS, ids="-".join)
def unclear(request: pytest.FixtureRequest) -> Iterator[tuple[StockShop, StockShop, str]]:
    """A shop to copy from, an empty one, and the sku that all variants have, if they have one."""
    comes, goes, sku = request.param
    for here, there in _two(comes, goes):
        yield here, there, sku


def test_variants_are_known_by_what_their_product_became(
    unclear: tuple[StockShop, StockShop, str],
) -> None:
    here, there, sku = unclear
    here.add("", 3, name="Cup")
    here.add_sized(S=11, M=22, L=33)
    lines = copied(here, sku)
    dry = there.run_lines(lines, dry_run=True, **OPTIONS)
    assert (dry.code, dry.codes, dry.writes) == (0, {}, [])
    run = there.run_lines(lines, **OPTIONS)
    assert (run.code, run.codes, run.counts) == (0, {}, dry.counts)
    expected = {"Cup": 3, "Shirt S": 11, "Shirt M": 22, "Shirt L": 33}
    assert sizes(there) == expected
    assert there.run_lines(lines, **OPTIONS).writes == []
    # The products are as they were, and only the amounts differ.
    lines = copied(here, sku, more=100)
    dry = there.run_lines(lines, dry_run=True, **OPTIONS)
    run = there.run_lines(lines, **OPTIONS)
    assert (run.counts, run.codes, dry.counts) == ({"updated": 4}, {}, {"updated": 4})
    assert sizes(there) == {name: count + 100 for name, count in expected.items()}
    assert there.run_lines(lines, **OPTIONS).writes == []


@pytest.mark.usefixtures("_impatient")
def test_stock_waits_for_the_product_that_tells_its_variants_apart(
    unclear: tuple[StockShop, StockShop, str],
) -> None:
    here, there, sku = unclear
    here.add_sized(S=11, M=22)
    schemas, product, stock = (rows := copied(here, sku, more=1))[:2], rows[2], rows[3:]
    lines = [*schemas, *one_by_one([*stock, product])]
    dry = there.run_lines(lines, dry_run=True, **OPTIONS)
    run = there.run_lines(lines, **OPTIONS)
    assert (dry.codes, run.codes, run.counts) == ({}, {}, dry.counts)
    assert sizes(there) == {"Shirt S": 12, "Shirt M": 23}
    assert there.run_lines(lines, **OPTIONS).writes == []


@pytest.mark.parametrize("lag", [0.0, 8.0])
def test_a_variant_that_its_product_is_given_in_the_run_gets_its_own_stock(
    unclear: tuple[StockShop, StockShop, str], lag: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there, sku = unclear
    here.add_sized(S=11, M=22, L=33)
    lines = copied(here, sku, more=1)
    product = json.loads(lines[2])["record"]
    rows = product["variantsInfo"]["variants"]
    (option,) = product["options"]
    choices = option["choicesSettings"]["choices"]
    option["choicesSettings"]["choices"] = choices[:2]
    product["variantsInfo"]["variants"] = rows[:2]
    there.run_lines([*lines[:2], as_line(product, "products")], **OPTIONS)
    there.site.index_lag = lag
    monkeypatch.setattr(QuickTarget, "sleep", lambda _, seconds: there.site.clock.advance(seconds))
    dry = there.run_lines(lines, dry_run=True, **OPTIONS)
    run = there.run_lines(lines, **OPTIONS)
    assert (run.code, dry.codes, run.codes, run.counts) == (0, {}, {}, dry.counts)
    assert sizes(there) == {"Shirt S": 12, "Shirt M": 23, "Shirt L": 34}
    there.site.clock.advance(lag)
    assert there.run_lines(lines, **OPTIONS).writes == []


def test_what_v1_lists_beside_the_variants_is_ignored(shop: StockShop) -> None:
    with FakeWix(Site(V1)) as other:
        here = StockShop(other)
        key = here.add_sized(S=11, M=22)
        goods = here.site.v1.edit(key)
        goods.lists_default_stock = True
        here.site.v1.save(goods, bump=False, indexed=True)
        lines = copied(here, "")
    dry = shop.run_lines(lines, dry_run=True, **OPTIONS)
    run = shop.run_lines(lines, **OPTIONS)
    assert (run.code, run.codes, run.counts["ignored"]) == (0, {}, 1)
    assert dry.counts == run.counts
    assert sizes(shop) == {"Shirt S": 11, "Shirt M": 22}


def test_a_sku_still_tells_variants_apart_where_choices_do_not(
    two: tuple[StockShop, StockShop],
) -> None:
    here, there = two
    here.add_sized(S=11, M=22)
    there.add_sized(S=1, M=2)
    rows = sorted(here.rows(), key=lambda row: row["quantity"])
    stock = [as_line({**row, "sku": sku}) for row, sku in zip(rows, "SM", strict=True)]
    run = there.run_lines([schema(), *stock], **OPTIONS)
    assert (run.codes, there.stock) == ({}, {"S": 11, "M": 22})
