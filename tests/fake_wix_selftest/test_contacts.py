"""Contacts v4 on the fake, checked against wix-api contacts 1 to 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

CONTACTS = "/contacts/v4/contacts"
QUERY = f"{CONTACTS}/query"


def info(email: str | None = None, phone: str | None = None, **more: Any) -> dict[str, Any]:
    """A small info."""
    out = dict(more)
    if email:
        out["emails"] = {"items": [{"tag": "MAIN", "email": email}]}
    if phone:
        out["phones"] = {"items": [{"countryCode": "NO", "phone": phone}]}
    return {"info": out}


def query(call: Caller, filters: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """The contacts that a filter finds."""
    found: list[dict[str, Any]] = call.ok("POST", QUERY, {"query": {"filter": filters, **more}})[
        "contacts"
    ]
    return found


def test_a_created_contact_is_read_back_with_what_wix_derives(call: Caller) -> None:
    made = call.ok("POST", CONTACTS, info("ann@example.org", "41 23 45 67", name={"first": "Ann"}))[
        "contact"
    ]
    read = call.ok("GET", f"{CONTACTS}/{made['id']}")
    assert read["responseType"] == "REGULAR"
    contact = read["contact"]
    assert contact == made
    assert contact["revision"] == 1
    assert contact["primaryInfo"] == {"email": "ann@example.org", "phone": "41 23 45 67"}
    assert contact["info"]["phones"]["items"][0]["e164Phone"] == "+4741234567"
    assert contact["info"]["emails"]["items"][0]["primary"] is True


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "INSUFFICIENT_CONTACT_DATA"),
        ({"contact": info("a@example.org")}, "INSUFFICIENT_CONTACT_DATA"),
        ({"info": {"company": "Only Ltd"}}, "INSUFFICIENT_CONTACT_DATA"),
        (
            {
                "info": {
                    "emails": {
                        "items": [
                            {"email": "a@x.org", "primary": True},
                            {"email": "b@x.org", "primary": True},
                        ]
                    }
                }
            },
            "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO",
        ),
        (
            info("a@example.org", extendedFields={"items": {"custom.unknown": "1"}}),
            "INVALID_EXTENDED_FIELD_VALUE",
        ),
        (info("a@example.org", labelKeys={"items": ["custom.unknown"]}), "LABEL_NOT_FOUND"),
    ],
)
def test_a_create_that_wix_refuses_has_wixs_code(
    call: Caller, body: dict[str, Any], code: str
) -> None:
    assert call.refused("POST", CONTACTS, body) == (400, code)
    assert len(call.site.contacts.store) == 0


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"name": {"first": "x" * 1001}}, "info.name.first"),
        ({"emails": {"items": [{"email": "a@x.org", "tag": "OTHER"}]}}, "info.emails.items[0].tag"),
        ({"phones": {"items": [{"phone": ""}]}}, "info.phones.items[0].phone"),
        (
            {"phones": {"items": [{"phone": "1", "countryCode": "XX"}]}},
            "info.phones.items[0].countryCode",
        ),
        ({"phones": {"items": [{"countryCode": "NO"}]}}, "info.phones.items[0].phone"),
        ({"addresses": {"items": [{}] * 51}}, "info.addresses.items"),
        ({"locale": "no such tag"}, "info.locale"),
        ({"birthdate": "1990-02-30"}, "info.birthdate"),
        (
            {"addresses": {"items": [{"address": {"subdivision": "NY"}}]}},
            "info.addresses.items[0].address.subdivision",
        ),
        (
            {"addresses": {"items": [{"address": {"country": "CA", "subdivision": "US-NY"}}]}},
            "info.addresses.items[0].address.subdivision",
        ),
        (
            {
                "addresses": {
                    "items": [
                        {"address": {"addressLine": "1 Road", "streetAddress": {"name": "Road"}}}
                    ]
                }
            },
            "info.addresses.items[0].address",
        ),
    ],
)
def test_a_value_outside_its_limits_is_refused_by_name(
    call: Caller, part: dict[str, Any], field: str
) -> None:
    answer = call("POST", CONTACTS, {"info": {"name": {"last": "Berg"}, **part}})
    assert answer.status_code == 400
    assert answer.json()["details"]["validationError"]["fieldViolations"][0]["field"] == field


def test_read_only_and_unknown_keys_are_ignored(call: Caller) -> None:
    body = info("ann@example.org")
    body["info"]["emails"]["items"][0]["id"] = "mine"
    body["info"]["nickname"] = "Annie"
    made = call.ok("POST", CONTACTS, {**body, "id": "mine", "createdDate": "2001-01-01T00:00:00Z"})[
        "contact"
    ]
    assert made["id"] != "mine"
    assert made["createdDate"] > "2020"
    assert made["info"]["emails"]["items"][0]["id"] != "mine"
    assert "nickname" not in made["info"]


def test_an_email_that_someone_has_is_a_duplicate_even_as_a_second_one(call: Caller) -> None:
    emails = {"items": [{"email": "first@example.org"}, {"email": "second@example.org"}]}
    there = call.site.contacts.add({"emails": emails})
    answer = call("POST", CONTACTS, info("Second@Example.org"))
    assert answer.status_code == 409
    error = answer.json()["details"]["applicationError"]
    assert error["code"] == "DUPLICATE_CONTACT_EXISTS"
    assert error["data"] == {
        "duplicateContactId": there["id"],
        "duplicateEmail": "Second@Example.org",
    }
    assert call.ok("POST", CONTACTS, {**info("second@example.org"), "allowDuplicates": True})


def test_a_phone_is_a_duplicate_only_without_an_email(call: Caller) -> None:
    call.site.contacts.add({"phones": {"items": [{"phone": "41234567", "countryCode": "NO"}]}})
    assert call.refused("POST", CONTACTS, info(phone="412 34 567"))[0] == 409
    assert call.ok("POST", CONTACTS, info("new@example.org", phone="412 34 567"))


def test_an_update_replaces_lists_and_keeps_scalars_that_were_not_sent(call: Caller) -> None:
    contact = call.site.contacts.add(
        {
            "name": {"first": "Ann", "last": "Berg"},
            "company": "Berg Ltd",
            "emails": {"items": [{"email": "a@example.org"}, {"email": "b@example.org"}]},
        }
    )
    path = f"{CONTACTS}/{contact['id']}"
    body = {
        "revision": 1,
        "info": {"name": {"first": "Anna"}, "emails": {"items": [{"email": "c@example.org"}]}},
    }
    after = call.ok("PATCH", path, body)["contact"]
    assert after["revision"] == 2
    assert after["info"]["name"] == {"first": "Anna", "last": "Berg"}
    assert after["info"]["company"] == "Berg Ltd"
    assert [item["email"] for item in after["info"]["emails"]["items"]] == ["c@example.org"]
    assert call.refused("PATCH", path, body) == (409, "CONTACT_ALREADY_CHANGED")
    assert call.refused("PATCH", path, {"revision": "2", "info": {"company": "X"}})[0] == 400
    assert call.refused("PATCH", path, {"revision": 2, "info": {}}) == (
        400,
        "INSUFFICIENT_UPDATE_CONTACT_DATA",
    )
    emptied = {"revision": 2, "info": {"name": None, "emails": {"items": []}}}
    assert call.refused("PATCH", path, emptied) == (400, "INSUFFICIENT_CONTACT_DATA")


@pytest.mark.parametrize("replaces", [True, False])
def test_custom_fields_are_replaced_or_merged_as_the_site_has_it(
    call: Caller, *, replaces: bool
) -> None:
    book = call.site.contacts
    book.replaces_extended_fields = replaces
    one, two = book.fields.add("One")["key"], book.fields.add("Two", "NUMBER")["key"]
    contact = book.add({"name": {"first": "Ann"}, "extendedFields": {"items": {one: "1"}}})
    body = {"revision": 1, "info": {"extendedFields": {"items": {two: 2.5}}}}
    after = call.ok("PATCH", f"{CONTACTS}/{contact['id']}", body)["contact"]
    custom = {
        key: value
        for key, value in after["info"]["extendedFields"]["items"].items()
        if "custom." in key
    }
    assert custom == ({two: 2.5} if replaces else {one: "1", two: 2.5})


def test_a_members_primary_email_stays_but_the_rest_can_change(call: Caller) -> None:
    contact = call.site.contacts.add({"emails": {"items": [{"email": "member@example.org"}]}})
    call.site.contacts.make_member(contact["id"])
    path = f"{CONTACTS}/{contact['id']}"
    changed = {"revision": 1, **info("other@example.org")}
    assert call.refused("PATCH", path, changed) == (400, "CANNOT_UPDATE_MEMBER_EMAIL")
    after = call.ok("PATCH", path, {"revision": 1, "info": {"jobTitle": "CTO"}})["contact"]
    assert after["info"]["extendedFields"]["items"]["members.membershipStatus"] == "APPROVED"
    assert call.refused("DELETE", path) == (409, "CANNOT_DELETE_MEMBER")


def test_only_get_follows_an_id_that_was_merged_away(call: Caller) -> None:
    book = call.site.contacts
    kept = book.add({"emails": {"items": [{"email": "a@example.org"}]}})
    gone = book.add({"name": {"last": "Berg"}, "emails": {"items": [{"email": "b@example.org"}]}})
    body = {"targetContactRevision": 1, "sourceContactIds": [gone["id"]]}
    merged = call.ok("POST", f"{CONTACTS}/{kept['id']}/merge", body)["contact"]
    assert [item["email"] for item in merged["info"]["emails"]["items"]] == [
        "a@example.org",
        "b@example.org",
    ]
    read = call.ok("GET", f"{CONTACTS}/{gone['id']}")
    assert (read["responseType"], read["contact"]["id"]) == ("MERGED", kept["id"])
    patch = {"revision": 2, "info": {"company": "X"}}
    assert call.refused("PATCH", f"{CONTACTS}/{gone['id']}", patch) == (404, "CONTACT_NOT_FOUND")


def test_only_declared_fields_operators_and_sorts_are_taken(call: Caller) -> None:
    def refused(**inner: Any) -> str:
        return call.refused("POST", QUERY, {"query": inner})[1]

    assert refused(filter={"info.nickname": "x"}) == "UNSUPPORTED_FILTER_FIELD_UNKNOWN"
    assert refused(filter={"info.emails.items.email": "x"}) == "UNSUPPORTED_FILTER_FIELD_UNKNOWN"
    assert (
        refused(filter={"createdDate": {"$in": ["2026-01-01T00:00:00Z"]}})
        == "UNSUPPORTED_FILTER_OPERATOR"
    )
    assert refused(filter={"createdDate": {"$gte": "yesterday"}}) == "UNSUPPORTED_FILTER_VALUE"
    assert refused(filter={"$or": [{"id": "x"}]}) == "UNSUPPORTED_FILTER_OPERATOR"
    assert refused(sort=[{"fieldName": "updatedDate", "order": "ASC"}]) == "UNSUPPORTED_SORT_FIELD"
    assert refused(paging={"limit": 1001}) == "ILLEGAL_LIMIT"
    assert refused(paging={"limit": 1000, "offset": 9001}) == "ILLEGAL_LIMIT"
    assert refused(filter="x") == "Expected an object"
    assert call.refused("POST", QUERY, {"query": "x"}) == (400, "Expected an object")


def test_custom_fields_are_queried_by_a_key_with_dots(call: Caller) -> None:
    book = call.site.contacts
    number = book.fields.add("Score", "NUMBER", key="custom.score.v2")["key"]
    found = book.add({"name": {"first": "Ann"}, "extendedFields": {"items": {number: 7}}})
    book.add({"name": {"first": "Bo"}, "extendedFields": {"items": {number: 9}}})
    rows = query(call, {f"info.extendedFields.{number}": {"$lt": 8}})
    assert [row["id"] for row in rows] == [found["id"]]


def test_a_query_lags_behind_a_write_and_get_does_not(call: Caller) -> None:
    call.site.index_lag = None
    made = call.ok("POST", CONTACTS, info("late@example.org"))["contact"]
    wanted = {"info.emails.email": "late@example.org"}
    assert query(call, wanted) == []
    assert call.ok("GET", f"{CONTACTS}/{made['id']}")
    call.site.flush_index()
    assert [row["id"] for row in query(call, wanted)] == [made["id"]]


def test_a_query_that_echoes_the_consistency_header_sees_its_own_writes(call: Caller) -> None:
    call.site.index_lag = None
    call.site.consistency = True
    answer = call("POST", CONTACTS, info("own@example.org"))
    token = answer.headers["X-Wix-Consistent"]
    seen = call("POST", QUERY, {"query": {}}, headers={"X-Wix-Consistent": token}).json()[
        "contacts"
    ]
    assert len(seen) == 1
    assert query(call, {}) == []


def test_a_wrong_wrapper_gives_the_default_page(call: Caller) -> None:
    for number in range(60):
        call.site.contacts.add(
            {"name": {"first": f"N{number}"}}, created=f"2026-01-01T00:00:{number:02}Z"
        )
    page = call.ok(
        "POST", QUERY, {"search": {"filter": {"info.name.first": "N1"}, "paging": {"limit": 2}}}
    )
    assert len(page["contacts"]) == 50
    assert page["contacts"][0]["info"]["name"]["first"] == "N59"
    assert page["pagingMetadata"]["total"] == 60


def test_labels_are_found_or_made_and_taken_from_contacts_when_deleted(call: Caller) -> None:
    made = call.ok("POST", "/contacts/v4/labels", {"displayName": "Très VIP"})
    again = call.ok("POST", "/contacts/v4/labels", {"displayName": "très vip"})
    assert (made["newLabel"], again["newLabel"]) == (True, False)
    key = made["label"]["key"]
    assert key == "custom.tres-vip"
    contact = call.site.contacts.add({"name": {"first": "Ann"}})
    path = f"{CONTACTS}/{contact['id']}"
    assert call.ok("POST", f"{path}/labels", {"labelKeys": [key]})["contact"]["info"][
        "labelKeys"
    ] == {"items": [key]}
    assert (
        call.ok("DELETE", f"{path}/labels?labelKeys={key}")["contact"]["info"].get("labelKeys")
        is None
    )
    call.ok("POST", f"{path}/labels", {"labelKeys": [key]})
    call.ok("DELETE", f"/contacts/v4/labels/{key}")
    assert call.site.contacts.store.edit(contact["id"])["info"]["labelKeys"] == {"items": []}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("labels", {}, "displayName"),
        ("labels", {"displayName": ""}, "displayName"),
        ("labels", {"displayName": "x" * 181}, "displayName"),
        ("extended-fields", {"displayName": "x" * 151, "dataType": "TEXT"}, "displayName"),
        ("extended-fields", {"displayName": "Score", "dataType": "FLOAT"}, "dataType"),
        ("extended-fields", {"displayName": "Score"}, "dataType"),
    ],
)
def test_a_label_or_field_outside_its_limits_is_not_made(
    call: Caller, path: str, body: dict[str, Any], field: str
) -> None:
    answer = call("POST", f"/contacts/v4/{path}", body)
    assert answer.status_code == 400
    (violation,) = answer.json()["details"]["validationError"]["fieldViolations"]
    assert violation["field"] == field


def test_a_custom_field_has_a_key_nobody_can_guess_and_its_type_is_checked(call: Caller) -> None:
    field = call.ok(
        "POST", "/contacts/v4/extended-fields", {"displayName": "Web page", "dataType": "URL"}
    )["field"]
    assert field["key"].startswith("custom.web-page-")
    again = call.ok(
        "POST", "/contacts/v4/extended-fields", {"displayName": "Web page", "dataType": "TEXT"}
    )
    assert (again["newField"], again["field"]["dataType"]) == (False, "URL")
    sent = {"items": {field["key"]: "example.org/a"}}
    made = call.ok("POST", CONTACTS, info("a@example.org", extendedFields=sent))["contact"]
    assert made["info"]["extendedFields"]["items"][field["key"]] == "https://example.org/a"
    number = call.site.contacts.fields.add("Score", "NUMBER")["key"]
    body = info("b@example.org", extendedFields={"items": {number: "7"}})
    assert call.refused("POST", CONTACTS, body) == (400, "INVALID_EXTENDED_FIELD_VALUE")


def test_a_custom_field_is_answered_in_its_wrapper_and_by_an_old_sample_without(
    call: Caller,
) -> None:
    field = call.site.contacts.fields.add("Score", "NUMBER")
    path = f"/contacts/v4/extended-fields/{field['key']}"
    assert call.ok("GET", path) == {"field": field}
    call.site.contacts.fields.get_is_wrapped = False
    assert call.ok("GET", path) == field


def test_fieldsets_and_fields_are_united(call: Caller) -> None:
    call.site.contacts.add(
        {
            "name": {"first": "Ann"},
            "company": "Berg",
            "emails": {"items": [{"email": "a@example.org"}]},
        }
    )
    (row,) = query(call, {}, fieldsets=["BASIC"], fields=["info.company"])
    assert set(row) == {"id", "revision", "primaryInfo", "info"}
    assert set(row["info"]) == {"name", "company"}
