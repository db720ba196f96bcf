"""What Wix would refuse is refused before anything is sent, on both catalogs, by Wix's own types."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.harness import Shop

Json = dict[str, Any]


@pytest.fixture
def shop(wix: FakeWix) -> Shop:
    """A shop of either catalog."""
    return Shop(wix.site, wix.url)


def _priced(**fields: Any) -> Json:
    return {"sku": "A", "price": {"actualPrice": {"amount": "1"}}, **fields}


def _variant(**fields: Any) -> Json:
    return {"variantsInfo": {"variants": [_priced(**fields)]}}


MOST = "999999999.99"
LIMITS: dict[str, tuple[Json, Json]] = {
    "name": ({"name": "n" * 80}, {"name": "n" * 81}),
    "brand": ({"brand": "b" * 50}, {"brand": "b" * 51}),
    "ribbon": ({"ribbon": "r" * 30}, {"ribbon": "r" * 31}),
    "price": ({"price": MOST}, {"price": "1000000000"}),
    "price below zero": ({"price": "0"}, {"price": "-1"}),
    "cost": ({"cost": MOST}, {"cost": "1000000000"}),
    "weight": ({"weight": MOST}, {"weight": "1000000000"}),
    "title of a section": (
        {"infoSections": [{"title": "t" * 50, "plainDescription": "x"}]},
        {"infoSections": [{"title": "t" * 51, "plainDescription": "x"}]},
    ),
    "text of a section": (
        {"infoSections": [{"title": "t", "plainDescription": "x" * 16_000}]},
        {"infoSections": [{"title": "t", "plainDescription": "x" * 16_001}]},
    ),
    "keywords": (
        {"seoData": {"settings": {"keywords": [{"term": str(n)} for n in range(5)]}}},
        {"seoData": {"settings": {"keywords": [{"term": str(n)} for n in range(6)]}}},
    ),
    "address of a picture": (
        {"image_urls": "https://cdn.example.com/1.jpg"},
        {"media": {"itemsInfo": {"items": [{"url": "file:///1.jpg"}]}}},
    ),
    "quantity": ({"quantity": 99_999}, {"quantity": 100_000}),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_new_product_has_what_wix_takes_and_not_more(shop: Shop, limit: str) -> None:
    fits, exceeds = LIMITS[limit]
    row = {"sku": "A", "name": "Cup", "price": "1"}
    dry = shop.run({**row, **exceeds}, dry_run=True)
    real = shop.run({**row, **exceeds})
    assert (dry.counts, real.counts, real.writes) == ({"rejected": 1}, {"rejected": 1}, [])
    dry = shop.run({**row, **fits}, dry_run=True)
    assert (dry.counts, shop.run({**row, **fits}).counts) == ({"created": 1}, {"created": 1})


@pytest.mark.parametrize("limit", LIMITS)
def test_a_product_that_is_there_takes_what_wix_takes_and_not_more(shop: Shop, limit: str) -> None:
    fits, exceeds = LIMITS[limit]
    assert shop.run({"sku": "A", "name": "Cup", "price": "1", "quantity": 1}).code == 0
    real = shop.run({"sku": "A", **exceeds})
    dry = shop.run({"sku": "A", **exceeds}, dry_run=True)
    assert (dry.counts, real.counts, real.writes) == ({"rejected": 1}, {"rejected": 1}, [])
    dry = shop.run({"sku": "A", **fits}, dry_run=True)
    assert (dry.counts, shop.run({"sku": "A", **fits}).counts) == ({"updated": 1}, {"updated": 1})


@pytest.mark.parametrize(("version", "longest"), [(V1, 100), (V3, 300)])
def test_a_slug_is_as_long_as_the_catalog_takes_it(version: str, longest: int) -> None:
    with FakeWix(Site(version)) as wix:
        shop = Shop(wix.site, wix.url)
        row = {"name": "Cup", "price": "1"}
        assert shop.run({**row, "slug": "s" * (longest + 1)}, dry_run=True).counts == {
            "rejected": 1
        }
        assert shop.run({**row, "slug": "s" * longest}).counts == {"created": 1}


def test_a_handle_that_is_too_long_is_refused_before_anything_is_sent() -> None:
    with FakeWix(Site(V3)) as wix:
        shop = Shop(wix.site, wix.url)
        row = {"name": "Cup", "price": "1"}
        for settings in ({"dry_run": True}, {}):
            run = shop.run({**row, "handle": "h" * 101}, **settings)
            assert (run.codes, run.writes) == ({"TOO_LONG": 1}, [])
        assert shop.run({**row, "handle": "h" * 100}).counts == {"created": 1}


@pytest.mark.parametrize(("version", "field"), [(V1, "sku"), (V3, "sku"), (V3, "barcode")])
def test_codes_of_variants_have_at_most_40_characters(version: str, field: str) -> None:
    product = {"slug": "cup", "name": "Cup"}
    with FakeWix(Site(version)) as wix:
        shop = Shop(wix.site, wix.url)
        assert shop.run({**product, **_variant(**{field: "c" * 41})}).counts == {"rejected": 1}
        assert shop.run({**product, **_variant(**{field: "c" * 40})}).counts == {"created": 1}


def test_what_the_shop_has_already_is_never_refused() -> None:
    """Limits change, and what an owner has may be older than they are."""
    for version in (V1, V3):
        with FakeWix(Site(version)) as wix:
            shop = Shop(wix.site, wix.url)
            long = "n" * 120
            if version == V1:
                wix.site.v1.add({"name": long, "sku": "A", "priceData": {"price": 5}}, indexed=True)
            else:
                shop.add(long, sku="A")
            assert shop.run({"sku": "A", "name": long, "price": "7"}).counts == {"updated": 1}


def test_a_text_counts_as_it_is_written_where_its_normal_form_is_longer(shop: Shop) -> None:
    longer = "n" * 79 + "\u0f5c"
    record = {"handle": "tibetan", "name": longer, "sku": "A", "price": "1"}
    assert shop.run(record).counts == {"created": 1}
    again = shop.run(record)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


@pytest.mark.parametrize("count", [1001, 20_000])
@pytest.mark.parametrize("shape", ["v3", "v3 as text", "v1"])
def test_a_record_with_more_variants_than_wix_takes_is_refused_at_once(
    shop: Shop, count: int, shape: str
) -> None:
    names = [str(n) for n in range(count)]
    record: Json = {"slug": "big", "name": "Big"}
    if shape == "v1":
        record["manageVariants"] = True
        record["priceData"] = {"price": 5}
        record["productOptions"] = [
            {"name": "N", "choices": [{"value": one, "description": one} for one in names]}
        ]
        record["variants"] = [{"choices": {"N": one}, "variant": {}} for one in names]
    else:
        info: Any = {"variants": [_priced(sku=one, choices={"N": one}) for one in names]}
        record["variantsInfo"] = json.dumps(info) if "text" in shape else info
    run = shop.run(record, {"sku": "A", "name": "Cup", "price": "1"})
    assert (run.counts, run.codes) == ({"rejected": 1, "created": 1}, {"TOO_MANY_VARIANTS": 1})


def test_as_many_variants_as_a_catalog_takes_are_written_once(shop: Shop) -> None:
    v1 = shop.site.catalog_version == V1
    names = [str(n) for n in range(100 if v1 else 1000)]
    rows = [_priced(sku=one, choices={"N": one}) for one in names]
    record: Json = {"slug": "big", "name": "Big", "variantsInfo": {"variants": rows}}
    assert shop.run(record).counts == {"created": 1}
    again = shop.run(record)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])
