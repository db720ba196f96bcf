"""Kinds of values in a Wix entity: how each is read, compared and checked.

Reading is generous (warehouses send text for numbers), comparing is by meaning (`34.5` is `34.50`,
absent is empty), checking says what Wix would refuse and is done only where a value changed: what
Wix has already is never refused here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import override

from tap_wix.api.money import decimal_of, decimal_text, decimals, without_zeros
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.rich_content import check_document
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tap_wix.api.catalog_conversion.json_access import Json

Value: TypeAlias = Any
"""JSON: any of six types."""

TOO_LONG, TOO_MANY = "TOO_LONG", "TOO_MANY"
OUT_OF_RANGE, TOO_MANY_DECIMALS = "OUT_OF_RANGE", "TOO_MANY_DECIMALS"
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d\d+", re.ASCII)
"""`4.00638E+12`, as spreadsheets save a number of more than eleven digits."""

_MAX = Decimal("999999999.99")

MOST_READ = 1000
"""Items of a list that are looked at: no list of a product is longer in Wix (types/*.json)."""

_DECIMAL = re.compile(r"lte:([0-9.]+), maxScale:(\d+)")


class FieldType:
    """A value that is taken as it is."""

    def read(self, value: Value, path: str) -> Value:  # noqa: ARG002
        """Return the value as Wix has it; None if it says nothing.

        Raises:
            Rejection: it cannot be read as what it should be.
        """
        return value

    def normalize(self, value: Value) -> Value:
        """Return what two values must have in common to mean the same; None for nothing."""
        return value

    def check(self, value: Value, current: Value, path: str) -> None:
        """Refuse a value that Wix would refuse, unless the shop has it already.

        Raises:
            Rejection: with the path and the rule.
        """
        if value is not None and self.normalize(value) != self.normalize(current):
            self._check(value, current, path)

    def _check(self, value: Value, current: Value, path: str) -> None:
        """Apply the rules to a value that is new."""


BAD_SLUG = "INVALID_SLUG_FORMAT"
SLUG_ADVICE = (
    "Write the slug with a-z, 0-9 and hyphens, or leave it out: then Wix makes one of the name."
)


def check_slug(slug: str) -> None:
    """Refuse a slug that Wix refuses for sure, and its whole batch with it (wix-api stores-v3 3.4).

    Letters of other scripts are for Wix to decide: it makes such slugs of names itself.

    Raises:
        Rejection: with the rule.
    """
    if slug.startswith("-") or not all(map(_may_stand_in_slug, slug)):
        raise Rejection(BAD_SLUG, f"A slug has letters, digits and hyphens. {SLUG_ADVICE}", "slug")


def _may_stand_in_slug(character: str) -> bool:
    if character.isascii():
        return character == "-" or (character.isalnum() and not character.isupper())
    kind = unicodedata.category(character)
    return (kind[0] in "LM" or kind == "Nd") and character == character.lower()


@dataclass(frozen=True)
class Text(FieldType):
    """A text; where Wix wants at least a character, an empty one says nothing."""

    minimum: int = 0
    maximum: int | None = None

    @override
    def read(self, value: Value, path: str) -> str | None:
        text = coerce.as_text(value, path)
        return None if text == "" and self.minimum else text

    @override
    def normalize(self, value: Value) -> Value:
        return value or None

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        if self.maximum is not None and len(value) > self.maximum:
            raise Rejection(TOO_LONG, f"{len(value)} characters, Wix takes {self.maximum}.", path)
        if self.minimum and not value.strip():
            raise Rejection("ONLY_SPACES_STRING_ERROR", "Spaces are no text to Wix.", path)


@dataclass(frozen=True)
class Line(Text):
    """A short text, such as a name: blanks around it are none of it."""

    minimum: int = 1

    @override
    def read(self, value: Value, path: str) -> str | None:
        text = super().read(value, path)
        tidy = text and (keys.trimmed(text) or text)
        # A few letters are longer in their normal form, and Wix counts what it is sent.
        fits = self.maximum is None or len(tidy or "") <= self.maximum
        return tidy if fits else text

    @override
    def normalize(self, value: Value) -> Value:
        return value and (keys.trimmed(value) or value) if isinstance(value, str) else value or None


@dataclass(frozen=True)
class Code(Text):
    """A handle, slug, sku or barcode: two spellings of one key are the same."""

    minimum: int = 1

    @override
    def read(self, value: Value, path: str) -> str | None:
        return keys.key_text(super().read(value, path)) or None

    @override
    def normalize(self, value: Value) -> Value:
        return keys.key_text(value) or None


@dataclass(frozen=True)
class ProductCode(Code):
    """A sku or barcode, which a spreadsheet may have made a number: that of many products then."""

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        super()._check(value, current, path)
        if _ROUNDED.fullmatch(value):
            reason = (
                "A spreadsheet has rounded the number. Format the column as text and enter it anew."
            )
            raise Rejection(coerce.BAD_VALUE, reason, path)


@dataclass(frozen=True)
class Guid(Text):
    """An id."""

    minimum: int = 1

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        if not keys.is_guid(value):
            raise Rejection(coerce.BAD_VALUE, "Not an id of Wix.", path)


@dataclass(frozen=True)
class Choice(Text):
    """One of the names of an enum. What Wix has may be a name that this list has not yet."""

    names: frozenset[str] = frozenset()
    minimum: int = 1

    @override
    def read(self, value: Value, path: str) -> str | None:
        text = super().read(value, path)
        if text is None:
            return None
        name = keys.trimmed(text)
        return name.upper() if name.upper() in self.names else name or None

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        if value not in self.names:
            raise Rejection(
                coerce.BAD_VALUE, f"Must be one of {', '.join(sorted(self.names))}.", path
            )


def choice(*names: str) -> Choice:
    """Return the kind of an enum."""
    return Choice(names=frozenset(names))


@dataclass(frozen=True)
class Flag(FieldType):
    """Yes or no; where Wix has a default, it means the same as nothing."""

    default: bool | None = None

    @override
    def read(self, value: Value, path: str) -> bool | None:
        return coerce.as_flag(value, path)

    @override
    def normalize(self, value: Value) -> Value:
        return None if value is self.default else value


@dataclass(frozen=True)
class Number(FieldType):
    """A JSON number."""

    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = _MAX
    whole: bool = False

    @override
    def read(self, value: Value, path: str) -> Value:
        if self.whole:
            return coerce.as_whole_number(value, path)
        number = coerce.as_number(value, path)
        return without_zeros(number) if isinstance(number, Decimal) else number

    @override
    def normalize(self, value: Value) -> Value:
        return decimal_of(value)

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        _in_range(value, self.minimum, self.maximum, path)


@dataclass(frozen=True)
class Amount(FieldType):
    """A decimal as a text: never rounded, refused if it has more decimals than Wix takes.

    Zeros at the end are no decimals, and are not sent.
    """

    scale: int = 3
    maximum: Decimal = _MAX
    above_zero: bool = False

    @override
    def read(self, value: Value, path: str) -> str | None:
        number = coerce.as_number(value, path)
        if number is None:
            return None
        try:
            return decimal_text(without_zeros(Decimal(decimal_text(number))))
        except ValueError:
            raise Rejection(OUT_OF_RANGE, "Not an amount that Wix takes.", path) from None

    @override
    def normalize(self, value: Value) -> Value:
        return decimal_of(value)

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        _in_range(value, Decimal(0), self.maximum, path)
        if decimals(value) > self.scale:
            raise Rejection(
                TOO_MANY_DECIMALS, f"More than the {self.scale} decimals that Wix takes.", path
            )
        if self.above_zero and decimal_of(value) == 0:
            raise Rejection(OUT_OF_RANGE, "Must be more than 0.", path)


def _in_range(value: Value, low: Decimal | None, high: Decimal | None, path: str) -> None:
    number = decimal_of(value)
    if number is None:
        raise Rejection(coerce.BAD_VALUE, "Not a number.", path)
    if (low is not None and number < low) or (high is not None and number > high):
        span = [
            f"{word} {end:,}" for word, end in (("from", low), ("up to", high)) if end is not None
        ]
        raise Rejection(OUT_OF_RANGE, f"Wix takes numbers {' '.join(span)}.", path)


class Open(FieldType):
    """An object of whatever is in it, such as SEO data."""

    @override
    def read(self, value: Value, path: str) -> Json | None:
        return coerce.as_object(value, path)

    @override
    def normalize(self, value: Value) -> Value:
        return pruned(value)


class Rich(Open):
    """A document of Wix's rich content."""

    @override
    def read(self, value: Value, path: str) -> Json | None:
        document = super().read(value, path)
        if document is None or "nodes" not in document:
            return None
        check_document(document, path)
        return document


@dataclass(frozen=True)
class Obj(FieldType):
    """An object of which only these fields can be written."""

    fields: Mapping[str, FieldType]

    @override
    def read(self, value: Value, path: str) -> Json | None:
        given = coerce.as_object(value, path)
        if given is None:
            return None
        return {
            name: None if given[name] is None else kind.read(given[name], f"{path}.{name}")
            for name, kind in self.fields.items()
            if name in given and not _is_placeholder(kind, given[name])
        }

    @override
    def normalize(self, value: Value) -> Value:
        if not isinstance(value, dict):
            return None
        found = {name: kind.normalize(value.get(name)) for name, kind in self.fields.items()}
        return {name: one for name, one in found.items() if one is not None} or None

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        old = current if isinstance(current, dict) else {}
        for name, kind in self.fields.items():
            kind.check(value.get(name), old.get(name), f"{path}.{name}")


@dataclass(frozen=True)
class ListOf(FieldType):
    """A list that Wix replaces whole.

    Attributes:
        item: kind of its items.
        maximum: how many items Wix takes.
        ordered: whether another order is another list.
        keys: names of the fields by which an item of the shop is told to be the same one.
    """

    item: FieldType
    maximum: int | None = None
    ordered: bool = True
    keys: tuple[str, ...] = field(default=("id",))

    @override
    def read(self, value: Value, path: str) -> list[Value] | None:
        given = coerce.as_list(value, path)
        if given is None:
            return None
        most = max(MOST_READ, self.maximum or 0)
        if len(given) > most:
            raise Rejection(TOO_MANY, f"{len(given)} items, Wix takes {self.maximum}.", path)
        rows = [self.item.read(row, f"{path}[{place}]") for place, row in enumerate(given)]
        return [row for row in rows if row is not None]

    @override
    def normalize(self, value: Value) -> Value:
        if not isinstance(value, list):
            return None
        rows = [self.item.normalize(row) for row in value]
        rows = [row for row in rows if row is not None]
        return (rows if self.ordered else sorted(rows, key=repr)) or None

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        old = current if isinstance(current, list) else []
        if self.maximum is not None and len(value) > max(self.maximum, len(old)):
            raise Rejection(TOO_MANY, f"{len(value)} items, Wix takes {self.maximum}.", path)
        for place, row in enumerate(value):
            self.item.check(row, _counterpart(row, old, self.keys), f"{path}[{place}]")


def _is_placeholder(kind: FieldType, value: Value) -> bool:
    """Tell whether a key is given with a word for nothing, which clears nothing."""
    return (
        isinstance(kind, Code)
        and isinstance(value, str)
        and value != ""
        and not keys.key_text(value)
    )


def _counterpart(row: Value, rows: Iterable[Value], keys: tuple[str, ...]) -> Value:
    """The item of the shop that an item stands for, by the first key that they share."""
    for key in keys:
        wanted = row.get(key) if isinstance(row, dict) else None
        for other in rows if wanted is not None else ():
            if isinstance(other, dict) and other.get(key) == wanted:
                return other
    return None


def with_old_spelling(kind: FieldType, old: Value, new: Value) -> Value:
    """Return a value in the spelling that the shop has, wherever the two mean the same.

    `34.50` stays when a record says `34.5`, and a sku keeps the blank that somebody typed after it.
    """
    if isinstance(kind, Obj) and isinstance(old, dict) and isinstance(new, dict):
        return {
            name: with_old_spelling(kind.fields[name], old[name], value)
            if name in kind.fields and old.get(name) is not None
            else value
            for name, value in new.items()
        }
    return old if old is not None and kind.normalize(old) == kind.normalize(new) else new


def pruned(value: Value) -> Value:
    """A JSON value by meaning: nothing for what is empty, numbers by value."""
    if isinstance(value, dict):
        rest = {name: pruned(one) for name, one in value.items()}
        return {name: one for name, one in rest.items() if one is not None} or None
    if isinstance(value, list):
        return [pruned(one) for one in value] or None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return decimal_of(value)
    return value or None


def limited(kind: FieldType, path: str, of: Callable[[str], dict[str, Any] | None]) -> FieldType:
    """Return a field with the limits that Wix publishes for it and for what is in it.

    Args:
        kind: the field.
        path: where it stands in its entity.
        of: returns Wix's type of a path, None for one that Wix has not.
    """
    field = of(path) or {}
    if isinstance(kind, Obj):
        parts = {name: limited(one, f"{path}.{name}", of) for name, one in kind.fields.items()}
        return replace(kind, fields=parts)
    if isinstance(kind, ListOf):
        inner = limited(kind.item, f"{path}[]", of)
        size = (of(f"{path}[]") or {}).get("maxSize")
        return replace(kind, item=inner, maximum=int(size) if size else kind.maximum)
    if isinstance(kind, Text):
        longest = field.get("maxLength")
        return replace(kind, maximum=int(longest)) if longest else kind
    if isinstance(kind, Number):
        low, high = field.get("min"), field.get("max")
        return replace(
            kind,
            minimum=Decimal(low) if low else kind.minimum,
            maximum=Decimal(high) if high else kind.maximum,
        )
    if isinstance(kind, Amount):
        return _limited_amount(kind, field)
    return kind


def _limited_amount(kind: Amount, field: dict[str, Any]) -> Amount:
    if found := _DECIMAL.search(str(field.get("decimalValue"))):
        return replace(kind, maximum=Decimal(found[1]), scale=int(found[2]))
    return replace(kind, maximum=Decimal(field["max"])) if "max" in field else kind
