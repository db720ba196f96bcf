"""How many requests it takes: the quota of Wix is what bounds a run."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from target_wix.contacts.lookup import ContactCache
from tests.fake_wix import NOT_INSTALLED, FakeWix, Site
from tests.fake_wix.shops.nasty import nasty
from tests.target.contacts.harness import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

THOUSAND = 1000


@pytest.fixture(scope="module")
def big() -> Iterator[Shop]:
    """A site with more contacts than it is worth reading for a thousand records."""
    site = Site(NOT_INSTALLED)
    for at in range(THOUSAND):
        site.contacts.add(
            {
                "name": {"first": f"N{at}"},
                "emails": {"items": [{"email": f"Old{at}@example.org", "tag": "MAIN"}]},
                "phones": {"items": [{"phone": f"4{at:07}", "countryCode": "NO"}]},
            },
            contact_id=f"{at:08x}-0000-4000-8000-000000000000",
        )
    with FakeWix(site) as wix:
        yield Shop(site, wix.url)


@pytest.fixture
def huge(big: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same, and so many others that reading them all is out of the question."""
    monkeypatch.setattr("target_wix.contacts.lookup.count_contacts", lambda _: 1_000_000)
    big.site.requests.clear()
    return big


def test_a_thousand_unchanged_contacts(big: Shop) -> None:
    big.site.requests.clear()
    run = big.run(*big.tap_records()[:THOUSAND])
    assert run.counts == {"unchanged": THOUSAND}
    assert big.site.requests.count() <= 15


def test_a_thousand_unchanged_contacts_of_a_large_site(huge: Shop) -> None:
    run = huge.run(*huge.tap_records()[:THOUSAND])
    assert run.counts == {"unchanged": THOUSAND}
    assert huge.site.requests.count() <= 15


def test_a_thousand_unchanged_rows_of_a_large_site_known_by_email(huge: Shop) -> None:
    rows = [{"email": f"Old{at}@example.org", "first_name": f"N{at}"} for at in range(THOUSAND)]
    assert huge.run(*rows).counts == {"unchanged": THOUSAND}
    assert huge.site.requests.count() <= 15


def test_a_thousand_new_contacts_of_a_large_site(huge: Shop) -> None:
    rows = [{"email": f"new{at}@example.org", "first_name": f"N{at}"} for at in range(THOUSAND)]
    assert huge.run(*rows).counts == {"created": THOUSAND}
    assert huge.site.requests.count() <= 1_030


def test_a_thousand_new_contacts_with_ids_emails_phones_labels_and_fields() -> None:
    source, site = Site(NOT_INSTALLED), Site(NOT_INSTALLED)
    nasty(source, 2, contacts=THOUSAND, products=0, keyed_contacts=True)
    with FakeWix(source) as wix, FakeWix(site) as other:
        records = Shop(source, wix.url).tap_records()
        there = Shop(site, other.url)
        assert there.run(*records, unknown_id="create").counts == {"created": THOUSAND}
        assert site.requests.count() <= 1_030
        site.requests.clear()
        again = there.run(*records, unknown_id="create")
        assert again.counts == {"unchanged": THOUSAND}
        assert site.requests.count() <= 15


def test_more_new_contacts_than_are_remembered_are_made_once(
    people: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "target_wix.contacts.lookup.ContactCache", functools.partial(ContactCache, most=200)
    )
    rows = [
        {"email": f"c{at}@example.org", "first_name": f"N{at}", "phone": f"030 1{at:05}"}
        for at in range(900)
    ]
    run = people.run(*rows, *rows)
    assert run.counts == {"created": 900, "unchanged": 900}
    assert len(people.book.store) == 900
    # Batches of 500 ask for a hundred e-mails or phones at a time; nothing is read whole again.
    assert people.site.requests.count("query$") <= 2 + 8 * 16
    sweeps = [one for one in people.site.requests.matching("query$") if is_sweep(one.body)]
    assert len(sweeps) <= 2
    people.site.requests.clear()
    assert people.run(*rows).counts == {"unchanged": 900}
    assert not people.writes


def is_sweep(body: dict[str, Any]) -> bool:
    return set(body["query"].get("filter", {})) <= {"createdDate"}


def test_one_record_costs_one_look_up(people: Shop) -> None:
    nasty(people.site, 2, contacts=50, products=0)
    there = people.add("a@example.org")
    assert people.run({"id": there, "email": "a@example.org"}).requests == 1
    assert people.run({"id": there, "company": "Berg"}).requests == 2
    assert people.run({"email": "b@example.org"}).requests == 2


def test_records_that_wait_for_each_other_are_not_looked_up_again(huge: Shop) -> None:
    rows = [
        {"id": "00000001-0000-4000-8000-000000000000", "email": f"moved{at}@example.org"}
        if at % 2
        else {"email": f"moved{at - 1}@example.org", "first_name": f"N{at}"}
        for at in range(2, 42)
    ]
    run = huge.run(*rows)
    assert run.code == 0
    lookups = huge.site.requests.count("query$")
    assert lookups <= 6
