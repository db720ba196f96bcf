"""The query language: operators, sorts, cursors and offsets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.fake_wix.http.refusals import Refusal
from tests.fake_wix.query import Cursors, QuerySpec, declare, run_query

EVERY = "eq ne in nin gt gte lt lte startsWith exists isEmpty hasSome hasAll matchItems"
SPEC = QuerySpec(
    fields={
        "name": declare(EVERY, sort=True),
        "price": declare(EVERY, sort=True, kind="number"),
        "updatedDate": declare(EVERY, sort=True, kind="date"),
        "tags": declare(EVERY),
        "options": declare(EVERY),
        "options.color": declare(EVERY),
        "id": declare("eq"),
    },
    default_sort=(),
    offset_paging=True,
    max_limit=100,
)
ROWS: list[dict[str, Any]] = [
    {
        "id": "1",
        "name": "Cup",
        "price": Decimal("9.5"),
        "updatedDate": "2026-01-01T00:00:00Z",
        "tags": ["a", "b"],
    },
    {
        "id": "2",
        "name": "cupboard",
        "price": 10,
        "updatedDate": "2026-01-01T00:00:00.0001Z",
        "tags": [],
    },
    {"id": "3", "name": "", "price": "100.00", "updatedDate": "2026-01-01T01:00:00+01:00"},
    {"id": "4", "options": [{"color": "red", "size": 1}, {"color": "blue", "size": 2}]},
]


def ids(filters: Any, **more: Any) -> str:
    """The ids of the rows that a filter finds."""
    return "".join(row["id"] for row in run_query(ROWS, {"filter": filters, **more}, SPEC)[0])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "1234"),
        ({"name": "Cup"}, "1"),
        ({"name": {"$ne": "Cup"}}, "234"),
        ({"name": {"$startsWith": "CUP"}}, "12"),
        ({"name": {"$exists": True}}, "123"),
        ({"name": {"$exists": False}}, "4"),
        ({"name": {"$isEmpty": True}}, "34"),
        ({"tags": {"$isEmpty": False}}, "1"),
        ({"tags": {"$hasSome": ["b", "c"]}}, "1"),
        ({"tags": {"$hasAll": ["b", "c"]}}, ""),
        ({"name": {"$nin": ["Cup", ""]}}, "24"),
        ({"price": {"$gt": Decimal("9.5")}}, "23"),
        ({"price": {"$gte": 9, "$lt": 100}}, "12"),
        ({"updatedDate": {"$gt": "2026-01-01T00:00:00.000Z"}}, "2"),
        ({"updatedDate": {"$gte": "2026-01-01T00:00:00.000000000Z"}}, "123"),
        ({"options.color": {"$in": ["blue"]}}, "4"),
        ({"options": {"$matchItems": [{"color": "red", "size": {"$lt": 2}}]}}, "4"),
        ({"options": {"$matchItems": [{"color": "red", "size": 2}]}}, ""),
        ({"$or": [{"id": "1"}, {"id": "4"}]}, "14"),
        ({"$and": [{"id": "1"}, {"id": "4"}]}, ""),
        ({"$not": {"id": "1"}}, "234"),
    ],
)
def test_each_operator_finds_what_it_says(filters: dict[str, Any], found: str) -> None:
    assert ids(filters) == found


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"filter": {"color": "x"}}, "value Field 'color' is not declared as filterable"),
        ({"filter": {"id": {"$gt": "1"}}}, "value Operator is not supported for field 'id'"),
        ({"filter": {"id": {"$like": "1"}}}, "value Operator is not supported for field 'id'"),
        (
            {"filter": {"name": {"$in": [str(n) for n in range(101)]}}},
            "value Value is not supported for field 'name'",
        ),
        ({"filter": {"name": {"$in": "Cup"}}}, "value Value is not supported for field 'name'"),
        (
            {"filter": {"updatedDate": "2026-01-01"}},
            "value Value is not supported for field 'updatedDate'",
        ),
        ({"filter": []}, None),
        ({"filter": [{}]}, "Expected an object"),
        ({"sort": [{"fieldName": "id"}]}, "value Field 'id' is not declared as sortable"),
        (
            {"sort": [{"fieldName": "_updatedDate"}]},
            "value Field '_updatedDate' is not declared as sortable",
        ),
        (
            {"cursorPaging": {"limit": 101}},
            "query.cursorPaging.limit must be less than or equal to 100",
        ),
        (
            {"paging": {"limit": 0}},
            "query.paging.limit must be greater than or equal to 1",
        ),
        ({"cursorPaging": {"limit": "10"}}, "Not a numeric value"),
        ({"cursorPaging": 10}, "Expected an object"),
        ({"cursorPaging": {"cursor": "made up"}}, "The cursor is invalid or has expired"),
        ({"Filter": {"id": "none"}, "pageing": {"limit": 1}}, None),
    ],
)
def test_what_is_not_declared_is_refused_and_what_is_unknown_ignored(
    query: dict[str, Any], said: str | None
) -> None:
    if said is None:
        assert len(run_query(ROWS, query, SPEC)[0]) == len(ROWS)
        return
    with pytest.raises(Refusal) as refusal:
        run_query(ROWS, query, SPEC)
    assert refusal.value.status == 400
    assert refusal.value.body is not None
    assert refusal.value.body["message"] == said


def shop(count: int) -> list[dict[str, Any]]:
    """Rows in ties of three."""
    return [
        {"id": f"{n:03}", "updatedDate": f"2026-01-01T00:00:{n // 3:02}Z"} for n in range(count)
    ]


BY_UPDATE = [{"fieldName": "updatedDate", "order": "ASC"}]


def test_a_cursor_carries_filter_and_sort_and_takes_no_others() -> None:
    cursors = Cursors()
    first = {
        "filter": {"updatedDate": {"$gte": "2026-01-01T00:00:01Z"}},
        "sort": BY_UPDATE,
        "cursorPaging": {"limit": 4},
    }
    page, paging = run_query(shop(10), first, SPEC, cursors)
    seen = [row["id"] for row in page]
    cursor = paging["cursors"]["next"]
    with pytest.raises(Refusal):
        run_query(shop(10), {"sort": BY_UPDATE, "cursorPaging": {"cursor": cursor}}, SPEC, cursors)
    page, paging = run_query(
        shop(10), {"cursorPaging": {"cursor": cursor, "limit": 100}}, SPEC, cursors
    )
    assert seen + [row["id"] for row in page] == [f"{n:03}" for n in range(3, 10)]
    assert paging == {"count": 3, "cursors": {}, "hasNext": False}
    cursors.expire()
    with pytest.raises(Refusal):
        run_query(shop(10), {"cursorPaging": {"cursor": cursor}}, SPEC, cursors)


@pytest.mark.parametrize(("by_offset", "lost"), [(False, set()), (True, {"002"})])
def test_a_row_that_moves_shifts_the_pages_only_where_cursors_count_rows(
    *, by_offset: bool, lost: set[str]
) -> None:
    cursors = Cursors(by_offset=by_offset)
    rows = shop(6)
    page, paging = run_query(rows, {"sort": BY_UPDATE, "cursorPaging": {"limit": 2}}, SPEC, cursors)
    rows[0]["updatedDate"] = "2026-01-02T00:00:00Z"
    seen = {row["id"] for row in page}
    while "next" in paging["cursors"]:
        query = {"cursorPaging": {"limit": 2, "cursor": paging["cursors"]["next"]}}
        page, paging = run_query(rows, query, SPEC, cursors)
        seen |= {row["id"] for row in page}
    assert {row["id"] for row in rows} - seen == lost


def test_a_lazy_end_promises_a_page_that_is_empty() -> None:
    cursors = Cursors(lazy_end=True)
    _, paging = run_query(shop(2), {"cursorPaging": {"limit": 2}}, SPEC, cursors)
    assert paging["hasNext"] is True
    page, paging = run_query(
        shop(2), {"cursorPaging": {"cursor": paging["cursors"]["next"]}}, SPEC, cursors
    )
    assert (page, paging["hasNext"]) == ([], False)


def test_offset_paging_counts_and_has_a_ceiling() -> None:
    page, paging = run_query(
        shop(10), {"paging": {"limit": 4, "offset": 8}, "sort": BY_UPDATE}, SPEC
    )
    assert [row["id"] for row in page] == ["008", "009"]
    assert paging == {"count": 2, "offset": 8, "total": 10, "tooManyToCount": False}
    with pytest.raises(Refusal):
        run_query(shop(1), {"paging": {"limit": 100, "offset": 9_901}}, SPEC)
