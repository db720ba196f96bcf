"""Memberships follow `collections`, and only that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import item_failure, lost_answer, refusal, row_faults_after
from tests.fake_wix.stores_v3.seed import add_category

if TYPE_CHECKING:
    from tests.target.products.harness import Shop

Json = dict[str, Any]


def _in(shop: Shop, product: str) -> set[str]:
    """Names of the categories a product is in, but for All Products."""
    names = {row["id"]: row["name"] for row in shop.v3.categories.all()}
    return {
        names[key]
        for key, members in shop.v3.members.items()
        if product in members and key != shop.v3.all_products
    }


@pytest.fixture
def categories(shop: Shop) -> dict[str, str]:
    names = ("Tableware", "Vases", "On sale")
    found = {name: str(add_category(shop.site, name)["id"]) for name in names}
    hidden = add_category(shop.site, "Studio", visible=False)
    return {**found, "Studio": str(hidden["id"])}


@pytest.mark.parametrize(
    "value",
    [
        ["Tableware", "On sale"],
        "Tableware; On sale",
        '["Tableware", "On sale"]',
        ["tableware", "on-sale"],
        ["TABLEWARE", {"name": "On sale"}, "All Products"],
        [{"id": "Tableware"}, {"slug": "on-sale"}],
    ],
    ids=["list", "text", "json", "slugs", "mixed", "objects"],
)
def test_products_are_put_into_categories_and_taken_out(
    shop: Shop, categories: dict[str, str], value: object
) -> None:
    product = shop.add(sku="A", categories=[categories["Vases"], categories["Tableware"]])
    assert shop.run({"sku": "A", "collections": value}).counts == {"updated": 1}
    assert _in(shop, product) == {"Tableware", "On sale"}
    again = shop.run({"sku": "A", "collections": value})
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


def test_ids_name_categories_hidden_ones_too(shop: Shop, categories: dict[str, str]) -> None:
    product = shop.add(sku="A")
    shop.run({"sku": "A", "collections": [categories["Studio"]]})
    assert _in(shop, product) == {"Studio"}


@pytest.mark.parametrize("value", [None, ""])
def test_a_record_that_says_nothing_leaves_memberships_alone(
    shop: Shop, categories: dict[str, str], value: object
) -> None:
    product = shop.add(sku="A", categories=[categories["Vases"]])
    run = shop.run({"sku": "A", "collections": value, "directCategoriesInfo": {"categories": []}})
    assert run.counts == {"unchanged": 1}
    assert _in(shop, product) == {"Vases"}


@pytest.mark.parametrize("name", ["  Sale ", "Cafe\u0301", "\ufeffVases\u00a0", "[New]"])
def test_a_name_is_found_however_its_blanks_and_accents_are_written(shop: Shop, name: str) -> None:
    product = shop.add(sku="A", categories=[str(add_category(shop.site, name)["id"])])
    assert _in(shop, product) == {name}
    run = shop.run({"sku": "A", "collections": json.dumps([name])})
    assert (run.counts, run.writes) == ({"unchanged": 1}, [])


def test_a_category_whose_name_no_cell_can_hold_keeps_its_products(shop: Shop) -> None:
    product = shop.add(sku="A", categories=[str(add_category(shop.site, "\u00a0\u200b")["id"])])
    assert shop.run({"sku": "A", "collections": "\u00a0\u200b;"}).writes == []
    assert shop.run({"sku": "A", "collections": []}).writes == []
    assert _in(shop, product) == {"\u00a0\u200b"}


def test_a_category_of_marks_that_is_named_in_a_list_is_written_once(shop: Shop) -> None:
    gift = str(add_category(shop.site, "\U0001f381")["id"])
    product = shop.add(sku="A")
    for named in (["\U0001f381"], [gift]):
        shop.run({"sku": "A", "collections": named})
        assert _in(shop, product) == {"\U0001f381"}
        assert shop.run({"sku": "A", "collections": named}).writes == []


@pytest.mark.parametrize("told", [True, False])
def test_an_empty_list_takes_a_product_out_of_all_but_all_products(
    shop: Shop, categories: dict[str, str], *, told: bool
) -> None:
    shop.v3.switches.all_products_in_memberships = told
    product = shop.add(sku="A", categories=[categories["Vases"]])
    assert shop.run({"sku": "A", "collections": []}).counts == {"updated": 1}
    assert _in(shop, product) == set()
    assert product in shop.v3.members[shop.v3.all_products]


def test_a_name_that_nobody_knows_is_reported_and_not_made(
    shop: Shop, categories: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    product = shop.add(sku="A", categories=[categories["Vases"]])
    run = shop.run({"sku": "A", "name": "Bowl", "collections": ["Tableware", "Tablewear"]})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert "Left out: unknown collections" in caplog.text
    assert shop.get(product)["name"] == "Bowl"
    assert _in(shop, product) == {"Vases", "Tableware"}
    assert len(shop.v3.categories) == 5


def test_a_name_of_two_categories_is_left_out_and_said(
    shop: Shop, categories: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    add_category(shop.site, "Vases", parent=categories["Tableware"], slug="more-vases")
    product = shop.add(sku="A")
    run = shop.run({"sku": "A", "collections": ["Vases"]})
    assert (run.code, run.counts) == (0, {"unchanged": 1})
    assert "collections whose name several have" in caplog.text
    assert shop.run({"sku": "A", "collections": ["vases"]}).counts == {"updated": 1}
    assert shop.v3.members[categories["Vases"]] == {product: None}


def test_new_products_are_put_into_categories_a_call_for_each(
    shop: Shop, categories: dict[str, str]
) -> None:
    rows: list[Json] = [
        {"handle": f"h{n}", "name": "Cup", "price": "1", "collections": "Vases;On sale"}
        for n in range(150)
    ]
    run = shop.run(*rows)
    assert run.counts == {"created": 150}
    assert len(shop.v3.members[categories["Vases"]]) == 150
    assert len([path for path in run.writes if path.endswith("add-items")]) == 4


@pytest.mark.parametrize("trouble", ["existing_item_fails", "membership_bumps_product"])
def test_categories_as_wix_may_treat_them(
    shop: Shop, categories: dict[str, str], trouble: str
) -> None:
    setattr(shop.v3.switches, trouble, True)
    product = shop.add(sku="A", categories=[categories["Vases"]], revision="3")
    shop.site.index_lag = None
    run = shop.run(
        {"id": product, "revision": "3", "collections": ["On sale", "Vases"]},
        *[{"sku": f"n{n}", "name": "Cup", "price": "1"} for n in range(500)],
        {"id": product, "revision": "3", "collections": ["On sale"], "name": "Bowl"},
    )
    assert "rejected" not in run.counts
    assert _in(shop, product) == {"On sale"}
    assert shop.get(product)["name"] == "Bowl"


@pytest.mark.parametrize("code", ["ITEM_ALREADY_EXISTS", "ITEM_ALREADY_IN_CATEGORY"])
def test_a_membership_whose_answer_was_lost_is_no_refusal_when_it_is_sent_again(
    shop: Shop, categories: dict[str, str], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop.v3.switches.existing_item_fails = True
    shop.v3.switches.existing_item_code = code
    product = shop.add(sku="A")
    shop.site.faults.add(lost_answer(f"{categories['Vases']}/add-items"))
    run = shop.run({"sku": "A", "collections": ["Vases"]})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert "Left out" not in caplog.text
    assert _in(shop, product) == {"Vases"}


@pytest.mark.parametrize("acted", [True, False])
def test_a_membership_that_wix_had_a_fault_with_is_written_after_all(
    shop: Shop, categories: dict[str, str], *, acted: bool
) -> None:
    path = f"{categories['Vases']}/add-items"
    fault = row_faults_after if acted else item_failure
    shop.site.faults.add(fault(path, indexes={0}, code="UNAVAILABLE"))
    product = shop.add(sku="A")
    run = shop.run({"sku": "A", "collections": ["Vases"]})
    assert run.counts == {"updated": 1}
    assert _in(shop, product) == {"Vases"}


def test_somebody_elses_change_of_the_tree_is_waited_out(
    shop: Shop, categories: dict[str, str]
) -> None:
    """The categories of a shop share one revision (stores-v3 6.4)."""
    product = shop.add(sku="A")
    shop.v3.switches.tree_conflicts = 2
    assert shop.run({"sku": "A", "collections": ["Vases"]}).counts == {"updated": 1}
    assert _in(shop, product) == {"Vases"}
    assert categories


@pytest.mark.parametrize("status", [400, 404])
def test_a_membership_that_wix_refuses_is_left_out_and_said(
    shop: Shop, categories: dict[str, str], caplog: pytest.LogCaptureFixture, status: int
) -> None:
    product = shop.add(sku="A")
    bad = f"{categories['Vases']}/add-items"
    shop.site.faults.add(refusal(bad, status=status, times=None))
    run = shop.run({"sku": "A", "name": "Bowl", "collections": ["Vases", "On sale"]})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert "Left out: collections that Wix refused" in caplog.text
    assert (shop.get(product)["name"], _in(shop, product)) == ("Bowl", {"On sale"})
    again = shop.run({"sku": "A", "name": "Bowl", "collections": ["Vases", "On sale"]})
    assert (again.code, again.counts) == (0, {"unchanged": 1})


def test_an_edit_of_collections_is_not_undone_by_a_row_that_repeats_the_old_ones(
    shop: Shop, categories: dict[str, str]
) -> None:
    product = shop.add(handle="cup", sku="A", categories=[categories["Vases"]])
    rows = [
        {"handle": "cup", "collections": "Tableware"},
        {"handle": "cup", "collections": "Vases"},
    ]
    shop.run(*rows)
    assert _in(shop, product) == {"Tableware"}
