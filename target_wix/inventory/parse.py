"""A row of `inventory_items` as a patch: the tap's rows of either catalog, flat rows, warehouses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.keys import guid_of
from target_wix.products.catalog import StockPatch
from target_wix.products.fields.stock import UNCOUNTED
from target_wix.products.fields.writable import PREORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.inventory.items import Match
    from target_wix.runtime.pending import PendingRecord

_OBJECTS = ("preorderInfo", "v1", "additionalFields")
_PREORDER_COLUMNS = {
    name: (f"preorderInfo{name.title()}", f"preorder{name.title()}") for name in PREORDER.fields
}
NOTHING_SAID = "rows that say nothing of stock (no quantity, in_stock or preorder)"
_IDS = ("id", "productId", "variantId", "locationId")
_READ_ONLY = (
    *("revision", "createdDate", "updatedDate", "siteId", "catalogVersion", "availabilityStatus"),
    *("_sdc_deleted_at", "preorderInfoCounter", "preorderInfoQuantity"),
    *("productName", "productVariantName", "productVariantVisible", "productDirectCategoryIds"),
    "productVariantBarcode",
    *("v1InventoryItemId", "v1NumericId", "v1AvailableForPreorder"),
)
_SKUS = ("sku", "variantSku", "productVariantSku")
_LOCATIONS = ("location", "locationName")
KNOWN = (
    *_IDS,
    *_SKUS,
    *_LOCATIONS,
    *("quantity", "inStock", "trackQuantity", "product", "variant", "preorder"),
    *_OBJECTS,
    *(name for names in _PREORDER_COLUMNS.values() for name in names),
    *_READ_ONLY,
)
"""Columns that mean something, in the spelling of the tap or of a flat row."""


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


def site_of(record: Mapping[str, object]) -> str:
    """Return the id of the site that a record was read from, empty if it does not say."""
    given, _ = coerce.named(record, ("siteId",))
    site = keys.key_text(given.get("siteId"))
    return (guid_of(site) or site).lower()


def read_inventory_item(
    record: Mapping[str, object], *, null_clears: bool = False
) -> InventoryPatch:
    """Return what a record asks for.

    Raises:
        Rejection: a value that cannot be read as what its field holds.
    """
    given, unknown = coerce.named(record, KNOWN)
    given, more = _without_names(given)
    given = coerce.clean(given, objects=_OBJECTS, null_clears=null_clears)
    ids = {name: coerce.as_key(given.get(name), name) for name in _IDS}
    guids = {name: guid_of(text) for name, text in ids.items()}
    skus = _skus(given)
    stock, dropped = _stock(given)
    # A location that is called by no id of Wix is called by its name.
    location = next(filter(None, (coerce.as_key(given.get(name), name) for name in _LOCATIONS)), "")
    if ids["locationId"] and not guids["locationId"]:
        location = location or ids["locationId"]
    if stock == StockPatch() and not dropped:
        dropped = (NOTHING_SAID,)
    return InventoryPatch(
        stock=stock,
        item_id=guids["id"],
        product_id=guids["productId"],
        variant_id=guids["variantId"],
        sku=keys.key_text(skus[0]) if skus else "",
        sku_texts=skus,
        location_id=guids["locationId"],
        location=location,
        revision=coerce.number_of_wix(given.get("revision")),
        updated=coerce.update_moment_of(given.get("updatedDate")),
        bad_ids=any(ids[name] and not guids[name] for name in ("id", "productId", "variantId")),
        unknown=(*unknown, *more),
        dropped=dropped,
        is_read_as_decimal=coerce.is_one_or_thousand(given.get("quantity")),
    )


def _without_names(given: Json) -> tuple[Json, list[str]]:
    """Return a row whose `product` and `variant` are what they are for; and what else they held.

    The tap has an object that repeats what the product says, an ERP the id of either.
    """
    given = dict(given)
    unknown = []
    for name in ("product", "variant"):
        value = given.pop(name, None)
        if isinstance(value, str) and not value.lstrip().startswith("{"):
            if guid_of(keys.key_text(value)):
                given.setdefault(f"{name}Id", value)
            elif not keys.says_nothing(value):
                unknown.append(name)
            continue
        if name == "product" and (sku := (coerce.as_object(value, name) or {}).get("variantSku")):
            given.setdefault("productVariantSku", sku)
    return given, unknown


def _skus(given: Json) -> tuple[str, ...]:
    """Return the sku as it is compared, and as it came: the shop may have either."""
    for name in _SKUS:
        raw = coerce.as_text(given.get(name), name)
        if sku := keys.key_text(raw):
            return tuple(dict.fromkeys((sku, str(raw))))
    return ()


def _stock(given: Json) -> tuple[StockPatch, tuple[str, ...]]:
    """Return the requested stock, and what a row says of a quantity that it does not count."""
    tracked = coerce.as_flag(given.get("trackQuantity"), "track_quantity")
    quantity = coerce.as_whole_number(given.get("quantity"), "quantity")
    in_stock = coerce.as_flag(given.get("inStock"), "in_stock")
    dropped: tuple[str, ...] = ()
    if tracked is False and quantity is not None:
        quantity, dropped = None, () if in_stock is not None else (UNCOUNTED,)
    if tracked and quantity is not None:
        in_stock = None
    return StockPatch(quantity, in_stock, _preorder(given)), dropped


def _preorder(given: Json) -> Json | None:
    """Return the pre-order of a row: an object, or its parts in columns of their own."""
    found: Json = dict(as_object(given.get("preorderInfo")))
    value = given.get("preorder")
    if isinstance(value, dict) or (isinstance(value, str) and value.lstrip().startswith("{")):
        found = {**(coerce.as_object(value, "preorder") or {}), **found}
    elif (flag := coerce.as_flag(value, "preorder")) is not None:
        found.setdefault("enabled", flag)
    for name, columns in _PREORDER_COLUMNS.items():
        for column in columns:
            if given.get(column) not in (None, ""):
                found.setdefault(name, given[column])
    read = PREORDER.read(found, "preorderInfo") or {}
    # Only what came as null clears; an empty cell or a word such as N/A says nothing.
    said = {name: one for name, one in read.items() if one is not None or found[name] is None}
    return said or None
