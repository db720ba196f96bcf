"""Every trouble on the way to Wix and back: nothing lost, nothing twice, each record with its fate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_wix.collections import sink
from tests.fake_wix import V1, V3
from tests.fake_wix.http.faults import (
    PASSING,
    Fault,
    cut_connection,
    empty_403,
    hook,
    lost_answer,
    refusal,
    rewritten,
    server_error,
)
from tests.target.collections.harness import VERSIONS, CollectionShop, shops
from tests.target.contacts.harness import QuickTarget

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix import Site

Json = dict[str, Any]
ROWS: list[Json] = [
    {"name": "Bowls", "slug": "bowls", "parent": "table", "description": "Deep"},
    {"name": "Table", "slug": "table"},
    {"slug": "vases", "name": "Jugs", "parent": "table", "visible": True, "description": "Tall"},
    {"slug": "sale", "visible": False},
    {"slug": "gone", "_sdc_deleted_at": "2026-01-31T08:00:00Z"},
]
"""Two collections to make, one to change in every way, one to hide, one to delete."""

CALLS = {
    V3: ("categories/query$", "/categories$", "/visibility$", "/move$", "/categories/[0-9a-f-]+$"),
    V1: ("collections/query$", "/collections$", "/collections/[0-9a-f-]+$"),
}


def _seeded(shop: CollectionShop) -> CollectionShop:
    shop.add("Vases", slug="vases", visible=False)
    shop.add("Sale", slug="sale")
    shop.add("Gone", slug="gone")
    return shop


def _run(shop: CollectionShop, **settings: Any) -> Any:
    return shop.run(*ROWS, delete_mode="delete", **settings)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize(("version", "path"), [(v, path) for v in VERSIONS for path in CALLS[v]])
def test_every_call_may_fail_once(version: str, path: str, fault: Callable[[str], Fault]) -> None:
    with shops(version, version) as (shop, calm):
        _run(_seeded(calm))
        struck = _seeded(shop).site.faults.add(fault(path))
        run = _run(shop)
        assert struck.hits == 1
        assert (run.code, run.counts) == (0, {"created": 2, "updated": 2, "deleted": 1})
        assert shop.held == calm.held
        shop.site.faults.clear()
        assert _run(shop).writes == []


# -- killed, and run again ------------------------------------------------------------------------


def _killed(site: Site, after: int) -> None:
    """Everything behind this request gets lost."""
    site.faults.add(cut_connection(after=after, times=None))


def _killed_without_an_answer(site: Site, after: int) -> None:
    """So does the answer to this one."""
    site.faults.add(lost_answer(after=after - 1))
    site.faults.add(cut_connection(after=after, times=None))


@pytest.mark.parametrize("end", [_killed, _killed_without_an_answer])
@pytest.mark.parametrize("version", VERSIONS)
def test_the_next_run_finishes_what_one_began_that_ended_at_any_request(
    version: str, end: Callable[[Site, int], None]
) -> None:
    with shops(version) as (calm,):
        count = len(_run(_seeded(calm)).requests)
        wanted = calm.held
    for after in range(1, count + 1):
        with shops(version) as (shop,):
            end(_seeded(shop).site, after)
            _run(shop)
            shop.site.faults.clear()
            assert _run(shop).code == 0, after
            assert shop.held == wanted, after
            assert _run(shop).writes == [], after


# -- made once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0.0, 8.0])
def test_after_a_lost_answer_it_waits_for_the_index_and_looks_again(
    either: CollectionShop, lag: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = either.site.clock
    naps: list[float] = []

    def sleep(_: object, seconds: float) -> None:
        naps.append(seconds)
        clock.advance(seconds)

    monkeypatch.setattr(QuickTarget, "sleep", sleep)
    either.site.index_lag = lag
    either.site.faults.add(lost_answer("(categories|collections)$"))
    assert either.run({"name": "Vases"}, {"name": "Bowls"}).counts == {"created": 2}
    assert sorted(row["name"] for row in either.held.values()) == ["Bowls", "Vases"]
    assert (10.0 in naps) is bool(lag)


def test_what_a_lost_answer_really_lost_is_made_again(either: CollectionShop) -> None:
    either.site.faults.add(cut_connection("(categories|collections)$"))
    run = either.run({"name": "Vases"})
    assert (run.counts, len(run.writes), len(either.held)) == ({"created": 1}, 2, 1)


def test_a_lost_create_is_not_taken_for_one_that_was_there_before(either: CollectionShop) -> None:
    """Two of one name: the answer to the second is lost, and the first is not it."""
    either.add("Vases", slug="vases")
    either.site.faults.add(lost_answer("(categories|collections)$"))
    rows = [{"slug": "vases", "name": "Vases"}, {"slug": "vases-2", "name": "Vases"}]
    assert either.run(*rows).counts == {"unchanged": 1, "created": 1}
    assert sorted(either.held) == ["vases", "vases-2"]
    assert either.run(*rows).writes == []


@pytest.mark.parametrize("happened", [True, False])
def test_a_tree_that_somebody_else_changes_makes_nothing_twice(
    shop: CollectionShop,
    happened: bool,  # noqa: FBT001
) -> None:
    """A conflict can be the answer to a create that was made (stores-v3 6.4)."""
    shop.site.v3.switches.tree_conflicts = 1
    shop.site.v3.switches.category_race_creates = happened
    assert shop.run({"name": "Vases"}).counts == {"created": 1}
    assert shop.tree == ["Vases"]


@pytest.mark.parametrize("conflicts", [1, 3])
def test_changes_are_sent_again_when_somebody_else_changes_the_tree(conflicts: int) -> None:
    with shops(V3, V3) as (shop, calm):
        _run(_seeded(calm))
        _seeded(shop).site.v3.switches.tree_conflicts = conflicts
        assert _run(shop).code == 0
        assert shop.held == calm.held


def test_a_category_that_is_there_but_lagging_is_found_by_its_slug(shop: CollectionShop) -> None:
    shop.site.index_lag = None
    assert shop.run({"name": "Vases"}).counts == {"created": 1}
    run = shop.run({"name": "Vases", "description": "Tall"})
    assert run.counts == {"updated": 1}
    (key,) = (one["id"] for one in shop.site.v3.categories.all() if one["slug"] == "vases")
    below = {"name": "Vases", "parent_id": key}
    assert shop.run({"name": "Vases"}, below).counts == {"created": 1, "unchanged": 1}
    shop.site.flush_index()
    assert shop.tree == ["Vases", "Vases/Vases"]


def test_a_slug_that_wix_keeps_for_one_that_is_gone_is_left_to_wix(shop: CollectionShop) -> None:
    body = {"message": "x", "details": {"applicationError": {"code": "REMOVED_SLUG"}}}
    shop.site.faults.add(
        refusal(
            "/categories$",
            status=409,
            body=body,
            when=lambda request: request.body["category"].get("slug") == "vases",
            times=None,
        )
    )
    row = {"name": "Vases", "slug": "vases", "visible": False}
    run = shop.run(row)
    assert (run.counts, run.dropped) == (
        {"created": 1},
        {"slugs of collections that Wix refused": 1},
    )
    assert shop.run(row).writes == []


# -- somebody else --------------------------------------------------------------------------------


def _changed(shop: CollectionShop, key: str, **fields: Any) -> Callable[[Any, Any], None]:
    def change(_: object, __: object) -> None:
        stored = shop.site.v3.categories.edit(key)
        stored |= {**fields, "revision": str(int(stored["revision"]) + 1)}
        shop.site.v3.categories.put(stored, indexed=True)

    return change


PATCH = "/categories/[0-9a-f-]{36}$"


def test_a_change_by_somebody_else_is_kept_and_ours_is_applied_again(shop: CollectionShop) -> None:
    key = shop.add("Vases", slug="vases")
    shop.site.faults.add(hook(_changed(shop, key, visible=False), PATCH))
    assert shop.run({"slug": "vases", "name": "Bowls"}).counts == {"updated": 1}
    assert (shop.held["vases"]["name"], shop.held["vases"]["visible"]) == ("Bowls", False)


def test_a_record_that_somebody_else_overtakes_is_old(shop: CollectionShop) -> None:
    key = shop.add("Vases", slug="vases", revision="4")
    shop.site.faults.add(hook(_changed(shop, key, name="Theirs"), PATCH))
    assert shop.run({"id": key, "revision": "4", "name": "Ours"}).codes == {"STALE_RECORD": 1}
    assert shop.tree == ["Theirs"]


def test_a_record_from_before_the_change_of_somebody_else_is_old_after_a_write_of_ours_too(
    shop: CollectionShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "_LARGEST_TREE", 1)
    key = shop.add("Vases", slug="vases", revision="4")
    change = _changed(shop, key, visible=False)
    shop.site.faults.add(
        hook(
            change,
            PATCH,
            method="PATCH",
            when=lambda request: "description" in request.body["category"],
        )
    )
    run = shop.run(
        {"slug": "vases", "name": "Bowls"},
        {"slug": "vases", "description": "Round"},
        {"id": key, "revision": "5", "name": "Cups"},
        {"id": key, "revision": "6", "name": "Jugs"},
    )
    assert (run.counts, run.codes) == ({"updated": 3, "rejected": 1}, {"STALE_RECORD": 1})
    assert shop.tree == ["Jugs"]


def test_a_category_that_never_keeps_still_is_given_up_on(shop: CollectionShop) -> None:
    key = shop.add("Vases", slug="vases")
    shop.site.faults.add(hook(_changed(shop, key), PATCH, method="PATCH", times=None))
    run = shop.run({"slug": "vases", "name": "Bowls"})
    assert run.codes == {"INVALID_REVISION": 1}
    assert 3 <= len(run.writes) <= 6


def test_a_collection_deleted_in_between_is_reported(either: CollectionShop) -> None:
    key = either.add("Vases", slug="vases")

    def delete(site: Site, _: object) -> None:
        if either.is_v3:
            site.v3.categories.remove(key, indexed=True)
        else:
            site.v1.remove_collection(key)

    either.site.faults.add(hook(delete, f"{key}$"))
    run = either.run({"id": key, "name": "Bowls"})
    assert (run.codes, either.held) == ({"NOT_FOUND": 1}, {})


def test_an_id_that_no_index_knows_yet_is_asked_for(either: CollectionShop) -> None:
    either.site.index_lag = None
    either.run({"name": "Vases"})
    (key,) = [row.id for row in either.site.v1.collections()] or [
        row["id"] for row in either.site.v3.categories.all() if row["name"] == "Vases"
    ]
    assert either.run({"id": key, "name": "Bowls"}).counts == {"updated": 1}
    assert [row["name"] for row in either.held.values()] == ["Bowls"]


# -- what Wix refuses -----------------------------------------------------------------------------


def test_one_that_wix_refuses_is_told_in_its_words_and_the_others_are_written(
    shop: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    chain: list[Json] = [{"name": "N0"}]
    chain += [{"name": f"N{n}", "parent": f"N{n - 1}"} for n in range(1, 7)]
    run = shop.run(*chain, {"name": "Other", "slug": "Bad Slug"}, {"name": "Good"})
    codes = {"CATEGORY_DEPTH_LIMIT_EXCEEDED": 1, "UNKNOWN_PARENT": 1, "INVALID_SLUG_FORMAT": 1}
    assert (run.counts["created"], run.codes) == (6, codes)
    assert "N5" in caplog.text
    assert "Good" in shop.tree


@pytest.mark.parametrize("slug", ["Bad Slug", "-vases", "vases\u2122"])
def test_a_dry_run_refuses_a_bad_slug_too(shop: CollectionShop, slug: str) -> None:
    shop.add("Vases")
    rows = [{"name": "Other", "slug": slug}, {"id": shop.row("vases")["id"], "slug": slug}]
    for settings in ({"dry_run": True}, {}):
        assert shop.run(*rows, **settings).codes == {"INVALID_SLUG_FORMAT": 2}


def test_a_category_of_another_app_stays_as_it_is(shop: CollectionShop) -> None:
    key = shop.add("Events", managingAppId=shop.site.new_id())
    assert shop.run(shop.row("events")).counts == {"unchanged": 1}
    run = shop.run({"id": key, "name": "Mine"})
    assert run.codes == {"MANAGED_CATEGORY_OPERATION_NOT_ALLOWED": 1}
    assert shop.tree == ["Events"]


def test_a_key_that_may_not_write_stops_the_run_with_what_it_needs(
    shop: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.site.deny("CATEGORIES.CATEGORY_WRITE")
    assert shop.run({"name": "Vases"}).code == 1
    assert "SCOPE.CATEGORIES.CATEGORY_WRITE" in caplog.text


def test_a_wix_that_is_down_stops_the_run_and_the_next_one_completes_it(
    either: CollectionShop,
) -> None:
    down = either.site.faults.add(server_error("(categories|collections)$", times=None))
    assert either.run({"name": "Vases"}).code == 1
    either.site.faults.remove(down)
    assert either.run({"name": "Vases"}).counts == {"created": 1}
    assert len(either.held) == 1


def test_a_burst_answered_by_an_empty_403_is_waited_out(either: CollectionShop) -> None:
    either.site.faults.add(empty_403("(categories|collections)$", after=3, times=2))
    rows = [{"name": f"N{n}"} for n in range(6)]
    assert either.run(*rows).counts == {"created": 6}
    assert len(either.held) == 6


@pytest.mark.parametrize("path", ["/categories/", "/collections/"])
def test_an_answer_that_tells_of_nothing_is_asked_about(path: str) -> None:
    """What is answered to some of these calls is not published (stores-v3 6.1)."""
    version = V1 if "collections" in path else V3
    with shops(version, version) as (shop, calm):
        _run(_seeded(calm))
        silent = rewritten(
            path, rewrite=lambda _: {}, when=lambda one: one.method == "PATCH", times=None
        )
        _seeded(shop).site.faults.add(silent)
        run = _run(shop)
        assert (run.code, run.counts) == (0, {"created": 2, "updated": 2, "deleted": 1})
        assert shop.held == calm.held
