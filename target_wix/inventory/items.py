"""Stock as a shop has it: items, variants, locations; and what the sink asks of a shop.

Whichever catalog the shop is on: what is peculiar to one stands in `v1` and `v3`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tap_wix.api.catalog_conversion.inventory import NO_LOCATION
from tap_wix.api.foreign_text import quoted
from target_wix.pipeline import keys
from target_wix.pipeline.keys import guid_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from target_wix.products.catalog import Stale, StockChange, StockState

NO_VARIANT = NO_LOCATION
"""What Catalog V1 calls the only variant of a product: never an id on V3."""
UNKNOWN_LOCATION, AMBIGUOUS = "UNKNOWN_LOCATION", "AMBIGUOUS"
_MOST_NAMED = 5


class VariantRef(NamedTuple):
    """A variant of a product of the shop."""

    product_id: str
    variant_id: str


class ItemKey(NamedTuple):
    """What stock is counted of: a variant at a location, which is empty on Catalog V1."""

    product_id: str
    variant_id: str
    location_id: str = ""

    @property
    def variant(self) -> VariantRef:
        """The variant that it is the stock of."""
        return VariantRef(self.product_id, self.variant_id)


@dataclass(frozen=True)
class Variant:
    """A variant as the shop has it.

    Attributes:
        ref: what it is.
        sku: as keys are compared, empty if it has none.
        other_ids: further ids of what has the same stock: V1 gives the variants of a product that
            does not manage them ids of their own.
    """

    ref: VariantRef
    sku: str = ""
    other_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class InventoryItem:
    """The stock of one variant at one location as the shop has it.

    Attributes:
        key: whose stock it is.
        state: the stock.
        id: of the item; on Catalog V1 all variants of a product have one.
        revision: of the item, 0 where there is none.
        updated: when it last changed; on V1 that of the whole product's stock.
        sku: of the variant as keys are compared, None if that is not known.
    """

    key: ItemKey
    state: StockState
    id: str = ""
    revision: int = 0
    updated: str = ""
    sku: str | None = None


@dataclass(frozen=True)
class Match:
    """The item that a record means.

    Attributes:
        key: whose stock it is.
        item: as the shop has it, None if it is to be made.
        by_id: whether the record names it by ids of this site.
    """

    key: ItemKey
    item: InventoryItem | None = None
    by_id: bool = False


def item_at(items: Mapping[ItemKey, InventoryItem], key: ItemKey) -> InventoryItem | None:
    """Return the item that a key means; without a location the only one of the variant."""
    if key in items or key.location_id:
        return items.get(key)
    found = [one for one in items.values() if one.key.variant == key.variant]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Location:
    """Where stock is kept.

    Attributes:
        id: of the location in Wix Stores.
        name: as its owner calls it.
        business_id: of the location of the business that it is, empty if it is none.
        is_default: whether orders take their stock from it.
    """

    id: str
    name: str = ""
    business_id: str = ""
    is_default: bool = False


@dataclass(frozen=True)
class Locations:
    """The locations of a shop.

    Attributes:
        rows: all of them; none on Catalog V1, which has no locations.
        are_known: whether this key may read them.
    """

    rows: Sequence[Location] = ()
    are_known: bool = True

    @property
    def default(self) -> str:
        """Id of the location that orders take their stock from, empty if it is not known."""
        found = [one for one in self.rows if one.is_default] or self.rows
        return found[0].id if len(found) == 1 else ""

    def find(self, key: str, name: str) -> str:
        """Return the id of the location that a record means, empty if that is not to be known.

        Args:
            key: its id on this site; empty or all zeros if the record names none.
            name: its name or id as a person wrote it, empty likewise.

        Raises:
            Rejection: there is no such location, or several have its name.
        """
        key = "" if key == NO_LOCATION else key
        if key and (not self.are_known or any(one.id == key for one in self.rows)):
            return key
        if name:
            return self._called(name)
        if key:
            raise self._unknown(key)
        return self.default

    def _called(self, text: str) -> str:
        """Return the id of the location with this id or name."""
        guid, name = guid_of(keys.trimmed(text)), keys.name_key(text)
        found = [one.id for one in self.rows if guid and guid in (one.id, one.business_id)]
        found = found or [one.id for one in self.rows if keys.name_key(one.name) == name]
        if len(found) > 1:
            both = " and ".join(sorted(found)[:2])
            raise Rejection(AMBIGUOUS, f"Several locations have this name: {both}.", "location")
        if not found and guid and not self.are_known:
            return guid
        if not found:
            raise self._unknown(text)
        return found[0]

    def _unknown(self, text: str) -> Rejection:
        if not self.are_known:
            reason = (
                "The key may not read the locations of the shop. Permission needed: Wix Stores,"
                " SCOPE.STORES.LOCATION_READ."
            )
            return Rejection("MISSING_PERMISSION", reason, "location")
        if not self.rows:
            reason = "This shop (Catalog V1) has no locations: leave the column out."
            return Rejection(UNKNOWN_LOCATION, reason, "location")
        known = sorted(one.name for one in self.rows)
        names = ", ".join(quoted(name, limit=60) for name in known[:_MOST_NAMED])
        more = ", ..." if len(self.rows) > _MOST_NAMED else ""
        reason = f"The shop has no location {quoted(text, limit=60)}; it has {names}{more}."
        return Rejection(UNKNOWN_LOCATION, reason, "location")


class Inventory(Protocol):
    """One shop's stock."""

    has_revisions: bool
    """Whether Wix refuses a change of what somebody changed meanwhile."""

    @property
    def locations(self) -> Locations:
        """Where the shop keeps stock."""

    def lookup_cost(self, skus: int) -> int:
        """Return how many requests looking up so many skus takes."""

    def index_cost(self) -> int:
        """Return how many requests `all_variants` takes."""

    def forget_products(self) -> None:
        """Forget what was read of products: the run has changed some."""

    def variants_with(self, skus: Collection[str]) -> Iterable[Variant] | None:
        """Return the variants that have one of these skus; None if Wix cannot be asked."""

    def all_variants(self) -> Iterator[Variant]:
        """Yield every variant of the shop."""

    def variants_of(self, product_ids: Sequence[str]) -> dict[str, list[Variant]]:
        """Return the variants of products; a product that there is not is left out."""

    def items_by_id(self, item_ids: Sequence[str]) -> dict[str, list[InventoryItem]]:
        """Return items by their own ids; on V1 an item has all variants of a product."""

    def items_of(self, product_ids: Sequence[str]) -> dict[ItemKey, InventoryItem]:
        """Return the stock of products; may come from an index that lags a few seconds."""

    def latest(self, items: Sequence[InventoryItem]) -> dict[ItemKey, InventoryItem]:
        """Return items as they are this moment; what is gone is left out."""

    def write(
        self, changes: Sequence[StockChange]
    ) -> Iterator[tuple[StockChange, Stale | Rejection | None]]:
        """Write stock; each change comes back exactly once, None if it is written."""
