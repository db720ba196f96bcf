"""What a product shall be, of all the records of a batch that mean it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside
from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.times import canonical
from target_wix.pipeline.keys import key_text
from target_wix.products.apply import apply_patch, completed
from target_wix.products.cache import MOST
from target_wix.products.compare import differences, named_differences
from target_wix.products.fields.choice_pictures import CHOICE_PICTURES, without_choice_pictures
from target_wix.products.fields.descriptions import lost_from
from target_wix.products.fields.media import current_items, desired_items, with_videos
from target_wix.products.fields.slugs import generated_slug
from target_wix.products.fields.stock import (
    BELOW_ZERO,
    checked,
    is_below_zero,
    merged_stock,
)
from target_wix.products.fields.variants import OPENING, STOCK, choice_names, variants_of
from target_wix.products.other_site import with_picture_addresses, without_foreign_ids
from target_wix.products.repeated_rows import incomplete, refused_variants, united
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.config import TargetSettings
    from target_wix.products.catalog import Catalog, Product, StockPatch
    from target_wix.products.groups import Choices, Group, ProductRecord
    from target_wix.products.patch import ProductPatch
    from target_wix.runtime.dropped_data import DroppedData

STALE, CONTRADICTION = "STALE_RECORD", "CONTRADICTING_KEYS"
OVERRULED = "values of rows of one product that a later row overrules"


@dataclass
class OwnWrite:
    """What this run did to a product, so that its own writes do not make records look old.

    Attributes:
        revision: the product's before the first write.
        updated: the moment of its last change before the first write.
        newest: the newest revision that is ours.
    """

    revision: int
    updated: str
    newest: int


class Planner:
    """Merges, compares and checks; sends nothing."""

    def __init__(self, catalog: Catalog, settings: TargetSettings, dropped: DroppedData) -> None:
        """Plan for a shop."""
        self._catalog = catalog
        self._settings = settings
        self._dropped = dropped
        self._own: FIFOCache[str, OwnWrite] = FIFOCache(MOST)
        self._row_skus: FIFOCache[str, str] = FIFOCache(MOST)

    def plan(self, group: Group, reject: Callable[[ProductRecord, Rejection], None]) -> None:
        """Work out what the product shall be; records that cannot be are refused and leave."""
        group.desired = group.current
        group.stock, group.opening, group.missing = {}, {}, {}
        group.repeated = []
        refused = refused_variants(group.records, group.current)
        if refused and not group.product_id:
            refused |= {record: incomplete() for record in group.records if record not in refused}
        for record, rejection in refused.items():
            group.records.remove(record)
            reject(record, rejection)
        for record in group.records:
            self._clean(group, record)
        patches = united(
            group.records, group.current, lambda name: self._dropped.add(OVERRULED, name=name)
        )
        for record, patch in zip(list(group.records), patches, strict=True):
            refusal = self._refusal(group, record, patch)
            if refusal is not None:
                group.records.remove(record)
                reject(record, refusal)
        if group.records and not group.product_id:
            self._complete(group)
        elif group.records:
            self._keep_pictures(group)
        group.changed = differences(group.current, group.desired)
        if not group.changed:
            # Records that differ from each other can come to what the shop has.
            for record in group.records:
                record.changed = []

    def _keep_pictures(self, group: Group) -> None:
        """Leave pictures alone that several records changed to as many as the shop has."""
        replace = self._settings.media == "replace"
        if group.desired.get("media") is group.current.get("media"):
            return
        items = current_items(group.desired)
        if desired_items(items, group.current, replace=replace) is None:
            group.desired = {**group.desired, "media": group.current.get("media")}

    def _clean(self, group: Group, record: ProductRecord) -> None:
        """Take the ids of another site out of a record that has one itself."""
        patch = record.patch
        if patch.id and patch.id != group.product_id and not record.cleaned:
            with self._dropped.about(record.pending.key):
                record.patch = without_foreign_ids(patch, self._dropped.add)
            record.cleaned = True

    def _refusal(
        self, group: Group, record: ProductRecord, patch: ProductPatch
    ) -> Rejection | None:
        """Lay a record over the product; return why it cannot be."""
        try:
            with self._dropped.about(record.pending.key):
                self._lay_over(group, record, patch)
        except Rejection as rejection:
            return rejection
        return None

    def _lay_over(self, group: Group, record: ProductRecord, patch: ProductPatch) -> None:
        patch = self._usable(group, record, patch)
        self._refuse_another_sku(group, record)
        only_sku = record.writes_one_sku(group.desired)
        wanted = apply_patch(
            group.desired,
            patch,
            only_sku=only_sku,
            replace_media=self._settings.media == "replace",
        )
        desired, stock, opening, missing = _without_stock(wanted)
        if group.product_id:
            desired = self._catalog.as_stored(desired, group.current)
        self._count_lost_texts(group, record)
        changed = named_differences(group.desired, desired)
        if changed and self.is_stale(group.current, record):
            raise Rejection(
                STALE,
                "The shop's version is newer than the one this record was made from, and they"
                f" differ in {', '.join(changed)}.",
                "revision",
            )
        group.desired = desired
        record.changed = changed
        for choices, one in stock.items():
            group.stock[choices] = merged_stock(group.stock.get(choices), one) or one
        group.opening |= opening
        if record.by != "id" and self._catalog.version is not CatalogVersion.V1:
            group.missing |= missing
        record.has_stock = bool(stock)
        if patch.collections is not None and not only_sku:
            group.collections = patch.collections
            group.repeated.append(patch.collections)

    def _usable(self, group: Group, record: ProductRecord, patch: ProductPatch) -> ProductPatch:
        """What a record wants, without what means nothing in this shop or would never settle."""
        if not group.product_id:
            return patch if record.cleaned else with_picture_addresses(patch)
        patch = self._with_keys_of(group.current, record, patch)
        if patch.pictures_only and patch.media is not None:
            patch = replace(patch, media=with_videos(patch.media, group.current))
        if self._settings.media != "replace":
            patch, differs = without_choice_pictures(patch, group.current, own=record.by == "id")
            if differs and CHOICE_PICTURES not in group.counted:
                group.counted.add(CHOICE_PICTURES)
                self._dropped.add(CHOICE_PICTURES)
        return patch

    def _count_lost_texts(self, group: Group, record: ProductRecord) -> None:
        """Say once what of a record's texts the shop cannot show."""
        if not record.counted:
            record.counted = True
            html_only = self._catalog.version is CatalogVersion.V1
            for kind in lost_from(record.patch.fields, group.current or {}, html_only=html_only):
                self._dropped.add(kind)

    def _with_keys_of(
        self, product: Product, record: ProductRecord, patch: ProductPatch
    ) -> ProductPatch:
        """Return what a record asks for, without keys that are stronger than what it was found by.

        Raises:
            Rejection: it has another sku, and the settings take skus for stronger.
        """
        keys = self._settings.product_match_keys
        stronger = keys[: keys.index(record.by)] if record.by in keys else ()
        own = [key_text(row.get("sku")) for row in variants_of(product)]
        if "sku" in stronger and any(own) and patch.skus and not set(own) & set(patch.skus):
            raise Rejection(
                CONTRADICTION,
                f"The product with its {record.by} has another sku, which product_match_keys puts"
                " first.",
                "sku",
            )
        keeps_slug = (
            "slug" in stronger and patch.slug and patch.slug != key_text(product.get("slug"))
        )
        if not record.counted:
            if record.writes_one_sku(product):
                self._note_product_columns(product, patch)
            if (
                patch.handle
                and product.get("handle")
                and patch.handle != key_text(product["handle"])
            ):
                self._dropped.add("handles that differ from the product's, which never change")
            if keeps_slug:
                self._dropped.add("slugs of products that were found by their sku")
        if not keeps_slug:
            return patch
        fields = {name: value for name, value in patch.fields.items() if name != "slug"}
        return replace(patch, fields=fields)

    def _note_product_columns(self, product: Product, patch: ProductPatch) -> None:
        """Name what a row says of the whole product, which one sku of several does not write."""
        whole = apply_patch(product, replace(patch, row=None)) if patch.fields else product
        names = [name for name in named_differences(product, whole) if name != "slug"]
        if names:
            self._dropped.add(
                "columns of the whole product in rows found by one sku of several",
                name=", ".join(names),
            )

    def _complete(self, group: Group) -> None:
        """Finish a new product.

        Raises:
            Rejection: it lacks what every product needs, or the catalog cannot hold it.
        """
        if not group.desired.get("name"):
            raise unknown_product(group.records[0], self._settings.product_match_keys)
        if any(record.patch.is_variant for record in group.records):
            raise Rejection(
                "VARIANT_ROW",
                "The row is a variant of another shop, and no product has its sku. Send the product"
                " as one record with options and variantsInfo.",
                "sku",
            )
        desired = completed(group.desired)
        if not desired.get("slug"):
            first = group.records[0]
            if first.fallback_slug:
                desired["slug"] = first.fallback_slug
            elif not desired.get("handle") and self._catalog.version is not CatalogVersion.V1:
                desired["slug"] = generated_slug(str(desired["name"]), first.patch.seed)
        group.desired = self._catalog.as_stored(desired, None)
        patches = {**group.opening, **group.stock}
        if below := sum(map(is_below_zero, patches.values())):
            self._dropped.add(BELOW_ZERO, below, key=group.records[0].pending.key)
        group.stock = {choices: checked(patch) for choices, patch in patches.items()}

    def _refuse_another_sku(self, group: Group, record: ProductRecord) -> None:
        """Refuse a second sku for a product with one variant: a flat row never adds a variant."""
        sku = str((record.patch.row.variant.get("sku") if record.patch.row else "") or "")
        rows = variants_of(group.desired)
        if not sku or len(rows) > 1 or record.by == "id":
            return
        before = self._row_skus.get(group.product_id) if group.product_id else None
        own = rows[0].get("sku") if rows and not group.product_id else before
        if own and key_text(own) != sku:
            raise Rejection(
                "FLAT_ROW_ADDS_VARIANT",
                f"Another row made it the sku {own!r}: several skus of one product need a record"
                " with options and variants.",
                "sku",
            )
        if group.product_id:
            self._row_skus[group.product_id] = sku

    # -- old records --------------------------------------------------------------------------

    def is_stale(self, current: Product, record: ProductRecord) -> bool:
        """Tell whether a record is older than the product in the shop, which others changed."""
        patch, key = record.patch, str(current.get("id") or "")
        if self._settings.stale_records == "overwrite" or record.by != "id":
            return False
        if not key or patch.id != key:
            return False
        own = self._own.get(key)
        revision = current.get("revision")
        if revision is not None and not (patch.revision is None and patch.from_v1):
            shop = int(revision)
            if own is not None and shop <= own.newest:
                shop = own.revision
            return patch.revision is not None and patch.revision < shop
        shop_date = own.updated if own is not None else _moment(current)
        return bool(patch.updated and shop_date and patch.updated < shop_date)

    def wrote(self, current: Product, revision: str = "", *, more: int = 0) -> None:
        """Note an own write: `more` are the changes of the revision that follow by themselves."""
        key = str(current.get("id"))
        before = _number(current.get("revision"))
        own = self._own.setdefault(key, OwnWrite(before, _moment(current), before))
        newest = _number(revision) or max(before, own.newest) + (0 if more else 1)
        own.newest = max(own.newest, newest) + more


def unknown_product(record: ProductRecord, match_keys: Sequence[str]) -> Rejection:
    """Return the refusal of a record that finds no product and is too little for a new one."""
    given = dict(reversed([pair for pair in record.own_keys if pair[0] in match_keys]))
    for name in ("sku", "handle", "slug"):
        if name in given:
            reason = f'No product has the {name} "{given[name]}". A new product needs a name.'
            return Rejection(f"UNKNOWN_{name.upper()}", reason, name)
    return Rejection("MISSING_NAME", "A new product needs a name.", "name")


def _number(value: object) -> int:
    return int(value) if isinstance(value, (str, int)) and str(value).isdigit() else 0


def _moment(product: Product) -> str:
    try:
        return canonical(str(product.get("updatedDate") or ""))
    except ValueError:
        return ""


def _without_stock(
    product: Product,
) -> tuple[
    Product, dict[Choices, StockPatch], dict[Choices, StockPatch], dict[Choices, StockPatch]
]:
    """Part a product from what its variants say of stock.

    Returns:
        The product, and by the choices of the variant: the requested stock, the opening stock
        of variants that are new, and that of variants which are there, as it seems without stock.
    """
    stock: dict[Choices, StockPatch] = {}
    opening: dict[Choices, StockPatch] = {}
    missing: dict[Choices, StockPatch] = {}
    rows = []
    for row in variants_of(product):
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


def choices_key(variant: Product, product: Product) -> Choices:
    """What tells a variant of a product from the others."""
    return frozenset(choice_names(variant, product.get("options")).items())


def categories_of(product: Product) -> set[str]:
    """The ids of the categories that a product is in."""
    rows = as_objects(inside(product, "directCategoriesInfo", "categories"))
    return {str(row["id"]) for row in rows if row.get("id")}
