"""Records that report a deletion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.target.contacts.harness import PATH, Shop

GONE = "2026-11-01T00:00:00Z"
UNKNOWN = "5a3d6b1e-0000-4000-8000-00000000beef"


def deletion(**record: Any) -> dict[str, Any]:
    return {**record, "_sdc_deleted_at": GONE}


def test_a_deletion_is_ignored_unless_it_is_wanted(people: Shop) -> None:
    there = people.add("a@example.org")
    assert people.run(deletion(id=there)).counts == {"ignored": 1}
    assert there in people.book.store
    assert people.run(deletion(id=there), delete_mode="delete").counts == {"deleted": 1}
    assert there not in people.book.store


def test_it_is_matched_by_the_keys_too(people: Shop) -> None:
    people.add("a@example.org")
    run = people.run(deletion(email="A@example.org"), delete_mode="delete")
    assert run.counts == {"deleted": 1}
    assert not people.book.store.all()


@pytest.mark.parametrize("status", [200, 404])
def test_what_is_not_there_is_deleted_already(people: Shop, status: int) -> None:
    people.book.delete_unknown_status = status
    rows = [deletion(id=UNKNOWN), deletion(email="nobody@example.org")]
    assert people.run(*rows, delete_mode="delete").counts == {"unchanged": 2}
    assert not people.writes


def test_what_the_index_does_not_show_yet_is_deleted_all_the_same(people: Shop) -> None:
    people.site.index_lag = None
    there = people.add("a@example.org")
    contact = people.book.store.edit(there)
    people.book.delete(there)
    people.site.flush_index()
    people.book.save(contact)
    assert people.run(deletion(id=there), delete_mode="delete").counts == {"deleted": 1}


def test_what_was_merged_into_another_contact_takes_nobody_along(people: Shop) -> None:
    there, gone = people.add("a@example.org"), people.add("b@example.org")
    people.book.delete(gone)
    people.book.merged[gone] = there
    assert people.run(deletion(id=gone), delete_mode="delete").counts == {"unchanged": 1}
    assert there in people.book.store


@pytest.mark.parametrize("status", [400, 403, 409, 428])
def test_a_member_or_a_wix_user_is_not_deleted_and_that_is_said(people: Shop, status: int) -> None:
    people.book.delete_refusal_status = status
    member, owner, other = (people.add(f"{at}@example.org") for at in range(3))
    people.book.make_member(member)
    people.book.owners.add(owner)
    rows = [deletion(id=one) for one in (member, owner, other)]
    run = people.run(*rows, delete_mode="delete")
    assert run.codes == {"CANNOT_DELETE_MEMBER": 1, "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR": 1}
    assert run.counts["deleted"] == 1
    assert len(people.book.store) == 2


def test_changes_and_deletions_of_one_contact_happen_in_their_order(people: Shop) -> None:
    people.site.index_lag = None
    there = people.add("a@example.org")
    people.site.flush_index()
    row = {"email": "a@example.org", "first_name": "Ann"}
    rows = [row, deletion(email="a@example.org"), row, {**row, "company": "Berg"}]
    run = people.run(*rows, delete_mode="delete")
    assert run.counts == {"updated": 2, "deleted": 1, "created": 1}
    (info,) = people.infos()
    assert info["company"] == "Berg"
    assert there not in people.book.store
    new = [{"email": "n@example.org"}, deletion(email="n@example.org")]
    assert people.run(*new, delete_mode="delete").counts == {"created": 1, "deleted": 1}


def test_a_dry_run_deletes_nothing(people: Shop) -> None:
    there = people.add("a@example.org")
    run = people.run(deletion(id=there), delete_mode="delete", dry_run=True)
    assert run.counts == {"deleted": 1}
    assert there in people.book.store
    assert not people.site.requests.matching(PATH, "DELETE")


# -- whom a deletion means ------------------------------------------------------------------------

DELETE = {"delete_mode": "delete"}


def test_an_old_record_with_an_unknown_id_deletes_nobody_new(people: Shop) -> None:
    there = people.add("a@example.org", "41234567")
    rows = [deletion(id=UNKNOWN, email="a@example.org"), deletion(id=UNKNOWN, phone="41234567")]
    for site in ({}, {"siteId": people.site.site_id}, {"siteId": UNKNOWN}):
        run = people.run(*({**row, **site} for row in rows), **DELETE)
        assert run.counts == {"unchanged": 2}
    assert there in people.book.store


def test_a_phone_alone_deletes_nobody(people: Shop) -> None:
    there = people.add(phone="41234567", name={"first": "Ann"})
    rows = [deletion(phone="41234567"), deletion(phone="41234567", id="4711")]
    assert people.run(*rows, **DELETE).codes == {"NO_KEY": 2}
    other = deletion(phone="41234567", email="bo@example.org")
    assert people.run(other, **DELETE).counts == {"unchanged": 1}
    assert there in people.book.store


def test_a_stronger_key_that_contradicts_keeps_a_contact(people: Shop) -> None:
    key = people.book.fields.add("erp")["key"]
    options = {**DELETE, "contact_match_keys": [key, "email", "phone"]}
    there = people.add("a@example.org", extendedFields={"items": {key: "C-1"}})
    old = deletion(email="a@example.org", **{key: "C-2"})
    assert people.run(old, **options).counts == {"unchanged": 1}
    assert there in people.book.store
    assert people.run(deletion(**{key: "C-1 "}), **options).counts == {"deleted": 1}


def test_an_email_of_two_contacts_deletes_none(people: Shop) -> None:
    for _ in range(2):
        people.add("same@example.org")
    assert people.run(deletion(email="same@example.org"), **DELETE).codes == {"AMBIGUOUS": 1}
    assert len(people.book.store) == 2


def test_a_contact_that_was_changed_after_its_deletion_was_noted_stays(people: Shop) -> None:
    there = people.add("a@example.org")
    people.book.touch(there)
    old = deletion(id=there, revision=1)
    assert people.run(old, **DELETE).codes == {"STALE_RECORD": 1}
    assert there in people.book.store
    assert people.run({**old, "revision": 2}, **DELETE).counts == {"deleted": 1}


def test_an_outdated_deletion_goes_through_where_that_is_wanted(people: Shop) -> None:
    there = people.add("a@example.org")
    people.book.touch(there)
    run = people.run(deletion(id=there, revision=1), stale_records="overwrite", **DELETE)
    assert run.counts == {"deleted": 1}


def test_what_the_index_shows_is_proved_before_it_is_deleted(people: Shop) -> None:
    people.site.index_lag = None
    there, other = people.add("a@example.org"), people.add("b@example.org")
    people.site.flush_index()
    # The contact got another e-mail since, which the index does not show.
    contact = people.book.store.edit(there)
    contact["info"]["emails"]["items"][0]["email"] = "new@example.org"
    people.book.save(contact)
    assert people.run(deletion(email="a@example.org"), **DELETE).counts == {"unchanged": 1}
    assert {there, other} <= {one["id"] for one in people.book.store.all()}
