"""What a record of `inventory_items` says: which item it means, and what its stock shall be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.products.catalog import StockPatch

if TYPE_CHECKING:
    from target_wix.inventory.items import Match
    from target_wix.runtime.pending import PendingRecord


@dataclass(frozen=True)
class Origin:
    """Where a record comes from, which decides whether it is written at all.

    Attributes:
        site_id: of the site it was read from, empty if it does not say.
        deleted: whether it reports that its item is gone.
    """

    site_id: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class InventoryPatch:
    """What a record asks for.

    Attributes:
        stock: the requested stock; what it does not say is None.
        item_id: id of the inventory item.
        product_id: id of the product.
        variant_id: id of the variant; all zeros is the only one of its product.
        sku: of the variant, as keys are compared.
        sku_texts: the spellings of the sku that the shop may have.
        location_id: id of the location; all zeros is that of Catalog V1.
        location: name or id of the location, as a person wrote it.
        revision: the item's when the record was made.
        updated: the moment of the item's last change when the record was made.
        bad_ids: whether an id is no id of Wix.
        unknown: columns that mean nothing here.
        dropped: what of the record says nothing in itself, reasons for the summary.
        is_read_as_decimal: whether its quantity could also be meant in thousands.
    """

    stock: StockPatch = field(default_factory=StockPatch)
    item_id: str = ""
    product_id: str = ""
    variant_id: str = ""
    sku: str = ""
    sku_texts: tuple[str, ...] = ()
    location_id: str = ""
    location: str = ""
    revision: int | None = None
    updated: str = ""
    bad_ids: bool = False
    unknown: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    is_read_as_decimal: bool = False


@dataclass(frozen=True)
class Attempt:
    """What is known of a record that was sent, and not whether it was written.

    Attributes:
        match: the item that it means.
        fields: the names of what was sent.
        is_new: whether the item was to be made.
        number: how often it was sent.
    """

    match: Match
    fields: tuple[str, ...]
    is_new: bool
    number: int = 1


@dataclass(frozen=True, eq=False)
class InventoryRecord:
    """One record on its way; equal only to itself.

    Attributes:
        pending: the record.
        patch: what it asks for.
        foreign_site: the other site that it comes from, empty if it is of this one.
        is_ignored: whether it is not to be written.
        attempt: what an earlier round came to.
    """

    pending: PendingRecord
    patch: InventoryPatch
    foreign_site: str = ""
    is_ignored: bool = False
    attempt: Attempt | None = None
