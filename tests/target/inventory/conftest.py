"""Fixtures of the tests of inventory items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.target.inventory.harness import StockShop

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix


@pytest.fixture
def shop(wix: FakeWix) -> StockShop:
    """An empty shop, on either catalog."""
    return StockShop(wix)


@pytest.fixture
def v3(wix_v3: FakeWix) -> StockShop:
    """An empty shop on Catalog V3."""
    return StockShop(wix_v3)


@pytest.fixture
def v1(wix_v1: FakeWix) -> StockShop:
    """An empty shop on Catalog V1."""
    return StockShop(wix_v1)
