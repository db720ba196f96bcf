"""Names that look the same are one collection, however they are spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.collections.harness import CollectionShop

Json = dict[str, Any]
LOOK_THE_SAME = [
    "Summer  Sale",
    " Summer Sale ",
    "Summer\u00a0Sale",
    "Summer\tSale",
    "Summer \u200bSale",
    "\ufeffSummer Sale",
    "Sum\u00admer Sale",
    "Summer\nSale",
]


@pytest.mark.parametrize("name", LOOK_THE_SAME)
def test_a_name_that_looks_the_same_is_the_same(either: CollectionShop, name: str) -> None:
    either.add("Summer Sale")
    run = either.run({"name": name})
    assert (run.counts, run.writes) == ({"unchanged": 1}, [])


@pytest.mark.parametrize("name", LOOK_THE_SAME)
def test_a_shop_whose_name_has_further_blanks_keeps_it(either: CollectionShop, name: str) -> None:
    either.add(name, slug="summer")
    run = either.run({"name": "Summer Sale", "description": "Now"})
    assert run.counts == {"updated": 1}
    assert either.held["summer"]["name"] == name
    assert either.run({"name": name, "description": "Now"}).writes == []


def test_a_new_name_in_two_spellings_is_one_collection(either: CollectionShop) -> None:
    assert either.run({"name": "Summer  Sale"}, {"name": "summer sale"}).counts == {
        "created": 1,
        "updated": 1,
    }
    assert [one["name"] for one in either.held.values()] == ["summer sale"]


def test_accents_in_either_normal_form_are_one_name_and_without_them_it_is_another(
    either: CollectionShop,
) -> None:
    assert either.run({"name": "Café"}, {"name": "Cafe\u0301"}).counts == {
        "created": 1,
        "unchanged": 1,
    }
    run = either.run({"name": "Cafe"}, {"name": "Café"})
    assert run.counts == {"created": 1, "unchanged": 1}
    assert sorted(one["name"] for one in either.held.values()) == ["Cafe", "Café"]
    assert either.run({"name": "Cafe"}, {"name": "Café"}).writes == []


def test_a_family_of_emoji_stays_together(either: CollectionShop) -> None:
    family = "Family \U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert either.run({"name": family}).counts == {"created": 1}
    assert [one["name"] for one in either.held.values()] == [family]
    assert either.run({"name": family}).writes == []


@pytest.mark.parametrize(
    "name",
    [
        "All  Products",
        "ALL PRODUCTS",
        " all\u00a0products ",
        "All\tProducts",
        "All-Products",
        "all_products",
        "All Products!",
        "\u200bAll Products",
        "All Pro\u00adducts",
    ],
)
def test_all_products_in_any_spelling_is_that_of_wix(
    either: CollectionShop, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = either.run({"name": name, "description": "x"})
    assert (run.code, run.counts, run.writes) == (0, {"ignored": 1}, [])
    assert "rows that are called All Products are ignored" in caplog.text


@pytest.mark.parametrize("name", ["All our products", "Products", "All Products 2"])
def test_other_names_are_collections_like_any_other(either: CollectionShop, name: str) -> None:
    assert either.run({"name": name}).counts == {"created": 1}


def test_a_parent_is_found_by_a_name_that_looks_the_same(shop: CollectionShop) -> None:
    shop.add("Summer Sale")
    run = shop.run({"name": "Hats", "parent": "summer\u00a0 sale"})
    assert (run.counts, shop.tree) == ({"created": 1}, ["Summer Sale", "Summer Sale/Hats"])


def test_products_are_put_into_a_collection_whose_name_looks_the_same(
    either: CollectionShop,
) -> None:
    either.add("Summer Sale")
    row = {"sku": "A", "name": "Cup", "price": "3", "collections": "summer  sale;ALL  PRODUCTS"}
    run = either.run_streams([("products", row)])
    assert not run.tallies["products"].dropped
    names = either.products[0]["directCategoriesInfo"]["categories"]
    assert len(names) == 1
