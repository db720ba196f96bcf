"""Categories of the fake, moved, shown and hidden, and their pictures (wix-api stores-v3 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix_selftest.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

CATEGORIES = "/categories/v1/categories"
TREE: dict[str, Any] = {"treeReference": {"appNamespace": "@wix/stores", "treeKey": None}}


@pytest.fixture
def v3() -> Iterator[Caller]:
    with FakeWix(Site(V3)) as wix:
        yield Caller(wix)


def made(v3: Caller, name: str, parent: str | None = None, **fields: Any) -> str:
    below = {} if parent is None else {"parentCategory": {"id": parent}}
    body = {"category": {"name": name, **below, **fields}, **TREE}
    return str(v3.ok("POST", CATEGORIES, body)["category"]["id"])


def move(v3: Caller, key: str, **fields: Any) -> Any:
    return v3.ok("POST", f"{CATEGORIES}/{key}/move", {"position": "LAST", **fields, **TREE})


def refused(v3: Caller, key: str, **fields: Any) -> tuple[int, str]:
    path = f"{CATEGORIES}/{key}/move"
    return v3.refused("POST", path, {"position": "LAST", **fields, **TREE})


def order(v3: Caller, parent: str) -> list[str]:
    rows = [
        row
        for row in v3.site.v3.categories.all()
        if row.get("parentCategory", {}).get("id") == parent
    ]
    return [row["name"] for row in sorted(rows, key=lambda row: row["parentCategory"]["index"])]


def test_a_category_moves_to_a_place_among_its_new_siblings(v3: Caller) -> None:
    top = made(v3, "Top")
    a, _ = made(v3, "A", top), made(v3, "B", top)
    for name, where in (
        ("C", {"position": "FIRST"}),
        ("D", {}),
        ("E", {"position": "AFTER", "moveAfterCategoryId": a}),
    ):
        assert move(v3, made(v3, name), parentCategoryId=top, **where) == {}
    assert order(v3, top) == ["C", "A", "E", "B", "D"]
    move(v3, a)
    assert order(v3, top) == ["C", "E", "B", "D"]
    assert "parentCategory" not in v3.site.v3.categories.edit(a)
    assert v3.site.v3.categories.edit(a)["revision"] == "2"


def test_what_cannot_be_a_parent_is_refused_as_wix_does(v3: Caller) -> None:
    top = made(v3, "Top")
    below = made(v3, "Below", top)
    lowest = made(v3, "Lowest", made(v3, "Lower", made(v3, "Low", below)))
    everything = v3.site.v3.all_products
    assert refused(v3, top, parentCategoryId=below) == (428, "TREE_CYCLE_DETECTED")
    assert refused(v3, top, parentCategoryId=top) == (428, "TREE_CYCLE_DETECTED")
    gone = v3.site.new_id()
    assert refused(v3, below, parentCategoryId=gone) == (428, "PARENT_CATEGORY_NOT_IN_TREE")
    other = made(v3, "Other")
    assert refused(v3, other, parentCategoryId=lowest) == (428, "CATEGORY_DEPTH_LIMIT_EXCEEDED")
    assert refused(v3, top, parentCategoryId=other) == (428, "CATEGORY_DEPTH_LIMIT_EXCEEDED")
    managed = (428, "MANAGED_CATEGORY_OPERATION_NOT_ALLOWED")
    assert refused(v3, everything, parentCategoryId=other) == managed
    assert refused(v3, below, position="BESIDE")[0] == 400
    assert refused(v3, below, position="AFTER") == (428, "MISSING_AFTER_CATEGORY")
    after = {"position": "AFTER", "moveAfterCategoryId": lowest}
    assert refused(v3, below, **after) == (428, "AFTER_CATEGORY_NOT_IN_PARENT")


def test_what_moves_below_a_hidden_category_is_hidden_with_all_below_it(v3: Caller) -> None:
    hidden, top = made(v3, "Hidden", visible=False), made(v3, "Top")
    below = made(v3, "Below", top)
    move(v3, top, parentCategoryId=hidden)
    assert [v3.site.v3.categories.edit(key)["visible"] for key in (top, below)] == [False, False]


def test_a_picture_from_elsewhere_is_stored_under_another_name(v3: Caller) -> None:
    key = made(v3, "Top", image={"url": "https://cdn.example.com/top.jpg", "altText": "Top"})
    image = v3.site.v3.categories.edit(key)["image"]
    assert image["url"].startswith("https://static.wixstatic.com/media/")
    assert (image["altText"], image["filename"]) == ("Top", "top.jpg")
    revision = {"id": key, "revision": "1"}
    body = {"category": {**revision, "image": {**image, "altText": "New"}}, **TREE}
    v3.ok("PATCH", f"{CATEGORIES}/{key}", body)
    assert v3.site.v3.categories.edit(key)["image"]["url"] == image["url"]
    body = {"category": {"id": key, "revision": "2", "image": {"id": image["id"]}}, **TREE}
    assert v3.refused("PATCH", f"{CATEGORIES}/{key}", body)[0] == 400
