"""Which records of a batch mean one product, and what they say of it together: a flat row is one sku."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cachetools import FIFOCache

from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.lookup_cache import MOST_KEYS, are_different, united_identity
from target_wix.products.compare import differences
from target_wix.products.fields.variants import variants_of
from target_wix.products.fields.writable import VARIANT
from target_wix.products.overlay import apply_patch, is_of_one_sku
from target_wix.products.records import AMBIGUOUS, Match
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from target_wix.products.catalog import Product
    from target_wix.products.records import ProductPatch, ProductRecord, Trial

ADDS_VARIANT, INCOMPLETE = "FLAT_ROW_ADDS_VARIANT", "INCOMPLETE_PRODUCT"
_NAMES = ("handle", "slug")
_TWO_FORMS = frozenset({"description", "plainDescription"})


@dataclass(eq=False)
class Forming:
    """A group while records are put together.

    Attributes:
        product_id: empty for a product that is to be made.
        records: the records.
        suspect: the record that is left out.
        identity: what its records call a product that is to be made.
    """

    product_id: str
    records: list[ProductRecord] = field(default_factory=list)
    suspect: ProductRecord | None = None
    identity: dict[str, str] = field(default_factory=dict)

    @property
    def all_records(self) -> list[ProductRecord]:
        """Its records, and the one that is left out."""
        return self.records if self.suspect is None else [*self.records, self.suspect]


class Groups:
    """Puts records together that mean one product; where they may not be, the later one waits."""

    def __init__(
        self,
        names: Sequence[str],
        keys: Sequence[str],
        claim: Callable[[str, ProductRecord], bool],
    ) -> None:
        """Begin a round.

        Args:
            names: of the keys that tell two products apart, strongest first.
            keys: of everything that products are matched by.
            claim: takes a product of the shop for a record, and tells whether it may.
        """
        self.all: list[Forming] = []
        self.waiting: list[ProductRecord] = []
        self._names = names
        self._keys = ("id", *keys)
        self._claim = claim
        self._known: dict[str, Forming] = {}
        self._new: dict[tuple[str, str], list[Forming]] = {}
        self._given_skus: dict[str, list[Forming]] = {}
        self._trials: dict[Trial, Forming] = {}

    def place(self, record: ProductRecord, *, may_be_new: bool) -> Rejection | None:
        """Add a record to its product, or let it wait; return why it cannot be written.

        Args:
            record: matched.
            may_be_new: whether it may make a product.
        """
        product_id = record.match.product_id
        tried = None if record.trial is None else self._trials.get(record.trial)
        if tried is not None:
            self._add(tried, record)
            return None
        if product_id:
            group = self._known.get(product_id)
        else:
            found = self._find_new(record) or self._find_by_given_sku(record)
            if isinstance(found, Rejection):
                return found
            group, by = found or (None, "")
            if by == "sku" and group is not None:
                product_id = group.product_id
                record = replace(record, match=Match(product_id, by))
        if group is not None and not _may_join(group, record):
            self.waiting.append(record)
            return None
        if group is None:
            if not product_id and not may_be_new:
                return _unknown_id()
            group = Forming(product_id)
            self.all.append(group)
        self._add(group, record)
        return None

    def _find_new(self, record: ProductRecord) -> tuple[Forming, str] | Rejection | None:
        """Return the new product that a record means too, and by which key; None if another one.

        Two records that differ in a name are two products; Wix has no two with one name.
        """
        identity = record.identity(self._names)
        for pair in self._pairs(record):
            groups = self._new.get(pair, [])
            same = [one for one in groups if not are_different(identity, one.identity)]
            if len(same) > 1:
                reason = f"Several new products have its {pair[0]}; it has to name one of them."
                return Rejection(AMBIGUOUS, reason, pair[0])
            if same:
                return same[0], pair[0]
            if groups and pair[0] != "sku":
                return taken(pair[0])
        return None

    def _find_by_given_sku(self, record: ProductRecord) -> tuple[Forming, str] | Rejection | None:
        """Return the product of the shop to which an earlier record gives the sku of this one."""
        for pair in self._pairs(record):
            groups = self._given_skus.get(pair[1], []) if pair[0] == "sku" else []
            if len(groups) > 1:
                reason = "Earlier records of this run give its sku to several products."
                return Rejection(AMBIGUOUS, reason, "sku")
            if groups and self._claim(groups[0].product_id, record):
                return groups[0], "sku"
        return None

    def _add(self, group: Forming, record: ProductRecord) -> None:
        trial = record.trial
        if trial is not None:
            self._trials[trial] = group
        if trial is not None and record.pending is trial.suspects[0]:
            group.suspect = record
        else:
            group.records.append(record)
        if group.product_id:
            self._known[group.product_id] = group
            for sku in record.patch.skus:
                groups = self._given_skus.setdefault(sku, [])
                if group not in groups:
                    groups.append(group)
            return
        group.identity = united_identity(group.identity, record.identity(self._names))
        for pair in self._pairs(record):
            groups = self._new.setdefault(pair, [])
            if group not in groups:
                groups.append(group)

    def _pairs(self, record: ProductRecord) -> list[tuple[str, str]]:
        """Return the keys that a record is matched by, strongest first."""
        found = [pair for pair in record.keys if pair[0] in self._keys]
        return sorted(found, key=lambda pair: self._keys.index(pair[0]))


def _may_join(group: Forming, record: ProductRecord) -> bool:
    """Tell whether a record may be written along with those of its product."""
    return not any(one.is_alone or one.trial is not None for one in (*group.records[:1], record))


def taken(name: str) -> Rejection:
    """Return the refusal of a record whose name another record of the run has for its product."""
    return Rejection(
        "DUPLICATE_KEY",
        f"Another record of this run has the same {name}, but is another product, since they differ"
        " in a stronger key. In Wix one product has it.",
        name,
    )


def _unknown_id() -> Rejection:
    return Rejection(
        "UNKNOWN_ID",
        "The shop has no product with this id, and none with its keys. If such products are to be"
        " made, set unknown_id to create.",
        "id",
    )


def first_segment(
    records: Sequence[ProductRecord],
) -> tuple[list[ProductRecord], list[ProductRecord]]:
    """Part records: those to be written next, which are all deletions or none, and the others.

    A stream is a history, so that parts keep their order; but what a deletion does not concern
    need not wait for it.
    """
    kept: list[ProductRecord] = []
    deleted: list[ProductRecord] = []
    deleted_keys: set[tuple[str, str]] = set()
    rest: list[ProductRecord] = []
    for place, record in enumerate(records):
        keys = set(record.keys)
        # In a part, what stays is written first.
        if not record.patch.deleted and keys & deleted_keys:
            rest = [*records[place:]]
            break
        if record.patch.deleted:
            deleted.append(record)
            deleted_keys |= keys
        else:
            kept.append(record)
    return (kept, [*deleted, *rest]) if kept else (deleted, rest)


def united_patches(
    asked: Sequence[tuple[ProductRecord, ProductPatch]],
    current: Product,
    note: Callable[[str], None],
) -> list[ProductPatch]:
    """Return what each record asks for, after what the other rows of the product say.

    Pictures of all rows unite, in their order, at the first row that has some. Of a product column
    that rows repeat, a value that differs from the shop's wins over one that equals it.

    Args:
        asked: the records of one product, each with what it asks for.
        current: the product in the shop, `{}` for a new one.
        note: told the name of a column with two new values, of which the later one wins.
    """
    patches = [patch for _, patch in asked]
    are_several = has_several(current, patches)
    for name in sorted(_said_twice(patches)):
        note(name)
    rows = [
        place
        for place, (record, patch) in enumerate(asked)
        if patch.variants is None and not (are_several and is_of_one_sku(record))
    ]
    if len(rows) < 2:  # noqa: PLR2004 - one row has nothing to unite with
        return patches
    _unite_pictures(patches, rows)
    saying = [place for place in rows if patches[place].fields]
    news = {place: _news(patches[place], current) for place in saying}
    changing = set().union(*news.values())
    for name in sorted(changing):
        values = [patches[place].fields[name] for place in saying if name in news[place]]
        if any(one != other for one, other in pairwise(values)):
            note(name)
    for place in saying:
        fields = patches[place].fields
        kept = {
            name: value
            for name, value in fields.items()
            if name in news[place] or name not in changing
        }
        if len(kept) < len(fields):
            patches[place] = replace(patches[place], fields=kept)
    return patches


def _said_twice(patches: Iterable[ProductPatch]) -> set[str]:
    """Return the names of the columns of a variant that several rows of it say differently."""
    said: dict[tuple[str, str], object] = {}
    found = set()
    for row in (patch.row for patch in patches if patch.row is not None):
        variant = row.id or key_text(row.sku)
        values = {name: VARIANT.fields[name].normalize(one) for name, one in row.fields.items()}
        if row.stock is not None and row.stock.quantity is not None:
            values["quantity"] = row.stock.quantity
        for name, value in values.items():
            if value is not None and said.setdefault((variant, name), value) != value:
                found.add(name)
    return found


def _unite_pictures(patches: list[ProductPatch], rows: Sequence[int]) -> None:
    listed = [place for place in rows if patches[place].media is not None]
    with_pictures = [place for place in listed if patches[place].media]
    if len(listed) < 2 or not with_pictures:  # noqa: PLR2004 - the same
        return
    items: dict[str, dict[str, Any]] = {}
    for place in with_pictures:
        for item in patches[place].media or []:
            items.setdefault(_picture_key(item), item)
    first = with_pictures[0]
    for place in listed:
        # An empty list takes nothing from what the other rows bring.
        media = list(items.values()) if place == first else None
        patches[place] = replace(patches[place], media=media)


def has_several(current: Product, patches: Iterable[ProductPatch]) -> bool:
    """Tell whether a product has several variants, or is given them by a record."""
    counts = [len(variants_of(current)), *(len(patch.variants or ()) for patch in patches)]
    return max(counts) > 1


def row_pictures(patches: Iterable[ProductPatch]) -> frozenset[str]:
    """Return the pictures that flat rows have in their column, as `_picture_key` tells them apart."""
    rows = (patch for patch in patches if patch.pictures_only)
    return frozenset(_picture_key(item) for patch in rows for item in patch.media or [])


def _picture_key(item: Mapping[str, Any]) -> str:
    """Return what tells a picture of a record from others."""
    return str(item.get("url") or item.get("id"))


def _news(patch: ProductPatch, current: Product) -> set[str]:
    """Names of the product columns of a row that say something else than the shop."""
    try:
        changed = set(
            differences(current, apply_patch(current, replace(patch, row=None, media=None)))
        )
    except Rejection:
        return set(patch.fields)
    if changed & _TWO_FORMS:
        changed |= _TWO_FORMS
    return changed & patch.fields.keys()


def refused_variants(
    records: Sequence[ProductRecord], current: Product
) -> dict[ProductRecord, Rejection]:
    """Return the rows that would each be a variant of a product that has one, with the reason.

    None of them is written: the first one would leave half a product behind. A product has the
    variants, too, that a record with all of them gives it.
    """
    own = [key_text(row.get("sku")) for row in variants_of(current)]
    nested = [one for record in records for one in record.patch.variants or ()]
    own += [one.sku for one in nested if one.sku not in own]
    rows = {
        record: sku for record in records if record.by != "id" and (sku := record.patch.row_sku)
    }
    skus = dict.fromkeys(rows.values())
    if len(own) > 1 or len(skus) < 2:  # noqa: PLR2004 - one sku is that of the only variant
        return {}
    reason = (
        "Rows with several skus mean one product: a flat row adds no variant. Send the product as"
        " one record with options and variantsInfo."
    )
    return {
        record: Rejection(ADDS_VARIANT, reason, "sku") for record in rows if rows[record] not in own
    }


class RowHistory:
    """What flat rows of earlier batches said of their products, for those of later ones."""

    def __init__(self) -> None:
        self._skus: FIFOCache[str, str] = FIFOCache(MOST_KEYS)
        self._pictures: FIFOCache[str, frozenset[str]] = FIFOCache(MOST_KEYS)

    def sku(self, product_id: str) -> str:
        """Return the sku that a row of this run gave to the only variant of a product."""
        return self._skus.get(product_id) or ""

    def note_sku(self, product_id: str, sku: str) -> None:
        """Note that a row with this sku meant a product of one variant."""
        self._skus[product_id] = sku

    def pictures(self, product_id: str) -> frozenset[str]:
        """Return the pictures that records of earlier batches have for a product."""
        return self._pictures.get(product_id, frozenset())

    def note_pictures(self, product_id: str, pictures: frozenset[str]) -> None:
        """Note the pictures that records of a batch have for a product."""
        if pictures:
            self._pictures[product_id] = self.pictures(product_id) | pictures


class RefusedRows:
    """Rows of a batch that could not be read, by the product that they name.

    Of a new product that lacks one of its rows, none is written.
    """

    def __init__(self) -> None:
        self._skus: dict[tuple[str, str], set[str]] = {}

    def add(self, record: Mapping[str, object]) -> None:
        """Note a row that is refused."""
        row, _ = coerce.named(record, (*_NAMES, "sku", "variantsInfo"))
        if row.get("variantsInfo") is None:
            for name in _NAMES:
                if value := key_text(row.get(name)):
                    self._skus.setdefault((name, value), set()).add(key_text(row.get("sku")))

    def concern(self, records: Iterable[ProductRecord]) -> bool:
        """Tell whether a refused row is another sku of the product that these records make."""
        records = list(records)
        skus = {sku for record in records for sku in record.patch.skus}
        return bool(skus) and any(
            refused - skus - {""}
            for record in records
            for pair in record.keys
            if (refused := self._skus.get(pair)) is not None
        )


def incomplete() -> Rejection:
    """Return the refusal of the rows of a new product of which another row is refused."""
    return Rejection(
        INCOMPLETE,
        "Another row of this new product is refused, and half a product is not made. Mend that row"
        " and send all of them again.",
    )
