"""Runs that cannot read everything: what they say, what they keep, how they end."""

from __future__ import annotations

import logging
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import config
from tests.fake_wix import V3, FakeWix, Site, faults
from tests.tap.running import STREAMS, command, environment, read, settings_file
from tests.tap.shops import put_product

if TYPE_CHECKING:
    from pathlib import Path

CONTACTS = "^/contacts/v4/contacts/query"
CATEGORIES = "^/categories/v1/categories/query"


@pytest.fixture
def shop(wix_v3: FakeWix) -> FakeWix:
    """A shop with two contacts."""
    for name in ("A", "B"):
        wix_v3.site.contacts.add({"name": {"first": name}})
    return wix_v3


def test_a_wrong_key_is_one_message(shop: FakeWix, tmp_path: Path) -> None:
    path = settings_file(tmp_path, config(shop, api_key="IST.not-the-key"))
    ended = command("--config", path, cwd=tmp_path)
    assert ended.code == 1
    assert len(ended.errors) == 1
    assert "API key" in ended.errors[0]
    assert "Traceback" not in ended.log
    assert "IST.not-the-key" not in ended.log
    assert not any(ended.run.rows(stream) for stream in STREAMS)


def test_a_site_of_another_account_is_one_message() -> None:
    other = Site(V3, api_key="IST.key-of-another-owner", seed=1)
    with FakeWix(Site(V3), other) as wix:
        run = read(config(wix, site_id=other.site_id))
    [message] = run.failures
    assert "account" in message or "site_id" in message


def test_contacts_refused_do_not_keep_the_catalog_from_being_read(shop: FakeWix) -> None:
    shop.site.faults.add(faults.refusal(CONTACTS, status=403, times=None))
    run = read(config(shop), hurried=True)
    [message] = run.failures
    assert message.startswith("Not read: contacts:")
    assert "permission" in message
    assert run.ids("collections")


def test_a_catalog_refused_does_not_keep_contacts_from_being_read(shop: FakeWix) -> None:
    for path in ("^/stores/", "^/categories/"):
        shop.site.faults.add(faults.refusal(path, status=403, times=None))
    run = read(config(shop))
    [message] = run.failures
    assert message.startswith("Not read: collections, products, product_variants:")
    assert len(run.rows("contacts")) == 2
    assert run.bookmark("contacts")
    assert run.bookmark("products") is None


def test_the_command_ends_with_1_when_a_stream_was_refused(shop: FakeWix, tmp_path: Path) -> None:
    shop.site.faults.add(faults.refusal(CONTACTS, status=403, times=None))
    ended = command("--config", settings_file(tmp_path, config(shop)), cwd=tmp_path)
    assert ended.code == 1
    assert [line for line in ended.errors if "Not read: contacts" in line]
    assert "Traceback" not in ended.log


def test_an_answer_without_its_list_fails_its_stream_and_keeps_what_was_read(shop: FakeWix) -> None:
    shop.site.faults.add(
        faults.refusal("^/stores/v3/products/query", status=200, body={}, times=None)
    )
    run = read(config(shop))
    [message] = run.failures
    assert message.startswith("Not read: products, product_variants:")
    assert len(run.rows("contacts")) == 2
    assert run.bookmark("contacts")


def test_an_odd_answer_to_one_stream_does_not_keep_the_others_from_being_read(
    shop: FakeWix,
) -> None:
    shop.site.faults.add(faults.refusal(CATEGORIES, status=200, body={}, times=None))
    product = put_product(shop.site, "Mug")
    run = read(config(shop))
    [message] = run.failures
    assert message.startswith("Not read: collections:")
    assert len(run.rows("contacts")) == 2
    assert run.ids("products") == [product]


def test_an_api_that_stays_down_does_not_keep_the_others_from_being_read(shop: FakeWix) -> None:
    shop.site.faults.add(faults.server_error(CATEGORIES, times=None))
    run = read(config(shop), hurried=True)
    [message] = run.failures
    assert message.startswith("Not read: collections:")
    assert "later" in message
    assert len(run.rows("contacts")) == 2


def test_a_wix_that_stays_down_ends_the_run_with_one_message(shop: FakeWix) -> None:
    shop.site.faults.add(faults.server_error("", times=None))
    run = read(config(shop), hurried=True)
    [message] = run.failures
    assert "later" in message
    assert not any(run.rows(stream) for stream in STREAMS)


@pytest.mark.parametrize(
    "fault",
    [
        faults.throttle_429(CONTACTS, times=3),
        faults.throttle_429(CONTACTS, retry_after=20, times=2),
        faults.server_error(CONTACTS, times=3),
        faults.cut_connection(CONTACTS, times=3),
        faults.truncated_json(CONTACTS, times=3),
        faults.html_page(CONTACTS, times=3),
    ],
    ids=["429", "429 with Retry-After", "5xx", "cut", "truncated", "html"],
)
def test_trouble_that_passes_leaves_no_trace(shop: FakeWix, fault: faults.Fault) -> None:
    shop.site.faults.add(fault)
    run = read(config(shop), hurried=True)
    assert not run.failures
    assert len(run.ids("contacts")) == 2
    assert fault.hits == fault.times


def test_a_site_without_stores_says_so_once_and_its_contacts_are_read(
    wix_contacts_only: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wix_contacts_only.site.contacts.add({"name": {"first": "A"}})
    run = read(config(wix_contacts_only))
    assert not run.failures
    assert len(run.rows("contacts")) == 1
    assert caplog.text.count("Wix Stores is not installed") == 1
    assert {m["stream"] for m in run.messages if m["type"] == "SCHEMA"} == set(STREAMS)
    assert run.bookmark("products") is None


def test_a_key_that_may_not_see_hidden_products_says_so_in_every_run(
    shop: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    shown, hidden = put_product(shop.site, "Mug"), put_product(shop.site, "Cup", visible=False)
    shop.site.deny("STORES.PRODUCT_READ_ADMIN")
    run = read(config(shop))
    assert run.ids("products") == [shown]
    assert hidden not in run.ids("products")
    for _ in range(2):
        caplog.clear()
        assert not read(config(shop), state=run.state).failures
        assert [record for record in caplog.records if "hidden" in record.getMessage()]


def test_a_key_for_contacts_alone_never_asks_for_the_catalog(shop: FakeWix) -> None:
    run = read(config(shop), streams=["contacts"])
    assert len(run.rows("contacts")) == 2
    assert not shop.site.requests.count("^/stores")


def test_a_loader_that_stops_reading_is_not_taken_for_the_taps_own_failure(
    shop: FakeWix, tmp_path: Path
) -> None:
    for number in range(300):
        shop.site.contacts.add({"name": {"first": f"{number} " + "x" * 900}})
    path = settings_file(tmp_path, config(shop))
    process = subprocess.Popen(
        [sys.executable, "-m", "tap_wix", "--config", path],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    log = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "The loader stopped reading" in log
    assert "Traceback" not in log
    assert log.count("| ERROR") == 1


@pytest.mark.parametrize("arguments", [[], ["--discover"], ["--about"], ["--test"]], ids=str)
@pytest.mark.parametrize(
    ("redirect", "words"),
    [("> /dev/full", "No space left"), (">&-", "standard output is closed")],
    ids=["full", "closed"],
)
def test_an_output_that_takes_nothing_is_one_line(
    shop: FakeWix, tmp_path: Path, arguments: list[str], redirect: str, words: str
) -> None:
    path = settings_file(tmp_path, config(shop))
    tap = shlex.join([sys.executable, "-m", "tap_wix", "--config", path, *arguments])
    done = subprocess.run(
        ["/bin/sh", "-c", f"{tap} {redirect}"],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    [line] = [line for line in done.stderr.splitlines() if "INFO" not in line]
    assert words in line
