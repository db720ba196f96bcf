"""Show the whole way: a Wix shop into PostgreSQL, and what changed there back into the shop.

    python -m demo

Everything is real but Wix itself: Meltano, both plugins, the loader, the tap and the database.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import requests

from demo.meltano import ROOT, MeltanoProject, NotInstalledError, RunFailedError, meltano_project
from demo.owner import Owner, written
from demo.postgres import Postgres, PostgresError, running_postgres
from demo.show import table
from demo.warehouse import CHANGE_EMAIL, CHANGE_PRICE, SIMPLE_PRODUCT
from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo as fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REPORTS = ROOT / "output" / "reports"
TABLES = (
    *("products", "product_variants", "collections", "inventory_items", "contacts"),
    *("orders", "order_line_items", "order_payments"),
)
SAMPLES = {
    "products": """
        SELECT name, slug, "actualPriceRange" #>> '{minValue,amount}' AS price, visible,
               "updatedDate"
        FROM products ORDER BY name LIMIT 5""",
    "product_variants": """
        SELECT p.name AS product, v.sku, v.price #>> '{actualPrice,amount}' AS price, v.visible
        FROM product_variants v
        JOIN products p ON p."siteId" = v."siteId" AND p.id = v."productId"
        ORDER BY p.name, v.sku LIMIT 5""",
    "collections": "SELECT name, slug, visible FROM collections ORDER BY name LIMIT 5",
    "contacts": """
        SELECT info #>> '{name,first}' AS first, info #>> '{name,last}' AS last,
               "primaryInfo" ->> 'email' AS email, "updatedDate"
        FROM contacts ORDER BY "updatedDate", id LIMIT 5""",
    "inventory_items": """
        SELECT p.name AS product, v.sku, i.quantity, i."availabilityStatus" AS status
        FROM inventory_items i
        JOIN products p ON p."siteId" = i."siteId" AND p.id = i."productId"
        JOIN product_variants v ON v."siteId" = i."siteId" AND v."productId" = i."productId"
                               AND v.id = i."variantId"
        ORDER BY p.name, v.sku LIMIT 5""",
    "orders": """
        SELECT number, status, "paymentStatus" AS payment, "fulfillmentStatus" AS fulfillment,
               "priceSummary" #>> '{total,amount}' AS total, currency
        FROM orders ORDER BY number LIMIT 5""",
    "order_line_items": """
        SELECT "orderNumber" AS order, "productName" ->> 'original' AS product, quantity,
               price ->> 'amount' AS price
        FROM order_line_items ORDER BY "orderNumber", id LIMIT 5""",
    "order_payments": """
        SELECT "orderNumber" AS order, status, amount ->> 'amount' AS amount
        FROM order_payments ORDER BY "orderNumber", id LIMIT 5""",
}
# What was sold and not cancelled, less what went back.
REVENUE = """
    SELECT to_char(o."createdDate", 'YYYY-MM') AS month, count(*) AS orders,
           sum((o."priceSummary" #>> '{total,amount}')::numeric) AS sold,
           coalesce(sum(r.amount), 0) AS refunded,
           sum((o."priceSummary" #>> '{total,amount}')::numeric - coalesce(r.amount, 0)) AS revenue
    FROM orders o
    LEFT JOIN (
        SELECT "siteId", "orderId", sum((t #>> '{amount,amount}')::numeric) AS amount
        FROM order_refunds, unnest(transactions) AS t
        GROUP BY 1, 2
    ) r ON r."siteId" = o."siteId" AND r."orderId" = o.id
    WHERE o.status = 'APPROVED'
    GROUP BY 1 ORDER BY 1"""
CAME = {
    "products": """
        SELECT name, slug, revision, "updatedDate" FROM products
        WHERE "updatedDate" > %s ORDER BY name""",
    "contacts": """
        SELECT info #>> '{name,first}' AS first, "primaryInfo" ->> 'email' AS email, "updatedDate"
        FROM contacts WHERE "updatedDate" > %s ORDER BY id""",
}
# A price stands in the first variant, an e-mail in the list of the contact's e-mails.
NEW_PRICE = "49.50"
NEW_EMAIL = "marta@lindqvist.example"


class DemoError(Exception):
    """The demo did not show what it promises."""


FAILURES = (
    DemoError,
    NotInstalledError,
    PostgresError,
    RunFailedError,
    psycopg.Error,
    requests.RequestException,
)


def main() -> int:
    """Run the demo; return 0 if everything came and went as it should."""
    began = time.monotonic()
    try:
        site = Site(V3)
        fill(site)
        with (
            orderly_exit(),
            FakeWix(site) as wix,
            running_postgres() as postgres,
            meltano_project() as project,
        ):
            environment = {
                **_wix_environment(wix, "TAP_WIX"),
                **_wix_environment(wix, "TARGET_WIX"),
                **postgres.environment("target-postgres"),
                **postgres.environment("tap-postgres"),
                "TARGET_WIX_REPORT_DIR": str(REPORTS),
            }
            demo = Demo(wix, postgres, project.with_environment(environment), REPORTS)
            demo.shop_to_warehouse()
            demo.shop_to_itself()
            demo.warehouse_to_shop()
    except FAILURES as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    print(f"\nDone in {time.monotonic() - began:.0f} s. Nothing is left running.")
    return 0


class Demo:
    """The two halves of the demo, on one shop and one database."""

    def __init__(
        self, wix: FakeWix, postgres: Postgres, project: MeltanoProject, reports: Path
    ) -> None:
        """Take the shop, the database, the project that connects them, and a folder."""
        self.wix = wix
        self.postgres = postgres
        self.project = project
        self.owner = Owner(wix)
        self.reports = reports

    def shop_to_warehouse(self) -> None:
        """Bring the shop into the database, change the shop, and bring what changed."""
        _head("A shop on a Wix of our own, and an empty PostgreSQL. Bring the one into the other.")
        self.run("tap-wix", "target-postgres")
        for name in TABLES:
            count = self.postgres.rows(f"SELECT count(*) AS rows FROM {name}")[0]["rows"]
            print(f"\n  {name}: {count} rows")
            print(table(self.postgres.rows(SAMPLES[name])))
            _must(count > 0, f"the table {name} is empty")
        print("\n  Revenue by month:")
        revenue = self.postgres.rows(REVENUE)
        print(table(revenue))
        _must(sum(row["orders"] for row in revenue) > 1, "nothing was sold")

        _head("The owner renames a product and enters a customer. Run it again.")
        seen = {
            name: self.postgres.rows(f'SELECT max("updatedDate") AS latest FROM {name}')[0]
            for name in CAME
        }
        product = self.postgres.rows("SELECT id, name FROM products ORDER BY name LIMIT 1")[0]
        self.owner.rename_product(product["id"], f"{product['name']} (new glaze)")
        self.owner.add_contact("Ilse", "Bergmann", "ilse.bergmann@example.org")
        self.run("tap-wix", "target-postgres")
        print("\n  What came:")
        for name, query in CAME.items():
            rows = self.postgres.rows(query, seen[name]["latest"])
            print(f"\n  {name}: {len(rows)} new or changed")
            print(table(rows))
            _must(len(rows) == 1, f"one change in {name} should have come")

    def shop_to_itself(self) -> None:
        """Show that orders are read and never written, and that what did not change is left alone."""
        _head("Bring the shop into itself: nothing has changed, and orders are never written.")
        already = len(self.wix.site.requests.writes)
        output = self.run("tap-wix", "target-wix")
        said = [line for line in output.splitlines() if "Records of order" in line]
        for line in said:
            print(f"    {line[line.index('Records of order') :]}")
        _must(len(said) > 0, "nothing was said of orders")
        _must(len(self.wix.site.requests.writes) == already, "something was written")

    def warehouse_to_shop(self) -> None:
        """Change a price and an e-mail with SQL, and write exactly these back."""
        _head("Somebody changes a price and an e-mail in the database. Bring that into the shop.")
        product = self.postgres.rows(SIMPLE_PRODUCT)[0]
        contact = self.postgres.rows('SELECT id FROM contacts ORDER BY "createdDate" LIMIT 1')[0]
        before = self.price(product["id"]), self.email(contact["id"])
        self.postgres.rows(CHANGE_PRICE, NEW_PRICE, product["id"])
        self.postgres.rows(CHANGE_EMAIL, NEW_EMAIL, contact["id"])
        already = len(self.wix.site.requests.writes)
        self.run("tap-postgres", "target-wix")
        self._show_report()
        after = self.price(product["id"]), self.email(contact["id"])

        entries = written(self.wix.site.requests.writes[already:])
        print("\n  What was written to the shop:")
        print(
            table(
                [
                    {"entity": entry.kind, "id": entry.id, "fields": ", ".join(entry.fields)}
                    for entry in entries
                ]
            )
        )
        print("\n  What the shop has now:")
        print(
            table(
                [
                    {"what": f"price of {product['name']}", "before": before[0], "now": after[0]},
                    {"what": "e-mail of the first customer", "before": before[1], "now": after[1]},
                ]
            )
        )
        expected = [("contact", contact["id"]), ("product", product["id"])]
        _must(sorted((entry.kind, entry.id) for entry in entries) == expected, "other writes")
        price, email = after
        _must(Decimal(price) == Decimal(NEW_PRICE), "the price did not arrive")
        _must(email == NEW_EMAIL, "the e-mail did not arrive")

    def _show_report(self) -> None:
        """Say where the report of the last run is, and what it says at its top."""
        path = max(self.reports.glob("*.html"), default=None)
        _must(path is not None, "there is no report")
        lines = path.with_suffix(".jsonl").read_text(encoding="utf-8") if path else ""
        changed = [json.loads(line) for line in lines.splitlines()]
        values = [
            {
                "what": f"{one['field']} of {line['name']}",
                "before": one["before"],
                "after": one["after"],
            }
            for line in changed
            if line["type"] == "record"
            for one in line["changes"]
        ]
        print(f"\n  The report of this run, to be opened in a browser:\n    {path}")
        print(table(values))
        _must(len(values) == 2, "the report should have two changes")  # noqa: PLR2004

    def price(self, product_id: str) -> str:
        """Return what the first variant of a product costs in the shop."""
        variants = self.owner.product(product_id)["variantsInfo"]["variants"]
        return str(variants[0]["price"]["actualPrice"]["amount"])

    def email(self, contact_id: str) -> str:
        """Return the first e-mail of a contact in the shop."""
        return str(self.owner.contact(contact_id)["info"]["emails"]["items"][0]["email"])

    def run(self, extractor: str, loader: str) -> str:
        """Run the real Meltano, say how long it took, and return what it said."""
        print(f"\n  $ meltano run {extractor} {loader}", flush=True)
        began = time.monotonic()
        done = self.project.run(extractor, loader).ok()
        print(f"    done in {time.monotonic() - began:.0f} s", flush=True)
        return done.output


def _wix_environment(wix: FakeWix, prefix: str) -> dict[str, str]:
    settings = wix.site.settings(wix.url)
    return {f"{prefix}_{name.upper()}": str(value) for name, value in settings.items()}


def _head(text: str) -> None:
    print(f"\n{'=' * len(text)}\n{text}\n{'=' * len(text)}", flush=True)


def _must(holds: bool, complaint: str) -> None:  # noqa: FBT001
    if not holds:
        raise DemoError(complaint)


@contextmanager
def orderly_exit() -> Iterator[None]:
    """Turn Ctrl-C and a request to end into an orderly way out, on which what runs is stopped.

    A second Ctrl-C is not heard: it would leave the database running.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        for other in SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
