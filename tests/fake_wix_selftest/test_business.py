"""What a site says of itself: properties, places, currencies (wix-api platform 7, 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

PROPERTIES = "/site-properties/v4/properties"
LOCATIONS = "/locations/v1/locations"
CURRENCIES = "/currency_converter/v1/currencies"


def test_site_properties_do_not_say_which_site_they_are_of(call: Caller) -> None:
    answer = call.ok("GET", PROPERTIES)
    assert answer == {"version": "207", "properties": call.site.business.properties}
    assert call.site.site_id not in str(answer)


@pytest.mark.parametrize(
    "asked", ["fields=timeZone,language", "fields.paths=timeZone&fields.paths=language"]
)
def test_some_of_the_properties_may_be_chosen(call: Caller, asked: str) -> None:
    properties = call.ok("GET", f"{PROPERTIES}?{asked}")["properties"]
    assert set(properties) == {"timeZone", "language"}


@pytest.fixture
def places(call: Caller) -> Caller:
    """A site with three places, the second of them given up."""
    for number in range(3):
        call.site.business.add_location({"name": f"Place {number}", "archived": number == 1})
    return call


def names(answer: dict[str, list[dict[str, str]]]) -> set[str]:
    return {row["name"][-1] for row in answer["locations"]}


def test_archived_places_come_with_the_flag_or_by_filter(places: Caller) -> None:
    assert names(places.ok("GET", LOCATIONS)) == {"0", "2"}
    assert names(places.ok("GET", f"{LOCATIONS}?includeArchived=true")) == {"0", "1", "2"}
    assert names(places.ok("POST", f"{LOCATIONS}/query")) == {"0", "2"}
    body = {"query": {"filter": {"archived": True}}}
    assert names(places.ok("POST", f"{LOCATIONS}/query", body)) == {"1"}


def test_places_are_paged_by_offset_and_not_counted(places: Caller) -> None:
    first = places.ok("GET", f"{LOCATIONS}?paging.limit=1")
    rest = places.ok("GET", f"{LOCATIONS}?paging.limit=1&paging.offset=1")
    assert first["pagingMetadata"] == {"count": 1, "offset": 0, "hasNext": True}
    assert rest["pagingMetadata"] == {"count": 1, "offset": 1, "hasNext": False}
    assert names(first) | names(rest) == {"0", "2"}
    body = {"query": {"filter": {"name": "Place 0"}, "paging": {"limit": 1}}}
    block = places.ok("POST", f"{LOCATIONS}/query", body)["pagingMetadata"]
    assert block == {"count": 1, "offset": 0, "hasNext": False}
    assert places.refused("GET", f"{LOCATIONS}?paging.limit=x") == (400, "Not a numeric value")


def test_one_place_is_read_by_its_id(places: Caller) -> None:
    (first, *_) = places.site.business.locations.all()
    assert places.ok("GET", f"{LOCATIONS}/{first['id']}") == {"location": first}
    assert places.refused("GET", f"{LOCATIONS}/query") == (404, "LOCATION_NOT_FOUND")


def test_currencies_are_a_plain_list_with_symbols_that_are_not_unique(call: Caller) -> None:
    answer = call.ok("GET", CURRENCIES)
    assert set(answer) == {"currencies"}
    codes, symbols = ([row[name] for row in answer["currencies"]] for name in ("code", "symbol"))
    assert len(set(codes)) == len(codes) > len(set(symbols))


def test_currencies_come_without_any_credential_too(call: Caller) -> None:
    address = call.wix.url + CURRENCIES
    call.site.deny("CURRENCY_CONVERTER.READ_CURRENCIES")
    assert call("GET", CURRENCIES).status_code == 403
    assert requests.get(address, timeout=20).json() == {"currencies": call.site.business.currencies}
    call.site.business.currencies_for_all = False
    assert requests.get(address, timeout=20).status_code == 401


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        ("SITE_SETTINGS.VIEW", PROPERTIES),
        ("LOCATIONS.READ", LOCATIONS),
        ("CURRENCY_CONVERTER.READ_CURRENCIES", CURRENCIES),
    ],
)
def test_each_has_a_permission_of_its_own(call: Caller, permission: str, path: str) -> None:
    call.site.deny(permission)
    codes = {one: call("GET", one).status_code for one in (PROPERTIES, LOCATIONS, CURRENCIES)}
    assert codes == {one: 403 if one == path else 200 for one in codes}
