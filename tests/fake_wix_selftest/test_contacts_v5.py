"""Making contacts in bulk with Contacts v5 (wix-api contacts 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

PATH = "/contacts/v5/bulk/contacts/create"


def rows(call: Caller, *contacts: Any, **more: Any) -> list[dict[str, Any]]:
    answer = call.ok("POST", PATH, {"contacts": list(contacts), **more})
    found: list[dict[str, Any]] = answer["results"]
    return found


def test_a_contact_of_v5_is_one_of_v4(call: Caller) -> None:
    sent = {
        "name": {"first": "Lena", "last": "Berg"},
        "email": {"email": "Lena@Example.org"},
        "additionalEmails": [{"email": "l@work.example"}],
        "phone": {"tag": "MOBILE", "phone": "+4741234567"},
        "addresses": [{"tag": "OTHER", "address": {"city": "Oslo", "country": "NO"}}],
        "company": {"name": "Berg", "jobTitle": "CTO"},
        "locale": "nb-NO",
        "birthdate": "1990-12-31",
    }
    (row,) = rows(call, sent, returnEntity=True)

    contact = call.ok("GET", f"/contacts/v4/contacts/{row['itemMetadata']['id']}")["contact"]
    info = contact["info"]
    assert (contact["revision"], row["item"]["revision"]) == (1, "1")
    assert info["name"] == sent["name"]
    assert [one["email"] for one in info["emails"]["items"]] == [
        "lena@example.org",
        "l@work.example",
    ]
    assert info["phones"]["items"][0]["tag"] == "MOBILE"
    assert info["addresses"]["items"][0]["tag"] == "UNTAGGED"
    assert (info["company"], info["jobTitle"]) == ("Berg", "CTO")
    assert row["item"]["email"]["email"] == "lena@example.org"


def test_what_v5_does_not_know_vanishes(call: Caller) -> None:
    (row,) = rows(
        call,
        {
            "email": {"email": "a@example.org"},
            "emails": [{"email": "b@example.org"}],
            "info": {"company": "X"},
            "jobTitle": "Y",
        },
        returnEntity=True,
    )
    assert {"emails", "info", "jobTitle"}.isdisjoint(row["item"])


def test_without_returnentity_there_is_no_item(call: Caller) -> None:
    assert "item" not in rows(call, {"email": {"email": "a@example.org"}})[0]


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        ({"contact": {"email": {"email": "a@example.org"}}}, "INSUFFICIENT_CONTACT_DATA"),
        ({"company": {"name": "X"}}, "INSUFFICIENT_CONTACT_DATA"),
        (
            {"name": {"first": "A"}, "additionalEmails": [{"email": "a@example.org"}]},
            "EMAIL_REQUIRED",
        ),
        ({"name": {"first": "A"}, "additionalPhones": [{"phone": "1234567"}]}, "PHONE_REQUIRED"),
        (
            {"email": {"email": "a@b.de"}, "additionalEmails": [{"email": "A@b.de"}]},
            "DUPLICATE_EMAIL",
        ),
    ],
)
def test_a_row_can_fail_alone(call: Caller, contact: dict[str, Any], code: str) -> None:
    good, bad = rows(call, {"email": {"email": "good@example.org"}}, contact)
    assert good["itemMetadata"]["success"] is True
    assert bad["itemMetadata"]["success"] is False
    assert bad["itemMetadata"]["error"]["code"] == code


@pytest.mark.parametrize(
    "contact",
    [
        {"email": {"email": "no e-mail"}},
        {"phone": {"phone": "1234567", "tag": "UNTAGGED"}},
        {"email": {"email": "a@example.org"}, "birthdate": "31.12.1990"},
        {"email": {"email": "a@b.de"}, "addresses": [{"address": {"subdivision": "NY"}}]},
        {
            "email": {"email": "a@b.de"},
            "additionalEmails": [{"email": f"{n}@b.de"} for n in range(11)],
        },
        {"name": "Lena"},
        {"name": {"first": "Lena"}, "externalId": "x" * 101},
        {"name": {"first": "Lena"}, "timeZone": "x" * 51},
        {"name": {"first": "Lena"}, "image": {"url": "x" * 2049}},
        {"name": {"first": "Lena"}, "addresses": [{"address": {"geocode": {"latitude": 91}}}]},
    ],
)
def test_a_row_of_the_wrong_form_refuses_all(call: Caller, contact: dict[str, Any]) -> None:
    contacts = [{"email": {"email": "good@example.org"}}, contact]
    assert call.refused("POST", PATH, {"contacts": contacts})[0] == 400
    assert len(call.site.contacts.store) == 0


@pytest.mark.parametrize("count", [0, 101])
def test_there_are_one_to_a_hundred_rows(call: Caller, count: int) -> None:
    contacts = [{"email": {"email": f"{n}@example.org"}} for n in range(count)]
    assert call.refused("POST", PATH, {"contacts": contacts})[0] == 400


def test_main_emails_and_main_phones_are_taken_only_once(call: Caller) -> None:
    book = call.site.contacts
    mine = book.add(
        {
            "emails": {"items": [{"email": "A@example.org"}, {"email": "second@example.org"}]},
            "phones": {"items": [{"phone": "+4741234567", "countryCode": "NO"}]},
        }
    )
    by_email, by_phone, second = rows(
        call,
        {"email": {"email": "a@example.org"}},
        {"email": {"email": "b@example.org"}, "phone": {"phone": "+4741234567"}},
        {"email": {"email": "second@example.org"}},
    )
    for row, kind in ((by_email, "EMAIL"), (by_phone, "PHONE")):
        error = row["itemMetadata"]["error"]
        assert error["code"] == "DUPLICATE_CONTACT_EXISTS"
        assert error["data"] == {"matchingContactId": mine["id"], "matchType": kind}
    # Additional ones do not count in v5.
    assert second["itemMetadata"]["success"] is True


@pytest.mark.parametrize("blind", [True, False])
def test_what_becomes_of_two_rows_that_mean_one_contact_is_the_sites_own(
    call: Caller, *, blind: bool
) -> None:
    call.site.contacts.v5_rows_are_blind = blind
    same = {"email": {"email": "a@example.org"}}
    made = [row["itemMetadata"]["success"] for row in rows(call, same, same)]
    assert made == [True, blind]
