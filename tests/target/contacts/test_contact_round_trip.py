"""Contacts of one site back onto it, and onto another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import NOT_INSTALLED, FakeWix, Site
from tests.fake_wix.shops.nasty import nasty
from tests.target.contacts.harness import Shop, emails, messages, plain

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def elsewhere() -> Iterator[Shop]:
    """Another site."""
    with FakeWix(Site(NOT_INSTALLED)) as wix:
        yield Shop(wix.site, wix.url)


def with_every_column(record: dict[str, Any]) -> dict[str, Any]:
    """A record as it comes out of a warehouse: every column there, null where nothing was."""
    columns = ("primaryInfo", "source", "lastActivity", "primaryEmail", "primaryPhone", "segments")
    info = {
        "name": None, "emails": None, "phones": None, "addresses": None, "company": None,
        "jobTitle": None, "birthdate": None, "locale": None, "labelKeys": None, "picture": None,
        "locations": None, **record["info"],
    }  # fmt: skip
    return {
        **dict.fromkeys((*columns, "memberInfo", "picture", "additionalFields")),
        **record,
        "info": info,
        "revision": str(record["revision"]),
        "_sdc_deleted_at": None,
    }


@pytest.mark.parametrize("seed", range(4))
def test_a_site_onto_itself_costs_no_write(people: Shop, seed: int) -> None:
    nasty(people.site, seed, contacts=120, products=0)
    run = people.run(*people.tap_records())
    assert (run.code, run.counts) == (0, {"unchanged": 120})
    assert not people.writes


@pytest.mark.parametrize("settings", [{"null_clears": True}, {"contact_lists": "merge"}])
def test_it_costs_none_under_other_settings_either(people: Shop, settings: dict[str, Any]) -> None:
    nasty(people.site, 7, contacts=120, products=0)
    run = people.run(*people.tap_records(), create_custom_fields=True, **settings)
    assert run.counts == {"unchanged": 120}
    assert not people.writes


def test_it_costs_none_by_way_of_a_warehouse(people: Shop) -> None:
    nasty(people.site, 8, contacts=120, products=0)
    run = people.run(*map(with_every_column, people.tap_records()))
    assert run.counts == {"unchanged": 120}
    assert not people.writes


def test_a_member_and_what_only_wix_writes_are_left_alone(people: Shop) -> None:
    there = people.add("Ann@Example.org", labelKeys={"items": ["contacts.customers"]})
    people.book.make_member(there)
    (record,) = people.tap_records()
    record["info"]["extendedFields"]["items"]["invoices.vatId"] = "changed"
    record["info"]["extendedFields"]["items"]["emailSubscriptions.subscriptionStatus"] = "X"
    record["primaryEmail"]["subscriptionStatus"] = "SUBSCRIBED"
    record["createdDate"] = "2001-01-01T00:00:00Z"
    assert people.run(record).counts == {"unchanged": 1}
    assert not people.writes


def test_one_changed_value_is_all_that_is_sent(people: Shop) -> None:
    nasty(people.site, 3, contacts=20, products=0)
    changed = people.add("ann@example.org", name={"first": "Ann", "last": "Berg"}, company="Old")
    records = people.tap_records()
    records[-1]["info"]["company"] = "New"
    run = people.run(*map(with_every_column, records))
    assert run.counts == {"unchanged": 20, "updated": 1}
    (write,) = people.writes
    assert write.body == {"revision": 1, "info": {"company": "New"}, "allowDuplicates": False}
    assert people.info(changed)["company"] == "New"


@pytest.mark.parametrize("lowers", [False, True])
def test_a_copy_is_equal_but_for_labels_and_pictures(
    people: Shop, elsewhere: Shop, caplog: pytest.LogCaptureFixture, *, lowers: bool
) -> None:
    nasty(people.site, 5, contacts=150, products=0, keyed_contacts=True)
    for field in people.book.fields.custom():
        elsewhere.book.fields.add(field["displayName"], field["dataType"], key=field["key"])
    elsewhere.book.lowercases_emails = lowers
    run = elsewhere.run(*people.tap_records(), unknown_id="create")
    assert (run.code, run.counts) == (0, {"created": 150})

    def comparable(infos: list[dict[str, Any]]) -> list[Any]:
        for info in infos:
            info.pop("labels", None)
            for item in info.get("emails", []):
                item["email"] = item["email"].lower() if lowers else item["email"]
        return infos

    assert comparable(elsewhere.infos()) == comparable(people.infos())
    labelled = sum(
        bool((one["info"].get("labelKeys") or {}).get("items")) for one in people.book.store.all()
    )
    assert labelled
    assert sum("labels of another site" in text for text in messages(caplog)) == 1
    again = elsewhere.run(*people.tap_records(), unknown_id="create")
    assert again.counts == {"unchanged": 150}


def test_a_copy_back_onto_the_first_site_changes_nothing(people: Shop, elsewhere: Shop) -> None:
    nasty(people.site, 6, contacts=80, products=0, keyed_contacts=True)
    before = people.infos()
    elsewhere.run(*people.tap_records(), unknown_id="create", create_custom_fields=True)
    people.site.requests.clear()
    run = people.run(*elsewhere.tap_records(), unknown_id="create")
    assert run.counts["unchanged"] == 80
    assert not people.writes
    assert people.infos() == before


def test_a_picture_goes_along_by_its_address(people: Shop, elsewhere: Shop) -> None:
    url = "https://static.wixstatic.com/media/aa~mv2.jpg"
    people.add("ann@example.org", picture={"image": {"id": "aa~mv2.jpg", "url": url}})
    elsewhere.run(*people.tap_records(), unknown_id="create")
    assert elsewhere.sent()["picture"] == {"image": {"url": url}}
    assert elsewhere.run(*people.tap_records(), unknown_id="create").counts == {"unchanged": 1}
    run = elsewhere.run(*people.tap_records(), unknown_id="create", media="replace")
    assert run.counts == {"updated": 1}


def test_contacts_without_anything_to_find_them_by_are_not_copied(
    people: Shop, elsewhere: Shop
) -> None:
    people.add(name={"first": "Only a name"})
    people.add("ann@example.org")
    run = elsewhere.run(*people.tap_records(), unknown_id="create")
    assert (run.code, run.codes, run.counts["created"]) == (1, {"NO_KEY": 1}, 1)


def test_a_site_whose_lists_are_nulls_and_empty_texts_is_as_empty_as_any(people: Shop) -> None:
    there = people.add("ann@example.org")
    contact = people.book.store.edit(there)
    contact["info"] |= {"company": "", "phones": {"items": []}, "addresses": None, "name": {}}
    people.book.save(contact, indexed=True)
    record = {"id": there, "info": emails("ann@example.org", company=None, name={"first": ""})}
    assert people.run(record).counts == {"unchanged": 1}
    assert plain(contact)["emails"][0]["email"] == "ann@example.org"
