"""The stages of a product's record before it is planned: what it asks for, and which product it means."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from target_wix.pipeline.keys import guid_of
from target_wix.pipeline.rounds import Rejected, Retry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.cross_stream import CopiedMemberships
    from target_wix.pipeline.rounds import Result
    from target_wix.products.catalog import Product, StockPatch
    from target_wix.runtime.outcomes import Rejection
    from target_wix.runtime.pending import PendingRecord

AMBIGUOUS = "AMBIGUOUS"
MOST_SUSPECTS = 20
"""Records of one product that are left out in turn to find the one that Wix refuses."""

_TRIES = 2 * MOST_SUSPECTS
_ODD = re.compile(r"[^a-z0-9]+")
_LONGEST = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True)
class VariantPatch:
    """One variant of a nested record, or what a flat row says of its one sku.

    Attributes:
        fields: what can be written of it, in the shape of V3.
        id: empty if the record does not say; of use only on its own site.
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


@dataclass(frozen=True)
class ProductPatch:
    """What one record asks for.

    Attributes:
        id: a GUID, empty if the record has none.
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
        currency: of its prices, ISO 4217, empty if it does not say.
        hidden: whether the shop that it comes from does not show the product.
        is_variant: whether it is a variant, which the shop it comes from has as a row of its own.
        doubts: what to say once a run of how its numbers are read.
        unknown: columns that nobody knows, or that mean something else in Wix.
        seed: what tells the record from others, for a slug of its own.
    """

    id: str = ""
    skus: tuple[str, ...] = ()
    fields: Json = field(default_factory=dict)
    variants: Sequence[VariantPatch] | None = None
    row: VariantPatch | None = None
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
    currency: str = ""
    hidden: bool = False
    is_variant: bool = False
    doubts: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    seed: str = ""

    @property
    def handle(self) -> str:
        """The handle to match by, or to create with."""
        return str(self.fields.get("handle") or "")

    @property
    def slug(self) -> str:
        """The slug to match by, or to create with."""
        return str(self.fields.get("slug") or "")

    @property
    def variants_by_id(self) -> dict[str, VariantPatch]:
        """The variants that it has ids of Wix for; of a flat row, the one."""
        rows = self.variants or ([] if self.row is None else [self.row])
        return {key: one for one in rows if (key := guid_of(one.id))}

    @property
    def row_sku(self) -> str:
        """The sku of a flat row, empty if it is none or has none."""
        return "" if self.row is None else self.row.sku


@dataclass(frozen=True, slots=True)
class Match:
    """The product that a record means.

    Attributes:
        product_id: its id, empty if there is none.
        by: the key it was found by, empty if by none.
    """

    product_id: str = ""
    by: str = ""


NONE = Match()


@dataclass(frozen=True, eq=False)
class Trial:
    """Records of one product that Wix refuses together are tried without one of them.

    Attributes:
        suspects: those that are left out in turn, the next one first.
        refusal: what Wix said of all of them.
    """

    suspects: tuple[PendingRecord, ...]
    refusal: Rejection


@dataclass(frozen=True, eq=False)
class ProductRecord:
    """One record, what it asks for, and the product it means.

    Attributes:
        pending: the record.
        patch: what it asks for.
        fallback_slug: the slug its product has or gets if the record brings none.
        match: the product it means.
        is_sure: whether that is not looked for again.
        is_alone: whether no other record of its product is written along with it.
        trial: which records of its product are tried together.
        tried: the fields that it would have changed, in a round whose answer may have been lost.
    """

    pending: PendingRecord
    patch: ProductPatch
    fallback_slug: str = ""
    match: Match = NONE
    is_sure: bool = False
    is_alone: bool = False
    trial: Trial | None = None
    tried: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """The key that it was matched by, empty if by none."""
        return self.match.by

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Everything that the record can be matched by."""
        patch = self.patch
        pairs = [("id", patch.id), ("handle", patch.handle), ("slug", self.slug)]
        pairs += [("sku", sku) for sku in patch.skus]
        return [(name, value) for name, value in pairs if value]

    def identity(self, names: Iterable[str]) -> dict[str, str]:
        """Return what the record itself calls the product, strongest first.

        Args:
            names: of the keys that tell two products apart: id, handle and slug, or fewer.
        """
        patch = self.patch
        values = {"id": patch.id, "handle": patch.handle, "slug": patch.slug}
        return {name: values[name] for name in names}

    @property
    def own_keys(self) -> list[tuple[str, str]]:
        """The keys that the record itself has, without a slug of our own."""
        return [pair for pair in self.keys if pair != ("slug", self.fallback_slug)]

    @property
    def slug(self) -> str:
        """The slug to look for."""
        return self.patch.slug or self.fallback_slug


@dataclass(frozen=True, eq=False)
class ProductGroup:
    """The records of one product, in their order.

    Attributes:
        records: the records.
        current: the product as it was read, `{}` for one that is to be made.
        begun: the product of an earlier run that did not finish making it.
        suspect: the record that is left out, to see whether Wix takes the others.
    """

    records: tuple[ProductRecord, ...]
    current: Product = field(default_factory=dict)
    begun: Product | None = None
    suspect: ProductRecord | None = None

    @property
    def product_id(self) -> str:
        """The id of the product, empty for one that is to be made."""
        return str(self.current.get("id") or "")

    @property
    def all_records(self) -> tuple[ProductRecord, ...]:
        """Its records, and the one that is left out."""
        return self.records if self.suspect is None else (*self.records, self.suspect)


@dataclass(frozen=True, eq=False)
class DeletionGroup:
    """The records that say that one product is deleted.

    Attributes:
        product_id: the product.
        records: the records.
        name: of the product, if it had to be looked at.
    """

    product_id: str
    records: tuple[ProductRecord, ...]
    name: str = ""


def cleared(group: ProductGroup) -> Iterator[Result[ProductRecord]]:
    """Yield that the record which was left out is the one that Wix refuses: it takes the others."""
    if group.suspect is not None and group.suspect.trial is not None:
        yield Rejected(group.suspect, group.suspect.trial.refusal)


def refused(
    group: ProductGroup,
    records: Iterable[ProductRecord],
    refusal: Rejection,
    *,
    is_of_one: bool = True,
) -> Iterator[Result[ProductRecord]]:
    """Yield what becomes of records that are refused together.

    One of several is set aside if the others are taken without it. Written one after another,
    records that differ would be written over each other in every run. That is done only where no
    one of them is to blame, or too many could be.

    Args:
        group: the records of a product.
        records: those of them that are not settled.
        refusal: why they are refused.
        is_of_one: whether one of them can be to blame for it.
    """
    left = [*records] if group.suspect is None else [*records, group.suspect]
    trial = group.suspect.trial if group.suspect is not None else None
    if trial is not None:
        there = {record.pending for record in left}
        suspects = tuple(one for one in trial.suspects[1:] if one in there)
        next_trial = Trial(suspects, trial.refusal) if suspects else None
    elif len(left) == 1:
        yield Rejected(left[0], refusal)
        return
    elif is_of_one and len(left) <= MOST_SUSPECTS:
        suspects = tuple(record.pending for record in reversed(left))
        next_trial = Trial(suspects, refusal)
    else:
        next_trial = None
    for record in left:
        again = replace(record, trial=next_trial, is_sure=True)
        if next_trial is None:
            again = replace(record, trial=None, is_sure=False, is_alone=True, match=NONE)
        yield Retry(again, refusal, _TRIES)


def generated_slug(name: str, seed: str) -> str:
    """Return a slug made of a product's name and of what tells its record from others.

    The same record gets the same slug in every run, so that a product whose creation was not
    acknowledged is found again.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _ODD.sub("-", plain).strip("-")[:_LONGEST].strip("-")
    stamp = hashlib.sha256(f"{name}\n{seed}".encode(errors="surrogatepass")).hexdigest()[:10]
    return f"{words}-{stamp}" if words else f"product-{stamp}"


def fallback_slug(patch: ProductPatch, *, handles: bool, by_sku: bool) -> str:
    """Return the slug that is looked for, and given to a new product, if the record brings none.

    Args:
        patch: of the record.
        handles: whether the shop's catalog has handles. Where it has none, as on V1, a handle
            stands for a slug; but there a slug of one's own costs a second request for a new
            product (wix-api stores-v1 2.3), and a record with a sku is found by that.
        by_sku: whether records are matched by sku.
    """
    if patch.slug:
        return ""
    name = patch.fields.get("name")
    if not handles:
        if by_sku and patch.skus:
            return ""
        if patch.handle:
            fits = _SLUG.fullmatch(patch.handle) and len(patch.handle) <= _LONGEST
            return patch.handle if fits else generated_slug(patch.handle, patch.handle)
    elif patch.handle:
        return ""
    return generated_slug(str(name), patch.seed) if name and (patch.id or patch.skus) else ""
