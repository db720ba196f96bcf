"""Shops: legal, and the same for the same seed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import Any

import pytest
import requests

from tests.fake_wix import V1, Site
from tests.fake_wix.contacts.book import emails_of, phones_of
from tests.fake_wix.contacts.rules import checked_info
from tests.fake_wix.entity_types import TYPES
from tests.fake_wix.shops.business import nasty_business
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


def everything(seed: int) -> Site:
    """A site with all that an owner can have besides a catalog."""
    site = Site(V1, seed=7)
    site.clock.freeze("2026-06-30T12:00:00.000Z")
    nasty(
        site,
        seed,
        contacts=5,
        products=0,
        orders=40,
        members=20,
        deleted=20,
        business=True,
    )
    return site


def parts(site: Site) -> dict[str, Any]:
    """What is on a site, by its kind."""
    return {
        "orders": site.ecom.orders.all(),
        "payments": site.ecom.payments,
        "refunds": site.ecom.refunds,
        "fulfillments": site.ecom.fulfillments,
        "members": site.members.store.all(),
        "deleted": site.trash_bin.rows(),
        "properties": site.business.properties,
        "locations": site.business.locations.all(),
    }


def test_the_rest_of_a_nasty_shop_is_the_same_for_the_same_seed() -> None:
    one, same, other = (parts(everything(seed)) for seed in (1, 1, 2))
    assert one == same
    assert {name for name in one if one[name] == other[name]} == set()


def paths(value: Any, path: str = "") -> set[str]:
    """The paths at which something stands, as Wix's types write them."""
    if isinstance(value, list):
        return {f"{path}[]"}.union(*(paths(item, f"{path}[]") for item in value))
    if isinstance(value, dict):
        below = (paths(inner, f"{path}.{name}" if path else name) for name, inner in value.items())
        return {path}.union(*below)
    return {path}


@pytest.mark.parametrize(
    ("entity", "kind"),
    [("members", "members"), ("contacts_v5", "deleted"), ("business_locations", "locations")],
)
def test_a_nasty_shop_has_every_field_of_wix_somewhere(entity: str, kind: str) -> None:
    site = Site(V1)
    nasty(site, 3, contacts=0, products=0, members=200, deleted=200)
    nasty_business(site, random.Random(3), locations=60)
    held = parts(site)[kind]
    rows = [row["contact"] for row in held.values()] if kind == "deleted" else held
    found = set().union(*(paths(row) for row in rows))
    declared = json.loads((TYPES / f"{entity}.json").read_text())["fields"]
    assert {field["path"] for field in declared} - found == set()


def test_the_trash_bin_of_a_nasty_shop_has_a_row_that_is_too_old() -> None:
    assert 0 < len(everything(1).trash_bin.rows()) < 20
