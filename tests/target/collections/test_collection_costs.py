"""How many requests collections cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix import V1

if TYPE_CHECKING:
    from tests.target.collections.harness import CollectionShop

Json = dict[str, Any]


def test_a_request_for_each_change_and_a_few_for_all(either: CollectionShop) -> None:
    v1 = either.site.catalog_version == V1
    rows: list[Json] = [{"name": "Top", "slug": "top"}]
    rows += [{"name": f"N{n}", "slug": f"n{n}", "parent": "top"} for n in range(119)]
    # Which catalog it is, which category is All Products, and the pages of what is there.
    assert len(either.run(*rows).requests) == 120 + (2 if v1 else 3)
    read = 1 + 2 if v1 else 3
    assert len(either.run(*rows).requests) == read
    changed = [{**row, "description": "x"} if n % 3 == 0 else row for n, row in enumerate(rows)]
    assert len(either.run(*changed).requests) == read + 40
    assert len(either.run(*either.rows).requests) == read


def test_moving_and_showing_cost_a_few_requests_each(shop: CollectionShop) -> None:
    for n in range(20):
        shop.add(f"N{n}")
    shop.add("Top")
    moved = [{"slug": f"n{n}", "parent": "top"} for n in range(20)]
    assert len(shop.run(*moved).requests) <= 3 + 2 * 20
    hidden = [{"slug": f"n{n}", "visible": False} for n in range(20)]
    assert len(shop.run(*hidden).requests) <= 3 + 20


def test_what_is_hidden_along_is_not_read_for_nobody(shop: CollectionShop) -> None:
    top = shop.add("Top")
    for n in range(20):
        shop.add(f"N{n}", parent=top)
    rows: list[Json] = [{"slug": "top", "visible": False}, {"slug": "n3", "description": "x"}]
    run = shop.run(*rows, {"name": "New", "parent": "Top"}, {"name": "Below", "parent": "New"})
    assert run.counts == {"created": 2, "updated": 2}
    assert len(run.requests) <= 3 + 4 + 1


def test_rows_of_another_shop_ask_for_no_ids(either: CollectionShop) -> None:
    rows = [{"id": either.site.new_id(), "name": f"N{n}", "slug": f"n{n}"} for n in range(50)]
    foreign = [{**row, "siteId": either.site.new_id()} for row in rows]
    run = either.run(*foreign, unknown_id="create")
    assert len([one for one in run.requests if one.method == "GET"]) <= 2


def test_nothing_is_asked_for_a_run_without_collections(shop: CollectionShop) -> None:
    assert shop.run_streams([]).requests == []
