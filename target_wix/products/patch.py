"""What a record asks for, whatever shape it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.other_sites import CopiedMemberships
    from target_wix.products.catalog import StockPatch


@dataclass
class FlatRow:
    """What a flat row says of its one sku.

    Attributes:
        variant: fields of the variant, in the shape of V3.
        stock: what its stock shall be.
        variant_id: the id of the variant, empty if the row does not say; of use on its own site.
    """

    variant: Json = field(default_factory=dict)
    stock: StockPatch | None = None
    variant_id: str = ""


@dataclass
class VariantPatch:
    """One variant of a nested record.

    Attributes:
        fields: what can be written of it.
        id: as the record has it; of use only on the record's own site.
        choices: option name to choice name; None if the record does not say.
        stock: what its stock shall be.
        opening: the stock it had where it came from, for a variant that is made.
    """

    fields: Json
    id: str = ""
    choices: dict[str, str] | None = None
    stock: StockPatch | None = None
    opening: StockPatch | None = None

    @property
    def sku(self) -> str:
        """Its sku, empty if it has none."""
        return str(self.fields.get("sku") or "")


@dataclass
class ProductPatch:
    """What one record asks for.

    Attributes:
        id: a GUID, empty if the record has none.
        handle: to match by, or to create with.
        slug: the same.
        skus: of all its variants.
        fields: what can be written of the product, in the shape of V3, without the variants.
        variants: the variants of a nested record, which are all that the product shall have.
        row: the one sku of a flat row.
        media: pictures and videos; None if not said.
        pictures_only: whether `media` comes from `image_urls`, which says nothing of videos.
        collections: ids, slugs or names of the categories it shall be in; None if not said.
        deleted: whether the record says that the product is no more.
        revision: the version the record was made from, None if it does not say.
        updated: the moment it was made from, canonical, empty if it does not say.
        from_v1: whether the record was made on a Catalog V1 site.
        site_id: of the site that the record comes from, empty if it does not say.
        categories: ids of the categories it is in, where it comes from; None if not said.
        copied: what these are here, for a record of another site.
        v1: what only Catalog V1 has.
        as_given: spellings of the handle, slug and skus as they came, where they differ.
        hidden: whether the shop that it comes from does not show the product.
        is_variant: whether it is a variant, which the shop it comes from has as a row of its own.
        unknown: columns that nobody knows, or that mean something else in Wix.
        seed: what tells the record from others, for a slug of its own.
    """

    id: str = ""
    handle: str = ""
    slug: str = ""
    skus: tuple[str, ...] = ()
    fields: Json = field(default_factory=dict)
    variants: list[VariantPatch] | None = None
    row: FlatRow | None = None
    media: list[Json] | None = None
    pictures_only: bool = False
    collections: list[str] | None = None
    deleted: bool = False
    revision: int | None = None
    updated: str = ""
    from_v1: bool = False
    site_id: str = ""
    categories: tuple[str, ...] | None = None
    copied: CopiedMemberships | None = None
    v1: Json | None = None
    as_given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: bool = False
    is_variant: bool = False
    unknown: list[str] = field(default_factory=list)
    seed: str = ""
