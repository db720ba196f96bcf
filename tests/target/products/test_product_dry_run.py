"""A dry run says what the run then does, also of what it would have made in an earlier batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_wix.pipeline.sink import WixSink
from tests.fake_wix.stores_v1.model import Collection
from tests.fake_wix.stores_v3.seed import add_category
from tests.target.products.either_catalog import EitherShop

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

Json = dict[str, Any]


MANY = 30


def others(count: int = MANY, begin: int = 0) -> list[Json]:
    """More rows than a batch has."""
    return [
        {"sku": f"z{place}", "name": f"z{place}", "price": 1}
        for place in range(begin, begin + count)
    ]


def whole_row(**fields: Any) -> Json:
    """A row that says something of everything."""
    return {
        "sku": "S",
        "slug": "cup",
        "name": "Cup",
        "price": "1",
        "brand": "B",
        "quantity": 4,
        "collections": "Tea",
        "description": "x",
        "image_urls": "https://x.example/1.jpg",
        **fields,
    }


def shirt(*sizes: str) -> Json:
    """A nested record."""
    choices = [{"name": size, "choiceType": "CHOICE_TEXT"} for size in sizes]
    size = {"name": "Size", "optionRenderType": "TEXT_CHOICES"}
    variants = [
        {
            "sku": f"SHIRT-{one}",
            "price": {"actualPrice": {"amount": "10"}},
            "choices": [{"optionChoiceNames": {"optionName": "Size", "choiceName": one}}],
        }
        for one in sizes
    ]
    return {
        "slug": "shirt",
        "name": "Shirt",
        "options": [{**size, "choicesSettings": {"choices": choices}}],
        "infoSections": [{"title": "Care", "plainDescription": "<p>Wash</p>"}],
        "variantsInfo": {"variants": variants},
    }


@pytest.fixture
def shop(wix: FakeWix, monkeypatch: pytest.MonkeyPatch) -> EitherShop:
    """A shop on either catalog with a category, and small batches."""
    monkeypatch.setattr(WixSink, "max_size", MANY // 2)
    made = EitherShop(wix, wix.site)
    if made.is_v3:
        add_category(wix.site, "Tea")
    else:
        tea = Collection(id=wix.site.new_id(), name="Tea", slug="tea")
        wix.site.v1.save_collection(tea, indexed=True)
    return made


def promised(shop: EitherShop, *rows: Json, **settings: Any) -> dict[str, int]:
    """Run dry, then for real; return the counts, which are those of the dry run, too."""
    before = shop.products
    dry = shop.run(*rows, dry_run=True, **settings)
    assert not dry.writes
    assert shop.products == before
    run = shop.run(*rows, **settings)
    assert (dry.counts, dry.codes, dry.code) == (run.counts, run.codes, run.code)
    return run.counts


FAR_APART: list[tuple[list[Json], dict[str, int]]] = [
    ([whole_row(), *others(), whole_row()], {"created": MANY + 1, "unchanged": 1}),
    ([whole_row(), *others(), {"sku": "S", "price": 2}], {"created": MANY + 1, "updated": 1}),
    (
        [
            whole_row(),
            *others(),
            {"slug": "cup", "quantity": 4},
            {"sku": "S", "collections": "Tea"},
        ],
        {"created": MANY + 1, "unchanged": 2},
    ),
    (
        [shirt("S", "M"), *others(), shirt("S", "M"), {"sku": "SHIRT-S", "price": 10}],
        {"created": MANY + 1, "unchanged": 2},
    ),
    (
        [
            shirt("S"),
            *others(),
            shirt("S", "M"),
            *others(MANY, 600),
            {"sku": "SHIRT-M", "price": 9},
        ],
        {"created": 2 * MANY + 1, "updated": 2},
    ),
]


@pytest.mark.parametrize(("rows", "counts"), FAR_APART)
def test_a_dry_run_knows_products_that_it_would_have_made_in_an_earlier_batch(
    shop: EitherShop, rows: list[Json], counts: dict[str, int]
) -> None:
    assert promised(shop, *rows) == counts


def test_a_dry_run_knows_what_it_would_have_changed_in_an_earlier_batch(shop: EitherShop) -> None:
    there = shop.add(sku="A", slug="a")
    rows = [
        {"sku": "A", "price": 11, "quantity": 3},
        *others(),
        {"sku": "A", "price": 11, "quantity": 3},
        {"id": there, "slug": "b"},
        *others(MANY, 600),
        {"slug": "b", "price": "11.00"},
        {"slug": "a", "sku": "NEW", "name": "Another", "price": 1},
    ]
    counts = promised(shop, *rows, track_quantity=True)
    assert counts == {"created": 2 * MANY + 1, "updated": 2, "unchanged": 2}


def test_a_dry_run_makes_anew_what_it_would_have_deleted_in_an_earlier_batch(
    shop: EitherShop,
) -> None:
    shop.add(sku="A", slug="a")
    gone = {"_sdc_deleted_at": "2024-01-01T00:00:00Z"}
    rows = [
        {"sku": "A", **gone},
        *others(),
        {"sku": "A", "name": "Anew", "price": 1},
        {"sku": "z3", **gone},
        *others(MANY, 600),
        {"sku": "z4", "price": 1},
    ]
    counts = promised(shop, *rows, delete_mode="delete")
    assert counts == {"created": 2 * MANY + 1, "deleted": 2, "unchanged": 1}


def test_pictures_of_rows_that_are_far_apart_are_named_since_they_do_not_unite(
    shop: EitherShop,
) -> None:
    first, second = ({"sku": "S", "image_urls": f"https://x.example/{n}.jpg"} for n in (1, 2))
    rows = [{**first, "name": "Cup", "price": 1}, *others(), second]
    for settings in ({"dry_run": True}, {}, {}):
        run = shop.run(*rows, **settings)
        assert [count for kind, count in run.dropped.items() if "far apart" in kind] == [1]
    pictures = [row["media"]["itemsInfo"]["items"] for row in shop.products if row["name"] == "Cup"]
    assert len(pictures[0]) == 1
