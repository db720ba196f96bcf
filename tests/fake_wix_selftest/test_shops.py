"""Shops: legal, and the same for the same seed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import requests

from tests.fake_wix import V1, Site
from tests.fake_wix.contacts_book import emails_of, phones_of
from tests.fake_wix.contacts_rules import checked_info
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty


def filled(kind: str, seed: int = 1) -> Site:
    """A site with a shop on it."""
    site = Site(V1, seed=7)
    if kind == "demo":
        demo(site)
    else:
        nasty(site, seed, contacts=300, products=0, tied_contacts=120)
    return site


def without_items_of_wix(info: dict[str, Any]) -> dict[str, Any]:
    """An info as somebody would send it."""
    custom = info["extendedFields"]["items"]
    kept = {key: value for key, value in custom.items() if key.startswith("custom.")}
    return {**info, "extendedFields": {"items": kept}}


@pytest.mark.parametrize("kind", ["demo", "nasty"])
def test_every_contact_of_a_shop_could_have_been_sent_to_wix(kind: str) -> None:
    site = filled(kind)
    for contact in site.contacts.store.all():
        sent = without_items_of_wix(contact["info"])
        taken = checked_info(site.contacts, sent)
        assert [item["email"] for item in taken.get("emails", [])] == [
            item["email"] for item in sent.get("emails", {}).get("items", [])
        ]


def test_the_same_seed_gives_the_same_shop_and_another_seed_another() -> None:
    one, same, other = (filled("nasty", seed).contacts.store.all() for seed in (1, 1, 2))
    assert [row["info"].get("name") for row in one] == [row["info"].get("name") for row in same]
    assert [row["createdDate"] for row in one] == [row["createdDate"] for row in same]
    assert [row["info"].get("name") for row in one] != [row["info"].get("name") for row in other]


def test_a_nasty_shop_has_ties_and_dates_of_every_precision() -> None:
    contacts = filled("nasty").contacts.store.all()
    created = [row["createdDate"] for row in contacts]
    assert len(set(created[:120])) == 1
    assert {len(text) for text in created} >= {20, 24, 30}


def test_the_command_prints_how_to_reach_the_shop_and_stops_when_told() -> None:
    command = [sys.executable, "-m", "tests.fake_wix", "--catalog", "v1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(10)]
        said = dict(line[7:].strip().split("=", 1) for line in lines if line.startswith("export "))
        headers = {"Authorization": said["TAP_WIX_API_KEY"], "wix-site-id": said["TAP_WIX_SITE_ID"]}
        url = f"{said['TAP_WIX_API_URL']}/contacts/v4/contacts"
        answer = requests.get(url, headers=headers, timeout=20)
        assert answer.json()["pagingMetadata"]["total"] == 12
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_contacts_of_a_nasty_shop_can_be_told_apart_by_email_and_phone() -> None:
    site = Site(V1)
    nasty(site, 3, contacts=1_000, products=0, keyed_contacts=True)
    keys = [key for row in site.contacts.store.all() for key in {*emails_of(row), *phones_of(row)}]
    assert len(keys) == len(set(keys))
    assert all(emails_of(row) or phones_of(row) for row in site.contacts.store.all())
