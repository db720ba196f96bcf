"""Which collection a record means, what becomes of it, and what is refused with which reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3
from tests.target.collections.harness import COPY, CollectionShop, shops

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]


# -- created, renamed, described, shown, hidden, moved --------------------------------------------


def test_collections_are_made_with_all_that_is_said(either: CollectionShop) -> None:
    run = either.run(
        {"name": "Vases", "slug": "all-vases", "description": "Tall", "visible": False}
    )
    assert (run.code, run.counts) == (0, {"created": 1})
    held = either.held["all-vases"]
    assert (held["name"], held["description"], held["visible"]) == ("Vases", "Tall", False)


@pytest.mark.parametrize("by", ["id", "slug", "name"])
def test_collections_are_renamed_described_and_hidden_by_each_key(
    either: CollectionShop, by: str
) -> None:
    key = either.add("Vases", slug="vases")
    row: Json = {"description": "Tall", "visible": False}
    row |= {"id": {"id": key}, "slug": {"slug": "vases"}, "name": {"name": "vases "}}[by]
    if by != "name":
        row["name"] = "Bowls"
    assert either.run(row).counts == {"updated": 1}
    held = either.held["vases"]
    assert held["name"] == ("vases" if by == "name" else "Bowls")
    assert (held["description"], held["visible"]) == ("Tall", False)
    again = either.run(row)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])
    assert either.run({"slug": "vases", "visible": True}).counts == {"updated": 1}
    assert either.held["vases"]["visible"] is True


def test_only_what_differs_is_sent(shop: CollectionShop) -> None:
    key = shop.add("Vases", slug="vases", description="Tall")
    run = shop.run({"id": key, "name": "Vases", "slug": "vases", "description": "Small"})
    (request,) = [one for one in run.requests if one.write]
    sent = request.body["category"]
    assert sent == {"id": key, "revision": "1", "description": "Small"}


def test_a_report_has_each_value_before_and_after(shop: CollectionShop, tmp_path: Path) -> None:
    shop.add("Table")
    shop.add("Vases", slug="vases", description="Tall")
    row = {"slug": "vases", "name": "Bowls", "parent": "Table", "visible": False, "image": PICTURE}
    for dry_run in (True, False):
        shop.run(row, {"name": "New"}, report_dir=str(tmp_path), dry_run=dry_run)
    for report in tmp_path.glob("*.jsonl"):
        lines = [json.loads(line) for line in report.read_text().splitlines()]
        (entry,) = [one for one in lines if one.get("outcome") == "updated"]
        found = {one["field"]: (one["before"], one["after"]) for one in entry["changes"]}
        assert found.pop("picture")[0] is None
        assert found == {
            "name": ("Vases", "Bowls"),
            "parent": (None, "Table"),
            "visibility": (True, False),
        }


def test_a_slug_changes_by_id_alone(either: CollectionShop) -> None:
    key = either.add("Vases", slug="vases")
    assert either.run({"id": key, "slug": "tall-vases"}).counts == {"updated": 1}
    assert list(either.held) == ["tall-vases"]
    run = either.run({"name": "Vases", "slug": "other", "visible": False})
    assert run.dropped == {"slugs of collections that were found by their name": 1}
    assert (list(either.held), either.held["tall-vases"]["visible"]) == (["tall-vases"], False)


def test_a_slug_of_another_collection_is_refused_and_not_written_in_every_run(
    either: CollectionShop,
) -> None:
    key = either.add("Vases", slug="vases")
    either.add("Cups", slug="cups")
    before = either.held
    for dry_run in (True, False, False):
        run = either.run({"id": key, "slug": "cups", "name": "Jugs"}, dry_run=dry_run)
        assert (run.code, run.codes, run.writes) == (1, {"DUPLICATE_SLUG": 1}, [])
        assert either.held == before


def test_a_slug_is_free_as_soon_as_another_row_gives_it_up(either: CollectionShop) -> None:
    first, second = either.add("Vases", slug="vases"), either.add("Cups", slug="cups")
    rows = [{"id": first, "slug": "tall"}, {"id": second, "slug": "vases"}]
    assert either.run(*rows).counts == {"updated": 2}
    assert {one["name"]: slug for slug, one in either.held.items()} == {
        "Vases": "tall",
        "Cups": "vases",
    }
    assert either.run(*rows).writes == []


@pytest.mark.parametrize("by", ["id", "slug", "name", "parent_id", "nested"])
def test_a_category_moves_below_another_one(shop: CollectionShop, by: str) -> None:
    top, _ = shop.add("Table"), shop.add("Vases", slug="vases")
    said: dict[str, Json] = {
        "id": {"parent": top},
        "slug": {"parent": "table"},
        "name": {"Parent": " TABLE "},
        "parent_id": {"parent_id": top.upper()},
        "nested": {"parentCategory": {"id": top}},
    }
    row = {"slug": "vases", **said[by]}
    run = shop.run(row)
    assert (run.counts, len(run.writes)) == ({"updated": 1}, 1)
    assert shop.tree == ["Table", "Table/Vases"]
    assert shop.run(row).writes == []
    assert shop.run({"slug": "vases", "parent": None}).writes == []
    assert shop.run({"slug": "vases", "parent": None}, null_clears=True).counts == {"updated": 1}
    assert shop.tree == ["Table", "Vases"]


def test_all_at_once_below_a_hidden_one_and_out_of_it(shop: CollectionShop) -> None:
    """Below a hidden category nothing can be shown (stores-v3 6.3)."""
    shop.add("Attic", visible=False)
    key = shop.add("Vases", parent=shop.add("Table"))
    run = shop.run({"id": key, "parent": "Attic", "name": "Bowls", "visible": True})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert run.dropped == {"visibility of collections below a hidden one": 1}
    assert (shop.tree[1], shop.held["vases"]["visible"]) == ("Attic/Bowls", False)
    row = {"id": key, "parent": "Table", "name": "Vases", "visible": True, "description": "x"}
    assert shop.run(row).counts == {"updated": 1}
    held = shop.held["vases"]
    assert (held["name"], held["parentCategory"], held["visible"]) == ("Vases", "table", True)
    assert shop.run(row).writes == []


def test_what_is_hidden_along_with_its_parent_is_shown_after_it(shop: CollectionShop) -> None:
    top = shop.add("Table")
    below = shop.add("Vases", parent=top)
    rows = [{"id": below, "visible": True, "revision": "1"}, {"id": top, "visible": True}]
    assert shop.run({"id": top, "visible": False}).counts == {"updated": 1}
    assert [one["visible"] for one in shop.held.values()] == [False, False]
    rows[0]["revision"] = "2"
    assert shop.run(*rows).counts == {"updated": 2}
    assert [one["visible"] for one in shop.held.values()] == [True, True]
    # What Wix changed along with a write of this run makes no record old.
    rows = [{"id": top, "visible": False}, {"id": below, "name": "Bowls", "revision": "3"}]
    assert shop.run(*rows).counts == {"updated": 2}
    assert shop.tree == ["Table", "Table/Bowls"]


# -- pictures and other fields --------------------------------------------------------------------


PICTURE = "https://cdn.example.com/vases.jpg"


@pytest.mark.parametrize(
    "picture",
    [
        {"image": PICTURE},
        {"image_url": PICTURE},
        {"image": {"url": PICTURE, "altText": "Vases"}},
        {"image": json.dumps({"src": PICTURE})},
        {"image_url": [PICTURE]},
        {"media": {"mainMedia": {"mediaType": "image", "image": {"url": PICTURE}}}},
    ],
    ids=["text", "column", "object", "json", "list", "v1"],
)
def test_a_picture_is_written_where_there_is_none(shop: CollectionShop, picture: Json) -> None:
    row = {"name": "Vases", **picture}
    assert shop.run(row).counts == {"created": 1}
    assert shop.row("vases")["image"]["url"].startswith("https://static.wixstatic.com/media/")
    assert shop.run(row).writes == []  # Wix stores it under another name
    assert shop.run({**row, "image": PICTURE}, media="replace").counts == {"updated": 1}


def test_a_picture_is_given_words_and_taken_away(shop: CollectionShop) -> None:
    shop.run({"name": "Vases", "image": PICTURE})
    image = shop.row("vases")["image"]
    row = {"slug": "vases", "image": {**image, "altText": "Tall"}}
    assert shop.run(row).counts == {"updated": 1}
    there = shop.row("vases")["image"]
    assert (there["id"], there["altText"]) == (image["id"], "Tall")
    assert shop.run({"slug": "vases", "image": None}).writes == []
    assert shop.run({"slug": "vases", "image": None}, null_clears=True).counts == {"updated": 1}
    assert "image" not in shop.row("vases")


def test_what_v1_has_no_place_for_is_left_out_and_said() -> None:
    rich = {
        "nodes": [{"type": "PARAGRAPH", "nodes": [{"type": "TEXT", "textData": {"text": "x"}}]}]
    }
    row = {
        "name": "Vases",
        "parent": "Table",
        "image": PICTURE,
        "richContentDescription": rich,
        "seoData": {"tags": [{"type": "title", "children": "Vases"}]},
    }
    with shops(V1) as (shop,):
        run = shop.run(row)
        assert (run.code, run.counts, len(run.dropped)) == (0, {"created": 1}, 4)
        assert shop.run(row).writes == []
    with shops(V3) as (shop,):
        shop.add("Table")
        assert shop.run(row).dropped == {}
        found = shop.row("vases")
        assert found["seoData"] == row["seoData"]
        assert found["richContentDescription"] == rich
        assert shop.run(row).writes == []


def test_more_than_one_picture_is_left_out_and_said(shop: CollectionShop) -> None:
    image = {"mediaType": "image", "image": {"url": PICTURE}}
    media = {"mainMedia": image, "items": [image, {**image, "image": {"url": f"{PICTURE}?2"}}]}
    for row in ({"media": media}, {"image": PICTURE, "v1": {"media": {"items": media["items"]}}}):
        run = shop.run({"name": "Vases", **row})
        assert run.dropped == {"further pictures and videos of collections": 1}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "n" * 81, "TOO_LONG"),
        ("description", "d" * 601, "TOO_LONG"),
        ("visible", "perhaps", "BAD_VALUE"),
        ("image", "vases.jpg", "BAD_VALUE"),
        ("_sdc_deleted_at", "yes", "BAD_VALUE"),
    ],
)
def test_what_wix_would_refuse_is_refused_before_it_is_sent(
    either: CollectionShop, field: str, value: str, code: str
) -> None:
    run = either.run({"name": "Vases", field: value}, {"name": "Bowls"})
    assert (run.counts, run.codes) == ({"created": 1, "rejected": 1}, {code: 1})
    assert list(either.held) == ["bowls"]


def test_a_null_clears_where_it_is_said(either: CollectionShop) -> None:
    either.add("Vases", slug="vases", description="Tall")
    row = {"slug": "vases", "description": None, "name": None, "visible": None}
    assert either.run(row).writes == []
    assert either.run(row, null_clears=True).counts == {"updated": 1}
    held = either.held["vases"]
    assert (held["name"], held.get("description"), held["visible"]) == ("Vases", None, True)


# -- rows as they come ----------------------------------------------------------------------------


def test_columns_in_any_spelling_and_texts_for_everything(shop: CollectionShop) -> None:
    rows: list[Json] = [
        {"\ufeffName": "Table", "VISIBLE": "yes", "Description ": " "},
        {"name": "Vases", "Parent_Name": "table", "is visible": "x", "visible": "0"},
    ]
    run = shop.run(*rows)
    assert (run.code, run.counts) == (0, {"created": 2})
    assert shop.tree == ["Table", "Table/Vases"]
    assert [one["visible"] for one in shop.held.values()] == [True, False]


def test_rows_of_a_warehouse_come_back_without_a_write(shop: CollectionShop) -> None:
    shop.add("Vases", parent=shop.add("Table", description="All"), slug="vases")
    shop.run({"slug": "vases", "image": PICTURE})
    columns = {name for row in shop.rows for name in row} | {"v1", "additionalFields"}

    def as_stored(row: Json) -> Json:
        full = {name: row.get(name) for name in columns}
        return {
            name: json.dumps(one) if isinstance(one, dict | list | None) and name in NESTED else one
            for name, one in full.items()
        }

    run = shop.run(*map(as_stored, shop.rows))
    assert (run.code, run.counts, run.writes) == (0, {"ignored": 1, "unchanged": 2}, [])


NESTED = {"parentCategory", "image", "treeReference", "breadcrumbsInfo", "seoData", "v1"}


def test_a_row_as_v1_has_it_on_the_wire(either: CollectionShop) -> None:
    row = {
        "id": "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c4d",
        "name": "Vases",
        "slug": "vases",
        "description": "Tall",
        "visible": False,
        "numberOfProducts": 7,
        "media": {"items": []},
    }
    everything = {"id": "00000000-000000-000000-000000000001", "name": "All Products"}
    run = either.run(everything, row, **COPY)
    assert (run.code, run.counts) == (0, {"created": 1, "ignored": 1})
    assert either.held["vases"]["visible"] is False
    assert either.run(row, **COPY).writes == []


@pytest.mark.parametrize("order", [1, -1])
def test_rows_whose_parents_come_later_are_written_too(shop: CollectionShop, order: int) -> None:
    rows: list[Json] = [
        {"name": "Lowest", "parent": "low"},
        {"name": "Low", "slug": "low", "parent": "Table"},
        {"name": "Table"},
        {"name": "Other", "parent": "Table"},
    ][::order]
    assert shop.run(*rows).counts == {"created": 4}
    assert shop.tree == ["Table", "Table/Low", "Table/Low/Lowest", "Table/Other"]
    assert shop.run(*rows).writes == []


def test_a_copy_keeps_the_order_of_siblings() -> None:
    with shops(V3, V3) as (one, other):
        top = one.add("Table")
        for name in ("C", "A", "B"):
            one.add(name, parent=top)
        other.run(*sorted(one.rows, key=lambda row: str(row["name"])), **COPY)
        rows = [row for row in other.site.v3.categories.all() if "parentCategory" in row]
        found = sorted(rows, key=lambda row: row["parentCategory"]["index"])
        assert [row["name"] for row in found] == ["C", "A", "B"]


def test_several_rows_of_one_collection_are_one_write(either: CollectionShop) -> None:
    rows: list[Json] = [
        {"name": "Vases", "visible": False},
        {"name": "Vases", "description": "Tall"},
    ]
    run = either.run(*rows, {"name": "VASES", "description": "Small"})
    assert (run.counts, len(run.writes)) == ({"created": 1, "updated": 2}, 1)
    held = either.held["vases"]
    assert (held["name"], held["description"], held["visible"]) == ("VASES", "Small", False)


def test_names_of_different_parents_are_two_collections(either: CollectionShop) -> None:
    rows: list[Json] = [{"name": name} for name in ("Women", "Men")]
    rows += [{"name": "Shoes", "parent": one["name"]} for one in rows]
    assert either.run(*rows).counts == {"created": 4}
    held = sorted(one["name"] for one in either.held.values())
    assert held == ["Men", "Shoes", "Shoes", "Women"]
    again = either.run(*rows)
    assert (again.counts, again.writes) == ({"unchanged": 4}, [])


# -- refused --------------------------------------------------------------------------------------


def test_a_name_of_two_collections_is_ambiguous_and_both_are_named(
    either: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    both = [either.add("Vases", slug="v1"), either.add("Vases", slug="v2")]
    run = either.run({"name": "Vases", "visible": False})
    assert run.codes == {"AMBIGUOUS": 1}
    assert all(key in caplog.text for key in both)
    assert either.run({"slug": "v2", "visible": False}).counts == {"updated": 1}


def test_a_parent_of_two_is_ambiguous_and_both_are_named(
    shop: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    both = [shop.add("Vases", slug="v1"), shop.add("Vases", slug="v2")]
    assert shop.run({"name": "Tall", "parent": "Vases"}).codes == {"AMBIGUOUS": 1}
    assert all(key in caplog.text for key in both)
    assert shop.run({"name": "Tall", "parent": "v2"}).counts == {"created": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"description": "x"}, "NO_KEY"),
        ({"name": "N/A", "slug": "-"}, "NO_KEY"),
        ({"slug": "nowhere"}, "UNKNOWN_SLUG"),
        ({"id": "7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c4d", "name": "Vases"}, "UNKNOWN_ID"),
    ],
)
def test_what_cannot_be_found_or_made_is_refused(
    either: CollectionShop, row: Json, code: str
) -> None:
    run = either.run(row)
    assert (run.codes, run.writes) == ({code: 1}, [])


def test_an_id_that_is_none_of_wix_is_not_used(
    either: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    assert either.run({"id": 17, "name": "Vases"}).counts == {"created": 1}
    assert caplog.text.count("ids that are no ids of Wix") == 1
    assert either.run({"id": 17, "name": "Vases"}).counts == {"unchanged": 1}


def test_a_parent_that_is_not_there_is_named(
    shop: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    run = shop.run({"name": "Tall", "parent": "Vases"}, {"name": "Low", "parent": "Tall"})
    assert run.codes == {"UNKNOWN_PARENT": 2}
    assert 'Its parent "Vases" is not in the shop' in caplog.text
    assert (run.writes, shop.held) == ([], {})


A, B, C = (f"7a3b8c1d-2e4f-4a5b-8c6d-9e0f1a2b3c4{n}" for n in "abc")
RINGS: dict[str, list[Json]] = {
    "itself": [{"name": "Vases", "slug": "vases", "parent": "vases"}],
    "names": [
        {"name": "A", "parent": "B"},
        {"name": "B", "parent": "C"},
        {"name": "C", "parent": "A"},
    ],
    "ids": [
        {"id": A, "name": "A", "parentCategory": {"id": B}},
        {"id": B, "name": "B", "parentCategory": {"id": A}},
    ],
}


@pytest.mark.parametrize("kind", RINGS)
def test_parents_that_lead_back_are_refused(shop: CollectionShop, kind: str) -> None:
    rows = RINGS[kind]
    run = shop.run(*rows, {"name": "Good"}, {"name": "Below", "parent": rows[0]["name"]}, **COPY)
    assert run.codes == {"TREE_CYCLE_DETECTED": len(rows), "UNKNOWN_PARENT": 1}
    assert shop.tree == ["Good"]


def test_a_category_that_names_itself_as_its_parent_is_not_made_again_below_itself(
    shop: CollectionShop,
) -> None:
    key = shop.add("Vases")
    shop.add("Ladies", slug="women")
    run = shop.run({"name": "Vases", "parent": "vases "}, {"name": "Women", "parent": "women"})
    assert (run.counts, run.codes) == (
        {"created": 1, "rejected": 1},
        {"TREE_CYCLE_DETECTED": 1},
    )
    assert shop.tree == ["Ladies", "Ladies/Women", "Vases"]
    # By its id a parent can have the same name.
    assert shop.run({"name": "Vases", "parent_id": key}).counts == {"created": 1}


def test_a_category_does_not_move_below_what_is_below_it(shop: CollectionShop) -> None:
    top = shop.add("Top")
    low = shop.add("Low", parent=shop.add("Mid", parent=top))
    assert shop.run({"id": top, "parent": low}).codes == {"TREE_CYCLE_DETECTED": 1}
    assert shop.run({"id": top, "parent": top}).codes == {"TREE_CYCLE_DETECTED": 1}
    rows = [{"id": top, "parent": low}, {"id": low, "parent": top}]
    run = shop.run(*rows)
    assert (run.codes, run.writes) == ({"TREE_CYCLE_DETECTED": 2}, [])
    # Turned round it is no ring.
    assert shop.run({"id": low, "parentCategory": {}, "catalogVersion": "V3_CATALOG"},
                    {"id": top, "parent": low}).counts == {"updated": 2}  # fmt: skip
    assert shop.tree == ["Low", "Low/Top", "Low/Top/Mid"]


def test_a_move_that_needs_room_waits_for_the_ones_that_make_it(shop: CollectionShop) -> None:
    """Wix takes five levels at any moment (stores-v3 6.2)."""
    chain = [shop.add("A0")]
    for n in range(1, 3):
        chain.append(shop.add(f"A{n}", parent=chain[-1]))
    other = [shop.add("B0")]
    for n in range(1, 4):
        other.append(shop.add(f"B{n}", parent=other[-1]))
    rows = [{"id": other[0], "parent": "A1"}, {"id": other[2], "parent": "A0"}]
    assert shop.run(*rows).counts == {"updated": 2}
    assert shop.tree == ["A0", "A0/A1", "A0/A1/A2", "A0/A1/B0", "A0/A1/B0/B1", "A0/B2", "A0/B2/B3"]
    run = shop.run({"id": chain[0], "parent": shop.add("C0", parent=shop.add("C"))})
    assert run.codes == {"CATEGORY_DEPTH_LIMIT_EXCEEDED": 1}


def test_a_record_older_than_the_shop_is_refused(shop: CollectionShop) -> None:
    shop.add("Vases", slug="vases", revision="4")
    row = {**shop.row("vases"), "name": "Bowls", "revision": "3"}
    assert shop.run(row).codes == {"STALE_RECORD": 1}
    assert shop.run({**row, "name": "Vases"}).counts == {"unchanged": 1}
    assert shop.run(row, stale_records="overwrite").counts == {"updated": 1}


def test_own_writes_make_no_record_of_the_run_old(shop: CollectionShop) -> None:
    shop.add("Vases", slug="vases", revision="4")
    row = shop.row("vases")
    others = [{"name": f"N{n}"} for n in range(3)]
    rows = [{**row, "name": "Bowls"}, *others, {**row, "name": "Jugs"}]
    streams = [("collections", one) for one in rows]
    streams[2:2] = [("products", {"sku": "none"})] * 501
    run = shop.run_streams(streams)
    assert "rejected" not in run.counts
    assert shop.held["vases"]["name"] == "Jugs"


# -- All Products ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        lambda shop: next(row for row in shop.rows if row["slug"] == "all-products"),
        lambda _: {"name": "all products", "visible": False},
        lambda _: {"slug": "all-products", "name": "Everything"},
        lambda _: {"id": "00000000-000000-000000-000000000001", "name": "Everything"},
    ],
    ids=["read", "name", "slug", "v1"],
)
@pytest.mark.parametrize("deleted", [False, True])
def test_all_products_is_never_written_or_deleted(
    either: CollectionShop,
    row: Callable[[CollectionShop], Json],
    deleted: bool,  # noqa: FBT001
) -> None:
    record = {**row(either), "description": "x"}
    if deleted:
        record["_sdc_deleted_at"] = "2026-01-31T08:00:00Z"
    run = either.run(record, delete_mode="delete")
    assert (run.code, run.counts, run.writes) == (0, {"ignored": 1}, [])
    assert [row["slug"] for row in either.rows] == ["all-products"]


def test_a_site_without_a_shop_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with shops("STORES_NOT_INSTALLED") as (shop,):
        assert shop.run({"name": "Vases"}).code == 1
    assert "no Wix Stores, so that collections cannot be written" in caplog.text
