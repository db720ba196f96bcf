"""Collections are deleted on request alone, beyond doubt, and never with something below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.target.collections.harness import CollectionShop, Run

Json = dict[str, Any]
GONE: Json = {"_sdc_deleted_at": "2026-01-31T08:00:00Z"}


def _delete(shop: CollectionShop, *rows: Json, **settings: Any) -> Run:
    return shop.run(*[{**row, **GONE} for row in rows], delete_mode="delete", **settings)


@pytest.mark.parametrize("by", ["id", "slug", "name"])
def test_a_collection_is_deleted_on_request_by_each_key(either: CollectionShop, by: str) -> None:
    key = either.add("Vases", slug="vases")
    either.add("Bowls", slug="bowls")
    row = {by: {"id": key, "slug": "vases", "name": "Vases"}[by]}
    assert either.run({**row, **GONE}).counts == {"ignored": 1}
    assert _delete(either, row, dry_run=True).counts == {"deleted": 1}
    assert sorted(either.held) == ["bowls", "vases"]
    assert _delete(either, row, row).counts == {"deleted": 1, "unchanged": 1}
    assert list(either.held) == ["bowls"]
    assert _delete(either, row).counts == {"unchanged": 1}


def test_what_is_missing_in_a_run_stays(either: CollectionShop) -> None:
    either.add("Vases")
    either.run({"name": "Bowls"}, delete_mode="delete")
    assert sorted(either.held) == ["bowls", "vases"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"name": "Vases", "slug": "other"}, "CONTRADICTING_KEYS"),
        ({"name": "Twins"}, "AMBIGUOUS"),
        ({"description": "x"}, "NO_KEY"),
    ],
)
def test_a_deletion_in_doubt_is_refused(either: CollectionShop, row: Json, code: str) -> None:
    for name, slug in (("Vases", "vases"), ("Twins", "a"), ("Twins", "b")):
        either.add(name, slug=slug)
    assert _delete(either, row).codes == {code: 1}
    assert len(either.held) == 3


def test_what_another_collection_is_called_now_is_not_deleted(either: CollectionShop) -> None:
    either.add("Vases", slug="vases")
    run = _delete(either, {"id": either.site.new_id(), "slug": "vases"})
    assert (run.counts, len(run.dropped)) == ({"unchanged": 1}, 1)
    assert list(either.held) == ["vases"]


def test_one_that_was_changed_since_stays(shop: CollectionShop) -> None:
    key = shop.add("Vases", revision="4")
    assert _delete(shop, {"id": key, "revision": "3"}).codes == {"STALE_RECORD": 1}
    assert _delete(shop, {"id": key, "revision": "4"}).counts == {"deleted": 1}


def test_a_parent_goes_only_with_all_that_is_below_it(
    shop: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    top = shop.add("Top")
    mid = shop.add("Mid", parent=top)
    low, other = shop.add("Low", parent=mid), shop.add("Other", parent=mid)
    run = _delete(shop, {"id": top}, {"id": mid}, {"id": low})
    assert (run.counts, run.codes) == ({"deleted": 1, "rejected": 2}, {"HAS_CHILDREN": 2})
    assert f"Top / Mid / Other ({other})" in caplog.text
    assert shop.tree == ["Top", "Top/Mid", "Top/Mid/Other"]
    # What moves away in the same run is not below it any more.
    rows = [{"id": top, **GONE}, {"id": other, "parent": None}, {"id": mid, **GONE}]
    run = shop.run(*rows, delete_mode="delete", null_clears=True)
    assert run.counts == {"deleted": 2, "updated": 1}
    assert shop.tree == ["Other"]


def test_what_somebody_put_below_it_meanwhile_is_seen(shop: CollectionShop) -> None:
    from tests.fake_wix.http.faults import hook  # noqa: PLC0415

    top = shop.add("Top")

    def add(_: object, __: object) -> None:
        shop.add("New", parent=top)

    shop.site.faults.add(hook(add, "categories/query$", after=1))
    assert _delete(shop, {"id": top}).codes == {"HAS_CHILDREN": 1}
    assert shop.tree == ["Top", "Top/New"]


def test_a_history_is_kept_in_its_order(either: CollectionShop) -> None:
    old = either.add("Vases", slug="vases", description="Old")
    rows: list[Json] = [
        {"slug": "vases", **GONE},
        {"slug": "vases", "name": "Vases"},
        {"name": "Bowls", "slug": "bowls"},
        {"slug": "bowls", **GONE},
    ]
    run = either.run(*rows, delete_mode="delete")
    assert run.counts == {"deleted": 2, "created": 2}
    assert list(either.held) == ["vases"]
    assert either.held["vases"].get("description") is None
    assert either.row("vases")["id"] != old


def test_a_run_ends_before_it_deletes_more_than_it_may(
    either: CollectionShop, caplog: pytest.LogCaptureFixture
) -> None:
    keys = [either.add(f"N{n}") for n in range(4)]
    run = either.run(
        {"name": "New"}, *[{"id": key, **GONE} for key in keys], delete_mode="delete", max_deletes=2
    )
    assert run.code == 1
    assert "max_deletes allows 2" in caplog.text
    assert sorted(either.held) == ["n2", "n3", "new"]


def test_products_of_a_collection_that_goes_stay(shop: CollectionShop) -> None:
    from tests.fake_wix.stores_v3.seed import add_product, price  # noqa: PLC0415

    key = shop.add("Vases")
    add_product(shop.site, "Cup", [{"price": price("1"), "sku": "A"}], categories=[key])
    rows: list[tuple[str, Json]] = [
        ("collections", {"id": key, **GONE}),
        ("products", {"sku": "A", "collections": "Vases"}),
    ]
    run = shop.run_streams(rows, delete_mode="delete")
    assert run.tallies["products"].dropped == {"unknown collections": 1}
    assert len(shop.site.v3.products.all()) == 1
