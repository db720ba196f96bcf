"""What a product shall be, of all the records of a batch that mean it. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_objects, inside
from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.rounds import Rejected, Result
from target_wix.pipeline.staleness import moment_of, revision_of, stale_record
from target_wix.products.compare import differences, named_differences
from target_wix.products.fields.media import CHOICE_PICTURES, current_items, desired_items
from target_wix.products.fields.stock import (
    BELOW_ZERO,
    IDLE_LIMIT,
    checked,
    has_idle_limit,
    is_below_zero,
    merged_stock,
    without_idle_limit,
)
from target_wix.products.fields.variants import choices_key, replace_variants, variants_of
from target_wix.products.foreign_ids import without_foreign_ids
from target_wix.products.groups import (
    incomplete,
    refused_variants,
    row_pictures,
    united_patches,
)
from target_wix.products.overlay import Entry, is_row, laid_over
from target_wix.products.records import ProductGroup, cleared, generated_slug, refused
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_wix.config import TargetSettings
    from target_wix.pipeline.cross_stream import SiteCategories
    from target_wix.pipeline.staleness import OwnWrites
    from target_wix.products.catalog import Catalog, Product, StockPatch
    from target_wix.products.fields.variants import Choices
    from target_wix.products.groups import RowHistory
    from target_wix.products.overlay import Dropped, Part, Stock
    from target_wix.products.records import ProductRecord

OVERRULED = "values of rows of one product that a later row overrules"
APART = (
    "pictures of rows of one product that are far apart (put these rows one after the other, so that"
    " their pictures unite)"
)


@dataclass(frozen=True, eq=False)
class ProductPlan:
    """What is to be written for a product, and for which records.

    Attributes:
        group: the records of the product, and the product as it was read.
        desired: as it shall be.
        changed: the fields that differ.
        parts: the records that are left, in their order, at least one.
        stock: what stock the records want, by the choices of the variant.
        opening: the stock that new variants had elsewhere.
        missing: the stock that variants had elsewhere which may have none here.
        row_sku: the sku that rows gave to the only variant, empty if they do not say.
    """

    group: ProductGroup
    desired: Product
    changed: tuple[str, ...]
    parts: tuple[Part, ...]
    stock: Mapping[Choices, StockPatch] = field(default_factory=dict)
    opening: Mapping[Choices, StockPatch] = field(default_factory=dict)
    missing: Mapping[Choices, StockPatch] = field(default_factory=dict)
    row_sku: str = ""

    @property
    def records(self) -> list[ProductRecord]:
        """The records that are left, in their order."""
        return [part.record for part in self.parts]

    @property
    def open_records(self) -> list[ProductRecord]:
        """The records without an outcome: those, and the one that is left out."""
        suspect = self.group.suspect
        return self.records if suspect is None else [*self.records, suspect]


class Planner:
    """Merges, compares and checks."""

    def __init__(
        self,
        catalog: Catalog,
        settings: TargetSettings,
        own_writes: OwnWrites,
        rows: RowHistory,
        categories: SiteCategories,
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._own_writes = own_writes
        self._rows = rows
        self._categories = categories
        self._html_only = catalog.version is CatalogVersion.V1

    def plan(self, group: ProductGroup) -> Iterator[ProductPlan | Result[ProductRecord]]:
        """Yield what the product shall be; before it, the records that cannot be."""
        records = list(group.records)
        rejections = refused_variants(records, group.current)
        if rejections and not group.product_id:
            rejections |= {one: incomplete() for one in records if one not in rejections}
        entries = [self._entry(group, one) for one in records if one not in rejections]
        parts = self._parts(group, self._united(group, entries), rejections)
        for record, rejection in rejections.items():
            yield Rejected(record, rejection)
        if not parts:
            yield from cleared(group)
            return
        try:
            yield self._plan(group, parts)
        except Rejection as rejection:
            left = [part.record for part in parts]
            yield from refused(group, left, rejection, is_of_one=False)

    def _plan(self, group: ProductGroup, parts: Sequence[Part]) -> ProductPlan:
        """Return the plan of the records that are left.

        Raises:
            Rejection: a new product lacks what it needs, or the catalog cannot hold it.
        """
        first, desired = parts[0], parts[-1].after
        stock: Stock = {}
        opening: Stock = {}
        missing: Stock = {}
        for part in parts:
            for choices, one in part.stock.items():
                place = _place_of(choices, part.after, desired)
                stock[place] = merged_stock(stock.get(place), one) or one
            opening |= part.opening
            missing |= part.missing
        if not group.product_id:
            desired, dropped = self._completed(parts, desired)
            patches = {**opening, **stock}
            below = [(BELOW_ZERO, "")] * sum(map(is_below_zero, patches.values()))
            idle: list[tuple[str, str]] = []
            if not self._html_only:
                idle = [(IDLE_LIMIT, "")] * sum(map(has_idle_limit, patches.values()))
                patches = {key: without_idle_limit(patch) for key, patch in patches.items()}
            first = replace(first, dropped=(*first.dropped, *dropped, *below, *idle))
            stock = {choices: checked(patch) for choices, patch in patches.items()}
        else:
            desired = self._with_pictures_kept(group.current, desired)
        parts = [first, *parts[1:]]
        parts[-1] = replace(parts[-1], after=desired)
        changed = differences(group.current, desired)
        if not changed:
            # Records that differ from each other can come to what the shop has.
            parts = [replace(part, names=()) for part in parts]
        # A write whose answer was lost may have been done: then nothing differs any more.
        parts = [replace(one, names=one.names or one.record.tried) for one in parts]
        return ProductPlan(
            group,
            desired,
            changed,
            tuple(_said_once(parts, (CHOICE_PICTURES, ""))),
            stock,
            opening,
            missing,
            parts[-1].sku,
        )

    def _with_pictures_kept(self, current: Product, desired: Product) -> Product:
        """Leave pictures alone that several records changed to as many as the shop has."""
        if desired.get("media") is current.get("media"):
            return desired
        items = current_items(desired)
        replaces = self._settings.media == "replace"
        if desired_items(items, current, replace=replaces) is None:
            return {**desired, "media": current.get("media")}
        return desired

    def _entry(self, group: ProductGroup, record: ProductRecord) -> Entry:
        """Take the ids of another site out of a record that has one itself."""
        patch = record.patch
        dropped: list[Dropped] = []
        is_foreign = bool(patch.id) and patch.id != group.product_id
        if is_foreign:
            patch = without_foreign_ids(
                patch, self._categories, lambda kind: dropped.append((kind, ""))
            )
        return Entry(record, patch.fields, patch, is_foreign, tuple(dropped))

    # -- several records ----------------------------------------------------------------------

    def _united(self, group: ProductGroup, entries: Sequence[Entry]) -> list[Entry]:
        """Return what each record asks for, after what the other rows of the product say."""
        overruled: list[Dropped] = []
        asked = [(entry.record, entry.patch) for entry in entries]
        earlier = self._rows.pictures(group.product_id)
        if earlier and row_pictures(patch for _, patch in asked) - earlier:
            overruled.append((APART, ""))
        patches = united_patches(
            asked, group.current, lambda name: overruled.append((OVERRULED, name))
        )
        found = [replace(entry, patch=patch) for entry, patch in zip(entries, patches, strict=True)]
        if overruled:
            found[-1] = replace(found[-1], dropped=(*found[-1].dropped, *overruled))
        return found

    def _parts(
        self,
        group: ProductGroup,
        entries: Sequence[Entry],
        rejections: dict[ProductRecord, Rejection],
    ) -> list[Part]:
        """Lay records over their product, in their order; note those that cannot be.

        Rows of one sku each are laid one over the other, and the catalog is asked once what it
        keeps of all of them, so that the time grows with their number and not with its square.
        """
        parts: list[Part] = []
        base, sku = group.current, self._rows.sku(group.product_id)
        for are_rows, some in groupby(entries, is_row):
            for run in [[*some]] if are_rows or not group.product_id else [[one] for one in some]:
                parts += self._laid(group.current, base, sku, run, rejections)
                if parts:
                    base, sku = parts[-1].after, parts[-1].sku
        return parts

    def _laid(
        self,
        current: Product,
        base: Product,
        sku: str,
        entries: Sequence[Entry],
        rejections: dict[ProductRecord, Rejection],
    ) -> list[Part]:
        """Lay some records over what the ones before them made of the product."""
        left, html_only = list(entries), self._html_only
        while True:
            parts: list[Part] = []
            for entry in left:
                below, known = (parts[-1].after, parts[-1].sku) if parts else (base, sku)
                try:
                    part = laid_over(
                        current, below, entry, self._settings, row_sku=known, html_only=html_only
                    )
                except Rejection as rejection:
                    rejections[entry.record] = rejection
                else:
                    parts.append(part)
            if not parts:
                return []
            if len(parts) > 1 or not current:
                parts = [
                    replace(one, names=tuple(named_differences(one.before, one.after)))
                    for one in parts
                ]
            if current:
                parts = self._as_stored(current, base, parts, rejections)
            rejections |= self._too_old(current, parts)
            kept = [entry for entry in left if entry.record not in rejections]
            if len(kept) == len(parts):
                return parts
            left = kept

    def _as_stored(
        self,
        current: Product,
        base: Product,
        parts: Sequence[Part],
        rejections: dict[ProductRecord, Rejection],
    ) -> list[Part]:
        """Bring the last part to what the catalog keeps of it; note the record that it refuses."""
        dropped: list[Dropped] = []
        *others, last = parts
        try:
            stored = self._catalog.as_stored(
                last.after, current, lambda kind: dropped.append((kind, ""))
            )
        except Rejection as rejection:
            part, reason = self._refused_first(current, parts, rejection)
            rejections[part.record] = reason
            return [*parts]
        whole = named_differences(base, stored)
        kept = [set(part.names) & set(whole) for part in parts]
        # What Wix brings in line by itself counts for the last one that changes something.
        place = max((place for place, names in enumerate(kept) if names), default=len(others))
        kept[place] |= set(whole) - set().union(*kept)
        last = replace(last, after=stored, dropped=(*last.dropped, *dropped))
        return [
            replace(part, names=tuple(one for one in whole if one in names))
            for part, names in zip((*others, last), kept, strict=True)
        ]

    def _refused_first(
        self, current: Product, parts: Sequence[Part], rejection: Rejection
    ) -> tuple[Part, Rejection]:
        """Return the first part that the catalog does not take, and why; it refuses the last."""
        low, high = 0, len(parts) - 1
        while low < high:
            middle = (low + high) // 2
            try:
                self._catalog.as_stored(parts[middle].after, current, lambda _: None)
            except Rejection as refusal:
                high, rejection = middle, refusal
            else:
                low = middle + 1
        return parts[low], rejection

    def _too_old(self, current: Product, parts: Sequence[Part]) -> dict[ProductRecord, Rejection]:
        """Return the records that would change what somebody else changed since, with the reason."""
        if self._settings.stale_records == "overwrite":
            return {}
        return {
            part.record: stale_record(part.names)
            for part in parts
            if part.names and is_stale(self._own_writes, current, part.record)
        }

    # -- new products -------------------------------------------------------------------------

    def _completed(self, parts: Sequence[Part], desired: Product) -> tuple[Product, list[Dropped]]:
        """Return a new product with all that it needs, and what of it the catalog does not keep.

        Raises:
            Rejection: it lacks what every product needs, or the catalog cannot hold it.
        """
        first = parts[0].record
        if not desired.get("name"):
            raise _unknown_product(first, self._settings.product_match_keys)
        if any(part.record.patch.is_variant for part in parts):
            raise Rejection(
                "VARIANT_ROW",
                "The row is a variant of another shop, and no product has its sku. Send the product"
                " as one record with options and variantsInfo.",
                "sku",
            )
        whole = completed(desired)
        if not whole.get("slug"):
            if first.fallback_slug:
                whole["slug"] = first.fallback_slug
            elif not whole.get("handle") and not self._html_only:
                whole["slug"] = generated_slug(str(whole["name"]), first.patch.seed)
        dropped: list[Dropped] = []
        stored = self._catalog.as_stored(whole, None, lambda kind: dropped.append((kind, "")))
        return stored, dropped


def completed(desired: Json) -> Json:
    """Return a product that is to be made with what every new product needs.

    Raises:
        Rejection: it has no price.
    """
    product = {"productType": "PHYSICAL", **desired}
    if not variants_of(product):
        raise Rejection("MISSING_PRICE", "A new product needs a price.", "price")
    own = "digitalProperties" if product["productType"] == "DIGITAL" else "physicalProperties"
    product = replace_variants(product, [{own: {}, **row} for row in variants_of(product)])
    if own == "physicalProperties":
        product[own] = product.get(own) or {}
    return product


def _place_of(choices: Choices, before: Product, desired: Product) -> Choices:
    """Return by which choices a variant goes in the end: a later record can give it others.

    Args:
        choices: of a variant when a record named it.
        before: the product as it was then.
        desired: the product as it shall be.
    """
    places = {choices_key(row, desired): row for row in variants_of(desired)}
    if choices in places:
        return choices
    skus = [row.get("sku") for row in variants_of(before) if choices_key(row, before) == choices]
    same = [place for place, row in places.items() if row.get("sku") in skus and row.get("sku")]
    return same[0] if len(same) == 1 else choices


def _said_once(parts: Sequence[Part], dropped: Dropped) -> Iterator[Part]:
    """Yield the parts; of those that drop the same of their product, the first one says so."""
    was_said = False
    for part in parts:
        rest = tuple(one for one in part.dropped if one != dropped)
        is_said = len(rest) < len(part.dropped)
        yield replace(part, dropped=rest) if was_said and is_said else part
        was_said = was_said or is_said


def is_stale(own: OwnWrites, current: Product, record: ProductRecord) -> bool:
    """Tell whether a record is older than its product in the shop, which others changed."""
    patch, key = record.patch, str(current.get("id") or "")
    if record.by != "id" or not key or patch.id != key:
        return False
    revision = revision_of(current)
    if revision is None or (patch.revision is None and patch.from_v1):
        return own.is_earlier(key, patch.updated, moment_of(current))
    return own.is_older(key, patch.revision, revision)


def _unknown_product(record: ProductRecord, match_keys: Sequence[str]) -> Rejection:
    """Return the refusal of a record that finds no product and is too little for a new one."""
    given = dict(reversed([pair for pair in record.own_keys if pair[0] in match_keys]))
    for name in ("sku", "handle", "slug"):
        if name in given:
            reason = f'No product has the {name} "{given[name]}". A new product needs a name.'
            return Rejection(f"UNKNOWN_{name.upper()}", reason, name)
    return Rejection("MISSING_NAME", "A new product needs a name.", "name")


def categories_of(product: Product) -> set[str]:
    """The ids of the categories that a product is in."""
    rows = as_objects(inside(product, "directCategoriesInfo", "categories"))
    return {str(row["id"]) for row in rows if row.get("id")}
