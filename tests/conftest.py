"""Fixtures: a running fake Wix with an empty site of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.fake_wix import NOT_INSTALLED, V1, V3, FakeWix, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same examples in every run: a suite that is green says the same tomorrow.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def config(wix: FakeWix, site: Site | None = None, **more: Any) -> dict[str, Any]:
    """Settings of tap or target for a site of the fake (the first one), at a rate that no test has to wait for."""
    return {**(site or wix.site).settings(wix.url), **more}


@pytest.fixture
def wix_v1() -> Iterator[FakeWix]:
    """A Catalog V1 site."""
    with FakeWix(Site(V1)) as wix:
        yield wix


@pytest.fixture
def wix_v3() -> Iterator[FakeWix]:
    """A Catalog V3 site."""
    with FakeWix(Site(V3)) as wix:
        yield wix


@pytest.fixture
def wix_contacts_only() -> Iterator[FakeWix]:
    """A site without the Stores app."""
    with FakeWix(Site(NOT_INSTALLED)) as wix:
        yield wix


@pytest.fixture(params=[V1, V3])
def wix(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    """A site of either catalog version: the test runs on both."""
    with FakeWix(Site(request.param)) as running:
        yield running
