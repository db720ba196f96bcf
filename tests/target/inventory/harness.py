"""What the tests of inventory items have in common: a shop with stock, rows, and a run over them."""

from __future__ import annotations

import copy
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_wix.api.stores import INVENTORY_ITEMS
from tests.fake_wix import V3
from tests.fake_wix.http.wire import decode, encode
from tests.fake_wix.stores_v1.model import DEFAULT_VARIANT
from tests.fake_wix.stores_v3.seed import add_product, add_stock, chosen, option, price
from tests.target.contacts.harness import QuickTarget
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix, Site
    from tests.fake_wix.http.recorder import RecordedRequest
    from tests.fake_wix.stores_v1.model import Product, Stock

Json = dict[str, Any]
STREAM = "inventory_items"


class Run:
    """A finished run of the target."""

    def __init__(self, target: QuickTarget, code: int, requests: list[RecordedRequest]) -> None:
        self.code = code
        self.naps = target.naps
        tally = target.outcomes.tally(STREAM)
        self.counts = {outcome.value: count for outcome, count in tally.counts.items() if count}
        self.codes = dict(tally.codes)
        self.dropped = dict(tally.dropped)
        self.others = {
            stream: {outcome.value: count for outcome, count in one.counts.items() if count}
            for stream, one in target.outcomes.tallies.items()
        }
        self.products_dropped = dict(target.outcomes.tally("products").dropped)
        self.requests = requests

    @property
    def writes(self) -> list[RecordedRequest]:
        """Requests that change something, refused ones included."""
        return [one for one in self.requests if one.write]

    def __repr__(self) -> str:
        return f"Run({self.code}, {self.counts}, {self.codes}, {self.dropped})"


class StockShop:
    """A site of the fake on either catalog, and the target on it."""

    def __init__(self, wix: FakeWix, site: Site | None = None) -> None:
        self.wix = wix
        self.site = site or wix.site
        self.places = {"Default location": self.site.v3.default_location} if self.is_v3 else {}

    @property
    def is_v3(self) -> bool:
        return self.site.catalog_version == V3

    # -- what is there ------------------------------------------------------------------------

    def add(self, sku: str = "A", stock: int | bool | None = 5, name: str = "Cup") -> str:  # noqa: FBT001
        """Put a product with one variant there; return its id. Without stock V1 does not count."""
        if self.is_v3:
            row: Json = {"price": price("10"), **({"sku": sku} if sku else {})}
            if stock is not None:
                row["stock"] = stock
            return str(add_product(self.site, name, [row])["id"])
        goods = {"name": name, "sku": sku, "priceData": {"price": Decimal(10)}}
        product = self.site.v1.add(goods)
        _count(product, product.stock, stock)
        self.site.v1.save(product, bump=False, indexed=True)
        return product.id

    def add_sized(self, **stocks: int | bool) -> str:
        """Put a product there with a variant for each size, whose sku is the size."""
        sizes = list(stocks)
        if self.is_v3:
            options = [option(self.site, "Size", sizes)]
            rows: list[Json] = [
                {
                    "sku": size,
                    "price": price("10"),
                    "choices": chosen(options, [place]),
                    "stock": stocks[size],
                }
                for place, size in enumerate(sizes)
            ]
            return str(add_product(self.site, "Shirt", rows, options=options)["id"])
        choices = [{"value": size, "description": size} for size in sizes]
        product = self.site.v1.add(
            {
                "name": "Shirt",
                "priceData": {"price": Decimal(10)},
                "manageVariants": True,
                "productOptions": [{"name": "Size", "choices": choices}],
            }
        )
        for variant in product.variants:
            variant.sku = variant.choices["Size"]
            _count(product, variant.stock, stocks[variant.sku])
        self.site.v1.save(product, bump=False, indexed=True)
        return product.id

    def add_place(self, name: str) -> str:
        """Open a location on V3; return its id."""
        v3 = self.site.v3
        place = dict(v3.locations.get(v3.default_location) or {})
        place |= {"id": self.site.new_id(), "name": name, "defaultLocation": False}
        place["wixLocationId"] = self.site.new_id()
        v3.locations.put(place, indexed=True)
        self.places[name] = str(place["id"])
        return str(place["id"])

    def rename_default(self, name: str) -> None:
        """Give the default location of V3 another name."""
        v3 = self.site.v3
        v3.locations.put({**v3.locations.edit(v3.default_location), "name": name}, indexed=True)

    def stock_at(self, sku: str, place: str, quantity: int) -> str:
        """Give a variant stock at a location; return the id of the item."""
        ref = self.variant(sku)
        item = add_stock(self.site, ref["productId"], ref["variantId"], quantity)
        self.site.v3.inventory.put({**item, "locationId": self.places[place]}, indexed=True)
        return str(item["id"])

    def variant(self, sku: str) -> Json:
        """The ids that a variant goes by in rows of inventory items."""
        if self.is_v3:
            for product in self.site.v3.products.all():
                for row in product["variantsInfo"]["variants"]:
                    if row.get("sku") == sku:
                        return {"productId": product["id"], "variantId": row["id"]}
        else:
            for goods in self.site.v1.products():
                if not goods.managed and goods.fields.get("sku") == sku:
                    return {"productId": goods.id, "variantId": DEFAULT_VARIANT}
                for variant in goods.variants:
                    if variant.sku == sku:
                        return {"productId": goods.id, "variantId": variant.id}
        raise KeyError(sku)

    def sell(self, sku: str, count: int = 1) -> None:
        """Somebody buys: the stock of a variant falls, and its item changes."""
        ref = self.variant(sku)
        if self.is_v3:
            v3 = self.site.v3
            key = next(
                one["id"]
                for one in v3.inventory.all()
                if one["variantId"] == ref["variantId"] and one["locationId"] == v3.default_location
            )
            item = v3.inventory.edit(key)
            item |= {
                "quantity": item["quantity"] - count,
                "revision": str(int(item["revision"]) + 1),
                "updatedDate": self.site.now(),
            }
            v3.inventory.put(item)
        else:
            self.site.clock.advance(1)
            product = self.site.v1.edit(ref["productId"])
            product.stocks()[ref["variantId"]].quantity -= count
            product.stock_updated = self.site.v1.now()
            self.site.v1.save(product, bump=False)

    @property
    def stock(self) -> dict[str, Any]:
        """Quantity or flag of each variant that has stock; `sku@place` elsewhere than by default."""
        found: dict[str, Any] = {}
        if not self.is_v3:
            for goods in self.site.v1.products():
                for key, stock in goods.stocks().items():
                    own = next((v.sku for v in goods.variants if v.id == key), None)
                    name = own or goods.fields.get("sku") or goods.fields["name"]
                    found[name] = stock.quantity if goods.track_quantity else stock.in_stock
            return found
        v3 = self.site.v3
        names = {key: name for name, key in self.places.items()}
        for item in v3.inventory.all():
            product = v3.products.get(item["productId"]) or {}
            rows = product["variantsInfo"]["variants"]
            (sku,) = [
                row.get("sku", product["name"]) for row in rows if row["id"] == item["variantId"]
            ]
            if item["locationId"] != v3.default_location:
                sku = f"{sku}@{names[item['locationId']]}"
            found[sku] = item.get("quantity", item.get("inStock"))
        return found

    @property
    def stock_numbers(self) -> list[int]:
        """The quantities that are counted."""
        if self.is_v3:
            return [one["quantity"] for one in self.site.v3.inventory.all() if "quantity" in one]
        return [
            stock.quantity
            for product in self.site.v1.products()
            if product.track_quantity
            for stock in product.stocks().values()
        ]

    def preorder(self, sku: str) -> Json:
        ref = self.variant(sku)
        if self.is_v3:
            (item,) = [
                one for one in self.site.v3.inventory.all() if one["variantId"] == ref["variantId"]
            ]
            found: Json = item.get("preorderInfo") or {}
            return found
        return self.site.v1.product(ref["productId"]).preorder

    def rows(self, **more: Any) -> list[Json]:
        """The stock as the tap gives it out."""
        rows = INVENTORY_ITEMS.rows(open_site(self.wix, self.site))
        catalog = {"siteId": self.site.site_id, "catalogVersion": self.site.catalog_version}
        found: list[Json] = decode(encode([{**row, **catalog, **more} for row in rows]))
        return copy.deepcopy(found)

    # -- the target ---------------------------------------------------------------------------

    def run(self, *rows: Json, **settings: Any) -> Run:
        """Send rows into the target."""
        return self.run_lines([schema(), *map(as_line, rows)], **settings)

    def run_lines(self, lines: list[str], **settings: Any) -> Run:
        target = QuickTarget(config={**self.site.settings(self.wix.url), **settings})
        before = len(self.site.requests)
        code = target.run(io.StringIO("".join(f"{line}\n" for line in lines)))
        return Run(target, code, list(self.site.requests)[before:])


def _count(product: Product, stock: Stock, amount: int | bool | None) -> None:  # noqa: FBT001
    if isinstance(amount, bool) or amount is None:
        stock.in_stock = amount is not False
    else:
        product.track_quantity, stock.quantity = True, amount


def schema(stream: str = STREAM) -> str:
    return json.dumps(
        {
            "type": "SCHEMA",
            "stream": stream,
            "schema": {"type": "object", "properties": {"id": {}}},
            "key_properties": [],
        }
    )


def as_line(record: Json, stream: str = STREAM) -> str:
    return encode({"type": "RECORD", "stream": stream, "record": record}).decode()


def flattened(row: Json, between: str = "__") -> Json:
    """A row as a loader puts it into columns, folded to small letters, with all columns there are."""
    found: Json = {}
    for name, value in row.items():
        if isinstance(value, dict):
            inner = flattened(value, between)
            found |= {f"{name}{between}{part}".lower(): one for part, one in inner.items()}
        else:
            found[name.lower()] = json.dumps(value) if isinstance(value, list) else value
    return found
