"""What the tests of the products sink have in common: a shop, records, and a run over them."""

from __future__ import annotations

import copy
import io
import json
from typing import TYPE_CHECKING, Any

from tap_wix.api.connection import read_connection
from tap_wix.api.site import WixSite
from tap_wix.api.stores_v3.products import V3_PRODUCTS
from target_wix.products.compare import differences
from tests.fake_wix.http.wire import encode
from tests.fake_wix.stores_v3.seed import add_product, chosen, option, price
from tests.target.contacts.harness import QuickTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fake_wix import Site
    from tests.fake_wix.http.recorder import RecordedRequest

Json = dict[str, Any]
SCHEMA = json.dumps(
    {
        "type": "SCHEMA",
        "stream": "products",
        "schema": {"type": "object", "properties": {"id": {}}},
        "key_properties": [],
    }
)
ONLY_THERE = {
    *("media", "tags", "taxGroupId", "extendedFields", "mainCategoryId", "physicalProperties"),
}
"""What is not equal on another site; physical properties only by the delivery profile in them."""


class Run:
    """A finished run of the target."""

    def __init__(self, target: QuickTarget, code: int, requests: list[RecordedRequest]) -> None:
        self.code = code
        self.naps = target.naps
        tally = target.outcomes.tally("products")
        self.counts = {outcome.value: count for outcome, count in tally.counts.items() if count}
        self.codes = dict(tally.codes)
        self.requests = requests

    @property
    def writes(self) -> list[str]:
        """Paths of the requests that change something, refused ones included."""
        return [one.path for one in self.requests if one.write]

    def __repr__(self) -> str:
        return f"Run({self.code}, {self.counts}, {self.codes})"


class Shop:
    """A Catalog V3 site of the fake, and the target on it."""

    def __init__(self, site: Site, url: str) -> None:
        self.site = site
        self.v3 = site.v3
        self.url = url

    def add(self, name: str = "Cup", **fields: Any) -> str:
        """Put a simple product there; return its id."""
        variant: Json = {key: fields.pop(key) for key in ("sku", "barcode") if key in fields}
        amount, before = fields.pop("price", "10.00"), fields.pop("compare_at", None)
        physical: Json = {"weight": fields.pop("weight")} if "weight" in fields else {}
        cost: Json = {"cost": {"amount": fields.pop("cost")}} if "cost" in fields else {}
        row: Json = {**variant, "price": price(amount, before), "physicalProperties": physical}
        if cost:
            row["revenueDetails"] = cost
        if "stock" in fields:
            row["stock"] = fields.pop("stock")
        return str(add_product(self.site, name, [row], **fields)["id"])

    def add_sized(self, *sizes: str, stock: int | None = None, **fields: Any) -> str:
        """Put a product with the option Size there, one variant for each size."""
        options = [option(self.site, "Size", sizes)]
        rows: list[Json] = [
            {"sku": f"SKU-{size}", "price": price("10.00"), "choices": chosen(options, [place])}
            for place, size in enumerate(sizes)
        ]
        if stock is not None:
            rows = [{**row, "stock": stock} for row in rows]
        return str(add_product(self.site, "Shirt", rows, options=options, **fields)["id"])

    def get(self, product_id: str) -> Json:
        """A product as it is stored."""
        found = self.v3.products.get(product_id)
        assert found is not None
        return found

    @property
    def products(self) -> list[Json]:
        return self.v3.products.all()

    def variants(self, product_id: str) -> list[Json]:
        rows: list[Json] = self.get(product_id)["variantsInfo"]["variants"]
        return rows

    def variant(self, product_id: str, place: int = 0) -> Json:
        return self.variants(product_id)[place]

    def stock(self, product_id: str) -> dict[str, Any]:
        """Quantity or flag of each variant that has stock, by sku."""
        skus = {row["id"]: row.get("sku", "") for row in self.variants(product_id)}
        found = {}
        for key in self.v3.items_of_product.get(product_id, []):
            item = self.v3.inventory.get(key) or {}
            found[skus[item["variantId"]]] = item.get("quantity", item.get("inStock"))
        return found

    def records(self) -> list[Json]:
        """The shop as the tap reads it."""
        found = list(V3_PRODUCTS.rows(WixSite(read_connection(self.site.settings(self.url)))))
        return copy.deepcopy(found)

    def run(self, *records: Json, **settings: Any) -> Run:
        """Send records into the target."""
        lines = [SCHEMA, *map(as_line, records)]
        target = QuickTarget(config={**self.site.settings(self.url), **settings})
        before = len(self.site.requests)
        code = target.run(io.StringIO("".join(f"{line}\n" for line in lines)))
        return Run(target, code, list(self.site.requests)[before:])


def as_line(record: Json) -> str:
    return encode({"type": "RECORD", "stream": "products", "record": record}).decode()


def unequal(one: Json, other: Json, apart: set[str] = ONLY_THERE) -> set[str]:
    """Fields in which two products differ, ids aside."""
    return set(differences(one, other)) - apart


def nested(record: Json, *names: str) -> Json:
    """Id and some fields of a record, as a mended row would carry them."""
    return {"id": record["id"], **{name: copy.deepcopy(record[name]) for name in names}}


def by_slug(records: Sequence[Json]) -> dict[str, Json]:
    return {str(record["slug"]): record for record in records}
