"""One record laid over its product: what it adds, and what it loses by that. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, inside
from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.keys import key_text
from target_wix.products.apply import apply_patch
from target_wix.products.compare import named_differences
from target_wix.products.fields.choice_pictures import CHOICE_PICTURES, without_choice_pictures
from target_wix.products.fields.descriptions import lost_from
from target_wix.products.fields.media import with_videos
from target_wix.products.fields.variants import OPENING, STOCK, choices_key, variants_of
from target_wix.products.other_site import with_picture_addresses, without_foreign_ids
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.config import TargetSettings
    from target_wix.pipeline.other_sites import CopiedMemberships, SiteCategories
    from target_wix.products.catalog import Catalog, Product, StockPatch
    from target_wix.products.fields.variants import Choices
    from target_wix.products.own_writes import OwnWrites
    from target_wix.products.patch import ProductPatch
    from target_wix.products.records import ProductGroup, ProductRecord

CONTRADICTION = "CONTRADICTING_KEYS"

Dropped = tuple[str, str]
"""What a record loses: the reason, and which one, ready for a log."""

Stock = dict["Choices", "StockPatch"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one record adds to a plan.

    Attributes:
        record: the record.
        names: of the fields that it changes.
        dropped: what it loses.
        has_stock: whether it says what the stock shall be.
        collections: the categories that it names, None if it does not say.
        copied: those that it is in on another site, if it names none.
        before: the product without it.
        after: the product with it.
    """

    record: ProductRecord
    names: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    has_stock: bool = False
    collections: tuple[str, ...] | None = None
    copied: CopiedMemberships | None = None
    before: Product = field(default_factory=dict)
    after: Product = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Layer:
    """A record laid over its product.

    Attributes:
        part: what it adds.
        product: with it, and with all before it.
        stock: what it says of stock.
        opening: the stock that new variants had elsewhere.
        missing: the stock that other variants had elsewhere.
        sku: which the row gives to the only variant, empty if it does not say.
    """

    part: Part
    product: Product
    stock: Stock
    opening: Stock
    missing: Stock
    sku: str = ""


class Overlay:
    """Lays records over the products of a shop."""

    def __init__(
        self,
        catalog: Catalog,
        settings: TargetSettings,
        own_writes: OwnWrites,
        categories: SiteCategories,
    ) -> None:
        """Lay over what a shop has."""
        self._categories = categories
        self._catalog = catalog
        self._settings = settings
        self._own_writes = own_writes

    def entry(self, group: ProductGroup, record: ProductRecord) -> Entry:
        """Take the ids of another site out of a record that has one itself."""
        patch, dropped = record.patch, list[Dropped]()
        is_foreign = bool(patch.id) and patch.id != group.product_id
        if is_foreign:
            patch = without_foreign_ids(
                patch, self._categories, lambda kind: dropped.append((kind, ""))
            )
        return Entry(record, patch.fields, patch, is_foreign, tuple(dropped))

    def layer(self, group: ProductGroup, before: Sequence[Layer], entry: Entry) -> Layer:
        """Lay a record over its product.

        Raises:
            Rejection: it cannot be.
        """
        record = entry.record
        product = before[-1].product if before else group.current
        patch, dropped = self._usable(group.current, entry)
        known = before[-1].sku if before else self._own_writes.row_sku(group.product_id)
        sku = _row_sku(record, product, known if group.product_id else None)
        only_sku = record.writes_one_sku(product)
        replaces = self._settings.media == "replace"
        wanted = apply_patch(product, patch, only_sku=only_sku, replace_media=replaces)
        laid, stock, opening, missing = _without_stock(wanted)
        html_only = self._catalog.version is CatalogVersion.V1
        lost = lost_from(entry.said, group.current, html_only=html_only)
        names_categories = patch.collections is not None and not only_sku
        part = Part(
            record,
            (),
            (*entry.dropped, *dropped, *((kind, "") for kind in lost)),
            has_stock=bool(stock),
            collections=tuple(patch.collections or ()) if names_categories else None,
            copied=patch.copied,
        )
        if record.by == "id" or html_only:
            missing = {}
        return Layer(part, laid, stock, opening, missing, sku or known)

    def _usable(self, current: Product, entry: Entry) -> tuple[ProductPatch, list[Dropped]]:
        """Return what a record wants, without what means nothing in this shop or never settles.

        Raises:
            Rejection: it contradicts what it was found by.
        """
        record, patch = entry.record, entry.patch
        if not current:
            return patch if entry.is_cleaned else with_picture_addresses(patch), []
        patch, dropped = self._with_keys_of(current, record, patch)
        if patch.pictures_only and patch.media is not None:
            patch = replace(patch, media=with_videos(patch.media, current))
        if self._settings.media != "replace":
            patch, differs = without_choice_pictures(patch, current, own=record.by == "id")
            if differs:
                dropped.append((CHOICE_PICTURES, ""))
        return patch, dropped

    def _with_keys_of(
        self, product: Product, record: ProductRecord, patch: ProductPatch
    ) -> tuple[ProductPatch, list[Dropped]]:
        """Return what a record asks for, without keys that are stronger than what it was found by.

        Raises:
            Rejection: it has another sku, and the settings take skus for stronger.
        """
        keys = self._settings.product_match_keys
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
        if record.writes_one_sku(product):
            dropped += _product_columns(product, patch)
        own_handle = key_text(product.get("handle"))
        if patch.handle and own_handle and patch.handle != own_handle:
            dropped.append(("handles that differ from the product's, which never change", ""))
        if "slug" not in stronger or not patch.slug or patch.slug == key_text(product.get("slug")):
            return patch, dropped
        dropped.append(("slugs of products that were found by their sku", ""))
        fields = {name: value for name, value in patch.fields.items() if name != "slug"}
        return replace(patch, fields=fields), dropped


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
    sku = str((record.patch.row.variant.get("sku") if record.patch.row else "") or "")
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
        rows.append({name: row[name] for name in row if name not in (STOCK, OPENING)})
    if not rows:
        return product, stock, opening, missing
    info = {**as_object(product.get("variantsInfo")), "variants": rows}
    return {**product, "variantsInfo": info}, stock, opening, missing


def _may_be_missing(row: Product) -> bool:
    """Whether a variant was in stock elsewhere and is not here.

    On V3 a run can end after a product was made and before its stock was (wix-api stores-v3 3.4).
    """
    patch: StockPatch = row[OPENING]
    there = inside(row, "inventoryStatus", "inStock")
    return there is not True and bool(patch.quantity or patch.in_stock)
