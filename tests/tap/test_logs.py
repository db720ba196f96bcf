"""Logs say what, how many, how fast and how far, and nothing of what is in a row."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tap_wix.progress import Progress
from tests.conftest import config
from tests.fake_wix import API_KEY, FakeWix, faults
from tests.fake_wix.shops.nasty import nasty
from tests.fake_wix.site import APP_SECRET
from tests.tap.running import command, settings_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("refused", [False, True], ids=["a run that succeeds", "a run that fails"])
@pytest.mark.parametrize("login", ["key", "app"])
def test_no_log_line_holds_a_secret_or_anything_of_a_contact(
    wix: FakeWix, tmp_path: Path, login: str, *, refused: bool
) -> None:
    site = wix.site
    nasty(site, contacts=5, products=5)
    site.contacts.add(
        {
            "name": {"first": "Wilhelmina-Maria"},
            "emails": {"items": [{"email": "wilhelmina@example.com"}]},
            "phones": {"items": [{"phone": "+47 912 34 567"}]},
        }
    )
    if refused:
        said = {"message": "no wilhelmina@example.com here", "details": {}}
        site.faults.add(faults.refusal("^/contacts", status=400, body=said, times=None))
    settings = config(wix) if login == "key" else site.app_settings(wix.url)
    path = settings_file(tmp_path, settings)
    ended = command("--config", path, cwd=tmp_path, env={"TAP_WIX_LOGLEVEL": "DEBUG"})
    assert ended.code == int(refused), ended.log
    assert ("wilhelmina@example.com" in ended.out) != refused
    secrets = [API_KEY, APP_SECRET, *site.tokens, "wilhelmina", "Wilhelmina", "912 34 567"]
    assert not [secret for secret in secrets if secret in ended.log]
    assert "@" not in ended.log.replace("@wix/stores", "").replace("<e-mail>", "")


def test_progress_is_told_once_a_minute_and_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    seconds = [0.0]
    progress = Progress(logging.getLogger("test"), "products", clock=lambda: seconds[0])
    for number in range(100):
        progress.rows += 1
        progress.log_if_due(f"2026-01-01T00:00:{number % 60:02d}Z")
        seconds[0] += 1.5
    progress.finish()
    assert [record.getMessage() for record in caplog.records] == [
        "Stream products: 41 rows so far in 60 s, 1 a second, at 2026-01-01T00:00:40Z.",
        "Stream products: 81 rows so far in 120 s, 1 a second, at 2026-01-01T00:00:20Z.",
        "Stream products: 100 rows in all in 150 s, 1 a second, at 2026-01-01T00:00:39Z.",
    ]
