"""A shop goes back onto itself without a write, and into an empty one with all its memberships."""

from __future__ import annotations

import io
import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3
from tests.fake_wix.http.faults import slow
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import read
from tests.target.collections.harness import COPY, VERSIONS, CollectionShop, shops
from tests.target.contacts.harness import QuickTarget

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]


def memberships(shop: CollectionShop) -> dict[str, list[str]]:
    """The slugs of the categories that each product is in, by the slug of the product."""
    slugs = {row["id"]: row["slug"] for row in shop.rows}
    return {
        row["slug"]: sorted(slugs[one["id"]] for one in row["directCategoriesInfo"]["categories"])
        for row in shop.products
    }


def copied(shop: CollectionShop) -> list[tuple[str, Json]]:
    """What the tap gives out of a shop, collections before products; those of many variants take long."""
    collections = [("collections", row) for row in shop.rows]
    products = [row for row in shop.products if len(row["variantsInfo"]["variants"]) < 50]
    return [*collections, *[("products", row) for row in products]]


def plain(value: Any) -> Any:
    """A text in one form of Unicode, without what nobody sees around it: no key has that."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value)
    seen = [n for n, char in enumerate(text) if unicodedata.category(char)[0] not in "ZC"]
    return text[seen[0] : seen[-1] + 1] if seen else text


def texts(rows: Iterable[Json], names: Iterable[str]) -> dict[str, Json]:
    """What the tap gives out of collections, by slug."""
    return {row["slug"]: {name: plain(row.get(name)) for name in names} for row in rows}


def tidy(held: dict[str, Json]) -> dict[str, Json]:
    return {slug: {**row, "name": plain(row["name"])} for slug, row in held.items()}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_shop_onto_itself_is_no_write(version: str) -> None:
    with shops(version) as (shop,):
        nasty(shop.site, 3, products=40, contacts=0)
        run = shop.run(*shop.rows)
        assert (run.code, run.writes) == (0, [])
        assert run.counts == {"ignored": 1, "unchanged": len(shop.rows) - 1}
        assert len(run.requests) <= 3


@pytest.mark.parametrize("came", VERSIONS)
@pytest.mark.parametrize("goes", VERSIONS)
def test_a_shop_keeps_its_memberships_in_an_empty_one(came: str, goes: str) -> None:
    with shops(came, goes) as (one, other):
        nasty(one.site, 6, products=24, contacts=0)
        for row in one.site.v3.categories.all() if came == V3 else ():
            if goes == V1:  # longer names than V1 takes are refused, with all below them
                one.site.v3.categories.put({**row, "name": row["name"][:50]}, indexed=True)
        records = copied(one)
        run = other.run_streams(records, rejected_dir=None, **COPY)
        assert run.codes == {}
        names = ["name", "visible", "description"]
        wanted, got = texts(one.rows, names), texts(other.rows, names)
        assert {slug: got[slug] for slug in wanted} == wanted
        if came == goes == V3:
            assert tidy(other.held) == tidy(one.held)
        went = memberships(other)
        assert went == {slug: found for slug, found in memberships(one).items() if slug in went}
        assert any(went.values())
        assert len(went) == run.counts_of("products")["created"]
        again = other.run_streams(records, **COPY)
        # A product that was refused is tried again; nothing else is sent.
        assert {path for path in again.writes if "/bulk/products" not in path} == set()
        assert {"created", "updated"}.isdisjoint(again.counts_of("products"))


def test_products_leave_the_categories_that_they_left_and_stay_in_those_of_the_shop_alone() -> None:
    with shops(V3, V3) as (one, other):
        from tests.fake_wix.stores_v3.seed import add_product, price  # noqa: PLC0415

        vases, bowls = one.add("Vases"), one.add("Bowls")
        cup = add_product(one.site, "Cup", [{"price": price("1")}], slug="cup", categories=[vases])
        other.run_streams(copied(one), **COPY)
        sale = other.add("Sale")
        (there,) = other.site.v3.products.all()
        other.site.v3.members[sale][there["id"]] = None
        one.site.v3.members[vases].clear()
        one.site.v3.members[bowls][cup["id"]] = None
        assert other.run_streams(copied(one), **COPY).counts_of("products") == {"updated": 1}
        assert memberships(other) == {"cup": ["bowls", "sale"]}
        # Of products whose categories did not come, what they are in is not known here.
        rows = [("collections", row) for row in one.rows if row["slug"] == "vases"]
        run = other.run_streams([*rows, ("products", one.products[0])], **COPY)
        assert (run.writes, memberships(other)) == ([], {"cup": ["bowls", "sale"]})


def test_the_tap_piped_into_the_target_brings_collections_first() -> None:
    """However slowly Wix gives them out."""
    with shops(V3, V3) as (one, other):
        demo(one.site)
        one.site.faults.add(slow("categories/query$", seconds=0.3))
        done = read(one.site.settings(one.wix.url), streams=["collections", "products"])
        text = "".join(json.dumps(m).replace('"number ', '"') + "\n" for m in done.messages)
        target = QuickTarget(config={**other.site.settings(other.wix.url), **COPY})
        assert target.run(io.StringIO(text)) == 0
        assert memberships(other) == memberships(one)
        assert any(memberships(one).values())


def test_a_dry_run_of_a_copy_writes_nothing_and_tells_of_all() -> None:
    with shops(V3, V3) as (one, other):
        nasty(one.site, 5, products=20, contacts=0)
        run = other.run_streams(copied(one), dry_run=True, **COPY)
        assert (run.code, run.writes, other.held) == (0, [], {})
        assert run.counts == {"created": 12, "ignored": 1}
        assert set(run.counts_of("products")) == {"created"}


def test_products_of_a_full_batch_come_after_the_collections_before_them(
    shop: CollectionShop,
) -> None:
    """The sink of products is full first, and their collection has to be there."""
    products: list[tuple[str, Json]] = [
        ("products", {"handle": f"h{n}", "name": "Cup", "price": "1", "collections": "Vases"})
        for n in range(501)
    ]
    shop.site.index_lag = 3600.0
    run = shop.run_streams([("collections", {"name": "Vases"}), *products])
    assert (run.code, run.counts_of("products")) == (0, {"created": 501})
    assert "unknown collections" not in run.tallies["products"].dropped
    vases = shop.site.v3.categories.all()[-1]["id"]
    assert len(shop.site.v3.members[vases]) == 501


def test_rows_of_two_shops_that_share_ids_are_told_apart() -> None:
    with shops(V3, V3) as (one, other):
        key = one.add("Vases")
        rows = one.rows
        twin = [
            {**row, "siteId": one.site.new_id(), "slug": "twin", "name": "Twin"} for row in rows
        ]
        twins = [row for row in twin if row["id"] == key]
        product = {"id": one.site.new_id(), "name": "Cup", "variantsInfo": PLAIN}
        inside = {"directCategoriesInfo": {"categories": [{"id": key}]}}
        other.run_streams(
            [
                *[("collections", row) for row in (*rows, *twins)],
                ("products", {**product, **inside, "slug": "cup", "siteId": rows[0]["siteId"]}),
            ],
            **COPY,
        )
        assert memberships(other) == {"cup": ["vases"]}


PLAIN: Json = {"variants": [{"price": {"actualPrice": {"amount": "1"}}}]}
