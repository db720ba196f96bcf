"""Countries, dates, labels and columns as people write them; what is not understood is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import faults
from tests.target.contacts.harness import Shop, messages

if TYPE_CHECKING:
    from collections.abc import Callable

NO_COUNTRY = "values of country that are not a country"
NO_SUBDIVISION = "values of subdivision that are not a part of their country"
NO_DATE = "values of birthdate that are not a date such as 1990-12-31"


def address(people: Shop) -> dict[str, Any]:
    found: dict[str, Any] = people.infos()[0].get("addresses", [{}])[0].get("address", {})
    return found


def custom_labels(people: Shop) -> list[str]:
    labels = people.book.labels.store.all()
    return [one["displayName"] for one in labels if one["key"].startswith("custom.")]


def shapes(place: dict[str, Any]) -> list[dict[str, Any]]:
    """The same place in flat columns, with a prefix, and in the shape that the tap has."""
    return [
        place,
        {f"address_{name}": part for name, part in place.items()},
        {"info": {"addresses": {"items": [{"address": place}]}}},
    ]


# -- places -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("Germany", "DE"), ("germany", "DE"), (" DEU ", "DE"), ("de", "DE"), ("USA", "US"),
        ("U.S.A.", "US"), ("United States", "US"), ("United States of America", "US"),
        ("UK", "GB"), ("Great Britain", "GB"), ("United Kingdom", "GB"), ("The Netherlands", "NL"),
        ("Czech Republic", "CZ"), ("Russia", "RU"), ("South Korea", "KR"), ("Turkey", "TR"),
        ("Türkiye", "TR"), ("NA", "NA"), ("Kosovo", "XK"), ("Côte d\u2019Ivoire", "CI"),
        ("St. Lucia", "LC"), ("Republic of Ireland", "IE"), ("United Kingdom (UK)", "GB"),
        ("United States (US)", "US"), ("Korea, South", "KR"), ("Bosnia", "BA"),
    ],
)  # fmt: skip
def test_a_country_is_understood_by_code_and_english_name(
    people: Shop, country: str, code: str
) -> None:
    for row in shapes({"city": "X", "country": country}):
        run = people.run({"email": "a@example.org", **row})
        assert (run.code, run.dropped) == (0, {})
    assert address(people) == {"city": "X", "country": code}
    assert len(people.writes) == 1


@pytest.mark.parametrize(
    ("country", "subdivision", "code"),
    [
        ("US", "California", "US-CA"), ("United States", "new york", "US-NY"), ("US", "ny", "US-NY"),
        ("DE", "Bayern", "DE-BY"), ("CA", "Québec", "CA-QC"), ("CA", "Quebec", "CA-QC"),
        ("FR", "Île-de-France", "FR-IDF"), ("AU", "Victoria", "AU-VIC"), ("", "US-NY", "US-NY"),
        ("", "California", "US-CA"),
    ],
)  # fmt: skip
def test_a_subdivision_is_understood_with_its_country(
    people: Shop, country: str, subdivision: str, code: str
) -> None:
    place = {"city": "X", "subdivision": subdivision} | ({"country": country} if country else {})
    for row in shapes(place):
        run = people.run({"email": "a@example.org", **row})
        assert (run.code, run.dropped) == (0, {})
    assert address(people)["subdivision"] == code
    assert len(people.writes) == 1


@pytest.mark.parametrize(
    ("place", "kept", "lost"),
    [
        ({"country": "Nowhere"}, {}, [NO_COUNTRY]),
        ({"country": "XX"}, {}, [NO_COUNTRY]),
        ({"country": "Germany", "subdivision": "California"}, {"country": "DE"}, [NO_SUBDIVISION]),
        ({"country": "NO", "subdivision": "US-NY"}, {"country": "NO"}, [NO_SUBDIVISION]),
        ({"country": "US", "subdivision": "QQ"}, {"country": "US"}, [NO_SUBDIVISION]),
        ({"subdivision": "Nowhere"}, {}, [NO_SUBDIVISION]),
        ({"country": "Nowhere", "subdivision": "X"}, {}, [NO_COUNTRY, NO_SUBDIVISION]),
        ({"country": "-", "subdivision": "N/A"}, {}, []),
    ],
)
def test_a_place_that_is_not_understood_costs_neither_contact_nor_address(
    people: Shop, place: dict[str, str], kept: dict[str, str], lost: list[str]
) -> None:
    for row in shapes({"city": "Bonn", **place}):
        run = people.run({"email": "a@example.org", "first_name": "Ada", **row})
        assert run.code == 0
        assert run.dropped == dict.fromkeys(lost, 1)
    assert address(people) == {"city": "Bonn", **kept}
    assert len(people.writes) == 1


def test_a_subdivision_alone_is_that_of_the_country_the_contact_has(people: Shop) -> None:
    people.run({"email": "a@example.org", "city": "LA", "country": "US"})
    assert people.run({"email": "a@example.org", "subdivision": "California"}).code == 0
    assert address(people) == {"city": "LA", "country": "US", "subdivision": "US-CA"}
    run = people.run({"email": "a@example.org", "subdivision": "Bayern"})
    assert run.dropped == {NO_SUBDIVISION: 1}
    assert address(people)["subdivision"] == "US-CA"


def test_the_country_of_a_phone_is_understood_too(people: Shop) -> None:
    item = {"phone": "030 123456", "countryCode": "Germany"}
    people.run({"email": "a@example.org", "info": {"phones": [item]}})
    assert people.infos()[0]["phones"][0]["countryCode"] == "DE"
    odd = {"phone": "030 1234567", "countryCode": "Nowhere"}
    run = people.run({"email": "b@example.org", "info": {"phones": [odd]}})
    assert (run.counts, run.dropped) == ({"created": 1}, {NO_COUNTRY: 1})


# -- dates and languages --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "birthdate",
    [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "1900-01-00",
        "00.00.0000",
        "N/A",
    ],
)
def test_a_date_that_nobody_entered_says_nothing(people: Shop, birthdate: str) -> None:
    there = people.add("a@example.org", birthdate="1990-12-31")
    for row in ({"birthdate": birthdate}, {"info": {"birthdate": birthdate}}):
        run = people.run({"email": "a@example.org", "first_name": "Ada", **row})
        assert (run.code, run.dropped) == (0, {})
    assert people.info(there)["birthdate"] == "1990-12-31"


@pytest.mark.parametrize(
    "birthdate",
    ["31.12.1990", "12/31/1990", "1990-02-30", "soon", "1990-00-00", "19901231", 12345, True],
)
def test_a_date_that_would_have_to_be_guessed_is_named_and_left_out(
    people: Shop, birthdate: object
) -> None:
    row = {"email": "a@example.org", "first_name": "Ada", "birthdate": birthdate}
    run = people.run(row)
    assert (run.code, run.counts, run.dropped) == (0, {"created": 1}, {NO_DATE: 1})
    assert "birthdate" not in people.infos()[0]
    assert people.run(row).counts == {"unchanged": 1}


def test_nobody_is_born_in_the_future(people: Shop) -> None:
    run = people.run({"email": "a@example.org", "birthdate": "2990-01-01"})
    assert run.dropped == {"values of birthdate that lie in the future": 1}
    assert "birthdate" not in people.infos()[0]


def test_a_language_that_is_none_is_named_and_left_out(people: Shop) -> None:
    run = people.run({"email": "a@example.org", "locale": "norwegian bokmål"})
    assert run.dropped == {"values of locale that are not a language tag such as en-US": 1}
    assert run.counts == {"created": 1}


def test_a_custom_date_of_zeros_says_nothing(people: Shop) -> None:
    key = people.book.fields.add("Since", "DATE")["key"]
    run = people.run({"email": "a@example.org", key: "0000-00-00"})
    assert (run.code, run.dropped) == (0, {})
    run = people.run(
        {"email": "a@example.org", "custom.Until": "0000-00-00"}, create_custom_fields=True
    )
    assert run.counts == {"unchanged": 1}
    assert len(people.book.fields.custom()) == 1


# -- columns ------------------------------------------------------------------------------------


def test_columns_are_known_by_what_is_seen_of_them(people: Shop) -> None:
    people.book.fields.add("Code", key="custom.code")
    row = {
        "\ufeffE-Mail": "a@example.org", "First Name ": "Ada", "last\u00a0name": "Lind",
        "POSTAL CODE": "10115", "\u200bcity": "Berlin", "\ufeffcustom.Code ": "7",
    }  # fmt: skip
    assert people.run(row).counts == {"created": 1}
    (info,) = people.infos()
    assert info["name"] == {"first": "Ada", "last": "Lind"}
    assert info["custom"] == {"custom.code": "7"}
    assert address(people) == {"city": "Berlin", "postalCode": "10115"}


# -- labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        [{"key": "custom.vip", "displayName": "VIP"}], [{"key": "custom.vip"}], [{"name": "vip"}],
        [{"displayName": "VIP"}], '[{"name": "VIP"}]', '{"key": "custom.vip"}', {"name": "VIP"},
        [{"key": "custom.gone", "displayName": "VIP"}], {"items": ["custom.vip"]}, "VIP",
    ],
)  # fmt: skip
def test_a_label_may_be_an_object(people: Shop, said: Any) -> None:
    people.book.labels.add("VIP", key="custom.vip")
    people.run({"email": "a@example.org", "labels": said})
    assert people.infos()[0]["labels"] == ["custom.vip"]
    assert people.run({"email": "a@example.org", "labels": said}).counts == {"unchanged": 1}
    people.run({"email": "b@example.org", "info": {"labelKeys": said}})
    assert custom_labels(people) == ["VIP"]


def test_a_label_is_one_in_any_unicode_form(people: Shop) -> None:
    people.book.labels.add("Caf\u00e9", key="custom.cafe")
    people.run({"email": "a@example.org", "labels": "Cafe\u0301; CAFE\u0301"})
    assert people.infos()[0]["labels"] == ["custom.cafe"]


def test_a_comma_belongs_to_a_label(people: Shop) -> None:
    people.run({"email": "a@example.org", "labels": "Berg, Ltd; B"})
    assert custom_labels(people) == ["Berg, Ltd", "B"]


def test_a_label_of_another_site_is_known_by_its_name(people: Shop) -> None:
    people.book.labels.add("VIP", key="custom.vip")
    label = {"key": "custom.other", "displayName": "VIP"}
    record = {
        "id": "5a3d6b1e-0000-4000-8000-00000000beef", "email": "a@example.org",
        "siteId": "elsewhere", "labels": [label, {"key": "custom.unnamed"}],
    }  # fmt: skip
    run = people.run(record, unknown_id="create")
    assert people.infos()[0]["labels"] == ["custom.vip"]
    assert sum(run.dropped.values()) == 1


@pytest.mark.parametrize("spelled", [str, str.upper, "{{{}}}".format])
def test_labels_of_this_site_go_by_their_keys_however_its_id_is_spelled(
    people: Shop, spelled: Callable[[str], str]
) -> None:
    people.book.labels.add("VIP", key="custom.vip")
    record = {
        "id": "5a3d6b1e-0000-4000-8000-00000000beef", "email": "a@example.org",
        "siteId": spelled(people.site.site_id), "labels": ["custom.vip"],
    }  # fmt: skip
    assert people.run(record, unknown_id="create").counts == {"created": 1}
    assert people.infos()[0]["labels"] == ["custom.vip"]


@pytest.mark.parametrize(
    "labels", [[{"colour": "red"}], [["VIP"]], [{"key": ["x"]}], 7, [{"key": {}}]]
)
def test_a_label_without_key_or_name_is_a_clear_error(
    people: Shop, caplog: pytest.LogCaptureFixture, labels: Any
) -> None:
    run = people.run({"email": "a@example.org", "labels": labels}, {"email": "b@example.org"})
    assert (run.codes, run.counts["created"]) == ({"BAD_VALUE": 1}, 1)
    assert any("labels" in text for text in messages(caplog))


def test_an_empty_label_says_nothing(people: Shop) -> None:
    nothing = [{}, "", None, "-", "N/A", "null", {"name": "none"}]
    assert people.run({"email": "a@example.org", "labels": nothing}).counts == {"created": 1}
    assert custom_labels(people) == []


@pytest.mark.parametrize("status", [400, 404, 409, 428])
def test_what_wix_refuses_to_create_is_counted_and_all_else_is_written(
    people: Shop, status: int
) -> None:
    details = {"applicationError": {"code": "NO_MORE"}}
    for path in ("/labels$", "/extended-fields$"):
        body = {"message": "No", "details": details}
        people.site.faults.add(
            faults.refusal(path, method="POST", times=None, status=status, body=body)
        )
    rows = [
        {"email": f"a{at}@example.org", "labels": "New; Old", "custom.new": "x", "company": "Berg"}
        for at in range(3)
    ]
    run = people.run(*rows, create_custom_fields=True)
    assert (run.code, run.counts) == (0, {"created": 3})
    assert run.dropped == {
        "labels that Wix refused to create (NO_MORE)": 6,
        "custom fields that Wix refused to create (NO_MORE)": 3,
    }
    assert all(one["company"] == "Berg" for one in people.infos())
    # Each is asked for once a run.
    assert people.site.requests.count("/labels$|/extended-fields$", "POST") == 3


def test_what_is_left_out_is_counted_by_things_and_once(people: Shop) -> None:
    there = people.add("a@example.org", name={"first": "A"})

    def touch(site: Any, _: Any) -> None:
        site.contacts.touch(there)

    people.site.faults.add(faults.hook(touch, method="PATCH", times=2))
    row = {"id": there, "labels": "custom.one; custom.two", "company": "Berg"}
    run = people.run(row)
    assert run.counts == {"updated": 1}
    assert run.dropped == {"unknown labels": 2}


def test_false_for_an_empty_field_as_odoo_has_it_says_nothing(people: Shop) -> None:
    columns = ("first_name", "last_name", "company", "city", "country", "subdivision", "phone")
    more = ("postal_code", "birthdate", "locale", "labels", "address_line", "info", "picture")
    people.book.fields.add("Newsletter", key="custom.newsletter")
    row = {
        **dict.fromkeys((*columns, *more), False),
        "email": "a@example.org",
        "custom.newsletter": False,
    }
    run = people.run(row)
    assert (run.counts, run.dropped) == ({"created": 1}, {})
    [info] = people.infos()
    assert not {"phones", "addresses", "company", "birthdate", "labels"} & info.keys()
    assert info["custom"]["custom.newsletter"] == "false"
    assert people.run(row).counts == {"unchanged": 1}
