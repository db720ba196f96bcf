"""Stock of another site: which location here its locations are, and which variant its variants."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.stores import LOCATIONS, PRODUCTS
from tap_wix.tap import TapWix
from target_wix.runtime import message_loop
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.wire import decode, encode
from tests.tap.running import Collector, catalog
from tests.target.contacts.harness import QuickTarget
from tests.target.inventory.harness import StockShop, as_line, schema
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
PAIRS = list(itertools.product((V1, V3), repeat=2))
ORDERS_2, ORDERS_4 = (list(itertools.permutations(range(count))) for count in (2, 4))
KINDS = [
    (comes, goes, sku)
    for comes, goes in PAIRS
    for sku in ("", "SH")
    if not sku or goes == V1  # V3 takes a sku only once in a product (wix-api stores-v3 11)
]
OPTIONS: Json = {"copy_stock": True, "unknown_id": "create", "track_quantity": True}
SCHEMAS = [schema(stream) for stream in ("locations", "products", "inventory_items")]


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
def two_v3() -> Iterator[tuple[StockShop, StockShop]]:
    """The same, on Catalog V3."""
    yield from _two(V3, V3)


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


def locations(shop: StockShop) -> list[str]:
    rows = LOCATIONS.rows(open_site(shop.wix, shop.site))
    return [as_line(own(shop, row), "locations") for row in rows]


def one_by_one(lines: Iterable[str]) -> list[str]:
    """Lines with a STATE after each."""
    found = []
    for number, line in enumerate(lines):
        state = {"type": "STATE", "value": {"bookmarks": {"at": number}}}
        found += [line, json.dumps(state)]
    return found


# -- locations ------------------------------------------------------------------------------------


def with_two_places(here: StockShop) -> list[str]:
    """Give a shop stock at two locations; return rows: the product, and its stock."""
    here.add("A", 5)
    here.add_place("Harbour store")
    here.stock_at("A", "Harbour store", 99)
    rows = sorted(here.rows(), key=lambda row: row["quantity"])
    (product,) = products(here)
    return [as_line(product, "products"), *map(as_line, rows)]


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("step", ["one batch", "each its own batch"])
@pytest.mark.parametrize("order", ORDERS_4, ids=str)
def test_the_default_location_there_is_the_default_here_and_others_go_by_name(
    two_v3: tuple[StockShop, StockShop], order: tuple[int, ...], step: str
) -> None:
    here, there = two_v3
    there.add_place(" harbour  Store ")
    product, *stock = with_two_places(here)
    rows = [*stock, *locations(here)]
    lines = [product, *(rows[place] for place in order)]
    lines = [*SCHEMAS, *(lines if step == "one batch" else one_by_one(lines))]
    dry = there.run_lines(lines, dry_run=True, **OPTIONS)
    assert (dry.code, dry.codes, dry.writes) == (0, {}, [])
    run = there.run_lines(lines, **OPTIONS)
    assert (run.code, run.counts) == (0, dry.counts)
    assert there.stock == {"A": 5, "A@ harbour  Store ": 99}
    assert there.run_lines(lines, **OPTIONS).writes == []


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("order", ORDERS_4, ids=str)
def test_a_location_that_is_none_here_is_refused_and_the_default_one_is_written(
    wix: FakeWix, order: tuple[int, ...], caplog: pytest.LogCaptureFixture
) -> None:
    there = StockShop(wix)
    with FakeWix(Site(V3)) as other:
        here = StockShop(other)
        product, *stock = with_two_places(here)
        rows = [*stock, *locations(here)]
    lines = [*SCHEMAS, *one_by_one([product, *(rows[place] for place in order)])]
    dry = there.run_lines(lines, dry_run=True, **OPTIONS)
    run = there.run_lines(lines, **OPTIONS)
    assert (run.code, run.codes, run.counts) == (1, dry.codes, dry.counts)
    assert (run.codes, there.stock) == ({"UNKNOWN_LOCATION": 1}, {"A": 5})
    assert '"Harbour store"' in caplog.text
    assert there.run_lines(lines, **OPTIONS).writes == []


@pytest.mark.parametrize("goes", [V1, V3])
def test_the_tap_piped_into_the_target_keeps_the_stock_of_each_location(goes: str) -> None:
    sites = [Site(V3), Site(goes)]
    with FakeWix(*sites) as wix:
        here, there = (StockShop(wix, site) for site in sites)
        if there.is_v3:
            there.add_place("Harbour store")
        with_two_places(here)
        writer = Collector()
        TapWix(
            config=here.site.settings(wix.url),
            catalog=catalog(streams=["products", "inventory_items", "locations"]),
            message_writer=writer,
        ).sync_all()
        lines = [line.decode().strip() for line in writer.lines]
        run = there.run_lines(lines, **OPTIONS)
        assert run.others["locations"] == {"ignored": 2}
        if there.is_v3:
            assert (run.code, there.stock) == (0, here.stock)
        else:
            assert (run.codes, there.stock) == ({"UNKNOWN_LOCATION": 1}, {"A": 5})


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("order", ORDERS_2, ids=str)
def test_locations_of_which_nothing_is_told_are_refused_if_several_come_together(
    two_v3: tuple[StockShop, StockShop],
    order: tuple[int, ...],
    dry_run: bool,  # noqa: FBT001
    caplog: pytest.LogCaptureFixture,
) -> None:
    here, there = two_v3
    there.add("A", 1)
    there.add_place("Harbour store")
    _, *stock = with_two_places(here)
    lines = [schema(), *(stock[place] for place in order)]
    run = there.run_lines(lines, dry_run=dry_run, **OPTIONS)
    assert (run.code, run.codes, there.stock) == (1, {"UNKNOWN_LOCATION": 2}, {"A": 1})
    assert "nothing tells which one is its default" in caplog.text
    assert "Send the stream locations" in caplog.text


@pytest.mark.usefixtures("_impatient")
def test_after_several_locations_came_together_a_single_one_is_no_default_either(
    two_v3: tuple[StockShop, StockShop],
) -> None:
    here, there = two_v3
    there.add("A", 1)
    _, *stock = with_two_places(here)
    state = one_by_one([stock[0]])
    run = there.run_lines([schema(), *stock, *state, *state], **OPTIONS)
    assert (run.codes, there.stock) == ({"UNKNOWN_LOCATION": 4}, {"A": 1})


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("order", ORDERS_2, ids=str)
def test_one_location_alone_is_taken_for_the_default_and_a_later_one_is_told_so(
    two_v3: tuple[StockShop, StockShop],
    order: tuple[int, ...],
    dry_run: bool,  # noqa: FBT001
    caplog: pytest.LogCaptureFixture,
) -> None:
    here, there = two_v3
    there.add("A", 1)
    _, *stock = with_two_places(here)
    first = json.loads(stock[order[0]])["record"]
    lines = [schema(), *one_by_one(stock[place] for place in order)]
    run = there.run_lines(lines, dry_run=dry_run, **OPTIONS)
    assert (run.counts, run.codes) == ({"updated": 1, "rejected": 1}, {"UNKNOWN_LOCATION": 1})
    assert there.stock == {"A": 1 if dry_run else first["quantity"]}
    assert f"another one than {first['locationId']}, which came first" in caplog.text


@pytest.mark.usefixtures("_impatient")
def test_a_stream_of_locations_that_brings_none_of_the_site_changes_nothing(
    two_v3: tuple[StockShop, StockShop],
) -> None:
    here, there = two_v3
    there.add("A", 1)
    elsewhere = locations(there)
    _, *stock = with_two_places(here)
    alone = there.run_lines([*SCHEMAS, *one_by_one([*elsewhere, stock[0]])], **OPTIONS)
    assert (alone.codes, there.stock) == ({}, {"A": 5})
    both = there.run_lines([*SCHEMAS, *one_by_one([*elsewhere, *stock])], **OPTIONS)
    assert (both.codes, there.stock) == ({"UNKNOWN_LOCATION": 2}, {"A": 5})


@pytest.mark.usefixtures("_impatient")
def test_a_location_that_the_stream_does_not_have_is_refused_at_the_end(
    two_v3: tuple[StockShop, StockShop], capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = two_v3
    there.add("A", 1)
    _, *stock = with_two_places(here)
    known = [line for line in locations(here) if "Harbour store" not in line]
    run = there.run_lines([*SCHEMAS, *one_by_one([*stock, *known])], **OPTIONS)
    assert (run.codes, there.stock) == ({"UNKNOWN_LOCATION": 1}, {"A": 5})
    # The state stays before the row that waited, and is refused.
    assert [
        json.loads(one)["bookmarks"]["at"] for one in capsys.readouterr().out.split("\n")[:-1]
    ] == [0]


def test_rows_that_name_their_location_need_no_stream(
    two_v3: tuple[StockShop, StockShop],
) -> None:
    here, there = two_v3
    there.add("A", 1)
    there.add_place("Berlin")
    _, first, second = with_two_places(here)
    named = as_line({**json.loads(second)["record"], "location_name": "Berlin"})
    run = there.run_lines([schema(), first, named], **OPTIONS)
    assert (run.codes, there.stock) == ({}, {"A": 5, "A@Berlin": 99})


def test_a_location_called_as_the_default_one_here_does_not_get_into_it(
    two_v3: tuple[StockShop, StockShop], caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two_v3
    product, *stock = with_two_places(here)
    there.rename_default("Harbour store")
    lines = [*SCHEMAS, *locations(here), product, *stock]
    for dry_run in (True, False):
        run = there.run_lines(lines, dry_run=dry_run, **OPTIONS)
        assert (run.code, run.codes) == (1, {"AMBIGUOUS": 1})
    assert there.stock == {"A": 5}
    assert "has the stock of the default one there" in caplog.text


def test_two_locations_of_one_name_do_not_become_one(
    two_v3: tuple[StockShop, StockShop],
) -> None:
    here, there = two_v3
    product, *stock = with_two_places(here)
    here.add_place("HARBOUR STORE")
    there.add_place("Harbour store")
    run = there.run_lines([*SCHEMAS, *locations(here), product, *stock], **OPTIONS)
    assert (run.codes, there.stock) == ({"AMBIGUOUS": 1}, {"A": 5})


def test_locations_come_in_any_spelling(two_v3: tuple[StockShop, StockShop]) -> None:
    here, there = two_v3
    there.add_place("Harbour store")
    product, *stock = with_two_places(here)
    rows = [json.loads(line)["record"] for line in locations(here)]
    spelled = [
        {
            "ID": row["id"].replace("-", "").upper(),
            "site_id": row["siteId"].upper(),
            "name": row["name"],
            "default_location": str(row["defaultLocation"]),
        }
        for row in rows
    ]
    told = [as_line(row, "locations") for row in spelled]
    run = there.run_lines([*SCHEMAS, product, *stock, *told], **OPTIONS)
    assert (run.codes, there.stock) == ({}, {"A": 5, "A@Harbour store": 99})


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
    return [*SCHEMAS[1:], *lines, *map(as_line, stock)]


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


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_shop_that_has_the_ids_of_the_other_one_gets_its_stock(
    shop: StockShop,
    dry_run: bool,  # noqa: FBT001
) -> None:
    shop.add("", 3, name="Cup")
    shop.add_sized(S=11, M=22)
    site = {"siteId": shop.site.new_id()}
    lines = [as_line({**row, **site}, "products") for row in products(shop)]
    rows = [{**row, **site, "product": None, "quantity": 7} for row in shop.rows()]
    lines = [*SCHEMAS, *lines, *map(as_line, rows)]
    run = shop.run_lines(lines, dry_run=dry_run, **OPTIONS)
    assert (run.codes, run.counts) == ({}, {"updated": 3})
    if not dry_run:
        assert sizes(shop) == {"Cup": 7, "Shirt S": 7, "Shirt M": 7}
