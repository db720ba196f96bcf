"""Fixtures of the tests of the target."""

from __future__ import annotations

import logging
import tempfile
from typing import TYPE_CHECKING

import pytest

from target_wix.sinks import SINKS
from tests.target.contacts.harness import Shop
from tests.target.products.harness import Shop as ProductShop
from tests.target.runtime.harness import MemoryShop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fake_wix import FakeWix


@pytest.fixture(scope="session", autouse=True)
def _locks_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that run side by side use one made-up site, and must not lock each other out."""
    folder = str(tmp_path_factory.mktemp("locks"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture
def memory_shop(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> MemoryShop:
    """What is written goes on a memory_shop instead of into a shop."""
    caplog.set_level(logging.INFO, "target-wix")
    memory_shop = MemoryShop()
    for stream in ("collections", "products", "contacts"):
        monkeypatch.setitem(SINKS, stream, memory_shop.sink())
    return memory_shop


@pytest.fixture
def people(wix_contacts_only: FakeWix) -> Shop:
    """A site without a shop, whose contacts are what matters."""
    return Shop(wix_contacts_only.site, wix_contacts_only.url)


@pytest.fixture
def shop(wix_v3: FakeWix) -> ProductShop:
    """A Catalog V3 shop without products."""
    return ProductShop(wix_v3.site, wix_v3.url)
