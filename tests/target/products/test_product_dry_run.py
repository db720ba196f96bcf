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
def v3(wix_v3: FakeWix, monkeypatch: pytest.MonkeyPatch) -> EitherShop:
    """A shop on Catalog V3, which alone has what a test is about, and small batches."""
    monkeypatch.setattr(WixSink, "max_size", MANY // 2)
    return EitherShop(wix_v3, wix_v3.site)


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


# -- what Wix takes only once ---------------------------------------------------------------------


def taken(shop: EitherShop) -> str:
    """The code of a record that changes its product's slug to that of another one."""
    return "DUPLICATE_SLUG_ERROR" if shop.is_v3 else "SLUG_TAKEN"


def test_a_dry_run_refuses_the_slug_of_another_product(shop: EitherShop) -> None:
    shop.add(sku="A", slug="a")
    there = shop.add(sku="B", slug="b")
    rows = [{"id": there, "slug": "a", "name": "Bowl"}, *others(3), {"sku": "A", "name": "Jug"}]
    assert promised(shop, *rows) == {"created": 3, "updated": 1, "rejected": 1}
    run = shop.run(*rows, dry_run=True)
    assert run.codes == {taken(shop): 1}


@pytest.mark.parametrize("between", [0, MANY])
def test_a_slug_that_the_run_frees_before_can_be_taken(shop: EitherShop, between: int) -> None:
    first, second = shop.add(sku="A", slug="a"), shop.add(sku="B", slug="b")
    rows = [{"id": first, "slug": "c"}, *others(between), {"id": second, "slug": "a"}]
    counts = promised(shop, *rows)
    assert counts == {"updated": 2, **({"created": between} if between else {})}


@pytest.mark.parametrize("between", [0, MANY])
def test_a_slug_that_the_run_takes_before_is_taken(shop: EitherShop, between: int) -> None:
    first, second = shop.add(sku="A", slug="a"), shop.add(sku="B", slug="b")
    rows = [{"id": first, "slug": "c"}, *others(between), {"id": second, "slug": "c"}]
    counts = promised(shop, *rows)
    assert counts == {"updated": 1, "rejected": 1, **({"created": between} if between else {})}


def test_a_slug_of_a_product_that_the_run_deletes_is_free(shop: EitherShop) -> None:
    first, second = shop.add(sku="A", slug="a"), shop.add(sku="B", slug="b")
    gone = {"id": first, "_sdc_deleted_at": "2024-01-01T00:00:00Z"}
    counts = promised(shop, gone, *others(), {"id": second, "slug": "a"}, delete_mode="delete")
    assert counts == {"created": MANY, "deleted": 1, "updated": 1}


@pytest.mark.parametrize("between", [0, MANY])
@pytest.mark.parametrize("keys", [["sku"], ["handle", "slug", "sku"]])
def test_a_dry_run_refuses_a_new_product_with_a_slug_that_is_taken(
    shop: EitherShop, keys: list[str], between: int
) -> None:
    shop.add(sku="A", slug="a")
    new = {"name": "New", "price": 1}
    rows = [
        {"sku": "B", "slug": "a", **new, "handle": "h1"},
        {"sku": "C", "slug": "c", **new, "handle": "h2"},
        *others(between),
        {"sku": "D", "slug": "c", **new, "handle": "h3", "quantity": 1},
    ]
    promised(shop, *rows, product_match_keys=keys)


def test_a_dry_run_refuses_a_handle_that_is_taken(v3: EitherShop) -> None:
    v3.add(sku="A", handle="h")
    row = {"sku": "B", "handle": "h", "name": "New", "price": 1}
    assert promised(v3, row, product_match_keys=["sku"]) == {"rejected": 1}


@pytest.mark.parametrize("name", ["sku", "barcode"])
def test_a_dry_run_refuses_two_variants_with_one_code(v3: EitherShop, name: str) -> None:
    row = shirt("S", "M")
    for one in row["variantsInfo"]["variants"]:
        one[name] = "4006381333931"
    assert promised(v3, row) == {"rejected": 1}
    v3.run(shirt("S", "M"))
    assert promised(v3, row) == {"rejected": 1}


@pytest.mark.parametrize("unique", [True, False])
def test_a_dry_run_says_that_wix_may_refuse_the_sku_of_another_product(
    v3: EitherShop, caplog: pytest.LogCaptureFixture, *, unique: bool
) -> None:
    """Whether a sku is unique among products is not known (stores-v3 11)."""
    v3.site.v3.switches.sku_unique = unique
    v3.add(sku="A", slug="a")
    there = v3.add(sku="B", slug="b")
    row = {"id": there, "sku": "A"}
    v3.run({"id": there, "sku": "C"}, dry_run=True)
    assert "SKU_ALREADY_EXIST_ERROR" not in caplog.text
    v3.run(row, dry_run=True)
    assert "SKU_ALREADY_EXIST_ERROR" in caplog.text
    assert v3.run(row).counts == ({"rejected": 1} if unique else {"updated": 1})


def test_a_dry_run_leaves_out_sections_that_are_only_named_and_not_there(v3: EitherShop) -> None:
    there = v3.add(sku="A", slug="a")
    care = {"uniqueName": "care", "title": "Care", "plainDescription": "<p>Wash</p>"}
    rows = [
        {"id": there, "infoSections": [{"uniqueName": "care"}]},
        *others(),
        {"sku": "N", "name": "New", "price": 1, "infoSections": [{"uniqueName": "care"}]},
        {"id": there, "infoSections": [{"uniqueName": "care"}], "name": "Bowl"},
        *others(MANY, 600),
        {"sku": "M", "name": "With", "price": 1, "infoSections": [care]},
        *others(MANY, 1200),
        {"id": there, "infoSections": [{"uniqueName": "care"}]},
    ]
    dry = v3.run(*rows, dry_run=True)
    run = v3.run(*rows)
    assert dry.counts == run.counts == {"created": 3 * MANY + 2, "updated": 2, "unchanged": 1}
    assert dry.dropped == run.dropped == {"unknown info sections": 3}
