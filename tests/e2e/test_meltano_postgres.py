"""The real `meltano run tap-wix target-postgres` into a real PostgreSQL, read back with SQL."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from demo.owner import Owner
from tests.e2e import shop
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty

if TYPE_CHECKING:
    from demo.meltano import MeltanoProject
    from demo.postgres import Postgres

pytestmark = pytest.mark.e2e

LONGEST_NAME = 63
LOOK_BACK = timedelta(minutes=10)
INCREMENTAL = ("products", "contacts")
TABLES = ("products", "product_variants", "collections", "contacts")
LATEST = 'SELECT max("updatedDate") AS latest FROM {}'
CAME = """
    SELECT * FROM {0}
    WHERE _sdc_sync_started_at = (SELECT max(_sdc_sync_started_at) FROM {0})"""
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' ORDER BY 1, 2"""


def sql_of_reading() -> list[str]:
    """What the page on reading tells an analyst to run, as it stands there."""
    text = (Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", text, re.DOTALL)


def bookmarks(project: MeltanoProject) -> dict[str, str]:
    """The bookmarks that Meltano keeps for the next run of the one shop, by stream."""
    run = project("--log-level=warning", "state", "get", "prod:tap-wix-to-target-postgres").ok()
    state = json.loads(run.output.strip().splitlines()[-1])["singer_state"]["bookmarks"]
    return {
        name: partition["replication_key_value"]
        for name, bookmark in state.items()
        for partition in bookmark["partitions"]
        if partition.get("replication_key") == "updatedDate"
    }


def test_a_shop_arrives_row_by_row_and_value_by_value(
    meltano: MeltanoProject, database: Postgres
) -> None:
    site = Site(V3)
    nasty(site, 3, products=15, contacts=30)
    with FakeWix(site) as wix:
        meltano.with_environment(shop.environment(wix, "TAP_WIX")).run(
            "tap-wix", "target-postgres"
        ).ok()
        contacts, products = shop.contacts(wix), shop.products_v3(wix)

    arrived = {row["id"]: row for row in database.rows("SELECT * FROM contacts")}
    assert {key: row["info"] for key, row in arrived.items()} == {
        key: contact["info"] for key, contact in contacts.items()
    }
    assert {row["siteId"] for row in arrived.values()} == {site.site_id}
    rows = {row["id"]: row for row in database.rows("SELECT * FROM products")}
    assert {key: row["name"] for key, row in rows.items()} == {
        key: product["name"] for key, product in products.items()
    }
    assert {row["catalogVersion"] for row in rows.values()} == {V3}
    amounts = database.rows("""
        SELECT "productId", id, price #>> '{actualPrice,amount}' AS amount FROM product_variants""")
    assert {(row["productId"], row["id"]): row["amount"] for row in amounts} == {
        (key, variant["id"]): variant["price"]["actualPrice"]["amount"]
        for key, product in products.items()
        for variant in product["variantsInfo"]["variants"]
    }
    view, _ = sql_of_reading()
    database.rows(view)
    seen = database.rows("SELECT product_id, variant_id, product, price, in_stock FROM variants")
    assert {(row["product_id"], row["variant_id"]): row["price"] for row in seen} == {
        (row["productId"], row["id"]): Decimal(row["amount"]) for row in amounts
    }
    assert {row["product"] for row in seen} == {row["name"] for row in rows.values()}


def test_a_v1_shop_arrives_flattened_in_columns_that_postgres_keeps_apart(
    meltano: MeltanoProject, database: Postgres
) -> None:
    site = Site(V1)
    demo(site)
    settings = {
        "TARGET_POSTGRES_FLATTENING_ENABLED": "true",
        "TARGET_POSTGRES_FLATTENING_MAX_DEPTH": "3",
    }
    with FakeWix(site) as wix:
        meltano.with_environment({**shop.environment(wix, "TAP_WIX"), **settings}).run(
            "tap-wix", "target-postgres"
        ).ok()
        contacts, products = shop.contacts(wix), shop.products_v1(wix)

    columns = {(row["table_name"], row["column_name"]) for row in database.rows(COLUMNS)}
    assert max(len(name) for _, name in columns) <= LONGEST_NAME
    names = database.rows("SELECT id, info__name__first AS first FROM contacts")
    assert {row["id"]: row["first"] for row in names} == {
        key: contact["info"].get("name", {}).get("first") for key, contact in contacts.items()
    }
    prices = database.rows(
        'SELECT id, "actualPriceRange__minValue__amount" AS amount FROM products'
    )
    assert {row["id"] for row in prices} == set(products)
    simple = [key for key, product in products.items() if not product["manageVariants"]]
    amounts = {row["id"]: float(row["amount"]) for row in prices}
    assert simple
    assert {key: amounts[key] for key in simple} == {
        key: products[key]["priceData"]["discountedPrice"] for key in simple
    }


def test_the_second_run_brings_what_changed_and_what_the_look_back_covers(
    meltano: MeltanoProject, database: Postgres
) -> None:
    site = Site(V3)
    demo(site)
    with FakeWix(site) as wix:
        project = meltano.with_environment(shop.environment(wix, "TAP_WIX"))
        project.run("tap-wix", "target-postgres").ok()
        assert set(bookmarks(project)) >= set(INCREMENTAL)
        latest = {name: database.rows(LATEST.format(name))[0]["latest"] for name in INCREMENTAL}
        owner = Owner(wix)
        product = database.rows("SELECT id FROM products ORDER BY name LIMIT 1")[0]["id"]
        owner.rename_product(product, "Renamed in between")
        owner.add_contact("Ilse", "Bergmann", "ilse@example.org")
        project.run("tap-wix", "target-postgres").ok()

    came = {name: database.rows(CAME.format(name)) for name in INCREMENTAL}
    for name, rows in came.items():
        assert all(row["updatedDate"] >= latest[name] - LOOK_BACK for row in rows), name
    new = {
        name: [row for row in rows if row["updatedDate"] > latest[name]]
        for name, rows in came.items()
    }
    assert [(row["id"], row["name"]) for row in new["products"]] == [
        (product, "Renamed in between")
    ]
    assert [row["primaryInfo"]["email"] for row in new["contacts"]] == ["ilse@example.org"]


def test_a_wrong_key_ends_the_run_with_an_error_that_says_so_and_does_not_show_the_key(
    meltano: MeltanoProject, database: Postgres
) -> None:
    key = "IST.not-the-key-of-this-shop"
    with FakeWix(Site(V3)) as wix:
        settings = {**shop.environment(wix, "TAP_WIX"), "TAP_WIX_API_KEY": key}
        run = meltano.with_environment(settings).run("tap-wix", "target-postgres")

    assert run.returncode != 0
    assert "key" in run.output
    assert key not in run.output
    assert [database.rows(f"SELECT * FROM {name}") for name in INCREMENTAL] == [[], []]


def test_two_shops_that_share_ids_lose_no_row_in_one_database_and_go_back_each_to_its_own(
    meltano: MeltanoProject, database: Postgres
) -> None:
    twins = [Site(V1, site_id=f"1f2e3d4c-5b6a-4789-8abc-def01234567{n}", seed=1) for n in (1, 2)]
    for site in twins:
        demo(site)
    expected: dict[str, int] = {}
    with FakeWix(*twins) as wix:
        for site in twins:
            project = meltano.with_environment(
                {**shop.environment(wix, "TAP_WIX"), "TAP_WIX_SITE_ID": site.site_id}
            )
            project.run("tap-wix", "target-postgres").ok()
            for name in TABLES:
                where = (
                    f"""SELECT count(*) AS count FROM {name} WHERE "siteId" = '{site.site_id}'"""
                )
                expected[name] = expected.get(name, 0) + database.rows(where)[0]["count"]

        maps = {
            "public-products": {
                "__alias__": "products",
                "__filter__": f"siteId == '{twins[1].site_id}'",
            },
            "__else__": "__NULL__",
        }
        back = meltano.with_environment(
            {
                **shop.environment(wix, "TARGET_WIX"),
                "TARGET_WIX_SITE_ID": twins[1].site_id,
                "TAP_POSTGRES_STREAM_MAPS": json.dumps(maps),
            }
        )
        back.run("tap-postgres", "target-wix").ok()

    for name in TABLES:
        rows = database.rows(f'SELECT "siteId", id FROM {name}')
        assert len(rows) == expected[name]
        assert {row["siteId"] for row in rows} == {site.site_id for site in twins}
        if name != "product_variants":
            ids = [{row["id"] for row in rows if row["siteId"] == one.site_id} for one in twins]
            assert ids[0] & ids[1], f"the two shops have no id of {name} in common"
    assert [[one.path for one in site.requests.writes] for site in twins] == [[], []]


def test_the_character_that_postgres_does_not_have_stops_no_table(
    meltano: MeltanoProject, database: Postgres
) -> None:
    site = Site(V3)
    demo(site)
    site.contacts.add(
        {
            "name": {"first": "Ma\0rie", "last": "Lind"},
            "emails": {"items": [{"tag": "MAIN", "email": "marie@example.com", "primary": True}]},
            "company": "Lind\0 AS",
            "extendedFields": {"items": {"custom.no\0te": "\0"}},
        }
    )
    with FakeWix(site) as wix:
        owner = Owner(wix)
        [product, *_] = shop.products_v3(wix)
        owner.rename_product(product, "Cup\0board")
        count = len(shop.contacts(wix))
        project = meltano.with_environment(shop.environment(wix, "TAP_WIX"))
        project.run("tap-wix", "target-postgres").ok()

    rows = database.rows("SELECT info FROM contacts")
    assert len(rows) == count
    [info] = [row["info"] for row in rows if row["info"].get("company", "").startswith("Lind")]
    assert info["name"]["first"] == "Ma\N{REPLACEMENT CHARACTER}rie"
    assert info["company"] == "Lind\N{REPLACEMENT CHARACTER} AS"
    fields = info["extendedFields"]["items"]
    assert fields["custom.no\N{REPLACEMENT CHARACTER}te"] == "\N{REPLACEMENT CHARACTER}"
    names = database.rows(f"SELECT name FROM products WHERE id = '{product}'")
    assert names == [{"name": "Cup\N{REPLACEMENT CHARACTER}board"}]
