"""Rows of single skus in the batch of the record that brings these skus: the same as in a later one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.either_catalog import EitherShop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.target.products.test_product_v1_sink import Run

Json = dict[str, Any]
ONE_SKU = "columns of the whole product in rows found by one sku of several"


@pytest.fixture(params=[V1, V3])
def shop(request: pytest.FixtureRequest) -> Iterator[EitherShop]:
    with FakeWix(Site(request.param)) as wix:
        yield EitherShop(wix, wix.site)


def shirt(*skus: str, **fields: Any) -> Json:
    """A record of a product with a size for each sku."""
    choices = [{"name": sku, "choiceType": "CHOICE_TEXT"} for sku in skus]
    return {
        "name": "Shirt",
        "options": [
            {
                "name": "Size",
                "optionRenderType": "TEXT_CHOICES",
                "choicesSettings": {"choices": choices},
            }
        ],
        "variantsInfo": {
            "variants": [
                {
                    "sku": sku,
                    "choices": {"Size": sku},
                    "price": {"actualPrice": {"amount": "10"}},
                    "physicalProperties": {},
                }
                for sku in skus
            ]
        },
        **fields,
    }


def _unchanged(run: Run) -> bool:
    return run.code == 0 and list(run.counts) == ["unchanged"] and not run.writes


@pytest.mark.parametrize("names", [{}, {"slug": "shirt"}])
def test_rows_of_a_new_products_skus_are_written_with_it(shop: EitherShop, names: Json) -> None:
    rows = [
        shirt("A", "B", **names),
        {"sku": "A", "price": "11", "quantity": 4, **names},
        {"sku": "B", "price": "12", "quantity": 5, **names},
    ]
    dry = shop.run(*rows, dry_run=True)
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"created": 1, "updated": 2})
    assert dry.counts == run.counts
    assert shop.goods == [("Shirt", "A", "11"), ("Shirt", "B", "12")]
    assert _unchanged(shop.run(*rows))


def test_a_row_found_by_its_sku_alone_writes_nothing_of_the_new_product(shop: EitherShop) -> None:
    rows = [
        shirt("A", "B", slug="shirt", plainDescription="<p>Linen</p>"),
        {"sku": "A", "price": "11", "name": "Shirt in A", "description": "Size A"},
    ]
    run = shop.run(*rows)
    assert run.dropped == {ONE_SKU: 1}
    assert shop.goods == [("Shirt", "A", "11"), ("Shirt", "B", "10")]
    assert "Linen" in str(shop.only)
    assert _unchanged(shop.run(*rows))


def test_a_row_of_a_sku_that_a_record_before_it_brings_is_of_that_product(shop: EitherShop) -> None:
    shop.add("Shirt", sku="A", slug="shirt")
    rows = [
        shirt("A", "B", slug="shirt"),
        {"sku": "B", "name": "Shirt", "price": "12"},
    ]
    dry = shop.run(*rows, dry_run=True)
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"updated": 2})
    assert dry.counts == run.counts
    assert shop.goods == [("Shirt", "A", "10"), ("Shirt", "B", "12")]
    assert _unchanged(shop.run(*rows))


@pytest.mark.parametrize("more", [{}, {"name": "Shirt"}])
def test_a_row_of_the_new_sku_of_a_product_is_of_that_product(shop: EitherShop, more: Json) -> None:
    shop.add("Shirt", sku="OLD", slug="shirt")
    rows = [{"slug": "shirt", "sku": "NEW", "cost": "4"}, {"sku": "NEW", "price": "12", **more}]
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"updated": 2})
    assert shop.goods == [("Shirt", "NEW", "12")]
    assert _unchanged(shop.run(*rows))


def test_rows_of_the_variants_that_a_record_adds_are_no_further_variants(shop: EitherShop) -> None:
    shop.add("Shirt", sku="A", slug="shirt")
    rows = [
        shirt("A", "B", slug="shirt"),
        {"slug": "shirt", "sku": "A", "price": "11"},
        {"slug": "shirt", "sku": "B", "price": "12"},
    ]
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"updated": 3})
    assert shop.goods == [("Shirt", "A", "11"), ("Shirt", "B", "12")]
    assert _unchanged(shop.run(*rows))


def test_what_a_row_says_of_a_sku_before_its_record_is_not_lost(shop: EitherShop) -> None:
    rows = [
        {"sku": "A", "slug": "shirt", "name": "Shirt", "price": "9", "quantity": 5, "cost": "4"},
        shirt("A", "B", slug="shirt"),
    ]
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"created": 1, "updated": 1})
    assert shop.goods == [("Shirt", "A", "10"), ("Shirt", "B", "10")]
    costs = {
        row["sku"]: (row.get("revenueDetails") or {}).get("cost", {}).get("amount")
        for row in shop.only["variantsInfo"]["variants"]
    }
    assert costs == {"A": "4", "B": None}
    assert _unchanged(shop.run(*rows))


def test_a_record_with_another_slug_is_another_product_although_its_sku_was_given_before(
    shop: EitherShop,
) -> None:
    shop.add("Shirt", sku="OLD", slug="shirt")
    shop.run(
        {"slug": "shirt", "sku": "NEW"},
        {"slug": "cap", "sku": "NEW", "name": "Cap", "price": "3"},
    )
    assert shop.goods == [("Cap", "NEW", "3"), ("Shirt", "NEW", "10")]


def test_a_row_of_a_sku_that_two_products_are_given_is_refused(shop: EitherShop) -> None:
    for name in ("shirt", "cap"):
        shop.add(name, sku=name, slug=name)
    run = shop.run(
        {"slug": "shirt", "sku": "NEW"},
        {"slug": "cap", "sku": "NEW"},
        {"sku": "NEW", "name": "Which?", "price": "12"},
    )
    assert (run.code, run.codes) == (1, {"AMBIGUOUS": 1})
    assert len(shop.products) == 2


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("track", [True, False])
def test_a_dry_run_foresees_the_stock_of_variants_that_a_record_adds(
    shop: EitherShop, *, counted: bool, track: bool
) -> None:
    shop.run(shirt("A", slug="shirt"))
    if counted:
        shop.run({"sku": "A", "quantity": 2}, track_quantity=True)
    rows = [shirt("A", "B", slug="shirt"), {"sku": "B", "quantity": 3}, {"sku": "B", "quantity": 3}]
    dry = shop.run(*rows, dry_run=True, track_quantity=track)
    run = shop.run(*rows, track_quantity=track)
    assert run.code == 0
    assert dry.counts == run.counts
