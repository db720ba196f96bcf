"""Every stream, read from a nasty shop of either catalog and compared with what the shop holds."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.times import canonical
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.wire import encode
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, Run, environment, read, settings_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Row = dict[str, Any]
V3_ONLY = ("brands", "ribbons", "info_sections", "customizations", "locations")
KEYS: dict[str, tuple[str, ...]] = {
    "products": ("id",),
    "product_variants": ("productId", "id"),
    "skus": ("product_id", "variant_id"),
    "collection_products": ("collectionId", "productId"),
    "collections": ("id",),
    "inventory_items": ("productId", "variantId", "locationId"),
    **dict.fromkeys(V3_ONLY, ("id",)),
    "orders": ("id",),
    "order_line_items": ("orderId", "id"),
    "order_payments": ("orderId", "id"),
    "order_refunds": ("orderId", "id"),
    "order_fulfillments": ("orderId", "id"),
    "contacts": ("id",),
    "contact_custom_fields": ("contactId", "key"),
    "contact_labels": ("key",),
    "contact_extended_fields": ("key",),
    "deleted_contacts": ("id",),
    "members": ("id",),
    "currencies": ("code",),
    "site_properties": (),
    "business_locations": ("id",),
    "sites": ("id",),
    "sweeps": ("stream",),
}
OURS = {"siteId", "catalogVersion", "v1", "additionalFields"}


@pytest.fixture(scope="module", params=[V1, V3])
def shop(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    """A shop that has something of everything."""
    site = Site(request.param, seed=8)
    nasty(site, 8, contacts=60, products=40, orders=230, members=120, deleted=130, business=True)
    wix = FakeWix(site)
    wix.site_list.account_keys.add(site.api_key)
    with wix:
        yield wix


@pytest.fixture(scope="module")
def run(shop: FakeWix) -> Run:
    """All of it, read once."""
    shop.requests.clear()
    done = read(settings(shop), streams=ALL_STREAMS)
    assert done.failures == []
    return done


def settings(wix: FakeWix, **more: Any) -> dict[str, Any]:
    return {**wix.site.settings(wix.url), "account_id": wix.site.account_id, **more}


def on_the_wire(value: Any) -> Any:
    """A value as a program reads it that has the bytes alone."""
    return json.loads(encode(value), parse_float=lambda text: f"number {text}")


def by_key(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], Row]:
    """Rows by their key, which no two of them share."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        assert key not in found, key
        found[key] = row
    return found


def arrived(run: Run, stream: str, *dates: str) -> dict[tuple[Any, ...], Row]:
    """The rows of a stream by key, less our own columns; unknown fields back in their place."""
    rows = []
    for row in run.rows(stream):
        plain = {name: value for name, value in row.items() if name not in OURS}
        rows.append({**plain, **(row.get("additionalFields") or {})})
    return by_key(rows, *KEYS[stream])


def held(rows: Iterable[Row], stream: str, *dates: str) -> dict[tuple[Any, ...], Row]:
    """What the shop holds by key, its date in the spelling that all rows share."""
    spelled = [
        {**row, **{name: canonical(row[name]) for name in dates if row.get(name)}}
        for row in map(on_the_wire, rows)
    ]
    return by_key(spelled, *KEYS[stream])


@pytest.mark.parametrize("stream", ALL_STREAMS)
def test_keys_begin_with_the_site_and_no_two_rows_share_one(run: Run, stream: str) -> None:
    names = ("siteId", *KEYS[stream])
    [schema] = [m for m in run.messages if m["type"] == "SCHEMA" and m["stream"] == stream]
    assert tuple(schema["key_properties"]) == names
    by_key(run.rows(stream), *names)


def test_every_stream_has_rows_but_those_that_catalog_v1_cannot_have(
    shop: FakeWix, run: Run
) -> None:
    empty = {stream for stream in ALL_STREAMS if not run.rows(stream)}
    assert empty == (set(V3_ONLY) if shop.site.catalog_version == V1 else set())


def test_orders_of_all_statuses_arrive_field_by_field(shop: FakeWix, run: Run) -> None:
    orders = [one for one in shop.site.ecom.orders.all() if one["status"] != "INITIALIZED"]
    assert {one["status"] for one in orders} == {"APPROVED", "CANCELED", "PENDING", "REJECTED"}
    assert arrived(run, "orders") == held(orders, "orders", "updatedDate")


def of_orders(shop: FakeWix, stream: str, children: Callable[[Row], list[Row]]) -> Iterator[Row]:
    """What belongs to orders, with the columns of the order that each row repeats."""
    for order in shop.site.ecom.orders.all():
        for child in children(order) if order["status"] != "INITIALIZED" else ():
            yield {
                **child,
                "orderId": order["id"],
                "orderNumber": order["number"],
                "currency": order.get("currency"),
                "orderUpdatedDate": canonical(order["updatedDate"]),
            }


@pytest.mark.parametrize(
    "stream", ["order_line_items", "order_payments", "order_refunds", "order_fulfillments"]
)
def test_what_belongs_to_orders_is_complete(shop: FakeWix, run: Run, stream: str) -> None:
    ecom = shop.site.ecom
    children: dict[str, Callable[[Row], list[Row]]] = {
        "order_line_items": lambda order: order["lineItems"],
        "order_payments": lambda order: ecom.payments[order["id"]],
        "order_refunds": lambda order: ecom.refunds[order["id"]],
        "order_fulfillments": lambda order: ecom.fulfillments[order["id"]],
    }
    assert arrived(run, stream) == held(of_orders(shop, stream, children[stream]), stream)


def test_members_arrive_with_everything_that_needs_the_full_fieldset(
    shop: FakeWix, run: Run
) -> None:
    assert arrived(run, "members") == held(shop.site.members.store.all(), "members")
    assert all(row["loginEmail"] for row in run.rows("members"))


def test_contacts_labels_and_fields_arrive_as_the_site_has_them(shop: FakeWix, run: Run) -> None:
    book = shop.site.contacts
    assert arrived(run, "contact_labels") == held(book.labels.store.all(), "contact_labels")
    assert arrived(run, "contact_extended_fields") == held(
        book.fields.store.all(), "contact_extended_fields"
    )
    assert arrived(run, "contacts").keys() == held(book.store.all(), "contacts").keys()


def test_custom_fields_are_rows_with_their_definition_and_typed_values(
    shop: FakeWix, run: Run
) -> None:
    fields = {field["key"]: field for field in shop.site.contacts.fields.store.all()}
    expected = {}
    for contact in shop.site.contacts.store.all():
        items = (contact["info"].get("extendedFields") or {}).get("items", {})
        for key, value in items.items():
            if not key.startswith("custom."):
                continue
            number = isinstance(value, int | Decimal)
            expected[contact["id"], key] = {
                "contactId": contact["id"],
                "key": key,
                "displayName": fields[key]["displayName"],
                "dataType": fields[key]["dataType"],
                "textValue": str(value),
                "numberValue": on_the_wire(value) if number else None,
                "dateValue": value if fields[key]["dataType"] == "DATE" else None,
                "updatedDate": canonical(contact["updatedDate"]),
            }
    kinds = {row["dataType"] for row in expected.values()}
    assert kinds == {"TEXT", "NUMBER", "DATE", "URL"}
    assert arrived(run, "contact_custom_fields") == expected


def test_deleted_contacts_arrive_with_the_window_they_were_seen_in(shop: FakeWix, run: Run) -> None:
    rows = arrived(run, "deleted_contacts")
    assert {row.pop("deletedAfter") for row in rows.values()} == {None}
    [before] = {row.pop("deletedBefore") for row in rows.values()}
    assert (run.bookmark("deleted_contacts") or "") <= before
    bin_ = [one["contact"] for one in shop.site.trash_bin.rows().values()]
    assert 0 < len(bin_) < 130
    assert rows == held(bin_, "deleted_contacts")


def test_what_the_site_says_of_itself_arrives(shop: FakeWix, run: Run) -> None:
    business = shop.site.business
    assert arrived(run, "currencies") == held(business.currencies, "currencies")
    [properties] = arrived(run, "site_properties").values()
    assert properties.pop("version") == str(business.version)
    assert properties == on_the_wire(business.properties)
    assert any(row["archived"] for row in business.locations.all())
    assert arrived(run, "business_locations") == held(
        business.locations.all(), "business_locations"
    )


def test_small_lists_of_catalog_v3_arrive_with_how_often_they_are_used(
    shop: FakeWix, run: Run
) -> None:
    if shop.site.catalog_version == V1:
        return
    v3 = shop.site.v3
    counters = {"ribbons": "assignedProductCount"}
    for stream in V3_ONLY:
        rows = getattr(v3, stream).all()
        dates = () if stream == "locations" else ("updatedDate",)
        came = arrived(run, stream)
        for key, row in held(rows, stream, *dates).items():
            assert row.items() <= came[key].items() or stream == "info_sections"
            if stream != "locations":
                assert came[key][counters.get(stream, "assignedProductsCount")] is not None
        assert len(came) == len(rows)


def test_stock_arrives_in_one_shape_from_either_catalog(shop: FakeWix, run: Run) -> None:
    rows = arrived(run, "inventory_items")
    if shop.site.catalog_version == V3:
        expected = {
            (item["productId"], item["variantId"], item["locationId"]): item.get("quantity")
            for item in shop.site.v3.inventory.all()
        }
    else:
        nowhere = "00000000-0000-0000-0000-000000000000"
        expected = {
            (product.id, variant, nowhere): stock.quantity if product.track_quantity else None
            for product in shop.site.v1.products()
            for variant, stock in product.stocks().items()
        }
    assert {key: row.get("quantity") for key, row in rows.items()} == expected
    assert None in expected.values()
    assert min(quantity for quantity in expected.values() if quantity is not None) < 0
    for row in rows.values():
        assert row["trackQuantity"] is (row.get("quantity") is not None)
        assert row["availabilityStatus"] in {"IN_STOCK", "OUT_OF_STOCK", "PREORDER"}
        assert row["updatedDate"] == canonical(row["updatedDate"])


def test_each_variant_is_a_line_of_the_spreadsheet(run: Run) -> None:
    products = by_key(run.rows("products"), "id")
    names = {row["id"]: row["name"] for row in run.rows("collections")}
    rows = by_key(run.rows("skus"), "product_id", "variant_id")
    variants = by_key(run.rows("product_variants"), "productId", "id")
    assert rows.keys() == variants.keys()
    for key, row in rows.items():
        product, variant = products[key[:1]], variants[key]
        price = variant["price"]
        assert row["price"] == price["actualPrice"]["amount"]
        assert row["compare_at_price"] == (price.get("compareAtPrice") or {}).get("amount")
        assert (row["sku"], row["barcode"]) == (variant.get("sku"), variant.get("barcode"))
        assert (row["name"], row["handle"]) == (product["name"], product.get("handle"))
        assert row["brand"] == (product.get("brand") or {}).get("name")
        choices = [one["optionChoiceNames"] for one in variant.get("choices") or ()]
        pairs = [f"{one['optionName']}: {one['choiceName']}" for one in choices]
        assert row["options"] == (" / ".join(pairs) or None)
        info = product.get("directCategoriesInfo") or {}
        wanted = [names[one["id"]] for one in info.get("categories") or ()]
        assert listed(row["collections"]) == wanted
        assert all(not isinstance(value, dict | list) for value in row.values())


def listed(text: str | None) -> list[str]:
    """Names with `;` between them, or as JSON where one has a `;` of its own."""
    if text is None:
        return []
    return json.loads(text) if text.startswith("[") else text.split(";")


def test_the_sites_of_the_account_arrive_under_their_own_ids(shop: FakeWix, run: Run) -> None:
    [row] = run.rows("sites")
    assert row["siteId"] == row["id"] == shop.site.site_id


def test_the_state_of_a_stream_has_a_few_hundred_bytes(run: Run) -> None:
    for stream in ALL_STREAMS:
        assert len(json.dumps(run.state_of(stream))) < 300


def test_a_full_run_costs_no_more_requests_than_its_rows_need(shop: FakeWix, run: Run) -> None:
    sent = Counter(request.path for request in shop.requests)
    del run
    orders = len(shop.site.ecom.orders) - 1
    assert sent["/ecom/v1/orders/search"] == ceil(orders / 100)
    assert sent["/ecom/v1/payments/list-by-ids"] == ceil(orders / 100)
    assert sent["/ecom/v1/fulfillments/list-by-ids"] == ceil(orders / 100)
    assert sent["/members/v1/members/query"] == 2
    assert sent["/contacts/v5/contacts/trash-bin"] == 2
    assert sent["/locations/v1/locations"] == sent["/site-properties/v4/properties"] == 1
    assert sent["/stores/v3/inventory-items/query"] <= 1


def test_nothing_is_said_of_rows_that_catalog_v1_cannot_have_but_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with FakeWix(Site(V1)) as wix:
        done = read(wix.site.settings(wix.url), streams=V3_ONLY)
        assert not wix.requests.count("^/stores/v3/(?!provision)")
    assert not done.failures
    for name in ("brands", "ribbons", "info-sections", "customizations", "locations"):
        assert caplog.text.count(f"Catalog V1 has no {name}") == 1


@pytest.mark.parametrize("version", [V1, V3])
def test_the_spreadsheet_of_a_shop_goes_back_into_it_without_a_write(
    version: str, tmp_path: Path
) -> None:
    site = Site(version)
    demo(site)
    with FakeWix(site) as wix:
        config = wix.site.settings(wix.url)
        path = settings_file(tmp_path, config)
        rows = read(config, streams=["skus"]).messages
        lines = [
            json.dumps({**m, "stream": "products"}).replace('"number ', '"')
            for m in rows
            if m["type"] in {"SCHEMA", "RECORD"}
        ]
        done = subprocess.run(
            [sys.executable, "-m", "target_wix", "--config", path],
            input="\n".join(lines),
            text=True,
            capture_output=True,
            env=environment(),
            cwd=tmp_path,
            check=False,
        )
    assert done.returncode == 0
    assert f"{len(lines) - 1} unchanged" in done.stderr
    assert not site.requests.writes
