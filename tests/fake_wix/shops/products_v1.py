"""Nasty but legal Catalog V1 products (wix-api stores-v1 2.9); the same seed gives the same shop."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.http.routes import V1
from tests.fake_wix.shops import nasty
from tests.fake_wix.shops.texts import nasty_text
from tests.fake_wix.stores_v1.media import picture
from tests.fake_wix.stores_v1.model import Collection, Product, Stock
from tests.fake_wix.stores_v1.shapes import DIMENSION_UNITS, MEASUREMENT_UNITS
from tests.fake_wix.stores_v3.product_rules import FAMILIES

if TYPE_CHECKING:
    import random

    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Variant

BEGIN = nanoseconds_of("2025-01-01T00:00:00Z")
# The last number that a float holds exactly, so that a shop lies on both sides of it.
LAST_EXACT = 2**53
DIGITS = (3, 3, 3, 0, 9)
PRICES = ("0", "0.01", "12.10", "9.95", "19.9", "36", "1234.56", "999999999.99")
PERCENTS = ("10", "12.5", "33.33", "100")
HEX = "0123456789ABCDEF"


def nasty_products(site: Site, count: int, random: random.Random) -> None:
    """That many products, collections among them; every kind of trouble the reference allows."""
    collections = _collections(site, random, count)
    moment, number = BEGIN, LAST_EXACT - count // 2
    for index in range(count):
        # Ties of several products, now and then of more than a page of them.
        if index % random.choice((1, 2, 7, 150)) == 0:
            moment += random.randrange(1, 40 * NANO)
        number += random.choice((1, 1, 2, 1000))
        _Nasty(site, random, index).add(number, moment, collections)


def _collections(site: Site, random: random.Random, count: int) -> list[str]:
    """Hidden ones, two of one name, the longest texts, and more than a page if the shop is large."""
    ids = []
    for index in range(min(250, 2 + count // 4)):
        name = "Twins" if index < 2 else nasty_text(random, 50)
        collection = Collection(
            site.new_id(),
            name,
            site.v1.free_collection_slug(f"collection-{index // 2}"),
            description=random.choice((None, "", "long " * 120, nasty_text(random, 600))),
            visible=random.random() < 0.8,
            media=[picture(f"c{index}_1.jpg")] if random.random() < 0.3 else [],
        )
        site.v1.save_collection(collection, indexed=True)
        ids.append(collection.id)
    return ids


@dataclass
class _Nasty:
    """One product in the making; `index` decides what has to occur, chance decides the rest."""

    site: Site
    random: random.Random
    index: int

    def _unit_pricing(self) -> dict[str, Any]:
        """Both units measure the same, as the dashboard has it."""
        total = self._one(MEASUREMENT_UNITS)
        family = FAMILIES.get(total)
        base = [unit for unit in MEASUREMENT_UNITS if FAMILIES.get(unit) == family]
        return {
            "totalQuantity": Decimal(self._one(("0.01", "750", "1.5"))),
            "totalMeasurementUnit": total,
            "baseQuantity": Decimal(self._one(("1", "100"))),
            "baseMeasurementUnit": self._one(base),
        }

    def add(self, number: int, moment: int, collections: list[str]) -> None:
        fields = self._fields()
        text = text_of(moment, self.random.choice(DIGITS))
        product = self.site.v1.add(
            fields, slug=f"nasty-{self.index}", number=number, updated=text, indexed=True
        )
        product.created_date = (
            None if self.index % 6 == 5 else text_of(moment - NANO * 3600, self._one(DIGITS))
        )
        product.stock_updated = text_of(moment + self._one((0, 1, NANO)), self._one(DIGITS))
        product.unset = self._one(("empty", "absent", "null"))
        product.collection_ids = self.random.sample(collections, self._one((0, 0, 1, 2)))
        if self._chance(0.15):
            product.custom_text_fields = [
                {"title": self._text(100), "maxLength": 500, "mandatory": self._chance(0.5)},
                {"title": "Engraving", "maxLength": 1, "mandatory": False},
            ]
        self._stock(product)
        self._media(product)
        for position, variant in enumerate(product.variants):
            self._variant(product, variant, position)
        self.site.v1.save(product, bump=False, indexed=True)

    def _fields(self) -> Json:
        price = Decimal(PRICES[self.index % len(PRICES)])
        fields: Json = {
            "name": "N" * 80 if self.index % 30 == 3 else f"{self._text(70)} {self.index}",
            "visible": self.index % 5 != 1,
            "productType": "digital" if self.index % 20 == 9 else "physical",
            "priceData": {"price": price},
            "discount": self._discount(price),
            **self._options(),
        }
        chances: dict[str, Any] = {
            "description": f"<p>{self._text(7000)}</p>",
            "sku": f"SKU-{self.index // 2}",
            "weight": Decimal(self._one(("0.4", "12", "0.333333", "999999999.99"))),
            "costAndProfitData": {"itemCost": Decimal(self._one(("0", "7.70", "12.05")))},
            "ribbon": self._text(30),
            "brand": self._text(50),
            "productDimensions": self._dimensions(),
            "packageDimensions": self._dimensions(),
            "pricePerUnitData": self._unit_pricing(),
            "additionalInfoSections": [
                {"title": self._text(50), "description": f"<p>{self._text(1000)}</p>"},
                {"title": "Care", "description": "<ul><li>Wash at 40</li></ul>"},
            ],
            "seoData": {
                "tags": [
                    {"type": "title", "children": self._text(60), "custom": False},
                    {"type": "meta", "props": {"name": "description", "content": self._text(90)}},
                ],
                "settings": {"preventAutoRedirect": False},
            },
        }
        fields |= {name: value for name, value in chances.items() if self._chance(0.4)}
        if self.index % 60 == 7:
            fields["description"] = "<p>" + "longest!" * 999 + "</p>"
            fields["additionalInfoSections"] = [{"title": "T" * 50, "description": "d" * 16_000}]
        return fields

    def _discount(self, price: Decimal) -> Json:
        kind = self._one(("NONE", "NONE", "UNDEFINED", "AMOUNT", "PERCENT"))
        if kind == "PERCENT":
            return {"type": kind, "value": Decimal(self._one(PERCENTS))}
        if kind == "AMOUNT":
            return {"type": kind, "value": min(price, Decimal(self._one(("0.01", "2", "5.55"))))}
        return {"type": kind, "value": 0}

    def _options(self) -> Json:
        """0 to 6 options, 0 to 300 managed variants."""
        kind = self.index % 12
        if self.index % 100 == 4:
            options = [self._option("Size", 15), self._option("Color", 20, colour=True)]
            return {"productOptions": options, "manageVariants": True}
        if kind in {2, 6}:
            options = [self._option("Size", self._one((1, 2, 3)))]
            if kind == 6:
                options.append(self._option("Color", 3, colour=True))
            return {"productOptions": options, "manageVariants": True}
        if kind == 8:
            options = [self._option(f"{n} {self._text(40)}", 2) for n in range(1 + self.index % 6)]
            return {"productOptions": options, "manageVariants": False}
        if self.index % 60 == 10:
            options = [self._option("Pattern", 100), self._option("Colour", 5, colour=True)]
            return {"productOptions": options, "manageVariants": False}
        return {"manageVariants": self.index % 45 == 13}

    def _option(self, name: str, choices: int, *, colour: bool = False) -> Json:
        rows = []
        for number in range(choices):
            label = f"{self._text(44)} {number}"
            value = "#" + "".join(self._one(HEX) for _ in range(6)) if colour else label
            if not colour and self._chance(0.2):
                value = f"internal-{number}"
            rows.append({"value": value, "description": label})
        return {"optionType": "color" if colour else "drop_down", "name": name, "choices": rows}

    def _variant(self, product: Product, variant: Variant, position: int) -> None:
        if position % 3 == 0:
            return
        discount = product.fields["discount"]
        if self._chance(0.6) and product.price < 1_000_000:
            cheaper = discount["type"] == "AMOUNT"
            step = Decimal(self._one(("0", "1.05", "12.10")))
            variant.price = product.price + step if cheaper else step
        variant.sku = self._one((None, "", f"SKU-{self.index}-{position}", "S" * 40))
        variant.weight = self._one((None, Decimal("0.38"), Decimal(2)))
        variant.cost = self._one((None, None, Decimal("3.30")))
        variant.visible = self._chance(0.9)
        if self._chance(0.1):
            variant.dimensions = {"packageDimensions": self._dimensions()}

    def _stock(self, product: Product) -> None:
        product.track_quantity = self._chance(0.5)
        product.lists_default_stock = self._chance(0.3)
        for stock in [product.stock, *(one.stock for one in product.variants)]:
            stock.quantity = self._one((0, -1, 1, 14, 300))
            stock.in_stock = self._chance(0.8)
        if self._chance(0.1):
            product.stock = Stock(0, in_stock=False)
            product.preorder = {"enabled": True, "message": self._text(250), "limit": 100_000}

    def _media(self, product: Product) -> None:
        for number in range(self._one((0, 0, 1, 3))):
            item = picture(f"5f2e1b_{self.index}_{number}~mv2.jpg", self._text(20))
            if self._chance(0.2):
                item["image"] |= {"format": "jpg", "altText": self._one((None, self._text(50)))}
            product.media.append(item)
        if self._chance(0.05):
            still = product.media[0]["id"] if product.media else "still.jpg"
            file = {"url": "https://video.wixstatic.com/v/1.mp4", "width": 1280, "height": 720}
            clip = {**picture("video_1"), "mediaType": "video"}
            clip["video"] = {"files": [file], "stillFrameMediaId": still}
            del clip["image"]
            product.media.append(clip)
        if product.media and product.options:
            option = product.options[-1]
            label = option["choices"][0]["description"]
            product.choice_media = {option["name"]: {label: [product.media[0]["id"]]}}
            if self._chance(0.2):
                product.hidden_choices = frozenset({(option["name"], label)})

    def _dimensions(self) -> Json:
        side = self._one(("0", "12.5", "0.000001", "100"))
        return {"length": side, "width": "3", "height": "7.25", "unit": self._one(DIMENSION_UNITS)}

    def _one(self, values: Any) -> Any:
        return self.random.choice(values)

    def _chance(self, odds: float) -> bool:
        return self.random.random() < odds

    def _text(self, longest: int) -> str:
        return nasty_text(self.random, longest)


nasty.PRODUCTS[V1] = nasty_products
