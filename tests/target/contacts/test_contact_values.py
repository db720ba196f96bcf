"""What a record does to the contact it means: lists, single values, labels and custom fields."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fake_wix import faults
from tests.target.contacts.harness import Shop, emails, messages, number


def listed(*addresses: dict[str, Any]) -> dict[str, Any]:
    return {"addresses": {"items": [{"tag": "HOME", "address": one} for one in addresses]}}


# -- flat rows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("camel", [False, True])
def test_a_flat_row_makes_a_whole_contact(people: Shop, *, camel: bool) -> None:
    people.book.labels.add("VIP", key="custom.vip")
    key = people.book.fields.add("Shoe size", "NUMBER")["key"]
    row = {
        "email": " ann@example.org ",
        "phone": 41234567,
        "first_name": "Ann",
        "last_name": "Berg",
        "company": "Berg Ltd",
        "job_title": "CTO",
        "birthdate": "1990-02-28T00:00:00",
        "locale": "nb_NO",
        "labels": "VIP; New one ;",
        "address_line": "Storgata 1",
        "address_line2": "3rd floor",
        "city": "Oslo",
        "postal_code": 150,
        "country": "us",
        "subdivision": "ny",
        "custom.Shoe size": "41.5",
        "favourite_colour": "blue",
    }
    if camel:
        row = {
            {"first_name": "firstName", "last_name": "lastName", "job_title": "jobTitle",
             "address_line": "addressLine", "address_line2": "addressLine2",
             "postal_code": "postalCode"}.get(name, name): value
            for name, value in row.items()
        }  # fmt: skip
    assert people.run(row).counts == {"created": 1}
    (info,) = people.infos()
    assert info == {
        "name": {"first": "Ann", "last": "Berg"},
        "company": "Berg Ltd",
        "jobTitle": "CTO",
        "birthdate": "1990-02-28",
        "locale": "nb-NO",
        "emails": [{"email": "ann@example.org", "tag": "UNTAGGED", "primary": True}],
        "phones": [{"phone": "41234567", "tag": "UNTAGGED", "primary": True}],
        "addresses": [
            {
                "tag": "UNTAGGED",
                "address": {
                    "addressLine": "Storgata 1",
                    "addressLine2": "3rd floor",
                    "city": "Oslo",
                    "postalCode": "150",
                    "country": "US",
                    "subdivision": "US-NY",
                },
            }
        ],
        "labels": ["custom.new-one", "custom.vip"],
        "custom": {key: number("41.5")},
    }
    assert people.run(row).counts == {"unchanged": 1}


def test_address_columns_may_carry_a_prefix(people: Shop) -> None:
    row = {"email": "a@example.org", "address_city": "Oslo", "address_address_line": "Storgata 1"}
    people.run({**row, "address_country": "NO", "city": None})
    address = people.infos()[0]["addresses"][0]["address"]
    assert address == {"city": "Oslo", "addressLine": "Storgata 1", "country": "NO"}


def test_columns_that_mean_nothing_are_named_once(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"email": "a@example.org", "favourite_colour": "x", "name": "Ann Berg", "id": None}
    people.run(row, {**row, "email": "b@example.org"})
    said = [text for text in messages(caplog) if "favourite_colour" in text]
    assert len(said) == 1
    assert "name" in said[0]


def test_an_empty_cell_says_nothing_and_neither_does_null(people: Shop) -> None:
    there = people.add("a@example.org", company="Berg", name={"first": "Ann", "last": "Berg"})
    row = {"id": there, "company": "", "first_name": None, "city": "", "labels": "", "phone": " "}
    assert people.run(row).counts == {"unchanged": 1}
    assert people.run({"id": there, "company": ""}, null_clears=True).counts == {"unchanged": 1}


def test_null_empties_a_field_where_it_is_set_so(people: Shop) -> None:
    vip = people.book.labels.add("VIP")["key"]
    key = people.book.fields.add("Size", "NUMBER")["key"]
    there = people.add(
        "a@example.org",
        "41234567",
        company="Berg",
        name={"first": "Ann", "last": "Berg"},
        labelKeys={"items": ["contacts.customers", vip]},
        extendedFields={"items": {key: 7}},
        birthdate="1990-01-01",
        **listed({"city": "Oslo", "country": "NO"}),
    )
    row = {
        "id": there, "company": None, "first_name": None, "birthdate": None, "phone": None,
        "labels": None, "city": None, key: None,
    }  # fmt: skip
    assert people.run(row, null_clears=True).counts == {"updated": 1}
    info = people.info(there)
    assert info == {
        "name": {"last": "Berg"},
        "emails": [{"email": "a@example.org", "tag": "MAIN", "primary": True}],
        "addresses": [{"tag": "HOME", "address": {"country": "NO"}}],
        "labels": ["contacts.customers"],
    }
    assert people.run(row, null_clears=True).counts == {"unchanged": 1}
    nested = {"id": there, "info": {"name": None, "addresses": None, "emails": None}}
    assert people.run(nested, null_clears=True).codes == {"INSUFFICIENT_CONTACT_DATA": 1}


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize("replaces", [False, True])
def test_a_custom_field_is_emptied_however_the_site_wants_it(
    people: Shop, *, refuses: bool, replaces: bool
) -> None:
    people.book.refuses_null_fields = refuses
    people.book.replaces_extended_fields = replaces
    one, two = (people.book.fields.add(name)["key"] for name in ("One", "Two"))
    there = people.add("a@example.org", extendedFields={"items": {one: "1", two: "2"}})
    assert people.run({"id": there, one: None}, null_clears=True).counts == {"updated": 1}
    assert people.info(there)["custom"] == {two: "2"}


# -- lists --------------------------------------------------------------------------------------


def test_a_list_replaces_the_list_and_keeps_what_is_there_as_it_is_written(people: Shop) -> None:
    there = people.add(**emails("Ann@example.org", "b@example.org"))
    wanted = [{"email": "ann@EXAMPLE.org"}, {"email": "c@example.org", "tag": "work"}]
    people.run({"id": there, "info": {"emails": {"items": wanted}}})
    assert people.info(there)["emails"] == [
        {"email": "Ann@example.org", "tag": "MAIN", "primary": True},
        {"email": "c@example.org", "tag": "WORK", "primary": False},
    ]
    assert all("id" not in item for item in people.sent()["emails"]["items"])
    people.run({"id": there, "first_name": "Ann", "info": {"emails": []}})
    assert "emails" not in people.info(there)


@pytest.mark.parametrize("lists", ["replace", "merge"])
def test_the_same_digits_in_two_countries_are_two_phones(people: Shop, lists: str) -> None:
    there = people.add("a@example.org", phones={"items": [{"phone": "41234567"}]})
    phones = [{"phone": "41234567", "countryCode": country} for country in ("NO", "SE")]
    record = {"id": there, "info": {"phones": phones}}
    assert people.run(record, contact_lists=lists).counts == {"updated": 1}
    assert [one["countryCode"] for one in people.info(there)["phones"]] == ["NO", "SE"]
    assert people.run(record, contact_lists=lists).counts == {"unchanged": 1}


def test_a_list_with_two_primary_emails_is_nothing_to_later_records(people: Shop) -> None:
    there = people.add("a@example.org")
    people.run({"id": there, "info": emails("a@example.org", "b@example.org")})
    twice = [{"email": one, "primary": True} for one in ("a@example.org", "b@example.org")]
    rows: list[dict[str, Any]] = [
        {"id": there, "info": {"emails": twice, "company": "Berg"}},
        {"id": there, "email": "c@example.org"},
    ]
    assert people.run(*rows).counts == {"updated": 2}
    assert people.info(there)["company"] == "Berg"
    assert people.info(there)["emails"][0]["email"] == "c@example.org"


def test_lists_can_be_united_instead(people: Shop) -> None:
    there = people.add("a@example.org", "41234567", **listed({"city": "Oslo"}))
    info = {
        "emails": [{"email": "c@example.org", "primary": True}, {"email": "A@example.org"}],
        "phones": [{"phone": "412 34 567"}, {"phone": "555", "tag": "FAX"}],
        "addresses": listed({"city": "Oslo"}, {"city": "Bergen"})["addresses"],
    }
    record = {"id": there, "info": info}
    assert people.run(record, contact_lists="merge").counts == {"updated": 1}
    after = people.info(there)
    assert [(one["email"], one["primary"]) for one in after["emails"]] == [
        ("a@example.org", True),
        ("c@example.org", False),
    ]
    assert [one["phone"] for one in after["phones"]] == ["41234567", "555"]
    assert [one["address"]["city"] for one in after["addresses"]] == ["Oslo", "Bergen"]
    assert people.run(record, contact_lists="merge").counts == {"unchanged": 1}
    empty = {"id": there, "info": {"emails": []}}
    assert people.run(empty, contact_lists="merge").counts == {"unchanged": 1}


def test_the_order_of_a_list_is_nothing_to_write_about(people: Shop) -> None:
    people.add(**emails("a@example.org", "b@example.org"), **listed({"city": "X"}, {"city": "Y"}))
    (record,) = people.tap_records()
    for name in ("emails", "addresses"):
        record["info"][name]["items"].reverse()
    assert people.run(record).counts == {"unchanged": 1}


def test_another_primary_is_a_change(people: Shop) -> None:
    there = people.add(**emails("a@example.org", "b@example.org"))
    wanted = [{"email": "a@example.org"}, {"email": "b@example.org", "primary": "true"}]
    people.run({"id": there, "info": json.dumps({"emails": wanted})})
    assert [one["primary"] for one in people.info(there)["emails"]] == [False, True]


def test_a_flat_email_and_phone_replace_the_primary_ones_in_place(people: Shop) -> None:
    there = people.add(
        **emails("a@example.org", "b@example.org"),
        phones={
            "items": [
                {"phone": "555", "tag": "FAX", "primary": False},
                {"phone": "41234567", "countryCode": "NO", "tag": "MOBILE", "primary": True},
            ]
        },
    )
    people.run({"id": there, "email": "c@example.org", "phone": "46123456"})
    info = people.info(there)
    assert info["emails"][0] == {"email": "c@example.org", "tag": "MAIN", "primary": True}
    assert info["emails"][1]["email"] == "b@example.org"
    assert [one["phone"] for one in info["phones"]] == ["555", "46123456"]
    assert info["phones"][1]["countryCode"] == "NO"
    people.run({"id": there, "phone": "+46 70 123 45 67"})
    assert "countryCode" not in people.info(there)["phones"][1]
    people.run({"id": there, "email": "b@example.org"})
    assert [(one["email"], one["primary"]) for one in people.info(there)["emails"]] == [
        ("c@example.org", False),
        ("b@example.org", True),
    ]


def test_flat_address_columns_change_the_first_address_in_place(people: Shop) -> None:
    street = {"streetAddress": {"number": "1", "name": "Main St"}, "city": "NYC"}
    there = people.add(
        "a@example.org",
        **listed({**street, "country": "US", "subdivision": "US-NY"}, {"city": "B"}),
    )
    people.run({"id": there, "city": "New York"})
    first, second = people.info(there)["addresses"]
    assert first["address"] == {
        **street,
        "city": "New York",
        "country": "US",
        "subdivision": "US-NY",
    }
    assert second["address"] == {"city": "B"}
    people.run({"id": there, "address_line": "Storgata 1", "country": "NO"})
    first, _ = people.info(there)["addresses"]
    assert first["address"] == {"addressLine": "Storgata 1", "city": "New York", "country": "NO"}
    assert people.run({"id": there, "city": "B"}).counts == {"unchanged": 1}


def test_a_street_in_two_parts_equals_the_same_in_one(people: Shop) -> None:
    street = {"streetAddress": {"number": "1", "name": "Main St"}}
    there = people.add("a@example.org", **listed(street))
    record = {"id": there, "info": listed({"addressLine": "1 Main St"})}
    assert people.run(record).counts == {"unchanged": 1}


# -- labels and custom fields -------------------------------------------------------------------


def test_labels_are_united_by_key_or_name(people: Shop) -> None:
    vip = people.book.labels.add("VIP", key="custom.vip")["key"]
    old = people.book.labels.add("Old")["key"]
    there = people.add("a@example.org", labelKeys={"items": [old]})
    for named in ("custom.vip", "VIP", "vip", ["custom.vip", "VIP"], '["Vip"]'):
        people.run({"id": there, "labels": named})
        assert people.info(there)["labels"] == sorted([old, vip])
    assert len([one for one in people.writes if one.path.startswith("/contacts/v4/contacts")]) == 1
    assert people.run({"id": there, "labels": []}).counts == {"unchanged": 1}


def test_a_label_that_is_not_there_is_made_or_reported(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    there = people.add("a@example.org")
    row = {"id": there, "labels": "New", "company": "Berg"}
    run = people.run(row, row, create_labels=False)
    assert (run.code, run.counts) == (0, {"updated": 1, "unchanged": 1})
    assert "labels" not in people.info(there)
    (said,) = [text for text in messages(caplog) if "unknown labels ('New')" in text]
    assert said.startswith(f"Left out: unknown labels ('New'), first in {there}")
    assert people.run(row).counts == {"updated": 1}
    assert people.info(there)["labels"] == ["custom.new"]
    # A key is nothing to make a label from.
    assert people.run({"id": there, "labels": "custom.never-seen"}).counts == {"unchanged": 1}
    assert len(people.book.labels.store) == 3


def test_a_full_list_of_labels_or_fields_does_not_keep_the_rest_from_being_written(
    people: Shop,
) -> None:
    people.book.labels.quota = people.book.fields.quota = 0
    row = {"email": "a@example.org", "labels": "New", "custom.new": "x", "company": "Berg"}
    run = people.run(row, create_custom_fields=True)
    assert run.counts == {"created": 1}
    assert people.infos()[0]["company"] == "Berg"


def test_custom_fields_are_sent_all_together_and_never_those_of_the_system(people: Shop) -> None:
    for replaces in (True, False):
        people.book.replaces_extended_fields = replaces
        one, two = (people.book.fields.add(f"{name} {replaces}")["key"] for name in ("One", "Two"))
        there = people.add(f"{replaces}@example.org", extendedFields={"items": {one: "1"}})
        people.run({"id": there, f"custom.TWO {replaces}": "2"})
        assert people.info(there)["custom"] == {one: "1", two: "2"}
        assert people.sent() == {"extendedFields": {"items": {one: "1", two: "2"}}}


@pytest.mark.parametrize("cell", ["NULL", "nan", "#N/A", "<NA>", "\\N", " NULL "])
def test_what_programs_write_for_nothing_overwrites_no_name(people: Shop, cell: str) -> None:
    custom = people.book.fields.add("Code", "TEXT")["key"]
    row = {"email": "a@example.org", "first_name": "Ann", "company": "Berg", custom: "C-1"}
    assert people.run(row).counts == {"created": 1}
    names = ("first_name", "last_name", "company", "job_title", "city", custom)
    assert people.run({"email": "a@example.org", **dict.fromkeys(names, cell)}).counts == {
        "unchanged": 1
    }


@pytest.mark.parametrize("name", ["Null", "Nan", "Nil", "None", "Na"])
def test_people_are_called_like_words_for_nothing(people: Shop, name: str) -> None:
    assert people.run({"email": "a@example.org", "last_name": name}).counts == {"created": 1}
    assert people.infos()[0]["name"] == {"last": name}


@pytest.mark.parametrize("column", ["first_name", "email", "city", "custom.Code"])
def test_an_error_of_a_spreadsheet_is_written_to_no_contact(people: Shop, column: str) -> None:
    people.book.fields.add("Code", "TEXT")
    run = people.run({"email": "a@example.org", column: "#REF!"})
    assert run.counts == {"rejected": 1}


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("TEXT", 7, "7"),
        ("TEXT", number("1.50"), "1.50"),
        ("NUMBER", "1.50", number("1.50")),
        ("NUMBER", 9007199254740993, 9007199254740993),
        ("DATE", "2024-02-29T00:00:00Z", "2024-02-29"),
        ("URL", "example.org/a", "https://example.org/a"),
        ("URL", "http://example.org", "http://example.org"),
        ("URL", "example.org:8080/a", "https://example.org:8080/a"),
        ("URL", "example.org/@ann", "https://example.org/@ann"),
    ],
)
def test_a_value_is_written_in_the_type_of_its_field(
    people: Shop, kind: str, value: Any, stored: Any
) -> None:
    key = people.book.fields.add("Field", kind)["key"]
    row = {"email": "a@example.org", key: value}
    assert people.run(row).counts == {"created": 1}
    assert people.infos()[0]["custom"] == {key: stored}
    assert people.run(row).counts == {"unchanged": 1}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("NUMBER", "seven"),
        ("NUMBER", True),
        ("DATE", "2024-02-30"),
        ("DATE", "soon"),
        ("URL", "no address"),
        ("URL", "mailto:ann@example.org"),
        ("URL", "ann@example.org"),
        ("URL", "tel:+49.30.123456"),
        ("URL", "javascript:a.b"),
        ("TEXT", ["a"]),
    ],
)
def test_a_value_of_another_type_is_refused_without_asking_wix(
    people: Shop, kind: str, value: Any
) -> None:
    people.book.fields.add("Field", kind)
    run = people.run({"email": "a@example.org", "custom.Field": value})
    assert run.codes == {"INVALID_EXTENDED_FIELD_VALUE": 1}
    assert not people.writes


def test_a_custom_field_that_is_not_there_is_reported_or_made_by_its_value(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    row = {
        "email": "a@example.org", "custom.Score": 7, "custom.Since": "2024-02-29",
        "custom.Page": "https://example.org", "custom.Code": "0047",
    }  # fmt: skip
    run = people.run(row)
    assert (run.code, run.counts) == (0, {"created": 1})
    assert "custom" not in people.infos()[0]
    assert sum("unknown custom fields ('Score')" in text for text in messages(caplog)) == 1
    assert people.run(row, row, create_custom_fields=True).counts["updated"] == 1
    kinds = {field["displayName"]: field["dataType"] for field in people.book.fields.custom()}
    assert kinds == {"Score": "NUMBER", "Since": "DATE", "Page": "URL", "Code": "TEXT"}
    assert sorted(map(str, people.infos()[0]["custom"].values())) == [
        "0047", "2024-02-29", "7", "https://example.org",
    ]  # fmt: skip
    assert people.run(row, create_custom_fields=True).counts == {"unchanged": 1}


def test_pictures_are_written_where_there_is_none(people: Shop) -> None:
    there = people.add("a@example.org")
    url = "https://example.org/ann.jpg"
    assert people.run({"id": there, "picture": url}).counts == {"updated": 1}
    assert people.sent() == {"picture": {"image": {"url": url}}}
    assert people.run({"id": there, "picture_url": url}).counts == {"unchanged": 1}
    row = {"id": there, "picture": f"{url}?2"}
    assert people.run(row, media="replace").counts == {"updated": 1}


# -- what Wix would refuse ----------------------------------------------------------------------

FIFTY_ONE = [f"a{at}@example.org" for at in range(51)]


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"name": {"first": "x" * 1001}}, "TOO_LONG"),
        ({"company": "x" * 1001}, "TOO_LONG"),
        ({"emails": ["x" * 320 + "@y"]}, "TOO_LONG"),
        ({"phones": ["1" * 51]}, "TOO_LONG"),
        ({"emails": FIFTY_ONE}, "TOO_MANY"),
        ({"emails": [{"email": "a@b.c", "tag": "MOBILE"}]}, "BAD_VALUE"),
        (listed({"addressLine": "x", "streetAddress": {"name": "y"}}), "BAD_VALUE"),
        (listed({"postalCode": "1" * 101}), "TOO_LONG"),
        ({"emails": "{broken"}, "BAD_VALUE"),
        ({"labelKeys": ["x" * 181]}, "TOO_LONG"),
        (
            {"emails": [{"email": one, "primary": True} for one in FIFTY_ONE[:2]]},
            "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO",
        ),
    ],
)
def test_what_wix_would_refuse_is_refused_without_a_write(
    people: Shop, caplog: pytest.LogCaptureFixture, info: dict[str, Any], code: str
) -> None:
    there = people.add("there@example.org")
    run = people.run({"id": there, "info": info})
    assert (run.code, run.codes) == (1, {code: 1})
    assert not people.writes
    (said,) = messages(caplog)[:1]
    assert there in said
    assert "field info." in said
    assert "@" not in said


def test_what_wix_holds_already_is_not_held_against_a_record(people: Shop) -> None:
    odd = {"subdivision": "NEW YORK", "country": "US", "postalCode": "x" * 120}
    there = people.add("a@example.org", company="x" * 2000, locale="??", **listed(odd))
    contact = people.book.store.edit(there)
    contact["info"]["emails"]["items"][0]["tag"] = "TOMORROW"
    people.book.save(contact, indexed=True)
    assert people.run(*people.tap_records()).counts == {"unchanged": 1}
    # What is wrong with it by now is for Wix to say.
    said = people.run({"id": there, "email": "b@example.org"}).codes
    assert said == {"ENUM": 1}
    assert people.run({"id": there, "city": "Oslo"}).codes == {"MAX_LENGTH": 1}
    assert len(people.writes) == 2


def test_what_wix_refuses_anyway_is_told_in_its_own_words(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"message": "Not this city"}
    refused = faults.refusal("/contacts$", method="POST", status=400, body=body)
    people.site.faults.add(refused)
    row = {"email": "a@example.org", "city": "Oslo"}
    run = people.run(row, {"email": "b@example.org"})
    assert (run.code, run.counts) == (1, {"created": 1, "rejected": 1})
    assert any("Not this city" in text for text in messages(caplog))


def test_no_email_reaches_the_log(people: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    people.add("taken@example.org")
    first = people.add("first@example.org")
    people.site.faults.add(faults.refusal(
        "/contacts$", method="POST", status=400,
        body={"message": "secret@example.org is not good"},
    ))  # fmt: skip
    people.run(
        {"email": "new@example.org"},
        {"id": "ann@example.org", "email": "ann@example.org", "birthdate": "x"},
        {"id": first, "email": "taken@example.org"},
        {"email": "c@example.org", "labels": "custom.me@example.org", "company": "x" * 1001},
        {"email": "bad@example.org", "custom.who@example.org": "x", "labels": "me@example.org"},
    )
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name != "urllib3")
    assert "rejected" in logged
    assert "@example.org" not in logged


def test_a_dry_run_says_what_would_be_and_writes_nothing(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    there = people.add("a@example.org")
    rows: list[dict[str, Any]] = [
        {"email": "new@example.org", "labels": "New", "custom.New": 7},
        {"id": there, "company": "Berg", "custom.New": 8},
        {"email": "a@example.org", "company": "Berg"},
        {"email": "NEW@example.org", "labels": "new"},
        {"first_name": "Ann"},
    ]
    run = people.run(*rows, dry_run=True, create_custom_fields=True)
    assert run.counts == {"created": 1, "updated": 1, "unchanged": 2, "rejected": 1}
    assert not people.writes
    assert any(f"{there} updated: company, custom.New" in text for text in messages(caplog, 20))
