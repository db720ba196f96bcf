"""What several flat rows of one product say of it together: one row is one sku."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.products.apply import apply_patch
from target_wix.products.compare import differences
from target_wix.products.fields.variants import variants_of
from target_wix.products.fields.writable import VARIANT
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from target_wix.products.catalog import Product
    from target_wix.products.patch import ProductPatch
    from target_wix.products.records import ProductRecord

ADDS_VARIANT, INCOMPLETE = "FLAT_ROW_ADDS_VARIANT", "INCOMPLETE_PRODUCT"
_NAMES = ("handle", "slug")
_TWO_FORMS = frozenset({"description", "plainDescription"})


def united(
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
    for name in sorted(_said_twice(patches)):
        note(name)
    rows = [
        place
        for place, (record, patch) in enumerate(asked)
        if patch.variants is None and not record.writes_one_sku(current)
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
        variant = row.variant_id or key_text(row.variant.get("sku"))
        values = {name: VARIANT.fields[name].normalize(one) for name, one in row.variant.items()}
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
            items.setdefault(str(item.get("url") or item.get("id")), item)
    first = with_pictures[0]
    for place in listed:
        # An empty list takes nothing from what the other rows bring.
        media = list(items.values()) if place == first else None
        patches[place] = replace(patches[place], media=media)


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

    None of them is written: the first one would leave half a product behind.
    """
    own = [key_text(row.get("sku")) for row in variants_of(current)]
    rows = {record: sku for record in records if record.by != "id" and (sku := _sku_of(record))}
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


def _sku_of(record: ProductRecord) -> str:
    return str(record.patch.row.variant.get("sku") or "") if record.patch.row else ""


class RefusedRows:
    """Rows of a batch that could not be read, by the product that they name.

    Of a new product that lacks one of its rows, none is written.
    """

    def __init__(self) -> None:
        """Know none yet."""
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
