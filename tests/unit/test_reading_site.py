"""Which catalog a site has, however Wix tells."""

from __future__ import annotations

import pytest

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import AccessError, UnavailableError
from tests.fake_wix import NOT_INSTALLED, V1, V3, FakeWix, Site, faults
from tests.unit.opening import open_site

VERSION = "^/stores/v3/provision/version$"
LIMITED = "STORES.CATALOG_READ_LIMITED"
VERSIONS = [
    (V1, CatalogVersion.V1),
    (V3, CatalogVersion.V3),
    (NOT_INSTALLED, CatalogVersion.NOT_INSTALLED),
]


@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_wix_is_asked_once_for_the_version_and_not_before_it_is_needed(
    kind: str, version: CatalogVersion
) -> None:
    with FakeWix(Site(kind)) as wix:
        site = open_site(wix)
        assert wix.requests.count() == 0
        assert site.catalog_version is version
        assert site.catalog_version is version
        assert wix.requests.count() == 1


@pytest.mark.parametrize("trouble", ["missing", "refused", "nonsense", "empty"])
@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_a_query_decides_where_the_version_is_not_told(
    kind: str, version: CatalogVersion, trouble: str
) -> None:
    with FakeWix(Site(kind)) as wix:
        wix.site.version_endpoint_missing = trouble == "missing"
        if trouble == "refused":
            wix.site.deny(LIMITED)
        if trouble == "nonsense":
            body = {"catalogVersion": "V9_CATALOG"}
            wix.site.faults.append(faults.refusal(VERSION, status=200, body=body))
        if trouble == "empty":
            wix.site.faults.append(faults.refusal(VERSION, status=200, body={}))
        assert open_site(wix).catalog_version is version
        assert wix.requests.count() == 2


def test_a_key_without_any_right_to_the_store_is_refused(wix: FakeWix) -> None:
    refused = faults.empty_403("^/stores/", times=None)
    wix.site.faults.append(refused)
    with pytest.raises(AccessError, match="Wix Stores"):
        _ = open_site(wix).catalog_version


def test_a_wix_that_is_down_is_not_taken_for_an_answer(wix: FakeWix) -> None:
    wix.site.faults.append(faults.server_error(VERSION, times=None))
    with pytest.raises(UnavailableError):
        _ = open_site(wix).catalog_version


def test_a_new_v3_shop_is_waited_for(wix_v3: FakeWix) -> None:
    wix_v3.site.version_endpoint_missing = True
    wix_v3.site.faults.append(faults.provisioning_428(times=2))
    assert open_site(wix_v3).catalog_version is CatalogVersion.V3


def test_the_site_is_known_by_its_id_and_with_an_app_by_its_installation(wix_v3: FakeWix) -> None:
    assert open_site(wix_v3).site_id == wix_v3.site.site_id
