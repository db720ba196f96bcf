"""Rows of collections as other shops, spreadsheets and warehouses have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_wix.collections import sink
from target_wix.collections.plan import MORE_PICTURES

if TYPE_CHECKING:
    from tests.target.collections.harness import CollectionShop, Run

Json = dict[str, Any]
ID = "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c4"
ZEROS = "00000000-0000-0000-0000-000000000000"


def written(shop: CollectionShop, *rows: Json, **settings: Any) -> Run:
    """Write rows; a dry run says the same before, and a second run writes nothing."""
    before = shop.held
    dry = shop.run(*rows, dry_run=True, **settings)
    assert (shop.held, dry.writes) == (before, [])
    run = shop.run(*rows, **settings)
    assert (dry.counts, dry.codes, dry.dropped) == (run.counts, run.codes, run.dropped)
    again = shop.run(*rows, **settings)
    assert (again.writes, again.codes) == ([], run.codes)
    return run


# -- parents --------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_top", [0, "0", 0.0, "-1", -1, ZEROS, "", None, "N/A"], ids=repr)
@pytest.mark.parametrize("column", ["parent", "parent_id"], ids=repr)
def test_what_other_shops_say_of_the_top_is_the_top(
    shop: CollectionShop, at_top: object, column: str
) -> None:
    assert written(shop, {"name": "Hats", column: at_top}).codes == {}
    assert shop.tree == ["Hats"]


@pytest.mark.parametrize("order", [1, -1], ids=repr)
def test_numbers_of_another_shop_name_parents_of_the_same_run(
    shop: CollectionShop, order: int
) -> None:
    rows = [
        {"id": 15, "name": "Clothes", "parent": 0},
        {"id": 16, "name": "Hats", "parent": 15},
        {"id": 17, "name": "Caps", "parent": "16"},
        {"id": 18, "name": "15", "parent": 0},
        {"id": 19, "name": "Shoes", "parent_id": 15.0},
    ]
    assert written(shop, *rows[::order]).counts == {"created": 5}
    assert shop.tree == ["15", "Clothes", "Clothes/Hats", "Clothes/Hats/Caps", "Clothes/Shoes"]


def test_numbers_of_two_shops_are_told_apart(shop: CollectionShop) -> None:
    one, other = f"{ID}1", f"{ID}2"
    rows = [
        {"siteId": one, "id": 1, "name": "Women"},
        {"siteId": other, "id": 1, "name": "Men"},
        {"siteId": one, "id": 2, "name": "Hats", "parent": 1},
        {"siteId": other, "id": 2, "name": "Caps", "parent": 1},
    ]
    assert written(shop, *rows).counts == {"created": 4}
    assert shop.tree == ["Men", "Men/Caps", "Women", "Women/Hats"]


def test_numbers_that_lead_back_are_refused(shop: CollectionShop) -> None:
    rows = [{"id": 1, "name": "A", "parent": 2}, {"id": 2, "name": "B", "parent": 1},
            {"id": 3, "name": "C", "parent": 3}]  # fmt: skip
    assert written(shop, *rows).codes == {"TREE_CYCLE_DETECTED": 3}


@pytest.mark.parametrize("parent", [["Existing"], {"name": "Existing"}, {"slug": "existing"},
                                    '{"name": "existing"}', '["Existing"]'], ids=repr)  # fmt: skip
def test_a_parent_as_an_object_or_a_list_of_one(shop: CollectionShop, parent: object) -> None:
    shop.add("Existing")
    assert written(shop, {"name": "Hats", "parent": parent}).counts == {"created": 1}
    assert shop.tree == ["Existing", "Existing/Hats"]


def test_several_parents_are_refused(either: CollectionShop) -> None:
    assert written(either, {"name": "Hats", "parent": ["A", "B"]}).codes == {"BAD_VALUE": 1}


@pytest.mark.parametrize("by", ["id", "name"])
def test_nothing_is_below_all_products(
    shop: CollectionShop, by: str, caplog: pytest.LogCaptureFixture
) -> None:
    parent = shop.row("all-products")["id"] if by == "id" else "All  products"
    assert written(shop, {"name": "Hats", "parent": parent}).codes == {"UNKNOWN_PARENT": 1}
    assert "Nothing is below All Products" in caplog.text


def test_a_record_whose_parent_id_is_its_own_is_told_so(shop: CollectionShop) -> None:
    row = {"id": f"{ID}0", "name": "Hats", "parent_id": f"{ID}0"}
    assert written(shop, row, unknown_id="create").codes == {"TREE_CYCLE_DETECTED": 1}


@pytest.mark.parametrize("levels", [6, 300], ids=repr)
def test_levels_that_wix_does_not_have_are_refused_in_words(
    shop: CollectionShop, levels: int, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"name": "L1"}] + [{"name": f"L{n}", "parent": f"L{n - 1}"} for n in range(2, levels)]
    rows.append({"name": "Last", "parent": f"L{levels - 1}"})
    dry = shop.run(*rows, dry_run=True)
    run = shop.run(*rows)
    assert (dry.counts, dry.codes) == (run.counts, run.codes)
    assert run.counts["created"] == 5
    assert run.codes["CATEGORY_DEPTH_LIMIT_EXCEEDED"] == 1
    assert "Wix has categories on 5 levels at most; its parent is L1 / L2" in caplog.text


def test_a_dry_run_knows_that_a_branch_is_too_high_for_its_place(shop: CollectionShop) -> None:
    rows = [{"name": f"L{n}", **({"parent": f"L{n - 1}"} if n > 1 else {})} for n in range(1, 5)]
    shop.run(*rows, {"name": "M1"}, {"name": "M2", "parent": "M1"})
    move = {"name": "M1", "parent": "L4"}
    dry = shop.run({"slug": "m1", **move}, dry_run=True)
    run = shop.run({"slug": "m1", **move})
    assert dry.codes == run.codes == {"CATEGORY_DEPTH_LIMIT_EXCEEDED": 1}


def test_a_dry_run_knows_what_its_earlier_batches_would_make(
    shop: CollectionShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "_LARGEST_TREE", 1)
    run = written(shop, {"name": "Hats"}, {"name": "Mugs"}, {"name": "Hats"})
    assert run.counts == {"created": 2, "unchanged": 1}


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("Tea &amp; Coffee", "<b>Tea</b>", "☕ Tea 🫖", "🫖", "Tea/Coffee", "帽子", "-", "2024"),
        *("x" * 60, "x" * 80, "Home > Kitchen > Mugs", "\u05e9\u05dc\u05d5\u05dd"),
    ],
    ids=repr,
)
def test_a_name_arrives_as_it_is(shop: CollectionShop, name: str) -> None:
    assert written(shop, {"name": name}).counts == {"created": 1}
    assert [one["name"] for one in shop.held.values()] == [name]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"name": "x" * 81}, "TOO_LONG"),
        ({"name": ["Tea"]}, "BAD_VALUE"),
        ({"name": "N/A"}, "NO_KEY"),
        ({"name": None}, "NO_KEY"),
        ({"name": "   "}, "ONLY_SPACES_STRING_ERROR"),
        ({"title": "Hats"}, "NO_KEY"),
        ({}, "NO_KEY"),
        ({"description": "x"}, "NO_KEY"),
    ],
    ids=repr,
)
def test_what_names_no_collection_is_refused(shop: CollectionShop, row: Json, code: str) -> None:
    assert written(shop, row).codes == {code: 1}


def test_words_that_differ_in_a_letter_are_two_collections(either: CollectionShop) -> None:
    assert written(either, {"name": "Maße"}, {"name": "Masse"}).counts == {"created": 2}
    assert sorted(one["name"] for one in either.held.values()) == ["Masse", "Maße"]


def test_two_spellings_of_one_name_are_one_collection(either: CollectionShop) -> None:
    run = written(either, {"name": "Hats"}, {"name": "HATS"})
    assert run.counts == {"created": 1, "updated": 1}


# -- what else a row has --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["yes", "ja", 1, "nein", "hidden", [True], "0", 0, "no"], ids=repr
)
def test_visible_is_read_or_refused(either: CollectionShop, value: object) -> None:
    either.add("Existing")
    run = written(either, {"name": "Existing", "visible": value})
    hides, shows = value in ("0", 0, "no"), value in ("yes", 1)
    assert run.counts == {"updated" if hides else "unchanged" if shows else "rejected": 1}
    assert either.held["existing"]["visible"] is not hides


@pytest.mark.parametrize(
    "images",
    [
        ["https://a.example/1.jpg", "https://a.example/2.jpg"],
        [{"src": "https://a.example/1.jpg"}, {"src": "https://a.example/2.jpg"}],
        '["https://a.example/1.jpg", "https://a.example/2.jpg"]',
    ],
    ids=repr,
)
@pytest.mark.parametrize("column", ["image", "picture"], ids=repr)
def test_of_several_pictures_the_first_is_taken_and_the_rest_is_said(
    shop: CollectionShop, images: object, column: str
) -> None:
    shop.add("Existing")
    run = written(shop, {"name": "Existing", column: images})
    assert (run.counts, run.dropped) == ({"updated": 1}, {MORE_PICTURES: 1})
    assert shop.held["existing"]["image"] is True


@pytest.mark.parametrize("image", ["/img/1.jpg", "data:image/png;base64,AAAA", "1.jpg"], ids=repr)
def test_a_picture_without_an_address_is_refused(shop: CollectionShop, image: str) -> None:
    assert written(shop, {"name": "Hats", "image": image}).codes == {"BAD_VALUE": 1}


@pytest.mark.parametrize("image", [[], {}, None, "", "N/A", [None]], ids=repr)
def test_no_picture_is_none(shop: CollectionShop, image: object) -> None:
    assert written(shop, {"name": "Hats", "image": image}).counts == {"created": 1}


@pytest.mark.parametrize(
    "name", ["published", "active", "is_active", "status", "sort_order"], ids=repr
)
def test_a_column_that_means_nothing_is_named(
    either: CollectionShop, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    either.add("Existing")
    assert written(either, {"name": "Existing", name: 0}).counts == {"unchanged": 1}
    assert f"Unknown columns ignored: {name}" in caplog.text


@pytest.mark.parametrize("dates", ["yes", "soon"], ids=repr)
def test_a_deletion_without_a_date_is_refused(either: CollectionShop, dates: str) -> None:
    either.add("Existing")
    row = {"name": "Existing", "_sdc_deleted_at": dates}
    assert written(either, row, delete_mode="delete").codes == {"BAD_VALUE": 1}
