"""Fixtures of the tests of collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fake_wix import V3
from tests.target.collections.harness import VERSIONS, CollectionShop, shops

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=VERSIONS)
def either(request: pytest.FixtureRequest) -> Iterator[CollectionShop]:
    """An empty shop on either catalog."""
    with shops(request.param) as (shop,):
        yield shop


@pytest.fixture
def shop() -> Iterator[CollectionShop]:
    """An empty shop on Catalog V3."""
    with shops(V3) as (found,):
        yield found
