"""The query envelope of V1: filter and sort are strings that hold JSON (wix-api stores-v1 1.5)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from tests.fake_wix.filters import Field, Row, Words, comparable, compile_filter
from tests.fake_wix.http.refusals import Refusal, expected_object, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fake_wix.stores_v1.switches import Switches

MOST_A_PAGE = 100
FARTHEST = 10_000
_WORDS = Words()

Sort = list[tuple[str, bool]]


@dataclass(frozen=True)
class Asked:
    """What one string-filter endpoint allows."""

    fields: Mapping[str, Field]
    # What rows are ordered by, descending, where no sort is asked for: newest first.
    default_key: Callable[[Row], Any]
    more: Callable[[str], Field | None] = lambda _: None
    date_operand: Literal["text", "list"] = "text"

    def field(self, name: str) -> Field | None:
        return self.fields.get(name) or self.more(name)


@dataclass(frozen=True)
class Page:
    """A page of rows. `items` in its metadata is what was asked for, not what came."""

    rows: list[Any]
    limit: int
    offset: int
    total: int

    @property
    def envelope(self) -> dict[str, Any]:
        return {
            "metadata": {"items": self.limit, "offset": self.offset},
            "totalResults": self.total,
        }


def ask(rows: list[Any], body: Mapping[str, Any], asked: Asked, switches: Switches) -> Page:
    """Filter, sort and page as the V1 endpoints do.

    A body without the wrapper `query` is not refused: its filter is ignored and the first page
    comes back (wix-api platform 4).
    """
    query = _object(body.get("query"))
    limit, offset = window(_object(query.get("paging")))
    wanted = _filter(query.get("filter"), asked, switches)
    order = _sort(query.get("sort"), asked, switches)
    found = _keyset(rows, wanted, asked)
    if wanted:
        test = compile_filter(wanted, asked.field, _WORDS)
        found = [row for row in found if test(row)]
    _put_in_order(found, order, asked)
    return Page(found[offset : offset + limit], limit, offset, len(found))


def _keyset(rows: list[Any], wanted: dict[str, Any], asked: Asked) -> list[Any]:
    """The rows after a number: a short cut, since sweeps of large shops ask for little else."""
    field = asked.field("numericId")
    condition = wanted.get("numericId", {})
    after = condition.get("$gt")
    if field is None or field.read is None or len(condition) != 1 or not isinstance(after, int):
        return list(rows)
    del wanted["numericId"]
    return [row for row in rows if field.read(row) > after]


def window(paging: Mapping[str, Any]) -> tuple[int, int]:
    """Limit and offset of a page."""
    limit = _whole(paging.get("limit"), MOST_A_PAGE)
    offset = _whole(paging.get("offset"), 0)
    _WORDS.check_range("query.paging.limit", limit, MOST_A_PAGE, minimum=1)
    if offset < 0 or offset + limit > FARTHEST:
        raise plain(400, f"offset and limit together must not exceed {FARTHEST}")
    return limit, offset


def _whole(value: Any, default: int) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise plain(400, "Not a numeric value")
    return value


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise expected_object()
    return value


def _filter(given: Any, asked: Asked, switches: Switches) -> dict[str, Any]:
    if given is None or given == "":
        return {}
    if not isinstance(given, str):
        if switches.object_filter == "ignored":
            return {}
        raise plain(400, "Expected a string")
    wanted = _parsed(given, "filter")
    if not isinstance(wanted, dict):
        raise plain(400, "Filter is malformed")
    for name, condition in wanted.items():
        # $and, $or and $not are not shown for these endpoints (stores-v1 1.5): nothing may need them.
        field = asked.field(name)
        if field is None or name.startswith("$"):
            raise _WORDS.refuse("filter_field", name)
        wanted[name] = _checked(name, field, condition, asked)
    return wanted


def _checked(name: str, field: Field, condition: Any, asked: Asked) -> Any:
    """Numbers must be JSON numbers here, `numericId` too, though the entity has it as text."""
    spelled = condition if isinstance(condition, dict) else {"$eq": condition}
    for operator, operand in spelled.items():
        values = operand if isinstance(operand, list) else [operand]
        if field.kind == "number" and any(not isinstance(one, (int, Decimal)) for one in values):
            raise _WORDS.refuse("value", name)
        if name == "lastUpdated" and operator.startswith(("$g", "$l", "$e")):
            spelled[operator] = _date_operand(operand, asked)
    return spelled


def _date_operand(operand: Any, asked: Asked) -> Any:
    # The one archived inventory example wraps the date in an array (wix-api stores-v1 5.1).
    if isinstance(operand, list) == (asked.date_operand == "list"):
        return operand[0] if isinstance(operand, list) and len(operand) == 1 else operand
    raise _WORDS.refuse("value", "lastUpdated")


def _sort(given: Any, asked: Asked, switches: Switches) -> Sort:
    if given is None or given == "":
        return []
    if not isinstance(given, str):
        if switches.object_filter == "ignored":
            return []
        raise plain(400, "Expected a string")
    wanted = _parsed(given, "sort")
    if not isinstance(wanted, list):
        raise plain(400, "Sort is malformed")
    order = [_sort_key(item, switches) for item in wanted]
    for name, _ in order:
        field = asked.field(name)
        if field is None or not field.sortable:
            raise _WORDS.refuse("sort_field", name)
    return order


def _sort_key(item: Any, switches: Switches) -> tuple[str, bool]:
    name: Any
    order: Any
    if isinstance(item, dict):
        if set(item) == {"fieldName", "order"} and switches.sort_form in {"any", "fieldName"}:
            name, order = item["fieldName"], item["order"]
        elif len(item) == 1 and switches.sort_form in {"any", "field"}:
            name, order = next(iter(item.items()))
        else:
            raise plain(400, "Sort is malformed")
        if isinstance(name, str) and isinstance(order, str) and order.lower() in {"asc", "desc"}:
            return name, order.lower() == "desc"
    raise plain(400, "Sort is malformed")


def _parsed(text: str, what: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        raise Refusal(400, {"message": f"{what} is not valid JSON", "details": {}}) from None


def _put_in_order(rows: list[Any], order: Sort, asked: Asked) -> None:
    rows.sort(key=lambda row: str(row["id"]))
    if not order:
        rows.sort(key=asked.default_key, reverse=True)
    for name, descending in reversed(order):
        field = asked.field(name)
        if field is not None:
            rows.sort(key=_rank(name, field), reverse=descending)


def _rank(name: str, field: Field) -> Callable[[Row], tuple[bool, Any]]:
    def rank(row: Row) -> tuple[bool, Any]:
        value = field.value(row, name)
        known = None if value is None else comparable(value, field.kind)
        return (False, 0) if known is None else (True, known)

    return rank
