"""What differs between two states of a product, in the words and values of its owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api import codec
from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside
from target_wix.pipeline.content import (
    Listing,
    Media,
    Other,
    Picture,
    Quote,
    Table,
    Text,
)
from target_wix.products.compare import differences
from target_wix.products.fields.descriptions import seen_in
from target_wix.products.fields.media import address_of, current_items
from target_wix.products.fields.options import choices_of
from target_wix.products.fields.variants import choice_names, choices_key, variants_of
from target_wix.runtime.outcomes import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from target_wix.pipeline.content import Block, Content
    from target_wix.products.catalog import StockChange, StockPatch, StockState
    from target_wix.products.fields.variants import Choices

QUANTITY = "quantity"
_WORDS = {
    "additionalRibbons": "further ribbon",
    "productType": "type",
    "seoData": "search engine text",
    "subscriptionDetails": "subscription",
    "tags": "tag",
    "taxGroupId": "tax group",
    "visible": "visibility",
    "visibleInPos": "visibility at the till",
}
_OF_NEW = frozenset(
    {
        *("name", "description", "plainDescription", "brand", "ribbon", "media", "options"),
        *("modifiers", "variantsInfo", "infoSections", "visible"),
    }
)
"""What is worth seeing of a product that is made."""


def product_changes(
    before: Json, after: Json, names: Collection[str] | None = None
) -> tuple[Change, ...]:
    """Return what differs between two products, by what they mean.

    Args:
        before: in the shop; empty for a product that is made.
        after: as it shall be.
        names: of the fields that were written; None for all that differ.
    """
    found: list[Change] = []
    written = None if names is None else {name.partition(".")[0] for name in names}
    for name in differences(before, after):
        if written is not None and name not in written:
            continue
        if not before and (name not in _OF_NEW or (name == "visible" and after.get(name))):
            continue
        if name == "variantsInfo":
            found += _variant_changes(before, after)
        elif name in {"description", "plainDescription"}:
            found.append(_text_change(before, after))
        else:
            value_of = _VALUES.get(name, lambda one, name=name: as_text(one.get(name)))
            found.append(Change(_WORDS.get(name, _words(name)), value_of(before), value_of(after)))
    return tuple(found)


def stock_changes(product: Json, stock: Mapping[Choices, StockPatch]) -> list[Change]:
    """Return the stock that the variants of a new product have."""
    rows = {choices_key(row, product): row for row in variants_of(product)}
    return [
        Change(
            QUANTITY,
            None,
            _stock_text(patch.quantity, patch.in_stock),
            variant_name(rows[key], product),
        )
        for key, patch in stock.items()
        if key in rows
    ]


def stock_change(state: StockState | None, change: StockChange, name: str) -> Change:
    """Return a change of the stock of a variant.

    Args:
        state: before it, None if there was none.
        change: what is written.
        name: what the owner knows the variant by.
    """
    before = None if state is None else _stock_text(state.quantity, state.in_stock)
    after = _stock_text(change.quantity, change.in_stock)
    if after is None:  # nothing but the preorder changes
        old = None if state is None else state.preorder
        return Change("preorder", as_text(old), as_text(change.preorder), name)
    return Change(QUANTITY, before, after, name)


def _stock_text(quantity: int | None, in_stock: bool | None) -> object:  # noqa: FBT001
    """A stock as a number, or as words where it is not counted."""
    if quantity is not None:
        return quantity
    return None if in_stock is None else "in stock" if in_stock else "out of stock"


# -- variants ---------------------------------------------------------------------------------


def variant_name(variant: Json, product: Json) -> str:
    """Return what an owner knows a variant by: its sku, else its choices."""
    names = choice_names(variant, product.get("options"))
    return str(variant.get("sku") or ", ".join(f"{one}: {names[one]}" for one in names))


def _variant_changes(before: Json, after: Json) -> Iterator[Change]:
    old = {choices_key(row, before): row for row in variants_of(before)}
    new = {choices_key(row, after): row for row in variants_of(after)}
    single = len(old) <= 1 and len(new) <= 1
    for key in {**old, **new}:
        row = old.get(key, {})
        name = variant_name(row or new[key], after if key in new else before)
        if before and (key not in old or key not in new):
            there = _variant_text(new.get(key), after)
            yield Change("variant", _variant_text(old.get(key), before), there)
            continue
        was, becomes = _parts(row), _parts(new[key])
        for part in {**was, **becomes}:
            if was.get(part) != becomes.get(part) and not (single and part == _SHOWN):
                yield _with_cents(Change(part, was.get(part), becomes.get(part), name))


def _with_cents(change: Change) -> Change:
    """Return a change of money with as many decimals on both sides."""
    texts = [one for one in (change.before, change.after) if isinstance(one, str)]
    if change.field not in _MONEY or not any("." in one for one in texts):
        return change
    return replace(change, before=_in_cents(change.before), after=_in_cents(change.after))


def _in_cents(amount: object) -> object:
    if not isinstance(amount, str):
        return amount
    whole, _, cents = amount.partition(".")
    return f"{whole}.{cents.ljust(2, '0')}"


def _variant_text(variant: Json | None, product: Json) -> str | None:
    if variant is None:
        return None
    names = choice_names(variant, product.get("options"))
    parts = [f"{one}: {names[one]}" for one in names]
    parts += [str(part) for part in (variant.get("sku"), _parts(variant).get("price")) if part]
    return ", ".join(parts)


_MONEY = frozenset({"price", "compare-at price", "cost"})
_SHOWN = "visibility of the variant"


def _parts(variant: Json) -> dict[str, object]:
    """Return what a variant has, under the names that people use."""
    physical = as_object(variant.get("physicalProperties"))
    parts: dict[str, object] = {
        "price": inside(variant, "price", "actualPrice", "amount"),
        "compare-at price": inside(variant, "price", "compareAtPrice", "amount"),
        "cost": inside(variant, "revenueDetails", "cost", "amount"),
        "SKU": variant.get("sku"),
        "barcode": variant.get("barcode"),
        "weight": physical.get("weight"),
        _SHOWN: _seen("visible")(variant),
        "price per unit": inside(physical, "pricePerUnit", "settings"),
        "size": physical.get("productDimensions"),
        "parcel size": physical.get("packageDimensions"),
        "file": inside(variant, "digitalProperties", "digitalFile", "id"),
    }
    return {name: as_text(value) for name, value in parts.items() if value not in (None, "", {})}


# -- texts ------------------------------------------------------------------------------------


def _text_change(before: Json, after: Json) -> Change:
    old, new = plain_text(seen_in(before)), plain_text(seen_in(after))
    if old == new:
        return Change("look of the description", None, None)
    return Change("description", old or None, new or None)


def plain_text(content: Content) -> str:
    """Return the words of a text, a paragraph a line."""
    return "\n".join(line for block in content for line in _lines(block)).strip()


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield "".join(run.text for run in block.runs)
        case Listing():
            for place, item in enumerate(block.items):
                mark = f"{block.start + place}." if block.ordered else "-"
                yield f"{mark} {plain_text(item)}"
        case Quote():
            yield plain_text(block.quoted)
        case Table():
            for row in block.rows:
                yield " | ".join(plain_text(cell.blocks) for cell in row)
        case Picture():
            yield f"[picture {block.alt or block.source}]"
        case Media():
            yield f"[{block.media} {block.source}]"
        case Other():
            yield plain_text(block.inner)
        case _:
            yield "---"


# -- values -----------------------------------------------------------------------------------


def _name_in(field: str) -> Callable[[Json], object]:
    def name(product: Json) -> object:
        row = as_object(product.get(field))
        return row.get("name") or row.get("id") or None

    return name


def _seen(field: str) -> Callable[[Json], object]:
    words = {True: "shown", False: "hidden"}
    return lambda one: words.get(one.get(field, True)) if one else None


def _pictures(product: Json) -> object:
    rows = [
        str(row.get("url") or address_of(row) or row.get("id")) for row in current_items(product)
    ]
    return rows or None


def _options(field: str) -> Callable[[Json], object]:
    def texts(product: Json) -> object:
        rows = as_objects(product.get(field))
        return [
            f"{row.get('name')}: {', '.join(str(one.get('name')) for one in choices_of(row))}"
            for row in rows
        ] or None

    return texts


def _sections(product: Json) -> object:
    return [
        ": ".join(filter(None, (str(row.get("title") or ""), plain_text(seen_in(row)))))
        for row in as_objects(product.get("infoSections"))
    ] or None


def _names(product: Json) -> object:
    rows = as_objects(product.get("additionalRibbons"))
    return [str(row.get("name") or row.get("id")) for row in rows] or None


_VALUES: Mapping[str, Callable[[Json], object]] = {
    "additionalRibbons": _names,
    "brand": _name_in("brand"),
    "infoSections": _sections,
    "media": _pictures,
    "modifiers": _options("modifiers"),
    "options": _options("options"),
    "ribbon": _name_in("ribbon"),
    "visible": _seen("visible"),
    "visibleInPos": _seen("visibleInPos"),
}


def as_text(value: object) -> object:
    """Return a value without structure; what has one, as compact JSON."""
    if isinstance(value, dict) and set(value) <= {"amount", "value"}:
        return next(iter(value.values()), None)
    if isinstance(value, dict | list):
        return codec.encode(value).decode() if value else None
    return value


def _words(name: str) -> str:
    """Return the name of a field as words: `infoSections` is `info section`."""
    if name == "media":
        return "picture"
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in name)
    return words.removesuffix("s") if name in {"infoSections", "modifiers", "options"} else words
