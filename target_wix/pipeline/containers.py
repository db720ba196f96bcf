"""Kinds of values that hold others: objects, lists, and what Wix leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.api.money import decimal_of
from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.rich_content import check_document
from target_wix.pipeline.scalars import TOO_MANY, Code, FieldType, Value
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_wix.api.catalog_conversion.json_access import Json


MOST_READ = 1000
"""Items of a list that are looked at: no list of a product is longer in Wix (types/*.json)."""


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
    return isinstance(kind, Code) and isinstance(value, str) and value != "" and not key_text(value)


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
