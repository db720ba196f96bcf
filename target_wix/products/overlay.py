"""One record laid over its product: what it adds, and what it loses by that. Sends nothing.

Fields that the record lacks are left alone. Objects are united, lists replaced; where a list is
replaced, what stays in it keeps its id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside, without
from target_wix.pipeline.field_types import with_old_spelling
from target_wix.pipeline.keys import key_text
from target_wix.products.compare import named_differences
from target_wix.products.fields.descriptions import described, lost_from, merged_sections
from target_wix.products.fields.media import (
    CHOICE_PICTURES,
    desired_items,
    with_addresses,
    with_videos,
    without_choice_pictures,
)
from target_wix.products.fields.options import IMMUTABLE, merged_options
from target_wix.products.fields.variants import (
    OPENING,
    STOCK,
    choices_key,
    replace_variants,
    united,
    variants_of,
    with_row,
    with_variants,
)
from target_wix.products.fields.writable import LISTS, PLAIN_FIELDS
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.config import TargetSettings
    from target_wix.pipeline.cross_stream import CopiedMemberships
    from target_wix.products.catalog import Product, StockPatch
    from target_wix.products.fields.variants import Choices
    from target_wix.products.records import ProductPatch, ProductRecord

CONTRADICTION = "CONTRADICTING_KEYS"

Dropped = tuple[str, str]
"""What a record loses: the reason, and which one, ready for a log."""

Stock = dict["Choices", "StockPatch"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one record adds to its product.

    Attributes:
        record: the record.
        before: the product without it.
        after: the product with it.
        sku: that rows up to this one gave to the only variant, empty if none did.
        names: of the fields that it changes.
        dropped: what it loses.
        stock: what it says of stock.
        opening: the stock that new variants had elsewhere.
        missing: the stock that other variants had elsewhere.
        collections: the categories that it names, None if it does not say.
        copied: those that it is in on another site, if it names none.
    """

    record: ProductRecord
    before: Product
    after: Product
    sku: str
    dropped: tuple[Dropped, ...]
    stock: Stock
    opening: Stock
    missing: Stock
    collections: tuple[str, ...] | None
    copied: CopiedMemberships | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, and what of it is to be laid over its product.

    Attributes:
        record: the record.
        said: its fields, less what means nothing on this site.
        patch: what it asks for, after what the other rows of the product say.
        is_cleaned: whether ids of another site were taken out of it.
        dropped: what it loses by all this.
    """

    record: ProductRecord
    said: Product
    patch: ProductPatch
    is_cleaned: bool
    dropped: tuple[Dropped, ...]


def laid_over(
    current: Product,
    below: Product,
    entry: Entry,
    settings: TargetSettings,
    *,
    row_sku: str,
    html_only: bool,
) -> Part:
    """Lay a record over its product.

    Args:
        current: the product in the shop, `{}` for one that is to be made.
        below: what the records before it made of the product.
        entry: the record.
        settings: all options of the target.
        row_sku: the sku that rows before it gave to the only variant, empty if none did.
        html_only: whether the catalog has HTML alone for descriptions, as V1 has.

    Raises:
        Rejection: it cannot be.
    """
    record = entry.record
    patch, dropped = _usable(current, entry, settings)
    only_sku = writes_one_sku(record, below)
    if only_sku:
        dropped += _product_columns(below, patch)
    sku = _row_sku(record, below, row_sku if current else None)
    if only_sku and patch.row is not None:
        wanted = with_row(below, patch.row)
    else:
        wanted = apply_patch(below, patch, replace_media=settings.media == "replace")
    laid, stock, opening, missing = _without_stock(wanted)
    lost = lost_from(entry.said, current, html_only=html_only)
    names_categories = patch.collections is not None and not only_sku
    return Part(
        record,
        below,
        laid,
        sku or row_sku,
        (*entry.dropped, *dropped, *((kind, "") for kind in lost)),
        stock,
        opening,
        {} if record.by == "id" or html_only else missing,
        tuple(patch.collections or ()) if names_categories else None,
        patch.copied,
    )


def _usable(
    current: Product, entry: Entry, settings: TargetSettings
) -> tuple[ProductPatch, list[Dropped]]:
    """Return what a record wants, without what means nothing in this shop or never settles.

    Raises:
        Rejection: it contradicts what it was found by.
    """
    record, patch = entry.record, entry.patch
    if not current:
        if not entry.is_cleaned:
            patch = replace(patch, fields=with_addresses(patch.fields, patch.media))
        return patch, []
    patch, dropped = _with_keys_of(current, record, patch, settings)
    if patch.pictures_only and patch.media is not None:
        patch = replace(patch, media=with_videos(patch.media, current))
    if settings.media != "replace":
        patch, differs = without_choice_pictures(patch, current, own=record.by == "id")
        if differs:
            dropped.append((CHOICE_PICTURES, ""))
    return patch, dropped


def _with_keys_of(
    product: Product, record: ProductRecord, patch: ProductPatch, settings: TargetSettings
) -> tuple[ProductPatch, list[Dropped]]:
    """Return what a record asks for, without keys that are stronger than what it was found by.

    Raises:
        Rejection: it has another sku, and the settings take skus for stronger.
    """
    keys = settings.product_match_keys
    stronger = keys[: keys.index(record.by)] if record.by in keys else ()
    if "sku" in stronger and patch.skus:
        own = [key_text(row.get("sku")) for row in variants_of(product)]
        if any(own) and not set(own) & set(patch.skus):
            raise Rejection(
                CONTRADICTION,
                f"The product with its {record.by} has another sku, which product_match_keys"
                " puts first.",
                "sku",
            )
    dropped: list[Dropped] = []
    own_handle = key_text(product.get("handle"))
    if patch.handle and own_handle and patch.handle != own_handle:
        dropped.append(("handles that differ from the product's, which never change", ""))
    if "slug" not in stronger or not patch.slug or patch.slug == key_text(product.get("slug")):
        return patch, dropped
    dropped.append(("slugs of products that were found by their sku", ""))
    fields = without(patch.fields, "slug")
    return replace(patch, fields=fields), dropped


def writes_one_sku(record: ProductRecord, product: Product) -> bool:
    """Tell whether a record says something of one sku of several alone, and not of the product."""
    return is_of_one_sku(record) and len(variants_of(product)) > 1


def is_of_one_sku(record: ProductRecord) -> bool:
    """Tell whether a record is a row that found its product by its sku alone."""
    return record.by == "sku" and record.patch.row is not None


def is_row(entry: Entry) -> bool:
    """Whether a record is a row of one sku, which makes and takes no variant."""
    patch = entry.patch
    is_nested = patch.variants is not None or "options" in patch.fields
    return patch.row is not None and not is_nested


def _row_sku(record: ProductRecord, product: Product, known: str | None) -> str:
    """Return the sku that a row gives to the only variant of its product, empty if to none.

    Args:
        record: the record.
        product: with what the records before it say.
        known: the sku that an earlier row gave to it; None for a new product.

    Raises:
        Rejection: an earlier row gave it another one: a flat row never adds a variant.
    """
    sku = record.patch.row_sku
    rows = variants_of(product)
    if not sku or len(rows) > 1 or record.by == "id":
        return ""
    own = known if known is not None else rows[0].get("sku") if rows else None
    if own and key_text(own) != sku:
        raise Rejection(
            "FLAT_ROW_ADDS_VARIANT",
            f"Another row made it the sku {own!r}: several skus of one product need a record"
            " with options and variants.",
            "sku",
        )
    return sku


def _product_columns(product: Product, patch: ProductPatch) -> list[Dropped]:
    """Return what a row says of the whole product, which one sku of several does not write."""
    whole = apply_patch(product, replace(patch, row=None)) if patch.fields else product
    names = [name for name in named_differences(product, whole) if name != "slug"]
    kind = "columns of the whole product in rows found by one sku of several"
    return [(kind, ", ".join(names))] if names else []


def _without_stock(product: Product) -> tuple[Product, Stock, Stock, Stock]:
    """Part a product from what its variants say of stock.

    Returns:
        The product, and by the choices of the variant: the requested stock, the opening stock
        of variants that are new, and that of variants which are there, as it seems without stock.
    """
    stock: Stock = {}
    opening: Stock = {}
    missing: Stock = {}
    rows = []
    for row in variants_of(product):
        if STOCK not in row and OPENING not in row:
            rows.append(row)
            continue
        choices = choices_key(row, product)
        if STOCK in row:
            stock[choices] = row[STOCK]
        if OPENING in row and not row.get("id"):
            opening[choices] = row[OPENING]
        elif OPENING in row and _may_be_missing(row):
            missing[choices] = row[OPENING]
        rows.append(without(row, STOCK, OPENING))
    if not rows:
        return product, stock, opening, missing
    return replace_variants(product, rows), stock, opening, missing


def _may_be_missing(row: Product) -> bool:
    """Whether a variant was in stock elsewhere and is not here.

    On V3 a run can end after a product was made and before its stock was (wix-api stores-v3 3.4).
    """
    patch: StockPatch = row[OPENING]
    there = inside(row, "inventoryStatus", "inStock")
    return there is not True and bool(patch.quantity or patch.in_stock)


def apply_patch(product: Json, patch: ProductPatch, *, replace_media: bool = False) -> Json:
    """Apply a patch to a product and return the result.

    Args:
        product: in the shop; `{}` for one that is to be made.
        patch: without ids of other sites.
        replace_media: send pictures even if their number is the same.

    Raises:
        Rejection: it cannot be done.
    """
    desired = dict(product)
    if patch.hidden and not product.get("id"):
        desired.setdefault("visible", False)
    if patch.v1 is not None:
        desired["v1"] = patch.v1
    _refuse_another_type(product, patch.fields)
    _take_over(desired, product, patch.fields)
    _merge_lists(desired, product, patch.fields)
    if "description" in patch.fields or "plainDescription" in patch.fields:
        desired |= described(product, patch.fields)
    if patch.media is not None:
        items = desired_items(patch.media, product, replace=replace_media)
        if items is not None:
            desired["media"] = {**as_object(product.get("media")), "itemsInfo": {"items": items}}
    if patch.variants is not None or "options" in patch.fields:
        desired = with_variants(desired, patch)
    if patch.row is not None:
        desired = with_row(desired, patch.row)
    return _brought_into_line(desired, product, patch.fields)


def _take_over(desired: Json, product: Json, fields: Json) -> None:
    """Bring in what is replaced or united without further ado; a handle is for ever (3.8)."""
    for name in PLAIN_FIELDS:
        if name in fields:
            old = product.get(name)
            desired[name] = with_old_spelling(PLAIN_FIELDS[name], old, _plain(old, fields[name]))
    if isinstance(fields.get("subscriptionDetails"), dict):
        _keep_plan_ids(desired["subscriptionDetails"], product.get("subscriptionDetails"))
    if not product and "handle" in fields:
        desired["handle"] = fields["handle"]
    for name in ("brand", "ribbon", "additionalRibbons"):
        if name in fields:
            desired[name] = fields[name]


def _keep_plan_ids(wanted: Json, current: object) -> None:
    """Let subscriptions that stay keep their ids: they are told apart by their titles."""
    rows = as_objects(as_object(current).get("subscriptions"))
    by_title = {row.get("title"): row.get("id") for row in rows}
    known = set(by_title.values())
    if isinstance(wanted.get("subscriptions"), list):
        wanted["subscriptions"] = [
            row
            if row.get("id") in known or row.get("title") not in by_title
            else {**row, "id": by_title[row["title"]]}
            for row in as_objects(wanted["subscriptions"])
        ]


def _merge_lists(desired: Json, product: Json, fields: Json) -> None:
    """Bring in lists whose items keep their ids."""
    if "infoSections" in fields:
        desired["infoSections"] = merged_sections(
            fields["infoSections"], product.get("infoSections")
        )
    if "modifiers" in fields:
        kind, before = LISTS["modifiers"], product.get("modifiers")
        same = kind.normalize(fields["modifiers"]) == kind.normalize(before)
        desired["modifiers"] = (
            before if same else merged_options(fields["modifiers"], before, "modifiers")
        )


def _plain(old: object, new: object) -> object:
    return united(old, new) if isinstance(old, dict) and isinstance(new, dict) else new


def _refuse_another_type(product: Json, fields: Json) -> None:
    kind, wanted = product.get("productType"), fields.get("productType")
    if kind and wanted and kind != wanted:
        raise Rejection(
            IMMUTABLE, f"It is {kind} in Wix, which cannot become {wanted}.", "productType"
        )


def _brought_into_line(desired: Json, product: Json, fields: Json) -> Json:
    """Bring in line what Wix keeps in line by itself.

    Without options, a product and its only variant are seen or hidden together; physical and
    digital products have properties of their own (wix-api stores-v3 3.4, 3.5).
    """
    rows = variants_of(desired)
    if not desired.get("options") and len(rows) == 1:
        own = inside(rows[0], "visible")
        # A variant of several was seen or hidden by itself.
        alone = [] if product.get("options") else variants_of(product)
        before = inside(next(iter(alone), {}), "visible")
        if "visible" not in fields and isinstance(own, bool) and own is not before:
            desired = {**desired, "visible": own}
        if isinstance(desired.get("visible"), bool) and own is not desired["visible"]:
            desired = replace_variants(desired, [{**rows[0], "visible": desired["visible"]}])
    return desired
