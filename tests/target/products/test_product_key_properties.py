"""Whatever spelling a key comes in: one product for one key, and no write in a second run."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_wix.pipeline.keys import key_text
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.either_catalog import EitherShop

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_numbers = itertools.count(1)
ends = st.text(st.sampled_from(" \t\u00a0\ufeff\u200b\u2003"), max_size=2)
keys = st.text(st.sampled_from("abcXYZ079-_/.\u00e9\u00c5 "), min_size=1, max_size=8).filter(
    lambda text: key_text(text) == text
)


@pytest.fixture(scope="module", params=[V1, V3])
def either(request: pytest.FixtureRequest) -> Iterator[EitherShop]:
    with FakeWix(Site(request.param)) as wix:
        yield EitherShop(wix, wix.site)


@st.composite
def spellings(draw: st.DrawFn, key: str) -> Any:
    """Another spelling of a key."""
    if key.isascii() and key.isdigit() and not key.startswith("0") and draw(st.booleans()):
        return draw(st.sampled_from([int(key), float(key), f"{key}.0", f" {key}.00"]))
    return f"{draw(ends)}{key}{draw(ends)}"


@FEW
@given(data=st.data(), key=keys)
def test_two_spellings_of_one_sku_never_make_two_products(
    either: EitherShop, data: st.DataObject, key: str
) -> None:
    key = f"{key}{next(_numbers)}"
    rows = [
        {"sku": data.draw(spellings(key)), "name": f"Cup {key}", "price": "1"} for _ in range(3)
    ]
    before = len(either.site.v3.products.all() if either.is_v3 else [*either.site.v1.products()])
    dry = either.run(*rows, dry_run=True)
    run = either.run(*rows[:2])
    assert run.counts == {"created": 1, "unchanged": 1}
    assert dry.counts == {"created": 1, "unchanged": 2}
    again = either.run(*rows)
    assert (again.counts, again.writes) == ({"unchanged": 3}, [])
    after = len(either.site.v3.products.all() if either.is_v3 else [*either.site.v1.products()])
    assert after == before + 1


@FEW
@given(data=st.data())
def test_two_records_that_differ_in_a_name_never_become_one_product(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from([V1, V3]))
    slugs = [f"s-{n}" for n in range(3)]
    skus = st.sampled_from(["A", "B", " A", "A\u00a0"])
    rows: list[Json] = [
        {"slug": slug, "sku": data.draw(skus), "name": f"Cup {slug}", "price": "1"}
        for slug in slugs
    ]
    with FakeWix(Site(version)) as wix:
        shop = EitherShop(wix, wix.site)
        if data.draw(st.booleans()):
            shop.add("Other", sku=data.draw(skus), slug="other")
        dry = shop.run(*rows, dry_run=True)
        run = shop.run(*rows)
        assert run.counts == dry.counts
        names = [product["name"] for product in shop.products]
        assert {f"Cup {slug}" for slug in slugs} <= set(names)
        again = shop.run(*rows)
        assert (again.counts, again.writes) == ({"unchanged": 3}, [])


values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["12.5000", "-", "N/A", "draft", "https://a.example/1.jpg,x", "{}", "[]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "src", "url", "items", "nodes", "amount", "publicTags"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
COLUMNS = (
    *("tags", "product_type", "media", "inventory", "variants", "options", "collections", "brand"),
    *("ribbon", "image_urls", "price", "compare_at_price", "cost", "weight", "quantity", "sku"),
    *("barcode", "visible", "status", "published", "name", "description", "infoSections", "stock"),
    *("modifiers", "seoData", "extendedFields", "physicalProperties", "discount", "product_id"),
    *("variant_id", "subscriptionDetails", "v1", "in_stock", "handle", "slug", "revision"),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.dictionaries(st.sampled_from(COLUMNS), values, max_size=5), max_size=4))
def test_any_json_in_any_column_has_an_outcome_and_settles(rows: list[Json]) -> None:
    for version in (V1, V3):
        with FakeWix(Site(version)) as wix:
            shop = EitherShop(wix, wix.site)
            records = [
                {"sku": f"S{n}", "name": "Cup", "price": "1", **row} for n, row in enumerate(rows)
            ]
            run = shop.run(*records)
            assert sum(run.counts.values()) == len(records)
            again = shop.run(*records)
            assert again.codes == run.codes
            assert again.counts.keys() <= {"unchanged", "rejected"}
