"""The SDK's own suite for taps, on shops of either catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_wix.tap import TapWix
from tests.conftest import config
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, catalog
from tests.tap.shops import put_category, put_products

if TYPE_CHECKING:
    from collections.abc import Iterator

# Wix leaves out what is empty, so no shop fills every column, which the suite remarks upon.
pytestmark = [
    pytest.mark.filterwarnings("ignore:No records were available to test"),
    pytest.mark.filterwarnings("ignore:Fields in transformed catalog but not in records"),
]

V3_ONLY = ["brands", "ribbons", "info_sections", "customizations", "locations"]
# The SDK makes its test classes, settings and all, while this module is imported.
_old, _new = FakeWix(Site(V1)), FakeWix(Site(V3))


@pytest.fixture(scope="module", autouse=True)
def _shops() -> Iterator[None]:
    for wix in (_old, _new):
        nasty(wix.site, contacts=30, products=20, orders=30, members=30, deleted=30, business=True)
        wix.site_list.account_keys.add(wix.site.api_key)
        put_products(wix.site, 30)
        put_category(wix.site, "Kitchen")
    with _old, _new:
        yield


TestCatalogV1 = get_tap_test_class(
    TapWix,
    config=config(_old, account_id=_old.site.account_id),
    catalog=catalog(streams=ALL_STREAMS),
    suite_config=SuiteConfig(max_records_limit=20, ignore_no_records_for_streams=V3_ONLY),
    parse_env_config=False,
)
TestCatalogV3 = get_tap_test_class(
    TapWix,
    config=config(_new, account_id=_new.site.account_id),
    catalog=catalog(streams=ALL_STREAMS),
    suite_config=SuiteConfig(max_records_limit=20),
    parse_env_config=False,
)
