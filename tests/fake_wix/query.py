"""Query endpoints: declared fields, sort, cursor and offset paging (wix-api platform 4, stores-v3 1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from tests.fake_wix.filters import Field, Row, Words, comparable, compile_filter, declare
from tests.fake_wix.http.refusals import application_error, expected_object, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Cursors", "Field", "QuerySpec", "Words", "declare", "run_query"]

Sort = tuple[tuple[str, bool], ...]
NEWEST_FIRST: Sort = (("createdDate", True),)


@dataclass
class _Place:
    """Where a cursor stands: what was asked, and the last row that was given."""

    api: str
    filter: Any
    sort: Sort
    last: Mapping[str, Any]
    offset: int


@dataclass
class Cursors:
    """The cursors of one site, and how they behave where the reference leaves it open.

    ``by_offset``: a cursor counts rows instead of remembering the last one, so that rows which move
    during the sweep shift the pages. ``lazy_end``: a full last page promises a next one, which is empty.
    """

    by_offset: bool = False
    lazy_end: bool = False
    places: dict[str, _Place] = field(default_factory=dict)

    def place_of(self, query: Mapping[str, Any]) -> _Place | None:
        """Where the cursor of a query stands, if it has one that is known."""
        block = query.get("cursorPaging")
        token = block.get("cursor") if isinstance(block, dict) else None
        return self.places.get(token) if isinstance(token, str) else None

    def expire(self) -> None:
        """All cursors handed out so far are refused from here on; their lifetime is undocumented."""
        self.places.clear()


@dataclass(frozen=True)
class QuerySpec:
    """What one query endpoint allows. ``more``: finds fields that depend on the site, such as custom fields.

    ``inside``: the path of the query in its request, as refusals name it; empty for a GET list.
    ``cursor_block``: where limit and cursor are.
    """

    fields: Mapping[str, Field]
    api: str = ""
    default_limit: int = 100
    max_limit: int = 100
    cursor_paging: bool = True
    offset_paging: bool = False
    max_offset: int | None = 10_000
    max_sort: int = 5
    default_sort: Sort = NEWEST_FIRST
    has_next: bool = True
    with_total: bool = True
    words: Words = field(default_factory=Words)
    key: str = "id"
    inside: str = "query"
    cursor_block: str = "cursorPaging"
    more: Callable[[str], Field | None] = lambda _: None

    def field(self, name: str) -> Field | None:
        """The declaration of a field, if there is one."""
        return self.fields.get(name) or self.more(name)

    def path(self, name: str) -> str:
        """The path of a member of the query, from the top of the request."""
        return f"{self.inside}.{name}" if self.inside else name


def run_query(
    rows: Iterable[Row], query: Mapping[str, Any], spec: QuerySpec, cursors: Cursors | None = None
) -> tuple[list[Any], dict[str, Any]]:
    """The page of ``rows`` that ``query`` (what is inside the wrapper) asks for, and its paging block.

    Keys that Wix does not know are ignored. Give ``cursors=site.cursors`` where there is cursor paging.
    """
    cursors = cursors if cursors is not None else Cursors()
    offset_block = _object(query, "paging") if spec.offset_paging else None
    cursor_block = _object(query, spec.cursor_block) if spec.cursor_paging else None
    if offset_block and cursor_block:
        raise application_error(
            400, "INVALID_PAGING", "Only one of paging and cursorPaging can be sent"
        )
    if spec.cursor_paging and not offset_block:
        return _cursor_page(list(rows), query, spec, cursors, cursor_block or {})
    return _offset_page(list(rows), query, spec, offset_block or {})


def _object(holder: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise expected_object()
    return value


def _number(block: Mapping[str, Any], name: str, default: int) -> int:
    value = block.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise plain(400, "Not a numeric value")
    return value


def _limit(block: Mapping[str, Any], spec: QuerySpec, name: str) -> int:
    limit = _number(block, "limit", spec.default_limit)
    spec.words.check_range(spec.path(f"{name}.limit"), limit, spec.max_limit, minimum=1)
    return limit


def _cursor_page(
    rows: list[Any],
    query: Mapping[str, Any],
    spec: QuerySpec,
    cursors: Cursors,
    block: Mapping[str, Any],
) -> tuple[list[Any], dict[str, Any]]:
    limit = _limit(block, spec, spec.cursor_block)
    token = block.get("cursor")
    start = 0
    if token:
        if query.get("filter") or query.get("sort"):
            raise application_error(
                400, "INVALID_CURSOR", "A cursor cannot be combined with filter or sort"
            )
        place = cursors.places.get(token) if isinstance(token, str) else None
        if place is None or place.api != spec.api:
            raise application_error(400, "INVALID_CURSOR", "The cursor is invalid or has expired")
        wanted, sort = place.filter, place.sort
    else:
        place, wanted, sort = None, query.get("filter") or {}, sort_of(query, spec)
    found = ordered(matching(rows, wanted, spec), sort, spec)
    if place is not None:
        start = place.offset if cursors.by_offset else _after(found, place, spec)
    page = found[start : start + limit]
    more = start + limit < len(found) or (cursors.lazy_end and len(page) == limit)
    paging: dict[str, Any] = {"count": len(page), "cursors": {}}
    if spec.has_next:
        paging["hasNext"] = more
    if more:
        token = secrets.token_urlsafe(90)
        cursors.places[token] = _Place(spec.api, wanted, sort, page[-1], start + limit)
        paging["cursors"]["next"] = token
    return page, paging


def _offset_page(
    rows: list[Any], query: Mapping[str, Any], spec: QuerySpec, block: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    limit = _limit(block, spec, "paging")
    offset = _number(block, "offset", 0)
    farthest = None if spec.max_offset is None else spec.max_offset - limit
    spec.words.check_range(spec.path("paging.offset"), offset, farthest, minimum=0)
    found = ordered(matching(rows, query.get("filter") or {}, spec), sort_of(query, spec), spec)
    page = found[offset : offset + limit]
    paging: dict[str, Any] = {
        "count": len(page),
        "offset": offset,
        "tooManyToCount": not spec.with_total,
    }
    if spec.with_total:
        paging["total"] = len(found)
    return page, paging


def matching(rows: Iterable[Any], filters: Any, spec: QuerySpec) -> list[Any]:
    """The rows that a filter lets through."""
    test = compile_filter(filters, spec.field, spec.words)
    return [row for row in rows if test(row)]


def sort_of(query: Mapping[str, Any], spec: QuerySpec) -> Sort:
    """The sort that a query asks for, checked; else the default of the endpoint."""
    asked = query.get("sort")
    if not asked:
        return spec.default_sort
    if not isinstance(asked, list):
        raise plain(400, "Expected an array")
    if len(asked) > spec.max_sort:
        raise spec.words.refuse("sort_count")
    sort = []
    for item in asked:
        if not isinstance(item, dict):
            raise expected_object()
        name, order = item.get("fieldName", ""), item.get("order", "ASC")
        declared = spec.field(name)
        if declared is None or not declared.sortable:
            raise spec.words.refuse("sort_field", name)
        if order not in {"ASC", "DESC"}:
            raise plain(400, f"Invalid value for enum: {order}")
        sort.append((name, order == "DESC"))
    return tuple(sort)


def ordered(rows: Sequence[Any], sort: Sort, spec: QuerySpec) -> list[Any]:
    """Rows in the order of a sort; ties in the order of their ids, so that pages do not overlap by chance."""
    result = sorted(rows, key=lambda row: str(row[spec.key]))
    for name, descending in reversed(sort):
        result.sort(key=lambda row, name=name: _rank(row, name, spec), reverse=descending)  # type: ignore[misc]
    return result


def _rank(row: Row, name: str, spec: QuerySpec) -> tuple[bool, Any]:
    declared = spec.field(name) or Field(
        frozenset(), kind="date" if name.endswith("Date") else "text"
    )
    value = declared.value(row, name)
    if isinstance(value, list):
        value = value[0] if value else None
    known = comparable(value, declared.kind)
    return (False, 0) if known is None else (True, known)


def _after(rows: Sequence[Any], place: _Place, spec: QuerySpec) -> int:
    """How many rows come up to and with the last one given, wherever that one is by now."""

    def compare(left: Row, right: Row) -> int:
        for name, descending in place.sort:
            one, two = _rank(left, name, spec), _rank(right, name, spec)
            if one != two:
                return (1 if one > two else -1) * (-1 if descending else 1)
        one_key, two_key = str(left[spec.key]), str(right[spec.key])
        return (one_key > two_key) - (one_key < two_key)

    key = cmp_to_key(compare)
    last = key(place.last)
    return sum(1 for row in rows if key(row) <= last)
