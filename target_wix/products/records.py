"""The stages of a product's record before it is planned; none of them changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from target_wix.pipeline.rounds import Rejected, Retry
from target_wix.products.fields.variants import variants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from target_wix.pipeline.rounds import Result
    from target_wix.products.catalog import Product
    from target_wix.products.patch import ProductPatch
    from target_wix.runtime.outcomes import Rejection
    from target_wix.runtime.pending import PendingRecord

AMBIGUOUS = "AMBIGUOUS"
MOST_SUSPECTS = 20
"""Records of one product that are left out in turn to find the one that Wix refuses."""

_TRIES = 2 * MOST_SUSPECTS


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

    def writes_one_sku(self, product: Product) -> bool:
        """Tell whether it says something of one sku of several alone, and not of the product."""
        return self.by == "sku" and self.patch.row is not None and len(variants_of(product)) > 1

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
