"""Small shops made to measure, on either catalog."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from tests.fake_wix import V1
from tests.fake_wix.stores_v1.model import Collection, Product
from tests.fake_wix.stores_v3.derived import derive, store_product

if TYPE_CHECKING:
    from tests.fake_wix import Site

CREATED = "2026-01-01T00:00:00.000Z"


def put_product(
    site: Site,
    name: str,
    *,
    updated: str = CREATED,
    product_id: str = "",
    sizes: int = 1,
    price: str = "12.10",
    **more: Any,
) -> str:
    """Put a product there, or change it, as if it had been so at that time; returns its id."""
    product_id = product_id or str(uuid.uuid4())
    put = _put_v1 if site.catalog_version == V1 else _put_v3
    with site.lock:
        put(site, product_id, name, updated, sizes, price, more)
    return product_id


def put_products(site: Site, count: int, *, start: int = 0, step: int = 1) -> list[str]:
    """Put that many products there, `step` seconds between two changes."""
    return [
        put_product(site, f"Product {number}", updated=moment(start + number * step))
        for number in range(count)
    ]


def moment(second: int, fraction: str = "") -> str:
    """A moment of the first of February 2026."""
    return f"2026-02-01T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{fraction}Z"


def put_category(site: Site, name: str, *, visible: bool = True) -> str:
    """Put a category or collection there."""
    category_id = str(uuid.uuid4())
    slug = name.lower().replace(" ", "-")
    if site.catalog_version == V1:
        site.v1.save_collection(Collection(category_id, name, slug, visible=visible), indexed=True)
        return category_id
    dates = {"createdDate": CREATED, "updatedDate": CREATED}
    row = {"id": category_id, "revision": "1", "name": name, "slug": slug, "visible": visible}
    site.v3.members[category_id] = {}
    site.v3.categories.put({**row, **dates}, indexed=True)
    return category_id


def _put_v3(
    site: Site,
    product_id: str,
    name: str,
    updated: str,
    sizes: int,
    price: str,
    more: dict[str, Any],
) -> None:
    old = site.v3.products.get(product_id)
    option, choices = str(uuid.uuid4()), [str(uuid.uuid4()) for _ in range(sizes)]
    variants: list[dict[str, Any]] = [
        {
            "id": str(uuid.uuid5(uuid.UUID(product_id), str(number))),
            "visible": True,
            "sku": f"{name}-{number}"[:40],
            "price": {
                "actualPrice": {"amount": price},
                "compareAtPrice": {"amount": "9007199254740993.01"},
            },
            "choices": [
                {
                    "optionChoiceIds": {"optionId": option, "choiceId": choice},
                    "optionChoiceNames": {"optionName": "Size", "choiceName": str(number)},
                }
            ]
            if sizes > 1
            else [],
            "physicalProperties": {},
        }
        for number, choice in enumerate(choices)
    ]
    product: dict[str, Any] = {
        "id": product_id,
        "revision": str(int(old["revision"]) + 1) if old else "9007199254740993",
        "createdDate": CREATED,
        "updatedDate": updated,
        "name": name,
        "slug": product_id,
        "visible": True,
        "productType": "PHYSICAL",
        "physicalProperties": {},
        "variantsInfo": {"variants": variants},
        **more,
    }
    store_product(site.v3, derive(site.v3, product), indexed=True)


def _put_v1(
    site: Site,
    product_id: str,
    name: str,
    updated: str,
    sizes: int,
    price: str,
    more: dict[str, Any],
) -> None:
    product = Product(
        product_id,
        site.v1.next_number(),
        {
            "name": name,
            "slug": product_id,
            "visible": True,
            "productType": "physical",
            "priceData": {"price": price},
            **more,
        },
        updated,
        CREATED,
        updated,
    )
    if sizes > 1:
        choices = [{"value": str(n), "description": str(n)} for n in range(sizes)]
        option = {"name": "Size", "optionType": "drop_down", "choices": choices}
        product.fields |= {"productOptions": [option], "manageVariants": True}
        site.v1.regenerate_variants(product)
    site.v1.save(product, bump=False, indexed=True)
