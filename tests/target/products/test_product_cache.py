"""What a run remembers of keys: bounded, and it knows when it has forgotten some."""

from __future__ import annotations

import pytest

from target_wix.pipeline.lookup_cache import Claims, KeyCache
from target_wix.products.parse import read_product
from target_wix.runtime.outcomes import Rejection
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.either_catalog import EitherShop


def test_a_complete_cache_knows_what_is_not_there_until_it_forgets() -> None:
    cache = KeyCache(most=2)
    cache.is_complete = True
    cache.add("a", "1")
    cache.add("b", "2")
    assert cache.knows("c")
    assert cache.ids("c") == frozenset()
    cache.add("d", "3")
    assert cache.knows("a")
    cache.prune()
    assert not cache.knows("c")
    assert not cache.knows("a")
    assert cache.ids("d") == {"3"}
    assert len(cache) == 2


def test_several_products_can_have_one_value() -> None:
    cache = KeyCache()
    cache.add("a", "1")
    cache.add("a", "2")
    assert cache.ids("a") == {"1", "2"}
    cache.remove("a", "1")
    assert cache.ids("a") == {"2"}


def test_claims_are_bounded() -> None:
    claims = Claims(most=1)
    claims.add("p1", {"slug": "a"})
    claims.add("p2", {"slug": "b"})
    assert claims.is_open_to("p1", {"slug": "c"})
    assert not claims.is_open_to("p2", {"slug": "c"})


@pytest.mark.parametrize("version", [V1, V3])
def test_a_run_that_forgets_keys_makes_nothing_twice(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyCache.__init__, "__defaults__", (3,))
    monkeypatch.setattr("target_wix.pipeline.sink.BATCH_RECORDS", 5)
    with FakeWix(Site(version)) as wix:
        shop = EitherShop(wix, wix.site)
        for number in range(20):
            shop.add(f"Old {number}", sku=f"OLD-{number}")
        rows = [{"sku": f"OLD-{n}", "name": f"Old {n}", "price": "10"} for n in range(20)]
        rows += [{"sku": f"NEW-{n}", "name": f"New {n}", "price": "1"} for n in range(20)]
        run = shop.run(*rows, *rows)
        assert run.counts == {"unchanged": 60, "created": 20}
        assert len(shop.products) == 40


def test_twenty_thousand_variants_are_refused_at_once() -> None:
    rows = [
        {"sku": f"S{n}", "choices": {"Size": str(n)}, "price": {"actualPrice": {"amount": "1"}}}
        for n in range(20_000)
    ]
    options = [{"name": "Size", "choicesSettings": {"choices": [{"name": str(n)} for n in rows]}}]
    for record in (
        {"name": "Cup", "variantsInfo": {"variants": rows}},
        {"name": "Cup", "options": options, "variantsInfo": {"variants": rows[:5]}},
        {"name": "Cup", "image_urls": [f"https://a.example/{n}" for n in range(20_000)]},
    ):
        with pytest.raises(Rejection):
            read_product(record)
