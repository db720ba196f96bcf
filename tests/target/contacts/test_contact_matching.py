"""Whom a record means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_wix import faults
from tests.target.contacts.harness import SCHEMA, Shop, as_line, emails, messages, number

UNKNOWN = "5a3d6b1e-0000-4000-8000-00000000beef"


@pytest.mark.parametrize("email", [" ANN@example.ORG ", "ann@example.org"])
@pytest.mark.parametrize("stored", ["ann@example.org", "Ann@Example.org"])
def test_an_email_is_compared_without_regard_to_case(people: Shop, email: str, stored: str) -> None:
    there = people.add(stored)
    run = people.run({"email": email, "company": "Berg"})
    assert run.counts == {"updated": 1}
    assert people.info(there)["company"] == "Berg"
    assert [one["email"] for one in people.info(there)["emails"]] == [stored]
    assert len(people.book.store) == 1


def test_a_secondary_email_finds_its_contact_and_stays_secondary(people: Shop) -> None:
    there = people.add(**emails("a@example.org", "b@example.org"))
    assert people.run({"email": "b@example.org"}).counts == {"unchanged": 1}
    assert people.run({"email": "b@example.org", "company": "Berg"}).counts == {"updated": 1}
    assert people.info(there)["emails"][0] == {
        "email": "a@example.org",
        "tag": "MAIN",
        "primary": True,
    }


def test_a_phone_is_compared_by_its_international_form_else_by_digits(people: Shop) -> None:
    phones = {"41 23 45 60": True, "41234561": True, "+47 41234562": True, "+46 41234563": False}
    for at, found in enumerate(phones.values()):
        people.add(phone=f"4123456{at}", name={"first": f"N{at}"}, company=str(found))
    # So many that the index is read as a whole: how Wix compares phones in it nobody knows.
    rows = [{"email": f"x{at}@example.org", "first_name": "X"} for at in range(301)]
    flat = [{"phone": phone, "company": str(found)} for phone, found in phones.items()]
    run = people.run(*flat, *rows)
    assert run.counts == {"created": 302, "unchanged": 3}


def test_the_international_form_of_a_record_finds_a_number_written_otherwise(people: Shop) -> None:
    people.add(phone="41234567", name={"first": "Ann"})
    item = {"phone": "0047 41 23 45 67", "e164Phone": "+4741234567", "countryCode": "NO"}
    record = {"info": {"phones": {"items": [item]}, "company": "Berg"}}
    assert people.run(record).counts == {"updated": 1}
    assert "phones" not in people.sent()


def test_a_custom_field_can_be_what_contacts_are_told_apart_by(people: Shop) -> None:
    key = people.book.fields.add("ERP number")["key"]
    there = people.add("old@example.org", extendedFields={"items": {key: "C-1"}})
    row = {"custom.ERP number": "C-1", "email": "new@example.org", "first_name": "Ann"}
    for match_key in (key, "custom.ERP number"):
        assert people.run(row, contact_match_keys=[match_key]).code == 0
    assert people.info(there)["emails"][0]["email"] == "new@example.org"
    assert len(people.book.store) == 1
    other = {"custom.ERP number": "C-2", "email": "two@example.org"}
    assert people.run(other, contact_match_keys=[key]).counts == {"created": 1}


def test_a_number_can_be_one_too(people: Shop) -> None:
    key = people.book.fields.add("Number", "NUMBER")["key"]
    people.add("a@example.org", extendedFields={"items": {key: 7}})
    row: dict[str, Any] = {key: "7.0", "company": "Berg"}
    assert people.run(row, contact_match_keys=[key]).counts == {"updated": 1}
    row = {key: number("7.50"), "company": "Berg", "first_name": "B"}
    assert people.run(row, row, contact_match_keys=[key]).counts == {"created": 1, "unchanged": 1}
    assert people.run(row, contact_match_keys=[key]).counts == {"unchanged": 1}


def test_a_field_made_on_the_way_tells_contacts_apart_from_then_on(people: Shop) -> None:
    people.site.index_lag = None
    rows = [{"custom.erp": f"C-{at % 600}", "first_name": f"N{at % 600}"} for at in range(1200)]
    options = {"contact_match_keys": ["custom.erp"], "create_custom_fields": True}
    run = people.run(*rows, **options)
    assert run.counts == {"created": 600, "unchanged": 600}


def test_the_keys_are_tried_in_their_order(people: Shop) -> None:
    by_phone = people.add(phone="41234567", name={"first": "Ann"})
    by_email = people.add("ann@example.org")
    row = {"email": "ann@example.org", "phone": "41234567", "company": "Berg"}
    people.run(row, contact_match_keys=["phone", "email"])
    assert people.sent()["company"] == "Berg"
    assert people.writes[-1].path.endswith(by_phone)
    people.run({**row, "company": "Two"})
    assert people.writes[-1].path.endswith(by_email)


def test_two_contacts_with_the_key_are_both_named(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    two = [people.add("same@example.org") for _ in range(2)]
    run = people.run({"email": "same@example.org", "company": "Berg"})
    assert run.codes == {"AMBIGUOUS": 1}
    (said,) = [text for text in messages(caplog) if "AMBIGUOUS" in text]
    assert all(one in said for one in two)
    assert not people.writes


def test_an_id_decides_whatever_the_keys_say(people: Shop) -> None:
    first, second = people.add("a@example.org"), people.add("b@example.org")
    run = people.run({"id": first.upper(), "phone": "41234567"})
    assert run.counts == {"updated": 1}
    assert people.writes[-1].path.endswith(first)
    run = people.run({"id": first, "email": "b@example.org"})
    assert run.codes == {"DUPLICATE_CONTACT_EXISTS": 1}
    assert people.info(second)["emails"][0]["email"] == "b@example.org"


def test_an_id_that_is_none_of_wix_is_not_used(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    people.add("a@example.org")
    rows: list[dict[str, Any]] = [
        {"id": "../orders", "email": "a@example.org"},
        {"id": 4711, "email": "b@example.org"},
    ]
    run = people.run(*rows)
    assert run.counts == {"unchanged": 1, "created": 1}
    assert sum("no id of Wix" in text for text in messages(caplog)) == 1
    assert not people.site.requests.matching("orders")


def test_an_unknown_id_falls_through_to_the_keys(people: Shop) -> None:
    there = people.add("a@example.org")
    record = {"id": UNKNOWN, "revision": 1, "info": emails("a@example.org", company="Berg")}
    assert people.run(record).counts == {"updated": 1}
    assert people.info(there)["company"] == "Berg"


def test_an_unknown_id_without_a_match_is_for_the_owner_to_decide(people: Shop) -> None:
    record = {"id": UNKNOWN, "info": emails("a@example.org")}
    assert people.run(record).codes == {"UNKNOWN_ID": 1}
    assert people.run(record, unknown_id="create").counts == {"created": 1}
    assert people.run(record).counts == {"unchanged": 1}


def test_an_id_too_new_for_the_index_is_asked_for_itself(people: Shop) -> None:
    people.site.index_lag = None
    there = people.add("a@example.org")
    contact = people.book.store.edit(there)
    people.book.delete(there)
    people.site.flush_index()
    people.book.save(contact)
    assert people.run({"id": there, "company": "Berg"}).counts == {"updated": 1}


def test_an_id_that_was_merged_away_leads_to_the_contact_it_went_into(people: Shop) -> None:
    there, gone = people.add("a@example.org"), people.add("b@example.org")
    people.book.delete(gone)
    people.book.merged[gone] = there
    record = {"id": gone, "company": "Berg"}
    assert people.run(record, record).counts == {"updated": 1, "unchanged": 1}
    assert people.info(there)["company"] == "Berg"
    # A record of the time before the merge would undo it.
    old = {"id": gone, "revision": 7, "info": emails("b@example.org")}
    assert people.run(old).codes == {"STALE_RECORD": 1}
    assert people.run(old, stale_records="overwrite").counts == {"updated": 1}


def test_nothing_to_go_by_is_no_contact(people: Shop) -> None:
    rows = [{"first_name": "Ann"}, {"company": "Berg"}, {"custom.x": "1", "first_name": "Ann"}]
    assert people.run(*rows).codes == {"NO_KEY": 3}
    key = people.book.fields.add("erp")["key"]
    run = people.run({key: "C-1", "company": "Berg"}, contact_match_keys=[key])
    assert run.codes == {"INSUFFICIENT_CONTACT_DATA": 1}
    assert not people.writes


def test_records_of_one_contact_become_one_write_in_which_the_later_value_wins(
    people: Shop,
) -> None:
    there = people.add("a@example.org", company="Old")
    run = people.run(
        {"id": there, "company": "One", "first_name": "Ann"},
        {"email": "a@example.org", "company": "Two"},
        {"id": there, "job_title": "CTO"},
        {"id": there, "job_title": "CTO"},
    )
    assert run.counts == {"updated": 3, "unchanged": 1}
    assert len(people.writes) == 1
    assert people.sent() == {"name": {"first": "Ann"}, "company": "Two", "jobTitle": "CTO"}


def test_records_of_one_new_contact_become_one(people: Shop) -> None:
    run = people.run(
        {"email": "a@example.org", "first_name": "Ann", "phone": "41234567"},
        {"email": "A@example.org", "company": "Berg"},
        {"phone": "41 23 45 67", "job_title": "CTO"},
    )
    assert run.counts == {"created": 1, "updated": 2}
    (info,) = people.infos()
    assert (info["name"], info["company"], info["jobTitle"]) == ({"first": "Ann"}, "Berg", "CTO")
    assert len(people.writes) == 1


def test_a_refused_record_does_not_take_the_others_of_its_contact_along(people: Shop) -> None:
    there = people.add("a@example.org")
    people.site.faults.add(
        faults.refusal(
            "/contacts/",
            method="PATCH",
            times=None,
            status=400,
            body={"message": "No bad companies"},
            when=lambda request: request.body["info"].get("company") == "Bad",
        )
    )
    rows = [{"id": there, "job_title": "CTO"}, {"id": there, "company": "Bad"}]
    run = people.run(*rows, {"id": there, "first_name": "Ann"})
    assert run.counts == {"updated": 2, "rejected": 1}
    assert people.info(there)["jobTitle"] == "CTO"
    assert people.info(there)["name"] == {"first": "Ann"}


def test_a_key_that_an_earlier_record_takes_away_no_longer_finds_the_contact(
    people: Shop,
) -> None:
    there = people.add("a@example.org")
    run = people.run(
        {"id": there, "email": "b@example.org"},
        {"email": "a@example.org", "first_name": "Another"},
        {"email": "b@example.org", "company": "Berg"},
    )
    assert run.counts == {"updated": 2, "created": 1}
    assert people.info(there)["company"] == "Berg"
    assert len(people.book.store) == 2


def test_what_a_run_created_is_known_to_it_while_the_index_lags(people: Shop) -> None:
    people.site.index_lag = None
    rows = [{"email": f"c{at}@example.org", "first_name": "X"} for at in range(600)]
    later = [{"email": f"C{at}@example.org", "company": "Berg"} for at in range(600)]
    run = people.run(*rows, *later)
    # The first hundred of the later ones share a batch with those that create them.
    assert run.counts["created"] == 600
    assert len(people.book.store) == 600
    assert all(info["company"] == "Berg" for info in people.infos())
    assert not people.site.requests.matching("/contacts$", "POST")[600:]


def test_what_is_known_outlasts_a_change_of_the_schema(people: Shop) -> None:
    people.site.index_lag = None
    other = SCHEMA.replace('{"id": {}}', '{"id": {}, "email": {}}')
    row = {"email": "a@example.org", "first_name": "Ann"}
    run = people.run_lines([SCHEMA, as_line(row), other, as_line({**row, "company": "Berg"})])
    assert run.counts == {"created": 1, "updated": 1}
    assert people.site.requests.count("/contacts$", "POST") == 1


def test_the_same_digits_in_two_countries_are_two_new_contacts(people: Shop) -> None:
    rows = [
        {"info": {"phones": [{"phone": "41234567", "countryCode": code}], "company": code}}
        for code in ("NO", "US", "NO")
    ]
    assert people.run(*rows).counts == {"created": 2, "unchanged": 1}
    assert [info["company"] for info in people.infos()] == ["NO", "US"]


def test_records_that_take_each_other_back_are_unchanged(people: Shop) -> None:
    rows: list[dict[str, Any]] = [
        {"email": "ann@example.org", "first_name": "Ann", "company": "Berg"},
        {"email": "ann@example.org", "first_name": "Anna"},
    ]
    assert people.run(*rows).counts == {"created": 1, "updated": 1}
    people.site.requests.clear()
    assert people.run(*rows, dry_run=True).counts == {"unchanged": 2}
    assert people.run(*rows).counts == {"unchanged": 2}
    assert not people.writes
    half = [{**rows[0], "company": "Two"}, rows[1]]
    assert people.run(*half).counts == {"updated": 1, "unchanged": 1}


def test_a_revision_of_the_senders_own_costs_no_record(people: Shop) -> None:
    there = people.add("ann@example.org")
    row = {"email": "ann@example.org", "revision": "v2-final", "company": "Berg"}
    assert people.run(row).counts == {"updated": 1}
    assert people.run({**row, "id": there}).codes == {"BAD_VALUE": 1}


def test_cells_with_several_keys_that_contradict_each_other_settle(people: Shop) -> None:
    rows = [
        {"email": "u@example.org", "phone": "+49 30 111111"},
        {"email": "u@example.org; v@example.org"},
        {"email": "v@example.org", "first_name": "V"},
        {"email": "w@example.org; u@example.org", "first_name": "W"},
        {"email": "v@example.org"},
    ]
    assert people.run(*rows).counts == {"created": 1, "updated": 3, "unchanged": 1}
    people.site.requests.clear()
    assert people.run(*rows).counts == {"unchanged": 5}
    assert not people.writes
    [info] = people.infos()
    assert info["name"]["first"] == "W"
    assert {one["email"][0] for one in info["emails"]} == {"u", "v", "w"}
