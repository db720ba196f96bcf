"""Several records of one product of which Wix takes some: who is to blame, and what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.http.faults import hook, refusal
from tests.fake_wix.http.wire import encode

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.target.products.harness import Shop

Json = dict[str, Any]
UPDATE = "bulk/products/update"


def _refuse(shop: Shop, text: str) -> None:
    """Let Wix refuse whatever product has this text, for no reason that anybody knows."""

    def has_it(request: Request) -> bool:
        return text.encode() in encode(request.body)

    error = {"applicationError": {"code": "NOT_THIS_ONE", "description": "It cannot be."}}
    body = {"message": "It cannot be.", "details": error}
    for path in (UPDATE, "products.*/create"):
        shop.site.faults.add(refusal(path, status=400, times=None, body=body, when=has_it))


@pytest.mark.parametrize("place", range(3))
def test_the_one_to_blame_is_refused_and_the_others_are_written_together(
    shop: Shop, place: int
) -> None:
    shop.add(slug="taken")
    product = shop.add(handle="erp-1", slug="mine")
    rows: list[Json] = [{"name": "Bowl"}, {"price": "3"}]
    rows.insert(place, {"slug": "taken"})
    run = shop.run(*({"handle": "erp-1", **row} for row in rows))
    assert run.counts == {"updated": 2, "rejected": 1}
    stored = shop.get(product)
    assert (stored["name"], stored["slug"]) == ("Bowl", "mine")
    assert shop.variant(product)["price"]["actualPrice"]["amount"] == "3"
    assert stored["revision"] == "2"


def test_where_two_are_to_blame_each_is_tried_by_itself(shop: Shop) -> None:
    shop.add(slug="taken")
    shop.add(slug="taken-too")
    product = shop.add(handle="erp-1", slug="mine")
    rows: list[Json] = [{"slug": "taken"}, {"slug": "taken-too"}, {"name": "Bowl"}]
    run = shop.run(
        *({"handle": "erp-1", **row} for row in rows), {"handle": "x", "name": "Jug", "price": 1}
    )
    assert run.counts == {"created": 1, "updated": 1, "rejected": 2}
    assert run.codes == {"DUPLICATE_SLUG_ERROR": 2}
    assert (shop.get(product)["name"], shop.get(product)["slug"]) == ("Bowl", "mine")


def test_a_new_product_is_made_without_the_record_that_wix_refuses(shop: Shop) -> None:
    _refuse(shop, "Unheard of")
    title = {"type": "title", "children": "Unheard of"}
    rows: list[Json] = [
        {"name": "Cup", "price": "1"},
        {"seoData": {"tags": [title]}},
        {"weight": "2"},
    ]
    run = shop.run(*({"handle": "erp-1", **row} for row in rows))
    assert run.counts == {"created": 1, "updated": 1, "rejected": 1}
    (product,) = shop.products
    assert product["name"] == "Cup"
    assert shop.variant(product["id"])["physicalProperties"]["weight"] == 2


def test_of_too_many_to_try_each_is_written_by_itself_in_their_order(shop: Shop) -> None:
    product = shop.add(handle="erp-1")
    _refuse(shop, "Cup 7")
    run = shop.run(*({"handle": "erp-1", "name": f"Cup {n}"} for n in [*range(22), 7]))
    assert run.counts == {"updated": 21, "rejected": 2}
    assert shop.get(product)["name"] == "Cup 21"


def test_a_change_by_somebody_else_meanwhile_is_kept(shop: Shop) -> None:
    shop.add(slug="taken")
    product = shop.add(handle="erp-1", slug="mine")

    def hide(site: Site, _: Request) -> None:
        stored = site.v3.products.edit(product)
        revision = str(int(stored["revision"]) + 1)
        site.v3.products.put({**stored, "visible": False, "revision": revision}, indexed=True)

    shop.site.faults.add(hook(hide, UPDATE, times=3))
    run = shop.run({"handle": "erp-1", "name": "Bowl"}, {"handle": "erp-1", "slug": "taken"})
    assert run.counts == {"updated": 1, "rejected": 1}
    stored = shop.get(product)
    assert (stored["name"], stored["slug"], stored["visible"]) == ("Bowl", "mine", False)


def test_a_record_refused_by_itself_is_refused_once_though_its_product_turns_out_to_be_there(
    shop: Shop,
) -> None:
    shop.site.index_lag = None
    shop.run({"slug": "cup", "name": "Old", "price": "1"})
    rows: list[Json] = [{"name": "Cup", "price": "1"}, {"name": "x" * 81}, {"weight": "2"}]
    run = shop.run(*({"slug": "cup", **row} for row in rows))
    assert run.counts == {"updated": 2, "rejected": 1}
    assert [one["name"] for one in shop.products] == ["Cup"]


def test_a_name_that_a_busy_product_gives_up_is_there_for_a_new_one(shop: Shop) -> None:
    product = shop.add(handle="erp-1", slug="first")

    def hide(site: Site, _: Request) -> None:
        stored = site.v3.products.edit(product)
        revision = str(int(stored["revision"]) + 1)
        site.v3.products.put({**stored, "visible": False, "revision": revision}, indexed=True)

    shop.site.faults.add(hook(hide, UPDATE, times=2))
    renamed = {"handle": "erp-1", "slug": "second"}
    new = {"handle": "erp-2", "slug": "first", "name": "New", "price": "1"}
    run = shop.run(renamed, new, product_match_keys=["handle"])
    assert run.counts == {"updated": 1, "created": 1}
    assert {one["slug"]: one["name"] for one in shop.products} == {"second": "Cup", "first": "New"}
