"""Kinds of values in a Wix entity: how each is read, compared and checked.

Reading is generous (warehouses send text for numbers), comparing is by meaning (`34.5` is `34.50`,
absent is empty), checking says what Wix would refuse and is done only where a value changed: what
Wix has already is never refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from typing_extensions import override

from tap_wix.api.money import decimal_of, decimal_text, decimals
from target_wix.pipeline import coerce, keys
from target_wix.runtime.outcomes import Rejection

Value: TypeAlias = Any
"""JSON: any of six types."""

TOO_LONG, TOO_MANY = "TOO_LONG", "TOO_MANY"
OUT_OF_RANGE, TOO_MANY_DECIMALS = "OUT_OF_RANGE", "TOO_MANY_DECIMALS"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BARE_GUID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d\d+", re.ASCII)
"""`4.00638E+12`, as spreadsheets save a number of more than eleven digits."""

_MAX = Decimal("999999999.99")


def without_zeros(number: Decimal) -> Decimal:
    """Return a number without the zeros at the end of its decimals: `12.5000` is `12.5`.

    Databases keep money with four decimals, and Wix counts decimals as they are written.
    """
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else Decimal(text)


def is_guid(value: object) -> bool:
    """Whether a text has the form of Wix's ids."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def guid_of(value: str) -> str:
    """Return an id as Wix spells it, empty for what is none: databases write it in several ways.

    SQL Server has capitals and braces, others leave the hyphens out.
    """
    text = value.strip("{}").lower()
    if _BARE_GUID.fullmatch(text):
        text = str(UUID(text))
    return text if is_guid(text) else ""


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
    """A sku or barcode, which a spreadsheet may have made a number: what is there stays then."""

    @override
    def _check(self, value: Value, current: Value, path: str) -> None:
        super()._check(value, current, path)
        if current and _ROUNDED.fullmatch(value):
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
        if not is_guid(value):
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
