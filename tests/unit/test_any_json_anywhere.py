"""Any JSON in any place of an answer: the readers give rows or a clear error, never a traceback."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tap_wix.api import catalog_version
from tap_wix.api.connection import read_connection
from tap_wix.api.contacts import contact as contact_api
from tap_wix.api.contacts import contacts, extended_fields, labels
from tap_wix.api.errors import WixError
from tap_wix.api.site import WixSite
from tap_wix.api.stores_v1 import collections, inventory
from tap_wix.api.stores_v1.lookup import ProductLookup as LookupV1
from tap_wix.api.stores_v1.products import read_v1_products
from tap_wix.api.stores_v3 import categories
from tap_wix.api.stores_v3 import inventory as inventory_v3
from tap_wix.api.stores_v3 import products_write as write_v3
from tap_wix.api.stores_v3.lookup import ProductLookup as LookupV3
from tap_wix.api.stores_v3.named_entities import BRANDS, find_named, get_or_create
from tap_wix.api.stores_v3.products import V3_PRODUCTS
from tap_wix.api.transport import WixTransport
from tests.fake_wix import V1, FakeWix, Site, faults
from tests.tap.shops import put_category, put_product
from tests.unit.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[WixSite, str], object]

SKU = "Cup-0"

READERS_V3: dict[str, Reader] = {
    "products": lambda site, _: list(V3_PRODUCTS.pages(site)),
    "categories": lambda site, _: list(categories.V3_CATEGORIES.pages(site)),
    "product": lambda site, key: LookupV3(site.transport).by_id(key),
    "products by keys": lambda site, key: list(
        LookupV3(site.transport).with_variants(
            list(LookupV3(site.transport).by_keys({"id": [key], "slug": ["cup"]}))
        )
    ),
    "products by sku": lambda site, _: list(LookupV3(site.transport).by_skus([SKU])),
    "product by slug": lambda site, _: LookupV3(site.transport).by_slug("cup"),
    "stock": lambda site, key: list(inventory_v3.items_of(site.transport, [key])),
    "location": lambda site, _: inventory_v3.default_location(site.transport),
    "brands": lambda site, _: list(find_named(site.transport, BRANDS, ["Acme"])),
    "brand": lambda site, _: get_or_create(site.transport, BRANDS, {"name": "Acme"}),
    "version": lambda site, _: catalog_version.detect(site.transport),
    "update": lambda site, key: write_v3.update_products(
        site.transport, [{"id": key, "revision": "1", "name": "Mug"}]
    ),
    "memberships": lambda site, key: categories.add_items(site.transport, key, [key]),
}
READERS_V1: dict[str, Reader] = {
    "products": lambda site, _: list(read_v1_products(site)),
    "collections": lambda site, _: list(collections.V1_COLLECTIONS.pages(site)),
    "product": lambda site, key: LookupV1(site).one(key),
    "products by slug": lambda site, _: list(LookupV1(site).where("slug", ["cup"])),
    "variants by sku": lambda site, _: list(LookupV1(site).variants_with([SKU]) or ()),
    "newest": lambda site, _: (LookupV1(site).newest(), LookupV1(site).count()),
    "stock": inventory.item_of,
    "version": lambda site, _: catalog_version.detect(site.transport),
}
READERS_CONTACTS: dict[str, Reader] = {
    "contacts": lambda site, _: list(contacts.CONTACTS.pages(site)),
    "contact": lambda site, key: contact_api.get_contact(site.transport, key),
    "found contacts": lambda site, key: list(
        contact_api.find_contacts(site.transport, "id", {"$in": [key]})
    ),
    "count": lambda site, _: contact_api.count_contacts(site.transport),
    "labels": lambda site, _: list(labels.LABELS.pages(site)),
    "label": lambda site, _: labels.find_or_create_label(site.transport, "VIP"),
    "fields": lambda site, _: list(extended_fields.EXTENDED_FIELDS.pages(site)),
    "field": lambda site, _: extended_fields.find_or_create_field(site.transport, "Size", "TEXT"),
}


def odd_values() -> st.SearchStrategy[Any]:
    plain = (
        st.none()
        | st.booleans()
        | st.integers(-(10**30), 10**30)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=6)
        | st.sampled_from(
            ["../orders", "..", "\x1b[31m\n", "9" * 5000, "0001-01-01T00:00:00+23:59", "٢", "1e9"]
        )
    )
    return st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "a", "items"]), inner, max_size=3)
        ),
        max_leaves=4,
    )


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield from places_in(child, (*path, key))


def put_at(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value[path[0]] = put_at(value[path[0]], path[1:], new)
    return value


def spoiling(place: int, new: Any) -> Callable[[Any], Any]:
    """What puts a value into one of the places of an answer, whatever its shape."""

    def spoil(body: Any) -> Any:
        places = list(places_in(body))
        return put_at(body, places[place % len(places)], new)

    return spoil


def opened(wix: FakeWix) -> WixSite:
    clock = Clock()
    connection = read_connection(wix.site.settings(wix.url))
    transport = WixTransport(connection, user_agent="t", clock=clock, sleep=clock.sleep)
    return WixSite(connection, transport=transport)


def read_spoiled(wix: FakeWix, key: str, reader: Reader, fault: faults.Fault) -> None:
    wix.site.faults.clear()
    wix.site.faults.add(fault)
    with contextlib.suppress(WixError):
        reader(opened(wix), key)
    assert len(wix.requests) < 2000
    wix.requests.clear()


EVERY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
spoilt = st.builds(spoiling, st.integers(0, 400), odd_values())
how_often = st.sampled_from([1, None])


@pytest.fixture(scope="module", params=["V1_CATALOG", "V3_CATALOG"])
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[FakeWix, str]]:
    with FakeWix(Site(request.param)) as wix:
        key = put_product(wix.site, "Cup", sizes=2, slug="cup")
        put_category(wix.site, "Kitchen")
        yield wix, key


@pytest.fixture(scope="module")
def people() -> Iterator[tuple[FakeWix, str]]:
    with FakeWix(Site(V1)) as wix:
        wix.site.contacts.add({"name": {"first": "Ann"}})
        wix.site.contacts.add({"name": {"first": "Bob"}})
        yield wix, cast("str", wix.site.contacts.store.all()[0]["id"])


@EVERY
@given(spoil=spoilt, times=how_often)
def test_a_shop_that_answers_anything_gives_rows_or_a_clear_error(
    shop: tuple[FakeWix, str], spoil: Callable[[Any], Any], times: int | None
) -> None:
    wix, key = shop
    readers = READERS_V1 if wix.site.catalog_version == V1 else READERS_V3
    for name in sorted(readers):
        read_spoiled(wix, key, readers[name], faults.rewritten(rewrite=spoil, times=times))


@EVERY
@given(spoil=spoilt, times=how_often)
def test_contacts_that_hold_anything_give_rows_or_a_clear_error(
    people: tuple[FakeWix, str], spoil: Callable[[Any], Any], times: int | None
) -> None:
    wix, key = people
    for name in sorted(READERS_CONTACTS):
        read_spoiled(wix, key, READERS_CONTACTS[name], faults.rewritten(rewrite=spoil, times=times))
