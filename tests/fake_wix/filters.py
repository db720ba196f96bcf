"""Filters of the Wix query language (wix-api platform 4.1): which rows of an index a JSON filter lets through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.fake_wix.clock import nanoseconds_of
from tests.fake_wix.http.refusals import (
    Refusal,
    application_error,
    expected_object,
    field_violation,
)

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
LOGIC = {"$and", "$or", "$not"}
EQUALITY = {"$eq", "$ne", "$in", "$nin"}
RANGE = {"$gt", "$gte", "$lt", "$lte"}


@dataclass(frozen=True)
class Field:
    """A declared field: the operators it may be filtered by, whether it may be sorted by, and what it holds."""

    operators: frozenset[str]
    sortable: bool = False
    kind: str = "text"
    read: Callable[[Row], Any] | None = None

    def value(self, row: Row, name: str) -> Any:
        """What a row holds: a scalar, a list if there can be several, None if nothing."""
        return self.read(row) if self.read else at_path(row, name)


def declare(
    operators: str,
    *,
    sort: bool = False,
    kind: str = "text",
    path: str = "",
    read: Callable[[Row], Any] | None = None,
) -> Field:
    """A field by the operators' names, like ``declare("eq ne in", sort=True)``.

    ``path`` where the value is not found under the field's own name.
    """
    names = frozenset(f"${name}" for name in operators.split())
    return Field(names, sort, kind, read or ((lambda row: at_path(row, path)) if path else None))


def at_path(row: Any, path: str) -> Any:
    """The value at a dotted path; through a list, the values of all its items."""
    current = row
    names = path.split(".")
    for position, name in enumerate(names):
        if isinstance(current, list):
            rest = ".".join(names[position:])
            found = [at_path(item, rest) for item in current]
            flat = [
                value for item in found for value in (item if isinstance(item, list) else [item])
            ]
            return [value for value in flat if value is not None]
        if not isinstance(current, Mapping):
            return None
        current = current.get(name)
    return current


def comparable(value: Any, kind: str) -> Any:
    """A value in a form that can be compared; ValueError if it is none of its kind."""
    if value is None or kind == "any":
        return value
    if kind == "date" and isinstance(value, str):
        return nanoseconds_of(value)
    if kind == "number" and isinstance(value, (int, Decimal, str)) and not isinstance(value, bool):
        return _decimal(value)
    if isinstance(value, {"bool": bool, "text": str}.get(kind, ())):
        return value
    raise ValueError(f"unsuitable value {value!r}")


def _decimal(value: int | Decimal | str) -> Decimal:
    try:
        return Decimal(value)
    except ArithmeticError:
        raise ValueError(f"no number: {value!r}") from None


@dataclass(frozen=True)
class Words:
    """How one API words its refusals of a query: by codes of its own, or by the text of the newer APIs.

    ``logic``: whether ``$and``, ``$or`` and ``$not`` are supported. ``max_values``: how many values one
    ``$in`` or ``$hasSome`` may list; undocumented, so as few as Wix's own recipes send.
    """

    codes: Mapping[str, str] | None = None
    logic: bool = True
    max_values: int | None = 100

    def refuse(self, reason: str, name: str = "") -> Refusal:
        """The refusal for ``reason``: filter_field, operator, value, malformed, sort_field, sort_count or limit."""
        text = {
            "filter_field": f"Field '{name}' is not declared as filterable",
            "sort_field": f"Field '{name}' is not declared as sortable",
            "operator": f"Operator is not supported for field '{name}'",
            "value": f"Value is not supported for field '{name}'",
            "malformed": "Filter is malformed",
            "sort_count": "Too many sort fields",
            "limit": "Limit is not allowed",
        }[reason]
        code = (self.codes or {}).get(reason)
        if code:
            return application_error(400, code, text)
        return field_violation("value", text, "FORMAT")

    def check_range(self, path: str, value: int, maximum: int | None, *, minimum: int) -> None:
        """Refuse a number outside its range: with the API's own code, or by its path and the broken rule."""
        if value >= minimum and (maximum is None or value <= maximum):
            return
        if self.codes and "limit" in self.codes:
            raise self.refuse("limit")
        if value < minimum:
            raise field_violation(path, f"must be greater than or equal to {minimum}", "MIN")
        raise field_violation(path, f"must be less than or equal to {maximum}", "MAX")


def compile_filter(filters: Any, fields: Callable[[str], Field | None], words: Words) -> Test:
    """A test for rows from a JSON filter; everything undeclared is refused."""
    if not isinstance(filters, dict):
        raise expected_object()
    tests: list[Test] = []
    for name, condition in filters.items():
        if name in LOGIC and words.logic:
            tests.append(_logic(name, condition, fields, words))
            continue
        if name.startswith("$"):
            raise words.refuse("operator" if name in LOGIC else "malformed", name)
        field = fields(name)
        if field is None or not field.operators:
            raise words.refuse("filter_field", name)
        tests.extend(_conditions(name, field, condition, words))
    return lambda row: all(test(row) for test in tests)


def _logic(name: str, condition: Any, fields: Callable[[str], Field | None], words: Words) -> Test:
    parts = [condition] if isinstance(condition, dict) and name == "$not" else condition
    if not isinstance(parts, list) or not parts:
        raise words.refuse("malformed")
    tests = [compile_filter(part, fields, words) for part in parts]
    if name == "$or":
        return lambda row: any(test(row) for test in tests)
    if name == "$not":
        return lambda row: not all(test(row) for test in tests)
    return lambda row: all(test(row) for test in tests)


def _conditions(name: str, field: Field, condition: Any, words: Words) -> list[Test]:
    spelled = condition if isinstance(condition, dict) else {"$eq": condition}
    if not spelled:
        raise words.refuse("malformed")
    tests = []
    for operator, operand in spelled.items():
        if operator not in field.operators:
            raise words.refuse("operator", name)
        tests.append(_condition(name, field, operator, operand, words))
    return tests


def _condition(name: str, field: Field, operator: str, operand: Any, words: Words) -> Test:
    if operator in {"$exists", "$isEmpty"}:
        if not isinstance(operand, bool):
            raise words.refuse("value", name)
        return lambda row: (
            (_empty(field.value(row, name), operator) is operand) ^ (operator == "$exists")
        )
    if operator == "$matchItems":
        return _match_items(name, field, operand, words)
    several = operator in {"$in", "$nin", "$hasSome", "$hasAll"}
    if several is not isinstance(operand, list):
        raise words.refuse("value", name)
    if several and words.max_values is not None and len(operand) > words.max_values:
        raise words.refuse("value", name)
    try:
        wanted = [comparable(value, field.kind) for value in (operand if several else [operand])]
    except ValueError:
        raise words.refuse("value", name) from None
    if None in wanted and operator not in EQUALITY:
        raise words.refuse("value", name)
    return lambda row: _holds(operator, _all(field.value(row, name), field.kind), wanted)


def _empty(value: Any, operator: str) -> bool:
    return (
        value is None
        or (isinstance(value, (str, list, dict)) and not value and operator == "$isEmpty")
        or value == []
    )


def _all(value: Any, kind: str) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    return [comparable(item, kind) for item in values]


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": lambda have, want: have > want,
    "$gte": lambda have, want: have >= want,
    "$lt": lambda have, want: have < want,
    "$lte": lambda have, want: have <= want,
}


def _holds(operator: str, have: list[Any], want: list[Any]) -> bool:
    if operator in {"$eq", "$in", "$hasSome"}:
        return any(value in want for value in have)
    if operator in {"$ne", "$nin"}:
        return not any(value in want for value in have)
    if operator == "$hasAll":
        return all(value in have for value in want)
    if operator == "$contains":
        return any(str(want[0]).lower() in value.lower() for value in have if value is not None)
    if operator == "$startsWith":
        return any(
            isinstance(value, str) and value.lower().startswith(str(want[0]).lower())
            for value in have
        )
    return any(value is not None and _ORDER[operator](value, want[0]) for value in have)


def _match_items(name: str, field: Field, operand: Any, words: Words) -> Test:
    """``$matchItems``: for each of the given filters there is an item of the array that passes it."""
    if not isinstance(operand, list):
        raise words.refuse("value", name)
    operators = EQUALITY | RANGE | {"$startsWith", "$exists", "$hasSome", "$hasAll"}
    everything = Field(frozenset(operators), kind="any")
    tests = [compile_filter(part, lambda _: everything, words) for part in operand]
    return lambda row: all(
        any(test(item) for item in field.value(row, name) or []) for test in tests
    )
