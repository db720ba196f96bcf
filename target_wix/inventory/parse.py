"""A row of `inventory_items` as a patch: the tap's rows of either catalog, flat rows, warehouses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from target_wix.inventory.patch import InventoryPatch, Origin
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import is_deleted
from target_wix.pipeline.keys import guid_of
from target_wix.products.catalog import StockPatch
from target_wix.products.fields.stock import UNCOUNTED
from target_wix.products.fields.writable import PREORDER

if TYPE_CHECKING:
    from collections.abc import Mapping

_OBJECTS = ("preorderInfo", "v1", "additionalFields")
_PREORDER_COLUMNS = {
    name: (f"preorderInfo{name.title()}", f"preorder{name.title()}") for name in PREORDER.fields
}
NOTHING_SAID = "rows that say nothing of stock (no quantity, in_stock or preorder)"
_ONE_OR_THOUSAND = re.compile(r"[+-]?[1-9]\d{0,2}\.000", re.ASCII)
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


def read_origin(record: Mapping[str, object]) -> Origin:
    """Return where a record comes from.

    Raises:
        Rejection: the date of its deletion cannot be read.
    """
    given, _ = coerce.named(record, ("siteId",))
    site = keys.key_text(given.get("siteId"))
    return Origin((guid_of(site) or site).lower(), is_deleted(record))


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
    ids = {name: _text(given, name) for name in _IDS}
    guids = {name: guid_of(text) for name, text in ids.items()}
    skus = _skus(given)
    stock, dropped = _stock(given)
    # A location that is called by no id of Wix is called by its name.
    location = next(filter(None, (_text(given, name) for name in _LOCATIONS)), "")
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
        is_read_as_decimal=_is_read_as_decimal(given.get("quantity")),
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


def _text(given: Json, name: str) -> str:
    return keys.key_text(coerce.as_text(given.get(name), name))


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


def _is_read_as_decimal(quantity: object) -> bool:
    """Whether a quantity such as `1.000` is read as 1, where some write a thousand so."""
    return isinstance(quantity, str) and _ONE_OR_THOUSAND.fullmatch(quantity.strip()) is not None


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
