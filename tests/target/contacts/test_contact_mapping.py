"""Contacts without a network: what a record says, what is the same, what differs."""

from __future__ import annotations

from typing import Any

import pytest

from target_wix.contacts.addresses import same_address, tidy_address
from target_wix.contacts.apply import ResolvedRefs, apply_patch
from target_wix.contacts.parse import read_patch
from target_wix.contacts.patch import CLEAR
from target_wix.contacts.state import (
    ContactState,
    as_contact,
    differences,
    named_fields,
    read_state,
)
from target_wix.contacts.values import email_key, guessed_type, same_phone, same_value, typed
from target_wix.runtime.outcomes import Rejection
from tests.target.contacts.harness import emails, number

GUID = "1F2E3D4C-5b6a-4789-8abc-def012345678"


def info_of(record: dict[str, Any], contact: dict[str, Any] | None = None, **more: Any) -> Any:
    """What a record makes of a contact, as it would be sent."""
    wish, _ = read_patch(record)
    before = read_state({"info": contact or {}})
    return differences(before, apply_patch(wish, before, ResolvedRefs(**more)))


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"phone": "41 23 45 67"}, {"phone": "41234567"}, True),
        ({"phone": "41234567", "e164Phone": "+4741234567"}, {"phone": "41-234567"}, True),
        ({"phone": "x", "e164Phone": "+4741234567"}, {"phone": "+47 41234567"}, True),
        ({"phone": "41234567", "e164Phone": "+4741234567"}, {"phone": "+46 41234567"}, False),
        ({"phone": "41234567", "countryCode": "NO"}, {"phone": "41234567"}, True),
        (
            {"phone": "41234567", "countryCode": "NO"},
            {"phone": "41234567", "countryCode": "SE"},
            False,
        ),
        ({"phone": "ring the bell"}, {"phone": "Ring the bell "}, True),
        ({"phone": "ring the bell"}, {"phone": "knock"}, False),
    ],
)
def test_phones_are_the_same_by_number(
    left: dict[str, Any], right: dict[str, Any], *, same: bool
) -> None:
    assert same_phone(left, right) is same
    assert same_phone(right, left) is same


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"city": " Oslo"}, {"city": "Oslo", "addressLine2": ""}, True),
        ({"country": "us", "subdivision": "ny"}, {"country": "US", "subdivision": "US-NY"}, True),
        ({"city": "Oslo"}, {"city": "oslo"}, False),
        ({"addressLine": "Main St 1"}, {"addressLine": "Main St 2"}, False),
        (
            {"addressLine": "12 B, Main St"},
            {"streetAddress": {"number": "12 B", "name": "Main St"}},
            True,
        ),
    ],
)
def test_addresses_are_the_same_by_what_they_say(
    left: dict[str, Any], right: dict[str, Any], *, same: bool
) -> None:
    assert same_address(tidy_address(left), tidy_address(right)) is same


def test_emails_are_trimmed_and_folded() -> None:
    assert email_key(" Ann@EXAMPLE.org ") == email_key("ann@example.org")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (7, "7.0", True),
        (number("12.10"), number("12.1"), True),
        (9007199254740993, 9007199254740992, False),
        ("a ", "a", True),
        ("7", "7.0", False),
        ("007", 7, False),
        ("a", None, False),
        (True, 1, False),
    ],
)
def test_values_of_custom_fields_are_the_same_by_value(
    left: Any, right: Any, *, same: bool
) -> None:
    assert same_value(left, right) is same


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, "NUMBER"),
        (number("7.5"), "NUMBER"),
        ("7", "TEXT"),
        ("2024-02-29", "DATE"),
        ("2023-02-29", "TEXT"),
        ("https://example.org/a b", "TEXT"),
        ("https://example.org/a", "URL"),
        ("example.org", "TEXT"),
        (True, "TEXT"),
    ],
)
def test_a_new_field_gets_its_type_from_the_value(value: Any, kind: str) -> None:
    assert guessed_type(value) == kind
    typed(kind, value, "custom.x")


def test_a_text_of_digits_is_a_text() -> None:
    assert typed("TEXT", 7, "custom.x") == "7"


def test_a_guid_is_an_id_in_any_case_and_nothing_else_is() -> None:
    assert read_patch({"id": GUID})[0].id == GUID.lower()
    assert read_patch({"id": f"{{{GUID}}}"})[0].id == GUID.lower()
    # Mailchimp's ids of people are MD5 sums.
    for odd in ("7", "../orders", GUID[:-1], f"{GUID}/labels", GUID.replace("-", "")):
        wish, _ = read_patch({"id": odd})
        assert (wish.id, wish.odd_id) == (None, True)
    assert not read_patch({"id": None})[0].odd_id


@pytest.mark.parametrize(
    "shape",
    [
        {"info": {"emails": {"items": [{"email": "a@b.c"}]}}},
        {"info": {"emails": [{"email": "a@b.c"}]}},
        {"info": {"emails": ["a@b.c"]}},
        {"info": '{"emails": {"items": [{"email": "a@b.c"}]}}'},
        {"info": {"emails": '{"items": [{"email": "a@b.c"}]}'}},
        {"info": {"emails": '[{"email": "a@b.c", "primary": null}]'}},
        {"emails": "a@b.c;"},
        {"EMAILS": '["a@b.c", null, {"email": ""}]'},
    ],
)
def test_a_list_may_come_in_many_shapes(shape: dict[str, Any]) -> None:
    wish, unknown = read_patch(shape)
    assert wish.all_emails() == ["a@b.c"]
    assert not unknown


@pytest.mark.parametrize(
    "record",
    [
        {"info": "{"},
        {"info": []},
        {"info": {"emails": 7}},
        {"info": {"emails": [7]}},
        {"info": {"emails": {"items": [{"email": ["x"]}]}}},
        {"info": {"phones": {"items": [{"phone": "1", "primary": "perhaps"}]}}},
        {"info": {"name": "Ann"}},
        {"info": {"extendedFields": "none"}},
        {"info": {"picture": ["x"]}},
        {"company": {"a": 1}},
        {"labels": 7},
        {"id": "5a3d6b1e-0000-4000-8000-00000000beef", "revision": "new"},
    ],
)
def test_what_cannot_be_read_names_its_field_and_not_its_value(record: dict[str, Any]) -> None:
    with pytest.raises(Rejection) as refused:
        read_patch(record)
    assert refused.value.code == "BAD_VALUE"
    assert refused.value.field is not None
    assert refused.value.field.split(".")[0].split("[")[0] in record


def test_what_only_wix_writes_says_nothing() -> None:
    record: dict[str, object] = {
        "primaryInfo": {"email": "x@y.z"}, "createdDate": "x", "source": {}, "memberInfo": "{}",
        "primaryEmail": None, "segments": [], "picture": {"image": {"url": "x"}}, "siteId": "s",
        "additionalFields": {}, "info": {"locations": {"items": ["x"]}, "extendedFields":
        {"items": {"members.mobile": "1"}}},
    }  # fmt: skip
    wish, unknown = read_patch(record)
    assert not unknown
    assert differences(ContactState(), apply_patch(wish, ContactState(), ResolvedRefs())) == {}


def test_a_name_is_sent_in_both_its_parts() -> None:
    name = {"name": {"first": "Ann", "last": "Berg"}}
    assert info_of({"first_name": "Anna"}, name) == {"name": {"first": "Anna", "last": "Berg"}}
    assert info_of({"first_name": "Ann"}, {"name": {"first": "Ann "}}) == {}


def test_a_language_is_the_same_in_any_case() -> None:
    assert info_of({"locale": "EN_us"}, {"locale": "en-US"}) == {}


def test_a_number_twice_in_two_spellings_stays_twice() -> None:
    phones = {"phones": {"items": [{"phone": "555-1"}, {"phone": "5551", "tag": "FAX"}]}}
    assert info_of({"info": phones}, phones) == {}
    fewer = {"phones": {"items": phones["phones"]["items"][:1]}}
    assert info_of({"info": fewer}, phones)["phones"]["items"] == [
        {"phone": "555-1", "tag": "UNTAGGED", "primary": True}
    ]


def test_one_email_twice_in_a_record_is_sent_once() -> None:
    sent = info_of({"info": emails("a@b.c", "A@b.c", "d@b.c")})["emails"]["items"]
    assert [item["email"] for item in sent] == ["a@b.c", "d@b.c"]


def test_a_value_that_found_the_contact_is_no_wish_to_change_it() -> None:
    contact = emails("a@b.c", "d@b.c")
    assert info_of({"email": "d@b.c"}, contact, matched_by="email") == {}
    moved = info_of({"email": "d@b.c"}, contact, matched_by="id")["emails"]["items"]
    assert [item["primary"] for item in moved] == [False, True]


def test_changes_are_named_for_people() -> None:
    before = read_state({"info": {"extendedFields": {"items": {"custom.a": 1}}}})
    after = apply_patch(
        read_patch({"company": "X", "labels": "y"})[0],
        before,
        ResolvedRefs(labels=["custom.y"], custom={"custom.a": CLEAR, "custom.b": 2}),
    )
    info = differences(before, after)
    assert named_fields(info, before, after) == ["company", "labels", "custom.a", "custom.b"]
    assert info["extendedFields"] == {"items": {"custom.a": None, "custom.b": 2}}


def test_a_card_read_back_from_what_a_dry_run_keeps_is_the_same() -> None:
    contact = {
        **emails("a@b.c"), "name": {"first": "A"}, "company": "B", "labelKeys": {"items": ["c.d"]},
        "extendedFields": {"items": {"custom.a": 1}}, "picture": {"image": {"url": "x"}},
        "addresses": {"items": [{"tag": "HOME", "address": {"city": "Oslo"}}]},
    }  # fmt: skip
    card = read_state({"info": contact})
    assert read_state(as_contact(card, "x", 1)) == card


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ({"jobTitle": "", "job_title": "CTO"}, {"jobTitle": "CTO"}),
        ({"job_title": "CTO", "jobTitle": None}, {"jobTitle": "CTO"}),
        ({"JOB TITLE": "", "job_title": "CTO"}, {"jobTitle": "CTO"}),
        ({"jobTitle": "CTO", "job_title": ""}, {"jobTitle": "CTO"}),
        ({"jobTitle": "CEO", "job_title": "CTO"}, {"jobTitle": "CEO"}),
        ({"jobTitle": "", "job_title": None}, {}),
        ({"JOB TITLE": "", "job_title": None}, {}),
        ({"jobTitle": None, "job_title": None}, {"jobTitle": CLEAR}),
    ],
)
def test_of_two_columns_for_one_field_the_one_that_says_something_counts(
    cells: dict[str, Any], texts: dict[str, Any]
) -> None:
    patch, unknown = read_patch(cells, null_clears=True)
    assert patch.texts == texts
    assert unknown == (["job_title"] if cells.get("jobTitle") == "CEO" else [])
