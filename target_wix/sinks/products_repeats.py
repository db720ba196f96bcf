"""What several flat rows of one product say of it together: one row is one sku."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from target_wix.mapping import warehouse
from target_wix.mapping.keys import key_text
from target_wix.mapping.products.compare import differences
from target_wix.mapping.products.merge import applied
from target_wix.mapping.products.variants import variants_of
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from target_wix.catalogs.protocol import Product
    from target_wix.mapping.products.wish import ProductWish
    from target_wix.sinks.products_groups import Ask

ADDS_VARIANT, INCOMPLETE = "FLAT_ROW_ADDS_VARIANT", "INCOMPLETE_PRODUCT"
_NAMES = ("handle", "slug")
_TWO_FORMS = frozenset({"description", "plainDescription"})


def united(asks: Sequence[Ask], current: Product, note: Callable[[str], None]) -> list[ProductWish]:
    """Return what each record asks for, after what the other rows of the product say.

    Pictures of all rows unite, in their order, at the first row that has some. Of a product column
    that rows repeat, a value that differs from the shop's wins over one that equals it.

    Args:
        asks: the records of one product.
        current: the product in the shop, `{}` for a new one.
        note: told the name of a column with two new values, of which the later one wins.
    """
    wishes = [ask.wish for ask in asks]
    rows = [
        place
        for place, ask in enumerate(asks)
        if ask.wish.variants is None and not ask.writes_one_sku(current)
    ]
    if len(rows) < 2:  # noqa: PLR2004 - one row has nothing to unite with
        return wishes
    _unite_pictures(wishes, rows)
    saying = [place for place in rows if wishes[place].fields]
    news = {place: _news(wishes[place], current) for place in saying}
    changing = set().union(*news.values())
    for name in sorted(changing):
        values = [wishes[place].fields[name] for place in saying if name in news[place]]
        if any(one != other for one, other in pairwise(values)):
            note(name)
    for place in saying:
        fields = wishes[place].fields
        kept = {
            name: value
            for name, value in fields.items()
            if name in news[place] or name not in changing
        }
        if len(kept) < len(fields):
            wishes[place] = replace(wishes[place], fields=kept)
    return wishes


def _unite_pictures(wishes: list[ProductWish], rows: Sequence[int]) -> None:
    listed = [place for place in rows if wishes[place].media is not None]
    with_pictures = [place for place in listed if wishes[place].media]
    if len(listed) < 2 or not with_pictures:  # noqa: PLR2004 - the same
        return
    items: dict[str, dict[str, Any]] = {}
    for place in with_pictures:
        for item in wishes[place].media or []:
            items.setdefault(str(item.get("url") or item.get("id")), item)
    first = with_pictures[0]
    for place in listed:
        # An empty list takes nothing from what the other rows bring.
        media = list(items.values()) if place == first else None
        wishes[place] = replace(wishes[place], media=media)


def _news(wish: ProductWish, current: Product) -> set[str]:
    """Names of the product columns of a row that say something else than the shop."""
    try:
        changed = set(differences(current, applied(current, replace(wish, row=None, media=None))))
    except Rejection:
        return set(wish.fields)
    if changed & _TWO_FORMS:
        changed |= _TWO_FORMS
    return changed & wish.fields.keys()


def refused_variants(asks: Sequence[Ask], current: Product) -> dict[Ask, Rejection]:
    """Return the rows that would each be a variant of a product that has one, with the reason.

    None of them is written: the first one would leave half a product behind.
    """
    own = [key_text(row.get("sku")) for row in variants_of(current)]
    rows = {ask: sku for ask in asks if ask.by != "id" and (sku := _sku_of(ask))}
    skus = dict.fromkeys(rows.values())
    if len(own) > 1 or len(skus) < 2:  # noqa: PLR2004 - one sku is that of the only variant
        return {}
    reason = (
        "Rows with several skus mean one product: a flat row adds no variant. Send the product as"
        " one record with options and variantsInfo."
    )
    return {ask: Rejection(ADDS_VARIANT, reason, "sku") for ask in rows if rows[ask] not in own}


def _sku_of(ask: Ask) -> str:
    return str(ask.wish.row.variant.get("sku") or "") if ask.wish.row else ""


class RefusedRows:
    """Rows of a batch that could not be read, by the product that they name.

    Of a new product that lacks one of its rows, none is written.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._skus: dict[tuple[str, str], set[str]] = {}

    def add(self, record: Mapping[str, object]) -> None:
        """Note a row that is refused."""
        row, _ = warehouse.named(record, (*_NAMES, "sku", "variantsInfo"))
        if row.get("variantsInfo") is None:
            for name in _NAMES:
                if value := key_text(row.get(name)):
                    self._skus.setdefault((name, value), set()).add(key_text(row.get("sku")))

    def concern(self, asks: Iterable[Ask]) -> bool:
        """Tell whether a refused row is another sku of the product that these records make."""
        asks = list(asks)
        skus = {sku for ask in asks for sku in ask.wish.skus}
        return bool(skus) and any(
            refused - skus - {""}
            for ask in asks
            for pair in ask.keys
            if (refused := self._skus.get(pair)) is not None
        )


def incomplete() -> Rejection:
    """Return the refusal of the rows of a new product of which another row is refused."""
    return Rejection(
        INCOMPLETE,
        "Another row of this new product is refused, and half a product is not made. Mend that row"
        " and send all of them again.",
    )
