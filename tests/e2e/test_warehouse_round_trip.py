"""From the shop into the warehouse and back, with real parts all the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from demo.owner import written
from demo.warehouse import CHANGE_EMAIL, CHANGE_PRICE, SIMPLE_PRODUCT
from tests.e2e import shop
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.meltano import MeltanoProject
    from demo.postgres import Postgres

pytestmark = pytest.mark.e2e

# What Wix itself changes along with the rest.
FOLLOWS = {
    "lastActivity.activityDate",
    "lastActivity.activityType",
    "revision",
    "updatedDate",
    "lastUpdated",
}


@pytest.fixture(params=[V1, V3])
def wix(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    with FakeWix(Site(request.param)) as running:
        yield running


def both_ways(meltano: MeltanoProject, wix: FakeWix) -> MeltanoProject:
    return meltano.with_environment(
        {**shop.environment(wix, "TAP_WIX"), **shop.environment(wix, "TARGET_WIX")}
    )


def products(wix: FakeWix) -> dict[str, dict[str, Any]]:
    return shop.products_v1(wix) if wix.site.catalog_version == V1 else shop.products_v3(wix)


def test_a_price_and_an_email_changed_with_sql_are_all_that_is_written(
    meltano: MeltanoProject, database: Postgres, wix: FakeWix
) -> None:
    demo(wix.site)
    project = both_ways(meltano, wix)
    project.run("tap-wix", "target-postgres").ok()
    product = database.rows(SIMPLE_PRODUCT)[0]["id"]
    contact = database.rows('SELECT id FROM contacts ORDER BY "createdDate" LIMIT 1')[0]["id"]
    before = products(wix), shop.contacts(wix)
    database.rows(CHANGE_PRICE, "81.25", product)
    database.rows(CHANGE_EMAIL, "new.address@example.org", contact)
    seen = len(wix.site.requests.writes)

    project.run("tap-postgres", "target-wix").ok()

    entries = written(wix.site.requests.writes[seen:])
    price_field = "priceData" if wix.site.catalog_version == V1 else "variantsInfo"
    assert sorted((entry.kind, entry.id, entry.fields) for entry in entries) == [
        ("contact", contact, ("emails",)),
        ("product", product, (price_field,)),
    ]
    after = products(wix), shop.contacts(wix)
    changed = shop.differences(before[0].pop(product), after[0].pop(product))
    assert all("price" in path.lower() or path in FOLLOWS for path in changed), changed
    assert any(float(new) == 81.25 for _, new in changed.values() if is_number(new))
    changed = shop.differences(before[1].pop(contact), after[1].pop(contact))
    assert changed["info.emails.items.0.email"][1] == "new.address@example.org"
    assert all("email" in path.lower() or path in FOLLOWS for path in changed), changed
    assert after == before


def test_a_warehouse_in_which_nothing_changed_writes_nothing(
    meltano: MeltanoProject, wix: FakeWix
) -> None:
    nasty(wix.site, 5, products=15, contacts=30)
    project = both_ways(meltano, wix)
    project.run("tap-wix", "target-postgres").ok()

    project.run("tap-postgres", "target-wix").ok()

    assert [(one.method, one.path) for one in wix.site.requests.writes] == []


def is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
