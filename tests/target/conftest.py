"""Fixtures of the tests of the target."""

from __future__ import annotations

import logging

import pytest

from target_wix.sinks import SINKS
from tests.target.frame_kit import Shelf


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Shelf:
    """Products and contacts go on a shelf instead of into a shop."""
    caplog.set_level(logging.INFO, "target-wix")
    shelf = Shelf()
    for stream in ("products", "contacts"):
        monkeypatch.setitem(SINKS, stream, shelf.sink())
    return shelf
