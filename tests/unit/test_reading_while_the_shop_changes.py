"""Sweeps of a V3 shop of any shape in which somebody works all the while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tap_wix.api.stores_v3 import products as reader
from tap_wix.api.stores_v3 import variants as joiner
from tap_wix.api.stores_v3.products import V3_PRODUCTS
from tap_wix.api.times import canonical
from tests.fake_wix import V3, FakeWix, Site, faults
from tests.unit.opening import ids, open_site, small_pages
from tests.unit.stored_products import at, put, take, touch, variants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fake_wix.http.routes import Request

KINDS = ["", "", "add", "touch", "touch unseen by the variants index", "expire", "delete"]


class Somebody:
    """Changes something before a request is served, as often as there are changes left."""

    def __init__(self, kinds: list[str]) -> None:
        self.kinds = kinds
        self.gone: set[str] = set()

    def __call__(self, site: Site, _: Request) -> None:
        kind = self.kinds.pop() if self.kinds else ""
        there = sorted(product["id"] for product in site.v3.products.all())
        one = there[len(self.kinds) * 7 % len(there)] if there else ""
        if kind == "add":
            put(site, site.now(), variants=2)
        elif kind == "expire":
            site.cursors.expire()
        elif kind == "delete" and one:
            self.gone.add(one)
            take(site, one)
        elif kind and one:
            touch(site, one, variants_too=kind == "touch")


def spellings() -> st.SearchStrategy[str]:
    """Few enough moments for ties, in the spellings that Wix uses."""
    moments = st.integers(0, 6).map(lambda n: at(n * 500))
    return st.one_of(
        moments,
        moments.map(lambda text: text[:-1] + "000400Z"),
        moments.map(lambda text: text.replace(".000Z", "Z").replace(".500Z", ".5Z")),
    )


def shops() -> st.SearchStrategy[list[tuple[str, int]]]:
    return st.lists(st.tuples(spellings(), st.integers(1, 3)), max_size=30)


def milliseconds(rows: list[dict[str, object]]) -> list[str]:
    """The dates as far as an order is promised."""
    return [canonical(str(row["updatedDate"]))[:23] for row in rows]


def _swept(
    site: Site, somebody: Somebody, page: int, since: str | None = None
) -> Iterator[dict[str, object]]:
    site.faults.add(faults.hook(somebody, "/query", times=None))
    with (
        FakeWix(site) as wix,
        small_pages(reader, "PRODUCTS_ENDPOINT", page),
        small_pages(joiner, "VARIANTS_ENDPOINT", 2 * page),
    ):
        yield from V3_PRODUCTS.rows(open_site(wix), since)


@settings(max_examples=80, deadline=None)
@given(
    shop=shops(),
    page=st.integers(2, 6),
    changes=st.lists(st.sampled_from(KINDS), max_size=10),
    lazy_end=st.sampled_from([False, True]),
)
def test_no_product_and_no_variant_is_missed_and_the_order_holds(
    shop: list[tuple[str, int]], page: int, changes: list[str], *, lazy_end: bool
) -> None:
    site = Site(V3)
    site.cursors.lazy_end = lazy_end
    made = {put(site, date, variants=size): size for date, size in shop}
    somebody = Somebody(changes)
    rows = list(_swept(site, somebody, page))
    assert set(made) - somebody.gone <= set(ids(rows))
    dates = milliseconds(rows)
    assert dates == sorted(dates)
    states = [(row["id"], row["updatedDate"]) for row in rows]
    assert len(states) == len(set(states))
    for row in rows:
        assert len(variants(row)) == made.get(str(row["id"]), 2)


@settings(max_examples=60, deadline=None)
@given(
    shop=shops(),
    page=st.integers(4, 6),
    changes=st.lists(st.sampled_from(["", "touch", "add"]), max_size=3),
)
def test_cursors_that_count_rows_lose_no_product_when_another_one_changes(
    shop: list[tuple[str, int]], page: int, changes: list[str]
) -> None:
    site = Site(V3)
    site.cursors.by_offset = True
    made = {put(site, date, variants=size) for date, size in shop}
    rows = list(_swept(site, Somebody(changes), page))
    assert made <= set(ids(rows))
    dates = milliseconds(rows)
    assert dates == sorted(dates)


@settings(max_examples=40, deadline=None)
@given(
    shop=shops(),
    page=st.integers(2, 6),
    stop=st.integers(0, 30),
    changes=st.lists(st.sampled_from(KINDS), max_size=6),
)
def test_a_sweep_that_was_cut_off_goes_on_from_the_last_date_seen_without_a_loss(
    shop: list[tuple[str, int]], page: int, stop: int, changes: list[str]
) -> None:
    site = Site(V3)
    made = {put(site, date, variants=size) for date, size in shop}
    somebody = Somebody(changes)
    seen: list[str] = []
    since = None
    for row in _swept(site, somebody, page):
        if len(seen) >= stop:
            break
        seen.append(str(row["id"]))
        since = canonical(str(row["updatedDate"]))
    seen += ids(_swept(site, somebody, page, since))
    assert made - somebody.gone <= set(seen)
