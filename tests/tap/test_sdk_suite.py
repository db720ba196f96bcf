"""The SDK's own suite for taps, on shops of either catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_wix.tap import TapWix
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.nasty import nasty
from tests.tap.shops import put_category, put_products

if TYPE_CHECKING:
    from collections.abc import Iterator

# Wix leaves out what is empty, so no shop fills every column, which the suite remarks upon.
pytestmark = [
    pytest.mark.filterwarnings("ignore:No records were available to test"),
    pytest.mark.filterwarnings("ignore:Fields in transformed catalog but not in records"),
]

# The SDK makes its test classes, settings and all, while this module is imported.
_old, _new = FakeWix(Site(V1)), FakeWix(Site(V3))


@pytest.fixture(scope="module", autouse=True)
def _shops() -> Iterator[None]:
    for wix in (_old, _new):
        nasty(wix.site, contacts=30, products=0)
        put_products(wix.site, 30)
        put_category(wix.site, "Kitchen")
    with _old, _new:
        yield


TestCatalogV1 = get_tap_test_class(
    TapWix,
    config=_old.site.settings(_old.url),
    suite_config=SuiteConfig(max_records_limit=20),
    parse_env_config=False,
)
TestCatalogV3 = get_tap_test_class(
    TapWix,
    config=_new.site.settings(_new.url),
    suite_config=SuiteConfig(max_records_limit=20),
    parse_env_config=False,
)
