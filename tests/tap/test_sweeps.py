"""`sweeps`: a row for a stream that was proved to be read whole, and for no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.times import canonical
from tests.conftest import config
from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.shops.nasty import nasty
from tests.fake_wix.stores_v3.seed import add_product, price
from tests.tap.running import ALL_STREAMS, Run, read
from tests.tap.shops import moment, put_category, put_product

if TYPE_CHECKING:
    from collections.abc import Iterator

V3_ONLY = {"brands", "ribbons", "info_sections", "customizations", "locations"}
RIGHTS = {
    V1: ("SCOPE.DC-STORES.MANAGE-PRODUCTS", "SCOPE.DC-STORES-MEGA.MANAGE-STORES"),
    V3: ("STORES.PRODUCT_READ_ADMIN",),
}
STREAMS = ("products", "product_variants", "contacts", "collections", "sweeps")


@pytest.fixture(params=[V1, V3])
def shop(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    """A shop with a product that is hidden, a shown one, a category and a contact."""
    with FakeWix(Site(request.param)) as wix:
        put_product(wix.site, "Mug", updated=moment(1), sizes=3)
        put_product(wix.site, "Cup", updated=moment(2), visible=False)
        put_category(wix.site, "Kitchen")
        wix.site.contacts.add({"name": {"first": "A"}})
        yield wix


def run(wix: FakeWix, state: dict[str, Any] | None = None, **more: Any) -> Run:
    return read(config(wix, **more), state=state, streams=STREAMS, hurried=True)


def swept(done: Run) -> dict[str, int]:
    return {row["stream"]: row["rows"] for row in done.rows("sweeps")}


def test_each_stream_that_was_read_whole_has_its_row(shop: FakeWix) -> None:
    done = run(shop)
    assert swept(done) == {name: len(done.rows(name)) for name in STREAMS if name != "sweeps"}
    for row in done.rows("sweeps"):
        assert row["siteId"] == shop.site.site_id
        assert row["startedAt"] <= row["finishedAt"]


@pytest.mark.parametrize(
    "names", [("collections", "products"), ("locations", "inventory_items")], ids="-".join
)
def test_no_row_looks_older_than_the_sweep_that_read_it(
    wix_v3: FakeWix, names: tuple[str, ...]
) -> None:
    """What was extracted before its stream's sweep began is gone from Wix."""
    put_category(wix_v3.site, "Kitchen")
    add_product(wix_v3.site, "Bowl", [{"price": price("10"), "stock": 3}])
    done = read(config(wix_v3), streams=(*names, "sweeps"))
    began = {row["stream"]: row["startedAt"] for row in done.rows("sweeps")}
    rows = [one for one in done.messages if one["type"] == "RECORD" and one["stream"] in began]
    assert {row["stream"] for row in rows} == {*names}
    assert [row for row in rows if canonical(row["time_extracted"]) < began[row["stream"]]] == []


def test_what_a_catalog_cannot_have_was_not_read_whole(shop: FakeWix) -> None:
    nasty(shop.site, 3, contacts=5, products=5, orders=5, members=5, deleted=5, business=True)
    shop.site_list.account_keys.add(shop.site.api_key)
    settings = config(shop, account_id=shop.site.account_id)
    done = read(settings, streams=ALL_STREAMS)
    missing = V3_ONLY if shop.site.catalog_version == V1 else set()
    assert swept(done).keys() == set(ALL_STREAMS) - {"sweeps"} - missing


def test_a_run_that_reads_only_what_changed_proves_nothing(shop: FakeWix) -> None:
    assert set(swept(run(shop, run(shop).state))) == {"collections"}
    assert set(swept(run(shop, start_date="2020-01-01T00:00:00Z"))) == {"collections"}


def test_a_key_that_lost_the_right_to_see_hidden_products_proves_nothing_of_products(
    shop: FakeWix,
) -> None:
    shop.site.deny(*RIGHTS[shop.site.catalog_version])
    done = run(shop)
    assert not done.failures
    assert len(done.rows("products")) == 1
    assert {"products", "product_variants"}.isdisjoint(swept(done))
    assert "contacts" in swept(done)


def test_hidden_categories_that_the_key_may_not_see_are_not_gone() -> None:
    with FakeWix(Site(V3)) as wix:

        def hidden(request: Any) -> bool:
            return bool(request.body.get("returnNonVisibleCategories"))

        wix.site.faults.add(faults.empty_403("/categories/query$", when=hidden, times=None))
        done = run(wix)
    assert not done.failures
    assert "collections" not in swept(done)


@pytest.mark.parametrize("path", ["/products/query$", "/contacts/query$"])
def test_a_stream_that_failed_proves_nothing(shop: FakeWix, path: str) -> None:
    shop.site.faults.add(faults.refusal(path, status=403, times=None))
    done = run(shop)
    assert done.failures
    expected = set(STREAMS) - {"sweeps"}
    expected -= {"contacts"} if "contacts" in path else {"products", "product_variants"}
    assert set(swept(done)) == expected


def test_a_row_that_was_left_out_is_not_gone() -> None:
    with FakeWix(Site()) as wix:
        wix.site.contacts.add({"name": {"first": "A"}})

        def spoil(answer: Any) -> Any:
            answer["contacts"][0]["createdDate"] = "2026-01-01T00:00:00Z"
            answer["contacts"][0]["updatedDate"] = "yesterday"
            return answer

        wix.site.faults.add(faults.rewritten("/contacts/query$", rewrite=spoil, times=None))
        done = run(wix)
    assert done.failures
    assert "contacts" not in swept(done)


def test_rows_that_wix_speaks_of_and_keeps_are_not_gone() -> None:
    with FakeWix(Site()) as wix:
        wix.site.contacts.add({"name": {"first": "A"}})

        def promise(answer: Any) -> Any:
            answer["pagingMetadata"]["total"] = 9
            return answer

        wix.site.faults.add(faults.rewritten("/contacts/query$", rewrite=promise, times=None))
        done = run(wix)
    assert not done.failures
    assert "contacts" not in swept(done)


def test_a_stream_that_goes_on_after_an_interruption_was_not_read_whole() -> None:
    with FakeWix(Site(V3)) as wix:
        for number in range(250):
            put_product(wix.site, f"P{number}", updated=moment(number))
        fault = faults.server_error("/products/query$", status=501, after=2, times=None)
        wix.site.faults.add(fault)
        broken = run(wix)
        wix.site.faults.remove(fault)
        rest = run(wix, broken.state)
    assert broken.failures
    assert not rest.failures
    assert "products" not in {**swept(broken), **swept(rest)}


def test_no_row_without_stores(wix_contacts_only: FakeWix) -> None:
    wix_contacts_only.site.contacts.add({"name": {"first": "A"}})
    assert set(swept(run(wix_contacts_only))) == {"contacts"}


def test_a_v1_shop_without_a_cost_is_proved_whole_by_its_stock() -> None:
    with FakeWix(Site(V1)) as wix:
        put_product(wix.site, "Mug")
        assert "products" in swept(run(wix))
        hidden = put_product(wix.site, "Cup", visible=False)

        def leave_out(answer: Any) -> Any:
            shown = [row for row in answer["products"] if row["id"] != hidden]
            return {**answer, "products": shown, "totalResults": len(shown)}

        # What a missing permission does: the flag is taken, and has no effect.
        wix.site.faults.add(faults.rewritten("/products/query$", rewrite=leave_out, times=None))
        assert "products" not in swept(run(wix))


def activated(done: Run) -> set[str]:
    return {m["stream"] for m in done.messages if m["type"] == "ACTIVATE_VERSION"}


def test_versions_are_activated_only_on_request_and_only_of_what_was_read_whole(
    shop: FakeWix,
) -> None:
    assert not activated(run(shop))
    assert not any("version" in m for m in run(shop).messages)
    whole = run(shop, activate_versions=True)
    assert activated(whole) == set(STREAMS) - {"sweeps"}
    versions = {
        (m["stream"], m["version"]) for m in whole.messages if m["type"] == "ACTIVATE_VERSION"
    }
    for message in whole.messages:
        if message["type"] == "RECORD" and message["stream"] != "sweeps":
            assert (message["stream"], message["version"]) in versions
    later = run(shop, whole.state, activate_versions=True)
    assert activated(later) == {"collections"}
    shop.site.faults.add(faults.refusal("/contacts/query$", status=403, times=None))
    assert "contacts" not in activated(run(shop, activate_versions=True))
