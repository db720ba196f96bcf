"""What a dry run would have made of products: later batches of it find the shop as a run would leave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api import codec
from tap_wix.api.catalog_conversion.json_access import without
from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.cross_stream import SimulatedVariant
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.lookup_cache import LookupCache
from target_wix.products.catalog import StockState
from target_wix.products.fields.stock import simulate_stock, state_after
from target_wix.products.fields.variants import choices_key, replace_variants, variants_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.cross_stream import ProductsOfRun
    from target_wix.products.catalog import Product, StockChange, StockPatch
    from target_wix.products.fields.variants import Choices

MOST_SIMULATED = 20_000
MOST_BYTES = 32_000_000
"""Products kept, and how large they may be together as JSON."""

_MADE_UP = "new "


def is_made_up(product_id: str) -> bool:
    """Tell whether a product is one that a dry run would have made: Wix has nothing with this id."""
    return product_id.startswith(_MADE_UP)


@dataclass(frozen=True, slots=True)
class _Simulated:
    """A product as it would be, as JSON, and the stock that is known of its variants."""

    text: bytes = b""
    stock: dict[str, StockState] = field(default_factory=dict)


class SimulatedProducts:
    """Products that a dry run would have made or changed, with what it would have written of stock."""

    def __init__(
        self,
        of_run: ProductsOfRun,
        version: CatalogVersion,
        forget: Callable[[str], None],
    ) -> None:
        """Simulate nothing yet.

        Args:
            of_run: gives the ids of what is not made.
            version: of the shop's catalog.
            forget: called with the id of a made-up product that there is no more room for.
        """
        self._of_run = of_run
        self._is_v1 = version is CatalogVersion.V1
        self._forget = forget
        self._known: LookupCache[_Simulated] = LookupCache(
            MOST_SIMULATED,
            most_size=MOST_BYTES,
            size_of=lambda one: len(one.text),
            on_forget=self._forgotten,
        )

    def _forgotten(self, product_id: str) -> None:
        if is_made_up(product_id):
            self._forget(product_id)

    def prune(self) -> None:
        """Forget what there is no room for, between batches."""
        self._known.prune()

    def get(self, product_id: str) -> Product | None:
        """Return a product as it would be, None if the run would have left it alone."""
        found = self._known.get(product_id)
        product: Product | None = codec.decode(found.text) if found and found.text else None
        return product

    def gone(self, product_id: str) -> None:
        """Note that a product would have been deleted."""
        self._known.pop(product_id)

    def made(self, desired: Product, stock: Mapping[Choices, StockPatch]) -> Product:
        """Note a product that would be made, with its opening stock; return it with made-up ids."""
        # Of another site's product, ids mean nothing here.
        rows = [without(row, "id") for row in variants_of(desired)]
        new = {**replace_variants(desired, rows), "id": made_up_id(desired, self._of_run)}
        product = self._with_ids(new)
        states = {
            str(row["id"]): state
            for row in variants_of(product)
            if (state := self._opened(stock.get(choices_key(row, desired)))) is not None
        }
        self._known.put(product["id"], _Simulated(codec.encode(product), states))
        return product

    def _opened(self, patch: StockPatch | None) -> StockState | None:
        """Return the stock of a new variant: Catalog V1 has an item for each (wix-api stores-v1 5)."""
        if patch is None:
            return StockState(tracked=False, in_stock=True) if self._is_v1 else None
        return StockState(
            patch.quantity is not None, patch.quantity, patch.in_stock, patch.preorder
        )

    def changed(self, product: Product) -> None:
        """Note a product that would be changed."""
        before = self._known.get(product["id"]) or _Simulated()
        whole = self._with_ids(product)
        new = {str(row["id"]) for row in variants_of(whole) if is_made_up(str(row["id"]))}
        opened = {} if (state := self._opened(None)) is None else dict.fromkeys(new, state)
        text = codec.encode(whole)
        self._known.put(product["id"], _Simulated(text, {**opened, **before.stock}))

    def _with_ids(self, product: Product) -> Product:
        """Return a product with made-up ids of the variants that are not made."""
        return replace_variants(
            product,
            [
                {**row, "id": row.get("id") or variant_id(row, product, self._of_run)}
                for row in variants_of(product)
            ],
        )

    def stocked(self, changes: Iterable[StockChange]) -> None:
        """Note stock that would be written."""
        for one in changes:
            before = self._known.get(one.product_id) or _Simulated()
            state = state_after(one)
            simulate_stock(one, "", self._of_run)
            stock = {**before.stock, one.variant_id: state}
            self._known.put(one.product_id, _Simulated(before.text, stock))
            if is_made_up(one.product_id):
                self._tell_stock(one.product_id, one.variant_id, state)

    def _tell_stock(self, product_id: str, variant_id: str, state: StockState) -> None:
        """Tell rows of `inventory_items` what a variant that is not made would have by then."""
        variant = SimulatedVariant(product_id, variant_id, state.quantity, state.in_stock)
        for row in variants_of(self.get(product_id) or {}):
            if row["id"] == variant_id and (sku := key_text(row.get("sku"))):
                self._of_run.simulate({sku}, variant)

    def stock_of(self, product_id: str) -> dict[str, StockState]:
        """Return the stock that is known of a product, by variant."""
        found = self._known.get(product_id)
        return found.stock if found else {}


def name_of(product: Product) -> str:
    """Return what tells a product that is not made from all others.

    On Catalog V1 a new product has neither handle nor slug until Wix makes a slug (wix-api
    stores-v1 2.3).
    """
    names = [key_text(product.get(part)) for part in ("handle", "slug")]
    names += [] if any(names) else [str(row.get("sku")) for row in variants_of(product)]
    return "/".join(names)


def variant_id(row: Json, product: Product, of_run: ProductsOfRun) -> str:
    """Return the made-up id of a variant that is not made."""
    return of_run.made_up_id(f"{name_of(product)}/{choices_key(row, product)}")


def made_up_id(product: Product, of_run: ProductsOfRun) -> str:
    """Return the made-up id of a product that is not made."""
    return of_run.made_up_id(name_of(product))
