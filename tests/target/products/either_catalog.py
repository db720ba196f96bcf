"""A shop on either catalog, written by the target and read back as the tap reads it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix import V3
from tests.fake_wix.stores_v3.seed import add_product, price
from tests.target.products.test_product_v1_sink import Run, records

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix, Site

Json = dict[str, Any]


class EitherShop:
    """One site of the fake, on Catalog V1 or V3."""

    def __init__(self, wix: FakeWix, site: Site) -> None:
        self.wix = wix
        self.site = site

    @property
    def is_v3(self) -> bool:
        return self.site.catalog_version == V3

    def add(self, name: str = "Cup", *, sku: str = "", amount: str = "10", **fields: Any) -> str:
        """Put a product with one variant there; return its id."""
        if self.is_v3:
            row: Json = {"price": price(amount), **({"sku": sku} if sku else {})}
            return str(add_product(self.site, name, [row], **fields)["id"])
        slug = str(fields.pop("slug", ""))
        goods = {"name": name, "sku": sku, "priceData": {"price": Decimal(amount)}, **fields}
        return str(self.site.v1.add(goods, slug=slug, indexed=True).id)

    def run(self, *rows: Json, **settings: Any) -> Run:
        """Send rows into the target."""
        return Run(self.wix, self.site, list(rows), **settings)

    @property
    def products(self) -> list[Json]:
        """The shop as the tap gives it out."""
        return records(self.wix, self.site)

    @property
    def goods(self) -> list[tuple[str, str, str]]:
        """Name, sku and price of every variant."""
        return sorted(
            (row["name"], one.get("sku") or "", one["price"]["actualPrice"]["amount"])
            for row in self.products
            for one in row["variantsInfo"]["variants"]
        )

    @property
    def only(self) -> Json:
        """The only product."""
        (product,) = self.products
        return product

    @property
    def variant(self) -> Json:
        """The only variant of the only product."""
        (found,) = self.only["variantsInfo"]["variants"]
        return dict(found)

    @property
    def pictures(self) -> int:
        """How many pictures the only product has."""
        return len(self.only["media"]["itemsInfo"]["items"])

    def stock(self, sku: str) -> int | None:
        """The quantity that is counted of a sku."""
        if self.is_v3:
            variants = {
                one["id"]: one.get("sku")
                for row in self.site.v3.products.all()
                for one in row["variantsInfo"]["variants"]
            }
            for item in self.site.v3.inventory.all():
                if variants.get(item["variantId"]) == sku:
                    found: int | None = item.get("quantity")
                    return found
            return None
        for product in self.site.v1.products():
            if product.fields.get("sku") == sku:
                return product.stock.quantity if product.track_quantity else None
        return None
