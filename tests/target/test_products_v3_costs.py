"""How many requests a thousand products cost on Catalog V3: the quota is what bounds a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V3, FakeWix, Site
from tests.target.products_kit import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

THOUSAND = 1000
MOST = {"created": 40, "updated": 50, "unchanged": 25}


@pytest.fixture(scope="module", params=[1, 3], ids=["of as many", "of three times as many"])
def large(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop of products with a handle and a sku, the first thousand of which matter."""
    with FakeWix(Site(V3)) as wix:
        shop = Shop(wix.site, wix.url)
        for at in range(request.param * THOUSAND):
            shop.add(f"Cup {at}", handle=f"old-{at}", sku=f"OLD-{at}", price="10.00")
        yield shop


def cost(shop: Shop, outcome: str, *records: dict[str, Any], **settings: Any) -> int:
    run = shop.run(*records, **settings)
    assert run.counts == {outcome: len(records)}
    return len(run.requests)


@pytest.mark.parametrize("key", ["id", "handle"])
def test_a_thousand_known_products(large: Shop, key: str) -> None:
    known = [product for product in large.products if product["handle"].startswith("old-")]
    same = [{key: product[key], "name": product["name"]} for product in known[:THOUSAND]]
    price = "11" if key == "id" else "12"

    assert cost(large, "unchanged", *same) <= MOST["unchanged"]
    assert cost(large, "updated", *[{**row, "price": price} for row in same]) <= MOST["updated"]


def test_a_thousand_new_products_with_a_handle_and_a_sku(large: Shop) -> None:
    new = [
        {"handle": f"new-{at}", "sku": f"NEW-{at}", "name": f"Mug {at}", "price": "12.10"}
        for at in range(THOUSAND)
    ]
    assert cost(large, "created", *new) <= MOST["created"]


def test_a_thousand_products_of_another_site(large: Shop) -> None:
    new = [
        {
            "id": f"{at:08x}-0000-4000-8000-000000000000",
            "handle": f"copy-{at}",
            "slug": f"copy-{at}",
            "name": f"Bowl {at}",
            "productType": "PHYSICAL",
            "variantsInfo": {"variants": [{"price": {"actualPrice": {"amount": "3"}}}]},
        }
        for at in range(THOUSAND)
    ]
    assert cost(large, "created", *new, unknown_id="create") <= MOST["created"]
