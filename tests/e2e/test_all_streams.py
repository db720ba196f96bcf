"""Every stream through the real Meltano into a real PostgreSQL, and what is gone from the shop."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e import shop
from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, read

if TYPE_CHECKING:
    from demo.meltano import MeltanoProject
    from demo.postgres import Postgres

pytestmark = pytest.mark.e2e

GONE = "SELECT stream, id FROM gone ORDER BY stream, id"
README = Path(__file__).parents[2] / "README.md"
READING = README.parent / "docs" / "reading.md"


@pytest.mark.parametrize("depth", [0, 3], ids=["nested", "flattened"])
@pytest.mark.parametrize("version", [V1, V3])
def test_every_stream_arrives_row_by_row(
    meltano: MeltanoProject, database: Postgres, version: str, depth: int
) -> None:
    site = Site(version)
    nasty(site, 5, contacts=40, products=25, orders=130, members=30, deleted=30, business=True)
    settings = {
        "TAP_WIX_ACCOUNT_ID": site.account_id,
        "TAP_WIX__SELECT": json.dumps(["*.*"]),
        "TARGET_POSTGRES_FLATTENING_ENABLED": str(bool(depth)).lower(),
        "TARGET_POSTGRES_FLATTENING_MAX_DEPTH": str(depth),
    }
    with FakeWix(site) as wix:
        wix.site_list.account_keys.add(site.api_key)
        project = meltano.with_environment({**shop.environment(wix, "TAP_WIX"), **settings})
        project.run("tap-wix", "target-postgres").ok()
        config = {**site.settings(wix.url), "account_id": site.account_id}
        expected = read(config, streams=ALL_STREAMS)
    for stream in ALL_STREAMS:
        [found] = database.rows(f'SELECT count(*) AS rows FROM "{stream}"')
        assert found["rows"] == len(expected.rows(stream)), stream
    numbers = {row["id"]: row["number"] for row in database.rows("SELECT id, number FROM orders")}
    assert numbers == {row["id"]: row["number"] for row in expected.rows("orders")}


def test_meltano_selects_what_the_table_of_streams_says(
    meltano: MeltanoProject, database: Postgres
) -> None:
    site = Site(V3)
    demo(site)
    with FakeWix(site) as wix:
        meltano.with_environment(shop.environment(wix, "TAP_WIX")).run(
            "tap-wix", "target-postgres"
        ).ok()
    tables = {
        row["table_name"]
        for row in database.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
    }
    asked_for = set(
        re.findall(r"^\| `(\w+)` \|.*Select it to have it", README.read_text(), re.MULTILINE)
    )
    assert "skus" in asked_for
    assert tables == set(ALL_STREAMS) - asked_for


def test_what_was_deleted_in_the_shop_is_found_and_nothing_else_ever_looks_deleted(
    meltano: MeltanoProject, database: Postgres
) -> None:
    site = Site(V3)
    demo(site)
    [view] = [
        sql
        for sql in re.findall(r"```sql\n(.*?)```", READING.read_text(encoding="utf-8"), re.DOTALL)
        if "VIEW gone" in sql
    ]
    products = sorted(row["id"] for row in site.v3.products.all())
    contacts = sorted(row["id"] for row in site.contacts.store.all())
    with FakeWix(site) as wix:
        streams = json.dumps(["products.*", "contacts.*", "sweeps.*"])
        settings = {**shop.environment(wix, "TAP_WIX"), "TAP_WIX__SELECT": streams}
        project = meltano.with_environment(settings)

        def night(*options: str) -> int:
            return project("run", "--no-install", *options, "tap-wix", "target-postgres").returncode

        assert night() == 0
        database.rows(view)
        assert database.rows(GONE) == []

        shop.ask(wix, "DELETE", f"/stores/v3/products/{products[0]}")
        shop.ask(wix, "DELETE", f"/contacts/v4/contacts/{contacts[0]}")
        assert night() == 0  # only what changed: proves nothing
        assert database.rows(GONE) == []

        fault = faults.server_error("/query$", status=501, times=None)
        site.faults.add(fault)
        assert night("--full-refresh") != 0  # a night that failed
        site.faults.remove(fault)
        assert database.rows(GONE) == []

        site.deny("STORES.PRODUCT_READ_ADMIN", "CONTACTS.CONTACT_READ")
        site.faults.add(faults.refusal("/contacts/query$", status=403, times=None))
        assert night("--full-refresh") != 0  # a key that lost its permissions
        site.denied.clear()
        site.faults.clear()
        assert database.rows(GONE) == []

        assert night("--full-refresh") == 0
    assert database.rows(GONE) == [
        {"stream": "contacts", "id": contacts[0]},
        {"stream": "products", "id": products[0]},
    ]
