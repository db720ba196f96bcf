"""One odd answer is not the end, and a part that Wix refuses costs no record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.faults import item_failure, refusal
from tests.fake_wix.stores_v1.model import Collection
from tests.fake_wix.stores_v3.seed import add_category
from tests.target.products.harness import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
ROW: Json = {
    "slug": "cup",
    "name": "Cup",
    "price": "1",
    "quantity": 3,
    "collections": "Vases",
    "image_urls": "https://cdn.example.com/1.jpg",
}


@pytest.fixture(params=[V1, V3])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop of either catalog with a collection."""
    site = Site(request.param)
    if request.param == V3:
        add_category(site, "Vases")
    else:
        site.v1.save_collection(Collection(site.new_id(), "Vases", "vases"), indexed=True)
    with FakeWix(site) as wix:
        yield Shop(site, wix.url)


def _odd(path: str, **options: Any) -> Any:
    """The work is done, and the answer says nothing of it."""
    return refusal(path, status=200, body={}, effect="after", **options)


WRITES = {
    V1: [
        "/v1/products$",
        "^/stores/v1/products/[^/]+$",
        "/media$",
        "^/stores/v2/inventoryItems/",
        "/productIds$",
    ],
    V3: ["bulk/products", "inventory-items/(create|update)", "add-items$"],
}


@pytest.mark.parametrize(
    ("shop", "path"),
    [(version, path) for version, paths in WRITES.items() for path in paths],
    indirect=["shop"],
)
def test_a_write_whose_answer_says_nothing_is_looked_at(shop: Shop, path: str) -> None:
    shop.site.faults.add(_odd(path))
    run = shop.run(ROW)
    assert (run.code, run.counts) == (0, {"created": 1})
    again = shop.run(ROW)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


@pytest.mark.parametrize(
    ("shop", "path"),
    [(version, path) for version, paths in WRITES.items() for path in paths],
    indirect=["shop"],
)
def test_a_change_whose_answer_says_nothing_is_looked_at(shop: Shop, path: str) -> None:
    shop.run({**ROW, "collections": None})
    shop.site.faults.add(_odd(path))
    row = {
        **ROW,
        "name": "Bowl",
        "quantity": 5,
        "image_urls": "https://a.example/1.jpg;https://a.example/2.jpg",
    }
    run = shop.run(row)
    assert (run.code, run.counts) == (0, {"updated": 1})
    again = shop.run(row)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


def test_a_deletion_whose_answer_says_nothing_is_looked_at(shop: Shop) -> None:
    shop.run(ROW)
    shop.site.faults.add(_odd("bulk/products/delete"))
    gone = {"slug": "cup", "_sdc_deleted_at": "2026-10-01T00:00:00Z"}
    assert shop.run(gone, delete_mode="delete").counts == {"deleted": 1}


# -- parts that Wix refuses -------------------------------------------------------------------


@pytest.fixture
def v3() -> Iterator[Shop]:
    """A V3 shop: on V1 brands, ribbons and sections are texts of the product."""
    with FakeWix(Site(V3)) as wix:
        yield Shop(wix.site, wix.url)


PARTS: dict[str, tuple[str, Json]] = {
    "brand": ("stores/v3/brands", {"brand": "Nordhem"}),
    "ribbon": ("stores/v3/ribbons", {"ribbon": "New"}),
    "infoSections": (
        "stores/v3/info-sections",
        {"infoSections": [{"title": "Care", "plainDescription": "<p>Cold</p>"}]},
    ),
}


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_wix_does_not_make_is_left_out_of_a_change(
    v3: Shop, part: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    path, fields = PARTS[part]
    product = v3.add(sku="A")
    v3.site.faults.add(refusal(f"{path}.*create", status=status, times=None))
    run = v3.run({"sku": "A", "name": "Bowl", **fields})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert "that Wix refused" in caplog.text
    assert v3.get(product)["name"] == "Bowl"
    again = v3.run({"sku": "A", "name": "Bowl", **fields})
    assert (again.code, again.counts) == (0, {"unchanged": 1})
    assert v3.get(product)["revision"] == "2"


@pytest.mark.parametrize("part", ["brand", "ribbon"])
def test_a_part_that_wix_does_not_make_is_left_out_of_a_new_product(
    v3: Shop, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, fields = PARTS[part]
    code = f"{part.upper()}_CREATION_FAILED"
    v3.site.faults.add(
        item_failure(
            "bulk/products",
            code=code,
            when=lambda one: f'"name": "{fields[part]}"' in _text(one),
            times=None,
        )
    )
    v3.site.faults.add(refusal(f"{path}.*create", status=400, times=None))
    run = v3.run({"handle": "a", "name": "Cup", "price": "1", **fields})
    assert (run.code, run.counts) == (0, {"created": 1})
    assert "that Wix refused" in caplog.text
    assert part not in v3.products[0]


def test_a_tax_group_that_the_shop_has_not_is_left_out(
    v3: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    body = {
        "message": "bad",
        "details": {
            "validationError": {
                "fieldViolations": [
                    {"field": "products[0].product.taxGroupId", "description": "unknown"}
                ]
            }
        },
    }
    product = v3.add(sku="A")
    v3.site.faults.add(
        refusal(
            "bulk/products",
            status=400,
            body=body,
            when=lambda one: "taxGroupId" in _text(one),
            times=None,
        )
    )
    row = {"name": "Bowl", "price": "2", "taxGroupId": v3.site.new_id()}
    run = v3.run({"sku": "A", **row}, {"handle": "b", **row})
    assert (run.code, run.counts) == (0, {"updated": 1, "created": 1})
    assert "tax groups that Wix refused" in caplog.text
    assert v3.get(product)["name"] == "Bowl"


def _text(request: Any) -> str:
    import json  # noqa: PLC0415

    return json.dumps(request.body, default=str)
