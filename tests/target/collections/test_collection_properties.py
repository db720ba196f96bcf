"""What holds for any tree: written twice is written once, in whatever order the rows come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_wix.collections.fields import FIELDS
from target_wix.collections.parse import KNOWN, read_collection
from target_wix.runtime.outcomes import Rejection
from tests.fake_wix import V3
from tests.target.collections.harness import COPY, VERSIONS, shops

Json = dict[str, Any]
A_GUID = "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c4d"
NAMES = (
    "id",
    "name",
    "slug",
    "parent",
    "parentCategory",
    "visible",
    "image",
    "url",
    "description",
    "siteId",
)
SLOW = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def trees(draw: st.DrawFn) -> list[Json]:
    """Rows of a tree of at most five levels, in any order; names repeat below different parents."""
    rows: list[Json] = []
    levels: list[int] = []
    for n in range(draw(st.integers(1, 12))):
        above = [place for place in range(n) if levels[place] < 5]
        parent = draw(st.sampled_from([None, *above]))
        taken = {row["name"] for row in rows if row.get("parent") == _slug(parent)}
        free = [name for name in ("Vases", "Bowls", "Tische", "Ø") if name not in taken]
        name = draw(st.sampled_from([*free, f"N{n}"]))
        row: Json = {"name": name, "slug": _slug(n), "visible": draw(st.booleans())}
        if parent is not None:
            row["parent"] = _slug(parent)
        if draw(st.booleans()):
            row["description"] = draw(st.sampled_from(["Tall", "Small", "\u00a0 wide"]))
        rows.append(row)
        levels.append(1 if parent is None else levels[parent] + 1)
    return draw(st.permutations(rows))


def _slug(n: int | None) -> str | None:
    return None if n is None else f"s{n}"


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", " ", "-", "[", "{}", "null", "N/A", "true", "\u200b", "x" * 700, "//", A_GUID]
    )
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    row=st.dictionaries(st.sampled_from([*KNOWN, "id", "parent_id", "Name "]), ODD, max_size=6),
    null_clears=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_whatever_stands_in_a_column_is_read_or_refused(row: Json, null_clears: bool) -> None:  # noqa: FBT001
    try:
        patch, _ = read_collection(row, null_clears=null_clears)
    except Rejection:
        return
    assert patch.fields.keys() <= set(FIELDS)
    for name in ("name", "slug"):
        assert patch.fields.get(name) != ""


@given(rows=st.lists(st.dictionaries(st.sampled_from(NAMES), ODD, max_size=5), max_size=4))
@SLOW
def test_whatever_comes_each_record_has_its_fate_and_the_second_run_writes_nothing(
    rows: list[Json],
) -> None:
    for version in VERSIONS:
        with shops(version) as (shop,):
            shop.add("Vases", slug="vases")
            first = shop.run(*rows, max_rejected=9, **COPY)
            assert sum(first.counts.values()) == len(rows)
            assert "PROGRAM_FAULT" not in first.codes
            second = shop.run(*rows, **COPY)
            assert (second.codes, second.writes) == (first.codes, [])


@pytest.mark.parametrize("version", VERSIONS)
@given(rows=trees())
@SLOW
def test_rows_applied_twice_are_written_once(version: str, rows: list[Json]) -> None:
    with shops(version) as (shop,):
        run = shop.run(*rows)
        assert (run.code, run.counts) == (0, {"created": len(rows)})
        assert len(run.writes) == len(rows)
        parents = {slug: one.get("parentCategory") for slug, one in shop.held.items()}
        if version == V3:
            assert parents == {row["slug"]: row.get("parent") for row in rows}
        names = {slug: one["name"] for slug, one in shop.held.items()}
        assert names == {row["slug"]: row["name"] for row in rows}
        for again in (rows, shop.rows):
            run = shop.run(*again)
            assert (run.code, run.writes) == (0, [])


@given(rows=trees(), data=st.data())
@SLOW
def test_a_tree_becomes_any_other_one_of_the_same_categories(
    rows: list[Json], data: st.DataObject
) -> None:
    """Moved one after the other, each move as Wix allows it."""
    with shops(V3) as (shop,):
        shop.run(*rows)
        places = {row["slug"]: data.draw(st.integers(0, 3)) for row in rows}
        wanted = [_moved(row, places, data) for row in rows]
        run = shop.run(*wanted, null_clears=True)
        assert run.code == 0
        parents = {slug: one["parentCategory"] for slug, one in shop.held.items()}
        assert parents == {row["slug"]: row["parent"] for row in wanted}
        assert shop.run(*wanted, null_clears=True).writes == []


def _moved(row: Json, places: dict[str, int], data: st.DataObject) -> Json:
    """The row below one of a lower number of levels, so that no ring comes of it."""
    above = [slug for slug, place in places.items() if place < places[row["slug"]]]
    return {"slug": row["slug"], "parent": data.draw(st.sampled_from([None, *sorted(above)]))}
