"""The dbt project `models` over tables that real loaders filled: its numbers are those of the shops."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from demo.meltano import ROOT
from tap_wix.tap import TapWix
from tests.conftest import config
from tests.e2e import loaders, shop
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.stores_v3.derived import store_product
from tests.tap.running import Collector, catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from demo.postgres import Postgres

    Row = dict[str, Any]
    Query = Callable[[str], list[Row]]
    Totals = dict[tuple[str, ...], list[Decimal]]

pytestmark = pytest.mark.e2e

STREAMS = (
    *("products", "product_variants", "collections", "collection_products", "inventory_items"),
    *("locations", "orders", "order_line_items", "order_refunds", "contacts", "sweeps"),
)
ZONE = "Europe/Berlin"
# In Berlin it is the first of April already.
LATE = "2026-03-31T22:30:00.000Z"
STORES = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
# A double does not have its last digits.
EXACT = "9007199254740.13"


class OneShop:
    """A site with its server, and what the tap read of it in two nights."""

    def __init__(self, wix: FakeWix, **settings: Any) -> None:
        self.wix, self.site = wix, wix.site
        self.settings = settings
        demo(self.site)
        self.sold = next(iter(self.catalog()))
        self.lost: tuple[str, str] | None = None
        self._sell()
        self._oversell()
        self.lines = self._read()
        self.gone = self._delete()
        self.lines += self._read()

    def _sell(self) -> None:
        """Orders that refer to a product, in two currencies, with refunds of any outcome."""
        product, variant = self.sold
        contact = self.site.contacts.store.all()[0]["id"]
        reference = {
            "appId": STORES,
            "catalogItemId": product,
            "options": {"variantId": variant},
        }
        for number, currency in enumerate(("EUR", "USD", "EUR")):
            lines = [
                {
                    "id": f"00000000-0000-0000-0000-00000000000{at}",
                    "productName": {"original": "Sold"},
                    "catalogReference": reference,
                    "quantity": at,
                    "price": {"amount": "0.10"},
                    "totalPriceAfterTax": {"amount": f"0.{at}0"},
                }
                for at in (1, 2)
            ]
            refund = {"id": self.site.new_id(), "createdDate": "2026-05-01T10:00:00.000Z"}
            self.site.ecom.add(
                {
                    "createdDate": LATE,
                    "currency": currency,
                    "buyerInfo": {"contactId": contact},
                    "priceSummary": {"total": {"amount": EXACT if number else "0.30"}},
                    "lineItems": lines,
                    "updatedDate": LATE,
                },
                refunds=[
                    {
                        **refund,
                        "transactions": [
                            {"amount": {"amount": "0.10"}, "refundStatus": "SUCCEEDED"},
                            {"amount": {"amount": "0.07"}, "refundStatus": "SUCCEEDED"},
                            {"amount": {"amount": "0.01"}, "refundStatus": "FAILED"},
                        ],
                    }
                ],
            )

    def _oversell(self) -> None:
        """Two units too many, on the catalog that lets a test do so directly."""
        if self.site.catalog_version == V3:
            item = next(one for one in self.site.v3.inventory.all() if "quantity" in one)
            self.site.v3.inventory.put({**item, "quantity": -2}, indexed=True)

    def _lose_a_variant(self) -> None:
        """A product has a variant less from now on."""
        if self.site.catalog_version == V3:
            products = (self.site.v3.products.edit(one) for one, _ in [*self.catalog()][::-1])
            product = next(one for one in products if len(one["variantsInfo"]["variants"]) > 1)
            lost = product["variantsInfo"]["variants"].pop()["id"]
            product["revision"] = str(int(product["revision"]) + 1)
            product["updatedDate"] = self.site.now()
            store_product(self.site.v3, product, indexed=True)
            self.lost = (product["id"], lost)

    def _delete(self) -> set[tuple[str, str, str]]:
        """What the owner deletes between the two nights; and a line is taken off an order."""
        product = next(one for one, _ in self.catalog() if one != self.sold[0])
        contact = self.site.contacts.store.all()[-1]["id"]
        version = 1 if self.site.catalog_version == V1 else 3
        shop.ask(self.wix, "DELETE", f"/stores/v{version}/products/{product}")
        shop.ask(self.wix, "DELETE", f"/contacts/v4/contacts/{contact}")
        order = self.site.ecom.orders.all()[-1]
        self.site.ecom.change(order["id"], lineItems=order["lineItems"][:1])
        self._lose_a_variant()
        self.site.flush_index()
        site = self.site.site_id
        return {("products", site, product), ("contacts", site, contact)}

    def _read(self) -> list[bytes]:
        writer = Collector()
        settings = config(self.wix, self.site, **self.settings)
        TapWix(config=settings, catalog=catalog(streams=STREAMS), message_writer=writer).sync_all()
        return writer.lines

    def catalog(self) -> dict[tuple[str, str], Row]:
        """The variants of the shop, by product and variant, from the shop's own answers."""
        if self.site.catalog_version == V3:
            stock: dict[tuple[str, str], int] = defaultdict(int)
            for item in self.site.v3.inventory.all():
                if "quantity" in item:
                    stock[item["productId"], item["variantId"]] += item["quantity"]
            return {
                (product["id"], variant["id"]): {
                    "name": product["name"],
                    "sku": variant.get("sku"),
                    "price": variant["price"]["actualPrice"]["amount"],
                    "cost": variant.get("revenueDetails", {}).get("cost", {}).get("amount"),
                    "quantity": stock.get((product["id"], variant["id"])),
                }
                for product in self.site.v3.products.all()
                for variant in product["variantsInfo"]["variants"]
            }
        query = {"query": {"paging": {"limit": 100}}, "includeVariants": True}
        query |= {"includeHiddenProducts": True, "includeMerchantSpecificData": True}
        found = shop.ask(self.wix, "POST", "/stores-reader/v1/products/query", query)["products"]
        return {
            (product["id"], variant["id"]): {
                "name": product["name"],
                "sku": variant["variant"].get("sku"),
                "price": variant["variant"]["priceData"]["discountedPrice"],
                "cost": (variant["variant"].get("costAndProfitData") or {}).get("itemCost"),
                "quantity": variant["stock"].get("quantity")
                if variant["stock"]["trackQuantity"]
                else None,
            }
            for product in found
            for variant in product["variants"]
        }

    def revenue(self, day: Callable[[str], str]) -> Totals:
        """By currency and day: orders, what was sold, what went back."""
        totals: Totals = defaultdict(lambda: [Decimal(0)] * 3)
        for order in self.site.ecom.orders.all():
            if order["status"] != "APPROVED":
                continue
            amount = Decimal(order["priceSummary"]["total"]["amount"])
            moment = order.get("purchasedDate") or order["createdDate"]
            place = order["currency"], day(moment)
            orders, sold, back = totals[place]
            totals[place] = [orders + 1, sold + amount, back]
            for refund in self.site.ecom.refunds[order["id"]]:
                place = order["currency"], day(refund["createdDate"])
                orders, sold, back = totals[place]
                went = sum(
                    Decimal(one["amount"]["amount"])
                    for one in refund["transactions"]
                    if one["refundStatus"] == "SUCCEEDED"
                )
                totals[place] = [orders, sold, back + went]
        return dict(totals)


def day_in_berlin(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(ZONE)).date().isoformat()


def month_in_berlin(moment: str) -> str:
    return day_in_berlin(moment)[:8] + "01"


@pytest.fixture
def shops(request: pytest.FixtureRequest) -> Iterator[list[OneShop]]:
    """An old shop and a new one, whose rows lie in the same tables."""
    with FakeWix(Site(V1)) as old, FakeWix(Site(V3)) as new:
        yield [OneShop(one, column_names=request.param) for one in (old, new)]


def build(folder: Path, target: str, source: str, **environment: str) -> None:
    """Run `dbt build`: all models, and the tests that they have themselves."""
    done = subprocess.run(
        [
            loaders.program(loaders.TOOLS / "dbt", "dbt"),
            *("build", "--project-dir", ROOT / "models", "--profiles-dir", ROOT / "models"),
            *("--target", target, "--target-path", folder / "target", "--log-path", folder),
            *("--vars", json.dumps({"wix_schema": source, "time_zone": ZONE}), "--no-use-colors"),
        ],
        cwd=folder,
        env=loaders.own_environment(DBT_SEND_ANONYMOUS_USAGE_STATS="false", **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=loaders.SECONDS,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def check(query: Query, shops: list[OneShop]) -> None:
    """Compare what the models say with what is in the shops."""
    for one in shops:
        mine = f"WHERE site_id = '{one.site.site_id}'"
        found = {
            (row["product_id"], row["variant_id"]): (
                *(row["product_name"], row["sku"]),
                *map(number, (row["price"], row["cost"], row["quantity"])),
            )
            for row in query(f"SELECT * FROM wix.skus {mine} AND NOT is_gone")
        }
        catalog_now = one.catalog()
        assert found == {
            key: (
                *(sku["name"], sku["sku"] or None),
                *map(number, (sku["price"], sku["cost"], sku["quantity"])),
            )
            for key, sku in catalog_now.items()
        }
        check_stock_value(query(f"SELECT * FROM wix.stock_value {mine}"), catalog_now)
        for name, day in (("day", day_in_berlin), ("month", month_in_berlin)):
            rows = query(f"SELECT * FROM wix.revenue_by_{name} {mine}")
            assert {
                (row["currency"], str(row[name])[:10]): [
                    number(row[column]) for column in ("orders", "sold", "refunded")
                ]
                for row in rows
            } == one.revenue(day)
            assert all(
                number(row["revenue"]) == Decimal(str(row["sold"])) - Decimal(str(row["refunded"]))
                for row in rows
            )
        check_orders(query, one, mine)
        if one.lost is not None:
            kept = query(f"SELECT product_id, variant_id FROM wix.skus {mine}")
            assert one.lost not in {(row["product_id"], row["variant_id"]) for row in kept}
    gone = query("SELECT stream, site_id, id FROM wix.gone")
    assert {
        (row["stream"], row["site_id"], row["id"])
        for row in gone
        if row["stream"] in {"products", "contacts", "orders"}
    } == set().union(*(one.gone for one in shops))


def check_stock_value(rows: list[Row], skus: dict[tuple[str, str], Row]) -> None:
    counted = [sku for sku in skus.values() if sku["quantity"] is not None]
    units = [max(sku["quantity"], 0) for sku in counted]
    columns = ("units", "units_without_cost", "value_at_price", "value_at_cost")
    totals = [sum(Decimal(str(row[column] or 0)) for row in rows) for column in columns]
    oversold = sum(-min(sku["quantity"], 0) for sku in counted)
    assert sum(row["oversold"] for row in rows) == oversold
    assert totals == [
        sum(units),
        sum(count for count, sku in zip(units, counted, strict=True) if sku["cost"] is None),
        sum(n * Decimal(str(sku["price"])) for n, sku in zip(units, counted, strict=True)),
        sum(n * Decimal(str(sku["cost"] or 0)) for n, sku in zip(units, counted, strict=True)),
    ]


def check_orders(query: Query, one: OneShop, mine: str) -> None:
    orders = one.site.ecom.orders.all()
    lines = query(f"SELECT * FROM wix.order_lines {mine}")
    assert {
        (row["order_id"], row["line_id"]): (row["quantity"], number(row["price"])) for row in lines
    } == {
        (order["id"], line["id"]): (line["quantity"], Decimal(line["price"]["amount"]))
        for order in orders
        for line in order["lineItems"]
    }
    sold = [row for row in lines if row["product_name"] == "Sold"]
    key = ":".join((one.site.site_id, *one.sold))
    assert {row["sku_key"] for row in sold} == {key}
    customers = {row["contact_id"]: row for row in query(f"SELECT * FROM wix.customers {mine}")}
    bought = defaultdict(list)
    for order in orders:
        if order["status"] == "APPROVED":
            bought[order["buyerInfo"]["contactId"]].append(order)
    for contact in one.site.contacts.store.all():
        mine_now = bought[contact["id"]]
        row = customers[contact["id"]]
        assert row["first_name"] == contact["info"]["name"].get("first")
        assert row["email"] == contact["primaryInfo"]["email"]
        assert row["orders"] == len(mine_now)
        one_currency = len({order["currency"] for order in mine_now}) == 1
        totals = [Decimal(order["priceSummary"]["total"]["amount"]) for order in mine_now]
        assert number(row["spent"]) == (sum(totals) if one_currency else None)
    assert None in {row["spent"] for row in customers.values() if row["orders"] > 1}


def lines_of(shops: list[OneShop]) -> bytes:
    return loaders.joined(line for one in shops for line in one.lines)


@pytest.mark.parametrize("shops", ["wix"], indirect=True)
def test_in_postgresql_with_the_names_of_wix(
    shops: list[OneShop], database: Postgres, tmp_path: Path
) -> None:
    loaders.meltano_postgres(database).load(lines_of(shops), tmp_path)
    login = {
        "WAREHOUSE_HOST": database.host,
        "WAREHOUSE_PORT": str(database.port),
        "WAREHOUSE_USER": database.user,
        "WAREHOUSE_PASSWORD": database.password,
        "WAREHOUSE_DATABASE": database.database,
    }
    build(tmp_path, "postgres", "public", **login)
    check(database.rows, shops)


@pytest.mark.parametrize("shops", ["snake_case"], indirect=True)
def test_in_duckdb_with_names_in_snake_case(shops: list[OneShop], tmp_path: Path) -> None:
    file = tmp_path / "shop.duckdb"
    loaders.duckdb(file).load(lines_of(shops), tmp_path)
    build(tmp_path, "duckdb", loaders.DUCKDB_SCHEMA, WAREHOUSE_FILE=str(file))
    check(lambda query: loaders.rows_of_duckdb(file, query), shops)
