"""Catalog V1 without a sink around it: products as the sink would hand them over."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_wix.products.catalog import Change, Created, Creation, Updated
from target_wix.products.compare import differences
from target_wix.products.v1.catalog import CatalogV1
from target_wix.runtime.dropped_data import DroppedData
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_wix.products.catalog import StockPatch
    from tests.fake_wix import FakeWix, Site
    from tests.fake_wix.stores_v1.model import Product


class Shop:
    """A V1 shop of the fake, with its catalog as the target sees it."""

    def __init__(self, wix: FakeWix, site: Site | None = None) -> None:
        self.wix = wix
        self.site = site or wix.site
        self.dropped = DroppedData(logging.getLogger("test"))
        self.waits: list[float] = []
        self.on_wait: Callable[[], None] = lambda: None
        self.catalog = CatalogV1(open_site(wix, self.site), self.dropped, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.on_wait()

    def put(self, name: str = "Apron", **fields: Any) -> str:
        """A product that is there already; its id."""
        fields = {"priceData": {"price": Decimal("34.5")}, **fields}
        return self.site.v1.add({"name": name, **fields}, indexed=True).id

    def make(
        self, product: dict[str, Any], stock: dict[int, StockPatch] | None = None
    ) -> Created | Any:
        """Make one product, as the sink would."""
        creation = Creation(self.catalog.as_stored(product, None, self.dropped.add), stock or {})
        ((back, outcome),) = self.catalog.create([creation])
        assert back is creation
        return outcome

    def change(self, key: str, **fields: Any) -> tuple[tuple[str, ...], Updated | Any]:
        """Lay fields over a product and write what differs; the names of what did."""
        current = self.catalog.reader.by_ids([key])[key]
        desired = self.catalog.as_stored({**current, **fields}, current, self.dropped.add)
        changed = differences(current, desired)
        if not changed:
            return changed, None
        ((_, outcome),) = self.catalog.update([Change(current, desired, changed)])
        return changed, outcome

    def read(self, key: str) -> dict[str, Any]:
        """A product as it is now, in the shape of V3."""
        product = self.catalog.reader.get(key)
        assert product is not None
        return product

    @property
    def products(self) -> list[Product]:
        return list(self.site.v1.products())


def wanted(name: str = "Apron", price: str = "34.50", **fields: Any) -> dict[str, Any]:
    """A product to make; `fields` can replace any of it."""
    return {
        "name": name,
        "productType": "PHYSICAL",
        "visible": True,
        "physicalProperties": {},
        "variantsInfo": {"variants": [variant(price)]},
        **fields,
    }


def variant(price: str, before: str | None = None, **fields: Any) -> dict[str, Any]:
    """A variant; the keyword `choices` maps option names to choices."""
    prices: dict[str, Any] = {"actualPrice": {"amount": price}}
    if before is not None:
        prices["compareAtPrice"] = {"amount": before}
    chosen = fields.pop("choices", {})
    names = [
        {"optionChoiceNames": {"optionName": name, "choiceName": choice}}
        for name, choice in chosen.items()
    ]
    return {"price": prices, "choices": names, "physicalProperties": {}, "visible": True, **fields}


def option(name: str, *choices: str, modifier: bool = False) -> dict[str, Any]:
    """An option, or a modifier, with text choices."""
    rows = [{"choiceType": "CHOICE_TEXT", "name": choice} for choice in choices]
    render = "modifierRenderType" if modifier else "optionRenderType"
    found = {"name": name, render: "TEXT_CHOICES", "choicesSettings": {"choices": rows}}
    return {**found, "mandatory": True} if modifier else found


def sizes(*variants: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A product in sizes, one for each variant."""
    names = [row["choices"][0]["optionChoiceNames"]["choiceName"] for row in variants]
    return wanted(
        options=[option("Size", *names)], variantsInfo={"variants": list(variants)}, **fields
    )


def prices(product: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What is paid and what is struck through, of every variant."""
    found = []
    for row in product["variantsInfo"]["variants"]:
        before = row["price"].get("compareAtPrice", {}).get("amount")
        found.append((row["price"]["actualPrice"]["amount"], before))
    return found
