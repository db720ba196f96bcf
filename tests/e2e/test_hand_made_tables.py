"""Tables that an owner made by hand, through tap-postgres into the shop."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e import shop
from tests.fake_wix import V1, V3, FakeWix, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.meltano import MeltanoProject
    from demo.postgres import Postgres

pytestmark = pytest.mark.e2e

HOUSEHOLD = """
    create table contacts(email text, first_name text, phone text);
    insert into contacts values
        ('ada@corp.example', 'Ada', '+49 30 123456'),
        ('bo@corp.example', 'Bo', '+49 30 123456'),
        ('cy@corp.example', 'Cy', '+49 30 123456');
    create table products(sku text, price numeric(12,2))"""
MONEY = """
    create table products(
        sku varchar(12), name varchar(40), price numeric(19,4), quantity numeric(12,2));
    insert into products values ('OAK-7', 'Oak board', 12.5, 4), ('OAK-8', 'Oak bowl', 34, 1);
    create table contacts(email text, first_name text)"""
FLOATS = """
    create table contacts(
        email text, first_name text, phone double precision,
        postal_code double precision, city text, country text);
    insert into contacts values
        ('nora@example.com', 'Nora', 4915112345678, 10115, 'Berlin', 'DE'),
        ('olav@example.com', 'Olav', null, null, 'Oslo', 'NO');
    create table products(
        sku double precision, name text, price double precision,
        quantity double precision, barcode double precision);
    insert into products values
        (1001, 'Oak board', 12.5, 4, 4006381333931), (1002, 'Oak bowl', 9, null, null)"""


@pytest.fixture(params=[V1, V3])
def wix(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    with FakeWix(Site(request.param)) as running:
        yield running


@pytest.fixture
def project(meltano: MeltanoProject, wix: FakeWix) -> MeltanoProject:
    return meltano.with_environment(shop.environment(wix, "TARGET_WIX"))


def settles(project: MeltanoProject, wix: FakeWix) -> None:
    """Show that a second run of the same tables writes nothing."""
    seen = len(wix.site.requests.writes)
    project.run("tap-postgres", "target-wix").ok()
    assert [(one.method, one.path) for one in wix.site.requests.writes[seen:]] == []


def people(wix: FakeWix) -> dict[str, dict[str, Any]]:
    """What is known of each contact, by the e-mail."""
    infos = [row["info"] for row in shop.contacts(wix).values()]
    return {info["emails"]["items"][0]["email"]: info for info in infos}


def prices(wix: FakeWix) -> dict[str, Decimal]:
    """What a buyer pays for each sku, exactly."""
    if wix.site.catalog_version == V1:
        return {
            row["sku"]: Decimal(str(row["priceData"]["discountedPrice"]))
            for row in shop.products_v1(wix).values()
        }
    return {
        one["sku"]: Decimal(one["price"]["actualPrice"]["amount"])
        for row in shop.products_v3(wix).values()
        for one in row["variantsInfo"]["variants"]
    }


def stock(wix: FakeWix) -> dict[str, int | None]:
    """The quantity that is counted of each sku."""
    if wix.site.catalog_version == V1:
        return {row["sku"]: row["stock"].get("quantity") for row in shop.products_v1(wix).values()}
    body = {"query": {"cursorPaging": {"limit": shop.LIMIT}}}
    items = shop.ask(wix, "POST", "/stores/v3/inventory-items/query", body)["inventoryItems"]
    quantities = {item["variantId"]: item.get("quantity") for item in items}
    return {
        one["sku"]: quantities.get(one["id"])
        for row in shop.products_v3(wix).values()
        for one in row["variantsInfo"]["variants"]
    }


@pytest.mark.parametrize("wix", [V3], indirect=True)  # contacts are the same on both catalogs
def test_three_people_of_one_switchboard_stay_three(
    project: MeltanoProject, database: Postgres, wix: FakeWix
) -> None:
    database.rows(HOUSEHOLD)
    project.run("tap-postgres", "target-wix").ok()

    assert len(shop.contacts(wix)) == 3
    assert {
        email: (info["name"]["first"], [one["phone"] for one in info["phones"]["items"]])
        for email, info in people(wix).items()
    } == {
        "ada@corp.example": ("Ada", ["+49 30 123456"]),
        "bo@corp.example": ("Bo", ["+49 30 123456"]),
        "cy@corp.example": ("Cy", ["+49 30 123456"]),
    }
    settles(project, wix)


def test_money_with_four_decimals_arrives_to_the_cent(
    project: MeltanoProject, database: Postgres, wix: FakeWix
) -> None:
    database.rows(MONEY)
    project.run("tap-postgres", "target-wix").ok()

    assert prices(wix) == {"OAK-7": Decimal("12.5"), "OAK-8": Decimal(34)}
    assert stock(wix) == {"OAK-7": 4, "OAK-8": 1}
    settles(project, wix)


def test_whole_numbers_of_float_columns_arrive_as_whole_numbers(
    project: MeltanoProject, database: Postgres, wix: FakeWix
) -> None:
    database.rows(FLOATS)
    project.run("tap-postgres", "target-wix").ok()

    assert prices(wix) == {"1001": Decimal("12.5"), "1002": Decimal(9)}
    assert stock(wix)["1001"] == 4
    if wix.site.catalog_version == V3:
        barcodes = {
            one["sku"]: one.get("barcode")
            for row in shop.products_v3(wix).values()
            for one in row["variantsInfo"]["variants"]
        }
        assert barcodes == {"1001": "4006381333931", "1002": None}
    nora, olav = (people(wix)[f"{name}@example.com"] for name in ("nora", "olav"))
    assert [one["phone"] for one in nora["phones"]["items"]] == ["4915112345678"]
    assert nora["addresses"]["items"][0]["address"]["postalCode"] == "10115"
    assert not olav.get("phones", {}).get("items")
    assert olav["addresses"]["items"][0]["address"]["city"] == "Oslo"
    settles(project, wix)
