"""The products of the demo shop on Catalog V1: the same goods as on V3, as an old site has them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import nanoseconds_of
from tests.fake_wix.http.routes import V1
from tests.fake_wix.shops import demo
from tests.fake_wix.shops.demo_v3 import GLAZES, GOODS
from tests.fake_wix.stores_v1.media import picture
from tests.fake_wix.stores_v1.model import Collection
from tests.fake_wix.stores_v1.state import slug_of

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Product

BRANDS = {"Textiles": "Nordhem", "Studio": "Ateljé Lera"}
CARE = {"title": "Care", "description": "<p>Dishwasher safe. No sudden heat.</p>"}


def demo_products(site: Site) -> None:
    """Fifteen products in four collections; one is hidden, one is a download."""
    collections = {}
    for name in ("Tableware", "Vases", "Textiles", "Studio"):
        collection = Collection(site.new_id(), name, slug_of(name))
        site.v1.save_collection(collection, indexed=True)
        collections[name] = collection.id
    for number, goods in enumerate(GOODS):
        name, place, handle, paid, before, cost, weight, kinds, stock, html = goods
        price = Decimal(before or paid)
        options = _options(kinds)
        fields: Json = {
            "name": name,
            "visible": handle != "seconds",
            "description": html,
            "sku": handle.upper(),
            "priceData": {"price": price},
            "costAndProfitData": {"itemCost": Decimal(cost)},
            "weight": Decimal(weight),
            "productOptions": options,
            "manageVariants": bool(options),
        }
        if before:
            fields["ribbon"] = "Sale"
            fields["discount"] = {"type": "AMOUNT", "value": price - Decimal(paid)}
        if place in BRANDS:
            fields["brand"] = BRANDS[place]
        else:
            fields["additionalInfoSections"] = [CARE]
        created = f"2024-0{1 + number % 9}-12T10:{number + 10}:00.000Z"
        product = _add(site, fields, created, f"2026-09-{number + 10}T07:31:04.{number + 100}Z")
        product.collection_ids = [collections[place]]
        product.media = [picture(f"5f2e1b_{handle}~mv2.jpg", name)]
        _stock(product, stock)
        for variant in product.variants:
            codes = [label.upper()[:3] for label in variant.choices.values()]
            variant.sku = "-".join([handle.upper(), *codes])
        site.v1.save(product, bump=False, indexed=True)
    notebook: Json = {
        "name": "Glaze notebook (PDF)",
        "productType": "digital",
        "description": "<p>Forty recipes with test tiles.</p>",
        "sku": "GLAZE-PDF",
        "priceData": {"price": Decimal(12)},
    }
    product = _add(site, notebook, "2025-05-05T12:00:00.000Z", "2026-09-28T16:20:11.042Z")
    product.collection_ids = [collections["Studio"]]
    site.v1.save(product, bump=False, indexed=True)


def _add(site: Site, fields: Json, created: str, updated: str) -> Product:
    number = nanoseconds_of(created) // 1000
    product = site.v1.add(fields, number=number, updated=updated, indexed=True)
    product.created_date = created
    return product


def _options(kinds: Any) -> list[Json]:
    if kinds == "glaze":
        choices = [{"value": code, "description": name} for name, code in GLAZES.items()]
        return [{"optionType": "color", "name": "Glaze", "choices": choices}]
    return [
        {
            "optionType": "drop_down",
            "name": name,
            "choices": [{"value": label, "description": label} for label in labels],
        }
        for name, labels in (kinds or {}).items()
    ]


def _stock(product: Product, stock: Any) -> None:
    """A number is a tracked quantity, a little less for each further variant."""
    if isinstance(stock, bool):
        return
    product.track_quantity = True
    product.stock.quantity = stock
    for index, variant in enumerate(product.variants):
        variant.stock.quantity = max(0, stock - index)


demo.PRODUCTS[V1] = demo_products
