"""What the V1 half of a shop is made of.

One `Product` holds all that Wix shows of it: its variants, its stock, its pictures. Derived values
(paid price, ranges, stock status) are worked out when it is shown, so they can never disagree.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from math import prod
from typing import Any, Literal

Json = dict[str, Any]

DEFAULT_VARIANT = "00000000-0000-0000-0000-000000000000"
# 35 characters, no GUID: a client that validates ids trips over it (wix-api stores-v1 4.4).
ALL_PRODUCTS = "00000000-000000-000000-000000000001"

_COMPLEMENT = str.maketrans("0123456789abcdef", "fedcba9876543210")


@dataclass(slots=True)
class Stock:
    """Stock of one variant; `quantity` counts only while the product is tracked."""

    quantity: int = 0
    in_stock: bool = True


@dataclass(slots=True)
class Variant:
    """One combination of choices. What is None follows the product."""

    id: str
    choices: dict[str, str]
    price: Decimal | None = None
    cost: Decimal | None = None
    sku: str | None = None
    weight: Decimal | None = None
    visible: bool = True
    dimensions: Json = field(default_factory=dict)
    stock: Stock = field(default_factory=Stock)

    def reset(self) -> None:
        """Drop every override (wix-api stores-v1 3.3, resetToDefault)."""
        self.price = self.cost = self.sku = self.weight = None
        self.visible = True
        self.dimensions = {}


@dataclass(slots=True)
class Product:
    """A product as it is kept; `fields` are the plain writable ones, in wire form."""

    id: str
    numeric_id: int
    fields: Json
    last_updated: str
    created_date: str | None
    stock_updated: str
    variants: list[Variant] = field(default_factory=list)
    # Stock of the product as a whole, used while it has no managed variants.
    stock: Stock = field(default_factory=Stock)
    track_quantity: bool = False
    # The item of a managed product may have the default variant beside its own (stores-v1 5.5).
    lists_default_stock: bool = False
    preorder: Json = field(default_factory=dict)
    media: list[Json] = field(default_factory=list)
    # option name -> choice description -> media ids
    choice_media: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    collection_ids: list[str] = field(default_factory=list)
    custom_text_fields: list[Json] = field(default_factory=list)
    hidden_choices: frozenset[tuple[str, str]] = frozenset()
    # How Wix shows what nobody set: what is optional may be absent or null (stores-v1 2.9).
    unset: Literal["empty", "absent", "null"] = "empty"

    @property
    def price(self) -> Decimal:
        return Decimal(self.fields["priceData"]["price"])

    @property
    def cost(self) -> Decimal | None:
        cost = self.fields.get("costAndProfitData", {}).get("itemCost")
        return None if cost is None else Decimal(cost)

    @property
    def visible(self) -> bool:
        return bool(self.fields["visible"])

    @property
    def options(self) -> list[Json]:
        return list(self.fields.get("productOptions", ()))

    @property
    def managed(self) -> bool:
        """Whether variants have values of their own; without options there is nothing to manage."""
        return bool(self.fields.get("manageVariants") and self.options)

    @property
    def inventory_item_id(self) -> str:
        """The complement of the product's GUID, as in Wix's archived samples."""
        return complement(self.id)

    def stocks(self) -> dict[str, Stock]:
        """Stock by variant id, as the inventory item lists it."""
        if not self.managed:
            return {DEFAULT_VARIANT: self.stock}
        listed = {DEFAULT_VARIANT: self.stock} if self.lists_default_stock else {}
        return listed | {variant.id: variant.stock for variant in self.variants}

    def in_stock(self, stock: Stock) -> bool:
        return stock.quantity > 0 if self.track_quantity else stock.in_stock


@dataclass(slots=True)
class Collection:
    """A collection; which products are in it is kept with the products."""

    id: str
    name: str
    slug: str
    description: str | None = None
    visible: bool = True
    media: list[Json] = field(default_factory=list)
    number: int = 0


def complement(guid: str) -> str:
    """Each hexadecimal digit taken from f; what is no GUID stays what it is."""
    return guid.lower().translate(_COMPLEMENT)


def combinations(options: list[Json]) -> int:
    return prod(len(option["choices"]) for option in options) if options else 0


def all_choices(options: list[Json]) -> list[dict[str, str]]:
    """Every combination of choices, keyed by option name and choice *description*."""
    names = [option["name"] for option in options]
    labels = [[choice["description"] for choice in option["choices"]] for option in options]
    return [dict(zip(names, labels_, strict=True)) for labels_ in itertools.product(*labels)]
