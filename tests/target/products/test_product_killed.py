"""A run that ends at any request while a product is being made: the next run finishes what it began.

Seen from the shop, a process that is killed right after a request is one whose every later request
gets lost; so that is what the fake does here, and once it is done with a real `kill -9`.
"""

from __future__ import annotations

import copy
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.http.wire import encode
from tests.fake_wix.stores_v1 import products_write, render
from tests.fake_wix.stores_v1.model import Collection
from tests.fake_wix.stores_v3.seed import add_category
from tests.target.contacts.harness import QuickTarget
from tests.target.products.harness import SCHEMA, Shop, as_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fake_wix.stores_v1.model import Product
    from tests.target.products.harness import Run

Json = dict[str, Any]
OTHER_SITE = "c7a1d0aa-0000-4000-8000-000000000001"
PICTURES = [f"https://cdn.example.com/{n}.jpg" for n in range(3)]


def _colour(name: str, *pictures: str) -> Json:
    choice: Json = {"name": name, "choiceType": "CHOICE_TEXT"}
    return (
        {**choice, "media": {"items": [{"url": url} for url in pictures]}} if pictures else choice
    )


def _variant(name: str, **fields: Any) -> Json:
    return {"choices": {"Colour": name}, "physicalProperties": {"weight": 0.4}, **fields}


def _amount(amount: str) -> Json:
    return {"actualPrice": {"amount": amount}}


SPLIT: Json = {
    "name": "Apron",
    "plainDescription": "<p>Heavy linen.</p>",
    "options": [
        {
            "name": "Colour",
            "optionRenderType": "TEXT_CHOICES",
            "choicesSettings": {"choices": [_colour("Red", PICTURES[0]), _colour("Blue")]},
        }
    ],
    "variantsInfo": {
        "variants": [
            _variant("Red", sku="A-1", price=_amount("30"), inventoryItem={"quantity": 5}),
            _variant("Blue", price=_amount("31"), inventoryItem={"quantity": 6}),
        ]
    },
    "media": {"itemsInfo": {"items": [{"url": url} for url in PICTURES[:2]]}},
    "infoSections": [{"title": "Care", "plainDescription": "<p>Wash at 40.</p>"}],
    "brand": {"name": "Nordhem"},
    "ribbon": {"name": "New"},
    "collections": ["Kitchen", "Sale"],
}
ROW: Json = {
    "name": "Apron",
    "price": "30",
    "compare_at_price": "40",
    "quantity": 5,
    "image_urls": ";".join(PICTURES),
    "collections": "Kitchen;Sale",
    "description": "<p>Heavy linen.</p>",
}
COPY: Json = {
    **{name: SPLIT[name] for name in ("name", "media", "plainDescription", "collections")},
    "id": OTHER_SITE,
    "variantsInfo": {
        "variants": [
            {
                "id": OTHER_SITE.replace("c7", "d7"),
                "sku": "A-1",
                "price": _amount("30"),
                "inventoryStatus": {"inStock": True},
            }
        ]
    },
    "inventory": {"availabilityStatus": "IN_STOCK"},
}
RECORDS: dict[str, Json] = {
    "a row of a sku": {**ROW, "sku": "A-1"},
    "a row of a handle": {**ROW, "handle": "erp-1044"},
    "a row with the slug of its name": {**ROW, "slug": "apron"},
    "a hidden row": {**ROW, "sku": "A-1", "visible": False},
    "a row without pictures and stock": {"sku": "A-1", "name": "Apron", "price": "30"},
    "variants found by sku": SPLIT,
    "variants under a slug of their own": {**SPLIT, "slug": "linen-1044"},
    "variants under a slug longer than a name": {**SPLIT, "slug": "s" * 90},
    "variants that differ in nothing": {
        **SPLIT,
        "slug": "apron",
        "variantsInfo": {"variants": [_variant(n, price=_amount("30")) for n in ("Red", "Blue")]},
    },
    "a copy with counted stock": {
        **COPY,
        "slug": "apron",
        "v1": {"stock": {"trackInventory": True, "quantity": 7}},
    },
    "a copy that is in stock": {**COPY, "slug": "linen-1044"},
    "a copy that is sold out": {
        **COPY,
        "slug": "linen-1044",
        "inventory": {"availabilityStatus": "OUT_OF_STOCK"},
        "variantsInfo": {
            "variants": [
                {**COPY["variantsInfo"]["variants"][0], "inventoryStatus": {"inStock": False}}
            ]
        },
    },
}


@contextmanager
def _shop(version: str, **switches: Any) -> Iterator[Shop]:
    """A shop with two collections."""
    site = Site(version, seed=1)
    for name in ("Kitchen", "Sale"):
        if version == V3:
            add_category(site, name)
        else:
            site.v1.save_collection(Collection(site.new_id(), name, name.lower()), indexed=True)
    for name, value in switches.items():
        setattr(site.v3.switches if version == V3 else site.v1.switches, name, value)
    with FakeWix(site) as wix:
        yield Shop(site, wix.url)


def _run(shop: Shop, record: Json) -> Run:
    return shop.run(copy.deepcopy(record), unknown_id="create")


# -- what the shop holds ----------------------------------------------------------------------


def _without(value: Any, *names: str) -> Any:
    """A value without what differs from one making to another."""
    if isinstance(value, dict):
        return {name: _without(one, *names) for name, one in value.items() if name not in names}
    return [_without(one, *names) for one in value] if isinstance(value, list) else value


def _held(shop: Shop) -> list[Json]:
    if shop.site.catalog_version == V1:
        return [_held_by_v1(shop.site, one) for one in shop.site.v1.products()]
    return [_held_by_v3(shop, one) for one in shop.products]


def _held_by_v1(site: Site, product: Product) -> Json:
    names = {one.id: one.name for one in site.v1.collections()}
    places = {one["id"]: place for place, one in enumerate(product.media)}
    stocks = [one.stock for one in product.variants] if product.managed else [product.stock]
    defaults = {"description": "", "sku": "", "discount": {"type": "NONE"}}
    fields = {
        name: value
        for name, value in product.fields.items()
        if value and defaults.get(name) != value
    }
    if product.managed:
        # A managed product's own sku and prices are nobody's (stores-v1 2.9).
        fields.pop("sku", None)
    return {
        "fields": fields,
        "variants": [
            (
                one.choices,
                one.price or product.price,
                one.cost,
                one.sku or "",
                one.weight,
                one.visible,
            )
            for one in product.variants
        ],
        "counted": product.track_quantity,
        "stock": [one.quantity if product.track_quantity else one.in_stock for one in stocks],
        "preorder": product.preorder,
        "pictures": len(product.media),
        "choices": {
            (name, label): [places[key] for key in keys]
            for name, labels in product.choice_media.items()
            for label, keys in labels.items()
            if keys
        },
        "collections": sorted(names[key] for key in product.collection_ids if key in names),
    }


def _held_by_v3(shop: Shop, product: Json) -> Json:
    v3, key = shop.v3, product["id"]
    names = {row["id"]: row["name"] for row in v3.categories.all()}
    stock = {}
    for row in (v3.inventory.get(one) or {} for one in v3.items_of_product.get(key, [])):
        stock[row["variantId"]] = row.get("quantity", row.get("inStock"))
    dates = ("createdDate", "updatedDate", "revision")
    ids = ("id", "optionId", "choiceId", "mediaId", "url", "filename", "uploadId")
    return {
        "fields": _without(product, *dates, *ids),
        "stock": [stock.get(row["id"]) for row in shop.variants(key)],
        "collections": sorted(names[one] for one, ids in v3.members.items() if key in ids),
        "sections": sorted(one["title"] for one in v3.info_sections.all()),
        "brands": sorted(one["name"] for one in v3.brands.all()),
    }


# -- the ends ---------------------------------------------------------------------------------


def _killed(site: Site, after: int) -> None:
    """Everything behind this request gets lost."""
    site.faults.add(faults.cut_connection(after=after, times=None))


def _killed_without_an_answer(site: Site, after: int) -> None:
    """So does the answer to this one."""
    site.faults.add(faults.lost_answer(after=after - 1))
    site.faults.add(faults.cut_connection(after=after, times=None))


def _unanswered(site: Site, after: int) -> None:
    """Only the answer to this one gets lost, and the run goes on."""
    site.faults.add(faults.lost_answer(after=after - 1))


ENDS: list[Callable[[Site, int], None]] = [_killed, _killed_without_an_answer, _unanswered]


def _compare(version: str, record: Json, end: Callable[[Site, int], None], **switches: Any) -> None:
    """End a run after each of its requests; the next run must come to what an undisturbed one does."""
    with _shop(version, **switches) as shop:
        run = _run(shop, record)
        assert run.counts == {"created": 1}
        wanted, count = _held(shop), len(run.requests)
        assert _run(shop, record).writes == []
    for after in range(1, count + 1):
        with _shop(version, **switches) as shop:
            end(shop.site, after)
            _run(shop, record)
            shop.site.faults.clear()
            second = _run(shop, record)
            assert second.code == 0, (after, second.codes)
            assert _held(shop) == wanted, after
            third = _run(shop, record)
            assert (third.counts, third.writes) == ({"unchanged": 1}, []), after


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("version", [V1, V3])
def test_the_next_run_finishes_what_one_began_that_ended_at_any_request(
    version: str, end: Callable[[Site, int], None], kind: str
) -> None:
    _compare(version, RECORDS[kind], end)


@pytest.mark.parametrize("kind", ["a row of a handle", "a copy that is in stock"])
@pytest.mark.parametrize("end", ENDS)
def test_stock_that_v3_did_not_make_along_with_the_product_is_made_by_the_next_run(
    end: Callable[[Site, int], None], kind: str
) -> None:
    """Products without options were seen to come out of the bulk call without stock (stores-v3 3.4)."""
    _compare(V3, RECORDS[kind], end, optionless_unstocked_in_bulk=True)


@pytest.mark.parametrize("kind", ["variants found by sku", "variants under a slug of their own"])
@pytest.mark.parametrize("switch", ["first_media_only", "media_bumps"])
def test_it_is_finished_however_v1_treats_pictures(kind: str, switch: str) -> None:
    value = {"first_media_only": False, "media_bumps": True}[switch]
    _compare(V1, RECORDS[kind], _killed, **{switch: value})


@pytest.mark.parametrize("kind", ["a row of a sku", "variants under a slug of their own"])
def test_it_is_finished_if_v1_answers_without_variants(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(product: Any, view: Any) -> Json:
        return {**render.show_product(product, view), "variants": []}

    monkeypatch.setattr(products_write, "show_product", shown)
    _compare(V1, RECORDS[kind], _killed)


@pytest.mark.parametrize("slug", ["tasse-groß", "Straße", "s" * 81])
def test_a_slug_that_v1_would_write_otherwise_leads_to_what_was_begun(slug: str) -> None:
    record = {**ROW, "slug": slug.lower(), "name": "Tasse groß"}
    _compare(V1, record, _killed)


def test_several_products_are_finished_by_the_next_run_where_one_ended_among_them() -> None:
    rows = [{**ROW, "handle": f"erp-{n}", "sku": f"A-{n}"} for n in range(3)]
    with _shop(V1) as shop:
        count = len(shop.run(*rows).requests)
        wanted = _held(shop)
    for after in range(1, count + 1):
        with _shop(V1) as shop:
            _killed(shop.site, after)
            shop.run(*rows)
            shop.site.faults.clear()
            assert shop.run(*rows).code == 0
            assert _held(shop) == wanted
            assert shop.run(*rows).counts == {"unchanged": 3}


def test_what_no_query_knows_yet_is_finished_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries read an index, which lags behind (stores-v1 1.8)."""
    record = RECORDS["variants under a slug of their own"]
    with _shop(V1) as shop:
        count = len(_run(shop, record).requests)
        wanted = _held(shop)
    for after in range(1, count + 1):
        with _shop(V1) as shop:
            shop.site.index_lag = None
            _killed(shop.site, after)
            _run(shop, record)
            shop.site.faults.clear()
            with monkeypatch.context() as patch:
                patch.setattr(QuickTarget, "sleep", lambda *_: shop.site.flush_index())
                assert _run(shop, record).code == 0
            assert _held(shop) == wanted, after


# -- whose product it is ----------------------------------------------------------------------


def _half_done(shop: Shop, record: Json) -> Product:
    """The product of a run that ended right after it was made."""
    shop.site.faults.add(faults.cut_connection("^/stores/v[12]/.*/", times=None))
    _run(shop, record)
    shop.site.faults.clear()
    (product,) = shop.site.v1.products()
    assert not product.visible
    return shop.site.v1.edit(product.id)


@pytest.mark.parametrize("taken_over", ["shown", "described"])
def test_a_product_that_the_owner_took_over_keeps_its_stock(taken_over: str) -> None:
    with _shop(V1) as shop:
        product = _half_done(shop, RECORDS["a row of a sku"])
        product.fields |= {"visible": True} if taken_over == "shown" else {"description": "Mine"}
        product.track_quantity, product.stock.quantity = True, 2
        shop.site.v1.save(product, indexed=True)
        _run(shop, {**COPY, "v1": {"stock": {"trackInventory": True, "quantity": 7}}})
        (product,) = shop.site.v1.products()
        assert product.stock.quantity == 2
        assert product.visible is (taken_over == "shown")


def test_a_product_that_the_owner_hid_stays_hidden_and_what_was_sold_stays_sold() -> None:
    record = {**COPY, "v1": {"stock": {"trackInventory": True, "quantity": 7}}}
    with _shop(V1) as shop:
        assert _run(shop, record).counts == {"created": 1}
        (there,) = shop.site.v1.products()
        product = shop.site.v1.edit(there.id)
        product.fields["visible"], product.stock.quantity = False, 1
        shop.site.v1.save(product, indexed=True)
        assert _run(shop, record).counts == {"unchanged": 1}
        (there,) = shop.site.v1.products()
        assert (there.visible, there.stock.quantity) == (False, 1)


def test_a_row_that_has_not_the_whole_product_leaves_it_to_the_record_that_has() -> None:
    record = RECORDS["a row of a sku"]
    with _shop(V1) as shop:
        _half_done(shop, record)
        assert shop.run({"sku": "A-1", "price": "12"}).counts == {"updated": 1}
        (there,) = shop.site.v1.products()
        assert not there.visible
        assert _run(shop, record).counts == {"created": 1}
        (there,) = shop.site.v1.products()
        assert (there.visible, str(there.price), there.stock.quantity) == (True, "40", 5)


def test_a_dry_run_tells_of_what_is_to_be_finished_and_writes_nothing() -> None:
    record = RECORDS["a row of a sku"]
    with _shop(V1) as shop:
        _half_done(shop, record)
        run = shop.run(record, dry_run=True)
        assert (run.counts, run.writes) == ({"created": 1}, [])


def test_stock_that_v3_sold_out_is_not_put_back() -> None:
    record = RECORDS["a copy that is in stock"]
    with _shop(V3) as shop:
        _run(shop, record)
        (product,) = shop.products
        (key,) = shop.v3.items_of_product[product["id"]]
        shop.v3.inventory.put({**shop.v3.inventory.edit(key), "inStock": False})
        assert _run(shop, record).counts == {"unchanged": 1}
        assert shop.stock(product["id"]) == {"A-1": False}


# -- a real end -------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["/stores/v1/products$", "/media$", "/inventoryItems/product/"])
def test_kill_9_right_after_a_request(tmp_path: Path, at: str) -> None:
    record = {**ROW, "sku": "A-1"}
    lines = "".join(f"{line}\n" for line in (SCHEMA, as_line(record)))
    with _shop(V1) as shop:
        _run(shop, record)
        wanted = _held(shop)
    with _shop(V1) as shop:
        config = tmp_path / "config.json"
        config.write_text(encode(shop.site.settings(shop.url)).decode())
        process = subprocess.Popen(
            [sys.executable, "-m", "target_wix", "--config", str(config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[3],
        )

        def kill(*_: object) -> None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

        def is_behind(_: object) -> bool:
            return any(one.write and re.search(at, one.path) for one in shop.site.requests[:-1])

        # Killed at the request behind it, of which nothing is done then.
        shop.site.faults.add(faults.hook(kill, when=is_behind))
        shop.site.faults.add(faults.cut_connection(when=is_behind, times=None))
        process.communicate(lines.encode(), timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert len(list(shop.site.v1.products())) == 1
        assert _held(shop) != wanted
        shop.site.faults.clear()
        assert _run(shop, record).code == 0
        assert _held(shop) == wanted
        assert _run(shop, record).counts == {"unchanged": 1}
