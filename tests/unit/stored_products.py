"""Puts products straight into a V3 shop of the fake, with dates of the test's choosing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.stores_v3.derived import derive, store_product, variants_of

if TYPE_CHECKING:
    from tests.fake_wix import Site


def at(milliseconds: int) -> str:
    """A moment of one January morning."""
    seconds, rest = divmod(milliseconds, 1000)
    return (
        f"2026-01-02T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}Z"
    )


def put(site: Site, updated: str, *, variants: int = 1, key: str = "", **fields: Any) -> str:
    """A product that was last changed at a moment; its id. Several variants are sizes."""
    key = key or site.new_id()
    sizes = [
        {"choiceId": site.new_id(), "choiceType": "CHOICE_TEXT", "name": f"S{n}", "key": f"S{n}"}
        for n in range(variants if variants > 1 else 0)
    ]
    option = {"id": site.new_id(), "name": "Size", "optionRenderType": "TEXT_CHOICES"}
    rows = [
        {
            "id": site.new_id(),
            "visible": True,
            "sku": f"{key[:8]}-{n}",
            "price": {"actualPrice": {"amount": "12.10"}},
            "revenueDetails": {"cost": {"amount": "3.00"}},
            "physicalProperties": {},
        }
        for n in range(variants)
    ]
    for row, size in zip(rows, sizes, strict=False):
        row["choices"] = [
            {
                "optionChoiceIds": {"optionId": option["id"], "choiceId": size["choiceId"]},
                "optionChoiceNames": {
                    "optionName": "Size",
                    "choiceName": size["name"],
                    "renderType": "TEXT_CHOICES",
                },
            }
        ]
    product = {
        "id": key,
        "revision": "1",
        "createdDate": updated,
        "updatedDate": updated,
        "name": f"Cup {key[:8]}",
        "slug": f"cup-{key}",
        "visible": True,
        "productType": "PHYSICAL",
        "physicalProperties": {},
        "options": [{**option, "choicesSettings": {"choices": sizes}}] if sizes else [],
        "variantsInfo": {"variants": rows},
        **fields,
    }
    store_product(site.v3, derive(site.v3, product), indexed=True)
    return key


def touch(site: Site, key: str, *, updated: str = "", variants_too: bool = True) -> None:
    """Somebody changes a product; the variants index may hear of it later."""
    product = site.v3.products.edit(key)
    product["revision"] = str(int(product["revision"]) + 1)
    product["updatedDate"] = updated or site.now()
    lag = site.v3.switches.variants_lag
    site.v3.switches.variants_lag = 0 if variants_too else None
    store_product(site.v3, product)
    site.v3.switches.variants_lag = lag


def take(site: Site, key: str) -> None:
    """Somebody deletes a product."""
    site.v3.products.remove(key)
    site.v3.variants.remove(key)


def variants(product: dict[str, Any]) -> list[str]:
    """The ids of the variants of a product, in any order."""
    return sorted(variant["id"] for variant in variants_of(product))
