"""The V1 half of a shop: products and collections, and what happens to them behind the scenes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import Refusal, application_error
from tests.fake_wix.store import Store
from tests.fake_wix.stores_v1.model import (
    Collection,
    Json,
    Product,
    Stock,
    Variant,
    all_choices,
    complement,
)
from tests.fake_wix.stores_v1.switches import Switches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fake_wix.site import Site


@dataclass(frozen=True)
class _Arriving:
    """A picture that Wix has yet to fetch."""

    due: float
    product_id: str
    item: Json
    choice: tuple[str, str] | None


class CatalogV1:
    """Products, collections and inventory of a site on the old catalog."""

    def __init__(self, site: Site) -> None:
        self.switches = Switches()
        self._site = site
        self._products = Store(site)
        self._collections = Store(site)
        self._slugs: dict[str, str] = {}
        self._arriving: list[_Arriving] = []
        self._last_number = 1_767_225_600_123_000

    def next_number(self) -> int:
        """A `numericId`: the creation time in microseconds, unique and ascending (stores-v1 1.6)."""
        self._last_number = max(self._last_number + 1, self._site.clock.nanoseconds() // 1000)
        return self._last_number

    def now(self) -> str:
        return self._site.clock.now()

    # Products

    def add(
        self,
        fields: Json,
        *,
        slug: str = "",
        updated: str = "",
        number: int = 0,
        indexed: bool = False,
    ) -> Product:
        """A new product, with its variants generated from its options (stores-v1 2.3)."""
        now = self.now()
        product = Product(
            id=self._site.new_id(),
            numeric_id=number or self.next_number(),
            fields={"visible": True, "productType": "physical", **fields},
            last_updated=updated or now,
            created_date=now,
            stock_updated=updated or now,
        )
        product.fields["slug"] = self.free_slug(slug or slug_of(fields["name"]))
        self.regenerate_variants(product)
        self.save(product, bump=False, indexed=indexed)
        return product

    def product(self, product_id: str) -> Product:
        """The product as it is now, not to be changed; 404 if there is none."""
        self._let_media_arrive()
        kept = self._products.get(product_id)
        if kept is None:
            raise product_not_found(product_id)
        return kept["it"]  # type: ignore[no-any-return]

    def edit(self, product_id: str) -> Product:
        """A copy to change and `save`."""
        self.product(product_id)
        return self._products.edit(product_id)["it"]  # type: ignore[no-any-return]

    def save(self, product: Product, *, bump: bool = True, indexed: bool = False) -> None:
        if bump:
            product.last_updated = self.now()
        before = self._products.get(product.id)
        if before is not None:
            self._slugs.pop(before["it"].fields["slug"], None)
        self._slugs[product.fields["slug"]] = product.id
        self._products.put({"id": product.id, "it": product}, indexed=indexed)

    def remove(self, product_id: str) -> None:
        """Delete a product; its inventory item goes with it (stores-v1 2.5)."""
        self._slugs.pop(self.product(product_id).fields["slug"], None)
        self._products.remove(product_id)

    def products(self) -> Iterator[Product]:
        """All products as they are now."""
        self._let_media_arrive()
        return (kept["it"] for kept in self._products.all())

    def indexed_products(self) -> list[Json]:
        """The rows `{"id", "it": Product}` a query sees."""
        self._let_media_arrive()
        return self._products.all_indexed()

    def product_of_inventory_item(self, item_id: str) -> Product:
        """A copy of the product an inventory item belongs to."""
        product_id = complement(item_id)
        if product_id not in self._products:
            raise application_error(404, "INVENTORY_ITEM_NOT_FOUND", "inventory item not found")
        return self.edit(product_id)

    def free_slug(self, wanted: str, owner: str = "") -> str:
        """The slug, suffixed from -1 if taken; V1 does not report the clash (stores-v1 2.3)."""
        return _free(wanted, lambda slug: self._slugs.get(slug, owner) != owner)

    def regenerate_variants(self, product: Product) -> None:
        """Make the variants those of the options: one for each combination of choices.

        Combinations that were there keep their id and values. Until patched, a new one has what
        the product has (stores-v1 2.3).
        """
        if not product.managed:
            product.variants = []
            return
        there = {tuple(sorted(one.choices.items())): one for one in product.variants}
        product.variants = [
            there.get(tuple(sorted(choices.items())))
            or Variant(self._site.new_id(), choices, stock=Stock(0, product.stock.in_stock))
            for choices in all_choices(product.options)
        ]

    # Collections

    def collection(self, collection_id: str) -> Collection:
        kept = self._collections.get(collection_id)
        if kept is None:
            raise application_error(404, "COLLECTION_NOT_FOUND", "collection not found")
        return kept["it"]  # type: ignore[no-any-return]

    def edit_collection(self, collection_id: str) -> Collection:
        self.collection(collection_id)
        return self._collections.edit(collection_id)["it"]  # type: ignore[no-any-return]

    def save_collection(self, collection: Collection, *, indexed: bool = False) -> None:
        collection.number = collection.number or self.next_number()
        self._collections.put({"id": collection.id, "it": collection}, indexed=indexed)

    def remove_collection(self, collection_id: str) -> None:
        """Delete a collection, not its products (stores-v1 4.3)."""
        self.collection(collection_id)
        self._collections.remove(collection_id)
        members = [one.id for one in self.products() if collection_id in one.collection_ids]
        for product_id in members:
            product = self.edit(product_id)
            product.collection_ids.remove(collection_id)
            self.save(product, bump=self.switches.membership_bumps)

    def collections(self) -> Iterator[Collection]:
        return (kept["it"] for kept in self._collections.all())

    def indexed_collections(self) -> list[Json]:
        """The rows `{"id", "it": Collection}` a query sees."""
        return self._collections.all_indexed()

    def free_collection_slug(self, wanted: str, owner: str = "") -> str:
        taken = {one.slug for one in self.collections() if one.id != owner}
        return _free(wanted, taken.__contains__)

    # Media

    def await_media(self, product_id: str, item: Json, choice: tuple[str, str] | None) -> None:
        """Put a picture on its way: Wix answers first and fetches it afterwards (stores-v1 2.6)."""
        lag = self.switches.media_lag
        due = float("inf") if lag is None else self._site.clock.seconds() + lag
        self._arriving.append(_Arriving(due, product_id, item, choice))

    def fetch_media(self) -> None:
        """Let every picture that is on its way arrive."""
        self._let_media_arrive(everything=True)

    def _let_media_arrive(self, *, everything: bool = False) -> None:
        if not self._arriving:
            return
        now = self._site.clock.seconds()
        ready = [one for one in self._arriving if everything or one.due <= now]
        self._arriving = [one for one in self._arriving if one not in ready]
        for picture in ready:
            if picture.product_id not in self._products:
                continue
            product: Product = self._products.edit(picture.product_id)["it"]
            product.media.append(picture.item)
            if picture.choice:
                option, label = picture.choice
                labels = product.choice_media.setdefault(option, {})
                labels.setdefault(label, []).append(picture.item["id"])
            self.save(product, bump=self.switches.media_bumps)


def product_not_found(product_id: str) -> Refusal:
    return application_error(404, "PRODUCT_NOT_FOUND", f"product {product_id} not found")


def slug_of(name: str) -> str:
    """The last part of the product's URL, from its name."""
    words = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
    return words[:90] or "product"


def _free(wanted: str, taken: Callable[[str], bool]) -> str:
    slug, suffix = wanted, 0
    while taken(slug):
        suffix += 1
        slug = f"{wanted}-{suffix}"
    return slug
