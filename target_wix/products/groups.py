"""Records of one batch, grouped by the product that they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from target_wix.products.cache import are_different, united_identity
from target_wix.products.fields.variants import variants_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_wix.products.catalog import Product, StockPatch
    from target_wix.products.patch import ProductPatch
    from target_wix.runtime.pending import PendingRecord


AMBIGUOUS = "AMBIGUOUS"
Choices: TypeAlias = frozenset[tuple[str, str]]
"""A variant by its choices: pairs of option and choice."""


@dataclass(eq=False)
class ProductRecord:
    """One record on its way.

    Attributes:
        pending: the record.
        patch: what it asks for.
        fallback_slug: the slug its product has or gets if the record brings none.
        by: the key it was matched by, empty if by none.
        cleaned: whether the ids of another site were taken out of the patch.
        counted: whether it was said what of its texts the shop cannot show.
        has_stock: whether it says what the stock shall be.
        changed: the fields that it changed.
        rejection: what of it could not be written although the rest was.
    """

    pending: PendingRecord
    patch: ProductPatch
    fallback_slug: str = ""
    by: str = ""
    cleaned: bool = False
    counted: bool = False
    has_stock: bool = False
    changed: list[str] = field(default_factory=list)
    rejection: Rejection | None = None

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


@dataclass(eq=False)
class Group:
    """The records of one product, in their order.

    Attributes:
        records: the records; those that are refused leave.
        product_id: empty for a product that is to be made.
        current: the product as it was read.
        desired: as it shall be.
        changed: the fields that differ.
        planned: whether nothing but Wix itself can refuse it.
        written: whether a change was sent, whatever became known of it.
        created: whether the product was made.
        stock: what stock the records want, by the choices of the variant.
        opening: the stock that new variants had elsewhere.
        missing: the stock that variants had elsewhere which may have none here.
        collections: the categories that the last record names.
        repeated: the categories that each record names.
        begun: the product of an earlier run that did not finish making it.
        counted: what of it was counted as left out: stock by the id of its variant, or a phrase.
    """

    records: list[ProductRecord]
    product_id: str = ""
    current: Product = field(default_factory=dict)
    desired: Product = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    planned: bool = True
    written: bool = False
    created: bool = False
    stock: dict[Choices, StockPatch] = field(default_factory=dict)
    opening: dict[Choices, StockPatch] = field(default_factory=dict)
    missing: dict[Choices, StockPatch] = field(default_factory=dict)
    collections: list[str] | None = None
    repeated: list[list[str]] = field(default_factory=list)
    begun: Product | None = None
    counted: set[str] = field(default_factory=set)


class NewGroups:
    """The products of a batch that are to be made, each with the records that mean it."""

    def __init__(self, names: Sequence[str], keys: Sequence[str]) -> None:
        """Know none yet.

        Args:
            names: of the keys that tell two products apart, strongest first.
            keys: of everything that products are matched by.
        """
        self._names = names
        self._keys = ("id", *keys)
        self._groups: dict[tuple[str, str], list[Group]] = {}
        self._identities: dict[Group, dict[str, str]] = {}

    def find(self, record: ProductRecord) -> Group | Rejection | None:
        """Return the new product that a record means too, None if it is another one.

        Two records that differ in a name are two products; Wix has no two with one name.
        """
        identity = record.identity(self._names)
        for pair in self._pairs(record):
            groups = self._groups.get(pair, [])
            same = [one for one in groups if not are_different(identity, self._identities[one])]
            if len(same) > 1:
                reason = f"Several new products have its {pair[0]}; it has to name one of them."
                return Rejection(AMBIGUOUS, reason, pair[0])
            if same:
                return same[0]
            if groups and pair[0] != "sku":
                return taken(pair[0])
        return None

    def add(self, group: Group, record: ProductRecord) -> None:
        """Note that a record means a new product."""
        before = self._identities.get(group, {})
        self._identities[group] = united_identity(before, record.identity(self._names))
        for pair in self._pairs(record):
            groups = self._groups.setdefault(pair, [])
            if group not in groups:
                groups.append(group)

    def _pairs(self, record: ProductRecord) -> list[tuple[str, str]]:
        found = [pair for pair in record.keys if pair[0] in self._keys]
        return sorted(found, key=lambda pair: self._keys.index(pair[0]))


def taken(name: str) -> Rejection:
    """Return the refusal of a record whose name another record of the run has for its product."""
    return Rejection(
        "DUPLICATE_KEY",
        f"Another record of this run has the same {name}, but is another product, since they differ"
        " in a stronger key. In Wix one product has it.",
        name,
    )


def segments(records: Iterable[ProductRecord]) -> Iterator[list[ProductRecord]]:
    """Yield the records in parts that are either all deletions or none.

    A stream is a history, so that parts keep their order; but what a deletion does not concern
    need not wait for it.
    """
    kept: list[ProductRecord] = []
    deleted: list[ProductRecord] = []
    deleted_keys: set[tuple[str, str]] = set()
    for record in records:
        keys = set(record.keys)
        # In a part, what stays is written first.
        if not record.patch.deleted and keys & deleted_keys:
            yield from filter(None, (kept, deleted))
            kept, deleted, deleted_keys = [], [], set()
        if record.patch.deleted:
            deleted.append(record)
            deleted_keys |= keys
        else:
            kept.append(record)
    yield from filter(None, (kept, deleted))
